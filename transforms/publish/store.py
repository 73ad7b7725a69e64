"""The releases of an output folder: which there are, which is current, what is in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS

CONTENT = (DOCUMENTS, SECTIONS, CLAUSES, QUARANTINE)
"""Datasets in a release. Their files and the versions of the reference tables are its identity."""
DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True, slots=True)
class Release:
    """A release on the disk."""

    id: str
    path: Path
    descriptor: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Full digest of the content."""
        return str(self.descriptor.get("gangmu", {}).get("digest", ""))

    @property
    def rows(self) -> dict[str, int]:
        """Rows of every dataset."""
        return {resource["name"]: int(resource["rows"]) for resource in self.descriptor["resources"]}


def listing(output: Path) -> list[Release]:
    """All releases of an output folder, oldest first."""
    folder = output / "releases"
    if not folder.is_dir():
        return []
    return [open_release(path) for path in sorted(folder.iterdir()) if (path / DESCRIPTOR).is_file()]


def open_release(path: Path) -> Release:
    """Release in a folder.

    Raises:
        ValueError: Its descriptor cannot be read.

    """
    try:
        descriptor = json.loads((path / DESCRIPTOR).read_text(encoding="utf-8"))
        names = [resource["name"] for resource in descriptor["resources"]]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path / DESCRIPTOR} cannot be read as the descriptor of a release: {error}") from error
    if not names:
        raise ValueError(f"{path / DESCRIPTOR} names no resources")
    return Release(id=path.resolve().name, path=path, descriptor=descriptor)


def current(output: Path) -> str | None:
    """Id of the current release; None before the first."""
    pointer = output / "latest.json"
    if not pointer.is_file():
        return None
    return str(json.loads(pointer.read_text(encoding="utf-8"))["release"])


def find(output: Path, digest: str) -> Release | None:
    """Release with this content, if there is one; of several the newest."""
    for release in reversed(listing(output)):
        if release.digest == digest:
            return release
    return None


def read_tables(release: Path) -> dict[str, pa.Table]:
    """Datasets of a release by name, every part of each."""
    return {dataset.name: pq.read_table(release / dataset.name, partitioning=None) for dataset in CONTENT}


def read_columns(
    release: Path, dataset: str, columns: Sequence[str], only: tuple[str, Sequence[str]] | None = None
) -> pa.Table:
    """Columns of a dataset; `only` names a column and the values that are wanted of it."""
    chosen = None if only is None else pc.field(only[0]).isin(pa.array(only[1], pa.string()))
    return pq.read_table(release / dataset, columns=list(columns), partitioning=None, filters=chosen)
