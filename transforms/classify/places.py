"""Places in clauses: names of a gazetteer (`places.csv`), and rivers, islands, towns that jieba's dictionary tags as places.

A name counts where jieba's words leave it whole: 广东市场 holds 广东 and no 广东市, 自然资源县级平台 holds no 资源县. The tag alone
says little: jieba's dictionary calls 城市, 上市 and 之日起 places, too.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from schemas.vocabularies import PLACE_KINDS
from transforms.classify.rules import Bools, Ints
from transforms.classify.texts import Texts, members
from transforms.classify.trie import Trie, build
from transforms.classify.words import dictionary

_LAST = {name: PLACE_KINDS.index(kind) for name, kind in {
    "省": "province", "市": "city", "区": "district", "县": "county", "州": "prefecture", "旗": "banner", "镇": "town",
    "乡": "town", "村": "village", "岛": "island",
}.items()}  # fmt: skip
"""Kinds of places, by the last character."""
_KIND = np.zeros(0x10000, np.int64)
_KIND[[ord(c) for c in _LAST]] = list(_LAST.values())
_UNIT = members("省市县")
_LEVEL = members("".join(_LAST).replace("岛", ""))
"""Levels that may follow the short name of a place and belong to it."""
_HIGH, _VAGUE = members("治政"), members("地湾")
_SEATS = ("省", "自治区", "市")
_TAILS = ("地区", "新区", "新城")
_FEATURE = re.compile(
    r".{2,}(?:[江河湖岛洲山岭镇乡村湾]|(?<!大)海|海峡|山脉|平原|盆地|高原|沙漠|草原|水库|流域|三角洲|半岛|群岛|地区)"
)
_COMMON = re.compile(r"(?:[各本该全这某边周偏沿]|内陆|丘陵|山间|中立|城市|民族).*|.*(?:城镇|乡镇|山乡|侨乡)")


@dataclass(frozen=True, slots=True)
class Places:
    """Places in joined texts, in their order; none overlaps another.

    Attributes:
        start: First character of each.
        end: End of each.
        inner: For each character of the texts, whether a word of jieba's goes on from the character before.

    """

    start: Ints
    end: Ints
    inner: Bools

    def kinds(self, texts: Texts) -> Ints:
        """Kind of each, a number in PLACE_KINDS."""
        last, before = texts.codes[self.end - 1], texts.codes[self.end - 2]
        district = last == ord("区")
        # 自治区 and 特别行政区 are as high as provinces; 地区 and 湾区 tell no level.
        found = np.where(district & _HIGH[before], PLACE_KINDS.index("province"), _KIND[last])
        return np.where(district & _VAGUE[before], 0, found)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names of places.

    Attributes:
        trie: Finds them.
        named: Whether each is a place; the others are longer words in which a name is none.
        front: Whether each may stand at the front of a longer word: 朝鲜政府, 浙江省人民政府.
        loose: Whether each is a name that no words by chance make, whatever jieba's words are: 海拉尔.
        tagged: Whether jieba's dictionary tags a word as a place.
        feature: Whether a word so tagged is one by its end: a feature, a town, a village.
        common: Whether a word is none even before a level: 城市, 新城.

    """

    trie: Trie
    named: Bools
    front: Bools
    loose: Bools
    tagged: Bools
    feature: Bools
    common: Bools


@lru_cache(maxsize=2)
def gazetteer(
    names: tuple[str, ...], countries: tuple[str, ...], never: tuple[str, ...], vocabulary: tuple[str, ...]
) -> Gazetteer:
    """Names of a table and of jieba's dictionary.

    Args:
        names: Names of places.
        countries: Those of countries.
        never: Words that hold a name and are no place, or look like one.
        vocabulary: User dictionary of the keywords.

    """
    known = dictionary(vocabulary)
    refused = frozenset(never)
    places = [name for name in dict.fromkeys(names) if name not in refused]
    feature = np.zeros(len(known.words), np.bool_)
    for i in np.flatnonzero(known.place).tolist():
        word = known.words[i]
        feature[i] = bool(_FEATURE.fullmatch(word)) and word not in refused and not _COMMON.fullmatch(word)
    every = [*places, *sorted(refused)]
    abroad = frozenset(countries) - {"中国"}
    flags = (
        [i < len(places) for i in range(len(every))],
        [name in abroad or (len(name) > 2 and name.endswith(_SEATS)) for name in every],
        [len(name) > 2 and name[-1] not in _LAST for name in every],
    )
    named, front, loose = (np.array(flag, np.bool_) for flag in flags)
    common = np.fromiter((word in refused for word in known.words), np.bool_, len(known.words))
    return Gazetteer(build(every), named, front, loose, known.place, feature, common)


def find(texts: Texts, cut: tuple[Ints, Ints, Ints], known: Gazetteer) -> Places:
    """Places in texts.

    Args:
        texts: Texts, joined.
        cut: Number, first character and length of jieba's words of two or more characters.
        known: The names.

    """
    word, begin, size = cut
    inner = _covered(begin + 1, begin + size, len(texts.codes))
    tagged = known.tagged[word]
    open_ = _covered(begin[tagged], (begin + size)[tagged], len(texts.codes))
    which, start, end = known.trie.find(texts.codes)
    begins, ends = ~inner[start] | open_[start], ~inner[end] | open_[end - 1]
    whole = ~known.named[which] | known.loose[which] | begins & (ends | known.front[which])
    which, start, end = _longest(which[whole], start[whole], end[whole])
    start, end = start[known.named[which]], end[known.named[which]]
    longer = _UNIT[texts.codes[end]] & (_KIND[texts.codes[end - 1]] == 0) & ~inner[end] & ~inner[end + 1]
    end = end + longer
    for tail in _TAILS:
        end = end + 2 * ((texts.codes[end] == ord(tail[0])) & (texts.codes[end + 1] == ord(tail[1])))
    stop = begin + size
    level = tagged & ~known.common[word] & _LEVEL[texts.codes[stop]] & ~inner[stop] & ~inner[stop + 1]
    held = known.feature[word] | level
    first, last = begin[held], (stop + level)[held]
    features = _covered(first, last, len(texts.codes))
    alone = ~(features[start] | features[end - 1])
    start, end = np.concatenate((start[alone], first)), np.concatenate((end[alone], last))
    order = np.argsort(start, kind="stable")
    return Places(start[order], end[order], inner)


def _longest(which: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """From left to right the longest of the matches that begin at a character, none inside another."""
    order = np.lexsort((-end, start))
    kept, at = [], 0
    for i, first, last in zip(order.tolist(), start[order].tolist(), end[order].tolist(), strict=True):
        if first >= at:
            kept.append(i)
            at = last
    return which[kept], start[kept], end[kept]


def _covered(start: Ints, end: Ints, size: int) -> Bools:
    """Characters between starts and ends; nothing overlaps."""
    steps = np.zeros(size + 1, np.int8)
    steps[start] += 1
    steps[end] -= 1
    return np.cumsum(steps[:-1], dtype=np.int8) > 0
