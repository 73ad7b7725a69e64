"""Where releases lie: a folder, or a bucket of an object store behind the same few verbs.

A key is a path below the root in POSIX form: `releases/2026.11.22-3f9c2a1b/datapackage.json`. What is written is there
whole or not at all. A release is *adopted*: in a folder by one rename, in a bucket file by file with its descriptor last,
and nothing without a descriptor is a release. The pointer is *swapped*: only if it still is what the writer has seen.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from transforms.publish.files import sync, write_bytes

DESCRIPTOR = "datapackage.json"
"""Names the files of a release. A folder without it is none."""


class Storage(Protocol):
    """Files below one root."""

    @property
    def address(self) -> str:
        """What a person calls the root."""
        ...

    def read(self, key: str) -> bytes:
        """Bytes of a file; FileNotFoundError where there is none."""
        ...

    def write(self, key: str, data: bytes) -> None:
        """Write a file, or replace it in one step."""
        ...

    def exists(self, key: str) -> bool:
        """Whether there is a file of this name."""
        ...

    def children(self, key: str) -> list[str]:
        """Names directly below a folder, sorted; empty where there is no folder."""
        ...

    def files(self, key: str) -> list[str]:
        """Keys of all files below a folder, at any depth, sorted."""
        ...

    def swap(self, key: str, data: bytes, *, seen: bytes | None, needs: str | None = None) -> bool:
        """Replace a file if it is still `seen` (None: if it is not there); tells whether it was.

        Raises:
            FileNotFoundError: `needs`, which it points to, is not there (any more); nothing was replaced then.

        """
        ...

    def adopt(self, folder: Path, key: str) -> None:
        """Take a finished release in; FileExistsError where there is one of this name."""
        ...

    def remove(self, key: str, *, unless: Callable[[], bool]) -> bool:
        """Remove a release unless it is in use at the moment when it would cease to be one; tells whether it did.

        Its descriptor goes first: what is half removed is no release.
        """
        ...

    def fetch(self, key: str) -> Path:
        """Give a folder on this machine with the files below `key`: themselves, or copies that go with the process."""
        ...

    def link(self, name: str, key: str) -> None:
        """Leave a link for people, where there are links."""
        ...


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def address(self) -> str:
        """Path of the folder."""
        return str(self.root)

    def read(self, key: str) -> bytes:
        """Bytes of a file."""
        return (self.root / key).read_bytes()

    def write(self, key: str, data: bytes) -> None:
        """Write a file by one rename."""
        path = self.root / key
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            write_bytes(draft, data)
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        sync(path.parent)

    def exists(self, key: str) -> bool:
        """Whether there is a file of this name."""
        return (self.root / key).is_file()

    def children(self, key: str) -> list[str]:
        """Names in a folder."""
        path = self.root / key
        return sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []

    def files(self, key: str) -> list[str]:
        """Keys of the files below a folder."""
        return sorted(p.relative_to(self.root).as_posix() for p in (self.root / key).rglob("*") if p.is_file())

    def swap(self, key: str, data: bytes, *, seen: bytes | None, needs: str | None = None) -> bool:
        """Compare and replace under a lock: a file system knows no conditional write."""
        with locked(self.root / ".staging" / "swap.lock"):
            path = self.root / key
            if needs is not None and not self.exists(needs):
                raise FileNotFoundError(f"{self.root / needs} is gone")
            if (path.read_bytes() if path.is_file() else None) != seen:
                return False
            self.write(key, data)
            return True

    def adopt(self, folder: Path, key: str) -> None:
        """Rename a folder of the same file system."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            folder.rename(path)
        except OSError as error:
            if self.exists(f"{key}/{DESCRIPTOR}"):
                raise FileExistsError(f"{path} is there already") from error
            raise
        sync(path.parent)

    def remove(self, key: str, *, unless: Callable[[], bool]) -> bool:
        """Rename a folder to where it is no release, under the lock of the pointer, and remove it there."""
        path = self.root / key
        grave = self.root / ".staging" / f"removed-{secrets.token_hex(4)}"
        with locked(self.root / ".staging" / "swap.lock"):
            if unless():
                return False
            path.rename(grave)
        sync(path.parent)
        shutil.rmtree(grave)
        return True

    def fetch(self, key: str) -> Path:
        """Give the folder itself."""
        return self.root / key

    def link(self, name: str, key: str) -> None:
        """Swap a relative link; what somebody else has put there stays."""
        link = self.root / name
        if link.exists() and not link.is_symlink():
            return
        draft = self.root / f".{name}.{secrets.token_hex(4)}"
        try:
            draft.symlink_to(key, target_is_directory=True)
            draft.replace(link)
        except OSError:
            # Where links do not exist, the pointer is enough.
            draft.unlink(missing_ok=True)


def storage(output: "str | Path | Storage") -> Storage:
    """Storage at a path or an address such as s3://bucket/prefix.

    Raises:
        ValueError: No store of this kind is known, or what it takes is not installed.

    """
    if isinstance(output, Path):
        return Folder(output)
    if not isinstance(output, str):
        return output
    if is_remote(output):
        from transforms.publish.objects import Bucket  # noqa: PLC0415 - an extra, for those who have a bucket

        return Bucket(output)
    return Folder(Path(output))


def is_remote(output: str | Path) -> bool:
    """Whether an output is the address of an object store."""
    return isinstance(output, str) and "://" in output


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file; the system frees it when the process ends, however it ends."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
