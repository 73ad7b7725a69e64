"""The words of the codebook and of the model as columns: what the scan looks for, and what each find is worth.

Rules that look for the same words in the same place are one cue; it may speak for labels on all axes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES
from transforms.classify.rules import EVERYWHERE, PLACES, SOURCES, Bools, Ints, Rule, genre_bit, sources_of
from transforms.classify.trie import Trie, build

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cues:
    """Distinct cues as columns; words are numbered by the trie.

    Attributes:
        names: Name of each cue for evidence.
        trie: Finds all words.
        pointer: For each word the first entry of `by_word`, and one number more.
        by_word: Cues by the word that they begin with.
        second: Word of the part after `…`, or -1.
        place: Number in PLACES; 0 for words of themes.
        wide: Whether it is a word of a theme.
        modal: Whether it is an operator, which counts in no title or quoted term.
        axis: Axis among whose main verbs only the first counts; -1 unless the place is `first`.
        genres: Mask of genres.
        plain: Whether it holds wherever its word stands.
        guarded: Whether a longer word may hide it.
        guards: (word, cue, offset) for every longer word that hides a cue, sorted by word.
        guard_pointer: For each word the first of its guards, and one number more.
        table: Points of the tables: source -> (cues, labels of all axes).
        keys: What tells the cues apart, for the model: (place, words joined by …).

    """

    names: tuple[str, ...]
    trie: Trie
    pointer: Ints
    by_word: Ints
    second: Ints
    place: Ints
    wide: Bools
    modal: Bools
    axis: Ints
    genres: Ints
    plain: Bools
    guarded: Bools
    guards: Ints
    guard_pointer: Ints
    table: Mapping[str, Weights]
    keys: tuple[tuple[str, str], ...]


def label_offsets(labels: Mapping[str, tuple[str, ...]]) -> dict[str, slice]:
    """Columns of each axis where the labels of all axes stand side by side."""
    found: dict[str, slice] = {}
    at = 0
    for axis in AXES:
        found[axis] = slice(at, at + len(labels[axis]))
        at += len(labels[axis])
    return found


def columns(rules: Sequence[Rule], labels: Mapping[str, tuple[str, ...]], extra: Sequence[str] = ()) -> Cues:
    """Merge rules into cues; `extra` are words that only others ask for (they come first in the trie)."""
    number: dict[tuple[object, ...], int] = {}
    kept: list[Rule] = []
    of_rule: list[int] = []
    for rule in rules:
        own = rule.axis if rule.place == "first" or rule.axis == "modality" else ""
        key = (rule.parts, rule.place, rule.genres, rule.unless, own)
        if key not in number:
            number[key] = len(kept)
            kept.append(rule)
        of_rule.append(number[key])
    words = list(dict.fromkeys([*extra, *(p for r in kept for p in r.parts), *(b for r in kept for b, _ in r.unless)]))
    place_of = {word: i for i, word in enumerate(words)}
    first = np.array([place_of[r.parts[0]] for r in kept], np.int64)
    order = np.argsort(first, kind="stable").astype(np.int64)
    everyone = np.arange(len(words) + 1)
    guards = np.array(sorted((place_of[b], i, at) for i, r in enumerate(kept) for b, at in r.unless), np.int64).reshape(
        -1, 3
    )
    where = label_offsets(labels)
    width = sum(map(len, labels.values()))
    table = {source: np.zeros((len(kept), width), np.float32) for source in SOURCES}
    for rule, cue in zip(rules, of_rule, strict=True):
        if rule.axis:
            column = where[rule.axis].start + labels[rule.axis].index(rule.label)
            for source in sources_of(rule.place):
                table[source][cue, column] += rule.weight
    plain = [
        r.place == "any" and not r.genres and not r.unless and len(r.parts) == 1 and r.axis != "modality" for r in kept
    ]
    return Cues(
        names=tuple(r.name for r in kept),
        trie=build(words),
        pointer=np.searchsorted(first[order], everyone).astype(np.int64),
        by_word=order,
        second=np.array([place_of[r.parts[1]] if len(r.parts) > 1 else -1 for r in kept], np.int64),
        place=np.array([PLACES.index(r.place) if r.place in PLACES else 0 for r in kept], np.int64),
        wide=np.array([r.place == EVERYWHERE for r in kept], np.bool_),
        modal=np.array([r.axis == "modality" for r in kept], np.bool_),
        axis=np.array([AXES.index(r.axis) if r.place == "first" and r.axis else -1 for r in kept], np.int64),
        genres=np.array([sum(map(genre_bit, r.genres)) or -1 for r in kept], np.int64),
        plain=np.array(plain, np.bool_),
        guarded=np.array([bool(r.unless) for r in kept], np.bool_),
        guards=guards,
        guard_pointer=np.searchsorted(guards[:, 0], everyone).astype(np.int64),
        table=table,
        keys=tuple((r.place, "…".join(r.parts)) for r in kept),
    )
