"""Scores of the labels on a file of labelled clauses, and of the themes of documents.

python -m benchmarks.labels GOLD.jsonl [--documents FOLDER]     writes benchmarks/labels.md

What the model says of clauses that it has not seen (five folds by document) is told by `python -m benchmarks.train_labels`,
which leaves it in benchmarks/folds.json; this page repeats it.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.corpus_labels import kappa, readers
from benchmarks.report import generic, header, table, write
from flows.evaluate import labels, themes

EXPLAINED = """\
Macro-F1 is the mean over labels with at least 8 examples; *majority* is the accuracy of always saying the most frequent
label; *sure* are the clauses whose label is not called uncertain. The model was trained on these clauses and the tables
were written with them in view: **these are no scores on unseen text**, only a check that what was learnt is loaded. Unseen text
scores as in the folds above, or a little lower.
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, metavar="GOLD.jsonl", help="labelled clauses, one JSON object a line")
    parser.add_argument(
        "--documents", type=Path, metavar="FOLDER", help="NAME.meta.json that declare themes, and NAME.txt"
    )
    options = parser.parse_args()
    command = f"python -m benchmarks.labels {generic(options.gold)}"
    if options.documents:
        command += f" --documents {generic(options.documents)}"
    found = themes(options.documents) if options.documents else None
    print(write("labels.md", page(labels(options.gold), command, folds=folds(), documents=found)))


def folds() -> dict[str, Any] | None:
    """What the last training left of its folds."""
    return json.loads(FOLDS.read_text(encoding="utf-8")) if FOLDS.is_file() else None


FOLDS = Path(__file__).parent / "folds.json"


def folds_lines(found: dict[str, Any]) -> list[str]:
    """Scores on clauses whose documents the model had not seen."""
    lines = ["## Unseen documents: five folds", "", FOLDS_EXPLAINED.format(**found["counts"]), ""]
    parts = tuple(found["counts"])
    heads = ("axis", *(f"{part}: {score}" for part in parts for score in ("accuracy", "macro-F1")))
    lines += table(heads, [[a, *(f"{x:.3f}" for part in parts for x in found[part][a])] for a in found["gold"]])
    lines += ["Reliability of the confidence, gold clauses: mean confidence → share right (clauses)", ""]
    for axis, bins in found["reliability"].items():
        shown = ", ".join(f"{one['confidence']:.2f} → {one['accuracy']:.2f} ({one['count']})" for one in bins)
        lines.append(f"- {axis}: {shown}")
    return [*lines, ""]


FOLDS_EXPLAINED = """\
Made by `python -m benchmarks.train_labels`: every clause is labelled by a model that has seen no clause of its document, {gold:,} gold
ones, {corpus:,} of the same corpus labelled for the project (chosen for rare labels and for doubt, so harder than the average) and
{composed:,} composed ones. The tables were written with the gold in view, so that these scores, too, are a little high."""


CORPUS = Path(__file__).parent / "training" / "corpus.csv"
THIN = 12
"""Labels that stand in so few of the pairs at most are told one by one."""


def readers_lines(pairs: dict[str, list[tuple[str, str]]]) -> list[str]:
    """How far two readers agreed who did not see each other's labels."""
    count = len(pairs["function"])
    lines = ["## Two readers", "", READERS_EXPLAINED.format(count=count), ""]
    rows = []
    for axis, own in pairs.items():
        agreed = Counter(one for one, other in own if one == other)
        either = Counter(label for pair in own for label in set(pair))
        thin = sorted((label for label in either if either[label] <= THIN), key=lambda label: -either[label])
        thinly = sum(agreed[label] for label in thin) / max(sum(either[label] for label in thin), 1)
        rows.append([axis, f"{sum(agreed.values()) / count:.3f}", f"{kappa(own):.3f}", f"{thinly:.2f}", str(len(thin))])
    return lines + table(("axis", "agreement", "kappa", "on thin labels", "thin labels"), rows)


READERS_EXPLAINED = """\
{count} clauses of `benchmarks/training/corpus.csv`, chosen for rare labels and doubt, were labelled by two readers under the codebook,
neither of whom saw the other's labels. Both are language models: people would agree less. *On thin labels*: of the clauses to
which at least one of them gave such a label, the share to which both gave it."""


def documents_lines(found: dict[str, Any]) -> list[str]:
    """Predicted themes of documents beside the declared ones."""
    lines = ["## Themes of documents", "", "The declared 主题分类 and the predicted themes, best first.", ""]
    rows = [[d["document"], d["declared"], " ".join(d["predicted"])] for d in found["documents"]]
    lines += table(("document", "declared", "predicted"), rows)
    return [*lines, f"Declared first: {found['at_1']:.2f}; among the first three: {found['at_3']:.2f}.", ""]


def page(
    report: dict[str, Any],
    command: str,
    *,
    folds: dict[str, Any] | None = None,
    documents: dict[str, Any] | None = None,
) -> list[str]:
    """Write the scores as Markdown."""
    axes: dict[str, Any] = report["axes"]
    lines = header("Scores of the labels", command)
    lines += folds_lines(folds) if folds else []
    lines += readers_lines(readers(CORPUS))
    lines += documents_lines(documents) if documents else []
    lines += ["## The clauses of the training", "", f"{report['rows']:,} clauses. {EXPLAINED}"]
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
