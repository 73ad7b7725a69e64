"""Archives: zip, tar and single compressed files, listed and read as streams.

Nothing is unpacked onto the disk, so that a path that leaves the archive or a link can do no harm; they are refused all the
same, for they say that something is wrong. Hidden members are left out, as in folders. Of two members of one name the last
counts, as for every program that unpacks; the others are refused.
"""

import bz2
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Any, NoReturn

from transforms.extract.containers import MEBIBYTE, Budget, Member, Refused, damaged
from transforms.extract.decoding import Unreadable, detect

_BLOCK = MEBIBYTE
_LARGEST_DIRECTORY = 32 * MEBIBYTE
"""Bytes of a zip's directory: some 300,000 entries."""
_LARGEST_HEADER = MEBIBYTE
"""Bytes of a long name or other extended header in a tar."""
_XZ_MEMORY = 256 * MEBIBYTE
_OUTSIDE = re.compile(r"^(?:/|[A-Za-z]:)|(?:^|/)\.\.(?:/|$)")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
_FAULTS = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(ValueError, OverflowError, NotImplementedError, RuntimeError),
)


def members(stream: IO[bytes], kind: str, name: str, budget: Budget) -> Iterator[Member | Refused]:
    """List an archive.

    Raises:
        Unreadable: It is damaged, holds too much or is no archive; members before the damage have been given by then.

    """
    try:
        if kind == "zip":
            yield from _zip_members(stream, name, budget)
        elif kind.startswith("tar"):
            yield from _tar_members(stream, kind, name, budget)
        else:
            budget.count()
            inner = name.rsplit("/", 1)[-1].rpartition(".")[0] or "data"
            yield Member(inner, "0", 0)
    except Exception as error:  # noqa: BLE001 - sorted out there
        _raise(name, error)


def read(
    stream: IO[bytes], kind: str, name: str, locators: Iterable[str], budget: Budget
) -> Iterator[tuple[str, bytes | Unreadable]]:
    """Read members, in the order of the archive.

    Yields:
        Locator, and the bytes or why they cannot be had.

    """
    wanted = {int(locator) for locator in locators}
    try:
        if kind == "zip":
            yield from _zip_read(stream, name, wanted, budget)
        elif kind.startswith("tar"):
            yield from _tar_read(stream, kind, name, wanted, budget)
        else:
            yield "0", _limited(_inflated(stream, kind, budget), name, budget)
    except Exception as error:  # noqa: BLE001 - sorted out there
        _raise(name, error)


def _raise(name: str, error: Exception) -> NoReturn:
    """Tell damage, which is the archive's, from errors of reading, which may pass, and from ours."""
    if isinstance(error, Unreadable):
        raise error
    # Decompressors say OSError without a number.
    if isinstance(error, _FAULTS) or (isinstance(error, OSError) and error.errno is None):
        raise damaged(name, str(error) or type(error).__name__) from error
    raise error


def _limited(stream: Any, name: str, budget: Budget) -> bytes:  # noqa: ANN401 - anything that is read
    """Read one document's source."""
    data = bytearray()
    while block := stream.read(_BLOCK):
        data += block
        if len(data) > budget.limits.document:
            raise too_large(name, len(data), budget)
    return bytes(data)


def too_large(name: str, size: int, budget: Budget) -> Unreadable:
    """Say that one source is larger than the limit for one."""
    return Unreadable(
        "source_too_large",
        f"{name}: {size:,} bytes or more, above the limit of {budget.limits.document:,}; raise --max-bytes or divide it.",
    )


# Zip


class _Careful(io.RawIOBase):
    """A stream from which no huge piece is read at once: a zip says itself how large its directory is."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name

    def read(self, size: int | None = -1) -> bytes:
        most = _LARGEST_DIRECTORY + 1 if size is None or size < 0 else size
        block = self._stream.read(min(most, _LARGEST_DIRECTORY + 1))
        if len(block) > _LARGEST_DIRECTORY:
            raise Unreadable("too_many_members", f"{self._name}: the directory of the archive is too large; divide it.")
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == io.SEEK_SET and offset < 0:
            raise zipfile.BadZipFile("an entry lies before the file")
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True


def _zip_entries(stream: IO[bytes], name: str) -> tuple[zipfile.ZipFile, list[tuple[str, zipfile.ZipInfo]]]:
    careful: Any = _Careful(stream, name)
    archive = zipfile.ZipFile(careful)
    infos = archive.infolist()
    raw = [b"" if info.flag_bits & 0x800 else info.filename.encode("cp437", "replace") for info in infos]
    decoded = _decode_names(raw)
    return archive, [(new or info.filename, info) for new, info in zip(decoded, infos, strict=True)]


def _zip_members(stream: IO[bytes], name: str, budget: Budget) -> Iterator[Member | Refused]:
    archive, entries = _zip_entries(stream, name)
    with archive:
        # What it says of itself, before a byte is unpacked: overlapping members count each.
        budget.spend(sum(info.file_size for _, info in entries))
        budget.unpacked -= sum(info.file_size for _, info in entries)
        found = []
        for index, (path, info) in enumerate(entries):
            if info.is_dir() or path.endswith(("/", "\\")):
                continue
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            special = "a link" if is_link else None
            found.append((path.replace("\\", "/"), index, info.file_size, special or _unreadable_zip(info)))
        yield from _judged(found, name, budget)


def _unreadable_zip(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & 0x1:
        return "encrypted"
    return None if info.compress_type in _METHODS else f"compressed by method {info.compress_type}"


def _zip_read(
    stream: IO[bytes], name: str, wanted: set[int], budget: Budget
) -> Iterator[tuple[str, bytes | Unreadable]]:
    archive, entries = _zip_entries(stream, name)
    with archive:
        for index, (path, info) in enumerate(entries):
            if index not in wanted:
                continue
            member = f"{name}!/{path}"
            try:
                with archive.open(info) as opened:
                    yield str(index), _limited(_Counted(opened, budget), member, budget)
            except Exception as error:  # noqa: BLE001 - one bad member leaves the others whole
                try:
                    _raise(member, error)
                except Unreadable as refused:
                    yield str(index), refused


# Tar


class _Info(tarfile.TarInfo):
    """Header of a member, whose extensions stay small: tarfile reads them into memory whole."""

    _EXTENSIONS = frozenset(
        (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
    )

    def _proc_member(self, tar: tarfile.TarFile) -> Any:  # noqa: ANN401 - tarfile's place for extensions
        if self.size < 0 or (self.type in self._EXTENSIONS and self.size > _LARGEST_HEADER):
            raise tarfile.ReadError("a header is too large")
        return super()._proc_member(tar)  # type: ignore[misc]


def _entries(stream: IO[bytes], kind: str, budget: Budget) -> Iterator[tuple[int, tarfile.TarInfo, tarfile.TarFile]]:
    source = _Counted(_inflated(stream, kind.removeprefix("tar").removeprefix("."), budget, count=False), budget)
    with tarfile.open(fileobj=source, mode="r|", tarinfo=_Info) as archive:
        for index, info in enumerate(archive):
            archive.members = []  # type: ignore[attr-defined]  # or a million headers stay in memory
            yield index, info, archive


def _tar_members(stream: IO[bytes], kind: str, name: str, budget: Budget) -> Iterator[Member | Refused]:
    found: list[tuple[str, int, int, str | None]] = []
    fault: Exception | None = None
    try:
        for index, info, _ in _entries(stream, kind, budget):
            budget.tick()
            if info.isdir():
                continue
            special = None
            if info.issym() or info.islnk():
                special = "a link"
            elif not info.isreg():
                special = "no file"
            elif info.issparse():
                special = "stored with holes"
            found.append((info.name, index, info.size, special))
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - what stands before the damage is given first
        fault = error
    names = _decode_names([path.encode("utf-8", "surrogateescape") for path, *_ in found])
    renamed = [(new, index, size, special) for new, (_, index, size, special) in zip(names, found, strict=True)]
    yield from _judged(renamed, name, budget)
    if fault is not None:
        raise fault


def _tar_read(
    stream: IO[bytes], kind: str, name: str, wanted: set[int], budget: Budget
) -> Iterator[tuple[str, bytes | Unreadable]]:
    left = set(wanted)
    for index, info, archive in _entries(stream, kind, budget):
        if index not in left:
            continue
        left.discard(index)
        opened = archive.extractfile(info)
        if opened is not None:
            yield str(index), _limited(opened, f"{name}!/{info.name}", budget)
        if not left:
            return


# Both


def _judged(found: Iterable[tuple[str, int, int, str | None]], name: str, budget: Budget) -> Iterator[Member | Refused]:
    """Tell which of the members (path, index, size, what is special) are read."""
    rows = [
        (path.removeprefix("./"), index, size, special)
        for path, index, size, special in found
        if not any(part.startswith(".") and part not in {".", ".."} for part in path.split("/"))
        and not path.startswith("__MACOSX/")
    ]
    last = {path: index for path, index, _, _ in rows}
    for path, index, size, special in rows:
        budget.count()
        if last[path] != index:
            again = f"{path} (entry {index + 1})"
            yield Refused(again, "repeated_member", "Another member of this name follows; the last one is read.")
        elif _OUTSIDE.search(path):
            yield Refused(path, "path_outside", "The path leaves the archive; pack it anew if the file is to be read.")
        elif special == "encrypted":
            yield Refused(path, "encrypted", "The member is encrypted; unpack it with its password and give the file.")
        elif special:
            yield Refused(path, "not_a_file", f"The member is {special}; pack the file itself.")
        elif size > budget.limits.document:
            yield Refused(path, "source_too_large", str(too_large(f"{name}!/{path}", size, budget).reason))
        else:
            yield Member(path, str(index), size)


def _decode_names(raw: list[bytes]) -> list[str]:
    """Names in UTF-8, or all in one of the encodings of Chinese systems: a zip of Windows does not say which."""
    if all(name.isascii() for name in raw):
        return [name.decode() for name in raw]
    try:
        return [name.decode() for name in raw]
    except UnicodeDecodeError:
        found = detect(b"\n".join(name for name in raw if not name.isascii()), ("gb18030", "big5hkscs"), least=0.0)
    encoding = found[1] if found else "gb18030"
    return [name.decode(encoding, "backslashreplace") for name in raw]


def _inflated(stream: IO[bytes], kind: str, budget: Budget, *, count: bool = True) -> Any:  # noqa: ANN401
    opened: Any = stream
    if kind == "gz":
        opened = gzip.GzipFile(fileobj=stream, mode="rb")
    elif kind == "bz2":
        opened = bz2.BZ2File(stream)
    elif kind == "xz":
        opened = _Xz(stream)
    return _Counted(opened, budget) if count else opened


class _Counted(io.RawIOBase):
    """A stream whose bytes are paid for."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def read(self, size: int | None = -1) -> bytes:
        block = self._stream.read(_BLOCK if size is None or size < 0 else min(size, _BLOCK))
        self._budget.spend(len(block))
        return block

    def readable(self) -> bool:
        return True


class _Xz(io.RawIOBase):
    """An xz stream read with little memory: the file says itself how much its reader needs, up to gigabytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._unxz = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        self._started = False

    def read(self, size: int | None = -1) -> bytes:
        most = _BLOCK if size is None or size < 0 else size
        while True:
            if self._unxz.eof:
                rest = (self._unxz.unused_data or self._stream.read(65536)).lstrip(b"\x00")
                if not rest:
                    return b""
                self._unxz = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
                block = self._unxz.decompress(rest, most)
            else:
                more = self._stream.read(65536) if self._unxz.needs_input else b""
                if self._unxz.needs_input and not more:
                    raise EOFError("the compressed data ends early")
                block = self._unxz.decompress(more, most)
            if block:
                return block

    def readable(self) -> bool:
        return True
