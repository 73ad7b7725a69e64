"""Documents that repeat another, exactly or nearly: a copy keeps its row and names the document that it repeats.

Compared is what a document says: the characters of its text proper, without header, furniture, blanks and punctuation. Two
documents are as similar as the shares of five-character sequences that they have in common (Jaccard, 0 to 1). From
`THRESHOLD` on they are copies, unless number or title say otherwise: a notice of the next year, or of the district beside
it, repeats nearly every word and is another document. How well that tells them is measured by `benchmarks/duplicates.py`.

MinHash (datasketch) names the few candidates for every document, so that the cost is linear in documents. The result
depends on the documents alone: kept is the one whose header tells most, of equals the first by `source_uri`.
"""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

THRESHOLD = 0.6
"""Least similarity of a copy."""
COLUMNS = (
    *("document_id", "source_uri", "text", "text_sha256", "spans"),
    *("document_number_norm", "title_reading", "subtitle"),
    *("issuer", "index_number", "theme_declared", "subject_words", "disclosure", "validity", "addressee"),
    *("written_on", "published_on", "effective_on", "adopted_on", "url"),
)
"""What is looked at."""
_TOLD = COLUMNS[5:]
_SAID = ("label", "heading", "clause", "quote", "table")
"""Roles of what a document says; what stands in its header may differ between sites."""

_NAMES = ("document_number_norm", "title_reading", "subtitle")
_DAYS = ("written_on", "adopted_on", "effective_on")
_ACT = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:(?!\d{4}年)[^。；]){0,60}?(?:通过|公布|发布|批准|修正|修订|修改)")
_HEAD = 1000
_BODY = re.compile(r"(?m)^[ \u3000]*(?:第[ \u3000]*[一1][ \u3000]*[编章条條]|一、)")
_FIELD = re.compile(r"[ \u3000]*[【\[]?[\u4e00-\u9fff \u3000]{2,10}[】\]]?[：:]")
"""A line of a header, whose dates are those of a site."""
_BLANKS = re.compile(r"\s+")

_LENGTH = 5
_SAMPLED = 4
"""One of so many sequences is shown to MinHash: enough for candidates, and four times as fast."""
_PERMUTATIONS = 64
_BANDS, _ROWS = 16, 4
"""Of pairs at a similarity of .7 it names .99, of .6 .89, of .3 .12."""
_MOST_CANDIDATES = 16
_FEWEST = 20
"""Sequences of a text that is long enough to be nearly alike another."""
_UNLIKE = 0.5
"""Titles less alike than this are not of one form: one of them was not found, and says nothing."""

Hashes = np.ndarray[Any, np.dtype[np.uint64]]


def mark_copies(documents: pa.Table, sketches: MutableMapping[str, str] | None = None) -> pa.Table:
    """Fill `duplicate_of` and `similarity` of copies.

    Texts without a printed character are no copies of each other.

    Args:
        documents: Columns `COLUMNS`, and the two that are filled.
        sketches: What MinHash says of texts, by `text_sha256`, and similarities, by two of them: looked up, and what is missing
            is put in. They are most of the work; they hold as long as the same code gives the same spans.

    """
    known = sketches if sketches is not None else {}
    rows = Rows(documents)
    originals: dict[str, int] = {}
    index = _index()
    found: dict[int, tuple[int, float]] = {}
    for row in rows.ranked():
        if not rows.printed[row]:
            continue
        first = originals.setdefault(rows.digests[row], row)
        if first != row:
            # The same text; a copy of what that one is a copy of.
            found[row] = found.get(first, (first, 1.0))
            continue
        told = known.get(rows.digests[row])
        if told is None:
            told = known[rows.digests[row]] = _sketch(rows.hashes(row))
        if not told:
            continue
        sketch = _minhash(np.frombuffer(bytes.fromhex(told), dtype="<u8"))
        near = _nearest(row, rows, [int(key) for key in index.query(sketch)], known)
        if near is not None:
            found[row] = near
        else:
            index.insert(row, sketch)
    keys = documents["document_id"].to_pylist()
    marks = [keys[found[row][0]] if row in found else None for row in range(len(keys))]
    values = [found[row][1] if row in found else None for row in range(len(keys))]
    for name, column in (("duplicate_of", marks), ("similarity", values)):
        place = documents.schema.get_field_index(name)
        field = documents.schema.field(place)
        documents = documents.set_column(place, field, pa.array(column, field.type))
    return documents


def similarity(one: Hashes, other: Hashes) -> float:
    """Share of the sequences of both that both have."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return round(common / max(len(one) + len(other) - common, 1), 4)


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
    """Documents, as they are compared."""

    def __init__(self, documents: pa.Table) -> None:
        self._texts = documents["text"].combine_chunks()
        self._heads = pc.utf8_slice_codeunits(self._texts, 0, _HEAD)
        spans = documents["spans"].combine_chunks()
        self._offsets = spans.offsets.to_numpy()
        flat = spans.values
        self._starts, self._ends = (flat.field(name).to_numpy(zero_copy_only=False) for name in ("start", "end"))
        self._said = pc.is_in(flat.field("role"), pa.array(_SAID)).to_numpy(zero_copy_only=False)
        self.digests: list[str] = documents["text_sha256"].to_pylist()
        self.printed = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(documents["text"])), 0).to_pylist()
        self._uris = documents["source_uri"].to_pylist()
        self._ids = documents["document_id"].to_pylist()
        told = np.zeros(len(self._uris), dtype=np.int64)
        for name in _TOLD:
            told += pc.is_valid(documents[name]).to_numpy()
        self._told = told.tolist()
        self._numbers, self._titles, self._subtitles = (documents[name].to_pylist() for name in _NAMES)
        self._days = list(zip(*(documents[name].to_pylist() for name in _DAYS), strict=True))
        self.hashes = lru_cache(maxsize=512)(self._hashes)
        self.facts = lru_cache(maxsize=None)(self._facts)

    def ranked(self) -> list[int]:
        """Rows in the order in which they are kept: those that tell most first."""
        return sorted(range(len(self._uris)), key=lambda row: (-self._told[row], self._uris[row], self._ids[row]))

    def _facts(self, row: int) -> Facts:
        """What tells a document apart."""
        head = _BODY.split(self._heads[row].as_py(), maxsplit=1)[0].splitlines()
        note = _BLANKS.sub("", "".join(line for line in head if not _FIELD.match(line)))
        acts = [tuple(map(int, match.groups())) for match in _ACT.finditer(note)]
        names = (self._titles[row], self._subtitles[row])
        return Facts(self._numbers[row], names, self._days[row], max(acts, default=()))

    def _hashes(self, row: int) -> Hashes:
        """Hashes of the sequences of what a document says."""
        codes = np.frombuffer(self._texts[row].as_py().encode("utf-32-le"), dtype=np.uint32)
        said = np.zeros(len(codes), dtype=bool)
        mine = slice(self._offsets[row], self._offsets[row + 1])
        wanted = self._said[mine]
        for start, end in zip(self._starts[mine][wanted].tolist(), self._ends[mine][wanted].tolist(), strict=True):
            said[start:end] = True
        return sequences(codes[said])


def sequences(codes: np.ndarray[Any, np.dtype[np.uint32]]) -> Hashes:
    """Hash every run of five letters, ideographs or digits; the punctuation between them is left out."""
    wide = (codes >= 0xFF10) & (codes <= 0xFF5A)
    codes = np.where(wide, codes - 0xFEE0, codes)
    plain = ((codes >= 0x30) & (codes <= 0x39)) | ((codes | 0x20) >= 0x61) & ((codes | 0x20) <= 0x7A)
    han = ((codes >= 0x3400) & (codes <= 0x9FFF)) | (codes == 0x3007) | (codes >= 0x20000)
    kept = codes[plain | han].astype(np.uint64)
    if len(kept) < _LENGTH:
        return np.zeros(0, dtype=np.uint64)
    hashes: Hashes = np.zeros(len(kept) - _LENGTH + 1, dtype=np.uint64)
    for place in range(_LENGTH):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + kept[place : len(kept) - _LENGTH + 1 + place]
    # The finaliser of splitmix64: the low bits are as good as the high ones.
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    unique: Hashes = np.unique(hashes ^ (hashes >> np.uint64(31)))
    return unique


def _nearest(row: int, rows: Rows, candidates: list[int], known: MutableMapping[str, str]) -> tuple[int, float] | None:
    """The most similar of the documents that this one may be a copy of."""
    able = [other for other in sorted(candidates) if not contradict(rows.facts(row), rows.facts(other))]
    scored = [(-_known_similarity(row, other, rows, known), other) for other in able[:_MOST_CANDIDATES]]
    best = min(scored, default=None)
    return (best[1], -best[0]) if best and -best[0] >= THRESHOLD else None


def _known_similarity(row: int, other: int, rows: Rows, known: MutableMapping[str, str]) -> float:
    key = f"{rows.digests[row]} {rows.digests[other]}"
    if key not in known:
        known[key] = str(similarity(rows.hashes(row), rows.hashes(other)))
    return float(known[key])


def _index() -> Any:  # noqa: ANN401 - datasketch is loaded late
    from datasketch import MinHashLSH  # noqa: PLC0415

    return MinHashLSH(num_perm=_PERMUTATIONS, params=(_BANDS, _ROWS))


def _sketch(hashes: Hashes) -> str:
    """MinHash of a text, as hexadecimal digits; empty where the text is too short to be nearly alike another."""
    if len(hashes) < _FEWEST:
        return ""
    sampled = hashes[hashes % np.uint64(_SAMPLED) == 0]
    sketch = _minhash()
    sketch.update_batch(((sampled if len(sampled) else hashes) >> np.uint64(32)).tolist())
    return np.asarray(sketch.hashvalues).astype("<u8").tobytes().hex()


def _minhash(values: Hashes | None = None) -> Any:  # noqa: ANN401
    from datasketch import MinHash  # noqa: PLC0415

    made = MinHash(num_perm=_PERMUTATIONS, seed=1, scheme="affine32", hashfunc=int, permutations=_permutations())
    if values is not None:
        made.hashvalues = values.astype(made.hashvalues.dtype)
    return made


@lru_cache(maxsize=1)
def _permutations() -> Any:  # noqa: ANN401
    from datasketch import MinHash  # noqa: PLC0415

    return MinHash(num_perm=_PERMUTATIONS, seed=1, scheme="affine32").permutations


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
