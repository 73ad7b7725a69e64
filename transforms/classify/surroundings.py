"""What stands around every clause, as numbers of texts: headings, title, neighbours, stem, and the label before it.

Two ways in: the three tables of the pipeline, and plain records (gold, tests). Both give the same columns, so that the
model is trained on what it meets in use.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import opencc
import pyarrow as pa
import pyarrow.compute as pc

from schemas.vocabularies import GENRES
from transforms.classify.genres import genre_of_title, read_as
from transforms.classify.records import ClauseRecord
from transforms.classify.rules import Bools, Ints
from transforms.classify.texts import Texts, joined

_ACTS = frozenset({"regulation", "rules", "interpretation"})
NOBODY = 0
"""Number of the empty text, for neighbours that are not there."""

LEADS = ("none", "item", "numbered", "article", "other")
"""Kinds of labels before a clause, named like the marks."""

DEEPEST = 10
"""Headings looked at above a clause."""

_LEAD = re.compile(
    r"\s*(?:(?P<article>第[一二三四五六七八九十百千零〇0-9 ]{1,9}[条條])"
    r"|(?P<item>[（(][一二三四五六七八九十0-9]{1,4}[）)]|[0-9]{1,3}[.、．](?![0-9])|[①-⑳⑴-⒇])"
    r"|(?P<numbered>[一二三四五六七八九十]{1,3}[、.．]))"
)


def lead_of(text: str) -> int:
    """Kind of the label that a text begins with (number in LEADS)."""
    match = _LEAD.match(text)
    return LEADS.index(match.lastgroup or "none") if match else 0


@dataclass(frozen=True, slots=True)
class Surrounded:
    """Clauses and the texts around them; every number is one of a text in `texts`, 0 is the empty text.

    Attributes:
        texts: All texts of the batch.
        genre: Number of the genre of each text (of its document).
        clause: Each clause's own text.
        title: Title of its document, or of the act in an attachment that it belongs to.
        prev: Clause before it.
        next: Clause after it.
        stem: Clause that it depends on.
        path: Headings above it, the nearest first; -1 where there are no more. (clauses, depth)
        lead: Kind of the label before it (number in LEADS).
        span: For each text that is a heading: start, end in the canonical text; -1 for others. (texts, 2)
        section: Row of each clause's section in its table; -1 where there is none.
        document: Row of its document.
        home: Row of the document of each section.
        above: Rows of sections from each section upwards, itself first; -1 where there are no more. (sections, depth)

    """

    texts: Texts
    genre: Ints
    clause: Ints
    title: Ints
    prev: Ints
    next: Ints
    stem: Ints
    path: Ints
    lead: Ints
    span: Ints
    section: Ints
    document: Ints
    above: Ints
    home: Ints


@lru_cache(maxsize=1)
def _converter() -> Any:  # noqa: ANN401 - opencc ships no types
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def simplified(text: str) -> str:
    """Text in Simplified characters."""
    return str(_converter().convert(text))


def from_records(records: Sequence[ClauseRecord]) -> Surrounded:
    """Columns of plain records."""
    number: dict[tuple[str, str], int] = {}
    texts, genres = [""], ["other"]

    def of(genre: str, text: str) -> int:
        if not text:
            return NOBODY
        if (genre, text) not in number:
            number[genre, text] = len(texts)
            texts.append(text)
            genres.append(genre)
        return number[genre, text]

    own = []
    records = [r._replace(genre=read_as(r.genre, r.title)) for r in records]
    for r in records:  # clauses first and each its own: their places are those of the batch
        own.append(len(texts))
        texts.append(r.text)
        genres.append(r.genre)
    depth = min(max((len(r.path) for r in records), default=0), DEEPEST)
    path = np.full((len(records), depth), -1, np.int64)
    for i, r in enumerate(records):
        above = [of(r.genre, p) for p in reversed(r.path) if p][:depth]
        path[i, : len(above)] = above
    title, prev, following, stem = (
        np.array([of(r.genre, getattr(r, name)) for r in records], np.int64)
        for name in ("title", "prev", "next", "stem")
    )
    known = {name: i for i, name in enumerate(GENRES)}
    return Surrounded(
        texts=joined(texts),
        genre=np.array([known.get(g, known["other"]) for g in genres], np.int64),
        clause=np.array(own, np.int64),
        title=title,
        prev=prev,
        next=following,
        stem=stem,
        path=path,
        lead=np.array([lead_of(r.lead) if r.lead else 0 for r in records], np.int64),
        span=np.full((len(texts), 2), -1, np.int64),
        section=np.full(len(records), -1, np.int64),
        document=np.zeros(len(records), np.int64),
        above=np.zeros((0, 1), np.int64),
        home=np.zeros(0, np.int64),
    )


def from_tables(documents: pa.Table, sections: pa.Table, clauses: pa.Table) -> Surrounded:
    """Columns of the clauses of three tables, in the order of the table of clauses.

    Rules that a notice issues as an attachment are read as rules, under the title of the attachment. Their texts are
    numbered: nothing, the clauses, the sections, the documents.
    """
    texts: list[str] = ["", *clauses["text"].to_pylist()]
    count, parts = clauses.num_rows, sections.num_rows
    first_section, first_document = 1 + count, 1 + count + parts
    document = index(clauses["document_id"], documents["document_id"])
    section = index(clauses["section_id"], sections["section_id"])
    home = index(sections["document_id"], documents["document_id"])
    titles, heads = _titles(documents, sections, home)
    texts += titles
    texts += heads
    above = _above(index(sections["parent_id"], sections["section_id"]))
    acts, act_genre = _acts(titles, sections["kind"], above)
    known = {name: i for i, name in enumerate(GENRES)}
    named = [read_as(g, t) for g, t in zip(documents["genre"].to_pylist(), heads, strict=True)]
    of_document = np.array([known.get(g, known["other"]) for g in named], np.int64)
    section_genre = np.where(acts >= 0, act_genre, of_document[home] if parts else 0)
    genre = np.where(section >= 0, _at(section_genre, section), of_document[document] if count else 0)
    act = np.where(section >= 0, _at(acts, section), -1)
    titled = np.array([bool(t) for t in titles], np.bool_)
    path = _path(above, titled, section, first_section)
    order = np.lexsort((clauses["ordinal"].to_numpy(), document))
    prev, following = np.zeros(count, np.int64), np.zeros(count, np.int64)
    same = document[order[1:]] == document[order[:-1]]
    prev[order[1:][same]] = order[:-1][same] + 1
    following[order[:-1][same]] = order[1:][same] + 1
    stem = np.zeros(count, np.int64)
    has = np.flatnonzero(clauses["stem_id"].is_valid().to_numpy())
    if len(has):
        stem[has] = index(clauses["stem_id"].take(pa.array(has)), clauses["clause_id"]) + 1
    span = np.full((len(texts), 2), -1, np.int64)
    for column, name in enumerate(("title_start", "title_end")):
        span[first_section:first_document, column] = pc.fill_null(sections[name], -1).to_numpy()
    return Surrounded(
        joined(texts),
        np.concatenate(([known["other"]], genre, section_genre, of_document)).astype(np.int64),
        np.arange(1, 1 + count),
        np.where(act >= 0, act + first_section, document + first_document),
        prev,
        following,
        stem,
        path,
        _leads(sections, clauses, home, document, titled, order),
        span,
        section,
        document,
        above,
        home,
    )


def index(values: Any, among: Any) -> Ints:  # noqa: ANN401 - pyarrow ships no types
    """Row of each value in another column; -1 for null and for what is not there."""
    found: Ints = pc.fill_null(pc.index_in(values, value_set=among), -1).to_numpy().astype(np.int64)
    return found


def _at(values: Ints, rows: Ints) -> Ints:
    return values[np.maximum(rows, 0)] if len(values) else np.full(len(rows), -1, np.int64)


def _titles(documents: pa.Table, sections: pa.Table, home: Ints) -> tuple[list[str], list[str]]:
    """Titles of sections and of documents in reading form; empty where there is none."""
    titles: list[str] = pc.fill_null(sections["title"], "").to_pylist()
    foreign = [script != "hans" for script in documents["script"].to_pylist()]
    if any(foreign):
        for i in np.flatnonzero(np.array(foreign)[home]).tolist() if len(home) else ():
            titles[i] = simplified(titles[i])
    return titles, document_titles(documents)


def document_titles(documents: pa.Table) -> list[str]:
    """Titles in reading form, else as printed; empty where there is none."""
    reading, printed = documents["title_reading"].to_pylist(), documents["title"].to_pylist()
    return [r or p or "" for r, p in zip(reading, printed, strict=True)]


def _above(parent: Ints) -> Ints:
    """Sections from each one upwards, itself first; -1 where there are no more."""
    levels = [np.arange(len(parent))]
    while len(levels) <= DEEPEST and len(parent):
        up = np.where(levels[-1] >= 0, parent[np.maximum(levels[-1], 0)], -1)
        if (up < 0).all():
            break
        levels.append(up)
    return np.stack(levels, axis=1)


def _acts(titles: Sequence[str], kinds: Any, above: Ints) -> tuple[Ints, Ints]:  # noqa: ANN401
    """For each section the act in an attachment that it belongs to, and that act's genre; -1 where there is none."""
    genre = np.full(len(titles), -1, np.int64)
    for i in np.flatnonzero(pc.equal(kinds, "attachment").to_numpy()).tolist():
        if (found := genre_of_title(titles[i])) in _ACTS:
            genre[i] = GENRES.index(str(found))
    act = np.full(len(titles), -1, np.int64)
    for level in reversed(range(above.shape[1])):
        up = above[:, level]
        is_act = (up >= 0) & (_at(genre, up) >= 0)
        act = np.where(is_act, up, act)
    return act, np.where(act >= 0, _at(genre, act), -1)


def _path(above: Ints, titled: Bools, section: Ints, first: int) -> Ints:
    """Headings above each clause, the nearest first, packed to the left."""
    if not len(titled):
        return np.full((len(section), 0), -1, np.int64)
    held = (above >= 0) & titled[np.maximum(above, 0)]
    packed = np.full(above.shape, -1, np.int64)
    rows, columns = np.nonzero(held)
    target = (np.cumsum(held, axis=1) - 1)[rows, columns]
    packed[rows, target] = above[rows, columns] + first
    depth = int(held.sum(axis=1).max(initial=0))
    return np.where((section >= 0)[:, None], packed[np.maximum(section, 0), :depth], -1)


def _leads(sections: pa.Table, clauses: pa.Table, home: Ints, document: Ints, titled: Bools, order: Ints) -> Ints:
    """Kind of the label before each clause: the label of a section without title whose first clause it is."""
    labels = pc.fill_null(sections["label"], "")
    bare = np.flatnonzero(pc.not_equal(labels, "").to_numpy() & ~titled)
    lead = np.zeros(clauses.num_rows, np.int64)
    if not len(bare) or not clauses.num_rows:
        return lead
    room = 1 << 40
    start = np.sort(document[order] * room + clauses["start"].to_numpy().astype(np.int64)[order])
    by_place = np.argsort(document * room + clauses["start"].to_numpy().astype(np.int64), kind="stable")
    at = home[bare] * room + sections["start"].to_numpy().astype(np.int64)[bare]
    first = np.searchsorted(start, at, "left")
    ok = (first < len(start)) & (start[np.minimum(first, len(start) - 1)] // room == home[bare])
    coded = labels.take(pa.array(bare)).combine_chunks().dictionary_encode()
    kinds = np.array([lead_of(word) or LEADS.index("other") for word in coded.dictionary.to_pylist()], np.int64)
    kind = kinds[coded.indices.to_numpy()]
    lead[by_place[first[ok]]] = kind[ok]
    return lead
