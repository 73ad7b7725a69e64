"""From the batches of a run to one release: joined, judged, published. Without Prefect, paths in."""

import json
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows import reference, tables, work
from flows.quarantine import Quarantine
from flows.sources import SetAside
from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS, Dataset
from schemas.arrow import to_table
from transforms.publish import mark_copies, write_release

JOINED: tuple[Dataset, ...] = (DOCUMENTS, SECTIONS, CLAUSES, QUARANTINE)
LIBRARIES = ("pyarrow", "polars", "numpy", "scipy", "jieba", "rjieba", "great-expectations", "prefect")


def join(folder: Path, batches: Sequence[str], set_aside: Sequence[SetAside]) -> dict[str, int]:
    """Join the batches to one table for each dataset; gives their rows."""
    from transforms.classify.citations import with_documents  # noqa: PLC0415 - loaded beside the work by then

    places = [Path(batch) for batch in batches]
    found = Quarantine("extract")
    for one in set_aside:
        found.add(one.uri, code=one.code, reason=one.reason)
    tables.write(folder / "quarantine-sources.arrow", QUARANTINE, to_table(QUARANTINE, found.rows))
    joined = {}
    for dataset in JOINED:
        if dataset is QUARANTINE:
            paths = [folder / "quarantine-sources.arrow"]
            paths += [place / f"quarantine-{stage}.arrow" for place in places for stage in work.STAGES]
        else:
            paths = [place / f"labelled-{dataset.name}.arrow" for place in places]
        joined[dataset.name] = tables.read(paths, dataset)
    # What only all documents together tell: which repeat another, and which cite another.
    joined["documents"] = mark_copies(joined["documents"])
    joined["clauses"] = with_documents(joined["documents"], joined["sections"], joined["clauses"])
    for dataset in JOINED:
        tables.write(folder / f"{dataset.name}.arrow", dataset, joined[dataset.name])
    return {name: table.num_rows for name, table in joined.items()}


def read(folder: Path) -> dict[str, pa.Table]:
    """Read the joined tables of a run."""
    return {dataset.name: tables.read([folder / f"{dataset.name}.arrow"], dataset) for dataset in JOINED}


def judge(folder: str) -> dict[str, Any]:
    """Validate the joined tables; the report as JSON values. Runs in the validator's process."""
    from transforms.validate import validate  # noqa: PLC0415 - in the validator only

    report = validate(**read(Path(folder)))
    return {
        **report.as_dict(),
        "reasons": [outcome.sentence() for outcome in report.failures],
        "remarks": [outcome.sentence() for outcome in report.warnings],
    }


def publish(folder: Path, *, output: Path, run: str, day: date, validation: dict[str, Any]) -> dict[str, Any]:
    """Publish the joined tables."""
    published = write_release(
        read(folder),
        output=output,
        run=run,
        day=day,
        reference=reference.versions(),
        validation=validation,
        facts={"run": run, "version": version("gangmu"), "libraries": {name: version(name) for name in LIBRARIES}},
    )
    return {
        "release": published.release,
        "path": published.address,
        "digest": published.digest,
        "new": published.new,
    }


def tracebacks(batches: Sequence[str]) -> dict[str, str]:
    """Tracebacks of all stages of all batches, by id."""
    found: dict[str, str] = {}
    for batch in batches:
        for path in sorted(Path(batch).glob("tracebacks-*.json")):
            found |= json.loads(path.read_text(encoding="utf-8"))
    return found


def findings(documents: pa.Table) -> dict[str, int]:
    """How often each finding occurs, by `severity code`."""
    counts: dict[str, int] = {}
    for row in documents["findings"].to_pylist():
        for finding in row:
            name = f"{finding['severity']} {finding['code']}"
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))
