"""The validation as a whole."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from schemas import Dataset
from schemas.expectations import expectations
from transforms.validate.checks import CHECKS, TYPE_CHECKS, Check
from transforms.validate.engine import judge
from transforms.validate.frames import JUDGED, Frames
from transforms.validate.report import WARNING, Report

CHECKED = "checks"
"""Frame with one row: for every check, how many rows break it. Great Expectations takes twenty times as long for a frame each."""
UNIQUE = "expect_column_values_to_be_unique"
ACROSS = {
    "documents": ("document_id", "source_uri", "duplicate_of"),
    "sections": ("section_id", "document_id", "links"),
    "clauses": ("clause_id", "document_id", "references"),
}
"""Columns that checks across sources look at."""


def validate(
    documents: pa.Table,
    sections: pa.Table,
    clauses: pa.Table,
    quarantine: pa.Table,
    *,
    corpus: Mapping[str, pa.Table] | None = None,
) -> Report:
    """Judge the datasets of a release.

    Args:
        documents: Rows to look at.
        sections: All their sections.
        clauses: All their clauses.
        quarantine: What was set aside.
        corpus: Where those rows are not all of the release, the others having passed before and being unchanged: the
            columns `ACROSS` of all rows. What a source may break without a change is judged on them.

    """
    tables = {"documents": documents, "sections": sections, "clauses": clauses, "quarantine": quarantine}
    frames = Frames(tables)
    whole = Frames({**tables, **corpus}) if corpus is not None else frames
    offenders = {check.name: check.offenders(frames) for check in TYPE_CHECKS}
    chosen = [e for e in expectations_of() if e["name"] in offenders or e["name"].endswith(".columns")]
    if not any(frame.height for frame in offenders.values()):
        chosen = expectations_of()
        offenders |= {check.name: check.offenders(whole if check.across else frames) for check in CHECKS}
    counts = pl.DataFrame({name: [frame.height] for name, frame in offenders.items()})
    looked_at = {
        name: counts if name == CHECKED else look(frames, whole, name) for name in {e["frame"] for e in chosen}
    }
    outcomes = judge(chosen, looked_at, offenders)
    rows = {name: table.num_rows for name, table in whole.tables.items()}
    warned = [
        offenders[c.name]["document_id"].to_list() for c in CHECKS if c.severity == WARNING and c.name in offenders
    ]
    return Report(tuple(outcomes), rows, frozenset(key for keys in warned for key in keys))


def expectations_of() -> list[dict[str, Any]]:
    """List every expectation: of the columns and across datasets."""
    columns = [_on_own_frame(dataset, e) for dataset in JUDGED for e in expectations(dataset)]
    return [*columns, _not_empty(), *(_is_empty(check) for check in (*TYPE_CHECKS, *CHECKS))]


def look(frames: Frames, whole: Frames, name: str) -> pl.DataFrame:
    """Give the frame of an expectation that is no check: a dataset, a nested column, its keys, or the columns of a table."""
    dataset, _, rest = name.partition(".")
    if rest == "columns":
        # The columns alone: rows play no part, and the table may be of any form.
        return pl.DataFrame(schema=dict.fromkeys(frames.tables[dataset].column_names, pl.Null))
    if rest == "keys":
        keyed: pl.DataFrame = getattr(whole, dataset)
        return keyed.select(keyed.columns[0])
    return frames.get(name)


def _on_own_frame(dataset: Dataset, expectation: dict[str, Any]) -> dict[str, Any]:
    if expectation["name"] == f"{dataset.name}.columns":
        return {**expectation, "frame": f"{dataset.name}.columns"}
    if expectation["type"] == UNIQUE:
        return {**expectation, "frame": f"{dataset.name}.keys"}
    return expectation


def _not_empty() -> dict[str, Any]:
    return {
        "name": "documents.some",
        "frame": "documents.keys",
        "type": "expect_table_row_count_to_be_between",
        "kwargs": {"min_value": 1},
        "severity": "critical",
        "description": "There is at least one document.",
    }


def _is_empty(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "frame": CHECKED,
        "type": "expect_column_max_to_be_between",
        "kwargs": {"column": check.name, "max_value": 0},
        "severity": check.severity,
        "description": check.description,
    }
