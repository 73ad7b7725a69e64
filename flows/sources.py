"""Which files a run reads, and under which name each is known.

A source is a file, a folder (searched recursively, hidden entries left out) or a glob. A file that cannot be a document
is not left out silently: it is *set aside* with a reason, and stands in the release's quarantine list.

The name, `source_uri`, says nothing of the machine: the path below the folder that was given, for a file its own name,
and where two would be equal the shortest path that tells them apart. It depends on the set of files, not on the order.
"""

import glob
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import seeds
from flows.errors import UsageError
from transforms.extract import FORMATS

MAX_BYTES = 64 * 2**20
"""Default limit for one file."""
SMALL = 2**20
"""Bytes of a file that is read at once."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read.

    Attributes:
        path: Where it is.
        uri: Its name in the datasets.
        size: Bytes.
        sha256: Digest of the bytes, once they were looked at (`hashed`); None where they cannot be read.

    """

    path: str
    uri: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that is not read, and why."""

    uri: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Files below the sources that were given."""

    files: tuple[File, ...]
    set_aside: tuple[SetAside, ...]


def find(sources: Sequence[str], *, max_bytes: int = MAX_BYTES) -> Found:
    """Find the files of all sources; without sources, the shipped samples.

    Raises:
        UsageError: A source does not exist, or there is nothing to read.

    """
    given = list(sources) or [str(seeds.folder() / "documents")]
    depths: dict[Path, int] = {}
    for source in given:
        for path, depth in _expand(source):
            depths[path] = max(depth, depths.get(path, 0))
    named = sorted(_names(depths).items(), key=lambda item: item[1])
    judged = [_judge(path, uri, max_bytes=max_bytes) for path, uri in named]
    files = tuple(one for one in judged if isinstance(one, File))
    aside = tuple(one for one in judged if isinstance(one, SetAside))
    if not files:
        raise UsageError(_nothing(given, aside))
    return Found(files, aside)


def hashed(files: Iterable[File]) -> list[File]:
    """Look at the bytes of all files. Always, and not at their dates: a file may change without."""
    return [_hashed(file) for file in files]


def _hashed(file: File) -> File:
    try:
        with Path(file.path).open("rb") as stream:
            # Most are small: read at once, they take a third of the time.
            digest = hashlib.sha256(stream.read()) if file.size < SMALL else hashlib.file_digest(stream, "sha256")
    except OSError:
        # Whoever reads it says so, after some tries.
        return file
    return replace(file, sha256=digest.hexdigest())


def _expand(source: str) -> Iterator[tuple[Path, int]]:
    """Files of one source, and of how many parts of the path their names are made."""
    path = Path(source).expanduser()
    if path.is_dir():
        yield from _below(path)
    elif path.exists():
        yield _absolute(path), 1
    elif glob.has_magic(source):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 - takes absolute patterns too
        if not matches:
            raise UsageError(f"{source}: no file matches. Check the pattern; it is read from the current folder.")
        for match in matches:
            one = Path(match)
            if one.is_dir():
                yield from _below(one)
            else:
                yield _absolute(one), 1
    else:
        raise UsageError(f"{source}: does not exist. Give a file, a folder or a pattern such as 'plans/*.txt'.")


def _below(folder: Path) -> Iterator[tuple[Path, int]]:
    root = _absolute(folder)

    def refuse(error: OSError) -> None:
        # os.walk would leave the folder out without a word.
        raise UsageError(f"{error.filename}: cannot be read ({error.strerror}). Check its permissions.") from error

    for parent, folders, names in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(parent) / name
                yield path, len(path.relative_to(root).parts)


def _absolute(path: Path) -> Path:
    # Not resolve(): a link keeps the name that it was given under.
    return Path(os.path.abspath(path))  # noqa: PTH100


def _names(depths: dict[Path, int]) -> dict[Path, str]:
    """Name every file by its last parts, as few as tell it from all others."""
    depths = dict(depths)
    while True:
        names = {path: "/".join(path.parts[-depth:]) for path, depth in depths.items()}
        often = Counter(names.values())
        equal = [path for path, name in names.items() if often[name] > 1]
        if not equal:
            return {path: _utf8(name) for path, name in names.items()}
        for path in equal:
            depths[path] += 1


def _utf8(name: str) -> str:
    """Show bytes of a file name that are no UTF-8 as escapes: names are text in the datasets."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def _judge(path: Path, uri: str, *, max_bytes: int) -> File | SetAside:
    try:
        size = path.stat().st_size
    except OSError as error:
        return SetAside(
            uri, "not_readable", f"The file cannot be read: {error.strerror}. Check the link or permissions."
        )
    if not path.is_file():
        return SetAside(uri, "unsupported_format", "This is no regular file.")
    if (suffix := path.suffix.lower()) not in FORMATS:
        kind = f"of type {suffix}" if suffix else "without a suffix"
        return SetAside(
            uri, "unsupported_format", f"Files {kind} are not read; save it as text (.txt) or Markdown (.md)."
        )
    if size > max_bytes:
        reason = f"The file has {size:,} bytes, more than the limit of {max_bytes:,}. Raise --max-bytes or divide it."
        return SetAside(uri, "source_too_large", reason)
    return File(str(path), uri, size)


def _nothing(given: Iterable[str], aside: Sequence[SetAside]) -> str:
    places = ", ".join(given)
    if not aside:
        return f"{places}: no documents found. Put .txt or .md files there, or name another place."
    shown = [f"  {one.uri}: {one.reason}" for one in aside[:10]]
    more = [f"  … and {len(aside) - 10} more"] if len(aside) > 10 else []
    return "\n".join([f"{places}: nothing here can be read.", *shown, *more])
