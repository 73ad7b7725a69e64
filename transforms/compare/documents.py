"""Documents of two sides: which belong together, and what is said of them differently."""

from typing import Any

import polars as pl

from schemas import DOCUMENTS
from transforms.compare.sides import Side

DERIVED = (
    "document_id",
    "source_sha256",
    "title_reading",
    "document_number_norm",
    "theme_predicted",
    "keywords",
    "duplicate_of",
    "fragments",
    "text",
    "text_sha256",
    "n_chars",
    "n_sections",
    "n_clauses",
    "spans",
    "findings",
)
"""Columns that follow from others, or are the text itself: whether that changed is told once, as `text`."""
METADATA = tuple(column.name for column in DOCUMENTS.columns if column.name not in DERIVED)
KEYS = (
    ("source_uri", "text_sha256"),
    ("source_uri", "title_reading"),
    ("document_id",),
    ("text_sha256",),
    ("title_reading",),
)
"""What pairs documents, the surest first. The id counts the documents of a source, so that it shifts on a page with a new article."""


def read(side: Side) -> pl.DataFrame:
    """Documents of a side, with a row number."""
    return side.frame("documents", ["document_id", "text_sha256", "title_reading", *METADATA]).with_row_index("row")


def pairs(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Pair the documents of two sides: `pair`, `a`, `b` (document ids); every document at most once."""
    found: list[pl.DataFrame] = []
    for keys in KEYS:
        left, right = _unique(before, keys, "a"), _unique(after, keys, "b")
        made = left.join(right, on=keys, how="inner").select("a", "b")
        found.append(made)
        before = before.join(made, left_on="document_id", right_on="a", how="anti")
        after = after.join(made, left_on="document_id", right_on="b", how="anti")
    return pl.concat(found).sort("a", "b").with_row_index("pair")


def changes(before: pl.DataFrame, after: pl.DataFrame, paired: pl.DataFrame) -> list[dict[str, Any]]:
    """Documents that were added, removed or changed.

    Returns:
        Rows with change, from and to (ids, null where there is none), source_uri, title, text_changed and fields
        (field, from, to), in the order of the sources.

    """
    joined = paired.join(before, left_on="a", right_on="document_id", how="left").join(
        after, left_on="b", right_on="document_id", how="left", suffix="_to"
    )
    columns = ("text_sha256", *METADATA)
    changed = joined.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_to")) for name in columns))
    rows = [_changed(row) for row in changed.to_dicts()]
    rows += [
        _alone("removed", row, "from")
        for row in before.filter(~pl.col("document_id").is_in(paired["a"].implode())).to_dicts()
    ]
    rows += [
        _alone("added", row, "to")
        for row in after.filter(~pl.col("document_id").is_in(paired["b"].implode())).to_dicts()
    ]
    return sorted(rows, key=lambda row: (row["source_uri"], row["from"] or "", row["to"] or ""))


def _unique(frame: pl.DataFrame, keys: tuple[str, ...], name: str) -> pl.DataFrame:
    """Keep rows that their keys name alone, the id as column `name`."""
    named = frame.with_columns(pl.col("document_id").alias(name))
    return named.drop_nulls(keys).unique(subset=keys, keep="none").select(name, *keys)


def _changed(row: dict[str, Any]) -> dict[str, Any]:
    fields = [
        {"field": name, "from": row[name], "to": row[f"{name}_to"]}
        for name in METADATA
        if row[name] != row[f"{name}_to"]
    ]
    return {
        "change": "changed",
        "from": row["a"],
        "to": row["b"],
        "source_uri": row["source_uri_to"],
        "title": row["title_reading_to"] or row["title_reading"],
        "text_changed": row["text_sha256"] != row["text_sha256_to"],
        "fields": fields,
    }


def _alone(change: str, row: dict[str, Any], side: str) -> dict[str, Any]:
    return {
        "change": change,
        "from": None,
        "to": None,
        side: row["document_id"],
        "source_uri": row["source_uri"],
        "title": row["title_reading"],
        "text_changed": True,
        "fields": [],
    }
