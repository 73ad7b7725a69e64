"""Small documents in the form of releases: sections and clauses from an outline written as text."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from schemas import CLAUSES, DOCUMENTS, SECTIONS
from transforms.compare import Difference, Side, compare
from transforms.segment.rows import digest

Outline = Sequence[str | tuple[str, str | None]]
"""Clauses as strings; a section begins with (label, title)."""
Build = Callable[..., Side]
Diff = Callable[[dict[str, Outline], dict[str, Outline]], Difference]

LABELS = {"function": "measure", "modality": "none", "theme": "T06", "instrument": "none"}


def _table(dataset: Any, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows with what they hold alone: a comparison reads no more."""
    return pa.table({c.name: pa.array([row.get(c.name) for row in rows], c.type) for c in dataset.columns})


def side(documents: dict[str, Outline], **more: dict[str, Any]) -> Side:
    rows: dict[str, list[dict[str, Any]]] = {"documents": [], "sections": [], "clauses": []}
    for uri, outline in documents.items():
        key = digest(uri, "0")
        text = repr(outline)
        facts = {"genre": "notice", "script": "hans", "source_format": "text", "source_encoding": "utf-8"}
        rows["documents"].append(
            {
                "document_id": key,
                "source_uri": uri,
                "title_reading": None,
                "text_sha256": digest(text),
                **facts,
                **more.get(uri, {}),
            }
        )
        section: str | None = None
        times: dict[str, int] = {}
        for line in outline:
            if isinstance(line, tuple):
                label, title = line
                ordinal = sum(one["document_id"] == key for one in rows["sections"])
                section = f"{key}/{label or title}_{ordinal}"
                rows["sections"].append(
                    {
                        "section_id": section,
                        "document_id": key,
                        "ordinal": ordinal,
                        "kind": "heading",
                        "label": label,
                        "number": label,
                        "title": title,
                        "path": [],
                    }
                )
                continue
            words, _, labels = line.partition("#")
            times[words] = times.get(words, 0) + 1
            rows["clauses"].append(
                {
                    "clause_id": digest(key, words, str(times[words])),
                    "document_id": key,
                    "section_id": section,
                    "ordinal": sum(one["document_id"] == key for one in rows["clauses"]),
                    "text": words,
                    **LABELS,
                    **dict(pair.split("=") for pair in labels.split(",") if pair),
                }
            )
    tables = {d.name: _table(d, rows[d.name]) for d in (DOCUMENTS, SECTIONS, CLAUSES)}

    def read(dataset: str, columns: Sequence[str], only: tuple[str, Sequence[str]] | None) -> pa.Table:
        table = tables[dataset]
        if only is not None:
            table = table.filter(pc.is_in(table[only[0]], pa.array(only[1], pa.string())))
        return table.select(list(columns))

    return Side("side", read)


@pytest.fixture
def build() -> Build:
    return side


@pytest.fixture
def diff() -> Diff:
    return lambda before, after: compare(side(before), side(after))
