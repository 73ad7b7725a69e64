"""Scores of the labels on a file of labelled clauses.

python -m benchmarks.labels GOLD.jsonl     writes benchmarks/labels.md
"""

import argparse
from pathlib import Path
from typing import Any

from benchmarks.report import generic, header, table, write
from flows.evaluate import labels

EXPLAINED = """\
Macro-F1 is the mean over labels with at least 8 examples; *majority* is the accuracy of always saying the most frequent
label; *sure* are the clauses whose label is not called uncertain. The rules were developed and the confidences fitted
with these clauses in view: other clauses of the kind will score lower.
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, metavar="GOLD.jsonl", help="labelled clauses, one JSON object a line")
    file = parser.parse_args().gold
    print(write("labels.md", page(labels(file), f"python -m benchmarks.labels {generic(file)}")))


def page(report: dict[str, Any], command: str) -> list[str]:
    """Write the scores as Markdown."""
    axes: dict[str, Any] = report["axes"]
    lines = header("Scores of the labels", command)
    lines += [f"{report['rows']:,} clauses. {EXPLAINED}"]
    heads = ("axis", "accuracy", "macro-F1", "majority", "share sure", "accuracy of the sure")
    rows = [
        [axis, *map(_share, (s["accuracy"], s["macro_f1"], s["majority"], s["sure"]["share"], s["sure"]["accuracy"]))]
        for axis, s in axes.items()
    ]
    lines += table(heads, rows)
    lines += ["## Share of clauses that can be labelled at an accuracy, the most confident first", ""]
    levels = [f"{one['accuracy']:.0%}" for one in next(iter(axes.values()))["coverage"]]
    lines += table(("axis", *levels), [[a, *(f"{one['share']:.0%}" for one in s["coverage"])] for a, s in axes.items()])
    lines += ["## By genre: accuracy / macro-F1", ""]
    genres = [
        [
            genre,
            f"{own['rows']:,}",
            *(f"{_share(own['axes'][a]['accuracy'])} / {_share(own['axes'][a]['macro_f1'])}" for a in axes),
        ]
        for genre, own in report["by_genre"].items()
    ]
    lines += table(("genre", "clauses", *axes), genres)
    for axis, scores in axes.items():
        of_labels = sorted(scores["labels"].items(), key=lambda item: (-item[1]["support"], item[0]))
        shown = [
            [label, *(_share(s[k]) for k in ("precision", "recall", "f1")), str(s["support"])] for label, s in of_labels
        ]
        lines += [f"## {axis}", "", *table(("label", "precision", "recall", "F1", "examples"), shown)]
        pairs = ", ".join(f"{one['gold']} → {one['found']} ({one['count']})" for one in scores["confusions"])
        lines += [f"Most confused, gold → ours: {pairs or 'none'}.", ""]
    return lines


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
