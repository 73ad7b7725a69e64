"""The first page: what the release is, in numbers and charts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.vocabularies import AXES, GENRES, LABELS
from transforms.report import search
from transforms.report.pages import as_json, templates

MOST_ROWS = 500
"""Rows of a list on the page; a longer one is complete in the release."""
YEARS = 30
"""Years of the chart; what is older is counted together."""
CHARTS = (
    ("genre", "genre"),
    ("year", "year"),
    ("theme", "theme"),
    ("function", "function"),
    ("instrument", "instrument"),
    ("modality", "modality"),
)


@dataclass
class Tally:
    """Counts over all parts of a release."""

    axes: dict[str, Counter[str]] = field(default_factory=lambda: {axis: Counter() for axis in AXES})
    clauses: int = 0
    uncertain: int = 0

    def add(self, clauses: pl.DataFrame) -> None:
        """Count the clauses of a part."""
        for axis, counts in self.axes.items():
            counts.update(dict(clauses.group_by(axis).len().drop_nulls().iter_rows()))
        self.clauses += clauses.height
        self.uncertain += clauses.filter(pl.col("uncertain").list.len() > 0).height


def page(
    package: Mapping[str, Any],
    validation: Mapping[str, Any],
    listing: pl.DataFrame,
    quarantine: Sequence[Mapping[str, Any]],
    tally: Tally,
    *,
    chunks: Mapping[str, int],
    citation: str,
) -> str:
    """HTML of the overview."""
    facts = package["gangmu"]
    charts = _charts(listing, tally)
    outcomes = sorted(validation.get("outcomes", ()), key=lambda one: (one["success"], one["severity"], one["name"]))
    return (
        templates()
        .get_template("index.html.j2")
        .render(
            release=package["version"],
            title=package["title"],
            facts=facts,
            citation=citation,
            rows={resource["name"]: resource["rows"] for resource in package["resources"]},
            sources=facts.get("sources", {}).get("count"),
            codebook=_codebook(facts.get("reference", {})),
            tally=tally,
            validation=validation,
            outcomes=outcomes,
            quarantine=quarantine[:MOST_ROWS],
            more_aside=max(0, len(quarantine) - MOST_ROWS),
            charts=charts,
            data=as_json(
                {
                    "charts": {key: rows for key, _, rows in charts},
                    "chunks": chunks,
                    "labels": {axis: list(LABELS[axis]) for axis in AXES},
                    "genres": [genre for genre in GENRES if genre in set(listing["genre"])],
                }
            ),
        )
    )


def _codebook(reference: Mapping[str, str]) -> str:
    """Digests of the codebook's tables that say what labels mean and what speaks for them."""
    named = ("labels", "cues", "theme_cues", "model")
    return " ".join(f"{name} {reference[key][:8]}" for name in named if (key := f"codebook/{name}.csv") in reference)


def _charts(listing: pl.DataFrame, tally: Tally) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Charts in their order: key, group of words for the names of the bars, bars."""
    counted: dict[str, Iterable[tuple[str, int]]] = {axis: tally.axes[axis].items() for axis in AXES}
    counted["genre"] = listing.group_by("genre").len().iter_rows()
    made = []
    for key, group in CHARTS:
        rows = _years(listing) if key == "year" else sorted(counted[key], key=lambda row: (-row[1], row[0]))
        made.append((key, group, rows))
    return made


def _years(listing: pl.DataFrame) -> list[tuple[str, int]]:
    years = listing.select(year=search.dated().dt.year()).group_by("year").len().sort("year")
    dated = [(str(year), count) for year, count in years.drop_nulls().iter_rows()]
    undated = [("undated", count) for year, count in years.iter_rows() if year is None]
    older = sum(count for _, count in dated[:-YEARS])
    return [*([(f"–{dated[-YEARS - 1][0]}", older)] if older else []), *dated[-YEARS:], *undated]
