"""What stands in another order: the fewest whose move explains it."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby

import polars as pl


def stays(places: Sequence[int]) -> list[bool]:
    """Tell which of a row of new places make up a longest increasing run; the others moved."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(places)
    for at, place in enumerate(places):
        length = bisect_left(tails, place)
        before[at] = ends[length - 1] if length else -1
        if length == len(tails):
            tails.append(place)
            ends.append(at)
        else:
            tails[length], ends[length] = place, at
    kept = [False] * len(places)
    at = ends[-1] if ends else -1
    while at >= 0:
        kept[at] = True
        at = before[at]
    return kept


def out_of_order(rows: pl.DataFrame, *, by: Sequence[str]) -> pl.Series:
    """Tell for every row whether it moved among the rows of its group: `place_a` its old place, `place_b` the new one.

    Groups in which nothing moved, nearly all, are found by one pass over the columns.
    """
    ordered = rows.select(*by, "place_a", "place_b").with_row_index("_at").sort(*by, "place_a")
    falls = pl.col("place_b") < pl.col("place_b").shift(1).over(by)
    mixed = ordered.filter(falls.any().over(by))
    moved: list[int] = []
    columns = mixed.select("_at", "place_b", *by).iter_rows()
    for _, group in groupby(columns, key=lambda row: row[2:]):
        listed = list(group)
        kept = stays([row[1] for row in listed])
        moved.extend(row[0] for row, stay in zip(listed, kept, strict=True) if not stay)
    return pl.int_range(rows.height, eager=True).is_in(pl.Series(moved, dtype=pl.Int64).implode()).alias("moved")
