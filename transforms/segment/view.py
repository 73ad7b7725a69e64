"""A document as the segmenter reads it: reading text with the map back to the document's canonical text."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Offsets = memoryview
"""32-bit integers, read one by one: a view of an array gives them as numbers of Python."""


@dataclass(frozen=True, slots=True)
class View:
    """Reading text and its map.

    Attributes:
        text: Reading text.
        offsets: For each character of `text` its offset in `canonical`; one more for the end.
        canonical: The document's canonical text.
        marks: (start, end, role, code) of canonical characters that are not read.
        layout: `lines`, `wrapped` or `flat`.
        tables: (start, end, cells) of the tables that the source knows, in canonical offsets.
        runs: Spans of `text` that the container sets apart (bold, 楷体), ordered, apart from each other; none for plain text.

    """

    text: str
    offsets: Offsets
    canonical: str
    marks: tuple[tuple[int, int, str, str], ...]
    layout: str
    tables: tuple[tuple[int, int, list[list[str]]], ...] = ()
    runs: tuple[tuple[int, int], ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Canonical span of a span of the reading text (not empty)."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def at(self, position: int) -> int:
        """Canonical offset of a position of the reading text; the end of the text has one too."""
        return self.offsets[position]

    def place(self, offset: int) -> int:
        """First position of the reading text that stands at a canonical offset or after it; its end where none does."""
        return bisect_left(self.offsets, offset, 0, len(self.text))

    def slice(self, fragments: list[tuple[int, int]]) -> "View":
        """View of the document that is made of these pieces of the canonical text, in this order."""
        texts: list[str] = []
        places = np.asarray(self.offsets)
        offsets = []
        marks: list[tuple[int, int, str, str]] = []
        base = 0
        for start, end in fragments:
            low, high = self.place(start), self.place(end)
            texts.append(self.text[low:high])
            offsets.append(places[low:high] - start + base)
            marks += [
                (max(a, start) - start + base, min(b, end) - start + base, role, code)
                for a, b, role, code in self.marks
                if a < end and b > start
            ]
            base += end - start
        canonical = "".join(self.canonical[a:b] for a, b in fragments)
        return View("".join(texts), offsets_of(offsets, base), canonical, tuple(marks), self.layout)


def offsets_of(pieces: Iterable[np.ndarray[Any, Any]], end: int) -> Offsets:
    """Offsets of the characters of some pieces, and that of the end."""
    return np.concatenate([*pieces, [end]]).astype(np.int32).data


def view_of(source: dict[str, Any], reading: dict[str, Any]) -> View:
    """View of a whole source from its rows of `schemas.SOURCES` and `schemas.READINGS`."""
    text: str = source["text"]
    pieces = [np.arange(p["start"], p["end"], dtype=np.int32) for p in reading["pieces"]]
    marks = tuple([(m["start"], m["end"], m["role"], m["code"]) for m in reading["marks"]])
    tables = tuple([(t["start"], t["end"], t["cells"]) for t in source["tables"]])
    view = View(reading["text"], offsets_of(pieces, len(text)), text, marks, reading["layout"], tables)
    return replace(view, runs=_runs(source, view)) if source["hints"] else view


def _runs(source: dict[str, Any], view: View) -> tuple[tuple[int, int], ...]:
    """Bold and 楷体 runs in the reading text, joined where nothing but blanks lies between."""
    joined: list[tuple[int, int]] = []
    for hint in source["hints"]:
        if hint["kind"] not in {"bold", "kai"}:
            continue
        start, end = view.place(hint["start"]), view.place(hint["end"])
        if joined and (start < joined[-1][1] or not view.text[joined[-1][1] : start].strip(" \t\u3000\xa0")):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return tuple(joined)
