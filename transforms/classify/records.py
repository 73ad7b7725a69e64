"""What the labelling core knows about a clause: plain texts, no ids, no offsets."""

from typing import NamedTuple


class ClauseRecord(NamedTuple):
    """A clause with its surroundings, all in reading form (Simplified).

    Attributes:
        text: The clause.
        genre: Genre of its document (schemas.vocabularies.GENRES).
        title: Title of the document.
        path: Titles (else labels) of the sections around it, outermost first.
        prev: Clause before it in the document; empty at the start.
        next: Clause after it; empty at the end.
        stem: Clause that it depends on; empty when it stands alone.
        lead: Label printed before it, such as （一） or 第三条; empty when there is none, or when `text` holds it.

    """

    text: str
    genre: str = "other"
    title: str = ""
    path: tuple[str, ...] = ()
    prev: str = ""
    next: str = ""
    stem: str = ""
    lead: str = ""
