"""Fit the confidence of the labels to labelled clauses.

    python -m transforms.classify.calibrate GOLD.jsonl seeds/codebook

rewrites intercept and slope in `confidence.csv` (thresholds stay) and prints, for each axis, the accuracy of the
labels above and below the threshold. Nothing random; no text of the gold is kept.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from schemas.vocabularies import AXES
from transforms.classify.codebook import load
from transforms.classify.evaluate import record_of
from transforms.classify.rules import Bools
from transforms.classify.score import Scores, decide, margins, prepare

ROUNDS = 50


def logistic(margin: Scores, right: Bools) -> tuple[float, float]:
    """Intercept and slope of P(right | margin) by Newton's method; the slope is kept above zero."""
    x = np.stack([np.ones(len(margin)), margin], axis=1)
    w = np.zeros(2)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        w += np.linalg.solve(hessian, x.T @ (right - p) - 1e-6 * w)
    return round(float(w[0]), 3), round(max(float(w[1]), 0.01), 3)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, help="labelled clauses, JSON lines")
    parser.add_argument("codebook", type=Path, help="folder of the tables")
    args = parser.parse_args(arguments)
    rows = [json.loads(line) for line in args.gold.read_text(encoding="utf-8").splitlines()]
    codebook = load(args.codebook)
    batch = prepare([record_of(row) for row in rows], codebook)
    decided, scores, _ = decide(batch, codebook)
    shapes = {}
    for axis in AXES:
        codes = codebook.labels[axis]
        truth = np.array([codes.index(row["themes"][0] if axis == "theme" else row[axis]) for row in rows])
        right, margin = decided[axis] == truth, margins(scores[axis])
        intercept, slope = shapes[axis] = logistic(margin, right)
        sure = 1 / (1 + np.exp(-(intercept + slope * margin))) >= codebook.confidence[axis].threshold
        sys.stdout.write(
            f"{axis}: {intercept} + {slope} × margin; {sure.mean():.0%} sure, of these {right[sure].mean():.3f} right, "
            f"of the others {right[~sure].mean() if (~sure).any() else 0:.3f}\n",
        )
    _write(args.codebook / "confidence.csv", shapes)
    return 0


def _write(path: Path, shapes: dict[str, tuple[float, float]]) -> None:
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
