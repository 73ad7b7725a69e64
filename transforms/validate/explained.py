"""What a failed check means: rows with the text that they are about, and what to do next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas import CLAUSES, SECTIONS
from transforms.validate.report import Outcome

EXTRACT = 60
"""Characters of a text that are shown."""
KEYED = (("clause_id", CLAUSES), ("section_id", SECTIONS))
"""Keys by which an example leads to a place in a document, the narrower one first."""
LINED = {"text", "markdown"}
"""Formats whose lines are those of the source."""


@dataclass(frozen=True, slots=True)
class Example:
    """A row that breaks a check.

    Attributes:
        values: Its key and the values that matter.
        source_uri: Source of its document, where it belongs to one.
        line: Line of the source, from 1, where the source has lines and it is known.
        extract: The text that it is about.

    """

    values: Mapping[str, Any]
    source_uri: str | None = None
    line: int | None = None
    extract: str | None = None

    def place(self) -> str:
        """Source and line for a person; empty where it has none."""
        if self.source_uri is None:
            return ""
        return self.source_uri if self.line is None else f"{self.source_uri}, line {self.line}"

    def shown(self) -> str:
        """Key and values on one line."""
        return ", ".join(f"{name}={value!r}" for name, value in self.values.items())


@dataclass(frozen=True, slots=True)
class Explained:
    """A check with what a person needs to act on it: `examples` and the `step` to take where it does not hold."""

    outcome: Outcome
    examples: tuple[Example, ...] = ()
    step: str = ""

    @property
    def dataset(self) -> str:
        """What it looks at: the dataset, or `release`."""
        return self.outcome.name.partition(".")[0]


def explain(
    outcomes: Iterable[Outcome], tables: Mapping[str, pa.Table], steps: Sequence[tuple[str, str]]
) -> list[Explained]:
    """Explain every check that does not hold; others come back as they are.

    Args:
        outcomes: Results of the checks.
        tables: The datasets that were judged; empty where they could not be read.
        steps: Pairs of a pattern of names (`*.codes`) and what to do; the first that fits counts.

    """
    return [
        Explained(outcome)
        if outcome.success
        else Explained(
            outcome, tuple(_example(values, tables) for values in outcome.examples), next_step(outcome.name, steps)
        )
        for outcome in outcomes
    ]


def next_step(name: str, steps: Sequence[tuple[str, str]]) -> str:
    """What to do when a check fails.

    Raises:
        KeyError: No pattern fits.

    """
    for pattern, step in steps:
        if fnmatchcase(name, pattern):
            return step
    raise KeyError(f"no pattern of seeds/quality/next_steps.csv fits {name}")


def _example(values: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> Example:
    place = {name: values.get(name) for name in ("document_id", "start", "end")}
    for key, dataset in KEYED:
        row = _row(tables.get(dataset.name), key, values.get(key), ("document_id", "start", "end"))
        if row:
            place = {name: row[name] if place[name] is None else place[name] for name in place}
            break
    wanted = ("source_uri", "source_format", "fragments", "text")
    document = _row(tables.get("documents"), "document_id", place["document_id"], wanted)
    if not document or not isinstance(document["text"], str):
        return Example(values, source_uri=values.get("source_uri"))
    text = document["text"]
    start, end = (at if isinstance(at, int) else None for at in (place["start"], place["end"]))
    first = min(max(start or 0, 0), len(text))
    last = len(text) if end is None or end <= first else end
    line = text.count("\n", 0, first) + 1 if start is not None and _has_lines(document) else None
    return Example(values, source_uri=document["source_uri"], line=line, extract=_cut(text[first:last]))


def _row(table: pa.Table | None, key: str, value: Any, columns: Sequence[str]) -> dict[str, Any] | None:  # noqa: ANN401 - a key
    if table is None or value is None or not {key, *columns} <= set(table.column_names):
        return None
    # A table that is not of its declared form may hold anything in this column.
    if not pa.types.is_string(table.schema.field(key).type):
        return None
    found = table.filter(pc.equal(table[key], str(value))).slice(0, 1).select(list(columns)).to_pylist()
    return dict(found[0]) if found else None


def _has_lines(document: Mapping[str, Any]) -> bool:
    fragments = document["fragments"]
    # A part of a page does not know how many lines stand before it.
    return document["source_format"] in LINED and bool(fragments) and len(fragments) == 1 and not fragments[0]["start"]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXTRACT else line[: EXTRACT - 1] + "…"
