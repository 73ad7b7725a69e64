"""Clauses as printed: from places in the reading text to places in the document, for columns of mentions at once.

Most clauses are one piece, printed as they are read: there an offset is only shifted. For the others the map is certain
when reading and print hold equally many characters that are no white space: the n-th of the one is the n-th of the
other. Where it is not certain, a mention carries the hull of its clause.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.classify.columns import whole
from transforms.classify.rules import Bools, Ints
from transforms.classify.texts import joined, runs


def _white() -> Bools:
    return np.array([chr(code).isspace() for code in range(0x10000)], np.bool_)


_WHITE = _white()


class Printed:
    """The printed form of a table of clauses."""

    def __init__(self, clauses: pa.Table) -> None:
        self.start, self.end = (clauses[name].to_numpy().astype(np.int64) for name in ("start", "end"))
        self._text, self._raw = clauses["text"], clauses["text_raw"]
        pieces = whole(clauses["fragments"])
        offsets = pieces.offsets.to_numpy().astype(np.int64)
        first = offsets[:-1] - offsets[0]
        count = np.diff(offsets)
        values = pieces.flatten()
        begins = values.field("start").to_numpy().astype(np.int64)
        ends = values.field("end").to_numpy().astype(np.int64)
        length = pc.utf8_length(self._text).to_numpy().astype(np.int64)
        printed = pc.utf8_length(self._raw).to_numpy().astype(np.int64)
        self.base = np.full(len(length), -1, np.int64)
        if len(begins):
            at = np.minimum(first, len(begins) - 1)
            simple = (length == printed) & (count == 1) & (ends[at] - begins[at] == length)
            self.base[simple] = begins[at][simple]
        self._row = np.full(len(length), -1, np.int64)
        rest = np.flatnonzero(self.base < 0)
        self._row[rest] = np.arange(len(rest))
        self._map(rest, first, count, begins, ends)

    def _map(self, rest: Ints, first: Ints, count: Ints, begins: Ints, ends: Ints) -> None:
        """Places of the characters of the clauses that are not simple."""
        read, raw = self._text.take(pa.array(rest)).to_pylist(), self._raw.take(pa.array(rest)).to_pylist()
        texts, prints = joined(read), joined(raw)
        self._begin, self._read, self._print = texts.begin, read, raw
        self._place = np.full(len(texts.codes), -1, np.int64)
        self._printed_at = np.full(len(texts.codes), -1, np.int64)
        if not len(rest):
            self._sure = np.zeros(0, np.bool_)
            return
        pieces = runs(first[rest], count[rest])
        sizes = ends[pieces] - begins[pieces]
        owner = np.repeat(np.arange(len(rest)), count[rest])
        whole = np.bincount(owner, sizes, len(rest)).astype(np.int64) == prints.length
        left, right = _solid(texts.codes, texts.begin, texts.length), _solid(prints.codes, prints.begin, prints.length)
        self._sure = whole & (np.bincount(left[1], minlength=len(rest)) == np.bincount(right[1], minlength=len(rest)))
        # Canonical places of all printed characters, piece after piece.
        kept = whole[owner]
        spots = runs(begins[pieces[kept]], sizes[kept])
        home = np.full(len(prints.codes), -1, np.int64)
        rows = np.flatnonzero(whole)
        home[runs(prints.begin[rows], prints.length[rows])] = spots
        a, b = left[0][self._sure[left[1]]], right[0][self._sure[right[1]]]
        self._place[a] = home[b]
        self._printed_at[a] = b - prints.begin[right[1][self._sure[right[1]]]]

    def ranges(self, clause: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Canonical ranges of ranges of the reading texts; the hull of the clause where the map is not certain."""
        base = self.base[clause]
        first, last = base + start, base + end
        rows = np.flatnonzero(base < 0)
        if len(rows):
            row = self._row[clause[rows]]
            begin = self._begin[row]
            a, b = self._place[begin + start[rows]], self._place[begin + end[rows] - 1]
            sure = self._sure[row] & (a >= 0) & (b >= a)
            first[rows] = np.where(sure, a, self.start[clause[rows]])
            last[rows] = np.where(sure, b + 1, self.end[clause[rows]])
        return first, last

    def pieces(self, clause: Ints, start: Ints, end: Ints, raw: list[str]) -> list[str]:
        """Pieces of clauses as printed, where they can be cut out, else as read; `raw` are all printed texts."""
        found = [raw[i][a:b] for i, a, b in zip(clause.tolist(), start.tolist(), end.tolist(), strict=True)]
        rest = np.flatnonzero(self.base[clause] < 0)
        row, a, b = self._row[clause[rest]], start[rest], end[rest]
        first, last = self._begin[row] + a, self._begin[row] + b - 1
        at, to = self._printed_at[first], self._printed_at[last]
        whole = (at >= 0) & (to - at == self._place[last] - self._place[first])
        columns = (rest, row, whole, np.where(whole, at, a), np.where(whole, to + 1, b))
        for j, i, as_printed, begin, stop in zip(*(column.tolist() for column in columns), strict=True):
            found[j] = (self._print if as_printed else self._read)[i][begin:stop]
        return found


def _solid(codes: Any, begin: Ints, length: Ints) -> tuple[Ints, Ints]:  # noqa: ANN401
    """Places of the characters that are no white space, and the text that each belongs to."""
    places = runs(begin, length)
    owner = np.repeat(np.arange(len(begin)), length)
    solid = ~_WHITE[codes[places]]
    return places[solid], owner[solid]
