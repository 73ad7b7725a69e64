"""Character forms that mean the same, made equal one for one, so that offsets stay what they are."""

import re
from collections.abc import Sequence

import numpy as np

from transforms.classify.rules import Ints

_FULL_WIDTH = {0xFF10 + i: chr(0x30 + i) for i in range(10)}
_FULL_WIDTH |= {0xFF21 + i: chr(0x41 + i) for i in range(26)} | {0xFF41 + i: chr(0x61 + i) for i in range(26)}
_PUNCTUATION = str.maketrans(",;:()?!％．　\r\n", "，；：（）？！%.   ")
_TABLE = _FULL_WIDTH | _PUNCTUATION
_SPECIAL = re.compile("[" + re.escape("".join(map(chr, _TABLE))) + "]")
"""Most texts hold none of these; looking is ten times faster than translating."""


ORDINAL = (
    r"(?:第[一二三四五六七八九十百千零〇0-9]{1,9} ?条(?:之[一二三四五六七八九十]{1,3})?|"
    r"[（][一二三四五六七八九十0-9]{1,4}[）]|"
    r"[一二三四五六七八九十]{1,3}[、.]|[0-9]{1,3}[、.](?![0-9])|[①-⑳]|[一二三四五六七八九十]{1,2}(?:是要|是|要)|"
    r"第[一二三四五六七八九十]{1,2}，|——|—|●|·| |“)+"
)
"""Numbers and marks that may stand before the words of a clause (regular expression over normalised text)."""


def normal(text: str) -> str:
    """Text of the same length with ASCII digits and letters, full-width punctuation and no line breaks.

    Newlines become spaces because the scanner joins texts with newlines.
    """
    return text.translate(_TABLE) if _SPECIAL.search(text) else text


def holding(texts: Sequence[str], classes: Sequence[str]) -> Ints:
    """For each text a mask of the classes of characters of which it holds at least one."""
    if not texts:
        return np.zeros(0, np.int64)
    table = np.zeros(0x10000, np.int64)
    for bit, characters in enumerate(classes):
        table[[ord(c) for c in characters]] |= 1 << bit
    codes = np.frombuffer("".join(f"{text}\n" for text in texts).encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    begins = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return np.bitwise_or.reduceat(table[np.minimum(codes, 0xFFFF)], begins)
