"""Train the model of the labels (`seeds/codebook/model.csv`) and fit the confidences.

python -m benchmarks.train_labels REAL [--cross]

Learns from the labelled clauses of a folder of real documents, its gold (`REAL/gold/clauses-dev.jsonl`) and those whose places and
labels the project holds (`benchmarks/training/corpus.csv`), and from the clauses composed for the project
(`benchmarks/training/*.jsonl`). For each axis a multinomial logistic
regression with an elastic net: its features are those of production (`transforms.classify.score.prepare`), its candidates for words
the n-grams of the training texts.
With `--cross` it only prints what five folds by document say. Nothing random; weights are rounded to two decimals.
"""

import argparse
import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.optimize
import scipy.sparse

import seeds
from benchmarks.corpus_labels import labelled
from flows.evaluate import reliability
from schemas.vocabularies import AXES, GENRES
from transforms.classify.codebook import Codebook, load
from transforms.classify.cues import label_offsets
from transforms.classify.evaluate import record_of
from transforms.classify.marks import MARKS
from transforms.classify.model import OUTER, SILENT, Model, feature_of
from transforms.classify.normal import normal
from transforms.classify.records import ClauseRecord
from transforms.classify.rules import EVERYWHERE, GENRE_GROUPS, SOURCES, Ints
from transforms.classify.score import (
    Batch,
    by_unit,
    document_shares,
    mark_points,
    mark_rules,
    prepare,
    silent_points,
    sources,
    subject_above,
    tools_of,
    with_doubt_of_function,
    without_other,
)
from transforms.classify.surroundings import from_records

Floats = npt.NDArray[np.float64]
Row = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

FOLDS = 5
ACCIDENTS = frozenset({"opening", "closing", "no_path"})
"""Marks that say more of how the gold was sampled than of the clause."""
WORD_SOURCES = ("text", "heading", "prev", "next", "stem")


@dataclass(frozen=True, slots=True)
class Settings:
    """What was chosen by cross-validation."""

    l1: float = 0.6
    l2: float = 1.6
    composed: float = 0.7
    word: float = 0.7
    least: int = 8
    around: float = 0.4
    table: float = 2.0
    rare: float = 0.25
    rounds: int = 80


_UNFIT = frozenset(" |…\n0123456789")
"""Characters that would not survive in the table, and digits, which say nothing elsewhere."""


OWN_SETTINGS: dict[str, dict[str, float]] = {"instrument": {"l1": 0.2, "l2": 2.0}}
"""Where an axis does better with others."""


def candidates(records: Sequence[ClauseRecord], least: int) -> list[tuple[str, str]]:
    """(place, n-gram) that stand in so many clauses at least."""
    counts: Counter[tuple[str, str]] = Counter()
    for record in records:
        text = normal(record.text)
        own = {("any", text[i : i + n]) for n in (2, 3, 4) for i in range(len(text) - n + 1)}
        own |= {("start", text[:n]) for n in (2, 3)} | {("tail", text[-n:]) for n in (2, 3)}
        counts.update(own)
    headings: Counter[tuple[str, str]] = Counter()
    for path in {(r.title, p) for r in records for p in r.path}:
        text = normal(path[1])
        headings.update({("any", text[i : i + n]) for n in (2, 3) for i in range(len(text) - n + 1)})
    kept = {key for key, n in counts.items() if n >= least}
    kept |= {key for key, n in headings.items() if n >= least}
    return sorted(key for key in kept if len(key[1]) > 1 and not _UNFIT & set(key[1]))


@dataclass(frozen=True, slots=True)
class Design:
    """The clauses as the solver sees them.

    Attributes:
        matrix: Reasons of each clause: (clauses, features).
        names: (source, group, feature) of each column, as in model.csv.
        scale: How dear a feature is: weights are fit for feature × scale.
        points: (source, group) -> points of the tables (clauses, labels of all axes).
        above: Clauses whose subject stands above them.

    """

    matrix: scipy.sparse.csr_array
    names: list[tuple[str, str, str]]
    scale: Floats
    points: dict[tuple[str, str], Floats]
    above: npt.NDArray[np.bool_]


def design(batch: Batch, codebook: Codebook, settings: Settings) -> Design:
    """Features of production as one matrix."""
    cues, width = codebook.cues, len(codebook.cues.names)
    units = len(batch.around.texts.begin)
    held = by_unit(batch.hits, units, np.arange(width))
    group = batch.group[batch.around.clause]
    blocks: dict[str, scipy.sparse.csr_array] = {}
    points: dict[tuple[str, str], Floats] = {}
    for source, column in sources(batch.around):
        present = (column > 0).astype(float)
        own = scipy.sparse.diags_array(present) @ held[np.maximum(column, 0)]
        told = own @ cues.table[source].astype(float)
        for number, name in enumerate(GENRE_GROUPS):
            key = (source, name)
            points[key] = points.get(key, 0.0) + told * (group == number)[:, None]
        if source in ("heading", "outer"):
            part = own * (OUTER if source == "outer" else 1.0)
            blocks["heading"] = blocks["heading"] + part if "heading" in blocks else part
        elif source in WORD_SOURCES:
            blocks[source] = own
    shares = document_shares(batch, codebook).astype(float)
    theme = label_offsets(codebook.labels)["theme"]
    silent = silent_points(batch, shares.astype(np.float32), codebook)
    for source, own_points in silent.items():
        padded = np.zeros_like(shares)
        padded[:, theme] = own_points
        for number, name in enumerate(GENRE_GROUPS):
            points[f"silent {source}", name] = padded * (group == number)[:, None]
    for number, name in enumerate(GENRE_GROUPS):
        points["document", name] = shares * (group == number)[:, None]
    features = [feature_of(cues, cue) for cue in range(width)]
    is_word = np.array([f.startswith("~") for f in features])
    matrices, names, scale = [], [], []
    spoken = np.any([cues.table[s][:, : theme.start] != 0 for s in SOURCES], axis=(0, 2))
    for source, block in blocks.items():
        keep = np.ones(width, np.bool_)
        if source in ("prev", "next", "stem"):
            keep = ~is_word & spoken | np.array([f.startswith(("~tail", "~start")) for f in features])
        seen = np.asarray((block != 0).sum(axis=0)).ravel()
        keep &= seen >= settings.least
        chosen = np.flatnonzero(keep)
        matrices.append(block.tocsc()[:, chosen].tocsr())
        names += [(source, "", features[i]) for i in chosen.tolist()]
        dear = np.where(is_word[chosen], settings.word, 1.0) * (1.0 if source == "text" else settings.around)
        scale.append(dear)
    learnt = [name not in ACCIDENTS for name in MARKS]
    marks = scipy.sparse.csr_array((batch.marks & learnt).astype(float))
    for number, name in enumerate(GENRE_GROUPS):
        matrices.append(scipy.sparse.diags_array((group == number).astype(float)) @ marks)
        names += [("mark", name, mark) for mark in MARKS]
        scale.append(np.full(len(MARKS), 0.7))
    matrices.append(scipy.sparse.csr_array(np.eye(len(GENRES))[batch.genre]))
    names += [("genre", "", genre) for genre in GENRES]
    scale.append(np.full(len(GENRES), 0.7))
    matrix = scipy.sparse.hstack(matrices).tocsr()
    return Design(matrix, names, np.concatenate(scale), points, subject_above(silent))


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights of one axis."""

    weights: Floats
    bias: Floats
    times: Floats

    def scores(self, matrix: scipy.sparse.csr_array, points: Floats) -> Floats:
        """Scores of the labels of some clauses."""
        return np.asarray(matrix @ self.weights) + self.bias + np.einsum("j,jnk->nk", self.times, points)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the solver gets for an axis.

    Attributes:
        matrix: Reasons of each clause.
        points: Points of the tables (sources, clauses, labels).
        start: How much each source counts at first.
        floor: How much it counts at least.
        names: (source, kind of document) of each.

    """

    matrix: scipy.sparse.csr_array
    points: Floats
    start: Floats
    floor: Floats
    names: list[tuple[str, str]]


def fit(inputs: Inputs, truth: Ints, weight: Floats, labels: int, settings: Settings, rows: Ints) -> Fit:
    """Multinomial logistic regression with an elastic net on the weights; the points' factors are pulled to their start.

    Solved by L-BFGS-B over positive and negative parts, which makes the absolute value smooth. No product goes through BLAS,
    whose sums depend on the number of threads.
    """
    matrix, points, start = inputs.matrix[rows], inputs.points[:, rows], inputs.start
    truth, weight = truth[rows], weight[rows]
    n, f = matrix.shape
    transposed = matrix.T.tocsr()
    target = np.zeros((n, labels))
    target[np.arange(n), truth] = 1.0
    size = f * labels

    def value(z: Floats) -> tuple[float, Floats]:
        w = (z[:size] - z[size : 2 * size]).reshape(f, labels)
        bias, times = z[2 * size : 2 * size + labels], z[2 * size + labels :]
        s = np.asarray(matrix @ w) + bias + np.einsum("j,jnk->nk", times, points)
        top = s.max(axis=1, keepdims=True)
        e = np.exp(s - top)
        total = e.sum(axis=1, keepdims=True)
        loss = float((weight * (np.log(total[:, 0]) + top[:, 0] - (s * target).sum(axis=1))).sum())
        d = (e / total - target) * weight[:, None]
        gw = np.asarray(transposed @ d) + settings.l2 * w
        loss += 0.5 * settings.l2 * float((w * w).sum()) + settings.l1 * float(z[: 2 * size].sum())
        away = times - start
        loss += 0.5 * settings.table * float((away * away).sum()) + 0.05 * float((bias * bias).sum())
        gt = np.einsum("jnk,nk->j", points, d) + settings.table * away
        gradient = np.concatenate((gw.ravel() + settings.l1, -gw.ravel() + settings.l1, d.sum(axis=0) + 0.1 * bias, gt))
        return loss, gradient

    z0 = np.concatenate((np.zeros(2 * size + labels), start))
    bounds = scipy.optimize.Bounds(
        np.concatenate((np.zeros(2 * size), np.full(labels, -np.inf), inputs.floor)), np.full(len(z0), np.inf)
    )
    done = scipy.optimize.minimize(
        value,
        z0,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": settings.rounds, "maxcor": 10, "maxfun": 10000},
    )
    z = done.x
    return Fit(
        (z[:size] - z[size : 2 * size]).reshape(f, labels), z[2 * size : 2 * size + labels], z[2 * size + labels :]
    )


STARTS = {
    "text": 0.3,
    "heading": 0.3,
    "outer": 0.18,
    "title": 0.3,
    "prev": 0.3,
    "next": 0.3,
    "stem": 0.3,
    "mark": 0.3,
    "document": 0.1,
}
"""How much points of the tables count before anything is learnt: about what made the hand-made scores log-odds."""
THEME_STARTS = (
    STARTS | {"text": 0.5, "outer": 0.12, "prev": 0.1, "next": 0.05, "stem": 0.2} | dict.fromkeys(SILENT, 0.2)
)
THEME_TITLES = {"normative": 1.0, "single": 0.65, "broad": 0.1, "news": 0.2}
"""An act or a notice has one object, a plan speaks of everything."""
FLOORS = {"silent heading": 0.5, "silent outer": 0.2}
"""The codebook: a sentence without an object of its own takes the subject of its section."""
LABEL_SCALE = 0.7
MOST_BOOST = 3.0


@dataclass(frozen=True, slots=True)
class Task:
    """All training clauses, ready for the solver."""

    codebook: Codebook
    batch: Batch
    design: Design
    matrix: scipy.sparse.csr_array
    truth: dict[str, Ints]
    origin: npt.NDArray[np.str_]
    weight: Floats
    fold: Ints
    settings: Settings


def task(rows: Rows, settings: Settings, folder: Path) -> Task:
    """Read rows into a task; `origin` says where a row is from, composed ones weigh less."""
    records = [record_of(row) for row in rows]
    known = set(load(folder, model=Model()).vocabulary)
    words = [(place, word) for place, word in candidates(records, settings.least) if word not in known]
    codebook = load(folder, model=Model({("text", "", f"~{place}:{word}"): {} for place, word in words}))
    batch = prepare(from_records(records), codebook)
    made = design(batch, codebook, settings)
    labels = codebook.labels
    truth = {
        axis: np.array([labels[axis].index(row["themes"][0] if axis == "theme" else row[axis]) for row in rows])
        for axis in AXES
    }
    origin = np.array([row["origin"] for row in rows])
    weight = np.where(origin == COMPOSED, settings.composed, 1.0)
    fold = np.array([_fold(f"{row['origin'] == COMPOSED}|{row['doc']}") for row in rows])
    matrix = (made.matrix @ scipy.sparse.diags_array(made.scale)).tocsr()
    return Task(codebook, batch, made, matrix, truth, origin, weight, fold, settings)


def _fold(document: str) -> int:
    """Fold of a document: from its name, so that it never changes."""
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:8], "big") % FOLDS


def axis_inputs(one: Task, axis: str, decided: Mapping[str, Ints]) -> Inputs:
    """Give the solver what it needs for an axis, the labels decided before included."""
    where = label_offsets(one.codebook.labels)[axis]
    group = one.batch.group[one.batch.around.clause]
    names = sorted(name for name in one.design.points if axis == "theme" or not name[0].startswith("silent"))
    points = [one.design.points[name][:, where] for name in names]
    rules = mark_points(mark_rules(one.batch, axis, dict(decided), one.codebook), axis, one.codebook).astype(float)
    for number, kind in enumerate(GENRE_GROUPS):
        names.append(("mark", kind))
        points.append(rules * (group == number)[:, None])
    starts = THEME_STARTS if axis == "theme" else STARTS
    start = [THEME_TITLES[kind] if axis == "theme" and source == "title" else starts[source] for source, kind in names]
    matrix = one.matrix
    if axis == "theme":
        matrix = (matrix @ scipy.sparse.diags_array(theme_scale(one.design))).tocsr()
    elif decided:
        before = [
            scipy.sparse.csr_array(np.eye(len(one.codebook.labels[e]))[decided[e]] * LABEL_SCALE) for e in decided
        ]
        matrix = scipy.sparse.hstack([matrix, *before]).tocsr()
    floor = [FLOORS.get(source, -np.inf) for source, _ in names]
    return Inputs(matrix, np.stack(points), np.array(start), np.array(floor), names)


def theme_scale(made: Design) -> Floats:
    """How dear each feature is for themes; 0 where it has no say.

    Operators and the ends of clauses say nothing of their object, marks little; words of the model are dearer than on the
    other axes, since the tables know most of the words.
    """
    scale = []
    for source, _, feature in made.names:
        if source not in WORD_SOURCES or feature.startswith("~any:"):
            scale.append(0.5)
        else:
            scale.append(float(feature.startswith(f"{EVERYWHERE}:")))
    return np.array(scale)


def dearness(made: Design, axis: str) -> Floats:
    """What a weight of each feature is multiplied by on an axis."""
    return made.scale * (theme_scale(made) if axis == "theme" else 1.0)


def boost(truth: Ints, labels: int, power: float) -> Floats:
    """Weight of each clause by the rarity of its label."""
    counts = np.bincount(truth, minlength=labels)
    return np.minimum((np.maximum(counts, 1) / counts.mean()) ** -power, MOST_BOOST)[truth]


def pruned(own: Fit, made: Design, axis: str) -> Fit:
    """Drop words that never weigh much: in cross-validation they add nothing, and every word costs time."""
    dear = dearness(made, axis)
    weights = own.weights.copy()
    heaviest = np.abs(weights[: len(dear)] * dear[:, None]).max(axis=1)
    is_word = np.array([feature.startswith("~") for _, _, feature in made.names])
    weights[: len(dear)][is_word & (heaviest < LEAST_WORD)] = 0
    return replace(own, weights=weights)


LEAST_WORD = 0.15


def learn(
    one: Task, *, cross: bool
) -> tuple[dict[str, Ints], dict[str, Floats], dict[str, tuple[Fit, list[tuple[str, str]]]]]:
    """Labels and scores of every clause from models that have not seen its document, and the models of all clauses."""
    decided: dict[str, Ints] = {}
    scores: dict[str, Floats] = {}
    whole: dict[str, tuple[Fit, list[tuple[str, str]]]] = {}
    for axis in AXES:
        labels = one.codebook.labels[axis]
        inputs = axis_inputs(one, axis, decided)
        truth = one.truth[axis]
        tools = tools_of(one.codebook)
        usable = np.isin(one.truth["function"], tools) if axis == "instrument" else np.ones(len(truth), np.bool_)
        found = np.zeros((len(truth), len(labels)))

        weight = one.weight * boost(truth, len(labels), one.settings.rare)
        settings = replace(one.settings, **OWN_SETTINGS.get(axis, {}))
        fitted = partial(fit, inputs, truth, weight, len(labels), settings)
        for fold in range(FOLDS):
            print(f"{axis}: fold {fold + 1} of {FOLDS}", file=sys.stderr)
            own = pruned(fitted(np.flatnonzero(usable & (one.fold != fold))), one.design, axis)
            out = np.flatnonzero(one.fold == fold)
            found[out] = own.scores(inputs.matrix[out], inputs.points[:, out])
        if axis == "theme":
            without_other(found, one.design.above, decided["function"], one.codebook)
        if axis == "instrument":
            none = labels.index("none")
            found = with_doubt_of_function(found, scores["function"], tools, none)
            found[~np.isin(decided["function"], tools), none] += FORCED
        decided[axis], scores[axis] = found.argmax(axis=1), found
        if not cross:
            whole[axis] = pruned(fitted(np.flatnonzero(usable)), one.design, axis), inputs.names
    return decided, scores, whole


FORCED = 1000.0
"""Added to `none` where the function of a clause allows no instrument."""


def written(one: Task, fits: Mapping[str, tuple[Fit, list[tuple[str, str]]]]) -> list[tuple[str, str, str, str]]:
    """Rows of model.csv, sorted."""
    labels = one.codebook.labels
    told: dict[tuple[str, str, str], list[str]] = {}

    def say(key: tuple[str, str, str], axis: str, row: Floats) -> None:
        rounded = np.round(row, DECIMALS)
        for number in np.flatnonzero(np.abs(rounded) >= LEAST_WEIGHT).tolist():
            told.setdefault(key, []).append(f"{axis}:{labels[axis][number]}={rounded[number]:g}")

    for axis, (one_fit, names) in fits.items():
        count = len(one.design.names)
        dear = dearness(one.design, axis)
        for key, row, scale in zip(one.design.names, one_fit.weights[:count], dear, strict=True):
            say(key, axis, row * scale)
        earlier = [f"{e}:{label}" for e in AXES[: AXES.index(axis)] for label in labels[e]] if axis != "theme" else []
        for name, row in zip(earlier, one_fit.weights[count:], strict=True):
            say(("label", "", name), axis, row * LABEL_SCALE)
        say(("bias", "", ""), axis, one_fit.bias)
        for (source, kind), times in zip(names, one_fit.times, strict=True):
            told.setdefault(("table", kind, source), []).append(f"{axis}={round(float(times), 3):g}")
    return [(*key, "|".join(told[key])) for key in sorted(told)]


DECIMALS = 2
LEAST_WEIGHT = 0.05


def confidences(one: Task, decided: Mapping[str, Ints], scores: Mapping[str, Floats]) -> dict[str, tuple[float, float]]:
    """Fit intercept and slope of P(right | margin) by axis, from the folds."""
    found = {}
    real = one.origin == GOLD
    for axis in AXES:
        margin = margins(axis, scores)
        found[axis] = logistic(margin[real], (decided[axis] == one.truth[axis])[real])
    return found


def reliabilities(
    one: Task, decided: Mapping[str, Ints], scores: Mapping[str, Floats], shapes: Mapping[str, tuple[float, float]]
) -> dict[str, list[dict[str, Any]]]:
    """Give the reliability of the confidence by axis, over the gold of the folds."""
    real = np.flatnonzero(one.origin == GOLD)
    found = {}
    for axis, (intercept, slope) in shapes.items():
        sure = 1 / (1 + np.exp(-(intercept + slope * margins(axis, scores))))[real]
        true, said = one.truth[axis][real], decided[axis][real]
        found[axis] = reliability([(str(t), str(s), float(p)) for t, s, p in zip(true, said, sure, strict=True)])
    return found


def margins(axis: str, scores: Mapping[str, Floats]) -> Floats:
    """Give the margins of an axis; functions that use no instrument leave the doubt of the function."""
    own = _margin(scores[axis])
    return np.where(own > FORCED / 2, _margin(scores["function"]), own) if axis == "instrument" else own


def _margin(scores: Floats) -> Floats:
    best = np.sort(scores, axis=1)
    return best[:, -1] - best[:, -2]


def logistic(margin: Floats, right: npt.NDArray[np.bool_], rounds: int = 50) -> tuple[float, float]:
    """Intercept and slope of P(right | margin) by Newton's method; the slope is kept above zero."""
    x = np.stack([np.ones(len(margin)), margin], axis=1)
    w = np.zeros(2)
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        w += np.linalg.solve(hessian, x.T @ (right - p) - 1e-6 * w)
    return round(float(w[0]), 3), round(max(float(w[1]), 0.01), 3)


GOLD, CORPUS, COMPOSED = ORIGINS = ("gold", "corpus", "composed")


def read(real: Path) -> list[Row]:
    """Gold rows, those of the corpus, then composed ones with their neighbours; each says its `origin`."""
    gold = (real / "gold" / "clauses-dev.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) | {"origin": GOLD} for line in gold.splitlines()]
    rows += [row | {"origin": CORPUS} for row in labelled(TRAINING / "corpus.csv", real)]
    for path in sorted(TRAINING.glob("*.jsonl")):
        own = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        documents = [row["doc"] for row in own]
        for i, row in enumerate(own):
            before = own[i - 1]["text"] if i and documents[i - 1] == documents[i] else ""
            after = own[i + 1]["text"] if i + 1 < len(own) and documents[i + 1] == documents[i] else ""
            rows.append({**row, "prev": before, "next": after, "origin": COMPOSED})
    return rows


def scores_of(one: Task, decided: Mapping[str, Ints], where: npt.NDArray[np.bool_]) -> dict[str, tuple[float, float]]:
    """Give accuracy and macro-F1 (labels with eight examples or more) of some clauses by axis."""
    found = {}
    kinds = [label.partition("/")[0] for label in one.codebook.labels["instrument"]]
    for axis in (*AXES, "instrument_kind"):
        own = "instrument" if axis == "instrument_kind" else axis
        true, said = one.truth[own][where].tolist(), decided[own][where].tolist()
        if axis == "instrument_kind":
            true, said = [kinds[i] for i in true], [kinds[i] for i in said]
        support, predicted = Counter(true), Counter(said)
        right = Counter(a for a, b in zip(true, said, strict=True) if a == b)
        f1 = [2 * right[c] / (support[c] + predicted[c]) for c in support if support[c] >= LEAST_SUPPORT]
        found[axis] = sum(right.values()) / max(len(true), 1), sum(f1) / max(len(f1), 1)
    return found


LEAST_SUPPORT = 8


def first_axis(real: Path) -> dict[tuple[str, str, str], str]:
    """Rows of model.csv as far as they concern the first axis; for the test that the shipped ones can be made again."""
    one = task(read(real), Settings(), seeds.folder() / "codebook")
    axis = AXES[0]
    inputs, truth = axis_inputs(one, axis, {}), one.truth[axis]
    weight = one.weight * boost(truth, len(one.codebook.labels[axis]), one.settings.rare)
    every = np.arange(len(truth))
    whole = pruned(fit(inputs, truth, weight, len(one.codebook.labels[axis]), one.settings, every), one.design, axis)
    return {row[:3]: row[3] for row in written(one, {axis: (whole, inputs.names)})}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real", type=Path, metavar="REAL", help="folder of real documents, with gold/ and corpus/")
    parser.add_argument("--cross", action="store_true", help="only say what five folds by document say")
    parser.add_argument("--out", type=Path, default=seeds.folder() / "codebook", help="folder for model.csv")
    options = parser.parse_args(arguments)
    rows = read(options.real)
    one = task(rows, Settings(), seeds.folder() / "codebook")
    decided, scores, fits = learn(one, cross=options.cross)
    parts = {name: one.origin == name for name in ORIGINS}
    for name, where in parts.items():
        for axis, (accuracy, macro) in scores_of(one, decided, where).items():
            print(f"{name} {axis}: accuracy {accuracy:.3f}, macro-F1 {macro:.3f}")
    shapes = confidences(one, decided, scores)
    print(json.dumps(shapes))
    told = {
        "counts": {name: int(where.sum()) for name, where in parts.items()},
        **{name: scores_of(one, decided, where) for name, where in parts.items()},
        "reliability": reliabilities(one, decided, scores, shapes),
    }
    (Path(__file__).parent / "folds.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if not options.cross:
        with (options.out / "model.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(("source", "group", "feature", "weights"))
            writer.writerows(written(one, fits))
        _write_confidence(options.out / "confidence.csv", shapes)
    return 0


TRAINING = Path(__file__).parent / "training"


def _write_confidence(path: Path, shapes: Mapping[str, tuple[float, float]]) -> None:
    source = seeds.folder() / "codebook" / "confidence.csv"
    with source.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            intercept, slope = shapes[row["axis"]]
            writer.writerow(row | {"intercept": intercept, "slope": slope})


if __name__ == "__main__":
    raise SystemExit(main())
