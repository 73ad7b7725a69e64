"""From the three tables to records: the headings, neighbours and stem of every clause."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import opencc
import pyarrow as pa

from transforms.classify.genres import genre_of_title
from transforms.classify.records import ClauseRecord

_ACTS = frozenset({"regulation", "rules", "interpretation"})


class Heading(NamedTuple):
    """A heading above a clause: reading form, and where its title stands in the canonical text, if it has one."""

    text: str
    span: tuple[int, int] | None


class Surrounded(NamedTuple):
    """A clause's record with the headings that its path was made of."""

    record: ClauseRecord
    headings: tuple[Heading, ...]


@lru_cache(maxsize=1)
def _converter() -> Any:  # noqa: ANN401 - opencc ships no types
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def simplified(text: str) -> str:
    """Text in Simplified characters."""
    return str(_converter().convert(text))


def surround(documents: pa.Table, sections: pa.Table, clauses: pa.Table) -> list[Surrounded]:
    """Build the records of all clauses, in the order of the table.

    Rules that a notice issues as an attachment are read as rules, under the title of the attachment.
    """
    about = {row["document_id"]: row for row in documents.select(_DOCUMENT).to_pylist()}
    traditional = {key for key, row in about.items() if row["script"] != "hans"}
    rows = {row["section_id"]: row for row in sections.select(_SECTION).to_pylist()}
    chains: dict[str, tuple[tuple[Heading, ...], str | None]] = {}
    columns = {
        name: clauses.column(name).to_pylist()
        for name in ("clause_id", "document_id", "section_id", "ordinal", "text", "stem_id")
    }
    texts = columns["text"]
    by_id = dict(zip(columns["clause_id"], texts, strict=True))
    order = sorted(range(len(texts)), key=lambda i: (columns["document_id"][i], columns["ordinal"][i]))
    result: list[Surrounded | None] = [None] * len(texts)
    owner, section = columns["document_id"], columns["section_id"]
    stems = columns["stem_id"]
    last = len(order) - 1
    for k, i in enumerate(order):
        document_id = owner[i]
        document = about[document_id]
        headings, act = _chain(section[i], rows, chains, traditional=document_id in traditional)
        genre, title = document["genre"], document["title_reading"] or document["title"] or ""
        if act:
            genre, title = genre_of_title(act) or genre, act
        before = order[k - 1] if k else i
        after = order[k + 1] if k < last else i
        result[i] = Surrounded(
            ClauseRecord(
                texts[i],
                genre,
                title,
                tuple([h.text for h in headings]),
                texts[before] if before != i and owner[before] == document_id else "",
                texts[after] if after != i and owner[after] == document_id else "",
                by_id.get(stems[i], "") if stems[i] else "",
            ),
            headings,
        )
    return [found for found in result if found is not None]


_DOCUMENT = ["document_id", "genre", "title", "title_reading", "script"]
_SECTION = ["section_id", "parent_id", "kind", "label", "title", "title_start", "title_end"]


def _chain(
    section_id: str | None,
    rows: Mapping[str, Mapping[str, Any]],
    chains: dict[str, tuple[tuple[Heading, ...], str | None]],
    *,
    traditional: bool,
) -> tuple[tuple[Heading, ...], str | None]:
    """Headings from the outermost to the section itself, and the title of the act in an attachment, if it is in one."""
    if section_id is None or section_id not in rows:
        return (), None
    if section_id not in chains:
        row = rows[section_id]
        above, act = _chain(row["parent_id"], rows, chains, traditional=traditional)
        title = row["title"] or ""
        if title:
            text = simplified(title) if traditional else title
            text = re.sub(r"[\r\n]", " ", text)
            span = None
            if row["title_start"] is not None and row["title_end"] is not None:
                span = (row["title_start"], row["title_end"])
            above = (*above, Heading(text, span))
            if row["kind"] == "attachment" and genre_of_title(text) in _ACTS:
                act = text
        chains[section_id] = (above, act)
    return chains[section_id]
