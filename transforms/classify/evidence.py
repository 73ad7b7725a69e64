"""Why each label was given: the words, headings or marks that spoke for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from schemas.vocabularies import AXES
from transforms.classify.codebook import Codebook
from transforms.classify.rules import SOURCES, Bools, Ints
from transforms.classify.scan import Hits

MOST = 2
"""Words shown for a label."""

DEFAULTS = frozenset({"none", "T22"})
"""Labels that a clause has when nothing speaks for another; they need no evidence."""

MARK = len(SOURCES)
"""Number of the source `mark`, after those of SOURCES."""


class Evidence(NamedTuple):
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
class Told:
    """Evidence of a batch as columns, sorted by clause, axis and place.

    Attributes:
        clause: Number of the clause.
        axis: Number of the axis.
        label: Number of the label on its axis.
        rule: Number of the rule among the codebook's rules on words, or of the mark among its marks; -1 for `mark:all`.
        source: Number in SOURCES, or MARK.
        start: First character in the source.
        end: After the last character.
        level: For headings the place in the path.

    """

    clause: Ints
    axis: Ints
    label: Ints
    rule: Ints
    source: Ints
    start: Ints
    end: Ints
    level: Ints

    def names(self, codebook: Codebook) -> tuple[list[str], Ints]:
        """Distinct names of the rules, and for each row which of them is its own."""
        size = max(len(codebook.rules), len(codebook.marks)) + 1
        keys, which = np.unique(self.source * size + self.rule + 1, return_inverse=True)
        names = [_name(key // size, key % size - 1, codebook) for key in keys.tolist()]
        return names, which.astype(np.int64)


def _name(source: int, rule: int, codebook: Codebook) -> str:
    if source == MARK:
        return codebook.marks[rule].name if rule >= 0 else "mark:all"
    name = codebook.rules[rule].name
    return name if source == 0 else f"{SOURCES[source]}:{name.removeprefix('cue:')}"


@dataclass(frozen=True, slots=True)
class Around:
    """Pairs of clause and text to look for evidence in."""

    source: str
    clause: Ints
    unit: Ints
    level: Ints


def evidence(
    places: Sequence[Around],
    hits: Hits,
    decided: dict[str, Ints],
    held: dict[str, tuple[list[int], Bools]],
    codebook: Codebook,
) -> Told:
    """Find the best words for each label; a later source is asked only where the earlier ones are silent.

    Args:
        places: Texts around the clauses; the first holds every clause.
        hits: Rules on words that hold.
        decided: axis -> number of the winning label.
        held: axis -> (numbers of the axis's mark rules, whether each holds (rules, clauses)).
        codebook: Codebook.

    """
    columns = codebook.columns
    winner = np.stack([decided[a] for a in AXES])
    silent = np.ones(winner.shape, np.bool_)
    parts: list[tuple[Ints, ...]] = []
    for around in places:
        source = SOURCES.index(around.source)
        fits = ((columns.source == source) | (columns.source < 0)) & (columns.weight > 0)
        begin = np.searchsorted(hits.unit, around.unit)
        count = np.searchsorted(hits.unit, around.unit, "right") - begin
        pair = np.repeat(np.arange(len(begin)), count)
        row = np.repeat(begin, count) + np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
        rule, clause = hits.rule[row], around.clause[pair]
        axis = columns.axis[rule]
        keep = fits[rule] & (winner[axis, clause] == columns.label[rule]) & silent[axis, clause]
        rule, clause, row, pair, axis = rule[keep], clause[keep], row[keep], pair[keep], axis[keep]
        order = np.lexsort((rule, hits.start[row], -columns.weight[rule], axis, clause))
        rule, clause, row, pair, axis = rule[order], clause[order], row[order], pair[order], axis[order]
        top = _top(clause * len(AXES) + axis, hits.start[row], hits.end[row])
        silent[axis, clause] = False
        at, told = row[top], rule[top]
        numbered = np.full(len(top), source, np.int64)
        level = around.level[pair[top]]
        parts.append((clause[top], axis[top], columns.label[told], told, numbered, hits.start[at], hits.end[at], level))
    parts += [_marks(number, silent[number], decided[name], held[name], codebook) for number, name in enumerate(AXES)]
    clause, axis, label, rule, numbered, start, end, level = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.lexsort((end, start, axis, clause))
    return Told(
        clause[order],
        axis[order],
        label[order],
        rule[order],
        numbered[order],
        start[order],
        end[order],
        level[order],
    )


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


def _marks(
    axis: int, silent: Bools, decided: Ints, held: tuple[list[int], Bools], codebook: Codebook
) -> tuple[Ints, ...]:
    """The strongest mark where no word speaks for a label; `mark:all` where the genre's default won."""
    numbers, holds = held
    codes = codebook.labels[AXES[axis]]
    clause = np.flatnonzero(silent)
    label = decided[clause]
    mark = np.full(len(clause), -1, np.int64)
    if numbers:
        rules = [codebook.marks[n] for n in numbers]
        weight = np.array([r.weight if r.name != "mark:all" else 0.0 for r in rules])
        own = np.array([codes.index(r.label) for r in rules], np.int64)
        points = np.where(holds[:, clause] & (own[:, None] == label[None, :]), weight[:, None], 0.0)
        best = points.argmax(axis=0)
        mark = np.where(points[best, np.arange(len(clause))] > 0, np.array(numbers, np.int64)[best], -1)
    default = np.array([code in DEFAULTS for code in codes], np.bool_)
    keep = (mark >= 0) | ~default[label]
    clause, label, mark = clause[keep], label[keep], mark[keep]
    zero = np.zeros(len(clause), np.int64)
    return clause, zero + axis, label, mark, zero + MARK, zero, zero, zero
