"""Scores of the outlines on a folder of gold outlines, in four layouts.

python -m benchmarks.structure benchmarks/gold --report structure-samples.md    the samples, read by a second reader
python -m benchmarks.structure $GANGMU_REAL/corpus                              real documents: structure.md
"""

import argparse
from pathlib import Path
from typing import Any

from benchmarks.report import generic, header, table, write
from flows.evaluate import structure

GROUPS = {"sections": "headings", "articles": "articles 第N条", "pages": "articles of newspaper pages"}
HEADS = (
    "texts",
    "layout",
    "documents",
    "all right",
    "gold",
    "precision",
    "recall",
    "F1",
    "label",
    "level",
    "parent",
    "title",
)
EXPLAINED = """\
An item counts as found when one begins at exactly its first character; precision, recall and F1 are of these starts.
Label, level, parent and title (without blanks and final stops) are the shares of the found items that agree. The layouts
are made from the same texts: *lines* as they are, *flat* with a space for every newline, *glued* without newlines,
*wrapped* with 36 characters a line. The rules were developed with these texts in view: other texts of the kind will
score lower.
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, metavar="GOLD_DIR", help="folder of NAME.gold.json with NAME.txt")
    parser.add_argument("--report", default="structure.md", metavar="NAME", help="file in benchmarks/ (structure.md)")
    given = parser.parse_args()
    report = structure(given.gold, layout="all")
    named = "" if given.report == "structure.md" else f" --report {given.report}"
    print(write(given.report, page(report, f"python -m benchmarks.structure {generic(given.gold)}{named}")))


def page(report: dict[str, Any], command: str) -> list[str]:
    """Write the scores as Markdown."""
    lines = [*header("Scores of the outlines", command), EXPLAINED]
    for group, name in GROUPS.items():
        rows = [
            [folder, layout, *_row(scores, group)]
            for layout, of_layout in report["layouts"].items()
            for folder, scores in of_layout["by_folder"].items()
            if scores[group]["f1"] is not None
        ]
        lines += [f"## {name[0].upper()}{name[1:]}", "", *table(HEADS, sorted(rows, key=lambda row: row[0]))]
    lines += [
        "## Outlines as trees",
        "",
        "1 - edit distance (Zhang and Shasha) / number of items of both outlines.",
        "",
    ]
    trees = [[layout, _share(scores["tree"]["similarity"])] for layout, scores in report["layouts"].items()]
    lines += table(("layout", "alike"), trees)
    lines += ["## By kind of label", ""]
    kinds = [
        [
            kind,
            layout,
            f"{own['gold']:,}",
            f"{own['found']:,}",
            *(_share(own[k]) for k in ("precision", "recall", "f1")),
        ]
        for layout, scores in report["layouts"].items()
        for kind, own in scores["by_kind"].items()
    ]
    order = list(report["layouts"]["lines"]["by_kind"])
    kinds.sort(key=lambda row: order.index(row[0]) if row[0] in order else len(order))
    return lines + table(("kind", "layout", "gold", "found", "precision", "recall", "F1"), kinds)


def _row(scores: dict[str, Any], group: str) -> list[str]:
    own = scores[group]
    shares = ("precision", "recall", "f1", "label", "level", "parent", "title_normalised")
    return [str(scores["documents"]), str(scores["perfect"]), f"{own['gold']:,}", *(_share(own[k]) for k in shares)]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}" if value == 1 else f"{min(value, 0.9999):.4f}"


if __name__ == "__main__":
    main()
