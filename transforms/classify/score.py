"""Scores, labels and confidences: the labelling core on arrays.

The score of a label is the sum of the weights of all reasons that hold. The best score wins, a tie goes to the code
that stands first in the codebook. Axes are decided in the order function, modality, theme, instrument; the label of an
earlier axis is a reason for the later ones, and the doubt of the function is one for no instrument. Confidence is a
logistic of the margin to the second best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from schemas.vocabularies import AXES, GENRES
from transforms.classify.codebook import Codebook
from transforms.classify.cues import Weights, label_offsets
from transforms.classify.evidence import KINDS, Evidence, Told, evidence
from transforms.classify.marks import MARKS, marks_of
from transforms.classify.model import Weighed
from transforms.classify.records import ClauseRecord
from transforms.classify.rules import GENRE_GROUPS, GROUP_OF_GENRE, Bools, Ints, Rule, genre_bit
from transforms.classify.scan import Found, Hits, scan
from transforms.classify.surroundings import NOBODY, Surrounded, from_records
from transforms.classify.texts import distinct, pointers

Scores = npt.NDArray[np.float32]

MORE_THEMES = 1.1
"""A further theme may fall short of the best one's score by so much (a third of its odds)."""

MOST_MORE = 3


TOOLS = ("measure", "safeguard", "norm")
"""Functions whose clauses may use an instrument; for the others it is `none` by the codebook."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The four labels of a clause with confidence (0 to 1) per axis, the runner-up and the evidence."""

    function: str
    modality: str
    theme: str
    themes: tuple[str, ...]
    instrument: str
    confidence: dict[str, float]
    uncertain: tuple[str, ...]
    runner_up: dict[str, tuple[str, float]]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of clauses with everything that the decision needs, before it is taken.

    Attributes:
        around: Clauses and the texts around them.
        hits: Cues that hold, sorted by text.
        found: Words, for those who look for mentions.
        marks: Whether each mark holds (clauses, marks).
        group: Kind of document of each text.

    """

    around: Surrounded
    hits: Hits
    found: Found
    marks: Bools
    group: Ints

    @property
    def genre(self) -> Ints:
        """Genre of each clause."""
        return self.around.genre[self.around.clause]


@dataclass(frozen=True, slots=True)
class Decided:
    """The labels of a batch as columns.

    Attributes:
        label: axis -> number of the label.
        second: axis -> number of the runner-up.
        margin: axis -> by how much the label's score exceeds the runner-up's.
        themes: Numbers of the best themes, the main one first (clauses, 3).
        held: Which of these are given (clauses, 3).
        theme_scores: Scores of all themes (clauses, themes).
        mark_rules: axis -> (numbers of the axis's rules on marks, whether each holds (rules, clauses)).

    """

    label: dict[str, Ints]
    second: dict[str, Ints]
    margin: dict[str, Scores]
    themes: Ints
    held: Bools
    theme_scores: Scores
    mark_rules: dict[str, tuple[list[int], Bools]]


_BITS = np.array([genre_bit(genre) for genre in GENRES], np.int64)


def prepare(around: Surrounded, codebook: Codebook) -> Batch:
    """Scan a batch."""
    hits, found = scan(around.texts, _BITS[around.genre], codebook.cues, codebook.openers)
    return Batch(around, hits, found, marks_of(around), GROUP_OF_GENRE[around.genre])


def by_unit(hits: Hits, units: int, row: Ints) -> scipy.sparse.csr_array:
    """Which cues each text holds: (texts, rows); `row` gives the row of each cue, cues with -1 are left out."""
    column = row[hits.cue]
    kept = np.flatnonzero(column >= 0)
    return _holding(hits.unit[kept], column[kept], (units, int(row.max(initial=-1)) + 1))


def _holding(text: Ints, column: Ints, shape: tuple[int, int]) -> scipy.sparse.csr_array:
    """Ones at those places, given in the order of the texts."""
    ones = np.ones(len(column), np.float32)
    return scipy.sparse.csr_array((ones, column, pointers(text, shape[0])), shape=shape)


def _points(batch: Batch, weighed: Weighed, asked: Sequence[Ints]) -> tuple[Scores, Ints]:
    """Points of the cues in the texts that are asked for (rows, labels), and the row of each text; the last row has none."""
    own = batch.hits.among(asked)
    unit, column = batch.hits.unit[own], weighed.row[batch.hits.cue[own]]
    wanted = np.zeros(len(batch.around.texts.begin), np.bool_)
    for texts in asked:
        wanted[texts] = True
    wanted[NOBODY] = False
    kept = np.flatnonzero((column >= 0) & wanted[unit])
    unit, column = unit[kept], column[kept]
    speaking, text = distinct(unit, len(wanted))
    groups, rows, labels = weighed.weights.shape
    if groups > 1:
        column = column + batch.group[unit] * rows
    held = _holding(text, column, (len(speaking) + 1, groups * rows))
    row = np.full(len(wanted), len(speaking), np.int64)
    row[speaking] = np.arange(len(speaking))
    return np.asarray(held @ weighed.weights.reshape(-1, labels), np.float32), row


def sources(around: Surrounded) -> list[tuple[str, Ints]]:
    """(source, text of each clause there); -1 where there is none."""
    path = around.path
    found = [("text", around.clause)]
    found += [("heading" if level == 0 else "outer", path[:, level]) for level in range(path.shape[1])]
    found += [("title", around.title), ("prev", around.prev), ("next", around.next), ("stem", around.stem)]
    return found


def first_scores(batch: Batch, codebook: Codebook) -> tuple[Scores, Bools]:
    """Scores of all labels of all axes from words, marks and genre; what decided labels add is still missing.

    Also, which clauses name no theme themselves but stand under a heading or title that does.
    """
    own, around = codebook.parameters, batch.around
    total: Weights = own.genres[batch.genre] + own.bias
    columns = sources(around)
    for name in dict.fromkeys(name for name, _ in columns):
        places = [column for source, column in columns if source == name]
        points, row = _points(batch, own.cues[name], places)
        for column in places:
            total += points[row[np.maximum(column, NOBODY)]]
    group = batch.group[around.clause]
    shares = document_shares(batch, codebook)
    total += shares * own.documents[group]
    theme = label_offsets(codebook.labels)["theme"]
    silent = silent_points(batch, shares, codebook)
    for source, points in silent.items():
        rows = np.flatnonzero(points.any(axis=1))
        total[rows, theme] += own.silent[source][group[rows]][:, None] * points[rows]
    row, mark = np.nonzero(batch.marks)
    marks = _holding(row, mark + group[row] * len(MARKS), (len(total), len(MARKS) * len(GENRE_GROUPS)))
    total += np.asarray(marks @ own.marks.reshape(-1, total.shape[1]), np.float32)
    return total, subject_above(silent)


def document_shares(batch: Batch, codebook: Codebook) -> Scores:
    """What the clauses of the same document speak of: each label's share of their points, by axis, times DOCUMENT.

    Most sentences of an act on water name no water; the others do. Clauses without a title stand alone.
    """
    around = batch.around
    found, row = _points(batch, codebook.parameters.spoken, [around.clause])
    points = found[row[around.clause]]
    order = np.argsort(around.title, kind="stable")
    title, which = distinct(around.title, len(around.texts.begin))
    first = np.searchsorted(around.title[order], title)
    summed = np.add.reduceat(points[order], first, axis=0) if len(title) else points
    summed[title == NOBODY] = 0
    for own in label_offsets(codebook.labels).values():
        total = summed[:, own].sum(axis=1, keepdims=True)
        summed[:, own] *= np.float32(DOCUMENT) / (total + np.float32(FEW_POINTS))
    shares: Scores = summed[which]
    return shares


SILENT = ("heading", "outer", "title", "prev", "document")
"""What is listened to more where a clause has no word of a theme of its own."""


def silent_points(batch: Batch, shares: Scores, codebook: Codebook) -> dict[str, Scores]:
    """Points of themes from around a clause, for the clauses that hold no word of a theme; 0 for the others.

    The codebook: a sentence without an object of its own takes the subject of its section.
    """
    around = batch.around
    theme = label_offsets(codebook.labels)["theme"]
    columns = [(source, column) for source, column in sources(around) if source in SILENT]
    points, row = _points(batch, codebook.parameters.named, [around.clause, *(column for _, column in columns)])
    silent: Bools = np.asarray((points[row[around.clause]] <= 0).all(axis=1))
    found = {name: np.zeros((len(silent), theme.stop - theme.start), np.float32) for name in SILENT}
    for source, column in columns:
        rows = np.flatnonzero(silent & (column > 0))
        found[source][rows] += points[row[column[rows]]]
    found["document"][silent] = shares[silent][:, theme]
    return found


def subject_above(silent: dict[str, Scores]) -> Bools:
    """Clauses that name no theme and whose headings or title do: their subject is that, and not `other`."""
    named: Bools = np.max([silent[name].max(axis=1, initial=0) for name in ("heading", "outer", "title")], axis=0) > 0
    return named


def without_other(scores: Scores, above: Bools, function: Ints, codebook: Codebook) -> None:
    """Take `other` from clauses whose subject stands above them; form (addressees, dates, bylines) keeps it."""
    formal = function == codebook.labels["function"].index("formal")
    scores[above & ~formal, codebook.labels["theme"].index("T22")] -= np.float32(NOT_OTHER)


NOT_OTHER = 4.0
DOCUMENT = 5.0
FEW_POINTS = 4.0
"""Points of a document that are too few to say what it speaks of."""


def mark_rules(batch: Batch, axis: str, decided: dict[str, Ints], codebook: Codebook) -> tuple[list[int], Bools]:
    """Numbers of the rules on marks of an axis, and whether each holds: (rules, clauses)."""
    numbers = [n for n, rule in enumerate(codebook.marks) if rule.axis == axis]
    genre = _BITS[batch.genre]
    holds = np.zeros((len(numbers), len(batch.marks)), np.bool_)
    for row, n in enumerate(numbers):
        rule = codebook.marks[n]
        holds[row] = _mark_holds(rule, batch, decided, codebook)
        if rule.genres:
            holds[row] &= (genre & sum(map(genre_bit, rule.genres))) != 0
    return numbers, holds


def mark_points(rules: tuple[list[int], Bools], axis: str, codebook: Codebook) -> Scores:
    """Points of the rules on marks for each clause and label of an axis."""
    labels = codebook.labels[axis]
    numbers, holds = rules
    points = np.zeros((holds.shape[1], len(labels)), np.float32)
    for n, column in zip(numbers, holds, strict=True):
        points[:, labels.index(codebook.marks[n].label)] += np.float32(codebook.marks[n].weight) * column
    return points


def _mark_holds(rule: Rule, batch: Batch, decided: dict[str, Ints], codebook: Codebook) -> Bools:
    """Column of a mark; `a&b` is both, `function:norm` a label decided before."""
    holds = np.ones(len(batch.marks), np.bool_)
    for part in rule.parts[0].split("&"):
        name, negated = part.removeprefix("!"), part.startswith("!")
        if ":" in name or "：" in name:
            axis, label = name.replace("：", ":").split(":", 1)
            column = decided[axis] == codebook.labels[axis].index(label)
        else:
            column = batch.marks[:, MARKS.index(name)]
        holds &= ~column if negated else column
    return holds


def decide(batch: Batch, codebook: Codebook) -> Decided:
    """Choose the labels."""
    total, above = first_scores(batch, codebook)
    where = label_offsets(codebook.labels)
    group = batch.group[batch.around.clause]
    rules: dict[str, tuple[list[int], Bools]] = {}
    label: dict[str, Ints] = {}
    second: dict[str, Ints] = {}
    margin: dict[str, Scores] = {}
    themes = np.zeros((len(total), MOST_MORE), np.int64)
    held = np.zeros((len(total), MOST_MORE), np.bool_)
    final: dict[str, Scores] = {}
    for number, axis in enumerate(AXES):
        rules[axis] = mark_rules(batch, axis, label, codebook)
        times = codebook.parameters.tables[number][group][:, None]
        scores = total[:, where[axis]] + times * mark_points(rules[axis], axis, codebook)
        for earlier, chosen in label.items():
            scores = scores + codebook.parameters.earlier[where[earlier], where[axis]][chosen]
        if axis == "theme":
            without_other(scores, above, label["function"], codebook)
        if axis == "instrument":
            tools, none = tools_of(codebook), codebook.labels[axis].index("none")
            scores = with_doubt_of_function(scores, final["function"], tools, none)
        final[axis] = scores
        order = _best(scores, MOST_MORE if axis == "theme" else 2)
        label[axis], second[axis] = order[:, 0], order[:, 1]
        points = np.take_along_axis(scores, order, axis=1)
        margin[axis] = points[:, 0] - points[:, 1]
        if axis == "instrument":
            # Functions that use no instrument leave no doubt of their own: the doubt is that of the function.
            used = np.isin(label["function"], tools)
            label[axis] = np.where(used, label[axis], none)
            margin[axis] = np.where(used, margin[axis], margin["function"])
        if axis == "theme":
            themes = order
            held = _given(points, order, codebook.labels["theme"].index("T22"))
    return Decided(label, second, margin, themes, held, final["theme"], rules)


def tools_of(codebook: Codebook) -> Ints:
    """Functions that use an instrument."""
    return np.array([codebook.labels["function"].index(name) for name in TOOLS])


def with_doubt_of_function(scores: Scores, functions: Scores, tools: Ints, none: int) -> Scores:
    """Log-probabilities of the instruments, of which only `none` remains where the clause is no tool after all.

    Args:
        scores: Scores of the instruments for a clause that uses one (clauses, instruments).
        functions: Scores of the functions (clauses, functions).
        tools: Functions that use an instrument.
        none: Column of `none`.

    """
    sure = _softmax(functions)[:, tools].sum(axis=1, keepdims=True)
    chance = _softmax(scores) * sure
    chance[:, none] += 1 - sure[:, 0]
    told: Scores = np.log(np.maximum(chance, LEAST_CHANCE))
    return told


LEAST_CHANCE = 1e-12


def _softmax(scores: Scores) -> Scores:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Scores = powers / powers.sum(axis=1, keepdims=True)
    return shares


def confidence(margin: Scores, axis: str, codebook: Codebook) -> npt.NDArray[np.float64]:
    """Confidence of labels, four decimals."""
    shape = codebook.confidence[axis]
    result: npt.NDArray[np.float64] = np.round(
        1 / (1 + np.exp(-(shape.intercept + shape.slope * margin.astype(float)))), 4
    )
    return result


def _best(scores: Scores, count: int) -> Ints:
    """The best labels of each clause, the best first: (clauses, count). Of equal ones the first in the codebook."""
    left, every = scores.copy(), np.arange(len(scores))
    order = np.empty((len(scores), count), np.int64)
    for place in range(count):
        order[:, place] = left.argmax(axis=1)
        left[every, order[:, place]] = -np.inf
    return order


def _given(points: Scores, themes: Ints, other: int) -> Bools:
    """Which of the best themes are given: the main one and up to two more that come close to it."""
    given: Bools = (points >= points[:, :1] - MORE_THEMES) & (themes != other) & (themes[:, :1] != other)
    given[:, 0] = True
    return given


def label_clauses(records: Sequence[ClauseRecord], codebook: Codebook) -> list[Labels]:
    """Label clauses on the four axes.

    Args:
        records: Clauses with their surroundings.
        codebook: Tables from `codebook.load`.

    Returns:
        One `Labels` for each record, in their order. The result does not depend on how records are batched.

    """
    if not records:
        return []
    batch = prepare(from_records(records), codebook)
    decided = decide(batch, codebook)
    told = _told(evidence(batch, decided, codebook), len(records), codebook)
    sure = {axis: confidence(decided.margin[axis], axis, codebook) for axis in AXES}
    names = codebook.labels
    result = []
    for i in range(len(records)):
        chosen = {axis: names[axis][int(decided.label[axis][i])] for axis in AXES}
        result.append(
            Labels(
                function=chosen["function"],
                modality=chosen["modality"],
                theme=chosen["theme"],
                themes=tuple(names["theme"][k] for k in decided.themes[i][decided.held[i]].tolist()),
                instrument=chosen["instrument"],
                confidence={axis: float(sure[axis][i]) for axis in AXES},
                uncertain=tuple(a for a in AXES if sure[a][i] < codebook.confidence[a].threshold),
                runner_up={
                    axis: (names[axis][int(decided.second[axis][i])], round(float(decided.margin[axis][i]), 3))
                    for axis in AXES
                },
                evidence=tuple(told[i]),
            ),
        )
    return result


def _told(told: Told, clauses: int, codebook: Codebook) -> list[list[Evidence]]:
    """Evidence by clause."""
    result: list[list[Evidence]] = [[] for _ in range(clauses)]
    names, which = told.names(codebook)
    columns = (told.clause, told.axis, told.label, which, told.source, told.start, told.end, told.weight)
    for clause, axis, label, name, source, start, end, weight in zip(*(c.tolist() for c in columns), strict=True):
        code = codebook.labels[AXES[axis]][label]
        result[clause].append(Evidence(AXES[axis], code, names[name], KINDS[source], start, end, round(weight, 3)))
    return result
