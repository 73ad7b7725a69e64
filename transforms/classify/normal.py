"""Character forms that mean the same, made equal one for one, so that offsets stay what they are."""

import re

import numpy as np
import numpy.typing as npt

_FULL_WIDTH = {0xFF10 + i: chr(0x30 + i) for i in range(10)}
_FULL_WIDTH |= {0xFF21 + i: chr(0x41 + i) for i in range(26)} | {0xFF41 + i: chr(0x61 + i) for i in range(26)}
_PUNCTUATION = str.maketrans(",;:()?!％．　\r\n", "，；：（）？！%.   ")
_MAP = _FULL_WIDTH | _PUNCTUATION
_SPECIAL = re.compile("[" + re.escape("".join(map(chr, _MAP))) + "]")
"""Most texts hold none of these; looking is ten times faster than translating."""


def _table() -> npt.NDArray[np.uint16]:
    table = np.arange(0x10000, dtype=np.uint16)
    for code, form in _MAP.items():
        table[code] = form if isinstance(form, int) else ord(form)
    return table


TABLE = _table()
"""Normal form of every character of the basic plane."""


ORDINAL = (
    r"(?:第[一二三四五六七八九十百千零〇0-9]{1,9} ?条(?:之[一二三四五六七八九十]{1,3})?|"
    r"[（][一二三四五六七八九十0-9]{1,4}[）]|"
    r"[一二三四五六七八九十]{1,3}[、.]|[0-9]{1,3}[、.](?![0-9])|[①-⑳]|[一二三四五六七八九十]{1,2}(?:是要|是|要)|"
    r"第[一二三四五六七八九十]{1,2}，|——|—|●|·| |“)+"
)
"""Numbers and marks that may stand before the words of a clause (regular expression over normalised text)."""


def normal(text: str) -> str:
    """Text of the same length with ASCII digits and letters, full-width punctuation and no line breaks.

    Newlines become spaces because joined texts are parted by newlines.
    """
    return text.translate(_MAP) if _SPECIAL.search(text) else text
