"""The chart of `benchmarks.scale`: the same numbers give the same file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.memory import ROLES

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000")
"""Told apart by the colour-blind too (Okabe and Ito 2008); markers differ besides."""
MARKERS = "os^Dv"
SETTINGS = {
    # Ids and text of the file: no random numbers, and words that a reader can search.
    "svg.hashsalt": "gangmu",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.spines.top": False,
    "axes.spines.right": False,
}

Row = Mapping[str, Any]


def draw(rows: Sequence[Row], file: Path) -> None:
    """Draw speed and peak memory by the size of the corpus. The ground is white, on dark pages too."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(9.5, 4.2), layout="constrained", facecolor="white")
        left, right = figure.subplots(1, 2)
        _speed(left, rows)
        _memory(right, rows)
        for axes in (left, right):
            axes.set_xscale("log")
            axes.set_xticks(sorted({row["megabytes"] for row in rows}))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.set_xlabel("corpus, MB (logarithmic)")
            axes.set_ylim(bottom=0)
            axes.tick_params(which="minor", length=0)
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncols=3, frameon=False)
        figure.savefig(file, format="svg", metadata={"Date": None})
    # Lines end as the linters of the project want them.
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def _speed(axes: Axes, rows: Sequence[Row]) -> None:
    for number, cores in enumerate(sorted({row["cores"] for row in rows})):
        mine = [row for row in rows if row["cores"] == cores]
        speeds = [row["megabytes"] / row["seconds"]["process"] for row in mine]
        name = f"{cores} core{'s' if cores > 1 else ''}"
        axes.plot([row["megabytes"] for row in mine], speeds, marker=MARKERS[number], color=COLOURS[number], label=name)
    axes.set_title("Whole run, start-up included")
    axes.set_ylabel("MB a second")


def _memory(axes: Axes, rows: Sequence[Row]) -> None:
    cores = max(row["cores"] for row in rows)
    for role, marker, colour in zip(ROLES, MARKERS, COLOURS, strict=True):
        mine = [row for row in rows if row["cores"] == cores and role in row["memory"]]
        peaks = [row["memory"][role]["peak"] for row in mine]
        axes.plot([row["megabytes"] for row in mine], peaks, marker=marker, color=colour, label=role)
    axes.set_title(f"Peak memory of each process, {cores} core{'s' if cores > 1 else ''}")
    axes.set_ylabel("MiB")
