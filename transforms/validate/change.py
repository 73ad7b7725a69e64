"""What changed since the former release, and how much of that is believed without a word.

A measure is a count and what it is a part of: `function=measure` counts clauses among all clauses, `rows=clauses` stands
for itself. Rules are rows of a table (`seeds/quality/changes.csv`): a collapse is an error, growth is news.

    name         what `--accept` takes: change:clauses_fall
    measures     a measure, or a pattern of several: function=*
    kind         relative (per cent of the former count) or points (percentage points of the share)
    fall, rise   the most that it may fall and rise; empty: any
    minimum      smaller corpora are not judged: least former count (relative) or least number that the share is of (points)
    severity     critical or warning
"""

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.tables import TableError
from schemas.vocabularies import AXES, LABELS
from transforms.validate.report import CRITICAL, WARNING

Measures = Mapping[str, tuple[int, int]]
"""Name -> (count, what it is a part of)."""
RELATIVE, POINTS = "relative", "points"
SCHEMA = {"measure": pl.String, "change": pl.Float64}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table."""

    name: str
    measures: str
    kind: str
    fall: float | None
    rise: float | None
    minimum: int
    severity: str
    description: str


@dataclass(frozen=True, slots=True)
class Change:
    """The change since the former release, ready to be judged.

    Attributes:
        expectations: One for every rule, on a frame of its name.
        frames: `measure` in words and by how much it changed, for every measure that is large enough to be judged.

    """

    expectations: tuple[dict[str, Any], ...]
    frames: Mapping[str, pl.DataFrame]


def load_rules(path: Path) -> tuple[Rule, ...]:
    """Read the table.

    Raises:
        ValueError: A row cannot be used; the message names file, line and column.

    """
    with path.open(encoding="utf-8", newline="") as stream:
        rules = [_rule(row, f"{path}, line {number}") for number, row in enumerate(csv.DictReader(stream), start=2)]
    names = [rule.name for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise TableError(f"{path}: {', '.join(sorted(twice))} stands there twice")
    return tuple(rules)


def _rule(row: Mapping[str, str], place: str) -> Rule:
    def number(column: str) -> float | None:
        text = (row[column] or "").strip()
        try:
            value = float(text) if text else None
        except ValueError:
            value = -1.0
        if value is not None and not 0 <= value < float("inf"):
            raise TableError(f"{place}: {column} is {text!r}; give a number from 0, or nothing for any change")
        return value

    def one_of(column: str, values: Collection[str]) -> str:
        if row[column] not in values:
            raise TableError(f"{place}: {column} is {row[column]!r}; give {' or '.join(values)}")
        return row[column]

    try:
        rule = Rule(
            name=row["name"],
            measures=row["measures"],
            kind=one_of("kind", (RELATIVE, POINTS)),
            fall=number("fall"),
            rise=number("rise"),
            minimum=int(number("minimum") or 0),
            severity=one_of("severity", (CRITICAL, WARNING)),
            description=row["description"],
        )
    except KeyError as error:
        raise TableError(f"{place}: there is no column {error}") from error
    if not rule.name.startswith("change:") or not rule.measures:
        raise TableError(f"{place}: name is change:… and measures are named, not {rule.name!r} and {rule.measures!r}")
    if rule.fall is None and rule.rise is None:
        raise TableError(f"{place}: {rule.name} limits neither fall nor rise and so cannot fail")
    return rule


def measure(
    documents: pa.Table, clauses: Iterable[pa.Table], *, sections: int, quarantine: int
) -> dict[str, tuple[int, int]]:
    """Measure a release.

    Args:
        documents: source_uri and findings of all documents.
        clauses: Labels and `uncertain` of all clauses, in parts: there may be too many for the memory.
        sections: Rows of sections.
        quarantine: Sources that were set aside.

    """
    labels: Counter[str] = Counter()
    count = 0
    for part in clauses:
        count += part.num_rows
        labels.update(_counts("uncertain", part["uncertain"].combine_chunks().flatten()))
        for axis in AXES:
            labels.update(_counts(axis, part[axis]))
    sources = pc.count_distinct(documents["source_uri"]).as_py() + quarantine
    rows = {"documents": documents.num_rows, "sections": sections, "clauses": count}
    found = {f"rows={name}": (number, number) for name, number in rows.items()}
    found["quarantine"] = (quarantine, sources)
    found |= {name: (number, documents.num_rows) for name, number in sorted(_findings(documents).items())}
    names = [f"uncertain={axis}" for axis in AXES]
    names += [f"{axis}={code}" for axis in AXES for code in LABELS[axis]]
    return found | {name: (labels[name], count) for name in names}


def _findings(documents: pa.Table) -> dict[str, int]:
    """Count the documents that have a finding, by `finding=severity code`."""
    lists = documents["findings"].combine_chunks()
    found = lists.flatten()
    names = pc.binary_join_element_wise(found.field("severity"), found.field("code"), " ")
    # A document counts once, however often it has it.
    told = pa.table({"row": pc.list_parent_indices(lists), "name": names}).group_by(["row", "name"]).aggregate([])
    return _counts("finding", told["name"])


def _counts(name: str, values: Any) -> dict[str, int]:  # noqa: ANN401 - an array of pyarrow
    return {f"{name}={pair['values']}": pair["counts"] for pair in pc.value_counts(values).to_pylist()}


def change(rules: Collection[Rule], before: Measures, now: Measures, *, accepted: Collection[str] = ()) -> Change:
    """Compare the measures of two releases; a breach of an accepted rule is a warning."""
    frames = {rule.name: _frame(rule, before, now) for rule in rules}
    return Change(tuple(_expectation(rule, accepted=rule.name in accepted) for rule in rules), frames)


def _frame(rule: Rule, before: Measures, now: Measures) -> pl.DataFrame:
    names = [name for name in dict.fromkeys([*before, *now]) if fnmatchcase(name, rule.measures)]
    rows = []
    for name in names:
        # A finding that did not occur has no measure: its total is that of the others.
        old, new = (_measure(name, measures) for measures in (before, now))
        if rule.kind == RELATIVE and old[0] >= max(rule.minimum, 1):
            said = f"{name}: {old[0]:,} → {new[0]:,}"
            rows.append({"measure": said, "change": round(100 * (new[0] - old[0]) / old[0], 3)})
        elif rule.kind == POINTS and min(old[1], new[1]) >= max(rule.minimum, 1):
            shares = [100 * count / of for count, of in (old, new)]
            rows.append(
                {"measure": f"{name}: {shares[0]:.1f} % → {shares[1]:.1f} %", "change": round(shares[1] - shares[0], 3)}
            )
    return pl.DataFrame(rows, schema=SCHEMA)


def _measure(name: str, measures: Measures) -> tuple[int, int]:
    if name in measures:
        count, of = measures[name]
        return count, of
    family = name.partition("=")[0]
    totals = {"finding": "rows=documents"}
    return 0, measures.get(totals.get(family, "rows=clauses"), (0, 0))[0]


def _expectation(rule: Rule, *, accepted: bool) -> dict[str, Any]:
    return {
        "name": rule.name,
        "frame": rule.name,
        "type": "expect_column_values_to_be_between",
        "kwargs": {
            "column": "change",
            "min_value": None if rule.fall is None else -rule.fall,
            "max_value": rule.rise,
        },
        "severity": WARNING if accepted else rule.severity,
        "description": rule.description + (" (accepted)" if accepted else ""),
    }
