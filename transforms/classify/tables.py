"""The stage itself: three tables in, documents and clauses with their label columns filled out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from schemas import CLAUSES, DOCUMENTS
from schemas.arrow import arrow_schema
from transforms.classify.codebook import Codebook
from transforms.classify.dates import dates
from transforms.classify.evidence import Evidence
from transforms.classify.keywords import document_keywords, keywords
from transforms.classify.mentions import masked, quantities, references
from transforms.classify.normal import normal
from transforms.classify.offsets import canonical, mapped
from transforms.classify.organs import name_pattern, organs
from transforms.classify.score import Labels, label_clauses
from transforms.classify.surroundings import Surrounded, surround

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
        cannot
        be mapped with certainty, mentions and evidence carry the hull of the clause.

    """
    surrounded = surround(documents, sections, clauses)
    labels: list[Labels] = []
    for begin in range(0, len(surrounded), BATCH):
        labels += label_clauses([s.record for s in surrounded[begin : begin + BATCH]], codebook)
    words = keywords([s.record.text for s in surrounded], codebook.words["stop"])
    columns = _clause_columns(clauses, surrounded, labels, codebook)
    columns["keywords"] = words
    filled = _with(clauses, columns, arrow_schema(CLAUSES))
    return _documents(documents, clauses, labels, words, codebook), filled


def _with(table: pa.Table, columns: Mapping[str, Sequence[Any]], schema: pa.Schema) -> pa.Table:
    for name, values in columns.items():
        field = schema.field(name)
        array = pa.array(values, field.type)
        place = table.schema.get_field_index(name)
        table = table.append_column(field, array) if place < 0 else table.set_column(place, field, array)
    return table


def _clause_columns(
    clauses: pa.Table,
    surrounded: Sequence[Surrounded],
    labels: Sequence[Labels],
    codebook: Codebook,
) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = defaultdict(list)
    pattern = name_pattern(codebook.words["organ"], codebook.words["organ_suffix"])
    raw, fragments = clauses.column("text_raw").to_pylist(), clauses.column("fragments").to_pylist()
    hulls = list(zip(clauses.column("start").to_pylist(), clauses.column("end").to_pylist(), strict=True))
    for around, label, printed, pieces, hull in zip(surrounded, labels, raw, fragments, hulls, strict=True):
        text = around.record.text
        spans = [(piece["start"], piece["end"]) for piece in pieces]
        places = canonical(text, printed, spans)
        shown = _Shown(text, printed, spans, places, hull)
        for axis in ("function", "modality", "theme", "instrument"):
            columns[axis].append(getattr(label, axis))
            columns[f"{axis}_confidence"].append(label.confidence[axis])
        columns["themes"].append(list(label.themes))
        columns["uncertain"].append(list(label.uncertain))
        columns["evidence"].append([_evidence(e, around, shown) for e in label.evidence])
        plain = normal(text)
        hidden = masked(plain)
        columns["references"].append(
            [shown.mention(r.start, r.end) | {"kind": r.kind, "target_id": None} for r in references(plain)]
        )
        columns["quantities"].append(
            [
                shown.mention(q.start, q.end)
                | {"value": q.value, "unit": q.unit, "indicator": q.indicator, "year": q.year}
                for q in quantities(hidden)
            ],
        )
        columns["dates"].append(
            [shown.mention(d.start, d.end) | {"from": d.first, "to": d.last} for d in dates(hidden)]
        )
        columns["organs"].append([shown.mention(o.start, o.end) | {"role": o.role} for o in organs(plain, pattern)])
    wanted = ["function", "modality", "theme", "themes", "instrument", "uncertain", "evidence"]
    wanted += [f"{axis}_confidence" for axis in ("function", "modality", "theme", "instrument")]
    wanted += ["references", "quantities", "dates", "organs"]
    return {name: columns[name] for name in wanted}


class _Shown:
    """A clause as printed: cuts mentions out of it."""

    def __init__(self, text: str, raw: str, spans: list[Span], places: Sequence[int] | None, hull: Span) -> None:
        self.text, self.raw, self.spans, self.places, self.hull = text, raw, spans, places, hull

    def range(self, start: int, end: int) -> Span:
        """Canonical range of a range of the reading text."""
        return mapped(self.places, start, end, self.hull)

    def mention(self, start: int, end: int) -> dict[str, Any]:
        """text, start, end of a mention; the text as printed where it can be cut out, else as read."""
        first, last = self.range(start, end)
        printed = self.text[start:end]
        if self.places is not None:
            at = 0
            for begin, stop in self.spans:
                if begin <= first and last <= stop:
                    printed = self.raw[at + first - begin : at + last - begin]
                at += stop - begin
        return {"text": printed, "start": first, "end": last}


def _evidence(found: Evidence, around: Surrounded, shown: _Shown) -> dict[str, Any]:
    """Evidence with canonical offsets: the word in the clause, the word in the heading, else the hull of the clause."""
    start, end = shown.hull
    if found.source == "text":
        start, end = shown.range(found.start, found.end)
    elif found.source == "heading":
        heading = around.headings[found.level]
        if heading.span is not None:
            start, end = heading.span
            if end - start == len(heading.text):
                start, end = start + found.start, start + found.end
    return {"axis": found.axis, "label": found.label, "rule": found.rule, "start": start, "end": end}


def _documents(
    documents: pa.Table,
    clauses: pa.Table,
    labels: Sequence[Labels],
    words: Sequence[list[str]],
    codebook: Codebook,
) -> pa.Table:
    """theme_predicted: share of the document's characters by theme; keywords from those of its clauses."""
    points: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    own: dict[str, list[list[str]]] = defaultdict(list)
    ids, texts = clauses.column("document_id").to_pylist(), clauses.column("text").to_pylist()
    for key, text, label, found in zip(ids, texts, labels, words, strict=True):
        for place, theme in enumerate(label.themes):
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
