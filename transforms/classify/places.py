"""Places in clauses: words that jieba's dictionary tags as places, with the level that follows (杭州市)."""

import numpy as np

from schemas.vocabularies import PLACE_KINDS
from transforms.classify.rules import Ints
from transforms.classify.texts import Texts, members
from transforms.classify.words import Dictionary

_LAST = {name: PLACE_KINDS.index(kind) for name, kind in {
    "省": "province", "市": "city", "区": "district", "县": "county", "州": "prefecture", "旗": "banner", "镇": "town",
    "乡": "town", "村": "village", "岛": "island",
}.items()}  # fmt: skip
"""Kinds of places, by the last character."""
_KIND = np.zeros(0x10000, np.int64)
_KIND[[ord(c) for c in _LAST]] = list(_LAST.values())
_UNIT = members("省市县")
"""Levels that may follow a word of a place and belong to it."""


def places(texts: Texts, cut: tuple[Ints, Ints], dictionary: Dictionary) -> tuple[Ints, Ints, Ints, Ints]:
    """(text, start, end, kind) of every place, places counted in their text."""
    word, start = cut
    held = dictionary.place[word]
    start, length = start[held], dictionary.length[word[held]]
    end = start + length
    order = np.argsort(start, kind="stable")
    start, end = start[order], end[order]
    end = end + (_UNIT[texts.codes[end]] & (_KIND[texts.codes[end - 1]] == 0))
    text = texts.text_of(start)
    begin = texts.begin[text]
    return text, start - begin, end - begin, _KIND[texts.codes[end - 1]]
