"""Clauses of two sides: which is which, and what became of each."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from schemas.vocabularies import AXES, CODEBOOK
from transforms.compare.alignment import Leftover, Match, align
from transforms.compare.sides import Side

COLUMNS = ("clause_id", "document_id", "section_id", "ordinal", *AXES)
EXACT = 1.0


def read(side: Side, paired: pl.DataFrame, column: str) -> pl.DataFrame:
    """Clauses of a side with their row and the pair that their document belongs to, null where it has none."""
    rows = side.frame("clauses", COLUMNS)
    return rows.with_row_index("row").join(paired.select("pair", document_id=column), on="document_id", how="left")


def same_id(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Match clauses of a pair that have the same id: `a`, `b` (rows)."""
    left, right = (frame.select("pair", "clause_id", "row").drop_nulls("pair") for frame in (before, after))
    return left.join(right, on=["pair", "clause_id"], how="inner", suffix="_b").select(a="row", b="row_b")


def leftovers(side: Side, rows: pl.DataFrame, matched: pl.Series) -> pl.DataFrame:
    """Clauses of paired documents that have no match yet, with their text; `squeezed` is the text without white space."""
    left = rows.filter(pl.col("pair").is_not_null() & ~pl.col("row").is_in(matched.implode()))
    texts = side.frame("clauses", ["clause_id", "text"], only=("clause_id", left["clause_id"].to_list()))
    squeezed = pl.col("text").str.replace_all(r"\s+", "")
    return left.join(texts, on="clause_id", how="left").with_columns(squeezed=squeezed).sort("pair", "ordinal")


def same_text(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Match leftovers of equal text: of a document whose id is another now."""
    left, right = (
        frame.select("pair", "squeezed", "row", time=pl.int_range(pl.len()).over("pair", "squeezed"))
        for frame in (before, after)
    )
    return left.join(right, on=["pair", "squeezed", "time"], how="inner", suffix="_b").select(a="row", b="row_b")


def with_gaps(rows: pl.DataFrame, everything: pl.DataFrame, anchors: pl.DataFrame) -> pl.DataFrame:
    """Add to leftovers their `gap`, the place of the matched clause in front of them, and their `place` in it.

    Args:
        rows: Leftovers of a side.
        everything: All clauses of the side.
        anchors: `row` of this side and `ordinal_b`, the place of the match on the other or the same side.

    """
    marks = everything.join(anchors, on="row", how="inner").select("pair", "ordinal", gap="ordinal_b")
    found = rows.sort("pair", "ordinal").join_asof(
        marks.sort("pair", "ordinal"), on="ordinal", by="pair", strategy="backward", check_sortedness=False
    )
    return found.with_columns(pl.col("gap").fill_null(-1)).with_columns(
        place=pl.int_range(pl.len()).over("pair", "gap")
    )


def aligned(before: pl.DataFrame, after: pl.DataFrame) -> list[Match]:
    """Align leftovers with gaps, document by document."""
    others = dict(_documents(after))
    return [match for pair, mine in _documents(before) for match in align(mine, others.get(pair, []))]


def _documents(rows: pl.DataFrame) -> Iterator[tuple[int, list[Leftover]]]:
    """Leftovers of each document; row by row, for a frame for each of many documents would take longer than the work."""
    listed = rows.sort("pair", "ordinal").select("pair", "row", "ordinal", "gap", "place", "squeezed").iter_rows()
    for pair, group in groupby(listed, key=itemgetter(0)):
        yield pair, [Leftover(*values[1:]) for values in group]


def relabelled(matched: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Matches whose labels differ: `a`, `b`, and per axis its label before and now (`…_to`)."""
    joined = matched.join(before.select("row", *AXES), left_on="a", right_on="row", how="left")
    joined = joined.join(after.select("row", *AXES), left_on="b", right_on="row", how="left", suffix="_to")
    return joined.filter(pl.any_horizontal(pl.col(axis).ne_missing(pl.col(f"{axis}_to")) for axis in AXES))


def labels(row: dict[str, Any], axes: Sequence[str] = AXES) -> list[dict[str, Any]]:
    """Axes on which a row of `relabelled` differs: axis, from, to; for the modality also whether it binds more or less."""
    found = []
    for axis in axes:
        old, new = row[axis], row[f"{axis}_to"]
        if old != new:
            found.append(
                {"axis": axis, "from": old, "to": new, "force": _force(old, new) if axis == "modality" else None}
            )
    return found


BINDING = {label.code: label.binds for label in CODEBOOK if label.binds is not None}
"""How much a modality binds its addressee: who may is freer than who is encouraged, told or obliged. A statement does neither."""


def _force(old: str | None, new: str | None) -> str | None:
    before, now = BINDING.get(old or ""), BINDING.get(new or "")
    if before is None or now is None or before == now:
        return None
    return "strengthened" if now > before else "weakened"
