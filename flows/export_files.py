"""Writers of `gangmu export`: each takes a release and the place for a draft, and reads the release in batches."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from flows import progress
from schemas import DATASETS, DOCUMENTS, Dataset
from schemas.dictionary import as_markdown
from transforms.export import akoma, database, sheets
from transforms.export.card import card
from transforms.export.values import flattened, lines
from transforms.publish import Release
from transforms.publish.pages import citation
from transforms.publish.releases import DICTIONARY
from transforms.publish.store import CONTENT

BATCH = 500
"""Rows that are in memory at a time."""
BOM = b"\xef\xbb\xbf"
NEEDED = {
    "sections": ("section_id", "document_id", "parent_id", "kind", "start", "end", "title_start", "title_end"),
    "clauses": ("clause_id", "document_id", "fragments", "references"),
}
"""Columns that Akoma Ntoso is made of."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer did.

    Attributes:
        rows: Rows (of Akoma Ntoso: files) by dataset.
        remarks: What a user has to know about the result.

    """

    rows: dict[str, int]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A form of export.

    Attributes:
        what: One line for people.
        write: Takes the release and where to write; the place does not exist yet.
        suffix: Of the file; empty where a folder is written.

    """

    what: str
    write: Callable[[Release, Path], Written]
    suffix: str = ""


def batches(release: Release, dataset: Dataset) -> Iterator[pa.RecordBatch]:
    """Rows of a dataset in their order, `BATCH` at a time."""
    parts = _parts(release, dataset.name)
    return _batches(parts, stage=dataset.name, total=len(parts))


def write_jsonl(release: Release, folder: Path) -> Written:
    """Write a file of JSON Lines for each dataset."""
    folder.mkdir()
    rows = {}
    for dataset in CONTENT:
        with (folder / f"{dataset.name}.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
            rows[dataset.name] = 0
            for batch in batches(release, dataset):
                stream.write(lines(batch))
                rows[dataset.name] += batch.num_rows
    return Written(rows)


def write_csv(release: Release, folder: Path, *, bom: bool) -> Written:
    """Write a CSV file for each dataset, nested columns as JSON."""
    folder.mkdir()
    rows = {}
    for dataset in CONTENT:
        with (folder / f"{dataset.name}.csv").open("wb") as stream:
            if bom:
                stream.write(BOM)
            rows[dataset.name] = _write_csv(release, dataset, stream)
    return Written(rows, ("Columns that hold lists are JSON text.",))


def _write_csv(release: Release, dataset: Dataset, stream: Any) -> int:  # noqa: ANN401 - a binary file
    rows = 0
    writer = None
    for batch in batches(release, dataset):
        flat = flattened(batch)
        writer = writer or pyarrow.csv.CSVWriter(stream, flat.schema)
        writer.write_batch(flat)
        rows += flat.num_rows
    if writer is None:
        stream.write((",".join(f'"{column.name}"' for column in dataset.columns) + "\n").encode())
    else:
        writer.close()
    return rows


def write_xlsx(release: Release, path: Path) -> Written:
    """Write a workbook: a sheet for each dataset, what no cell holds in `continued`."""
    import xlsxwriter  # noqa: PLC0415 - for this form alone

    with tempfile.TemporaryDirectory(prefix=".gangmu-", dir=path.parent) as drafts:
        # Rows are written as they come, and strings stand where they are: nothing is kept in memory.
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": drafts})
        book.set_custom_property("gangmu-release", release.id)
        look = {
            "bold": book.add_format({"bold": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "plain": book.add_format(),
        }
        try:
            rests = _Sheets(book, sheets.CONTINUED, sheets.HEADER, look)
            made = {dataset.name: _write_sheets(release, dataset, book, look, rests) for dataset in CONTENT}
        except BaseException:
            for sheet in book.worksheets():
                # The library would leave its drafts open.
                sheet.row_data_fh.close()
            raise
        if not rests.rows:
            rests.note("Every text fits into its cell.")
        # It was opened first, and is looked at last.
        book.worksheets_objs.sort(key=lambda sheet: sheet.name.startswith(sheets.CONTINUED))
        book.worksheets_objs[0].activate()
        book.close()
    rows = {name: sheet.rows for name, sheet in made.items()}
    return Written(rows, tuple(_remarks(rests.rows, {name: sheet.number for name, sheet in made.items()})))


def _write_sheets(
    release: Release,
    dataset: Dataset,
    book: Any,  # noqa: ANN401 - the library ships no types
    look: Mapping[str, Any],
    rests: "_Sheets",
) -> "_Sheets":
    sheet = _Sheets(book, dataset.name, [column.name for column in dataset.columns], look)
    for batch in batches(release, dataset):
        for row in batch.to_pylist():
            values, longer = sheets.cells(row)
            sheet.add(values)
            for rest in longer:
                for number, piece in enumerate(rest.pieces, start=1):
                    rests.add([dataset.name, sheets.pieces(row[str(dataset.key)])[0], rest.column, number, piece])
    return sheet


def _remarks(pieces: int, sheets_of: Mapping[str, int]) -> Iterator[str]:
    yield "Columns that hold lists are JSON text."
    if pieces:
        yield (
            f"Excel keeps {sheets.CELL_UNITS:,} characters of a cell: where a text is longer, its cell ends with '{sheets.CUT.strip()}' "
            f"and the rest stands in the sheet '{sheets.CONTINUED}' ({pieces:,} pieces), by dataset, key and column."
        )
    for name, number in sheets_of.items():
        if number:
            last = sheets.sheet_name(name, number)
            yield f"Excel keeps {sheets.SHEET_ROWS:,} rows of a sheet: those of {name} go on until the sheet '{last}'."


class _Sheets:
    """Sheets of a dataset: one, and the next when it is full."""

    def __init__(self, book: Any, name: str, header: Sequence[str], look: Mapping[str, Any]) -> None:  # noqa: ANN401 - no types
        self.book, self.name, self.header, self.look = book, name, header, look
        self.rows = 0
        self.number = -1
        self._open()

    def add(self, values: Sequence[sheets.Value]) -> None:
        """Write a row."""
        if self.line == sheets.SHEET_ROWS:
            self._open()
        for column, value in enumerate(values):
            self._cell(column, value)
        self.line += 1
        self.rows += 1

    def note(self, text: str) -> None:
        """Write a line that is no row."""
        self._text(0, text)

    def _open(self) -> None:
        self.number += 1
        self.sheet = self.book.add_worksheet(sheets.sheet_name(self.name, self.number))
        self.sheet.freeze_panes(1, 0)
        for column, title in enumerate(self.header):
            self.sheet.write_string(0, column, title, self.look["bold"])
        self.line = 1

    def _cell(self, column: int, value: sheets.Value) -> None:
        if value is None:
            return
        if isinstance(value, str):
            self._text(column, value)
        elif isinstance(value, bool):
            self.sheet.write_boolean(self.line, column, value)
        elif isinstance(value, (int, float)):
            self.sheet.write_number(self.line, column, value)
        else:
            self.sheet.write_datetime(self.line, column, value, self.look["date"])

    def _text(self, column: int, text: str) -> None:
        if text.startswith("<r>") and text.endswith("</r>"):
            # The library would take it for its own rich text and write it as it is.
            plain = self.look["plain"]
            self.sheet.write_rich_string(self.line, column, plain, text[:1], plain, text[1:])
        else:
            # Never write(): it would make formulas, links and numbers of texts that look so.
            self.sheet.write_string(self.line, column, text)


def write_sqlite(release: Release, path: Path) -> Written:
    """Write a database."""
    rows = {}
    base = sqlite3.connect(path, isolation_level=None)
    try:
        # A draft: when it is broken off it goes as a whole.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"application_id = {database.APPLICATION}"):
            base.execute(f"PRAGMA {pragma}")
        base.execute("BEGIN")
        for statement in database.tables():
            base.execute(statement)
        _insert(base, database.explanations(CONTENT))
        facts = {"release": release.id, "digest": release.digest, "citation": citation(release.descriptor)}
        _insert(base, (("release", pair) for pair in facts.items()))
        for dataset in CONTENT:
            rows[dataset.name] = 0
            for batch in batches(release, dataset):
                _insert(base, database.rows(dataset, batch.to_pylist(), first=rows[dataset.name] + 1))
                rows[dataset.name] += batch.num_rows
        for statement in database.indexes():
            base.execute(statement)
        base.execute("COMMIT")
        if broken := base.execute("PRAGMA foreign_key_check").fetchall():
            raise ValueError(f"{len(broken)} rows refer to rows that are not in the release: {broken[:3]}")
        base.execute("PRAGMA optimize")
    finally:
        base.close()
    return Written(rows)


def _insert(base: sqlite3.Connection, rows: Iterator[tuple[str, tuple[Any, ...]]]) -> None:
    by_table: dict[str, list[tuple[Any, ...]]] = {}
    for table, values in rows:
        by_table.setdefault(table, []).append(values)
    for table, listed in by_table.items():
        base.executemany(database.insertion(table, len(listed[0])), listed)


def write_akn(release: Release, folder: Path) -> Written:
    """Write Akoma Ntoso, a file for each document."""
    folder.mkdir()
    day = release.id[:10].replace(".", "-")
    files = 0
    groups = _alike(release)
    total = sum(len(parts["documents"]) for parts in groups)
    for parts in groups:
        inner = {name: _Grouped(parts[name], NEEDED[name]) for name in NEEDED}
        for batch in _batches(parts["documents"], stage="documents", total=total):
            for document in batch.to_pylist():
                key = document["document_id"]
                data = akoma.akoma_ntoso(document, *(inner[name].of(key) for name in NEEDED), day=day)
                (folder / f"{key}.xml").write_bytes(data)
                files += 1
    return Written({"documents": files})


def _alike(release: Release) -> list[dict[str, list[Path]]]:
    """Parts of the datasets that hold the same documents: a part of each; all of them, where their numbers differ."""
    parts = {dataset.name: _parts(release, dataset.name) for dataset in DATASETS}
    if len({len(files) for files in parts.values()}) > 1:
        return [parts]
    return [{name: [files[number]] for name, files in parts.items()} for number in range(len(parts[DOCUMENTS.name]))]


class _Grouped:
    """Rows of a few parts by document."""

    def __init__(self, parts: Sequence[Path], columns: Sequence[str]) -> None:
        table = pa.concat_tables([pq.read_table(part, columns=list(columns), partitioning=None) for part in parts])
        self.table = table.combine_chunks()
        # Within a part the rows of a document stand together, in reading order.
        ends = pc.run_end_encode(self.table["document_id"].combine_chunks())
        stops = ends.run_ends.to_pylist()
        self.places: dict[str, list[tuple[int, int]]] = {}
        for key, start, stop in zip(ends.values.to_pylist(), [0, *stops], stops, strict=False):
            self.places.setdefault(key, []).append((start, stop))

    def of(self, document: str) -> list[dict[str, Any]]:
        """Rows of a document."""
        pieces = self.places.get(document, [])
        return [row for start, stop in pieces for row in self.table.slice(start, stop - start).to_pylist()]


def write_hf(release: Release, folder: Path) -> Written:
    """Write the layout of Hugging Face `datasets`: the Parquet files as they are, the card, the dictionary."""
    folder.mkdir()
    for dataset in DATASETS:
        place = folder / "data" / dataset.name
        place.mkdir(parents=True)
        for part in _parts(release, dataset.name):
            shutil.copyfile(part, place / part.name)
    (folder / DICTIONARY).write_text(as_markdown(CONTENT), encoding="utf-8")
    page = card(release.id, release.descriptor, dictionary=DICTIONARY, citation=citation(release.descriptor))
    (folder / "README.md").write_text(page, encoding="utf-8")
    return Written({dataset.name: release.rows[dataset.name] for dataset in DATASETS})


def formats(*, bom: bool = False) -> dict[str, Format]:
    """All forms by name."""
    return {
        "jsonl": Format("a file of JSON Lines for each dataset", write_jsonl),
        "csv": Format("a CSV file for each dataset, nested columns as JSON", partial(write_csv, bom=bom)),
        "xlsx": Format("an Excel workbook with a sheet for each dataset", write_xlsx, suffix=".xlsx"),
        "sqlite": Format("a database with keys, child tables and full-text search", write_sqlite, suffix=".sqlite"),
        "akn": Format("Akoma Ntoso 3.0, an XML file for each document", write_akn),
        "hf": Format("the layout of Hugging Face datasets", write_hf),
    }


def _batches(parts: Sequence[Path], *, stage: str, total: int) -> Iterator[pa.RecordBatch]:
    for part in parts:
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches(batch_size=BATCH)
        progress.step(stage, total)


def _parts(release: Release, name: str) -> list[Path]:
    return sorted((release.path / name).glob("*.parquet"))
