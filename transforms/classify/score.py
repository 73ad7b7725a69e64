"""Scores, labels and confidences: the labelling core on plain records.

For each axis the score of a label is the sum of the weights of the rules that hold. The best score wins, a tie goes
to the code that stands first in the
codebook. Axes are decided in the order function, modality, theme, instrument; the label of an earlier axis is a mark
(`@function:norm`) for the later ones. Confidence is a logistic of the margin to the second best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES, GENRES
from transforms.classify.codebook import Codebook
from transforms.classify.evidence import Around, Evidence, Told, evidence
from transforms.classify.marks import MARKS, marks_of
from transforms.classify.records import ClauseRecord
from transforms.classify.rules import SOURCES, Bools, Ints, Rule, genre_bit
from transforms.classify.scan import Hits, scan

Scores = npt.NDArray[np.float64]

MORE_THEMES = (0.55, 1.6)
"""A further theme needs this share of the best theme's points, and at least so many points of its own."""

OUTER = 0.6
"""A heading above the nearest one counts so much of it."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The four labels of a clause with confidence (0 to 1) per axis and the evidence."""

    function: str
    modality: str
    theme: str
    themes: tuple[str, ...]
    instrument: str
    confidence: dict[str, float]
    uncertain: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of a batch as columns.

    Attributes:
        decided: axis -> number of the label.
        confidence: axis -> confidence, four decimals.
        themes: Numbers of the best themes, the main one first (clauses, 3).
        held: Which of these are given (clauses, 3).
        told: Evidence.

    """

    decided: dict[str, Ints]
    confidence: dict[str, Scores]
    themes: Ints
    held: Bools
    told: Told


@dataclass(frozen=True, slots=True)
class Units:
    """The distinct texts of a batch; for each clause, which are its text, headings, title and neighbours."""

    texts: list[str]
    genres: list[str]
    clause: Ints
    title: Ints
    prev: Ints
    next: Ints
    stem: Ints
    heading: Ints
    path: list[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of clauses with everything that the decision needs, before it is taken."""

    records: Sequence[ClauseRecord]
    units: Units
    hits: Hits
    table: dict[str, dict[str, Scores]]
    marks: npt.NDArray[np.bool_]


def units_of(records: Sequence[ClauseRecord]) -> Units:
    """Give numbers to the distinct (genre, text) pairs; the empty text has one too and matches nothing."""
    number: dict[tuple[str, str], int] = {}

    def of(genre: str, text: str) -> int:
        return number.setdefault((genre, text), len(number))

    columns = {
        "text": _numbers([of(r.genre, r.text) for r in records]),
        "title": _numbers([of(r.genre, r.title) for r in records]),
        "prev": _numbers([of(r.genre, r.prev) for r in records]),
        "next": _numbers([of(r.genre, r.next) for r in records]),
        "stem": _numbers([of(r.genre, r.stem) for r in records]),
    }
    chains: dict[tuple[str, tuple[str, ...]], tuple[int, ...]] = {}
    path = []
    for r in records:
        key = (r.genre, r.path)
        if key not in chains:
            chains[key] = tuple(of(r.genre, p) for p in r.path)
        path.append(chains[key])
    heading = _numbers([p[-1] if p else of(r.genre, "") for p, r in zip(path, records, strict=True)])
    return Units(
        texts=[text for _, text in number],
        genres=[genre for genre, _ in number],
        clause=columns["text"],
        title=columns["title"],
        prev=columns["prev"],
        next=columns["next"],
        stem=columns["stem"],
        heading=heading,
        path=path,
    )


def _numbers(values: list[int]) -> Ints:
    return np.array(values, np.int64)


def prepare(records: Sequence[ClauseRecord], codebook: Codebook) -> Batch:
    """Scan a batch and sum the table's points by axis and source."""
    units = units_of(records)
    hits = scan(units.texts, units.genres, codebook)
    genre = np.fromiter((GENRES.index(r.genre) for r in records), np.int64, len(records))
    table: dict[str, dict[str, Scores]] = {}
    for axis in AXES:
        table[axis] = _points(axis, units, hits, codebook, genre)
    marks = np.array([marks_of(record) for record in records], np.bool_).reshape(len(records), len(MARKS))
    return Batch(records, units, hits, table, marks)


def _points(axis: str, units: Units, hits: Hits, codebook: Codebook, genre: Ints) -> dict[str, Scores]:
    """Points of each label of an axis for each clause, by source."""
    columns = codebook.columns
    size = (len(units.texts), len(codebook.labels[axis]))
    rows = np.flatnonzero(columns.axis[hits.rule] == AXES.index(axis))
    rule = hits.rule[rows]
    flat, weight, place = hits.unit[rows] * size[1] + columns.label[rule], columns.weight[rule], columns.source[rule]

    def matrix(source: int) -> Scores:
        own = place == source
        summed: Scores = np.bincount(flat[own], weight[own], size[0] * size[1]).astype(np.float64)
        return summed.reshape(size)

    everywhere = matrix(-1) if axis == "theme" else np.zeros((0, 0))
    factor = {source: np.array([codebook.places[source, g] for g in GENRES])[genre][:, None] for source in SOURCES}
    around = {"title": units.title, "prev": units.prev, "next": units.next, "stem": units.stem}
    points = {"text": matrix(0)[units.clause]}
    for source, column in around.items():
        points[source] = matrix(SOURCES.index(source))[column]
    heading = matrix(SOURCES.index("heading"))
    points["heading"] = heading[units.heading]
    points["outer"] = OUTER * _outer(heading, units.path)
    if axis == "theme":
        points["text"] = points["text"] + factor["text"] * everywhere[units.clause]
        for source, column in around.items():
            points[source] = points[source] + factor[source] * everywhere[column]
        points["heading"] = points["heading"] + factor["heading"] * everywhere[units.heading]
        points["outer"] = points["outer"] + factor["outer"] * _outer(everywhere, units.path)
    return points


def _outer(points: Scores, path: list[tuple[int, ...]]) -> Scores:
    """Sum over the headings above the nearest one."""
    result = np.zeros((len(path), points.shape[1]))
    cache: dict[tuple[int, ...], Scores] = {}
    for i, above in enumerate(path):
        if len(above) > 1:
            if above not in cache:
                cache[above] = points[list(above[:-1])].sum(axis=0)
            result[i] = cache[above]
    return result


def held_marks(batch: Batch, axis: str, decided: dict[str, Ints], codebook: Codebook) -> tuple[list[int], Bools]:
    """Numbers of the mark rules of an axis, and whether each holds: (rules, clauses)."""
    numbers = [n for n, rule in enumerate(codebook.marks) if rule.axis == axis]
    bits = {name: genre_bit(name) for name in GENRES}
    genre = np.array([bits[r.genre] for r in batch.records], np.int64)
    holds = np.zeros((len(numbers), len(batch.records)), np.bool_)
    for row, n in enumerate(numbers):
        rule = codebook.marks[n]
        holds[row] = _mark_holds(rule, batch, decided, codebook)
        if rule.genres:
            holds[row] &= (genre & sum(map(genre_bit, rule.genres))) != 0
    return numbers, holds


def table_scores(
    batch: Batch,
    axis: str,
    held: tuple[list[int], Bools],
    codebook: Codebook,
) -> Scores:
    """Sum of the table's points for each clause and label of an axis, marks included."""
    labels = codebook.labels[axis]
    total: Scores = np.zeros((len(batch.records), len(labels)))
    for points in batch.table[axis].values():
        total = total + points
    numbers, holds = held
    for n, column in zip(numbers, holds, strict=True):
        total[:, labels.index(codebook.marks[n].label)] += codebook.marks[n].weight * column
    return total


def _mark_holds(
    rule: Rule,
    batch: Batch,
    decided: dict[str, Ints],
    codebook: Codebook,
) -> Bools:
    """Column of a mark; `a&b` is both, `function:norm` a label decided before."""
    holds = np.ones(len(batch.records), np.bool_)
    for part in rule.parts[0].split("&"):
        name, negated = part.removeprefix("!"), part.startswith("!")
        if ":" in name or "：" in name:
            axis, label = name.replace("：", ":").split(":", 1)
            column = decided[axis] == codebook.labels[axis].index(label)
        else:
            column = batch.marks[:, MARKS.index(name)]
        holds &= ~column if negated else column
    return holds


def decide(
    batch: Batch,
    codebook: Codebook,
) -> tuple[dict[str, Ints], dict[str, Scores], dict[str, tuple[list[int], Bools]]]:
    """Choose the winning label of each clause; with the final scores and the marks that hold, by axis."""
    held: dict[str, tuple[list[int], Bools]] = {}
    decided: dict[str, Ints] = {}
    scores: dict[str, Scores] = {}
    for axis in AXES:
        held[axis] = held_marks(batch, axis, decided, codebook)
        total = table_scores(batch, axis, held[axis], codebook)
        scores[axis] = total
        decided[axis] = total.argmax(axis=1)
    return decided, scores, held


def label_batch(records: Sequence[ClauseRecord], codebook: Codebook) -> Labelled:
    """Label clauses; the result as columns."""
    batch = prepare(records, codebook)
    decided, scores, held = decide(batch, codebook)
    themes, more = _themes(scores["theme"], codebook.labels["theme"])
    return Labelled(
        decided=decided,
        confidence={axis: _confidence(scores[axis], codebook, axis) for axis in AXES},
        themes=themes,
        held=more,
        told=evidence(_places(batch), batch.hits, decided, held, codebook),
    )


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
    found = label_batch(records, codebook)
    reasons = _reasons(found.told, len(records), codebook)
    names = codebook.labels["theme"]
    result = []
    for i in range(len(records)):
        chosen = {axis: codebook.labels[axis][int(found.decided[axis][i])] for axis in AXES}
        sure = {axis: float(found.confidence[axis][i]) for axis in AXES}
        result.append(
            Labels(
                function=chosen["function"],
                modality=chosen["modality"],
                theme=chosen["theme"],
                themes=tuple(names[k] for k in found.themes[i][found.held[i]].tolist()),
                instrument=chosen["instrument"],
                confidence=sure,
                uncertain=tuple(a for a in AXES if sure[a] < codebook.confidence[a].threshold),
                evidence=tuple(reasons[i]),
            ),
        )
    return result


def _reasons(told: Told, clauses: int, codebook: Codebook) -> list[list[Evidence]]:
    """Evidence by clause."""
    result: list[list[Evidence]] = [[] for _ in range(clauses)]
    names, which = told.names(codebook)
    sources = (*SOURCES, "mark")
    columns = (told.clause, told.axis, told.label, which, told.source, told.start, told.end, told.level)
    for clause, axis, label, name, source, start, end, level in zip(*(c.tolist() for c in columns), strict=True):
        code = codebook.labels[AXES[axis]][label]
        result[clause].append(Evidence(AXES[axis], code, names[name], sources[source], start, end, level))
    return result


def margins(scores: Scores) -> Scores:
    """Distance of the best score from the second best."""
    best = np.partition(scores, -2, axis=1)
    margin: Scores = best[:, -1] - best[:, -2]
    return margin


def _confidence(scores: Scores, codebook: Codebook, axis: str) -> Scores:
    shape = codebook.confidence[axis]
    result: Scores = np.round(1 / (1 + np.exp(-(shape.intercept + shape.slope * margins(scores)))), 4)
    return result


def _themes(scores: Scores, codes: tuple[str, ...]) -> tuple[Ints, Bools]:
    """The main theme of each clause and up to two more that come close to it: the best three, and which are given."""
    other = codes.index("T22")
    order = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    share, least = MORE_THEMES
    points = np.take_along_axis(scores, order, axis=1)
    more = (points >= np.maximum(least, share * points[:, :1])) & (order != other) & (order[:, :1] != other)
    more[:, 0] = True
    return order, more


def _places(batch: Batch) -> list[Around]:
    """Words in the clause; where silent, in the headings from the nearest, the title, the stem, the clause before."""
    units, n = batch.units, len(batch.records)
    every, zero = np.arange(n), np.zeros(n, np.int64)
    depths = np.array([len(p) for p in units.path], np.int64)
    places = [Around("text", every, units.clause, zero)]
    for up in range(1, int(depths.max(initial=0)) + 1):
        rows = np.flatnonzero(depths >= up)
        unit = _numbers([units.path[i][-up] for i in rows.tolist()])
        places.append(Around("heading", rows, unit, depths[rows] - up))
    places += [Around("title", every, units.title, zero), Around("stem", every, units.stem, zero)]
    places += [Around("prev", every, units.prev, zero)]
    return places
