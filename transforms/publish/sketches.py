"""What texts say, so that texts that say nearly the same are found: hashes of letter sequences, and their MinHash.

Compared are the characters of the text proper, without header, furniture, blanks and punctuation, Traditional ones as their
Simplified forms. Texts are as similar as the shares of five-character sequences that they have in common (Jaccard, 0 to 1).
"""

import re
import string
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import opencc
import pyarrow as pa
import pyarrow.compute as pc

TEXTS = ("text_sha256", "text", "spans")
"""Columns that tell what a text says."""
_SAID = ("label", "heading", "clause", "quote", "table")
"""Roles of what a document says; what stands in its header may differ between sites."""
_ACT = re.compile(
    r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:(?!\d{4}年)[^。；]){0,60}?(?:通[过過]|[公发發][布佈]|批准|修正|修[订訂]|修改)"
)
_HEAD = 1000
_BODY = re.compile(r"(?m)^[ \u3000]*(?:第[ \u3000]*[一1][ \u3000]*[编章条條]|一、)")
_FIELD = re.compile(r"[ \u3000]*[【\[]?[\u4e00-\u9fff \u3000]{2,10}[】\]]?[：:]")
"""A line of a header, whose dates are those of a site."""
_BLANKS = re.compile(r"\s+")

_LENGTH = 5
_SAMPLED = 4
"""One of so many sequences, a power of two, is shown to MinHash: enough for candidates, and four times as fast."""
_PERMUTATIONS = 64
_BANDS, _ROWS = 16, 4
"""Of pairs at a similarity of .7 it names .99, of .6 .89, of .3 .12."""
_FEWEST = 20
"""Sequences of a text that is long enough to be nearly alike another."""
_WIDE = 0xFEE0
"""From an ASCII character to its full-width form."""

_HELD = 64 * 2**20
"""Bytes of texts that are held in memory, about; those of more are read again when they are wanted."""
_HELD_HASHES = 2048
"""Texts whose hashes are held."""
_TOGETHER = 256
"""Texts that are read together."""

Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Read = Callable[[Collection[str]], pa.Table]
"""Gives the columns `TEXTS` of texts, by `text_sha256`; each at least once."""


Told = tuple[bool, str, list[int]]
"""What is known of a text, kept between runs: most of the work, and all that is looked at of a text already seen.

Whether it has a printed character, its MinHash as hexadecimal digits (empty where it is too short to be nearly alike another),
and the last date of the note under the title of an act (see `acts`). It holds as long as the same code gives the same spans.
"""


class Sketches:
    """What is known of the texts of a release, in columns: there are as many as documents.

    Attributes:
        names: text_sha256 of every text as bytes, in order; the place here is the number of a text.
        known: Whether it was told of.
        printed: Whether it has a printed character.
        long: Whether it is long enough to be nearly alike another, and so has a MinHash.
        minhashes: A row for each.
        acts: What `acts` says of those of which it says something.

    """

    def __init__(self, names: np.ndarray[Any, np.dtype[np.bytes_]]) -> None:
        """Know nothing yet of these texts."""
        self.names = names
        self.known, self.printed, self.long = (np.zeros(len(names), dtype=bool) for _ in range(3))
        self.minhashes = np.zeros((len(names), _PERMUTATIONS), dtype="<u4")
        self.acts: dict[int, tuple[int, ...]] = {}

    def learn(self, told: Mapping[str, Told]) -> None:
        """Take what is known of some texts; others than those of the release are passed over."""
        if not told or not len(self.names):
            return
        keys = np.array(list(told), dtype=bytes)
        places = np.minimum(np.searchsorted(self.names, keys), len(self.names) - 1)
        for place, mine, (printed, digits, act) in zip(
            places.tolist(), (self.names[places] == keys).tolist(), told.values(), strict=True
        ):
            if not mine:
                continue
            self.known[place], self.printed[place], self.long[place] = True, printed, bool(digits)
            if digits:
                self.minhashes[place] = np.frombuffer(bytes.fromhex(digits), dtype="<u4")
            if act:
                self.acts[place] = tuple(act)


def among(pairs: Mapping[str, float], texts: Any) -> dict[str, float]:  # noqa: ANN401 - an array of pyarrow
    """Those of some similarities (text_sha256 of two with a blank between) that are of these texts."""
    named = pa.array(sorted({text for pair in pairs for text in pair.split()}), pa.string())
    there = set(named.filter(pc.is_in(named, texts)).to_pylist())
    return {pair: value for pair, value in pairs.items() if there.issuperset(pair.split())}


def sketch(documents: pa.Table) -> dict[str, Told]:
    """What is to be known of the texts of documents (columns `TEXTS`), by text."""
    told: dict[str, Told] = {}
    for rows in documents.select(TEXTS).to_batches():
        batch = _Batch(rows)
        for text, content, hashes in zip(
            rows["text_sha256"].to_pylist(), batch.contents(), batch.sequences(), strict=True
        ):
            told[text] = _told(content, hashes)
    return told


def _told(content: str, hashes: Hashes) -> Told:
    return bool(content.strip()), _sketch(hashes), acts(content)


class Texts:
    """Texts, read when they are asked for: of most, the sketch says enough."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._held = 0
        self._places: dict[str, tuple[_Batch, int]] = {}
        self._hashes: dict[str, Hashes] = {}

    def load(self, texts: Collection[str]) -> None:
        """Read some at once."""
        table = self._read(texts).select(TEXTS)
        self._held += table.nbytes
        if self._held > _HELD:
            self._places.clear()
            self._held = table.nbytes
        for rows in table.to_batches():
            batch = _Batch(rows)
            self._places.update((text, (batch, place)) for place, text in enumerate(rows["text_sha256"].to_pylist()))

    def sketches(self, texts: Sequence[str]) -> Iterator[dict[str, Told]]:
        """What is kept of texts, by text, some at a time."""
        for some in (texts[n : n + _TOGETHER] for n in range(0, len(texts), _TOGETHER)):
            self.load(some)
            yield {text: self.sketched(text) for text in some}

    def sketched(self, text: str) -> Told:
        """What is kept of a text."""
        return _told(self._found(text).content, self.hashes(text))

    def hashes(self, text: str) -> Hashes:
        """Hashes of the sequences of what a text says."""
        if text not in self._hashes:
            if len(self._hashes) >= _HELD_HASHES:
                self._hashes.clear()
            self._hashes[text] = sequences(self._found(text).said())
        return self._hashes[text]

    def _found(self, text: str) -> "_Text":
        if text not in self._places:
            self.load([text])
        batch, place = self._places[text]
        return batch.text(place)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text, and where it says something: starts and ends of its spans."""

    content: str
    starts: list[int]
    ends: list[int]

    def said(self) -> np.ndarray[Any, np.dtype[np.uint32]]:
        """Code points of what it says."""
        codes = np.frombuffer(self.content.encode("utf-32-le"), dtype=np.uint32)
        said = np.zeros(len(codes), dtype=bool)
        for start, end in zip(self.starts, self.ends, strict=True):
            said[start:end] = True
        return codes[said]


class _Batch:
    """Texts of a record batch."""

    def __init__(self, rows: pa.RecordBatch) -> None:
        self._texts = rows["text"]
        spans = rows["spans"]
        self._offsets = spans.offsets.to_numpy()
        self._starts, self._ends = (spans.values.field(name).to_numpy() for name in ("start", "end"))
        self._said = pc.is_in(spans.values.field("role"), pa.array(_SAID)).to_numpy(zero_copy_only=False)

    def text(self, place: int) -> _Text:
        mine = slice(self._offsets[place], self._offsets[place + 1])
        said = self._said[mine]
        return _Text(self._texts[place].as_py(), self._starts[mine][said].tolist(), self._ends[mine][said].tolist())

    def contents(self) -> list[str]:
        """All texts."""
        texts: list[str] = self._texts.to_pylist()
        return texts

    def sequences(self) -> Iterator[Hashes]:
        """Hashes of the sequences of each text, of all texts together up to the last step."""
        texts = self.contents()
        length = np.fromiter(map(len, texts), np.int64, len(texts))
        begin = np.cumsum(length) - length
        codes = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32)
        mine = slice(self._offsets[0], self._offsets[-1])
        said = self._said[mine]
        owner = np.repeat(np.arange(len(texts)), np.diff(self._offsets))[said]
        depth = np.zeros(len(codes) + 1, dtype=np.int32)
        for edges, step in ((self._starts, 1), (self._ends, -1)):
            np.add.at(depth, begin[owner] + np.minimum(edges[mine][said], length[owner]), step)
        letters = _letters()[codes]
        letters *= np.cumsum(depth[:-1], dtype=np.int32) > 0
        places = np.flatnonzero(letters)
        bounds = np.searchsorted(places, np.append(begin, len(codes))).tolist()
        hashes = _runs(letters[places])
        for first, end in pairwise(bounds):
            yield _distinct(hashes[first : max(end - _LENGTH + 1, first)])


class Bands:
    """Texts whose sketches agree in a band: the few that may be nearly alike, so that the cost is linear in texts.

    The bands of all texts are numbered at once, for only what two texts share is of use: a tenth of the time of an index that
    takes the bytes of every band of every text.
    """

    def __init__(self, sketches: Sketches) -> None:
        """Number the bands of the texts that are long enough."""
        texts = np.flatnonzero(sketches.long)
        shared: dict[int, list[tuple[int, int]]] = {}
        for band in range(_BANDS):
            rows = np.ascontiguousarray(sketches.minhashes[texts, band * _ROWS : (band + 1) * _ROWS])
            _, group, size = np.unique(
                rows.view(np.dtype((np.void, 4 * _ROWS))).ravel(), return_inverse=True, return_counts=True
            )
            for place in np.flatnonzero(size[group] > 1).tolist():
                shared.setdefault(int(texts[place]), []).append((band, int(group[place])))
        self._shared = shared
        self._members: dict[tuple[int, int], list[int]] = {}

    def query(self, text: int) -> list[int]:
        """Texts that were put in and agree with this one in a band, in order."""
        return sorted({other for key in self._shared.get(text, ()) for other in self._members.get(key, ())})

    def insert(self, text: int) -> None:
        """Put in a text, by its number."""
        for key in self._shared.get(text, ()):
            self._members.setdefault(key, []).append(text)


def similarity(one: Hashes, other: Hashes) -> float:
    """Share of the sequences of both that both have."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return round(common / max(len(one) + len(other) - common, 1), 4)


def acts(text: str) -> list[int]:
    """Year, month and day that an act of adoption or amendment last had, by the note under its title; or nothing."""
    head = _BODY.split(text[:_HEAD], maxsplit=1)[0].splitlines()
    note = _BLANKS.sub("", "".join(line for line in head if not _FIELD.match(line)))
    return list(max((tuple(map(int, match.groups())) for match in _ACT.finditer(note)), default=()))


def sequences(codes: np.ndarray[Any, np.dtype[np.uint32]]) -> Hashes:
    """Hash every run of five letters, ideographs or digits; the punctuation between them is left out."""
    letters = _letters()[codes]
    return _distinct(_runs(letters[letters != 0]))


def _runs(letters: np.ndarray[Any, np.dtype[np.uint32]]) -> Hashes:
    """Hash every run of five letters, in their order."""
    kept = letters.astype(np.uint64)
    if len(kept) < _LENGTH:
        return np.zeros(0, dtype=np.uint64)
    hashes: Hashes = np.zeros(len(kept) - _LENGTH + 1, dtype=np.uint64)
    for place in range(_LENGTH):
        hashes *= np.uint64(0x9E3779B97F4A7C15)
        hashes += kept[place : len(kept) - _LENGTH + 1 + place]
    # The finaliser of splitmix64: the low bits are as good as the high ones.
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return hashes


def _distinct(hashes: Hashes) -> Hashes:
    """Hashes in order, each once: as np.unique, which takes a table of hashes instead and thrice the time."""
    hashes = np.sort(hashes)
    new = np.ones(len(hashes), dtype=bool)
    np.not_equal(hashes[1:], hashes[:-1], out=new[1:])
    unique: Hashes = hashes[new]
    return unique


@lru_cache(maxsize=1)
def _letters() -> np.ndarray[Any, np.dtype[np.uint32]]:
    """By code: what a letter, ideograph or digit is compared as, 0 for all others; higher codes stand for themselves.

    Ideographs as Simplified, one by one, for a copy may be made so; full-width letters and digits as ASCII.
    """
    table = np.arange(sys.maxunicode + 1, dtype=np.uint32)
    table[:0x20000] = 0
    plain = [ord(letter) for letter in string.digits + string.ascii_letters]
    table[plain] = plain
    table[np.array(plain) + _WIDE] = plain
    han = [0x3007, *range(0x3400, 0xA000)]
    # A line each, so that no phrase is seen.
    table[han] = [ord(line[0]) for line in simplified("\n".join(map(chr, han))).split("\n")]
    return table


@lru_cache(maxsize=1)
def _converter() -> Any:  # noqa: ANN401 - opencc ships no types
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Text with Traditional characters as Simplified ones."""
    converted: str = _converter().convert(text)
    return converted


def _sketch(hashes: Hashes) -> str:
    if len(hashes) < _FEWEST:
        return ""
    sampled = hashes[hashes & np.uint64(_SAMPLED - 1) == 0]
    sketch = _minhash()
    sketch.clear()
    # One value for MinHash, which it takes as an array: a Python object for each would cost more than the sketch.
    sketch.update_batch([(sampled if len(sampled) else hashes) >> np.uint64(32)])
    return np.asarray(sketch.hashvalues).astype("<u4").tobytes().hex()


@lru_cache(maxsize=1)
def _minhash() -> Any:  # noqa: ANN401 - used for one text after the other
    from datasketch import MinHash  # noqa: PLC0415

    return MinHash(num_perm=_PERMUTATIONS, seed=1, scheme="affine32", hashfunc=np.asarray)
