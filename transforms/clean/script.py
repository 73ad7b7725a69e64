"""Traditional and Simplified characters: which of them a text is printed in, and how it reads in Simplified."""

from functools import cache

import numpy as np
import opencc


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Read a text in Simplified characters, one character for each printed one.

    OpenCC chooses by phrase (乾 stays in 乾隆); a phrase never changes its length from Traditional to Simplified, and
    where that should fail, characters are converted one by one.
    """
    converted: str = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    singles: dict[str, str] = {c: _converter().convert(c) for c in set(text)}
    return "".join(s if len(s := singles[c]) == 1 else c for c in text)


def script_of(text: str, simplified: str) -> str:
    """`hans`, `hant`, or `mixed` where a tenth and more of the characters that differ are of the other script.

    `simplified` is what `to_simplified` makes of the text.
    A single 於 or 著 in a Simplified text is a slip of the printer and does not make it mixed.
    """
    if simplified == text:
        return "hans"
    printed, read = (
        np.frombuffer(each.encode("utf-32-le", "surrogatepass"), dtype=np.uint32) for each in (text, simplified)
    )
    han = int(np.count_nonzero((printed >= ord("\u4e00")) & (printed <= ord("\u9fff"))))
    share = float(np.count_nonzero(printed != read)) / max(han, 1)
    # About a third of the characters of Chinese prose are written differently in Traditional script.
    if share > 0.2:
        return "hant"
    return "mixed" if share > 0.005 else "hans"
