"""Rows whose text, digest or labels break a promise.

Slices are taken from Python strings and arrays of code points: polars walks a text from its first byte for every slice,
which is quadratic in a long document with many clauses.
"""

import hashlib
from collections.abc import Iterable

import numpy as np
import polars as pl

from schemas.vocabularies import AXES, LABELS
from transforms.validate.frames import Frames

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
    suspects = _unlike_their_fragments(frames, texts)
    found = [
        "".join(texts.get(document, "")[piece["start"] : piece["end"]] for piece in pieces or ())
        for document, pieces in zip(suspects["document_id"], suspects["fragments"].to_list(), strict=True)
    ]
    compared = suspects.select("clause_id", "document_id", "text_raw", found=pl.Series(found, dtype=pl.String))
    return compared.filter(pl.col("text_raw").ne_missing(pl.col("found")))


def _unlike_their_fragments(frames: Frames, texts: dict[str, str]) -> pl.DataFrame:
    """Find clauses whose characters are not those of their fragments, all at once: as arrays of code points."""
    sizes = [len(text) for text in texts.values()]
    places = pl.DataFrame({"document_id": list(texts), "offset": np.cumsum([0, *sizes])[:-1], "size": sizes})
    clauses = frames.clauses.select("clause_id", "document_id", "text_raw", "fragments").with_row_index("row")
    pieces = frames.get("clauses.fragments").join(places, on="document_id", how="left", maintain_order="left")
    inside = (pl.col("start") >= 0) & (pl.col("start") <= pl.col("end")) & (pl.col("end") <= pl.col("size"))
    pieces = pieces.select("row", "offset", "start", "end", inside=inside.fill_null(value=False))
    held = pieces.group_by("row").agg(pl.col("inside").all(), length=(pl.col("end") - pl.col("start")).sum())
    lengths = clauses.select("row", length=pl.col("text_raw").str.len_chars().cast(pl.Int64))
    as_long = lengths.join(held.filter("inside"), on=["row", "length"], how="semi", maintain_order="left")
    pieces = pieces.join(as_long, on="row", how="semi", maintain_order="left")
    begins = (pieces["offset"] + pieces["start"]).to_numpy()
    spans = (pieces["end"] - pieces["start"]).to_numpy()
    ends = np.cumsum(spans)
    indices = np.repeat(begins - (ends - spans), spans) + np.arange(ends[-1] if len(ends) else 0)
    raw = clauses.join(as_long, on="row", how="semi", maintain_order="left")["text_raw"]
    differ = np.flatnonzero(_code_points(texts.values())[indices] != _code_points(raw))
    wrong = np.unique(np.searchsorted(np.cumsum(as_long["length"].to_numpy()), differ, side="right"))
    alike = as_long.filter(~pl.int_range(pl.len()).is_in(pl.Series(wrong, dtype=pl.Int64).implode()))
    return clauses.join(alike, on="row", how="anti", maintain_order="left")


def _code_points(texts: Iterable[str]) -> np.ndarray:
    return np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4")


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
    rows = frames.get("clauses.evidence").select("clause_id", "place", "axis", "label")
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
    spans = frames.get("documents.spans").filter(pl.col("role").is_in(EMPTY_ROLES))
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
