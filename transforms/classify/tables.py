"""The stage itself: three tables in, documents and clauses with their label columns filled out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from schemas import CLAUSES, DOCUMENTS, SECTIONS
from schemas.arrow import arrow_schema
from schemas.vocabularies import AXES
from transforms.classify.codebook import Codebook
from transforms.classify.columns import coded, lists, records
from transforms.classify.cues import label_offsets
from transforms.classify.evidence import Told, evidence
from transforms.classify.keywords import Counted, keywords
from transforms.classify.mentioned import Words, mention_columns
from transforms.classify.printed import Printed
from transforms.classify.rules import SOURCES, Ints
from transforms.classify.score import Decided, confidence, decide, prepare
from transforms.classify.surroundings import Surrounded, document_titles, from_tables
from transforms.classify.texts import PADDING, Texts, joined

MOST_THEMES = 5
"""Themes kept for a document."""

Columns = dict[str, Any]


def classify(
    documents: pa.Table,
    sections: pa.Table,
    clauses: pa.Table,
    codebook: Codebook,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Fill the label columns of clauses, keywords of sections, and theme_predicted and keywords of documents.

    Args:
        documents: Table of the schema DOCUMENTS.
        sections: Table of the schema SECTIONS.
        clauses: Table of the schema CLAUSES; its label columns are ignored and replaced.
        codebook: Tables from `codebook.load`.

    Returns:
        (documents, sections, clauses) in the given order. Offsets count in `documents.text`; where the reading text of a clause
        cannot be mapped with certainty, mentions and evidence carry the hull of the clause.

    """
    kinds = {field.name: field.type for field in arrow_schema(CLAUSES)}
    around = from_tables(documents, sections, clauses)
    shown = Printed(clauses)
    batch = prepare(around, codebook)
    decided = decide(batch, codebook)
    columns = _label_columns(decided, clauses.num_rows, codebook, kinds)
    columns["evidence"] = _evidence(evidence(batch, decided, codebook), around, shown, codebook, kinds["evidence"])
    own = keywords(codebook.vocabulary, codebook.words["stop"])
    texts = joined_clauses(around.texts, clauses.num_rows)
    cut = own.dictionary.cut(texts.codes)
    words = Words(texts, (*cut, own.dictionary.length[cut[0]]))
    columns |= mention_columns(batch, shown, sections, clauses, codebook, kinds, words)
    counted = own.count(texts, cut)
    columns["keywords"] = own.best(counted, clauses.num_rows)
    filled = _with(clauses, columns, arrow_schema(CLAUSES))
    nobody = np.full((1, around.above.shape[1]), -1)
    inside = counted.summed(*np.concatenate((around.above, nobody))[around.section].T)
    sectioned = _with(sections, {"keywords": own.best(inside, sections.num_rows)}, arrow_schema(SECTIONS))
    titles = own.count(joined(document_titles(documents)))
    titled = Counted(titles.text, titles.word, titles.count * TITLE)
    best = own.best(counted.summed(around.document).plus(titled), documents.num_rows)
    return _documents(documents, around, decided, best, codebook), sectioned, filled


TITLE = 3
"""A word of the title counts so many times in a document's keywords."""


def joined_clauses(texts: Texts, count: int) -> Texts:
    """The clauses alone: they stand first, after the empty text."""
    stop = int(texts.begin[count] + texts.length[count]) + 1 if count else 1
    codes = np.append(texts.codes[:stop], np.full(PADDING, 0x0A, np.uint16))
    return Texts(codes, texts.begin[1 : count + 1], texts.length[1 : count + 1])


def _with(table: pa.Table, columns: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    for name, values in columns.items():
        field = schema.field(name)
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, field.type)
        place = table.schema.get_field_index(name)
        table = table.append_column(field, array) if place < 0 else table.set_column(place, field, array)
    return table


def _label_columns(
    decided: Decided, clauses: int, codebook: Codebook, kinds: Mapping[str, pa.DataType]
) -> dict[str, pa.Array]:
    sure = {axis: confidence(decided.margin[axis], axis, codebook) for axis in AXES}
    columns = {axis: coded(codebook.labels[axis], decided.label[axis]) for axis in AXES}
    columns |= {f"{axis}_confidence": pa.array(sure[axis]) for axis in AXES}
    rows = np.nonzero(decided.held)
    columns["themes"] = lists(rows[0], clauses, coded(codebook.labels["theme"], decided.themes[rows]), kinds["themes"])
    doubt = np.stack([sure[axis] < codebook.confidence[axis].threshold for axis in AXES], axis=1)
    rows = np.nonzero(doubt)
    columns["uncertain"] = lists(rows[0], clauses, coded(AXES, rows[1]), kinds["uncertain"])
    every = np.arange(clauses)
    shift, codes = _label_numbers(codebook)
    second = np.stack([decided.second[axis] + shift[n] for n, axis in enumerate(AXES)], axis=1)
    margin = np.stack([decided.margin[axis] for axis in AXES], axis=1).astype(np.float64)
    fields = {
        "axis": coded(AXES, np.tile(np.arange(len(AXES)), clauses)),
        "label": coded(codes, second.ravel()),
        "margin": pa.array(np.round(margin, 3).ravel()),
    }
    columns["runner_up"] = records(np.repeat(every, len(AXES)), clauses, fields, kinds["runner_up"])
    return columns


def _label_numbers(codebook: Codebook) -> tuple[Ints, list[str]]:
    """Where each axis begins among the labels of all axes, and these labels."""
    codes = [code for axis in AXES for code in codebook.labels[axis]]
    return np.array([own.start for own in label_offsets(codebook.labels).values()], np.int64), codes


def _evidence(told: Told, around: Surrounded, shown: Printed, codebook: Codebook, kind: pa.DataType) -> pa.Array:
    """Evidence with canonical offsets: the word in the clause, the word in the heading, else the hull of the clause."""
    start, end = shown.start[told.clause], shown.end[told.clause]
    inside = np.flatnonzero(told.source == 0)
    start[inside], end[inside] = shown.ranges(told.clause[inside], told.start[inside], told.end[inside])
    above = np.flatnonzero(np.isin(told.source, [SOURCES.index("heading"), SOURCES.index("outer")]))
    span = around.span[told.unit[above]]
    held = span[:, 0] >= 0
    above, span = above[held], span[held]
    # A heading whose printed form has another length is pointed at as a whole.
    exact = span[:, 1] - span[:, 0] == around.texts.length[told.unit[above]]
    start[above] = span[:, 0] + np.where(exact, told.start[above], 0)
    end[above] = np.where(exact, span[:, 0] + told.end[above], span[:, 1])
    names, which = told.names(codebook)
    shift, codes = _label_numbers(codebook)
    fields = {
        "axis": coded(AXES, told.axis),
        "label": coded(codes, shift[told.axis] + told.label),
        "rule": coded(names, which),
        "start": pa.array(start.astype(np.int32)),
        "end": pa.array(end.astype(np.int32)),
        "weight": pa.array(np.round(told.weight.astype(np.float64), 2)),
    }
    return records(told.clause, len(shown.start), fields, kind)


def _documents(
    documents: pa.Table, around: Surrounded, decided: Decided, words: pa.Array, codebook: Codebook
) -> pa.Table:
    """theme_predicted: themes by the characters of the clauses and the probability that they are of the theme."""
    codes = codebook.labels["theme"]
    scores = decided.theme_scores - decided.theme_scores.max(axis=1, keepdims=True, initial=-1e9)
    odds = np.exp(scores.astype(np.float64))
    odds *= (around.texts.length[around.clause] / odds.sum(axis=1))[:, None]
    points = np.zeros((documents.num_rows, len(codes)))
    order = np.argsort(around.document, kind="stable")
    document, first = np.unique(around.document[order], return_index=True)
    if len(document):
        points[document] = np.add.reduceat(odds[order], first, axis=0)
    predicted = [predicted_themes(row, codes) for row in points.tolist()]
    return _with(documents, {"theme_predicted": predicted, "keywords": words}, arrow_schema(DOCUMENTS))


def predicted_themes(points: Sequence[float], codes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Best themes of a document and their shares; T22 only where there is hardly anything else."""
    counted = {code: n for code, n in zip(codes, points, strict=True) if n > 0}
    total = sum(counted.values())
    named = {code: n for code, n in counted.items() if code != "T22"}
    counted = named if sum(named.values()) > LEAST_SHARE * total else counted
    total = sum(counted.values())
    order = sorted(counted, key=lambda code: (-counted[code], code))[:MOST_THEMES]
    shares = [(code, round(counted[code] / total, 4)) for code in order]
    return [{"code": code, "score": share} for code, share in shares if share >= LEAST_SHARE]


LEAST_SHARE = 0.003
"""Share of a document below which a theme is not told."""
