"""All files of the site of a release."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import polars as pl

from schemas.vocabularies import AXES
from transforms.report import dictionary, document, overview, search
from transforms.report.details import details
from transforms.report.names import for_scripts
from transforms.report.pages import as_json, asset, file_name

File = tuple[str, bytes]
"""Path in the site, in POSIX form, and content."""
STATIC = ("site.css", "overview.css", "dictionary.css", "document.css", "common.js", "overview.js", "document.js")
VENDOR = ("d3.min.js", "plot.umd.min.js", "LICENSES.txt")
BODY = ("clause_id", "document_id", "section_id", "ordinal", "start", "end", "fragments", "text", "uncertain", *AXES)
"""Columns of clauses that a page itself shows; the others go to the scripts."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some documents of a release, with all their sections and clauses."""

    documents: pl.DataFrame
    sections: pl.DataFrame
    clauses: pl.DataFrame


def site(
    package: Mapping[str, Any],
    validation: Mapping[str, Any],
    listing: pl.DataFrame,
    parts: Iterable[Part],
    quarantine: Sequence[Mapping[str, Any]],
    *,
    citation: str,
) -> Iterator[File]:
    """Give the files of the site one after the other.

    Args:
        package: Descriptor of the release.
        validation: Results of its validation.
        listing: Documents of the whole release in the order of the dataset, without text and spans.
        parts: The documents again, with everything.
        quarantine: Rows of what was set aside.
        citation: How the release is cited.

    Raises:
        ValueError: A document_id cannot be the name of a file.

    """
    chunks = {"documents": 0, "clauses": 0}
    for number, written in search.documents(listing):
        chunks["documents"] = number + 1
        yield f"data/documents-{number:03}.js", written.encode()
    tally = overview.Tally()
    places = listing.select("document_id").with_row_index("place")
    waiting: list[pl.DataFrame] = []
    pages = _Pages(listing, str(package["version"]))
    for part in parts:
        tally.add(part.clauses)
        yield from pages.of(part)
        waiting = [pl.concat([*waiting, search.searchable(part.clauses, part.sections, places)])]
        while waiting[0].height >= search.CLAUSES:
            yield _chunk(waiting[0].head(search.CLAUSES), chunks)
            waiting = [waiting[0].slice(search.CLAUSES)]
    if waiting and waiting[0].height:
        yield _chunk(waiting[0], chunks)
    first = overview.page(package, validation, listing, quarantine, tally, chunks=chunks, citation=citation)
    yield "index.html", first.encode()
    yield "dictionary.html", dictionary.page(str(package["version"])).encode()
    yield from _static()
    yield "site.json", (json.dumps({"release": package["version"], "made_by": "gangmu report"}) + "\n").encode()


def _chunk(rows: pl.DataFrame, chunks: dict[str, int]) -> File:
    number = chunks["clauses"]
    chunks["clauses"] = number + 1
    return f"data/clauses-{number:03}.js", search.script("clauses", number, search.chunk(rows)).encode()


def _static() -> Iterator[File]:
    yield "static/words.js", f"gangmu.words={as_json(for_scripts())};\n".encode()
    for name in STATIC:
        yield f"static/{name}", asset(name).encode()
    for name in VENDOR:
        yield f"static/vendor/{name}", files("transforms.report").joinpath("static", "vendor", name).read_bytes()


class _Pages:
    """Pages of documents, each with links to the ones beside it."""

    def __init__(self, listing: pl.DataFrame, release: str) -> None:
        rows = listing.select("document_id", "title", "title_reading").to_dicts()
        self._release = release
        self._titles = {row["document_id"]: document.title(row) for row in rows}
        self._beside = {
            row["document_id"]: (rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None)
            for at, row in enumerate(rows)
        }

    def of(self, part: Part) -> Iterator[File]:
        """Pages of the documents of a part."""
        sections = _grouped(part.sections)
        clauses = _grouped(part.clauses.select(BODY))
        written = details(part.clauses)
        for row in part.documents.iter_rows(named=True):
            key = row["document_id"]
            made = document.page(
                row,
                sections.get(key, []),
                clauses.get(key, []),
                written.get(key, []),
                release=self._release,
                beside=self._beside[key],
                titles=self._titles,
            )
            yield f"d/{file_name(key)}", made.encode()


def _grouped(rows: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Rows by document, in reading order."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows.sort("document_id", "ordinal").iter_rows(named=True):
        groups.setdefault(row["document_id"], []).append(row)
    return groups
