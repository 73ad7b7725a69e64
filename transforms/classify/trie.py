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
Nodes = npt.NDArray[np.int32]
Keys = npt.NDArray[np.uint64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd number near 2**64 / golden ratio: its products spread keys evenly (Knuth, The Art of Computer Programming, 6.4)."""

NOWHERE = -1
_CHARACTER, _NODE = np.uint64(16), np.uint64(24)
"""Bits of a character and of a node: a branch is its node, its character and the node that it leads to in one number."""
_FREE = np.uint64(0xFFFFFFFFFFFFFFFF)
"""A free place."""


@dataclass(frozen=True, slots=True)
class Trie:
    """Words as a tree; branches live in a hash table with open addressing.

    Attributes:
        root: Node after the first character, by character; NOWHERE where no word begins so.
        word: For each node the number of the word that ends there, or NOWHERE.
        inner: How many nodes have branches; they have the first numbers.
        branches: (node × 65536 + character) × 2**24 + node that it leads to; 2**64 - 1 in free places.
        shift: Bits that a hash drops.

    """

    root: Nodes
    word: Nodes
    inner: int
    branches: Keys
    shift: np.uint64

    def find(self, codes: Codes) -> tuple[Ints, Ints, Ints]:
        """(word, start, end) of every occurrence, overlapping ones too, in order of length and then of place.

        `codes` ends with a character that no word holds, and so does every text in it.
        """
        node = self.root.take(codes)
        place = np.flatnonzero(node >= 0)
        node = node[place]
        words: list[Ints] = []
        starts: list[Ints] = []
        ends: list[Ints] = []
        depth = 1
        while len(place):
            word = self.word.take(node)
            done = np.flatnonzero(word >= 0)
            words.append(word[done].astype(np.int64))
            starts.append(place[done])
            ends.append(place[done] + depth)
            on = np.flatnonzero(node < self.inner)
            place = place[on]
            node = self._step(node[on], codes.take(place + depth))
            alive = np.flatnonzero(node >= 0)
            place, node = place[alive], node[alive]
            depth += 1
        if not words:
            empty = np.zeros(0, np.int64)
            return empty, empty, empty
        return np.concatenate(words), np.concatenate(starts), np.concatenate(ends)

    def _step(self, node: Nodes, code: Codes) -> Nodes:
        """Nodes that the branches of those characters lead to; NOWHERE where there is none."""
        key = node.astype(np.uint64) << _CHARACTER | code
        slot = (key * _FACTOR >> self.shift).view(np.int64)
        branch = self.branches.take(slot)
        other = branch >> _NODE != key
        result: Nodes = _led(branch) | -other.view(np.int8)  # all bits set are NOWHERE
        rest = np.flatnonzero(other & (branch != _FREE))
        slot = slot[rest]
        while len(rest):
            slot += 1
            branch = self.branches.take(slot)
            hit = branch >> _NODE == key.take(rest)
            result[rest[hit]] = _led(branch[hit])
            on = ~hit & (branch != _FREE)
            rest, slot = rest[on], slot[on]
        return result


def _led(branch: Keys) -> Nodes:
    """Nodes that branches lead to."""
    node: Nodes = branch.astype(np.int32) & np.int32((1 << int(_NODE)) - 1)
    return node


def build(words: Sequence[str]) -> Trie:
    """Make the trie of some words, all of them different and not empty; their numbers are their places in the list."""
    length = np.fromiter(map(len, words), np.int64, len(words))
    begin = np.cumsum(length) - length
    codes = np.frombuffer("".join(words).encode("utf-16-le"), np.uint16)
    if len(codes) != int(length.sum()):
        raise ValueError("words hold characters beyond the basic plane; leave them out")
    firsts, node = np.unique(codes[begin], return_inverse=True)
    count = len(firsts)
    keys: list[Keys] = [np.zeros(0, np.uint64)]
    alive = np.arange(len(words))
    ends = np.zeros(len(words), np.int64)
    depth = 1
    while True:
        ends[alive] = node
        on = length[alive] > depth
        alive, node = alive[on], node[on]
        if not len(alive):
            break
        key = node.astype(np.uint64) << _CHARACTER | codes[begin[alive] + depth]
        branches, which = np.unique(key, return_inverse=True)
        keys.append(branches)
        node = which + count
        count += len(branches)
        depth += 1
    key = np.concatenate(keys)
    parent = (key >> _CHARACTER).view(np.int64)
    number = _inner_first(parent, count)
    key = number[parent].astype(np.uint64) << _CHARACTER | key & np.uint64(0xFFFF)
    root, word_of = np.full(0x10000, NOWHERE, np.int32), np.full(count, NOWHERE, np.int32)
    root[firsts] = number[: len(firsts)]
    word_of[number[ends]] = np.arange(len(words))
    inner = int(number[parent].max(initial=-1)) + 1
    return Trie(root, word_of, inner, *_hashed(key, number[len(firsts) :].astype(np.uint64)))


def _inner_first(parent: Ints, count: int) -> Ints:
    """New numbers of the nodes: those with branches first."""
    inner = np.zeros(count, np.bool_)
    inner[parent] = True
    order = np.concatenate((np.flatnonzero(inner), np.flatnonzero(~inner)))
    number = np.empty(count, np.int64)
    number[order] = np.arange(count)
    return number


def _hashed(keys: Keys, nodes: Keys) -> tuple[Keys, np.uint64]:
    """Put branches into a table; who finds his place taken goes to the next one.

    Eight times as large as need be: what costs is to look twice.
    """
    bits = max(int(8 * len(keys)).bit_length(), 4)
    shift = np.uint64(64 - bits)
    table = np.full((1 << bits) + len(keys) + 2, _FREE, np.uint64)
    branches = keys << _NODE | nodes
    slot = (keys * _FACTOR >> shift).view(np.int64)
    while len(branches):
        free = table[slot] == _FREE
        # Of those who want the same free place the last gets it.
        table[slot[free]] = branches[free]
        stay = table[slot] != branches
        branches, slot = branches[stay], slot[stay] + 1
    return table, shift
