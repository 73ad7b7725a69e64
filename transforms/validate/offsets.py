"""Rows whose offsets break a promise: inside the text, in order, tiling."""

from collections.abc import Callable

import polars as pl

from transforms.validate.frames import Frames
from transforms.validate.keys import KEYS

Offenders = Callable[[Frames], pl.DataFrame]


def broken_spans(frames: Frames) -> pl.DataFrame:
    """Find spans that leave a hole or overlap, and texts that end elsewhere than their last span."""
    spans = frames.get("documents.spans")
    holes = _steps(spans, by="document_id").filter(
        (pl.col("start") != pl.col("before")) | (pl.col("start") >= pl.col("end"))
    )
    ends = spans.group_by("document_id").agg(last=pl.col("end").max())
    short = (
        frames.documents.select("document_id", "n_chars")
        .join(ends, on="document_id", how="left")
        .filter(pl.col("n_chars") != pl.col("last").fill_null(0))
    )
    return pl.concat([holes.select("document_id", "place", "start", "end"), short], how="diagonal")


def broken_sources(frames: Frames) -> pl.DataFrame:
    """Find fragments of documents that leave a hole in their source or overlap."""
    rows = frames.get("documents.fragments")
    sources = frames.documents.select("document_id", "source_uri")
    placed = rows.join(sources, on="document_id").sort("source_uri", "start", "end")
    return _steps(placed, by="source_uri").filter(
        (pl.col("start") != pl.col("before")) | (pl.col("start") > pl.col("end"))
    )


def wrong_lengths(frames: Frames) -> pl.DataFrame:
    """Find documents whose fragments are not as long as their text."""
    rows = frames.get("documents.fragments")
    lengths = rows.group_by("document_id").agg(fragments=(pl.col("end") - pl.col("start")).sum())
    return (
        frames.documents.select("document_id", "n_chars")
        .join(lengths, on="document_id", how="left")
        .filter(pl.col("n_chars") != pl.col("fragments").fill_null(0))
    )


def outside(dataset: str, column: str) -> Offenders:
    """Find elements of a nested column that lie outside the text; an element may have no place at all."""

    def find(frames: Frames) -> pl.DataFrame:
        key = KEYS[dataset]
        chosen = dict.fromkeys([key, "document_id", "place", "start", "end"])
        rows = frames.get(f"{dataset}.{column}").select(*chosen)
        return _sized(rows, frames).filter(
            (pl.col("start").is_null() != pl.col("end").is_null())
            | (pl.col("start") < 0)
            | (pl.col("start") > pl.col("end"))
            | (pl.col("end") > pl.col("n_chars"))
        )

    return find


def outside_sections(frames: Frames) -> pl.DataFrame:
    """Find sections and titles that lie outside the text, and titles outside their section."""
    rows = frames.sections.select("section_id", "document_id", "start", "end", "title_start", "title_end")
    return _sized(rows, frames).filter(
        (pl.col("start") > pl.col("end"))
        | (pl.col("end") > pl.col("n_chars"))
        | (pl.col("title_start").is_null() != pl.col("title_end").is_null())
        | (pl.col("title_start") < pl.col("start"))
        | (pl.col("title_start") > pl.col("title_end"))
        | (pl.col("title_end") > pl.col("end"))
    )


def outside_clauses(frames: Frames) -> pl.DataFrame:
    """Find clauses that are empty or lie outside the text."""
    rows = frames.clauses.select("clause_id", "document_id", "start", "end")
    return _sized(rows, frames).filter((pl.col("start") >= pl.col("end")) | (pl.col("end") > pl.col("n_chars")))


def unordered(dataset: str) -> Offenders:
    """Find rows that begin before the row in front of them."""

    def find(frames: Frames) -> pl.DataFrame:
        rows: pl.DataFrame = getattr(frames, dataset).select(KEYS[dataset], "document_id", "ordinal", "start")
        before = pl.col("start").shift(1).over("document_id")
        return rows.sort("document_id", "ordinal").with_columns(before=before).filter(pl.col("start") < before)

    return find


def outside_parent(frames: Frames) -> pl.DataFrame:
    """Find sections that reach out of their parent."""
    return _contained(frames.sections.select("section_id", "parent_id", "start", "end"), "parent_id", frames)


def outside_section(frames: Frames) -> pl.DataFrame:
    """Find clauses that reach out of their section."""
    return _contained(frames.clauses.select("clause_id", "section_id", "start", "end"), "section_id", frames)


def wrong_hulls(frames: Frames) -> pl.DataFrame:
    """Find clauses whose fragments are empty or unordered, or do not reach from start to end."""
    rows = frames.get("clauses.fragments")
    before = pl.col("row").eq(pl.col("row").shift(1)) & (pl.col("start") < pl.col("end").shift(1))
    bad = rows.filter((pl.col("start") >= pl.col("end")) | before).select("clause_id")
    fragments = pl.col("fragments").list
    # Of ordered fragments the first and the last one tell the hull.
    first, last = fragments.first().struct.field("start"), fragments.last().struct.field("end")
    return frames.clauses.select("clause_id", "start", "end", first=first, last=last).filter(
        pl.col("clause_id").is_in(bad["clause_id"].implode())
        | (pl.col("start") != pl.col("first").fill_null(-1))
        | (pl.col("end") != pl.col("last").fill_null(-1))
    )


def shared_characters(frames: Frames) -> pl.DataFrame:
    """Find fragments that begin before the furthest end of the fragments in front of them."""
    rows = _clause_fragments(frames)
    reach = pl.col("end").cum_max().shift(1).over("document_id")
    return rows.with_columns(before=reach).filter(pl.col("start") < pl.col("before"))


def uncovered(frames: Frames) -> pl.DataFrame:
    """Find stretches of role clause without a clause and of clauses without the role."""
    spans = frames.get("documents.spans").filter(pl.col("role") == "clause")
    printed = _merged(spans.select("document_id", "start", "end").sort("document_id", "start"))
    claimed = _merged(_clause_fragments(frames).select("document_id", "start", "end"))
    stretch = ["document_id", "start", "end"]
    return pl.concat(
        [
            printed.join(claimed, on=stretch, how="anti").with_columns(missing=pl.lit("clause")),
            claimed.join(printed, on=stretch, how="anti").with_columns(missing=pl.lit("role")),
        ]
    )


def _clause_fragments(frames: Frames) -> pl.DataFrame:
    rows = frames.get("clauses.fragments")
    return rows.select("clause_id", "document_id", "start", "end").sort("document_id", "start", "end")


def _merged(rows: pl.DataFrame) -> pl.DataFrame:
    """Join intervals that touch; rows come sorted by document and start."""
    reach = pl.col("end").cum_max().shift(1).over("document_id")
    opens = (pl.col("start") > reach).fill_null(value=True)
    runs = rows.with_columns(run=opens.cum_sum().over("document_id"))
    return runs.group_by("document_id", "run").agg(pl.col("start").min(), pl.col("end").max()).drop("run")


def _steps(rows: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Add the end of the interval in front, 0 for the first."""
    return rows.with_columns(before=pl.col("end").shift(1).over(by).fill_null(0))


def _sized(rows: pl.DataFrame, frames: Frames) -> pl.DataFrame:
    """Add n_chars of the document."""
    return rows.join(frames.documents.select("document_id", "n_chars"), on="document_id", how="inner")


def _contained(rows: pl.DataFrame, column: str, frames: Frames) -> pl.DataFrame:
    around = frames.sections.select(
        pl.col("section_id").alias("around"), pl.col("start").alias("from"), pl.col("end").alias("to")
    )
    return rows.join(around, left_on=column, right_on="around", how="inner").filter(
        (pl.col("start") < pl.col("from")) | (pl.col("end") > pl.col("to"))
    )
