"""`gangmu report` and `run --report`: pages of a release in a folder. No Prefect, no Great Expectations."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from flows import checking
from flows.errors import UsageError
from flows.swapping import put, remove
from transforms.publish import Release, is_remote, read_columns
from transforms.publish.pages import citation
from transforms.report import File, Part, site

REPORTS = "reports"
MADE = "site.json"
"""File that tells a folder of ours, which may be replaced."""
HEAVY = ("text", "spans")


def report(name: str | None, *, output: str | Path, to: str | Path | None = None) -> Path:
    """Write the pages of a release; gives the first page.

    Args:
        name: Release, as `checking.find_key` knows it.
        output: Folder or address of the releases.
        to: Folder of the pages; without it `reports/<release>` beside the releases.

    Raises:
        UsageError: There is no such release, or its pages cannot be written there.

    """
    release = checking.locate(name, output=output)
    if to is None and is_remote(release.storage.address):
        raise UsageError(f"{release.address}: is no folder. Say where the pages are to be written: --to FOLDER.")
    folder = Path(release.storage.address, REPORTS, release.id) if to is None else Path(to)
    _check(folder)
    try:
        _write(files(release), folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}). Name another folder with --to.") from error
    return folder / "index.html"


def files(release: Release) -> Iterator[File]:
    """All files of the pages of a release."""
    names = [column for column in pq.read_schema(_first(release.path / "documents")).names if column not in HEAVY]
    return site(
        release.descriptor,
        json.loads((release.path / "quality" / "validation.json").read_text(encoding="utf-8")),
        _frame(read_columns(release.path, "documents", names)),
        _parts(release.path),
        pl.read_parquet(release.path / "quarantine").to_dicts(),
        citation=citation(release.descriptor),
    )


def _parts(path: Path) -> Iterator[Part]:
    """Parts of a release: the files of the datasets hold the same documents under the same name."""
    for file in sorted((path / "documents").glob("*.parquet")):
        yield Part(*(pl.read_parquet(path / name / file.name) for name in ("documents", "sections", "clauses")))


def _first(folder: Path) -> Path:
    return min(folder.glob("*.parquet"))


def _frame(table: object) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("not a table")
    return frame


def _check(folder: Path) -> None:
    """See that nothing of others is in a folder."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / MADE).is_file()):
        raise UsageError(
            f"{folder}: holds other things, which would be replaced. Name an empty or new folder with --to."
        )


def _write(found: Iterable[File], folder: Path) -> None:
    """Write all files beside the folder, then put them in its place: a reader never sees half of them."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in found:
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        # Made for its owner alone; pages are to be read by others too.
        draft.chmod(0o755)
        put(draft, folder)
    finally:
        remove(draft)
