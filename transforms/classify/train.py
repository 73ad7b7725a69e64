"""Learn the correction of the tables from labelled clauses.

    python -m transforms.classify.train GOLD.jsonl seeds/codebook

writes `weights.npz` and the rows of `confidence.csv` and prints the cross-validated scores (folds by document). The model is a
multinomial logistic regression for each axis; the table's points enter as a fixed part, so that an edited table still decides, and
as features, so that rules that mislead are damped. Nothing random: full-batch FISTA from zero, weights rounded to fixed point. The
file holds weights of two-character n-grams, none of the sentences.
"""

import argparse
import csv
import json
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES
from transforms.classify.codebook import WEIGHTS, Codebook, load
from transforms.classify.evaluate import record_of
from transforms.classify.grams import gram_codes
from transforms.classify.score import Batch, feature_names, features, held_marks, prepare, table_scores
from transforms.classify.weights import Weights, write_weights

Matrix = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOLDS = 5
ROUNDS = 250
LEAST_CLAUSES, LEAST_DOCUMENTS = 4, 3
"""An n-gram is kept when it occurs in so many clauses of so many documents."""
TABLE_SHARE = 0.6
"""Weight of the table's points beside the learnt ones."""
PENALTY: Mapping[str, tuple[float, float]] = {
    "function": (2e-3, 4e-4),
    "modality": (2e-3, 4e-4),
    "theme": (2e-3, 4e-4),
    "instrument": (2e-3, 4e-4),
}
"""axis -> L2 penalty of the dense features and of the n-grams."""


def fit(x: Matrix, offset: Matrix, y: Ints, penalty: Matrix) -> Matrix:
    """Multinomial logistic regression with a fixed offset by accelerated gradient descent; returns (features, labels)."""
    n, k = offset.shape
    one = np.zeros((n, k))
    one[np.arange(n), y] = 1
    vector = np.ones(x.shape[1]) / np.sqrt(x.shape[1])
    for _ in range(30):
        vector = x.T @ (x @ vector)
        vector /= np.linalg.norm(vector)
    step = 1 / (0.5 * float(np.linalg.norm(x @ vector) ** 2) / n + float(penalty.max()))
    w = np.zeros((x.shape[1], k))
    ahead, t = w, 1.0
    for _ in range(ROUNDS):
        logits = offset + x @ ahead
        logits -= logits.max(axis=1, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(axis=1, keepdims=True)
        new = ahead - step * (x.T @ (p - one) / n + penalty[:, None] * ahead)
        t_new = (1 + np.sqrt(1 + 4 * t * t)) / 2
        ahead = new + (t - 1) / t_new * (new - w)
        w, t = new, t_new
    return w


def gram_matrix(batch: Batch, documents: Sequence[str]) -> tuple[Ints, Matrix]:
    """Kept n-grams, and for each clause their counts divided by the root of their number."""
    chosen = batch.units.clause
    texts = [batch.units.texts[i] for i in chosen.tolist()]
    owner, codes = gram_codes(texts)
    pairs = np.unique(np.stack([codes, owner]), axis=1)
    names, number = np.unique(np.array(documents), return_inverse=True)
    by_document = np.unique(np.stack([pairs[0], number[pairs[1]]]), axis=1)
    values, in_clauses = np.unique(pairs[0], return_counts=True)
    also, in_documents = np.unique(by_document[0], return_counts=True)
    assert len(names) and np.array_equal(values, also)  # noqa: S101 - both are the distinct codes
    grams = values[(in_clauses >= LEAST_CLAUSES) & (in_documents >= LEAST_DOCUMENTS)]
    slot = np.searchsorted(grams, codes)
    slot[slot == len(grams)] = 0
    known = grams[slot] == codes
    x = np.zeros((len(texts), len(grams)))
    np.add.at(x, (owner[known], slot[known]), 1)
    x /= np.sqrt(np.maximum(x.sum(axis=1, keepdims=True), 1))
    return grams, x


def train(rows: Sequence[Mapping[str, Any]], codebook: Codebook) -> tuple[Weights, dict[str, Matrix], dict[str, Ints]]:
    """Weights, and for each axis the out-of-fold scores and the true labels."""
    bare = replace(codebook, weights=None)
    batch = prepare([record_of(row) for row in rows], bare)
    documents = [str(row["doc"]) for row in rows]
    fold = np.array([zlib.crc32(f"fold {d}".encode()) % FOLDS for d in documents])
    grams, x_grams = gram_matrix(batch, documents)
    names: dict[str, int] = {}
    for axis in AXES:
        for name in feature_names(bare, axis):
            names.setdefault(name, len(names))
    decided: dict[str, Ints] = {}
    scores: dict[str, Matrix] = {}
    truth: dict[str, Ints] = {}
    dense: dict[str, npt.NDArray[np.float32]] = {}
    sparse: dict[str, npt.NDArray[np.float32]] = {}
    for axis in AXES:
        codes = bare.labels[axis]
        y = np.array([codes.index(row["themes"][0] if axis == "theme" else row[axis]) for row in rows], np.int64)
        offset = TABLE_SHARE * table_scores(batch, axis, held_marks(batch, axis, decided, bare), bare)
        x_dense = features(batch, axis, decided, bare)
        x = np.hstack([x_dense, x_grams])
        first, second = PENALTY[axis]
        penalty = np.concatenate([np.full(x_dense.shape[1], first), np.full(x_grams.shape[1], second)])
        out = np.zeros_like(offset)
        for k in range(FOLDS):
            inside = fold != k
            w = fit(x[inside], offset[inside], y[inside], penalty)
            out[~inside] = offset[~inside] + x[~inside] @ w
        w = fit(x, offset, y, penalty)
        # Earlier axes are seen by later ones as they will be predicted, not as they are.
        decided[axis], scores[axis], truth[axis] = out.argmax(axis=1), out, y
        table = np.zeros((len(names), len(codes)), np.float32)
        table[[names[name] for name in feature_names(bare, axis)]] = w[: x_dense.shape[1]]
        dense[axis], sparse[axis] = table, w[x_dense.shape[1] :].astype(np.float32)
    return Weights(grams, tuple(names), dense, sparse, TABLE_SHARE), scores, truth


def calibration(scores: Matrix, truth: Ints) -> tuple[float, float]:
    """Intercept and slope of the logistic from the margin to being right (Newton, 50 steps)."""
    best = np.partition(scores, -2, axis=1)
    x = np.stack([np.ones(len(truth)), best[:, -1] - best[:, -2]], axis=1)
    right = (scores.argmax(axis=1) == truth).astype(float)
    w = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        w += np.linalg.solve(hessian, x.T @ (right - p))
    return round(float(w[0]), 3), round(max(float(w[1]), 0.01), 3)


def macro_f1(found: Ints, truth: Ints, least: int = 8) -> float:
    """Macro-F1 over labels with enough examples."""
    parts = []
    for label in np.unique(truth):
        if (truth == label).sum() >= least:
            hit = ((found == label) & (truth == label)).sum()
            parts.append(2 * hit / ((found == label).sum() + (truth == label).sum()))
    return float(np.mean(parts))


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, help="labelled clauses, JSON lines")
    parser.add_argument("codebook", type=Path, help="folder of the tables; weights.npz is written there")
    parser.add_argument("--dry-run", action="store_true", help="print the cross-validated scores, write nothing")
    args = parser.parse_args(arguments)
    rows = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines()]
    weights, scores, truth = train(rows, load(args.codebook))
    shapes = {}
    for axis in AXES:
        found = scores[axis].argmax(axis=1)
        shapes[axis] = calibration(scores[axis], truth[axis])
        sys.stdout.write(
            f"{axis}: accuracy {np.mean(found == truth[axis]):.3f}, macro-F1 {macro_f1(found, truth[axis]):.3f} "
            f"({FOLDS} folds by document), confidence {shapes[axis]}\n",
        )
    if not args.dry_run:
        write_weights(args.codebook / WEIGHTS, weights)
        _write_confidence(args.codebook / "confidence.csv", shapes)
    return 0


def _write_confidence(path: Path, shapes: Mapping[str, tuple[float, float]]) -> None:
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            intercept, slope = shapes[row["axis"]]
            writer.writerow(row | {"intercept": intercept, "slope": slope})


if __name__ == "__main__":
    raise SystemExit(main())
