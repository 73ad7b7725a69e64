"""The validation as a whole."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from schemas import Dataset
from schemas.expectations import expectations
from transforms.validate.change import Change
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
    change: Change | None = None,
) -> Report:
    """Judge the datasets of a release.

    Args:
        documents: Rows to look at.
        sections: All their sections.
        clauses: All their clauses.
        quarantine: What was set aside.
        corpus: Where those rows are not all of the release, the others having passed before and being unchanged: the
            columns `ACROSS` of all rows. What a source may break without a change is judged on them.
        change: Change since the former release, where there is one.

    """
    tables = {"documents": documents, "sections": sections, "clauses": clauses, "quarantine": quarantine}
    frames = Frames(tables)
    whole = Frames({**tables, **corpus}) if corpus is not None else frames
    offenders = {check.name: check.offenders(frames) for check in TYPE_CHECKS}
    chosen = [e for e in expectations_of() if e["name"] in offenders or e["name"].endswith(".columns")]
    if not any(frame.height for frame in offenders.values()):
        chosen = expectations_of()
        offenders |= {check.name: check.offenders(whole if check.across else frames) for check in CHECKS}
    changed: Mapping[str, pl.DataFrame] = change.frames if change is not None else {}
    chosen = [*chosen, *(change.expectations if change is not None else ())]
    of_columns = [e for e in chosen if e["type"] in COUNTED]
    seen = {
        name: changed[name] if name in changed else look(frames, whole, name)
        for name in {e["frame"] for e in of_columns}
    }
    offenders |= {e["name"]: breaking(e, seen[e["frame"]]) for e in of_columns}
    chosen = [{**e, **_counted(e["name"])} if e["name"] in offenders else e for e in chosen]
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


def breaking(expectation: Mapping[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    """Find the rows that break an expectation on the values of a column: their key (the first column) and the value."""
    column = expectation["kwargs"]["column"]
    shown = list(dict.fromkeys([frame.columns[0], *(["place"] if "place" in frame.columns else []), column]))
    return frame.select(shown).filter(COUNTED[expectation["type"]](pl.col(column), **expectation["kwargs"]))


def _null(values: pl.Expr, **_: Any) -> pl.Expr:  # noqa: ANN401 - arguments of the expectation
    return values.is_null()


def _unknown(values: pl.Expr, *, value_set: list[str], **_: Any) -> pl.Expr:  # noqa: ANN401 - as above
    return values.is_not_null() & ~values.is_in(value_set)


def _beyond(values: pl.Expr, *, min_value: float | None, max_value: float | None, **_: Any) -> pl.Expr:  # noqa: ANN401 - as above
    bounds = [values < min_value] if min_value is not None else []
    bounds += [values > max_value] if max_value is not None else []
    # Not a number is in no range; polars holds it for the greatest of all.
    return pl.any_horizontal(*bounds, values.cast(pl.Float64).is_nan())


def _repeated(values: pl.Expr, **_: Any) -> pl.Expr:  # noqa: ANN401 - as above
    return values.is_duplicated()


COUNTED: dict[str, Callable[..., pl.Expr]] = {
    "expect_column_values_to_not_be_null": _null,
    "expect_column_values_to_be_in_set": _unknown,
    "expect_column_values_to_be_between": _beyond,
    UNIQUE: _repeated,
}
"""Expectations whose breaking rows polars finds; Great Expectations judges their number. By its pandas engine they are most
of the time of a validation, for the columns of a million clauses and for those of one document alike."""


def _counted(name: str) -> dict[str, Any]:
    """Expectation that no row breaks what is named."""
    return {
        "frame": CHECKED,
        "type": "expect_column_max_to_be_between",
        "kwargs": {"column": name, "max_value": 0},
    }


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
        **_counted(check.name),
        "severity": check.severity,
        "description": check.description,
    }
