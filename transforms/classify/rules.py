"""One rule of the tables, and all of them as columns, which are made once when the codebook is loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES, GENRES

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SOURCES = ("text", "heading", "outer", "title", "prev", "next", "stem")
"""Texts around a clause in which cues are looked for; `outer` are the headings above the nearest one."""

PLACES = ("any", "start", "segment", "first", "end", "tail", "heading", "title", "prev", "next", "stem")
"""Where a cue counts: the first six in the clause itself, the others in a text around it."""

EVERYWHERE = "everywhere"
"""Place of the words of themes: all sources, by the weights of `place_weights.csv`."""

TEXT_PLACES = frozenset({"any", "start", "segment", "first", "end", "tail"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One alternative of one row.

    Attributes:
        name: Stable name for evidence, `cue:应当` or `mark:item`.
        axis: Axis.
        label: Code on the axis.
        weight: Points for the label; negative speaks against it.
        place: Where it counts; one of PLACES, or `everywhere` for a word of a theme.
        genres: Genres in which it counts; empty means all.
        parts: The cue split at `…`, one or two words; for a mark its name.
        unless: Longer words inside which the cue does not count, each with the cue's offset in it.

    """

    name: str
    axis: str
    label: str
    weight: float
    place: str
    genres: tuple[str, ...]
    parts: tuple[str, ...]
    unless: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleColumns:
    """The codebook's rules on words as columns; pattern numbers are those of the automaton.

    Attributes:
        pointer: For each pattern the first row of `by_pattern` that begins with it, and one number more.
        by_pattern: Rules by the pattern that they begin with.
        second: Pattern of the part after `…`, or -1.
        place: Number in PLACES; 0 for `everywhere`.
        genres: Mask of genres.
        axis: Number of the axis.
        label: Number of the label on its axis.
        weight: Points.
        source: Number in SOURCES of the text in which it counts; -1 for all.
        guarded: Whether the rule names longer words that hide it.

    """

    pointer: Ints
    by_pattern: Ints
    second: Ints
    place: Ints
    genres: Ints
    axis: Ints
    label: Ints
    weight: Floats
    source: Ints
    guarded: Bools


def genre_bit(genre: str) -> int:
    """Bit of a genre in the masks of `RuleColumns.genres`; an unknown one counts as other."""
    return 1 << (GENRES.index(genre) if genre in GENRES else GENRES.index("other"))


def rule_columns(rules: Sequence[Rule], patterns: Sequence[str], labels: Mapping[str, tuple[str, ...]]) -> RuleColumns:
    """Columns of the rules, and for each pattern the rules that begin with it."""
    number = {pattern: i for i, pattern in enumerate(patterns)}
    first = np.array([number[r.parts[0]] for r in rules], np.int64)
    order = np.argsort(first, kind="stable")
    return RuleColumns(
        pointer=np.searchsorted(first[order], np.arange(len(patterns) + 1)).astype(np.int64),
        by_pattern=order.astype(np.int64),
        second=np.array([number[r.parts[1]] if len(r.parts) > 1 else -1 for r in rules], np.int64),
        place=np.array([PLACES.index(r.place) if r.place in PLACES else 0 for r in rules], np.int64),
        genres=np.array([sum(map(genre_bit, r.genres)) or -1 for r in rules], np.int64),
        axis=np.array([AXES.index(r.axis) for r in rules], np.int64),
        label=np.array([labels[r.axis].index(r.label) for r in rules], np.int64),
        weight=np.array([r.weight for r in rules], np.float64),
        source=np.array([_source(r.place) for r in rules], np.int64),
        guarded=np.array([bool(r.unless) for r in rules], np.bool_),
    )


def _source(place: str) -> int:
    if place == EVERYWHERE:
        return -1
    return 0 if place in TEXT_PLACES else SOURCES.index(place)
