"""Rows whose text, digest or labels break a promise.

Slices are taken from Python strings: polars walks a text from its first byte for every slice, which is quadratic in a
long document with many clauses.
"""

import hashlib

import polars as pl

from schemas.vocabularies import AXES, LABELS
from transforms.validate.frames import Frames, exploded

EMPTY_ROLES = ("furniture", "markup", "gap")
"""Roles of characters that carry no content."""
LARGEST_SHARE = 0.03
MOST_THEMES = 3


def wrong_n_chars(frames: Frames) -> pl.DataFrame:
    """Find documents whose n_chars is not the length of the text."""
    rows = frames.documents.select("document_id", "n_chars", found=pl.col("text").str.len_chars())
    return rows.filter(pl.col("n_chars") != pl.col("found"))


def wrong_digest(frames: Frames) -> pl.DataFrame:
    """Find documents whose text_sha256 is not the digest of the text."""
    rows = frames.documents.select("document_id", "text_sha256", "text")
    found = [hashlib.sha256(text.encode()).hexdigest() for text in rows["text"].fill_null("")]
    return (
        rows.with_columns(found=pl.Series(found, dtype=pl.String))
        .drop("text")
        .filter(pl.col("text_sha256") != pl.col("found"))
    )


def wrong_text_raw(frames: Frames) -> pl.DataFrame:
    """Find clauses whose text_raw is not what their fragments hold."""
    texts = _texts(frames)
    pieces = exploded(frames.clauses, "fragments", key="clause_id")
    parts: dict[str, list[tuple[int, int]]] = {}
    for key, start, end in zip(pieces["clause_id"], pieces["start"], pieces["end"], strict=True):
        parts.setdefault(key, []).append((start, end))
    rows = frames.clauses.select("clause_id", "document_id", "text_raw")
    found = [
        "".join(texts.get(document, "")[start:end] for start, end in parts.get(key, ()))
        for key, document in zip(rows["clause_id"], rows["document_id"], strict=True)
    ]
    compared = rows.with_columns(found=pl.Series(found, dtype=pl.String))
    return compared.filter(pl.col("text_raw") != pl.col("found"))


def blank_clauses(frames: Frames) -> pl.DataFrame:
    """Find clauses of white space alone."""
    rows = frames.clauses.select("clause_id", "start", "end", "text", "text_raw")
    # \s of the regular expression engine knows the ideographic space, U+3000.
    printed = pl.col("text_raw").str.contains(r"\S") & pl.col("text").str.contains(r"\S")
    return rows.filter(~printed)


def unlabelled(frames: Frames) -> pl.DataFrame:
    """Find clauses without a label or a confidence on some axis."""
    columns = [*AXES, *(f"{axis}_confidence" for axis in AXES)]
    rows = frames.clauses.select("clause_id", *columns)
    return rows.filter(pl.any_horizontal(pl.col(name).is_null() for name in columns))


def unknown_evidence(frames: Frames) -> pl.DataFrame:
    """Find evidence whose label is no code of its axis."""
    rows = exploded(frames.clauses, "evidence", key="clause_id").select("clause_id", "place", "axis", "label")
    pairs = [(axis, code) for axis, codes in LABELS.items() for code in codes]
    known = pl.DataFrame(pairs, schema={"axis": pl.String, "label": pl.String}, orient="row")
    return rows.join(known, on=["axis", "label"], how="anti")


def wrong_themes(frames: Frames) -> pl.DataFrame:
    """Find clauses whose main theme is not the first of their one to three themes."""
    rows = frames.clauses.select("clause_id", "theme", "themes")
    count = pl.col("themes").list.len().fill_null(0)
    first = pl.col("themes").list.first()
    bad = (count < 1) | (count > MOST_THEMES) | (first.ne_missing(pl.col("theme")))
    return rows.filter(bad).with_columns(pl.col("themes").list.join(" "))


def much_furniture(frames: Frames) -> pl.DataFrame:
    """Find documents of whose printed characters more than 3 % carry no content."""
    texts = _texts(frames)
    spans = exploded(frames.documents, "spans", key="document_id").filter(pl.col("role").is_in(EMPTY_ROLES))
    empty = dict.fromkeys(texts, 0)
    for key, start, end in zip(spans["document_id"], spans["start"], spans["end"], strict=True):
        empty[key] += _printed(texts[key][start:end])
    printed = {key: _printed(text) for key, text in texts.items()}
    rows = [
        {"document_id": key, "printed": printed[key], "without_content": count, "share": count / printed[key]}
        for key, count in empty.items()
        if printed[key] and count / printed[key] > LARGEST_SHARE
    ]
    kinds = {"document_id": pl.String, "printed": pl.Int64, "without_content": pl.Int64, "share": pl.Float64}
    return pl.DataFrame(rows, schema=kinds)


def _texts(frames: Frames) -> dict[str, str]:
    return dict(zip(frames.documents["document_id"], frames.documents["text"].fill_null(""), strict=True))


def _printed(text: str) -> int:
    return sum(map(len, text.split()))
