"""Documents that repeat another, exactly or nearly: a copy keeps its row and names the document that it repeats.

Two documents that say nearly the same (`sketches`) are copies from `THRESHOLD` on, unless number or title say otherwise: a
notice of the next year, or of the district beside it, repeats nearly every word and is another document. How well that tells
them is measured by `benchmarks/duplicates.py`.

The result depends on the documents alone: kept is the one whose header tells most, of equals the first by `source_uri`.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.publish.sketches import TEXTS, Bands, Read, Sketches, Texts, Told, similarity, simplified

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
_HELD_FACTS = 2**16
"""Documents whose facts are held in memory."""
_UNLIKE = 0.5
"""Titles less alike than this are not of one form: one of them was not found, and says nothing."""


def mark_copies(
    documents: pa.Table,
    told: Iterable[Mapping[str, Told]] = (),
    pairs: MutableMapping[str, float] | None = None,
    read: Read | None = None,
) -> pa.Table:
    """Fill `duplicate_of` and `similarity` of copies.

    Texts without a printed character are no copies of each other.

    Args:
        documents: Columns `COLUMNS`, and the two that are filled.
        told: What is known of texts, by text_sha256; what is missing is found out.
        pairs: Similarities (text_sha256 of two with a blank between): looked up, and what is missing is put in.
        read: Gives texts that are not known, and those that they must be compared with; by default they are in `documents`.

    """
    texts = Texts(read if read is not None else lambda _: documents.select(TEXTS))
    rows = Rows(documents, told, pairs if pairs is not None else {}, texts)
    near = Bands(rows.sketches)
    originals = np.full(len(rows.sketches.names), -1)
    found: dict[int, tuple[int, float]] = {}
    for row in rows.ranked():
        text = int(rows.texts[row])
        if not rows.sketches.printed[text]:
            continue
        first = int(originals[text])
        if first >= 0:
            # The same text; a copy of what that one is a copy of.
            found[row] = found.get(first, (first, 1.0))
            continue
        originals[text] = row
        if not rows.sketches.long[text]:
            continue
        nearest = rows.nearest(row, [int(originals[other]) for other in near.query(text)])
        if nearest is not None:
            found[row] = nearest
        else:
            near.insert(text)
    return _marked(documents, found)


def _marked(documents: pa.Table, found: Mapping[int, tuple[int, float]]) -> pa.Table:
    """Fill the two columns: row of a copy -> row that it repeats, and similarity."""
    original, alike = np.zeros(documents.num_rows, dtype=np.int64), np.zeros(documents.num_rows)
    none = np.ones(documents.num_rows, dtype=bool)
    for row, (first, value) in found.items():
        original[row], alike[row], none[row] = first, value, False
    marks = documents["document_id"].combine_chunks().take(pa.array(original, mask=none))
    for name, column in (("duplicate_of", marks), ("similarity", pa.array(alike, mask=none))):
        place = documents.schema.get_field_index(name)
        field = documents.schema.field(place)
        documents = documents.set_column(place, field, column.cast(field.type))
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
    """Documents, as they are compared.

    Attributes:
        texts: Number of the text of every row.
        sketches: What is known of the texts.

    """

    def __init__(
        self,
        documents: pa.Table,
        told: Iterable[Mapping[str, Told]],
        pairs: MutableMapping[str, float],
        texts: Texts,
    ) -> None:
        names, first, self.texts = np.unique(
            documents["text_sha256"].to_numpy().astype(bytes), return_index=True, return_inverse=True
        )
        self.sketches = Sketches(names)
        for some in told:
            self.sketches.learn(some)
        missing = np.flatnonzero(~self.sketches.known)
        # In the order of the documents: neighbours are read together.
        for some in texts.sketches([self._name(text) for text in missing[np.argsort(first[missing])]]):
            self.sketches.learn(some)
        self._documents, self._pairs, self._read = documents, pairs, texts
        self._facts: dict[int, Facts] = {}

    def ranked(self) -> Iterator[int]:
        """Rows in the order in which they are kept: those that tell most first."""
        told = np.zeros(self._documents.num_rows, dtype=np.int64)
        for name in _TOLD:
            told += pc.is_valid(self._documents[name]).to_numpy()
        keys = self._documents.select(["source_uri", "document_id"]).append_column("told", pa.array(-told))
        order = pc.sort_indices(keys, [(name, "ascending") for name in ("told", "source_uri", "document_id")])
        yield from map(int, order.to_numpy())

    def facts(self, row: int) -> Facts:
        """What tells the document of a row apart; made when it is asked for, which it is of few."""
        if row not in self._facts:
            if len(self._facts) >= _HELD_FACTS:
                self._facts.clear()
            number, *names = (_folded(self._documents[name][row].as_py()) for name in _NAMES)
            days = tuple(self._documents[name][row].as_py() for name in _DAYS)
            self._facts[row] = Facts(number, tuple(names), days, self.sketches.acts.get(int(self.texts[row]), ()))
        return self._facts[row]

    def _name(self, text: int) -> str:
        return bytes(self.sketches.names[text]).decode()

    def nearest(self, row: int, candidates: list[int]) -> tuple[int, float] | None:
        """The most similar of the documents that this one may be a copy of, and how similar it is."""
        able = [other for other in sorted(candidates) if not contradict(self.facts(row), self.facts(other))]
        scored = [(-self.similarity(row, other), other) for other in able[:_MOST_CANDIDATES]]
        best = min(scored, default=None)
        return (best[1], -best[0]) if best and -best[0] >= THRESHOLD else None

    def similarity(self, row: int, other: int) -> float:
        """Similarity of two documents."""
        one, two = (self._name(self.texts[each]) for each in (row, other))
        pair = f"{one} {two}"
        if pair not in self._pairs:
            self._pairs[pair] = similarity(self._read.hashes(one), self._read.hashes(two))
        return self._pairs[pair]


def _folded(name: str | None) -> str | None:
    """Name with Traditional characters as Simplified ones."""
    return None if name is None else simplified(name.replace("\n", " "))


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
