"""Documents that repeat another, exactly or nearly: a copy keeps its row and names the document that it repeats.

Two documents that say nearly the same (`sketches`) are copies from `THRESHOLD` on, unless number or title say otherwise: a
notice of the next year, or of the district beside it, repeats nearly every word and is another document. How well that tells
them is measured by `benchmarks/duplicates.py`.

The result depends on the documents alone: kept is the one whose header tells most, of equals the first by `source_uri`.
"""

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.publish.sketches import TEXTS, Bands, Read, Sketches, Texts, similarity, simplified

THRESHOLD = 0.6
"""Least similarity of a copy."""
COLUMNS = (
    *("document_id", "source_uri", "text_sha256"),
    *("document_number_norm", "title_reading", "subtitle"),
    *("issuer", "index_number", "theme_declared", "subject_words", "disclosure", "validity", "addressee"),
    *("written_on", "published_on", "effective_on", "adopted_on", "url"),
)
"""What is looked at; of texts that are not known besides, what they say (`sketches.TEXTS`)."""
_TOLD = COLUMNS[3:]
_NAMES = ("document_number_norm", "title_reading", "subtitle")
_DAYS = ("written_on", "adopted_on", "effective_on")
_MOST_CANDIDATES = 16
_UNLIKE = 0.5
"""Titles less alike than this are not of one form: one of them was not found, and says nothing."""


def mark_copies(documents: pa.Table, sketches: Sketches | None = None, read: Read | None = None) -> pa.Table:
    """Fill `duplicate_of` and `similarity` of copies.

    Texts without a printed character are no copies of each other.

    Args:
        documents: Columns `COLUMNS`, and the two that are filled.
        sketches: What is known of texts: looked up, and what is missing is put in.
        read: Gives texts that are not known, and those that they must be compared with; by default they are in `documents`.

    """
    known = sketches if sketches is not None else Sketches()
    texts = Texts(read if read is not None else lambda _: documents.select(TEXTS))
    rows = Rows(documents, known, texts)
    sketched = rows.sketched()
    near = Bands([known.texts[text][1] for text in sketched])
    originals: dict[str, int] = {}
    row_of: dict[int, int] = {}
    found: dict[int, tuple[int, float]] = {}
    for row in rows.ranked():
        if not known.texts[rows.digests[row]][0]:
            continue
        first = originals.setdefault(rows.digests[row], row)
        if first != row:
            # The same text; a copy of what that one is a copy of.
            found[row] = found.get(first, (first, 1.0))
            continue
        place = sketched.get(rows.digests[row])
        if place is None:
            continue
        nearest = rows.nearest(row, [row_of[other] for other in near.query(place)])
        if nearest is not None:
            found[row] = nearest
        else:
            near.insert(place)
            row_of[place] = row
    keys = documents["document_id"].to_pylist()
    marks = [keys[found[row][0]] if row in found else None for row in range(len(keys))]
    values = [found[row][1] if row in found else None for row in range(len(keys))]
    for name, column in (("duplicate_of", marks), ("similarity", values)):
        place = documents.schema.get_field_index(name)
        field = documents.schema.field(place)
        documents = documents.set_column(place, field, pa.array(column, field.type))
    return documents


@dataclass(frozen=True, slots=True)
class Facts:
    """What tells documents apart whose words are nearly the same.

    Attributes:
        number: Document number, normalised.
        names: Title as reading text, and subtitle.
        days: Dates that belong to the document and not to a page: written, adopted, effective.
        version: Last date of the note under the title of an act (通过, 公布, 修正 …): every version has its own.

    """

    number: str | None = None
    names: tuple[str | None, ...] = ()
    days: tuple[date | None, ...] = ()
    version: tuple[int, ...] = ()


def contradict(one: Facts, other: Facts) -> bool:
    """Whether their facts say that two documents are not the same; what one of them does not tell says nothing.

    Titles contradict each other when, being alike, they differ by a word in the place of another (2025 and 2026, one district
    and another); what only one has (转发, a mark of the site) does not count.
    """
    told = [(one.number, other.number), (one.version, other.version), *zip(one.days, other.days, strict=True)]
    if any(a and b and a != b for a, b in told):
        return True
    return any(_replaced(a, b) for a, b in zip(one.names, other.names, strict=True) if a and b)


def _replaced(one: str, other: str) -> bool:
    """Whether two names are alike but for a word in the place of another."""
    first, second = _letters(one), _letters(other)
    if first in second or second in first:
        return False
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.ratio() >= _UNLIKE and any(tag == "replace" for tag, *_ in matcher.get_opcodes())


class Rows:
    """Documents, as they are compared; what their texts say is known from then on."""

    def __init__(self, documents: pa.Table, known: Sketches, texts: Texts) -> None:
        self.digests: list[str] = documents["text_sha256"].to_pylist()
        self._known, self._texts = known, texts
        new = list(dict.fromkeys(text for text in self.digests if text not in known.texts))
        known.texts.update(texts.sketches(new))
        self._uris = documents["source_uri"].to_pylist()
        self._ids = documents["document_id"].to_pylist()
        told = np.zeros(len(self._uris), dtype=np.int64)
        for name in _TOLD:
            told += pc.is_valid(documents[name]).to_numpy()
        self._told = told.tolist()
        self._numbers, self._titles, self._subtitles = (_folded(documents[name].to_pylist()) for name in _NAMES)
        self._days = list(zip(*(documents[name].to_pylist() for name in _DAYS), strict=True))

    def sketched(self) -> dict[str, int]:
        """Texts that are long enough to be nearly alike others, numbered."""
        texts = dict.fromkeys(text for text in self.digests if self._known.texts[text][1])
        return {text: number for number, text in enumerate(texts)}

    def ranked(self) -> list[int]:
        """Rows in the order in which they are kept: those that tell most first."""
        return sorted(range(len(self._uris)), key=lambda row: (-self._told[row], self._uris[row], self._ids[row]))

    def facts(self, row: int) -> Facts:
        """What tells a document apart."""
        version = tuple(self._known.texts[self.digests[row]][2])
        return Facts(self._numbers[row], (self._titles[row], self._subtitles[row]), self._days[row], version)

    def nearest(self, row: int, candidates: list[int]) -> tuple[int, float] | None:
        """The most similar of the documents that this one may be a copy of, and how similar it is."""
        able = [other for other in sorted(candidates) if not contradict(self.facts(row), self.facts(other))]
        scored = [(-self.similarity(row, other), other) for other in able[:_MOST_CANDIDATES]]
        best = min(scored, default=None)
        return (best[1], -best[0]) if best and -best[0] >= THRESHOLD else None

    def similarity(self, row: int, other: int) -> float:
        """Similarity of two documents."""
        pair = f"{self.digests[row]} {self.digests[other]}"
        if pair not in self._known.pairs:
            one, two = self._texts.hashes(self.digests[row]), self._texts.hashes(self.digests[other])
            self._known.pairs[pair] = similarity(one, two)
        return self._known.pairs[pair]


def _folded(names: list[str | None]) -> list[str | None]:
    """Names with Traditional characters as Simplified ones."""
    lines = simplified("\n".join(name.replace("\n", " ") for name in names if name is not None)).split("\n")
    told = iter(lines)
    return [None if name is None else next(told) for name in names]


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
