"""The releases of an output: which there are, which is current, what is in them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS
from transforms.publish.parquet import read_dataset
from transforms.publish.storage import DESCRIPTOR, Folder, Storage, storage

CONTENT = (DOCUMENTS, SECTIONS, CLAUSES, QUARANTINE)
"""Datasets in a release. Their files and the versions of the reference tables are its identity."""
POINTER = "latest.json"
RELEASES = "releases"
ID = re.compile(r"\d{4}\.\d{2}\.\d{2}-[0-9a-f]{8,64}")
"""What ids of releases look like; they name folders, so that no other word of a descriptor may be one."""


@dataclass(frozen=True)
class Release:
    """A release in its storage."""

    id: str
    storage: Storage
    key: str
    descriptor: Mapping[str, Any]

    @property
    def address(self) -> str:
        """What a person calls it."""
        return f"{self.storage.address}/{self.key}"

    @property
    def digest(self) -> str:
        """Full digest of the content."""
        return str(self.descriptor.get("gangmu", {}).get("digest", ""))

    @property
    def rows(self) -> dict[str, int]:
        """Rows of every dataset."""
        return {resource["name"]: int(resource["rows"]) for resource in self.descriptor["resources"]}

    @cached_property
    def path(self) -> Path:
        """Its folder; of a bucket, a copy that is made when it is first asked for."""
        return self.storage.fetch(self.key)


def listing(output: str | Path | Storage) -> list[Release]:
    """All releases of an output, oldest first."""
    place = storage(output)
    keys = [f"{RELEASES}/{name}" for name in place.children(RELEASES)]
    return [read_release(place, key) for key in keys if place.exists(f"{key}/{DESCRIPTOR}")]


def open_release(path: Path) -> Release:
    """Release in a folder.

    Raises:
        ValueError: Its descriptor cannot be read.

    """
    real = path.resolve()
    return read_release(Folder(real.parent), real.name)


def read_release(place: Storage, key: str) -> Release:
    """Release under a key.

    Raises:
        ValueError: Its descriptor cannot be read.

    """
    name = f"{place.address}/{key}/{DESCRIPTOR}"
    try:
        descriptor = json.loads(place.read(f"{key}/{DESCRIPTOR}").decode("utf-8"))
        names = [resource["name"] for resource in descriptor["resources"]]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{name} cannot be read as the descriptor of a release: {error}") from error
    if not names:
        raise ValueError(f"{name} names no resources")
    return Release(id=_id(place, key, str(descriptor.get("version"))), storage=place, key=key, descriptor=descriptor)


def _id(place: Storage, key: str, version: str) -> str:
    """Give the name of the folder where releases are published; a copy elsewhere says itself what it is."""
    folder = key.rsplit("/", 1)[-1]
    published = f"{place.address}/{key}".split("/")[-2] == RELEASES
    return folder if published or not ID.fullmatch(version) else version


def current(output: str | Path | Storage) -> str | None:
    """Id of the current release; None before the first."""
    try:
        pointer = storage(output).read(POINTER)
    except FileNotFoundError:
        return None
    return str(json.loads(pointer.decode("utf-8"))["release"])


def find(output: str | Path | Storage, digest: str) -> Release | None:
    """Release with this content, if there is one; of several the newest."""
    place = storage(output)
    # The name ends in the first digits of the digest: other descriptors need not be read.
    likely = [name for name in place.children(RELEASES) if digest.startswith(name.rsplit("-", 1)[-1])]
    for name in reversed(likely):
        key = f"{RELEASES}/{name}"
        if place.exists(f"{key}/{DESCRIPTOR}") and (release := read_release(place, key)).digest == digest:
            return release
    return None


def read_tables(release: Path) -> dict[str, pa.Table]:
    """Datasets of a release by name, every part of each."""
    return {dataset.name: read_dataset(release / dataset.name) for dataset in CONTENT}


def read_parts(release: Path) -> Iterator[dict[str, pa.Table]]:
    """Documents with their sections and clauses, part by part: those of one number are of the same documents."""
    names = [dataset.name for dataset in CONTENT if dataset is not QUARANTINE]
    for tables in zip(*(read_each(release, name) for name in names), strict=True):
        yield dict(zip(names, tables, strict=True))


def read_each(release: Path, dataset: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Parts of a dataset, one by one; fields of nested columns are named as in Parquet."""
    for path in sorted((release / dataset).glob("*.parquet")):
        # Half the time of `read_table`, which looks at each file as a dataset.
        with pq.ParquetFile(path) as part:
            yield part.read(columns=None if columns is None else list(columns))


def read_columns(
    release: Path, dataset: str, columns: Sequence[str], only: tuple[str, Sequence[str]] | None = None
) -> pa.Table:
    """Columns of a dataset; `only` names a column and the values that are wanted of it."""
    chosen = None if only is None else pc.field(only[0]).isin(pa.array(only[1], pa.string()))
    return pq.read_table(release / dataset, columns=list(columns), partitioning=None, filters=chosen)
