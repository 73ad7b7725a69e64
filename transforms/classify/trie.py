"""Many words found in one walk over a text, without a Python object for a match.

The words form a trie. All positions of the text walk down it together, one character a step: positions whose node has
no such branch fall out, positions at the end of a word are noted. After the longest word nobody is left. A step is a
few array operations, so the cost does not depend on how many matches there are in Python's eyes; an automaton in Rust
was three times as slow because it hands over a tuple for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from transforms.classify.rules import Ints

Codes = npt.NDArray[np.uint16]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd number near 2**64 / golden ratio: its products spread keys evenly (Knuth, The Art of Computer Programming, 6.4)."""

NOWHERE = -1
FREE = np.uint64(0xFFFFFFFFFFFFFFFF)
"""Key of a free place."""


@dataclass(frozen=True, slots=True)
class Trie:
    """Words as a tree; branches live in a hash table with open addressing.

    Attributes:
        root: Node after the first character, by character; NOWHERE where no word begins so.
        word: For each node the number of the word that ends there, or NOWHERE.
        keys: node × 65536 + character of every branch; 2**64 - 1 in free places.
        nodes: Node that the branch leads to.
        shift: Bits that a hash drops.

    """

    root: npt.NDArray[np.int32]
    word: npt.NDArray[np.int32]
    keys: npt.NDArray[np.uint64]
    nodes: npt.NDArray[np.int32]
    shift: np.uint64

    def find(self, codes: Codes) -> tuple[Ints, Ints, Ints]:
        """(word, start, end) of every occurrence, overlapping ones too, in order of length and then of place.

        `codes` ends with a character that no word holds, and so does every text in it.
        """
        place = np.flatnonzero(self.root[codes] >= 0)
        node = self.root[codes[place]]
        words: list[Ints] = []
        starts: list[Ints] = []
        ends: list[Ints] = []
        depth = 1
        while len(place):
            word = self.word[node]
            done = np.flatnonzero(word >= 0)
            words.append(word[done].astype(np.int64))
            starts.append(place[done])
            ends.append(place[done] + depth)
            node = self._step(node, codes[place + depth])
            alive = node >= 0
            place, node = place[alive], node[alive]
            depth += 1
        if not words:
            empty = np.zeros(0, np.int64)
            return empty, empty, empty
        return np.concatenate(words), np.concatenate(starts), np.concatenate(ends)

    def _step(self, node: npt.NDArray[np.int32], code: Codes) -> npt.NDArray[np.int32]:
        key = (node.astype(np.uint64) << np.uint64(16)) | code
        slot = ((key * _FACTOR) >> self.shift).astype(np.int64)
        seen = self.keys[slot]
        result = np.where(seen == key, self.nodes[slot], np.int32(NOWHERE))
        rest = np.flatnonzero((seen != key) & (seen != FREE))
        at = slot[rest]
        while len(rest):
            at = at + 1
            seen = self.keys[at]
            hit = seen == key[rest]
            result[rest[hit]] = self.nodes[at[hit]]
            on = ~hit & (seen != FREE)
            rest, at = rest[on], at[on]
        return result


def build(words: Sequence[str]) -> Trie:
    """Make the trie of some words, all of them different and not empty; their numbers are their places in the list."""
    if not words:
        return build(["\n"])
    length = np.fromiter(map(len, words), np.int64, len(words))
    begin = np.cumsum(length) - length
    codes = np.frombuffer("".join(words).encode("utf-16-le"), np.uint16)
    if len(codes) != int(length.sum()):
        raise ValueError("words hold characters beyond the basic plane; leave them out")
    root = np.full(0x10000, NOWHERE, np.int32)
    firsts, node = np.unique(codes[begin], return_inverse=True)
    root[firsts] = np.arange(len(firsts))
    count = len(firsts)
    keys: list[npt.NDArray[np.uint64]] = []
    values: list[npt.NDArray[np.int32]] = []
    alive = np.arange(len(words))
    ends = np.zeros(len(words), np.int64)
    depth = 1
    while True:
        ends[alive] = node
        on = length[alive] > depth
        alive, node = alive[on], node[on]
        if not len(alive):
            break
        key = (node.astype(np.uint64) << np.uint64(16)) | codes[begin[alive] + depth]
        branches, which = np.unique(key, return_inverse=True)
        keys.append(branches)
        values.append(np.arange(count, count + len(branches), dtype=np.int32))
        node = which + count
        count += len(branches)
        depth += 1
    word_of = np.full(count, NOWHERE, np.int32)
    word_of[ends] = np.arange(len(words))
    none = np.zeros(0, np.uint64)
    return Trie(
        root, word_of, *_hashed(np.concatenate([none, *keys]), np.concatenate([none.astype(np.int32), *values]))
    )


def _hashed(
    keys: npt.NDArray[np.uint64], values: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], np.uint64]:
    """Put keys into a table four times their number; who finds his place taken goes to the next one."""
    bits = max(int(4 * len(keys)).bit_length(), 4)
    shift = np.uint64(64 - bits)
    room = (1 << bits) + len(keys) + 2
    table = np.full(room, FREE, np.uint64)
    held = np.full(room, NOWHERE, np.int32)
    slot = ((keys * _FACTOR) >> shift).astype(np.int64)
    rest = np.arange(len(keys))
    while len(rest):
        free = table[slot] == FREE
        # Of those who want the same free place the first gets it.
        wanted, first = np.unique(slot[free], return_index=True)
        winners = rest[free][first]
        table[wanted] = keys[winners]
        held[wanted] = values[winners]
        stay = np.ones(len(rest), np.bool_)
        stay[np.flatnonzero(free)[first]] = False
        rest, slot = rest[stay], slot[stay] + 1
    return table, held, shift
