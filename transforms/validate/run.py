"""The validation as a whole."""

from typing import Any

import polars as pl
import pyarrow as pa

from schemas import Dataset
from schemas.expectations import expectations
from transforms.validate.checks import CHECKS, TYPE_CHECKS, Check
from transforms.validate.engine import judge
from transforms.validate.frames import JUDGED, Frames
from transforms.validate.report import Report

EMPTY = "expect_table_row_count_to_equal"


def validate(documents: pa.Table, sections: pa.Table, clauses: pa.Table, quarantine: pa.Table) -> Report:
    """Judge the datasets of a release."""
    tables = {"documents": documents, "sections": sections, "clauses": clauses, "quarantine": quarantine}
    frames = Frames(tables)
    offenders = {check.name: check.offenders(frames) for check in TYPE_CHECKS}
    chosen = [e for e in expectations_of() if e["frame"] in offenders or e["name"].endswith(".columns")]
    if not any(frame.height for frame in offenders.values()):
        chosen = expectations_of()
        offenders |= {check.name: check.offenders(frames) for check in CHECKS}
    needed = {e["frame"] for e in chosen}
    looked_at = {name: offenders[name] if name in offenders else look(frames, name) for name in needed}
    return Report(tuple(judge(chosen, looked_at)), rows={name: table.num_rows for name, table in tables.items()})


def expectations_of() -> list[dict[str, Any]]:
    """List every expectation: of the columns and across datasets."""
    columns = [_on_own_frame(dataset, e) for dataset in JUDGED for e in expectations(dataset)]
    return [*columns, _not_empty(), *(_is_empty(check) for check in (*TYPE_CHECKS, *CHECKS))]


def look(frames: Frames, name: str) -> pl.DataFrame:
    """Give the frame of an expectation that is no check: a dataset, a nested column, or the columns of a table."""
    dataset, _, rest = name.partition(".")
    if rest == "columns":
        # The columns alone: rows play no part, and the table may be of any form.
        return pl.DataFrame(schema=dict.fromkeys(frames.tables[dataset].column_names, pl.Null))
    return frames.get(name)


def _on_own_frame(dataset: Dataset, expectation: dict[str, Any]) -> dict[str, Any]:
    if expectation["name"] == f"{dataset.name}.columns":
        return {**expectation, "frame": f"{dataset.name}.columns"}
    return expectation


def _not_empty() -> dict[str, Any]:
    return {
        "name": "documents.some",
        "frame": "documents",
        "type": "expect_table_row_count_to_be_between",
        "kwargs": {"min_value": 1},
        "severity": "critical",
        "description": "There is at least one document.",
    }


def _is_empty(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "frame": check.name,
        "type": EMPTY,
        "kwargs": {"value": 0},
        "severity": check.severity,
        "description": check.description,
    }
