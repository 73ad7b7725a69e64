"""One rule of the tables; the kinds of texts around a clause and of places in them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import GENRES

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

GENRE_GROUPS = ("normative", "single", "broad", "news")
"""The model weighs a reason by the kind of document: acts; documents of policy on one matter; plans and reports, which
speak of everything; the press."""

_GROUP = {"law": 0, "regulation": 0, "rules": 0, "interpretation": 0, "plan": 2, "report": 2, "other": 2, "news": 3}


@dataclass(frozen=True, slots=True)
class Rule:
    """One alternative of one row.

    Attributes:
        name: Stable name for evidence, `cue:应当` or `mark:item`.
        axis: Axis; empty for a word of the model, which speaks on all axes.
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


def genre_bit(genre: str) -> int:
    """Bit of a genre in masks of genres; an unknown one counts as other."""
    return 1 << (GENRES.index(genre) if genre in GENRES else GENRES.index("other"))


GROUP_OF_GENRE = np.array([_GROUP.get(genre, 1) for genre in GENRES], np.int64)
"""Number in GENRE_GROUPS by number of the genre."""


def sources_of(place: str) -> tuple[str, ...]:
    """Texts in which a rule of that place counts."""
    if place == EVERYWHERE:
        return SOURCES
    if place in TEXT_PLACES:
        return ("text",)
    return ("heading", "outer") if place == "heading" else (place,)
