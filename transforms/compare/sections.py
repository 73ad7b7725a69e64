"""Sections of two sides: which is which, though numbers shift when one is inserted."""

from typing import Any

import polars as pl

from transforms.compare.alignment import similarity
from transforms.compare.order import out_of_order
from transforms.compare.sides import Side

COLUMNS = ("section_id", "document_id", "parent_id", "ordinal", "kind", "label", "number", "title", "path")
LIKE_TITLE = 0.5
"""Least similarity of the titles of a section that has another title and nothing else in common than its parent."""
LEVELS = 12
"""More levels of sections than any document has: so often what is known of sections is handed up to their parents."""

Pairs = pl.DataFrame
"""`a`, `b`: rows of sections that are the same."""


def read(side: Side, paired: pl.DataFrame, column: str) -> pl.DataFrame:
    """Sections of a side with their row, the row of their parent and the pair of their document."""
    rows = side.frame("sections", COLUMNS).with_row_index("row")
    rows = rows.join(paired.select("pair", document_id=column), on="document_id", how="left")
    parents = rows.select(parent_id="section_id", parent="row")
    bare = pl.col("title").str.replace_all(r"\s+", "")
    return rows.join(parents, on="parent_id", how="left").with_columns(
        bare=pl.when(bare.str.len_chars() > 0).then(bare)
    )


def match(before: pl.DataFrame, after: pl.DataFrame, clauses: pl.DataFrame) -> Pairs:
    """Match the sections of paired documents.

    Args:
        before: Sections of one side, as `read` gives them.
        after: Sections of the other.
        clauses: `a`, `b`: rows of the sections around matched clauses, one row for each clause.

    """
    before, after = (frame.filter(pl.col("pair").is_not_null()) for frame in (before, after))
    found = _by(before, after, ["pair", "kind", "bare", "label"], _none())
    found = _by(before, after, ["pair", "kind", "bare"], found)
    found = _voted(clauses, before, after, found)
    # A parent is known by its children: upwards, one level each time.
    for _ in range(LEVELS):
        known = found.height
        found = _voted(_parents(found, before, after), before, after, found)
        if found.height == known:
            break
    found = _by(before, after, ["pair", "section_id"], found)
    found = _by(before, after, ["pair", "kind", "label", "number"], found, under=True)
    return _retitled(before, after, found).sort("a")


def changes(before: pl.DataFrame, after: pl.DataFrame, found: Pairs) -> list[dict[str, Any]]:
    """Sections of paired documents that were added, removed, moved, retitled or renumbered; rows are ordered as in the text.

    Returns:
        Rows with changes (list), document (id on the newer side), pair, from, to: a section as id, kind, label, title and path,
        or null.

    """
    paired_a, paired_b = (frame.filter(pl.col("pair").is_not_null()) for frame in (before, after))
    joined = (
        found.join(before.drop("pair"), left_on="a", right_on="row")
        .join(after, left_on="b", right_on="row", suffix="_to")
        .join(found.select(parent="a", parent_mapped="b"), on="parent", how="left")
    )
    moved_away = pl.col("parent_mapped").ne_missing(pl.col("parent_to"))
    ordered = joined.with_columns(place_a=pl.col("ordinal"), place_b=pl.col("ordinal_to"))
    beside = ordered.filter(~moved_away)
    beside = beside.filter(out_of_order(beside, by=("pair", "parent_to")))
    moved = pl.col("b").is_in(pl.concat([beside["b"], ordered.filter(moved_away & _both_known())["b"]]).implode())
    told = joined.with_columns(
        moved=moved,
        retitled=pl.col("bare").ne_missing(pl.col("bare_to")),
        renumbered=pl.col("label").ne_missing(pl.col("label_to")) | pl.col("number").ne_missing(pl.col("number_to")),
    ).filter(pl.any_horizontal("moved", "retitled", "renumbered"))
    rows = [_both(row) for row in told.to_dicts()]
    rows += [
        _one(row, "removed", "from") for row in paired_a.join(found, left_on="row", right_on="a", how="anti").to_dicts()
    ]
    rows += [
        _one(row, "added", "to") for row in paired_b.join(found, left_on="row", right_on="b", how="anti").to_dicts()
    ]
    return sorted(rows, key=lambda row: (row["pair"], (row["to"] or row["from"])["ordinal"]))


def _both_known() -> pl.Expr:
    """Whether the parent still exists, or there was none: a section whose parent was dissolved has not moved."""
    return pl.col("parent_mapped").is_not_null() | pl.col("parent").is_null()


def _none() -> Pairs:
    return pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})


def _free(before: pl.DataFrame, after: pl.DataFrame, found: Pairs) -> tuple[pl.DataFrame, pl.DataFrame]:
    return (
        before.join(found, left_on="row", right_on="a", how="anti"),
        after.join(found, left_on="row", right_on="b", how="anti"),
    )


def _by(before: pl.DataFrame, after: pl.DataFrame, keys: list[str], found: Pairs, *, under: bool = False) -> Pairs:
    """Match what its keys name alone on both sides; with `under` only where the parents are matched (or there are none)."""
    left, right = _free(before, after, found)
    if under:
        mapped = found.select(parent="a", over="b")
        left = left.join(mapped, on="parent", how="left").filter(
            pl.col("over").is_not_null() | pl.col("parent").is_null()
        )
        right = right.with_columns(over="parent")
        keys = [*keys, "over"]
        left, right = (frame.with_columns(pl.col("over").cast(pl.Int64).fill_null(-1)) for frame in (left, right))
    sides = [
        frame.drop_nulls([key for key in keys if key not in {"label", "number"}])
        .unique(subset=keys, keep="none")
        .select("row", *keys)
        for frame in (left, right)
    ]
    made = sides[0].join(sides[1], on=keys, how="inner", nulls_equal=True, suffix="_b").select(a="row", b="row_b")
    return pl.concat([found, made])


def _voted(votes: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, found: Pairs) -> Pairs:
    """Match sections that are each other's best by the number of votes, where the kind is the same."""
    left, right = _free(before, after, found)
    counted = (
        votes.drop_nulls()
        .group_by("a", "b")
        .len()
        .join(left.select("kind", "ordinal", a="row"), on="a", how="inner")
        .join(right.select("ordinal", kind_b="kind", b="row"), on="b", how="inner", suffix="_b")
        .filter(pl.col("kind") == pl.col("kind_b"))
        .with_columns(far=(pl.col("ordinal").cast(pl.Int64) - pl.col("ordinal_b").cast(pl.Int64)).abs())
        .sort(["len", "far", "a", "b"], descending=[True, False, False, False])
    )
    best_a = counted.unique(subset="a", keep="first", maintain_order=True).select("a", "b")
    best_b = counted.unique(subset="b", keep="first", maintain_order=True).select("a", "b")
    return pl.concat([found, best_a.join(best_b, on=["a", "b"], how="inner")])


def _parents(found: Pairs, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    above_a, above_b = (frame.select("row", "parent") for frame in (before, after))
    joined = found.join(above_a, left_on="a", right_on="row").join(above_b, left_on="b", right_on="row", suffix="_b")
    return joined.select(a="parent", b="parent_b")


def _retitled(before: pl.DataFrame, after: pl.DataFrame, found: Pairs) -> Pairs:
    """Match titled sections under the same parent by the likeness of their titles, the likest first."""
    left, right = _free(before, after, found)
    # Sections at the top are under the same parent too: none.
    top = pl.DataFrame({"parent": [None], "over": [None]}, schema={"parent": pl.UInt32, "over": pl.UInt32})
    mapped = pl.concat([found.select(parent="a", over="b"), top])
    pairs = left.join(mapped, on="parent", how="inner", nulls_equal=True).join(
        right.with_columns(over="parent"), on=["pair", "kind", "over"], how="inner", nulls_equal=True, suffix="_to"
    )
    pairs = pairs.drop_nulls(["bare", "bare_to"])
    ranked = sorted(
        (-similarity(old, new), a, b)
        for a, b, old, new in pairs.select("row", "row_to", "bare", "bare_to").iter_rows()
        if similarity(old, new) >= LIKE_TITLE
    )
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    made = []
    for _, a, b in ranked:
        if a not in taken_a and b not in taken_b:
            taken_a.add(a)
            taken_b.add(b)
            made.append((a, b))
    return pl.concat([found, pl.DataFrame(made, schema=found.schema, orient="row")])


def _section(row: dict[str, Any], suffix: str = "") -> dict[str, Any]:
    return {
        name.removesuffix("_id") if name == "section_id" else name: row[f"{name}{suffix}"]
        for name in ("section_id", "kind", "label", "title", "path", "ordinal")
    }


def _both(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "changes": [name for name in ("moved", "retitled", "renumbered") if row[name]],
        "pair": row["pair"],
        "document": row["document_id_to"],
        "from": _section(row),
        "to": _section(row, "_to"),
    }


def _one(row: dict[str, Any], change: str, side: str) -> dict[str, Any]:
    return {
        "changes": [change],
        "pair": row["pair"],
        "document": row["document_id"],
        "from": None,
        "to": None,
        side: _section(row),
    }
