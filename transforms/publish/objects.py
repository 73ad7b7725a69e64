"""Releases in a bucket: S3, or what speaks like it. Needs the extra `s3` (obstore).

Credentials, region and endpoint come from the usual variables (AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL …). There
is no rename: a release is visible when its descriptor is, which is put last and only if there is none (`If-None-Match: *`).
The pointer is put only over the one that was read (`If-Match`), so that of two runs at once the later one looks again.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from transforms.publish.storage import DESCRIPTOR

SCHEME = "s3://"
FORM = "Give s3://bucket or s3://bucket/prefix."


class Bucket:
    """A prefix of a bucket."""

    def __init__(self, address: str) -> None:
        if not address.startswith(SCHEME) or not address.removeprefix(SCHEME).strip("/"):
            raise ValueError(f"{address}: no object store of this kind is known. {FORM}")
        try:
            import obstore  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise ValueError(
                f"{address}: object stores need the extra s3 (in a checkout: pip install -e '.[s3]'), or name a folder."
            ) from error
        self._address = address.rstrip("/")
        # Plain HTTP is for an endpoint that asks for it: a store of one's own on the same machine or network.
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        self._obstore: Any = obstore
        self._store: Any = obstore.store.S3Store.from_url(self._address, client_options={"allow_http": plain})

    @property
    def address(self) -> str:
        """Address of the prefix."""
        return self._address

    def read(self, key: str) -> bytes:
        """Bytes of an object."""
        with self._named(key):
            return bytes(self._obstore.get(self._store, key).bytes())

    def write(self, key: str, data: bytes) -> None:
        """Put an object."""
        with self._named(key):
            self._obstore.put(self._store, key, data)

    def exists(self, key: str) -> bool:
        """Whether there is an object of this name."""
        try:
            with self._named(key):
                self._obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def children(self, key: str) -> list[str]:
        """Names below a prefix up to the next slash."""
        with self._named(key):
            found = self._obstore.list_with_delimiter(self._store, key)
        keys = [*found["common_prefixes"], *(entry["path"] for entry in found["objects"])]
        return sorted(name.rsplit("/", 1)[-1] for name in keys)

    def files(self, key: str) -> list[str]:
        """Keys of the objects below a prefix."""
        with self._named(key):
            return sorted(entry["path"] for entry in self._obstore.list(self._store, key).collect())

    def swap(self, key: str, data: bytes, *, seen: bytes | None, needs: str | None = None) -> bool:
        """Put an object over the version that was read, or where there is none."""
        if needs is not None and not self.exists(needs):
            raise FileNotFoundError(f"{self.address}/{needs} is gone")
        mode: Any = "create"
        if seen is not None:
            try:
                with self._named(key):
                    found = self._obstore.get(self._store, key)
                    if bytes(found.bytes()) != seen:
                        return False
                    mode = {"e_tag": found.meta["e_tag"]}
            except FileNotFoundError:
                return False
        try:
            with self._named(key):
                self._obstore.put(self._store, key, data, mode=mode, use_multipart=False)
        except FileExistsError:
            # An answer may be lost on its way and the request sent again: then it was ours.
            return self.read(key) == data
        return True

    def adopt(self, folder: Path, key: str) -> None:
        """Upload a release, its descriptor last."""
        descriptor = f"{key}/{DESCRIPTOR}"
        if self.exists(descriptor):
            raise FileExistsError(f"{self.address}/{key} is there already")
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            if name != DESCRIPTOR:
                with self._named(f"{key}/{name}"):
                    self._obstore.put(self._store, f"{key}/{name}", path)
        data = (folder / DESCRIPTOR).read_bytes()
        if not self.swap(descriptor, data, seen=None):
            raise FileExistsError(f"{self.address}/{key} is there already")

    def remove(self, key: str, *, unless: Callable[[], bool]) -> bool:
        """Delete the objects below a prefix, the descriptor first; it comes back where the release is in use by then.

        There is no lock over several objects: a release that is published anew while it is deleted may lose files.
        """
        descriptor = f"{key}/{DESCRIPTOR}"
        if unless():
            return False
        with self._named(key):
            data = self.read(descriptor) if self.exists(descriptor) else None
            self._obstore.delete(self._store, descriptor)
            if data is not None and unless():
                self._obstore.put(self._store, descriptor, data)
                return False
            if rest := self.files(key):
                self._obstore.delete(self._store, rest)
        return True

    def fetch(self, key: str) -> Path:
        """Download the objects below a prefix; the copies go when the process ends."""
        folder = Path(tempfile.mkdtemp(prefix="gangmu-release-"))
        # Not with this object: a path is in use longer than the storage that it came from.
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for name in self.files(key):
            path = folder / name.removeprefix(f"{key}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._named(name), path.open("wb") as stream:
                for chunk in self._obstore.get(self._store, name).stream():
                    stream.write(chunk)
        return folder

    def link(self, name: str, key: str) -> None:
        """Do nothing: there are no links."""

    @contextmanager
    def _named(self, key: str) -> Iterator[None]:
        """Errors of the store as errors of files, in one line that names the object."""
        errors = self._obstore.exceptions
        try:
            yield
        except (errors.AlreadyExistsError, errors.PreconditionError) as error:
            raise FileExistsError(f"{self.address}/{key}: somebody else was faster") from error
        except errors.PermissionDeniedError as error:
            raise PermissionError(
                f"{self.address}/{key}: access denied. Check credentials and bucket policy."
            ) from error
        except errors.BaseError as error:
            raise OSError(f"{self.address}/{key}: {str(error).splitlines()[0]}") from error
