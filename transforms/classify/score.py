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
from transforms.classify.codebook import SOURCES, Codebook, Rule
from transforms.classify.evidence import TEXT_PLACES, Around, Evidence, mark_evidence, word_evidence
from transforms.classify.marks import MARKS, marks_of
from transforms.classify.records import ClauseRecord
from transforms.classify.scan import Hits, Ints, rule_arrays, scan

Scores = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

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
        name: np.fromiter((of(r.genre, getattr(r, name)) for r in records), np.int64, len(records))
        for name in ("text", "title", "prev", "next", "stem")
    }
    path = [tuple(of(r.genre, p) for p in r.path) for r in records]
    heading = np.fromiter(
        (p[-1] if p else of(r.genre, "") for p, r in zip(path, records, strict=True)),
        np.int64,
        len(records),
    )
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


def prepare(records: Sequence[ClauseRecord], codebook: Codebook) -> Batch:
    """Scan a batch and sum the table's points by axis and source."""
    units = units_of(records)
    hits = scan(units.texts, units.genres, codebook, rule_arrays(codebook))
    genre = np.fromiter((GENRES.index(r.genre) for r in records), np.int64, len(records))
    table: dict[str, dict[str, Scores]] = {}
    for axis in AXES:
        table[axis] = _points(axis, units, hits, codebook, genre)
    marks = np.array([marks_of(record) for record in records], np.bool_).reshape(len(records), len(MARKS))
    return Batch(records, units, hits, table, marks)


def _points(axis: str, units: Units, hits: Hits, codebook: Codebook, genre: Ints) -> dict[str, Scores]:
    """Points of each label of an axis for each clause, by source."""
    labels = codebook.labels[axis]
    size = (len(units.texts), len(labels))
    weight = np.array([r.weight for r in codebook.rules])
    label = np.array([labels.index(r.label) if r.axis == axis else 0 for r in codebook.rules], np.int64)

    def matrix(places: frozenset[str]) -> Scores:
        wanted = np.array([r.axis == axis and r.place in places for r in codebook.rules], np.bool_)
        rows = wanted[hits.rule]
        flat = hits.unit[rows] * size[1] + label[hits.rule[rows]]
        summed: Scores = np.bincount(flat, weight[hits.rule[rows]], size[0] * size[1]).astype(np.float64)
        return summed.reshape(size)

    everywhere = matrix(frozenset({"everywhere"}))
    factor = {source: np.array([codebook.places[source, g] for g in GENRES])[genre][:, None] for source in SOURCES}
    columns = {"title": units.title, "prev": units.prev, "next": units.next, "stem": units.stem}
    points = {"text": matrix(TEXT_PLACES - {"everywhere"})[units.clause]}
    for source, column in columns.items():
        points[source] = matrix(frozenset({source}))[column]
    heading = matrix(frozenset({"heading"}))
    points["heading"] = heading[units.heading]
    points["outer"] = OUTER * _outer(heading, units.path)
    if axis == "theme":
        points["text"] = points["text"] + factor["text"] * everywhere[units.clause]
        for source, column in columns.items():
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
    names = tuple(MARKS)
    genre = np.array([GENRES.index(r.genre) for r in batch.records])
    holds = np.zeros((len(numbers), len(batch.records)), np.bool_)
    for row, n in enumerate(numbers):
        rule = codebook.marks[n]
        holds[row] = _mark_holds(rule, batch, decided, codebook, names)
        if rule.genres:
            holds[row] &= np.isin(genre, [GENRES.index(g) for g in rule.genres])
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
    names: tuple[str, ...],
) -> npt.NDArray[np.bool_]:
    """Column of a mark; `a&b` is both, `function:norm` a label decided before."""
    holds = np.ones(len(batch.records), np.bool_)
    for part in rule.parts[0].split("&"):
        name, negated = part.removeprefix("!"), part.startswith("!")
        if ":" in name or "：" in name:
            axis, label = name.replace("：", ":").split(":", 1)
            column = decided[axis] == codebook.labels[axis].index(label)
        else:
            column = batch.marks[:, names.index(name)]
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
    batch = prepare(records, codebook)
    decided, scores, held = decide(batch, codebook)
    confidence = {axis: _confidence(scores[axis], codebook, axis) for axis in AXES}
    evidence = _evidence(batch, decided, held, codebook)
    themes = _themes(scores["theme"], codebook.labels["theme"])
    result = []
    for i in range(len(records)):
        chosen = {axis: codebook.labels[axis][int(decided[axis][i])] for axis in AXES}
        sure = {axis: round(float(confidence[axis][i]), 4) for axis in AXES}
        result.append(
            Labels(
                function=chosen["function"],
                modality=chosen["modality"],
                theme=chosen["theme"],
                themes=themes[i],
                instrument=chosen["instrument"],
                confidence=sure,
                uncertain=tuple(a for a in AXES if sure[a] < codebook.confidence[a].threshold),
                evidence=tuple(evidence[i]),
            ),
        )
    return result


def margins(scores: Scores) -> Scores:
    """Distance of the best score from the second best."""
    best = np.partition(scores, -2, axis=1)
    margin: Scores = best[:, -1] - best[:, -2]
    return margin


def _confidence(scores: Scores, codebook: Codebook, axis: str) -> Scores:
    shape = codebook.confidence[axis]
    result: Scores = 1 / (1 + np.exp(-(shape.intercept + shape.slope * margins(scores))))
    return result


def _themes(scores: Scores, codes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Choose the main theme of each clause and up to two more that come close to it."""
    other = codes.index("T22")
    order = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    share, least = MORE_THEMES
    points = np.take_along_axis(scores, order, axis=1)
    more = (points >= np.maximum(least, share * points[:, :1])) & (order != other) & (order[:, :1] != other)
    more[:, 0] = True
    return [
        tuple(codes[k] for k, m in zip(row, held, strict=True) if m)
        for row, held in zip(order.tolist(), more.tolist(), strict=True)
    ]


def _evidence(
    batch: Batch,
    decided: dict[str, Ints],
    held: dict[str, tuple[list[int], npt.NDArray[np.bool_]]],
    codebook: Codebook,
) -> list[list[Evidence]]:
    """Words in the clause; where silent, in the headings from the nearest, the title, the stem, the clause before."""
    units, n = batch.units, len(batch.records)
    every, zero = np.arange(n), np.zeros(n, np.int64)
    depth = max((len(p) for p in units.path), default=0)
    places = [Around("text", every, units.clause, zero)]
    for up in range(1, depth + 1):
        rows = np.array([i for i, p in enumerate(units.path) if len(p) >= up], np.int64)
        unit = np.array([units.path[i][-up] for i in rows.tolist()], np.int64)
        level = np.array([len(units.path[i]) - up for i in rows.tolist()], np.int64)
        places.append(Around("heading", rows, unit, level))
    places += [Around("title", every, units.title, zero), Around("stem", every, units.stem, zero)]
    places += [Around("prev", every, units.prev, zero)]
    found, silent = word_evidence(places, batch.hits, decided, codebook, n)
    mark_evidence(held, found, silent, decided, codebook)
    return [sorted(mine, key=lambda e: (AXES.index(e.axis), e.start, e.end)) for mine in found]
