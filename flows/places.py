"""Where sources are: paths of this machine, patterns, lists of sources, and URLs of object stores and other file systems.

`s3://` is read through obstore (the extra `s3`), which takes credentials, region and endpoint from the usual variables
(AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL …); every other URL through the file system that fsspec knows for it.
"""

import errno
import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

from flows.errors import UsageError


@dataclass(frozen=True, slots=True)
class Place:
    """A file somewhere.

    Attributes:
        address: Path or URL, as it is opened.
        parts: Its names from outside to inside.
        size: Bytes, where they are known without asking.

    """

    address: str
    parts: tuple[str, ...]
    size: int | None = None


def is_url(source: str) -> bool:
    """Whether a source is read through fsspec."""
    return "://" in source


def expand(source: str, *, listed: bool = False) -> Iterator[tuple[Place, int]]:
    """Files of one source, and of how many parts of the path their names are made.

    Raises:
        UsageError: It does not exist.

    """
    if is_url(source):
        yield from _remote(source)
        return
    path = Path(source).expanduser()
    if path.is_dir():
        yield from _below(path)
    elif path.exists():
        yield _local(_absolute(path)), 1
    elif source.startswith("@") and not listed:
        yield from _listed(source[1:])
    elif glob.has_magic(source):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 - takes absolute patterns too
        if not matches:
            raise UsageError(f"{source}: no file matches. Check the pattern; it is read from the current folder.")
        for match in matches:
            one = Path(match)
            if one.is_dir():
                yield from _below(one)
            else:
                yield _local(_absolute(one)), 1
    else:
        raise UsageError(f"{source}: does not exist. Give a file, a folder or a pattern such as 'plans/*.txt'.")


@contextmanager
def opened(address: str) -> Iterator[IO[bytes]]:
    """Open a file for reading at any place.

    Raises:
        OSError: It cannot be read.

    """
    if not is_url(address):
        with Path(address).open("rb") as stream:
            yield stream
        return
    with _asked(address):
        system, path = _system(address)
        system.info(path)  # says what is wrong; a file that cannot be opened complains again when it is forgotten
        stream = system.open(path, "rb")
    with stream:
        yield _Remote(stream, address)  # type: ignore[misc]


class _Remote:
    """A remote file, whose errors are OSErrors that say which file."""

    def __init__(self, stream: Any, address: str) -> None:  # noqa: ANN401 - a file of fsspec
        self._stream, self._address = stream, address
        self.closed = False

    def read(self, size: int | None = -1) -> bytes:
        with _asked(self._address):
            return bytes(self._stream.read(-1 if size is None else size))

    def readline(self) -> bytes:
        with _asked(self._address):
            return bytes(self._stream.readline())

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def _local(path: Path) -> Place:
    return Place(str(path), path.parts)


def _listed(name: str) -> Iterator[tuple[Place, int]]:
    """Sources of a list: one a line, as on the command line; empty lines and those that begin with # are left out."""
    try:
        lines = Path(name).expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"@{name}: the list of sources cannot be read ({error}). Give a text file in UTF-8."
        ) from error
    for number, line in enumerate(lines, start=1):
        source = line.strip()
        if not source or source.startswith("#"):
            continue
        try:
            yield from expand(source, listed=True)
        except UsageError as error:
            raise UsageError(f"{name}, line {number}: {error}") from error


def _below(folder: Path) -> Iterator[tuple[Place, int]]:
    root = _absolute(folder)

    def refuse(error: OSError) -> None:
        # os.walk would leave the folder out without a word.
        raise UsageError(f"{error.filename}: cannot be read ({error.strerror}). Check its permissions.") from error

    for parent, folders, names in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(parent) / name
                yield _local(path), len(path.relative_to(root).parts)


def _absolute(path: Path) -> Path:
    # Not resolve(): a link keeps the name that it was given under.
    return Path(os.path.abspath(path))  # noqa: PTH100


def _remote(source: str) -> Iterator[tuple[Place, int]]:
    """Files below a URL, or that match it."""
    try:
        with _asked(source):
            system, path = _system(source)
            found = _files(system, path)
    except OSError as error:
        raise UsageError(f"{error.strerror or error}. Check the address, the credentials and the endpoint.") from error
    plain = list(takewhile(lambda part: not glob.has_magic(part), _parts(path)))
    for name, size in sorted(found.items()):
        parts = _parts(name)
        below = parts[len(plain) :] or parts[-1:]
        if not any(part.startswith(".") for part in below):
            depth = 1 if glob.has_magic(path) else len(below)
            yield Place(str(system.unstrip_protocol(name)), parts, size), depth


def _files(system: Any, path: str) -> dict[str, int | None]:  # noqa: ANN401 - a file system of fsspec
    # A bucket alone is no file, whatever the store says.
    if not glob.has_magic(path) and "/" in path.strip("/") and system.isfile(path):
        return {path: system.info(path).get("size")}
    ask = system.glob if glob.has_magic(path) else system.find
    infos = ask(path, detail=True).values()
    found = {str(info["name"]): info.get("size") for info in infos if info.get("type") != "directory"}
    if not found:
        raise FileNotFoundError(errno.ENOENT, "holds no file, or does not exist")
    return found


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.rpartition("://")[2].split("/") if part)


def _system(address: str) -> tuple[Any, str]:
    """File system of a URL, and the path in it.

    Raises:
        UsageError: It needs a library that is not installed, or is of no known kind.

    """
    import fsspec  # noqa: PLC0415 - only where a URL is given

    scheme = address.partition("://")[0].lower()
    options: dict[str, Any] = {}
    try:
        if scheme == "s3":
            from obstore.fsspec import register  # noqa: PLC0415 - an extra

            register(scheme)
            # Plain HTTP is for an endpoint that asks for it: a store of one's own on the same machine or network.
            plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
            options = {
                "client_options": {"allow_http": plain},
                "retry_config": {"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
            }
        system, path = fsspec.core.url_to_fs(address, **options)
    except ImportError as error:
        extra = "the extra s3 (in a checkout: pip install -e '.[s3]')" if scheme == "s3" else f"a library ({error})"
        raise UsageError(f"{address}: {scheme}:// needs {extra}.") from error
    except ValueError as error:
        raise UsageError(f"{address}: cannot be read as a place ({error}). Give a path or a URL.") from error
    return system, str(path)


@contextmanager
def _asked(address: str) -> Iterator[None]:
    """Turn what a store answers into an OSError with one line that names the address."""
    try:
        yield
    except (UsageError, MemoryError):
        raise
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, f"{address}: does not exist") from error
    except PermissionError as error:
        raise PermissionError(errno.EACCES, f"{address}: access is denied") from error
    except Exception as error:  # every store has errors of its own
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise OSError(errno.EIO, f"{address}: {said[:200]}") from error
