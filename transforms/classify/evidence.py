"""Why each label was given: the words, headings and marks with the greatest weights for it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES, GENRES
from transforms.classify.codebook import Codebook
from transforms.classify.cues import Weights, label_offsets
from transforms.classify.marks import MARKS
from transforms.classify.rules import SOURCES, Bools, Ints
from transforms.classify.texts import distinct, pointers, runs

if TYPE_CHECKING:
    from transforms.classify.score import Batch, Decided

MOST = 3
"""Reasons shown for a label."""

LEAST = 0.35
"""Weight below which a reason is not worth telling, if there is another."""

DEFAULTS = frozenset({"none", "T22"})
"""Labels that a clause has when nothing speaks for another; they need no evidence."""

KINDS = (*SOURCES, "mark", "rule", "genre", "label")
"""Sources of evidence: texts, marks of the model, rules on marks, the genre, a label decided before."""


class Evidence(NamedTuple):
    """Why a label: a rule, and what it matched.

    Attributes:
        axis: Axis.
        label: Label that it speaks for.
        rule: Name of the rule: `cue:应当`, `word:年来`, `heading:指导思想`, `mark:item`.
        source: Text in which it matched, one of KINDS.
        start: First character in that text; 0 where it is no text.
        end: After the last character; 0 where it is no text.
        weight: What it adds to the label's score.

    """

    axis: str
    label: str
    rule: str
    source: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Told:
    """Evidence of a batch as columns, sorted by clause, axis and weight.

    Attributes:
        clause: Number of the clause.
        axis: Number of the axis.
        label: Number of the label on its axis.
        source: Number in KINDS.
        rule: Number of the cue, mark, rule on marks, genre or label.
        unit: Text in which it matched; 0 where it is no text.
        start: First character in that text.
        end: After the last character.
        weight: What it adds.

    """

    clause: Ints
    axis: Ints
    label: Ints
    source: Ints
    rule: Ints
    unit: Ints
    start: Ints
    end: Ints
    weight: Weights

    def names(self, codebook: Codebook) -> tuple[list[str], Ints]:
        """Distinct names of the rules, and for each row which of them is its own."""
        size = max(len(codebook.cues.names), len(codebook.marks), len(MARKS), 128) + 1
        keys, which = distinct(self.source * size + self.rule, len(KINDS) * size)
        bounds = np.searchsorted(keys, np.arange(len(KINDS) + 1) * size)
        own = ((keys[bounds[n] : bounds[n + 1]] - n * size).tolist() for n in range(len(KINDS)))
        return [
            name for source, rules in zip(KINDS, own, strict=True) for name in _names(source, rules, codebook)
        ], which


def _names(source: str, rules: list[int], codebook: Codebook) -> list[str]:
    """Names of some rules of one source."""
    if source == "mark":
        return [f"mark:{MARKS[rule]}" for rule in rules]
    if source == "rule":
        return [codebook.marks[rule].name for rule in rules]
    if source == "genre":
        return [f"genre:{GENRES[rule]}" for rule in rules]
    if source == "label":
        every = [f"{axis}:{label}" for axis in AXES for label in codebook.labels[axis]]
        return [f"label:{every[rule]}" for rule in rules]
    names = [codebook.cues.names[rule] for rule in rules]
    return names if source == "text" else [f"{source}:{name.partition(':')[2]}" for name in names]


_FINE, _HALF = 256, 1 << 16
"""Steps of a weight that tell reasons apart, and how many of them there are on each side."""

_ROWS = 23
"""Bits for the number of a row, which makes every key one of its own."""

Columns = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Weights]
"""clause, axis, source, rule, unit, start, end, weight"""


def evidence(batch: "Batch", decided: "Decided", codebook: Codebook) -> Told:
    """Find the strongest reasons for each label; every label that is no default has one at least."""
    where = label_offsets(codebook.labels)
    chosen = np.stack([decided.label[axis] + where[axis].start for axis in AXES])
    parts = [*_words(batch, chosen, codebook), *_properties(batch, decided, chosen, codebook)]
    clause, axis, source, rule, unit, start, end, weight = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    # By clause and axis, the heaviest first.
    group = clause * len(AXES) + axis
    heavy = np.clip(np.round(weight * _FINE), -_HALF, _HALF - 1).astype(np.int64)
    ranked = np.sort(((group * (2 * _HALF) + _HALF - heavy) << _ROWS) | np.arange(len(group)))
    order = ranked & ((1 << _ROWS) - 1)
    group = group[order]
    new = np.concatenate(([True], group[1:] != group[:-1])) if len(group) else np.zeros(0, np.bool_)
    place = np.arange(len(group))
    rank = place - np.maximum.accumulate(np.where(new, place, 0))
    default = np.stack([_is_default(decided.label[name], codebook.labels[name]) for name in AXES])
    told = (rank < MOST) & (weight[order] >= LEAST)
    told |= new & ~default[axis[order], clause[order]]
    order = order[told]
    label = np.stack([decided.label[name] for name in AXES])[axis[order], clause[order]]
    return Told(
        clause[order], axis[order], label, source[order], rule[order], unit[order], start[order], end[order],
        np.maximum(weight[order], 0),
    )  # fmt: skip


def _is_default(label: Ints, codes: tuple[str, ...]) -> Bools:
    """Whether labels need no evidence."""
    return np.array([code in DEFAULTS for code in codes], np.bool_)[label]


def _words(batch: "Batch", chosen: Ints, codebook: Codebook) -> list[Columns]:
    """Cues in the clause and in the texts around it."""
    from transforms.classify.score import sources  # noqa: PLC0415 - scores know evidence

    around, hits, own = batch.around, batch.hits, codebook.parameters.cues
    parts: list[Columns] = []
    columns = sources(around)
    telling: dict[str, Ints] = {}
    pointer_of: dict[str, Ints] = {}
    for name in dict.fromkeys(name for name, _ in columns):
        place = hits.among([column for source, column in columns if source == name])
        telling[name] = place.start + np.flatnonzero(own[name].most[hits.cue[place]] >= LEAST)
        pointer_of[name] = pointers(hits.unit[telling[name]], len(around.texts.begin))
    for source, column in columns:
        pointer = pointer_of[source]
        clauses = np.flatnonzero(column > 0)
        unit = column[clauses]
        begin, count = pointer[unit], pointer[unit + 1] - pointer[unit]
        clause = np.repeat(clauses, count)
        row = telling[source][runs(begin, count)]
        cue, kind = hits.cue[row], batch.group[hits.unit[row]]
        # One flat table and one number for each place in it: much quicker than three indices.
        weights = own[source].weights
        base = (kind * weights.shape[1] + own[source].row[cue]) * weights.shape[2]
        for axis in range(len(AXES)):
            weight = weights.reshape(-1).take(base + chosen[axis][clause])
            strong = np.flatnonzero(weight >= LEAST)
            at, unit_of = row[strong], hits.unit[row[strong]]
            shift = around.texts.begin[unit_of]
            same = np.zeros(len(strong), np.int64)
            parts.append(
                (
                    clause[strong],
                    same + axis,
                    same + SOURCES.index(source),
                    cue[strong],
                    unit_of,
                    hits.start[at] - shift,
                    hits.end[at] - shift,
                    weight[strong],
                )
            )
    return parts


def _properties(batch: "Batch", decided: "Decided", chosen: Ints, codebook: Codebook) -> list[Columns]:
    """Marks, rules on marks, the genre, earlier labels: what is no word."""
    own = codebook.parameters
    count = len(batch.marks)
    group = batch.group[batch.around.clause]
    row, mark = np.nonzero(batch.marks)
    flat = own.marks.reshape(-1)
    base = (group[row] * own.marks.shape[1] + mark) * own.marks.shape[2]
    parts: list[Columns] = []
    for number, axis in enumerate(AXES):
        column = chosen[number]
        parts.append(_column(row, number, "mark", mark, flat.take(base + column[row])))
        every = np.arange(count)
        genre = batch.genre
        parts.append(_column(every, number, "genre", genre, own.genres[genre, column]))
        numbers, holds = decided.mark_rules[axis]
        labels = codebook.labels[axis]
        rules = [codebook.marks[n] for n in numbers]
        own_label = np.array([labels.index(rule.label) for rule in rules], np.int64)
        points = np.array([rule.weight for rule in rules], np.float32)
        which, clauses = np.nonzero(holds & (own_label[:, None] == decided.label[axis][None, :]))
        weight = own.tables[number][group[clauses]] * points[which]
        parts.append(_column(clauses, number, "rule", np.array(numbers, np.int64)[which], weight))
        for earlier in range(number):
            before = chosen[earlier]
            parts.append(_column(every, number, "label", before, own.earlier[before, column]))
        # A last resort, so that no label stands without a reason.
        parts.append(_column(every, number, "mark", np.zeros(count, np.int64), np.full(count, -1e6, np.float32)))
    return parts


def _column(clause: Ints, axis: int, source: str, rule: Ints, weight: "npt.NDArray[np.float32]") -> Columns:
    keep = np.flatnonzero((weight >= LEAST) | (weight == np.float32(-1e6)))
    none: Ints = np.zeros(len(keep), np.int64)
    return (
        clause[keep], none + axis, none + KINDS.index(source), rule[keep].astype(np.int64), none, none, none,
        weight[keep].astype(np.float32),
    )  # fmt: skip


__all__ = ["DEFAULTS", "KINDS", "Evidence", "Told", "evidence"]
