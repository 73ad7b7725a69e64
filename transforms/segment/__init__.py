"""segment: the outline and its leaves.

One source gives one document, or the articles of a newspaper page. Every character of a document gets exactly one role;
what belongs to no unit is kept as furniture with a finding. Bad input is never refused: text without any structure is a
document of clauses.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from transforms.segment.front_matter import read_front_matter
from transforms.segment.outline import outline_of
from transforms.segment.page import articles_of, outline_article
from transforms.segment.rows import Found, document_rows, tables_of
from transforms.segment.rules import Rules, load_rules
from transforms.segment.view import view_of


@dataclass(frozen=True)
class Segmented:
    """What was found in a source, document by document (without the labels that classify adds).

    A run makes tables of many at once (`tables_of`); read one by one, the rows are what Arrow gives back.
    """

    found: list[Found]

    @cached_property
    def documents(self) -> list[dict[str, Any]]:
        """Rows of documents."""
        return self._rows(0, "document")

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """Rows of sections, in reading order."""
        return self._rows(1, "sections")

    @cached_property
    def clauses(self) -> list[dict[str, Any]]:
        """Rows of clauses, in reading order."""
        return self._rows(2, "clauses")

    def _rows(self, table: int, columns: str) -> list[dict[str, Any]]:
        tables = ((tables_of([one])[table], getattr(one, columns)) for one in self.found)
        return [row for own, given in tables for row in own.select(list(given)).to_pylist()]


def segment(source: dict[str, Any], reading: dict[str, Any], grammar: Rules) -> Segmented:
    """Find the documents of a source, their outlines and leaf clauses.

    Args:
        source: A row of `schemas.SOURCES`.
        reading: The row of `schemas.READINGS` for it.
        grammar: Tables, from `load_rules`.

    """
    view = view_of(source, reading)
    articles = articles_of(view, grammar)
    if not articles:
        whole = [(0, len(view.canonical))]
        outline = outline_of(view, grammar)
        outline.fields |= read_front_matter(view, grammar.lexicon)
        parts = [(view, outline, whole)]
    else:
        parts = [outline_article(view, article, grammar) for article in articles]
    return Segmented(
        [
            document_rows(
                source,
                reading["script"],
                part,
                outline,
                ordinal=ordinal,
                fragments=fragments,
                lexicon=grammar.lexicon,
            )
            for ordinal, (part, outline, fragments) in enumerate(parts)
        ]
    )


__all__ = ["Rules", "Segmented", "load_rules", "segment", "tables_of"]
