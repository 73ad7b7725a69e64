"""The page of a document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schemas.vocabularies import ROLES
from transforms.report.names import name, words
from transforms.report.pages import as_json, file_name, inert, templates
from transforms.report.reading import outline, reading

Row = Mapping[str, Any]
LANGUAGES = {"hans": "zh-Hans", "hant": "zh-Hant", "mixed": "zh"}
FACTS = (
    *("document_number", "index_number", "issuer", "addressee", "copied_to", "signatory", "written_on", "adopted_on"),
    *("adopted_by", "published_on", "effective_on", "validity", "theme_declared", "dateline", "bylines", "disclosure"),
    *("url", "source_uri", "keywords"),
)
"""Columns that are told of a document, in this order."""
NO_CLAUSE = -1


def page(
    document: Row,
    sections: Sequence[Row],
    clauses: Sequence[Row],
    details: Sequence[str],
    *,
    release: str,
    beside: tuple[Row | None, Row | None],
    titles: Mapping[str, str],
) -> str:
    """HTML of a document.

    Args:
        document: Its row.
        sections: Its sections in reading order.
        clauses: Its clauses in reading order; what is needed for the reading text.
        details: JSON of each clause (`details.details`).
        release: Id of the release.
        beside: Documents before and behind it in the list.
        titles: Titles of documents by id.

    """
    functions = {clause["function"] for clause in clauses}
    return (
        templates()
        .get_template("document.html.j2")
        .render(
            document=document,
            title=title(document),
            # A subtitle that is a section stands in the text.
            subtitle=None if any(section["kind"] == "subtitle" for section in sections) else document["subtitle"],
            language=LANGUAGES.get(document["script"], "zh"),
            facts=list(_facts(document)),
            copy_of=document["duplicate_of"],
            copy_title=titles.get(document["duplicate_of"] or "", ""),
            outline=outline(sections, document["text"]),
            body=reading(document, sections, clauses),
            legend=[(code, name("function", code)) for code in words()["function"] if code in functions],
            release=release,
            before=beside[0],
            behind=beside[1],
            file_name=file_name,
            data=_data(document, clauses, details),
        )
    )


def title(document: Row) -> str:
    """Title of a document for people, empty where it has none."""
    return document["title_reading"] or " ".join((document["title"] or "").split())


def _facts(document: Row) -> Iterator[tuple[str, str]]:
    for field in FACTS:
        value = document[field]
        said = "、".join(value) if isinstance(value, list) else str(value or "")
        if said.strip():
            yield field, " ".join(said.split())


def _data(document: Row, clauses: Sequence[Row], details: Sequence[str]) -> str:
    """What the script knows: details of every clause, and the text cut by role.

    `printed` holds [role, text, clause] for every span of the text, in order: number of the role, and of the clause or -1.
    """
    roles = list(ROLES)
    text = document["text"]
    pieces = [
        [roles.index(span["role"]), text[span["start"] : span["end"]], owner]
        for span, owner in _owned(_cut(document["spans"], clauses), clauses)
    ]
    # Written by polars, the details are JSON already.
    head = as_json({"document": document["document_id"], "roles": roles, "printed": pieces})
    return inert(f'{head[:-1]},"clauses":[{",".join(details)}]}}')


def _cut(spans: Sequence[Row], clauses: Sequence[Row]) -> Iterator[Row]:
    """Spans, those of role clause cut where one clause follows another."""
    starts = sorted({place for clause in clauses for f in clause["fragments"] for place in (f["start"], f["end"])})
    at = 0
    for span in spans:
        start = span["start"]
        while at < len(starts) and starts[at] < span["end"]:
            if starts[at] > start:
                yield {"start": start, "end": starts[at], "role": span["role"]}
                start = starts[at]
            at += 1
        yield {"start": start, "end": span["end"], "role": span["role"]}


def _owned(spans: Iterator[Row], clauses: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """Spans with the number of the clause that they belong to."""
    places = sorted(
        (f["start"], f["end"], number) for number, clause in enumerate(clauses) for f in clause["fragments"]
    )
    at = 0
    for span in spans:
        while at < len(places) and places[at][1] <= span["start"]:
            at += 1
        inside = at < len(places) and places[at][0] <= span["start"] and span["role"] == "clause"
        yield span, places[at][2] if inside else NO_CLAUSE
