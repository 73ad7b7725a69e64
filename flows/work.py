"""The stages over a batch: paths in, paths out.

A batch is a folder; `plan.json` names its files. Every stage reads what the stage before it wrote there and writes its
own: sources.arrow, readings.arrow, documents.arrow, sections.arrow, clauses.arrow, and after classify labelled-*.arrow.
A source that fails is set aside in quarantine-<stage>.arrow, and the others go on.

No Prefect here: these functions also run in worker processes, where its import would cost more than the work.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import seeds
from flows import members, tables
from flows.quarantine import Quarantine
from flows.sources import File
from schemas import CLAUSES, DOCUMENTS, QUARANTINE, READINGS, SECTIONS, SOURCES, Dataset
from schemas.arrow import to_table

CHUNK_CHARACTERS = 2_000_000
"""Characters of text that are held as Python objects at a time."""
STAGES = ("extract", "clean", "segment", "classify")


def prepare(folder: Path, files: Iterable[File]) -> Path:
    """Make the folder of a batch."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = json.dumps([asdict(file) for file in files], ensure_ascii=False)
    (folder / "plan.json").write_text(plan, encoding="utf-8")
    return folder


def run_stage(stage: str, folder: str, *, give_up: bool = True) -> int:
    """Run a stage over a batch; gives the number of sources that it set aside.

    Args:
        stage: extract, clean, segment or classify.
        folder: Folder of the batch.
        give_up: Set a file aside that cannot be read just now; otherwise the error is raised, for another try.

    """
    place = Path(folder)
    aside = Quarantine(stage)
    if stage == "extract":
        _extract(place, aside, give_up=give_up)
    else:
        {"clean": _clean, "segment": _segment, "classify": _classify}[stage](place, aside)
    tables.write(place / f"quarantine-{stage}.arrow", QUARANTINE, to_table(QUARANTINE, aside.rows))
    (place / f"tracebacks-{stage}.json").write_text(json.dumps(aside.tracebacks), encoding="utf-8")
    return len(aside.rows)


def _extract(folder: Path, aside: Quarantine, *, give_up: bool) -> None:
    from transforms.extract import Unreadable, extract  # noqa: PLC0415 - each stage loads its own tables, when it runs

    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))

    def rows() -> Iterator[dict[str, Any]]:
        for file, data in members.each(File(**row | {"inside": tuple(row.get("inside", ()))}) for row in plan):
            try:
                if isinstance(data, Exception):
                    raise data  # noqa: TRY301 - judged below with those of the readers
                yield extract(data, source_uri=file.uri, encoding=file.encoding, text_column=file.text_column)
            except Unreadable as error:
                aside.add(file.uri, code=error.code, reason=error.reason)
            except OSError as error:
                if not give_up:
                    raise
                reason = f"The file cannot be read: {error.strerror or error}. Check its permissions."
                aside.add(file.uri, code="not_readable", reason=reason)
            except Exception as error:  # noqa: BLE001 - one bad file must not stop the others
                aside.add_fault(file.uri, error)

    with tables.writing(folder / "sources.arrow", SOURCES) as sink:
        for chunk in _chunked(rows()):
            sink.write(_table(SOURCES, chunk, aside))


def _clean(folder: Path, aside: Quarantine) -> None:
    from transforms.clean import clean  # noqa: PLC0415

    with tables.writing(folder / "readings.arrow", READINGS) as sink:
        for chunk in tables.chunks(folder / "sources.arrow"):
            readings = [reading for _, reading in _each(chunk.to_pylist(), clean, aside)]
            sink.write(_table(READINGS, readings, aside))


def _segment(folder: Path, aside: Quarantine) -> None:
    from transforms.segment import segment  # noqa: PLC0415

    read = zip(tables.chunks(folder / "sources.arrow"), tables.chunks(folder / "readings.arrow"), strict=True)
    with (
        tables.writing(folder / "documents.arrow", DOCUMENTS) as documents,
        tables.writing(folder / "sections.arrow", SECTIONS) as sections,
        tables.writing(folder / "clauses.arrow", CLAUSES) as clauses,
    ):
        for chunk, reading_chunk in read:
            readings = {row["source_uri"]: row for row in reading_chunk.to_pylist()}

            def cut(source: dict[str, Any], readings: Mapping[str, Any] = readings) -> Any:  # noqa: ANN401
                return segment(source, readings[source["source_uri"]], _grammar())

            left = [row for row in chunk.to_pylist() if row["source_uri"] in readings]
            made = _as_tables(list(_each(left, cut, aside)), aside)
            for sink, table in zip((documents, sections, clauses), made, strict=True):
                sink.write(table)


def _as_tables(done: list[tuple[dict[str, Any], Any]], aside: Quarantine) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Outlines as tables; if a row is not of its form, source by source, to find the one that is to blame."""

    def convert(results: Iterable[Any]) -> tuple[pa.Table, pa.Table, pa.Table]:
        listed = list(results)
        return (
            to_table(DOCUMENTS, [row for result in listed for row in result.documents]),
            to_table(SECTIONS, [row for result in listed for row in result.sections]),
            to_table(CLAUSES, [row for result in listed for row in result.clauses]),
        )

    try:
        return convert(result for _, result in done)
    except Exception:  # noqa: BLE001 - found again below, with the source that it belongs to
        results = {source["source_uri"]: result for source, result in done}
        sound = list(_each([s for s, _ in done], lambda s: convert([results[s["source_uri"]]]), aside))
        parts = [convert([]), *(made for _, made in sound)]
        return tuple(pa.concat_tables(list(column)) for column in zip(*parts, strict=True))


def _classify(folder: Path, aside: Quarantine) -> None:
    names = ("documents", "sections", "clauses")
    read = zip(*(tables.chunks(folder / f"{name}.arrow") for name in names), strict=True)
    with (
        tables.writing(folder / "labelled-documents.arrow", DOCUMENTS) as documents_sink,
        tables.writing(folder / "labelled-sections.arrow", SECTIONS) as sections_sink,
        tables.writing(folder / "labelled-clauses.arrow", CLAUSES) as clauses_sink,
    ):
        for documents, sections, clauses in read:
            for part in _labelled(documents, sections, clauses, aside):
                for sink, table in zip((documents_sink, sections_sink, clauses_sink), part, strict=True):
                    sink.write(table)


def _labelled(
    documents: pa.Table, sections: pa.Table, clauses: pa.Table, aside: Quarantine
) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
    """Label a chunk; if that fails, source by source, to find the one that is to blame."""
    from transforms.classify import classify  # noqa: PLC0415

    try:
        labelled, labelled_sections, labelled_clauses = classify(documents, sections, clauses, _codebook())
    except Exception as error:
        sources = list(dict.fromkeys(documents["source_uri"].to_pylist()))
        if len(sources) <= 1:
            if not sources:
                raise
            aside.add_fault(sources[0], error, sha256=documents["source_sha256"][0].as_py())
            return
        for uri in sources:
            mine = documents.filter(pc.equal(documents["source_uri"], uri))
            ids = mine["document_id"].combine_chunks()
            own = [table.filter(pc.is_in(table["document_id"], ids)) for table in (sections, clauses)]
            yield from _labelled(mine, own[0], own[1], aside)
    else:
        yield labelled, labelled_sections, labelled_clauses


def _each(
    rows: Iterable[dict[str, Any]], function: Callable[[dict[str, Any]], Any], aside: Quarantine
) -> Iterator[tuple[dict[str, Any], Any]]:
    for row in rows:
        try:
            made = function(row)
        except Exception as error:  # noqa: BLE001 - one bad file must not stop the others
            aside.add_fault(row["source_uri"], error, sha256=row.get("source_sha256"))
        else:
            yield row, made


def _chunked(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += len(row["text"])
        if characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    yield chunk


def _table(dataset: Dataset, rows: list[dict[str, Any]], aside: Quarantine) -> pa.Table:
    """Rows as a table; rows that are not of its form are set aside one by one."""
    try:
        return to_table(dataset, rows)
    except Exception:  # noqa: BLE001 - found again below, with the row that it belongs to
        return _joined(dataset, [made for _, made in _each(rows, lambda row: to_table(dataset, [row]), aside)])


def _joined(dataset: Dataset, parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables([to_table(dataset, []), *parts]).combine_chunks()


@lru_cache(maxsize=1)
def _grammar() -> Any:  # noqa: ANN401 - belongs to segment
    from transforms.segment import load_rules  # noqa: PLC0415

    return load_rules(seeds.folder())


@lru_cache(maxsize=1)
def _codebook() -> Any:  # noqa: ANN401 - belongs to classify
    from transforms.classify.codebook import load  # noqa: PLC0415

    return load(seeds.folder() / "codebook")
