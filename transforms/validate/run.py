"""The validation as a whole: rows are examined pack by pack, wherever and in whatever order, and judged together.

`examine` looks at whole documents with their sections and clauses and gives the number of rows that break each promise,
with a few of them: a small thing, so that a corpus of any size is judged in the memory of one pack. `conclude` adds them
up, looks at what goes across documents, and has Great Expectations judge the numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import polars as pl
import pyarrow as pa

from schemas import Dataset
from schemas.expectations import expectations
from transforms.validate.change import Change
from transforms.validate.checks import CHECKS, TYPE_CHECKS, Check
from transforms.validate.corpus import Corpus, gather
from transforms.validate.engine import judge
from transforms.validate.frames import JUDGED, Frames
from transforms.validate.report import WARNING, Breach, Outcome, Report

CHECKED = "checks"
"""Frame with one row: for every check, how many rows break it. Great Expectations takes twenty times as long for a frame each."""
UNIQUE = "expect_column_values_to_be_unique"
ROWS = ("documents", "sections", "clauses")


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in rows of whole documents; plain values, which JSON knows.

    Attributes:
        breaches: By expectation or check.
        columns: Columns of the tables that were looked at.
        warned: document_id of the documents that a warning is about.

    """

    breaches: Mapping[str, Breach] = field(default_factory=dict)
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    warned: Sequence[str] = ()


def validate(
    documents: pa.Table,
    sections: pa.Table,
    clauses: pa.Table,
    quarantine: pa.Table,
) -> Report:
    """Judge the datasets of a release that is small enough to be looked at as a whole."""

    def corpus() -> Corpus:
        return gather(documents, lambda: [clauses], lambda: [sections], lambda: [clauses])

    return conclude([examine(documents, sections, clauses)], quarantine, corpus)


def examine(documents: pa.Table, sections: pa.Table, clauses: pa.Table) -> Examined:
    """Examine rows for everything that does not go across sources.

    Args:
        documents: Rows to look at, all documents of their sources.
        sections: All their sections.
        clauses: All their clauses.

    """
    return _examine({"documents": documents, "sections": sections, "clauses": clauses})


def conclude(
    examined: Iterable[Examined],
    quarantine: pa.Table,
    corpus: Callable[[], Corpus],
    change: Change | None = None,
) -> Report:
    """Judge a release.

    Args:
        examined: What `examine` found in its rows. Rows that passed before and are unchanged need not be examined again.
        quarantine: What was set aside.
        corpus: Gives what goes across all its sources, the unchanged too; not asked where the tables are not of their form.
        change: Change since the former release, where there is one.

    """
    found = [*examined, _examine({"quarantine": quarantine})]
    breaches = {name: Breach.total(each.breaches[name] for each in found if name in each.breaches) for name in _names()}
    frames = {f"{name}.columns": _columns(name, found) for name in (*ROWS, "quarantine")}
    rows: Mapping[str, int] = {}
    chosen = [e for e in expectations_of() if e["name"] in _FORM or e["name"].endswith(".columns")]
    if not any(breaches[name].count for name in _FORM):
        chosen = expectations_of()
        release = corpus()
        whole = Frames({**release.tables, "quarantine": quarantine})
        keys = {**release.keys, "quarantine": whole.quarantine.select("source_uri")}
        breaches |= {check.name: Breach.of(check.offenders(whole)) for check in CHECKS if check.across}
        unique = [e for e in chosen if e["type"] == UNIQUE]
        breaches |= {e["name"]: Breach.of(breaking(e, keys[_dataset(e["frame"])])) for e in unique}
        frames["documents.keys"] = keys["documents"]
        rows = {**release.rows, "quarantine": quarantine.num_rows}
    rules = list(change.expectations) if change is not None else []
    breaches |= breaches_of(change) if change is not None else {}
    outcomes = judge_counted([*chosen, *rules], frames, breaches)
    return Report(tuple(outcomes), rows)


def breaches_of(change: Change) -> dict[str, Breach]:
    """What breaks the rules about the change since the former release."""
    return {e["name"]: Breach.of(breaking(e, change.frames[e["frame"]])) for e in change.expectations}


def judge_counted(
    chosen: Iterable[Mapping[str, Any]], frames: Mapping[str, pl.DataFrame], breaches: Mapping[str, Breach]
) -> list[Outcome]:
    """Judge expectations: those whose breaking rows were counted on the counts, the others on their frames."""
    counts = pl.DataFrame({name: [breach.count] for name, breach in breaches.items()})
    judged = [{**e, **_counted(e["name"])} if e["name"] in breaches else e for e in chosen]
    return judge(judged, {**frames, CHECKED: counts}, breaches)


def _names() -> list[str]:
    """Names of what is counted in rows."""
    counted = [e["name"] for e in expectations_of() if e["type"] in COUNTED and e["type"] != UNIQUE]
    return [*counted, *(check.name for check in (*TYPE_CHECKS, *CHECKS) if not check.across)]


def _examine(tables: Mapping[str, pa.Table]) -> Examined:
    """Examine datasets; where one is not of its declared form, nothing can be said but that."""
    frames = Frames(tables)
    columns = {name: table.column_names for name, table in tables.items()}
    of_form = {
        check.name: Breach.of(check.offenders(frames)) for check in TYPE_CHECKS if _dataset(check.name) in tables
    }
    if any(breach.count for breach in of_form.values()):
        return Examined(of_form, columns)
    checks = [c for c in CHECKS if not c.across] if set(ROWS) <= tables.keys() else []
    offenders = {check.name: check.offenders(frames) for check in checks}
    of_values = [
        e for e in expectations_of() if e["type"] in COUNTED and e["type"] != UNIQUE and _dataset(e["frame"]) in tables
    ]
    for name, group in groupby(sorted(of_values, key=_frame), key=_frame):
        offenders |= _breaking(list(group), frames.get(name))
    warned = [offenders[check.name]["document_id"].to_list() for check in checks if check.severity == WARNING]
    breaches = {name: Breach.of(rows) for name, rows in offenders.items()}
    return Examined({**of_form, **breaches}, columns, sorted({key for keys in warned for key in keys}))


def _columns(dataset: str, examined: Iterable[Examined]) -> pl.DataFrame:
    """Give the columns alone, as they were where they are not the declared ones: rows play no part in that."""
    declared = [column.name for d in JUDGED if d.name == dataset for column in d.columns]
    seen = [list(each.columns[dataset]) for each in examined if dataset in each.columns]
    names = next((names for names in seen if set(names) != set(declared)), declared)
    return pl.DataFrame(schema=dict.fromkeys(names, pl.Null))


def _dataset(name: str) -> str:
    return name.partition(".")[0]


def breaking(expectation: Mapping[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    """Find the rows that break an expectation on the values of a column: their key (the first column) and the value."""
    column = expectation["kwargs"]["column"]
    shown = list(dict.fromkeys([frame.columns[0], *(["place"] if "place" in frame.columns else []), column]))
    return frame.select(shown).filter(COUNTED[expectation["type"]](pl.col(column), **expectation["kwargs"]))


def _breaking(listed: list[dict[str, Any]], frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Find what breaks the expectations on one frame: counted in one pass, and looked for where there is any."""
    counts = frame.select(
        COUNTED[e["type"]](pl.col(e["kwargs"]["column"]), **e["kwargs"]).sum().alias(e["name"]) for e in listed
    ).row(0, named=True)
    return {e["name"]: breaking(e, frame if counts[e["name"]] else frame.clear()) for e in listed}


def _frame(expectation: Mapping[str, Any]) -> str:
    return str(expectation["frame"])


def _null(values: pl.Expr, **_: Any) -> pl.Expr:  # noqa: ANN401 - arguments of the expectation
    return values.is_null()


def _unknown(values: pl.Expr, *, value_set: list[str], **_: Any) -> pl.Expr:  # noqa: ANN401 - as above
    return values.is_not_null() & ~values.is_in(value_set)


def _beyond(values: pl.Expr, *, min_value: float | None, max_value: float | None, **_: Any) -> pl.Expr:  # noqa: ANN401 - as above
    bounds = [values < min_value] if min_value is not None else []
    bounds += [values > max_value] if max_value is not None else []
    # Not a number is in no range; polars holds it for the greatest of all.
    return pl.any_horizontal(*bounds, values.cast(pl.Float64).is_nan())


def _unlike(values: pl.Expr, *, regex: str, **_: Any) -> pl.Expr:  # noqa: ANN401 - as above
    # The end of the text is written otherwise in this engine.
    return values.is_not_null() & ~values.str.contains(regex.replace(r"\Z", r"\z"))


def _repeated(values: pl.Expr, **_: Any) -> pl.Expr:  # noqa: ANN401 - as above
    return values.is_duplicated()


_FORM = frozenset(check.name for check in TYPE_CHECKS)
COUNTED: dict[str, Callable[..., pl.Expr]] = {
    "expect_column_values_to_not_be_null": _null,
    "expect_column_values_to_be_in_set": _unknown,
    "expect_column_values_to_be_between": _beyond,
    "expect_column_values_to_match_regex": _unlike,
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
