"""Why each label was given: the words, headings or marks that spoke for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES
from transforms.classify.codebook import Codebook
from transforms.classify.scan import Hits, Ints

Bools = npt.NDArray[np.bool_]

MOST = 2
"""Words shown for a label."""

TEXT_PLACES = frozenset({"any", "start", "segment", "first", "end", "tail", "everywhere"})
DEFAULTS = frozenset({"none", "T22"})
"""Labels that a clause has when nothing speaks for another; they need no evidence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a label: a rule, and what it matched.

    Attributes:
        axis: Axis.
        label: Label that it speaks for.
        rule: Name of the rule: `cue:应当`, `heading:指导思想`, `mark:item`.
        source: Text in which it matched: `text`, `heading`, `title`, `stem`, `prev` or `mark`.
        start: First character in that text; for marks 0.
        end: After the last character; for marks 0.
        level: For headings the place in the path, else 0.

    """

    axis: str
    label: str
    rule: str
    source: str
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """Pairs of clause and text to look for evidence in."""

    source: str
    clause: Ints
    unit: Ints
    level: Ints


def word_evidence(
    places: Sequence[Around],
    hits: Hits,
    decided: dict[str, Ints],
    codebook: Codebook,
    clauses: int,
) -> tuple[list[list[Evidence]], Bools]:
    """Find the best words for each label; a later source is asked only where the earlier ones are silent."""
    found: list[list[Evidence]] = [[] for _ in range(clauses)]
    axis = np.array([AXES.index(r.axis) for r in codebook.rules], np.int64)
    label = np.array([codebook.labels[r.axis].index(r.label) for r in codebook.rules], np.int64)
    weight = np.array([r.weight for r in codebook.rules])
    winner = np.stack([decided[a] for a in AXES])
    silent = np.ones((len(AXES), clauses), np.bool_)
    for around in places:
        fits = _fits(around.source, codebook) & (weight > 0)
        begin = np.searchsorted(hits.unit, around.unit)
        count = np.searchsorted(hits.unit, around.unit, "right") - begin
        pair = np.repeat(np.arange(len(begin)), count)
        row = np.repeat(begin, count) + np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
        rule, clause = hits.rule[row], around.clause[pair]
        keep = fits[rule] & (winner[axis[rule], clause] == label[rule]) & silent[axis[rule], clause]
        rule, clause, row, pair = rule[keep], clause[keep], row[keep], pair[keep]
        order = np.lexsort((rule, hits.start[row], -weight[rule], axis[rule], clause))
        rule, clause, row, pair = rule[order], clause[order], row[order], pair[order]
        for j in _top(clause * len(AXES) + axis[rule], hits.start[row], hits.end[row]).tolist():
            told = codebook.rules[int(rule[j])]
            name = told.name if around.source == "text" else f"{around.source}:{told.name.removeprefix('cue:')}"
            found[int(clause[j])].append(
                Evidence(
                    told.axis,
                    told.label,
                    name,
                    around.source,
                    int(hits.start[row[j]]),
                    int(hits.end[row[j]]),
                    int(around.level[pair[j]]),
                ),
            )
        silent[axis[rule], clause] = False
    return found, silent


def _fits(source: str, codebook: Codebook) -> Bools:
    """Rules that are looked for in a source."""
    wanted = TEXT_PLACES if source == "text" else frozenset({source, "everywhere"})
    return np.array([r.place in wanted for r in codebook.rules], np.bool_)


def _top(group: Ints, start: Ints, end: Ints) -> Ints:
    """Rows of the first MOST distinct ranges of every group; rows are sorted by group."""
    if not len(group):
        return np.zeros(0, np.int64)
    new = np.concatenate(([True], group[1:] != group[:-1]))
    repeats = (start[1:] == start[:-1]) & (end[1:] == end[:-1])
    same = np.logical_and(np.concatenate(([False], repeats)), ~new)
    rank = np.cumsum(~same)
    rank -= np.maximum.accumulate(np.where(new, rank, 0))
    return np.flatnonzero(~same & (rank < MOST))


def mark_evidence(
    held: dict[str, tuple[list[int], npt.NDArray[np.bool_]]],
    found: list[list[Evidence]],
    silent: Bools,
    decided: dict[str, Ints],
    codebook: Codebook,
) -> None:
    """Add the strongest mark where no word speaks for a label; `mark:all` where the genre's default won.

    Args:
        held: axis -> (numbers of the axis's mark rules, whether each holds (rules, clauses)).
        found: Evidence by clause; added to.
        silent: (axes, clauses) where no word speaks.
        decided: axis -> number of the winning label.
        codebook: Codebook.

    """
    for row, axis in enumerate(AXES):
        numbers, holds = held[axis]
        codes = codebook.labels[axis]
        rules = [codebook.marks[n] for n in numbers]
        weight = np.array([r.weight if r.parts[0] != "all" else 1e-6 for r in rules])
        label = np.array([codes.index(r.label) for r in rules], np.int64)
        points = np.where(holds & (label[:, None] == decided[axis][None, :]), weight[:, None], 0.0)
        best = points.argmax(axis=0) if rules else np.zeros(len(found), np.int64)
        for i in np.flatnonzero(silent[row]).tolist():
            code = codes[int(decided[axis][i])]
            name = rules[int(best[i])].name if rules and points[best[i], i] > 0 else ""
            if name == "mark:all" or not name:
                name = "" if code in DEFAULTS else "mark:all"
            if name:
                found[i].append(Evidence(axis, code, name, "mark", 0, 0))
