"""clean: which characters are read, and how they read.

Decides, never destroys. The result is the reading text (Simplified characters, broken lines joined, page furniture left
out) with the map back to the extracted text: `pieces` are the parts of the extracted text that are read, in order, and the
reading text has exactly one character for each of theirs. What is not read is listed in `marks` with its role and reason.
"""

from typing import Any

import numpy as np

from transforms.clean.furniture import find_marks
from transforms.clean.joins import find_joins
from transforms.clean.script import script_of, to_simplified


def clean(source: dict[str, Any]) -> dict[str, Any]:
    """Prepare one source for reading.

    Args:
        source: A row of `schemas.SOURCES`.

    Returns:
        A row of `schemas.READINGS`.

    """
    text: str = source["text"]
    heads = [(h["start"], h["end"]) for h in source["hints"] if h["kind"] == "furniture"]
    marks = find_marks(text, source["source_format"], heads)
    tables = [(table["start"], table["end"]) for table in source["tables"]]
    layout, joins = find_joins(text, marks, tables, {h["start"] for h in source["hints"] if h["kind"] == "wrap"})
    read = np.ones(len(text), dtype=bool)
    for start, end, _, _ in marks:
        read[start:end] = False
    for start, end in joins:
        marks += [(start + a, start + b, "gap", "joined_line") for a, b in _runs(read[start:end])]
    for start, end in joins:
        read[start:end] = False
    marks.sort()
    pieces = _runs(read)
    kept = "".join(text[a:b] for a, b in pieces)
    simplified = to_simplified(kept)
    # Of most texts every character is read: they need not be converted twice.
    whole = simplified if kept == text else to_simplified(text)
    return {
        "source_uri": source["source_uri"],
        "text": simplified,
        "pieces": [{"start": a, "end": b} for a, b in pieces],
        "marks": [{"start": a, "end": b, "role": role, "code": code} for a, b, role, code in marks],
        "layout": layout,
        "script": script_of(text, whole),
        "findings": source["findings"],
    }


def _runs(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """Maximal runs of True as (start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


__all__ = ["clean"]
