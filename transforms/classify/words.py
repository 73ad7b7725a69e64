"""Words as jieba cuts them, over a whole batch at once: its dictionary and its model (the most probable words, no HMM), on arrays.

jieba goes through a sentence from its end and keeps for every character the most probable way to cut what follows. All
blocks of a batch (what stands between marks) do that together, one character a step: the longest blocks first, so that
those that are long enough for a step stand side by side. The words are exactly those of `jieba.cut(text, HMM=False)`,
tests say so; the Rust port makes a Python string of every word, which alone costs more than all of this.
"""

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from pathlib import Path

import numpy as np
import numpy.typing as npt

from transforms.classify.rules import Ints
from transforms.classify.texts import Codes
from transforms.classify.trie import Trie, build

Floats = npt.NDArray[np.float64]

_DENSE = 4
"""Words up to this length are looked at for every character, longer ones only where there are some."""


def _block() -> npt.NDArray[np.bool_]:
    """Characters that words are made of, jieba's `re_han_default`."""
    table = np.zeros(0x10000, np.bool_)
    table[0x4E00:0x9FD6] = True
    table[[ord(c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+#&._%-"]] = True
    return table


_BLOCK = _block()


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Words and their log probabilities.

    Attributes:
        words: Words of two or more characters; their numbers are their places.
        trie: Finds them.
        score: Log probability of each.
        length: Characters of each.
        single: Log probability of each character alone.
        place: Whether a word names a place (jieba's tag ns).
        added: Words of the user with the frequency that each was given.

    """

    words: tuple[str, ...]
    trie: Trie
    score: Floats
    length: Ints
    single: Floats
    place: npt.NDArray[np.bool_]
    added: tuple[tuple[str, int], ...] = ()

    def cut(self, codes: Codes) -> tuple[Ints, Ints]:
        """(word, start) of the words of two or more characters in the most probable cut of the joined texts."""
        word, start, end = self.trie.find(codes)
        held = _BLOCK[codes]
        edge = np.flatnonzero(np.diff(np.concatenate(([False], held, [False])).view(np.int8)))
        begin, stop = edge[::2], edge[1::2]
        if not len(begin) or not len(word):
            empty = np.zeros(0, np.int64)
            return empty, empty
        size = stop - begin
        order = np.argsort(-size, kind="stable")
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        longest = int(size.max())
        # How many blocks have so many characters at least, and where the step's row begins.
        count = np.cumsum(np.bincount(size, minlength=longest + 1)[::-1])[::-1]
        count[0] = len(size)
        row = np.concatenate(([0], np.cumsum(count)))
        place = np.flatnonzero(held)
        spot = row[np.repeat(stop, size) - place] + np.repeat(rank, size)
        single = np.zeros(int(row[-1]))
        single[spot] = self.single[codes[place]]
        at = np.full(len(codes), -1, np.int64)
        at[place] = spot
        # The words found are in order of their length.
        spot, length, score = at[start], end - start, self.score[word]
        bound = np.searchsorted(length, np.arange(_DENSE + 2)).tolist()
        dense = {}
        for size_of in range(2, _DENSE + 1):
            own = slice(bound[size_of], bound[size_of + 1])
            dense[size_of] = np.full(len(single), -np.inf)
            dense[size_of][spot[own]] = score[own]
        long = np.arange(bound[-1], len(word))
        long = long[np.lexsort((length[long], spot[long]))]
        chosen = _best(single, dense, (spot[long], length[long], score[long]), row, count)
        first = _walk(chosen, row, count, np.sort(size)[::-1], longest)
        taken = np.flatnonzero(first[spot] & (chosen[spot] == length))
        return word[taken], start[taken]


def _best(
    single: Floats, dense: dict[int, Floats], long: tuple[Ints, Ints, Floats], row: Ints, count: Ints
) -> npt.NDArray[np.int8]:
    """For every character the length of the word that begins the most probable cut of the rest of its block."""
    best = np.ones(len(single), np.int8)
    total = np.zeros(len(single))
    bounds = np.searchsorted(long[0], row)
    for step in range(1, len(row) - 1):
        n, here = int(count[step]), int(row[step])
        if not n:
            break
        value = single[here : here + n] + total[row[step - 1] : row[step - 1] + n]
        choice = best[here : here + n]
        for size, scores in dense.items():
            if size > step:
                break
            other = scores[here : here + n] + total[row[step - size] : row[step - size] + n]
            # Of equal ways jieba takes the longer word; the longer ones come last.
            np.maximum(choice, (other >= value).view(np.int8) * np.int8(size), out=choice)
            np.maximum(value, other, out=value)
        for i in range(int(bounds[step]), int(bounds[step + 1])):
            size = int(long[1][i])
            k = int(long[0][i]) - here
            if size <= step:
                other_way = long[2][i] + total[row[step - size] + k]
                if other_way >= value[k]:
                    value[k], choice[k] = other_way, size
        total[here : here + n] = value
    return best


def _walk(chosen: npt.NDArray[np.int8], row: Ints, count: Ints, sizes: Ints, longest: int) -> npt.NDArray[np.bool_]:
    """Characters at which a word of the cut begins."""
    first = np.zeros(len(chosen), np.bool_)
    first[row[sizes] + np.arange(len(sizes))] = True
    for step in range(longest, 1, -1):
        n, here = int(count[step]), int(row[step])
        on, choice = first[here : here + n], chosen[here : here + n]
        for size in range(1, min(_DENSE, step - 1) + 1):
            first[row[step - size] : row[step - size] + n] |= on & (choice == size)
        for k in np.flatnonzero(on & (choice > _DENSE)).tolist():
            if step > choice[k]:
                first[row[step - int(choice[k])] + k] = True
    return first


@lru_cache(maxsize=2)
def dictionary(user: tuple[str, ...] = ()) -> Dictionary:
    """Read jieba's dictionary, with more words, each as probable as jieba's `suggest_freq` makes it."""
    origin = importlib.util.find_spec("jieba")
    if origin is None or origin.origin is None:
        raise RuntimeError("jieba is not installed; its dictionary is needed: make install")
    told = (Path(origin.origin).parent / "dict.txt").read_text(encoding="utf-8").split()
    words, counts, tags = told[::3], list(map(int, told[1::3])), told[2::3]
    added: tuple[tuple[str, int], ...] = ()
    if user:
        known = dict(zip(words, counts, strict=True))
        total = sum(counts)
        more = [word for word in dict.fromkeys(user) if word not in known and len(word) > 1 and word.isalnum()]
        added = tuple((word, _frequency(word, known, total)) for word in more)
        words, counts = [*words, *more], [*counts, *(count for _, count in added)]
        tags = [*tags, *("" for _ in more)]
    length = np.fromiter(map(len, words), np.int64, len(words))
    frequency = np.array(counts, np.float64)
    score = np.log(np.maximum(frequency, 1)) - np.log(frequency.sum())
    single = np.full(0x10000, -np.log(frequency.sum()))
    characters = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    begin = np.cumsum(length) - length
    alone = np.flatnonzero(length == 1)
    single[characters[begin[alone]] & 0xFFFF] = score[alone]
    # Words with characters beyond the basic plane are left out: texts hold none of these.
    strange = np.searchsorted(begin, np.flatnonzero(characters > 0xFFFF), "right") - 1
    fit = length > 1
    fit[strange] = False
    rows = np.flatnonzero(fit)
    chosen = tuple(words[i] for i in rows.tolist())
    place = np.fromiter((tags[i] == "ns" for i in rows.tolist()), np.bool_, len(rows))
    return Dictionary(chosen, build(chosen), score[rows], length[rows], single, place, added)


def _frequency(word: str, known: dict[str, int], total: int) -> int:
    """How frequent a word must be to be kept whole: a little more than its most probable pieces together."""
    best = [0.0] * (len(word) + 1)
    for i in reversed(range(len(word))):
        ways = ((known.get(word[i:j], 0), j) for j in range(i + 1, len(word) + 1))
        best[i] = max(log(count or 1) - log(total) + best[j] for count, j in ways if count or j == i + 1)
    return int(exp(best[0]) * total) + 1
