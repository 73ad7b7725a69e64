"""What the overview searches: rows of documents, and clauses with their labels in chunks that are loaded when they are wanted.

A chunk holds the texts of its clauses in one string, a line each, and a label of each as one character of another string:
a browser finds a word in a hundred thousand clauses by one search in a string for every chunk.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from schemas.vocabularies import AXES, LABELS
from transforms.report.pages import as_json

CLAUSES = 4000
"""Clauses of a chunk: about half a megabyte."""
DOCUMENTS = 2000
FIRST = 48
"""Character of the first label of an axis; the others follow. `!` stands for none."""
DATES = ("written_on", "published_on", "adopted_on", "effective_on")
"""Dates of a document, the most telling first."""


def dated() -> pl.Expr:
    """Date of a document."""
    return pl.coalesce(DATES)


def documents(listing: pl.DataFrame) -> Iterator[tuple[int, str]]:
    """Chunks of rows of documents: id, title, genre, issuer, number, date, clauses, source."""
    rows = listing.select(
        "document_id",
        pl.coalesce("title_reading", "title", pl.lit("")),
        "genre",
        pl.col("issuer").fill_null(""),
        pl.coalesce("document_number_norm", "document_number", pl.lit("")),
        dated().dt.to_string("%Y-%m-%d").fill_null(""),
        "n_clauses",
        "source_uri",
    )
    for number, chunk in enumerate(rows.iter_slices(DOCUMENTS)):
        yield number, script("documents", number, [list(row) for row in chunk.iter_rows()])


def searchable(clauses: pl.DataFrame, sections: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Clauses in reading order with all that a chunk needs of them; `places` numbers the documents in the list."""
    said = pl.concat_str("label", "title", separator=" ", ignore_nulls=True)
    crumbs = sections.select(
        "section_id",
        crumb=pl.concat_list("path", pl.when(said != "").then(said).otherwise(None)).list.drop_nulls().list.join(" › "),
    )
    found = clauses.join(crumbs, on="section_id", how="left").join(places, on="document_id", how="left")
    marks = {
        axis: pl.col(axis).replace_strict(
            {code: chr(FIRST + number) for number, code in enumerate(codes)}, default="!", return_dtype=pl.String
        )
        for axis, codes in LABELS.items()
    }
    return found.sort("place", "ordinal").select(
        "place",
        "clause_id",
        text=_one_line("text"),
        crumb=_one_line("crumb").fill_null(""),
        uncertain=pl.when(pl.col("uncertain").list.len() > 0).then(pl.lit("1")).otherwise(pl.lit("0")),
        **marks,
    )


def _one_line(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all(r"[\r\n\x{2028}\x{2029}]+", " ")


def chunk(rows: pl.DataFrame) -> dict[str, Any]:
    """A chunk as JSON values.

    docs holds [document, clauses] in order; crumbs and at: headings above the clauses, and which one is above each.
    """
    runs = rows["place"].rle().struct.unnest()
    crumbs = rows["crumb"].unique(maintain_order=True)
    numbers = pl.DataFrame({"crumb": crumbs}).with_row_index("at")
    return {
        "docs": [[place, count] for count, place in runs.select("len", "value").iter_rows()],
        "ids": "\n".join(rows["clause_id"]),
        "text": "\n".join(rows["text"]),
        "crumbs": crumbs.to_list(),
        "at": rows.join(numbers, on="crumb", how="left", maintain_order="left")["at"].to_list(),
        "uncertain": "".join(rows["uncertain"]),
        **{axis: "".join(rows[axis]) for axis in AXES},
    }


def script(kind: str, number: int, value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A script that hands a value to the page."""
    return f'gangmu.put("{kind}",{number},{as_json(value)});\n'
