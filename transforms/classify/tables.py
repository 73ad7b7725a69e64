"""The stage itself: three tables in, documents and clauses with their label columns filled out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from schemas import CLAUSES, DOCUMENTS
from schemas.arrow import arrow_schema
from schemas.vocabularies import AXES
from transforms.classify.codebook import Codebook
from transforms.classify.columns import coded, lists, records
from transforms.classify.dates import dates
from transforms.classify.evidence import Told
from transforms.classify.keywords import document_keywords, keywords
from transforms.classify.mentions import masked, quantities, references
from transforms.classify.normal import holding, normal
from transforms.classify.offsets import canonical, mapped
from transforms.classify.organs import name_pattern, named, organs
from transforms.classify.rules import SOURCES
from transforms.classify.score import Labelled, label_batch
from transforms.classify.surroundings import Surrounded, surround
from transforms.classify.targets import with_targets

BATCH = 4000
"""Clauses that are scanned together: bounds memory, does not change the result."""

MOST_THEMES = 5
"""Themes kept for a document."""

Span = tuple[int, int]


def classify(
    documents: pa.Table,
    sections: pa.Table,
    clauses: pa.Table,
    codebook: Codebook,
) -> tuple[pa.Table, pa.Table]:
    """Fill the label columns of clauses, and theme_predicted and keywords of documents.

    Args:
        documents: Table of the schema DOCUMENTS.
        sections: Table of the schema SECTIONS.
        clauses: Table of the schema CLAUSES; its label columns are ignored and replaced.
        codebook: Tables from `codebook.load`.

    Returns:
        (documents, clauses) in the given order. Offsets count in `documents.text`; where the reading text of a clause
        cannot be mapped with certainty, mentions and evidence carry the hull of the clause.

    """
    surrounded = surround(documents, sections, clauses)
    shown = _Printed(clauses)
    words = keywords([s.record.text for s in surrounded], codebook.words["stop"])
    kinds = {field.name: field.type for field in arrow_schema(CLAUSES)}
    parts: dict[str, list[pa.Array]] = defaultdict(list)
    for begin in range(0, len(surrounded), BATCH):
        batch = surrounded[begin : begin + BATCH]
        found = label_batch([s.record for s in batch], codebook)
        columns = _label_columns(found, len(batch), codebook, kinds)
        columns["evidence"] = _evidence(found.told, begin, batch, shown, codebook, kinds["evidence"])
        for name, column in columns.items():
            parts[name].append(column)
    filled_columns: dict[str, Any] = {name: pa.concat_arrays(parts[name]) if parts else [] for name in _LABELS}
    filled_columns |= _mention_columns(surrounded, shown, codebook, kinds)
    filled_columns["keywords"] = words
    filled = _with(clauses, filled_columns, arrow_schema(CLAUSES))
    filled = _with(filled, {"references": with_targets(sections, filled)}, arrow_schema(CLAUSES))
    return _documents(documents, filled, words, codebook), filled


_LABELS = (
    *("function", "modality", "theme", "themes", "instrument", "uncertain", "evidence"),
    *(f"{axis}_confidence" for axis in AXES),
)


def _with(table: pa.Table, columns: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    for name, values in columns.items():
        field = schema.field(name)
        array = values if isinstance(values, pa.Array) else pa.array(values, field.type)
        place = table.schema.get_field_index(name)
        table = table.append_column(field, array) if place < 0 else table.set_column(place, field, array)
    return table


def _label_columns(
    found: Labelled, clauses: int, codebook: Codebook, kinds: Mapping[str, pa.DataType]
) -> dict[str, pa.Array]:
    columns = {axis: coded(codebook.labels[axis], found.decided[axis]) for axis in AXES}
    columns |= {f"{axis}_confidence": pa.array(found.confidence[axis]) for axis in AXES}
    rows = np.nonzero(found.held)
    columns["themes"] = lists(rows[0], clauses, coded(codebook.labels["theme"], found.themes[rows]), kinds["themes"])
    doubt = np.stack([found.confidence[axis] < codebook.confidence[axis].threshold for axis in AXES], axis=1)
    rows = np.nonzero(doubt)
    columns["uncertain"] = lists(rows[0], clauses, coded(AXES, rows[1]), kinds["uncertain"])
    return columns


class _Printed:
    """Clauses as printed: cuts mentions out of them and knows where they stand."""

    def __init__(self, clauses: pa.Table) -> None:
        self.text: list[str] = clauses.column("text").to_pylist()
        self.raw: list[str] = clauses.column("text_raw").to_pylist()
        hulls = [clauses.column(name).to_numpy().astype(np.int64) for name in ("start", "end")]
        self.start, self.end = hulls
        pieces = clauses.column("fragments").combine_chunks()
        pieces = pieces.chunk(0) if isinstance(pieces, pa.ChunkedArray) else pieces
        offsets = pieces.offsets.to_numpy().astype(np.int64)
        self._first = offsets[:-1].tolist()
        self._last = offsets[1:].tolist()
        begins = pieces.values.field("start").to_numpy().astype(np.int64)
        ends = pieces.values.field("end").to_numpy().astype(np.int64)
        self._begins, self._ends = begins.tolist(), ends.tolist()
        # Most clauses are one piece, printed as they are read: there an offset is only shifted.
        length = np.fromiter(map(len, self.text), np.int64, len(self.text))
        same = length == np.fromiter(map(len, self.raw), np.int64, len(self.raw))
        single = np.diff(offsets) == 1
        first = np.minimum(offsets[:-1], max(len(begins) - 1, 0))
        self.base = np.full(len(length), -1, np.int64)
        if len(begins):
            simple = same & single & (ends[first] - begins[first] == length)
            self.base[simple] = begins[first][simple]
        self._places: dict[int, Sequence[int] | None] = {}

    def spans(self, i: int) -> list[Span]:
        """Fragments of a clause."""
        rows = slice(self._first[i], self._last[i])
        return list(zip(self._begins[rows], self._ends[rows], strict=True))

    def range(self, i: int, start: int, end: int) -> Span:
        """Canonical range of a range of the reading text."""
        if i not in self._places:
            self._places[i] = canonical(self.text[i], self.raw[i], self.spans(i))
        return mapped(self._places[i], start, end, (int(self.start[i]), int(self.end[i])))

    def mention(self, i: int, start: int, end: int) -> tuple[str, int, int]:
        """text, start, end of a mention; the text as printed where it can be cut out, else as read."""
        base = int(self.base[i])
        if base >= 0 and 0 <= start < end <= len(self.text[i]):
            return self.raw[i][start:end], base + start, base + end
        first, last = self.range(i, start, end)
        printed = self.text[i][start:end]
        if self._places[i] is not None:
            at = 0
            for begin, stop in self.spans(i):
                if begin <= first and last <= stop:
                    printed = self.raw[i][at + first - begin : at + last - begin]
                at += stop - begin
        return printed, first, last


def _evidence(
    told: Told, offset: int, batch: Sequence[Surrounded], shown: _Printed, codebook: Codebook, kind: pa.DataType
) -> pa.Array:
    """Evidence with canonical offsets: the word in the clause, the word in the heading, else the hull of the clause."""
    row = told.clause + offset
    start, end = shown.start[row], shown.end[row]
    inside, base = told.source == 0, shown.base[row]
    simple = inside & (base >= 0)
    start, end = np.where(simple, base + told.start, start), np.where(simple, base + told.end, end)
    for j in np.flatnonzero(inside & ~simple).tolist():
        start[j], end[j] = shown.range(int(row[j]), int(told.start[j]), int(told.end[j]))
    above = np.flatnonzero(told.source == SOURCES.index("heading"))
    columns = (told.clause[above], told.level[above], told.start[above], told.end[above])
    for j, clause, level, first, last in zip(above.tolist(), *(c.tolist() for c in columns), strict=True):
        heading = batch[clause].headings[level]
        if heading.span is not None:
            begin, stop = heading.span
            exact = stop - begin == len(heading.text)
            start[j], end[j] = (begin + first, begin + last) if exact else (begin, stop)
    names, which = told.names(codebook)
    codes = [code for axis in AXES for code in codebook.labels[axis]]
    shift = np.cumsum([0, *(len(codebook.labels[axis]) for axis in AXES)])[:-1]
    fields = {
        "axis": coded(AXES, told.axis),
        "label": coded(codes, shift[told.axis] + told.label),
        "rule": coded(names, which),
        "start": pa.array(start.astype(np.int32)),
        "end": pa.array(end.astype(np.int32)),
    }
    return records(told.clause, len(batch), fields, kind)


_HINTS = ("《条款项号章节", "0123456789一二三四五六七八九十百千万亿两〇零○年", "牵负单部配会")
"""Characters of which every reference, every quantity or date, and every organ with a role holds one."""


def _mention_columns(
    surrounded: Sequence[Surrounded], shown: _Printed, codebook: Codebook, kinds: Mapping[str, pa.DataType]
) -> dict[str, pa.Array]:
    """References, quantities, dates and organs."""
    names, suffixes = codebook.words["organ"], codebook.words["organ_suffix"]
    pattern = name_pattern(names, suffixes)
    plains = [normal(s.record.text) for s in surrounded]
    holds = named(plains, names, suffixes)
    rows: dict[str, list[tuple[Any, ...]]] = {"references": [], "quantities": [], "dates": [], "organs": []}
    cited, counted, dated, acting = rows.values()
    cut = shown.mention
    masks = holding(plains, _HINTS).tolist()
    for i, (plain, mask) in enumerate(zip(plains, masks, strict=True)):
        if mask & 1 and (cites := references(plain)):
            cited += [(i, *cut(i, r.start, r.end), r.kind, None) for r in cites]
        if mask & 2:
            hidden = masked(plain)
            counted += [(i, *cut(i, q.start, q.end), q.value, q.unit, q.indicator, q.year) for q in quantities(hidden)]
            dated += [(i, *cut(i, d.start, d.end), d.first, d.last) for d in dates(hidden)]
        if (mask & 4 or holds[i]) and (actors := organs(plain, pattern, named=holds[i])):
            acting += [(i, *cut(i, o.start, o.end), o.role) for o in actors]
    return {name: _mentions(found, len(plains), kinds[name]) for name, found in rows.items()}


def _mentions(rows: Iterable[tuple[Any, ...]], clauses: int, kind: pa.DataType) -> pa.Array:
    names = [field.name for field in kind.value_type]
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in (*names, "clause")]
    return records(np.array(columns[0], np.int64), clauses, dict(zip(names, columns[1:], strict=True)), kind)


def _documents(
    documents: pa.Table,
    clauses: pa.Table,
    words: Sequence[list[str]],
    codebook: Codebook,
) -> pa.Table:
    """theme_predicted: share of the document's characters by theme; keywords from those of its clauses."""
    points: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    own: dict[str, list[list[str]]] = defaultdict(list)
    ids, texts = clauses.column("document_id").to_pylist(), clauses.column("text").to_pylist()
    chosen = clauses.column("themes").to_pylist()
    for key, text, held, found in zip(ids, texts, chosen, words, strict=True):
        for place, theme in enumerate(held):
            points[key][theme] += len(text) / (1 if place == 0 else 3)
        own[key].append(found)
    titles = [
        t or p or ""
        for t, p in zip(
            documents.column("title_reading").to_pylist(), documents.column("title").to_pylist(), strict=True
        )
    ]
    title_words = keywords(titles, codebook.words["stop"])
    themes, best = [], []
    for key, title in zip(documents.column("document_id").to_pylist(), title_words, strict=True):
        counted = {code: n for code, n in points[key].items() if code != "T22"} or points[key]
        total = sum(counted.values())
        order = sorted(counted, key=lambda code: (-counted[code], code))[:MOST_THEMES]
        themes.append([{"code": code, "score": round(counted[code] / total, 4)} for code in order])
        best.append(document_keywords(own[key], title))
    return _with(documents, {"theme_predicted": themes, "keywords": best}, arrow_schema(DOCUMENTS))
