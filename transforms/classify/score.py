"""Scores, labels and confidences: the labelling core on plain records.

For each axis the score of a label is the sum of the weights of the rules that hold, plus (when the codebook ships weights)
a linear correction learnt from labelled clauses. The best score wins, a tie goes to the code that stands first in the
codebook. Axes are decided in the order function, modality, theme, instrument; the label of an earlier axis is a mark
(`@function:norm`) for the later ones. Confidence is a logistic of the margin to the second best.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES, GENRES
from transforms.classify.codebook import SOURCES, Codebook, Rule
from transforms.classify.grams import gram_scores
from transforms.classify.marks import MARKS, marks_of
from transforms.classify.records import ClauseRecord
from transforms.classify.scan import Hits, Ints, rule_arrays, scan

Scores = npt.NDArray[np.float64]

MORE_THEMES = (0.55, 1.6)
"""A further theme needs this share of the best theme's points, and at least so many points of its own."""

OUTER = 0.6
"""A heading above the nearest one counts so much of it."""

_SOURCE_OF_PLACE = {"heading": "heading", "title": "title", "prev": "prev", "next": "next", "stem": "stem"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a label: a rule, and what it matched.

    Attributes:
        axis: Axis.
        label: Label that it speaks for.
        rule: Name of the rule.
        source: Text in which it matched: `text`, or another of codebook.SOURCES.
        start: First character in that text; for marks 0.
        end: After the last character; for marks the length of the clause.
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
    """The distinct texts of a batch and, for each clause, which of them are its text, headings, title and neighbours."""

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
    grams: dict[str, Scores]


def units_of(records: Sequence[ClauseRecord]) -> Units:
    """Number the distinct (genre, text) pairs; the empty text has a number too and matches nothing."""
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
    names = tuple(MARKS)
    marks = np.zeros((len(records), len(names)), np.bool_)
    for i, record in enumerate(records):
        held = marks_of(record)
        marks[i] = [name in held for name in names]
    grams = gram_scores(units.texts, units.clause, codebook.weights) if codebook.weights else {}
    return Batch(records, units, hits, table, marks, grams)


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
        return np.bincount(flat, weight[hits.rule[rows]], size[0] * size[1]).reshape(size)

    everywhere = matrix(frozenset({"everywhere"}))
    factor = {source: np.array([codebook.places[source, g] for g in GENRES])[genre][:, None] for source in SOURCES}
    columns = {"title": units.title, "prev": units.prev, "next": units.next, "stem": units.stem}
    points = {"text": matrix(frozenset({"any", "start", "segment", "first", "end"}))[units.clause]}
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


def feature_names(codebook: Codebook, axis: str) -> tuple[str, ...]:
    """Names of the dense features of an axis, in the order of `features`."""
    sources = tuple(f"{axis}.{source}.{label}" for source in SOURCES for label in codebook.labels[axis])
    genres = tuple(f"genre:{g}" for g in GENRES)
    earlier = AXES[: AXES.index(axis)]
    decided = tuple(f"mark:{a}:{code}" for a in earlier for code in codebook.labels[a])
    return (*sources, *(f"mark:{m}" for m in MARKS), *genres, *decided)


def features(batch: Batch, axis: str, decided: dict[str, Ints], codebook: Codebook) -> Scores:
    """Dense features of an axis: the table's points by source (compressed), marks, genre, labels already decided."""
    parts = [np.tanh(batch.table[axis][source] / 3.0) for source in SOURCES]
    genre = np.zeros((len(batch.records), len(GENRES)))
    genre[np.arange(len(batch.records)), [GENRES.index(r.genre) for r in batch.records]] = 1
    earlier = []
    for name in AXES[: AXES.index(axis)]:
        one = np.zeros((len(batch.records), len(codebook.labels[name])))
        one[np.arange(len(batch.records)), decided[name]] = 1
        earlier.append(one)
    return np.hstack([*parts, batch.marks.astype(float), genre, *earlier])


def table_scores(batch: Batch, axis: str, decided: dict[str, Ints], codebook: Codebook) -> Scores:
    """Sum of the table's points for each clause and label of an axis, marks included."""
    labels = codebook.labels[axis]
    total: Scores = np.zeros((len(batch.records), len(labels)))
    for points in batch.table[axis].values():
        total = total + points
    names = tuple(MARKS)
    genre = np.array([r.genre for r in batch.records], dtype=object)
    for rule in codebook.marks:
        if rule.axis == axis:
            holds = _mark_holds(rule, batch, decided, codebook, names)
            if rule.genres:
                holds = holds & np.isin(genre, rule.genres)
            total[:, labels.index(rule.label)] += rule.weight * holds
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


def decide(batch: Batch, codebook: Codebook) -> tuple[dict[str, Ints], dict[str, Scores]]:
    """Number of the winning label for each clause, and the final scores, by axis."""
    decided: dict[str, Ints] = {}
    scores: dict[str, Scores] = {}
    for axis in AXES:
        total = table_scores(batch, axis, decided, codebook)
        if codebook.weights and axis in codebook.weights.dense:
            total = codebook.weights.table_share * total + features(batch, axis, decided, codebook) @ _dense(codebook, axis) + batch.grams[axis]
        scores[axis] = total
        decided[axis] = total.argmax(axis=1)
    return decided, scores


def _dense(codebook: Codebook, axis: str) -> Scores:
    """Dense weights in the order of today's features; a feature unknown to the trained file weighs nothing."""
    assert codebook.weights is not None  # noqa: S101 - told to mypy; the caller has checked
    names = feature_names(codebook, axis)
    known = {name: i for i, name in enumerate(codebook.weights.features)}
    matrix = np.zeros((len(names), len(codebook.labels[axis])))
    for row, name in enumerate(names):
        if name in known:
            matrix[row] = codebook.weights.dense[axis][known[name]]
    return matrix


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
    decided, scores = decide(batch, codebook)
    confidence = {axis: _confidence(scores[axis], codebook, axis) for axis in AXES}
    evidence = _evidence(batch, decided, codebook)
    themes = codebook.labels["theme"]
    result = []
    for i in range(len(records)):
        chosen = {axis: codebook.labels[axis][int(decided[axis][i])] for axis in AXES}
        sure = {axis: round(float(confidence[axis][i]), 4) for axis in AXES}
        result.append(
            Labels(
                function=chosen["function"],
                modality=chosen["modality"],
                theme=chosen["theme"],
                themes=_themes(scores["theme"][i], themes),
                instrument=chosen["instrument"],
                confidence=sure,
                uncertain=tuple(a for a in AXES if sure[a] < codebook.confidence[a].threshold),
                evidence=tuple(evidence[i]),
            ),
        )
    return result


def _confidence(scores: Scores, codebook: Codebook, axis: str) -> Scores:
    best = np.partition(scores, -2, axis=1)
    margin = best[:, -1] - best[:, -2]
    shape = codebook.confidence[axis]
    result: Scores = 1 / (1 + np.exp(-(shape.intercept + shape.slope * margin)))
    return result


def _themes(scores: Scores, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Main theme and up to two more that come close to it."""
    order = np.argsort(-scores, kind="stable")[:3]
    best = scores[order[0]]
    found = [codes[order[0]]]
    if found != ["T22"]:
        share, least = MORE_THEMES
        found += [codes[k] for k in order[1:] if codes[k] != "T22" and scores[k] >= max(least, share * best)]
    return tuple(found)


def _evidence(batch: Batch, decided: dict[str, Ints], codebook: Codebook) -> list[list[Evidence]]:
    """Up to two words (and, where no word speaks, a heading, a mark or the learnt weights) for each label."""
    units, hits = batch.units, batch.hits
    begin = np.searchsorted(hits.unit, np.arange(len(units.texts)))
    stop = np.searchsorted(hits.unit, np.arange(len(units.texts)), "right")
    speaking = _index_rules(codebook)
    starts, ends, rules = hits.start.tolist(), hits.end.tolist(), hits.rule.tolist()
    names = tuple(MARKS)
    found: list[list[Evidence]] = []
    for i, record in enumerate(batch.records):
        mine: list[Evidence] = []
        winner = {axis: codebook.labels[axis][int(decided[axis][i])] for axis in AXES}
        own = _in_unit(int(units.clause[i]), "text", 0, begin, stop, starts, ends, rules, speaking, winner)
        missing = [axis for axis in AXES if not own.get(axis)]
        around: list[tuple[int, str, int]] = []
        if missing:
            around = [(u, "heading", k) for k, u in reversed(list(enumerate(units.path[i])))]
            around += [(int(units.title[i]), "title", 0), (int(units.stem[i]), "stem", 0), (int(units.prev[i]), "prev", 0)]
        for unit, source, level in around:
            if not missing:
                break
            more = _in_unit(unit, source, level, begin, stop, starts, ends, rules, speaking, winner)
            for axis in list(missing):
                if more.get(axis):
                    own[axis] = more[axis]
                    missing.remove(axis)
        for axis in AXES:
            best = sorted(own.get(axis, ()), key=lambda e: (-e[0], e[1].start))[:2]
            mine += [e for _, e in sorted(best, key=lambda e: e[1].start)]
            if not best:
                mark = _mark_evidence(i, axis, winner, batch, codebook, names)
                if mark:
                    mine.append(Evidence(axis, winner[axis], mark, "mark", 0, len(record.text)))
        found.append(mine)
    return found


def _index_rules(codebook: Codebook) -> list[tuple[str, str, str, str, float]]:
    """(axis, label, name, place, weight) by rule number."""
    return [(r.axis, r.label, r.name, r.place, r.weight) for r in codebook.rules]


def _in_unit(
    unit: int,
    source: str,
    level: int,
    begin: Ints,
    stop: Ints,
    starts: list[int],
    ends: list[int],
    rules: list[int],
    speaking: list[tuple[str, str, str, str, float]],
    winner: dict[str, str],
) -> dict[str, list[tuple[float, Evidence]]]:
    """Rules for the winning labels that hold in one text."""
    own: dict[str, list[tuple[float, Evidence]]] = {}
    for k in range(int(begin[unit]), int(stop[unit])):
        axis, label, name, place, weight = speaking[rules[k]]
        if weight <= 0 or winner[axis] != label:
            continue
        if place != "everywhere" and _SOURCE_OF_PLACE.get(place, "text") != source:
            continue
        shown = name if source == "text" else f"{source}:{name.removeprefix('cue:')}"
        own.setdefault(axis, []).append((weight, Evidence(axis, label, shown, source, starts[k], ends[k], level)))
    return own


def _mark_evidence(
    i: int,
    axis: str,
    winner: dict[str, str],
    batch: Batch,
    codebook: Codebook,
    names: tuple[str, ...],
) -> str:
    """Name of the strongest mark for the label; `model:weights` where the learnt part alone decided, "" for a default."""
    best, weight = "", 0.0
    genre = batch.records[i].genre
    for rule in codebook.marks:
        if rule.axis != axis or rule.label != winner[axis] or rule.weight <= weight or rule.parts[0] == "all":
            continue
        if rule.genres and genre not in rule.genres:
            continue
        if all(_one(part, i, winner, batch, names) for part in rule.parts[0].split("&")):
            best, weight = rule.name, rule.weight
    if best:
        return best
    if winner[axis] in ("none", "T22"):
        return ""
    return "model:weights" if codebook.weights else "mark:all"


def _one(part: str, i: int, winner: dict[str, str], batch: Batch, names: tuple[str, ...]) -> bool:
    name, negated = part.removeprefix("!"), part.startswith("!")
    if ":" in name or "：" in name:
        axis, label = name.replace("：", ":").split(":", 1)
        return (winner[axis] == label) != negated
    return bool(batch.marks[i, names.index(name)]) != negated
