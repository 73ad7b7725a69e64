"""Keywords of clauses, sections and documents: jieba's words by frequency × information (TF-IDF).

What a word tells is what jieba's own dictionary says of its rarity, -log of its probability: no other corpus is needed,
and a text keeps its keywords whatever else is in the batch. The words of themes in the codebook are the user dictionary.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from transforms.classify.columns import lists
from transforms.classify.rules import Ints
from transforms.classify.texts import Texts
from transforms.classify.words import Dictionary, dictionary

_WORD = re.compile(r"(?!第?[一二三四五六七八九十百千万亿零〇两]+[条章节款项编年月日号届次]?$)[一-鿿]+")
"""A word of Chinese characters that is no number."""

MOST = 10
"""Keywords kept for a clause, a section and a document."""

_FINE = 64
"""Steps of a point that tell words apart."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each word stands in each text: one row for each pair, sorted by text."""

    text: Ints
    word: Ints
    count: Ints

    def summed(self, *owners: Ints) -> "Counted":
        """The same for what the texts belong to, one thing or several; texts of nobody (-1) are left out."""
        homes = [owner[self.text] for owner in owners]
        kept = [np.flatnonzero(home >= 0) for home in homes]
        return _counted(
            np.concatenate([home[own] for home, own in zip(homes, kept, strict=True)]),
            np.concatenate([self.word[own] for own in kept]),
            np.concatenate([self.count[own] for own in kept]),
        )

    def plus(self, other: "Counted") -> "Counted":
        """Both together."""
        columns = ("text", "word", "count")
        return _counted(*(np.concatenate((getattr(self, name), getattr(other, name))) for name in columns))


@lru_cache(maxsize=2)
def keywords(vocabulary: tuple[str, ...], stop: tuple[str, ...]) -> "Keywords":
    """Keywords by jieba's dictionary with a vocabulary; made once, for it remembers which words are fit."""
    return Keywords(dictionary(vocabulary), stop)


class Keywords:
    """Counts words and picks the telling ones."""

    def __init__(self, known: Dictionary, stop: Collection[str]) -> None:
        self.dictionary = known
        self._names = pa.array(known.words, pa.string())
        self._stop = frozenset(stop)
        self._fit = np.zeros(len(known.words), np.int8)  # 0 not looked at, 1 fit, 2 unfit
        self._points = np.minimum(-known.score * _FINE, 1 << 12).astype(np.int64)

    def count(self, texts: Texts, cut: tuple[Ints, Ints] | None = None) -> Counted:
        """Content words of every text: of two or more Chinese characters and not in the stop list.

        `cut` is the cut of the texts, where it is known.
        """
        word, start = self.dictionary.cut(texts.codes) if cut is None else cut
        seen = np.zeros(len(self._fit), np.bool_)
        seen[word] = True
        for i in np.flatnonzero(seen & (self._fit == 0)).tolist():
            name = self.dictionary.words[i]
            self._fit[i] = 1 if name not in self._stop and _WORD.fullmatch(name) else 2
        fit = self._fit[word] == 1
        word, start = word[fit], start[fit]
        return _counted(texts.text_of(start), word, np.ones(len(word), np.int64))

    def best(self, counted: Counted, texts: int) -> pa.Array:
        """The most telling words of every text, the best first."""
        points = np.minimum(counted.count * self._points[counted.word], _HIGHEST)
        # One number for each pair that sorts by text, then points, then word: sorting numbers is what numpy does best.
        packed = np.sort((counted.text << _TEXT) | ((_HIGHEST - points) << _WORDS) | counted.word)
        text, word = packed >> _TEXT, packed & ((1 << _WORDS) - 1)
        first = np.searchsorted(text, np.arange(texts))
        chosen = np.flatnonzero(np.arange(len(text)) - first[text] < MOST)
        return lists(text[chosen], texts, self._names.take(pa.array(word[chosen])), pa.list_(pa.string()))


_WORDS, _COUNT = 20, 12
"""Bits for the number of a word (jieba knows 350,000) and for a count."""
_HIGHEST = (1 << 22) - 1
_TEXT = _WORDS + 22


def _counted(text: Ints, word: Ints, count: Ints) -> Counted:
    most = (1 << _COUNT) - 1
    packed = np.sort((((text << _WORDS) | word) << _COUNT) | np.minimum(count, most))
    key = packed >> _COUNT
    new = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else np.zeros(0, np.int64)
    sums: Ints = np.add.reduceat(packed & most, new) if len(new) else np.zeros(0, np.int64)
    return Counted(key[new] >> _WORDS, key[new] & ((1 << _WORDS) - 1), sums)
