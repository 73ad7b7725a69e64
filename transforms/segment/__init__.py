"""segment: the outline and its leaves.

One source gives one document, or the articles of a newspaper page. Every character of a document gets exactly one role;
what belongs to no unit is kept as furniture with a finding. Bad input is never refused: text without any structure is a
document of clauses.
"""

from dataclasses import dataclass
from typing import Any

from transforms.segment.front_matter import read_front_matter
from transforms.segment.outline import outline_of
from transforms.segment.page import articles_of, outline_article
from transforms.segment.rows import document_rows
from transforms.segment.rules import Rules, load_rules
from transforms.segment.view import view_of


@dataclass(frozen=True, slots=True)
class Segmented:
    """Rows of the datasets (without the labels that classify adds)."""

    documents: list[dict[str, Any]]
    sections: list[dict[str, Any]]
    clauses: list[dict[str, Any]]


def segment(source: dict[str, Any], reading: dict[str, Any], grammar: Rules) -> Segmented:
    """Find the documents of a source, their outlines and leaf clauses.

    Args:
        source: A row of `schemas.SOURCES`.
        reading: The row of `schemas.READINGS` for it.
        grammar: Tables, from `load_rules`.

    """
    view = view_of(source, reading)
    result = Segmented([], [], [])
    articles = articles_of(view, grammar)
    if not articles:
        whole = [(0, len(view.canonical))]
        outline = outline_of(view, grammar)
        outline.fields |= read_front_matter(view, grammar.lexicon)
        parts = [(view, outline, whole)]
    else:
        parts = [outline_article(view, article, grammar) for article in articles]
    for ordinal, (part, outline, fragments) in enumerate(parts):
        document, sections, clauses = document_rows(
            source,
            reading["script"],
            part,
            outline,
            ordinal=ordinal,
            fragments=fragments,
            lexicon=grammar.lexicon,
        )
        result.documents.append(document)
        result.sections.extend(sections)
        result.clauses.extend(clauses)
    return result


__all__ = ["Rules", "Segmented", "load_rules", "segment"]
