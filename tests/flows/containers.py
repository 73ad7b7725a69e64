"""Small archives and dumps, whole and hostile, as bytes."""

import io
import json
import stat
import tarfile
import zipfile
from collections.abc import Mapping

TEXT = "第一条 为了加强河道管理，制定本办法。\n第二条 任何单位不得在河道内倾倒垃圾。\n"


def zipped(files: Mapping[str, bytes | str], *, gbk: bool = False) -> bytes:
    """Make a zip; with `gbk`, with names as Windows in Chinese writes them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = _GbkInfo(name) if gbk else zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


class _GbkInfo(zipfile.ZipInfo):
    """zipfile alone writes names that are not ASCII as UTF-8, and says so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's name
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def tarred(files: Mapping[str, bytes | str], mode: str = "w") -> bytes:
    """Make a tar; mode w, w:gz, w:bz2 or w:xz."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            raw = data.encode() if isinstance(data, str) else data
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return out.getvalue()


def with_entry(kind: bytes, *, name: str = "odd.txt", link: str = "/etc/passwd") -> bytes:
    """Make a tar with a sound file and one that is none: link, device, pipe."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        sound = tarfile.TarInfo("sound.txt")
        sound.size = len(TEXT.encode())
        archive.addfile(sound, io.BytesIO(TEXT.encode()))
        odd = tarfile.TarInfo(name)
        odd.type, odd.linkname = kind, link
        archive.addfile(odd)
    return out.getvalue()


def zip_with_link() -> bytes:
    """Make a zip with a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("sound.txt", TEXT)
        info = zipfile.ZipInfo("link.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def json_lines(*records: object) -> str:
    """Make JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
