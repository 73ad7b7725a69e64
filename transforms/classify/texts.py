"""All texts of a batch as one array of characters.

Texts are normalised character for character, so that offsets stay what they are, and every text is followed by a
newline, which no word of the codebook holds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from transforms.classify.normal import ORDINAL, TABLE
from transforms.classify.rules import Bools, Ints

Codes = npt.NDArray[np.uint16]

_LAST = 0xFFFF
PADDING = 64
"""Newlines behind the last text: more than any word is long."""


@dataclass(frozen=True)
class Texts:
    """Texts joined.

    Attributes:
        codes: Characters; those beyond the basic plane are 0xFFFF.
        begin: First character of each text.
        length: Characters of each text.

    """

    codes: Codes
    begin: Ints
    length: Ints

    @cached_property
    def string(self) -> str:
        """The joined texts as one string of the same length."""
        return self.codes.tobytes().decode("utf-16-le", "replace")

    def bits(self, mask: npt.NDArray[np.uint8], texts: Ints) -> npt.NDArray[np.uint8]:
        """All bits that the characters of each text have; the texts are numbered one after the other."""
        if not len(texts):
            return np.zeros(0, np.uint8)
        stop = int(self.begin[texts[-1]] + self.length[texts[-1]]) + 1
        return np.bitwise_or.reduceat(mask[:stop], self.begin[texts])

    def text_of(self, places: Ints) -> Ints:
        """Number of the text that each place belongs to."""
        return self._owner[places]

    @cached_property
    def _owner(self) -> Ints:
        return np.repeat(np.arange(len(self.begin)), self.length + 1)

    @cached_property
    def opened(self) -> tuple[Ints, Ints]:
        """Places behind the numbers and marks that open a text, as (text, place); most texts open with none."""
        rows = np.flatnonzero(_may_open(self))
        match, string = _ORDINAL.match, self.string
        found: list[tuple[int, int]] = []
        begin = self.begin[rows]
        stop = begin + np.minimum(self.length[rows], _LONGEST)
        for row, start, end in zip(rows.tolist(), begin.tolist(), stop.tolist(), strict=True):
            if hit := match(string, start, end):
                found.append((row, hit.end()))
        columns = np.array(found, np.int64).reshape(-1, 2)
        return columns[:, 0], columns[:, 1]


def joined(texts: Sequence[str]) -> Texts:
    """Join texts."""
    length = np.fromiter(map(len, texts), np.int64, len(texts))
    begin = np.concatenate(([0], np.cumsum(length + 1)[:-1])).astype(np.int64) if len(texts) else length
    raw = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = np.full(len(raw) + PADDING, 0x0A, np.uint16)
    codes[: len(raw)] = TABLE[np.minimum(raw, _LAST)]
    codes[begin + length] = 0x0A
    return Texts(codes, begin, length)


def runs(first: Ints, count: Ints) -> Ints:
    """For each of some numbers itself and those that follow it, so many in all."""
    stop = np.cumsum(count)
    return np.repeat(first - stop + count, count) + np.arange(int(stop[-1]) if len(stop) else 0)


def pointers(texts: Ints, count: int) -> Ints:
    """Where the rows of each of so many texts begin, and one number more; the texts of the rows are given in order."""
    return np.concatenate(([0], np.cumsum(np.bincount(texts, minlength=count))))


def distinct(numbers: Ints, limit: int) -> tuple[Ints, Ints]:
    """The distinct ones of some numbers below a limit, and for each number its place among them."""
    seen = np.zeros(limit, np.bool_)
    seen[numbers] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[numbers]


def members(characters: str) -> Bools:
    """Table that says of every character whether it is one of those."""
    table = np.zeros(0x10000, np.bool_)
    table[[ord(c) for c in characters]] = True
    return table


_PLAIN = members("—●·“ " + "".join(map(chr, range(0x2460, 0x2488))))
_CHINESE = members("一二三四五六七八九十百千零〇")
_DIGITS = members("0123456789")
_NUMERAL = _CHINESE | _DIGITS | members(" ")
_BEHIND = members("、.")
_ORDINAL = re.compile(ORDINAL)
_LONGEST = 40


def _may_open(texts: Texts) -> Bools:
    """Whether a text may open with a number or mark; most begin with another character."""
    codes, begin = texts.codes, texts.begin
    first, second = codes[begin], codes[begin + 1]
    point = _BEHIND[second] | _BEHIND[codes[begin + 2]] | _BEHIND[codes[begin + 3]]
    listed = (second == ord("是")) | (second == ord("要")) | _CHINESE[second] | point
    bracket = ((first == ord("第")) | (first == ord("（"))) & _NUMERAL[second]
    found: Bools = (texts.length > 0) & (_PLAIN[first] | bracket | _CHINESE[first] & listed | _DIGITS[first] & point)
    return found
