"""The stages over a batch: paths in, paths out.

A batch is a folder; `plan.json` names its files. Every stage reads what the stage before it wrote there and writes its
own: sources.arrow, readings.arrow, documents.arrow, sections.arrow, clauses.arrow, and after classify labelled-*.arrow and
sketches.json, by which copies are found when all batches are there; last of all done-<stage>.json, which makes the work good
for later runs (`packs`). A source that fails is set aside there, and the others go on.

While a stage is at work it notes in working-<stage>.log which sources it has in hand: whoever has to end a worker that
hangs, or finds it dead, reads there which source is to blame (`watch`).

No Prefect here: these functions also run in worker processes, where its import would cost more than the work.
"""

import gc
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import seeds
from flows import members, tables
from flows.quarantine import OUTSIDE, Quarantine
from flows.sealed import read_sealed, write_sealed
from flows.sources import File
from schemas import CLAUSES, DOCUMENTS, READINGS, SECTIONS, SOURCES, Dataset
from schemas.arrow import to_table
from transforms.publish.files import sha256

CHUNK_CHARACTERS = 400_000
"""Characters of text that are worked on at a time, as Python objects and as arrays: these stay near the processor."""
GROUP = 48
"""Documents whose results are read together later."""
WRITTEN = {
    "extract": ("sources.arrow",),
    "clean": ("readings.arrow",),
    "segment": ("documents.arrow", "sections.arrow", "clauses.arrow"),
    "classify": ("labelled-documents.arrow", "labelled-sections.arrow", "labelled-clauses.arrow", "sketches.json"),
}
"""Files of every stage."""
STAGES = tuple(WRITTEN)


@dataclass(frozen=True, slots=True)
class Done:
    """What a stage did.

    Attributes:
        version: Version of the stage (`reference`).
        files: File -> sha256.
        sources: source_uri -> sha256 of the bytes, of the sources that it dealt with for good.
        aside: Rows of the quarantine list.
        tracebacks: Traceback by its id.

    """

    version: str
    files: dict[str, str]
    sources: dict[str, str]
    aside: list[dict[str, Any]]
    tracebacks: dict[str, str]


@dataclass(frozen=True, slots=True)
class Care:
    """How a batch is done once a worker has died of it.

    Attributes:
        singly: One source at a time, so that the one to blame is known.
        culprits: source_uri -> code and reason, of those that are to blame; they are set aside.

    """

    singly: bool = False
    culprits: Mapping[str, tuple[str, str]] = field(default_factory=dict)


class Notes:
    """Says which sources are in hand: a line for each step, with the time of its beginning (monotonic, for all processes)."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("w", encoding="utf-8")

    def take(self, uris: Sequence[str]) -> None:
        """Begin with some sources."""
        self._stream.write(json.dumps([time.monotonic(), list(uris)], ensure_ascii=False) + "\n")
        self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()


@dataclass(frozen=True, slots=True)
class _Job:
    """A stage at work on a batch."""

    folder: Path
    wanted: frozenset[str]
    aside: Quarantine
    notes: Notes
    care: Care

    def each(
        self, rows: Iterable[dict[str, Any]], function: Callable[[dict[str, Any]], Any]
    ) -> Iterator[tuple[dict[str, Any], Any]]:
        """Rows with what the function makes of them; a source that fails is set aside."""
        for row in rows:
            if self.spared(row["source_uri"], row.get("source_sha256")):
                continue
            self.notes.take([row["source_uri"]])
            try:
                made = function(row)
            except Exception as error:  # noqa: BLE001 - one bad file must not stop the others
                self.aside.add_fault(row["source_uri"], error, sha256=row.get("source_sha256"))
            else:
                yield row, made

    def spared(self, uri: str, sha256: str | None) -> bool:
        """Set a source aside that is known to end workers."""
        if uri not in self.care.culprits:
            return False
        code, reason = self.care.culprits[uri]
        self.aside.add(uri, code=code, reason=reason, sha256=sha256)
        return True

    def pieces(self, chunk: pa.Table) -> Iterator[pa.Table]:
        """Give the wanted rows of a chunk of sources, together or one by one."""
        mask = pc.is_in(chunk["source_uri"], pa.array(sorted(self.wanted), pa.string()))
        left = chunk if pc.all(mask).as_py() else chunk.filter(mask)
        if self.care.singly:
            yield from (left.slice(place, 1) for place in range(left.num_rows))
        else:
            yield left


def prepare(folder: Path, files: Iterable[File]) -> Path:
    """Make the folder of a batch."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = json.dumps([asdict(file) for file in files], ensure_ascii=False)
    (folder / "plan.json").write_text(plan, encoding="utf-8")
    return folder


def run_stage(stage: str, folder: str, *, version: str = "", give_up: bool = True, care: Care | None = None) -> int:
    """Run a stage over a batch; gives the number of sources that it set aside.

    Args:
        stage: extract, clean, segment or classify.
        folder: Folder of the batch.
        version: Version of the stage, for later runs.
        give_up: Set a file aside that cannot be read just now; otherwise the error is raised, for another try.
        care: How it is done after a worker has died of it.

    """
    place = Path(folder)
    # Before anything is in hand: the time it takes is no document's.
    warm()
    aside = Quarantine(stage)
    ours = wanted(place)
    with Notes(place / f"working-{stage}.log") as notes:
        job = _Job(place, ours, aside, notes, care or Care())
        if stage == "extract":
            sources = _extract(job, plan(place), give_up=give_up)
        else:
            sources = _arrived(place, stage)
            {"clean": _clean, "segment": _segment, "classify": _classify}[stage](job)
    failed = {row["source_uri"] for row in aside.rows if row["code"] in OUTSIDE}
    done = Done(
        version=version,
        files={name: sha256(place / name) for name in WRITTEN[stage]},
        sources={uri: digest for uri, digest in sources.items() if uri in ours and uri not in failed},
        aside=aside.rows,
        tracebacks=aside.tracebacks,
    )
    write_sealed(place / f"done-{stage}.json", asdict(done))
    return len(aside.rows)


def wanted(folder: Path) -> frozenset[str]:
    """Sources of a batch."""
    return frozenset(file["uri"] for file in plan(folder))


def plan(folder: Path) -> list[dict[str, Any]]:
    """Files of a batch, as `prepare` was given them."""
    listed: list[dict[str, Any]] = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return listed


def read_done(folder: Path, stage: str) -> Done:
    """Read what a stage did.

    Raises:
        FileNotFoundError: It has not been run, or the file is damaged.

    """
    content = read_sealed(folder / f"done-{stage}.json")
    if content is None:
        raise FileNotFoundError(f"{folder / f'done-{stage}.json'} is missing or damaged")
    return Done(**content)


def _arrived(folder: Path, stage: str) -> dict[str, str]:
    """Sources that the stage before a stage handed on."""
    before = read_done(folder, STAGES[STAGES.index(stage) - 1])
    refused = {row["source_uri"] for row in before.aside}
    return {uri: digest for uri, digest in before.sources.items() if uri not in refused}


def _extract(job: _Job, files: list[dict[str, Any]], *, give_up: bool) -> dict[str, str]:
    """Read the files; gives the digests of those that could be read."""
    from transforms.extract import Unreadable, extract  # noqa: PLC0415 - each stage loads its own tables, when it runs

    digests: dict[str, str] = {}

    def rows() -> Iterator[dict[str, Any]]:
        wanted = [File(**row | {"inside": tuple(row.get("inside", ()))}) for row in files]
        wanted = [file for file in wanted if not job.spared(file.uri, file.sha256)]
        for group in [[file] for file in wanted] if job.care.singly else [wanted]:
            # Two names say that one of several is to blame: a container is read while no member is in hand.
            names = [file.uri for file in group[:2]]
            job.notes.take(names)
            for file, data in members.each(group):
                job.notes.take([file.uri])
                yield from made(file, data)
                job.notes.take(names)

    def made(file: File, data: bytes | Exception) -> Iterator[dict[str, Any]]:
        uri = file.uri
        if isinstance(data, OSError):
            if not give_up:
                raise data
            reason = f"The file cannot be read: {data.strerror or data}. Check its permissions."
            job.aside.add(uri, code="not_readable", reason=reason)
            return
        if isinstance(data, bytes):
            digests[uri] = members.digest(file, data)
        try:
            if isinstance(data, Exception):
                raise data  # noqa: TRY301 - judged below with those of the readers
            yield extract(data, source_uri=uri, encoding=file.encoding, text_column=file.text_column)
        except Unreadable as error:
            job.aside.add(uri, code=error.code, reason=error.reason, sha256=digests.get(uri))
        except Exception as error:  # noqa: BLE001 - one bad file must not stop the others
            job.aside.add_fault(uri, error, sha256=digests.get(uri))

    with tables.writing(job.folder / "sources.arrow", SOURCES) as sink:
        for chunk in _chunked(rows()):
            sink.write(_table(SOURCES, chunk, job))
    return digests


def _clean(job: _Job) -> None:
    from transforms.clean import clean  # noqa: PLC0415

    with tables.writing(job.folder / "readings.arrow", READINGS) as sink:
        for chunk in tables.chunks(job.folder / "sources.arrow"):
            parts = [
                _table(READINGS, [reading for _, reading in job.each(piece.to_pylist(), clean)], job)
                for piece in job.pieces(chunk)
            ]
            sink.write(_joined(READINGS, parts))


def _segment(job: _Job) -> None:
    from transforms.segment import segment  # noqa: PLC0415

    read = zip(tables.chunks(job.folder / "sources.arrow"), tables.chunks(job.folder / "readings.arrow"), strict=True)
    datasets = (DOCUMENTS, SECTIONS, CLAUSES)
    with (
        tables.writing(job.folder / "documents.arrow", DOCUMENTS) as documents,
        tables.writing(job.folder / "sections.arrow", SECTIONS) as sections,
        tables.writing(job.folder / "clauses.arrow", CLAUSES) as clauses,
    ):
        for chunk, reading_chunk in read:
            readings = {row["source_uri"]: row for row in reading_chunk.to_pylist()}

            def cut(source: dict[str, Any], readings: Mapping[str, Any] = readings) -> Any:  # noqa: ANN401
                return segment(source, readings[source["source_uri"]], _grammar())

            made = []
            for piece in job.pieces(chunk):
                left = [row for row in piece.to_pylist() if row["source_uri"] in readings]
                made.append(_as_tables(list(job.each(left, cut)), job))
            for place, sink in enumerate((documents, sections, clauses)):
                sink.write(_joined(datasets[place], [part[place] for part in made]))


def _as_tables(done: list[tuple[dict[str, Any], Any]], job: _Job) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Outlines as tables; if a row is not of its form, source by source, to find the one that is to blame."""
    from transforms.segment import tables_of  # noqa: PLC0415

    def convert(results: Iterable[Any]) -> tuple[pa.Table, pa.Table, pa.Table]:
        return tables_of([one for result in results for one in result.found])

    job.notes.take([source["source_uri"] for source, _ in done])
    try:
        return convert(result for _, result in done)
    except Exception:  # noqa: BLE001 - found again below, with the source that it belongs to
        results = {source["source_uri"]: result for source, result in done}
        sound = list(job.each([s for s, _ in done], lambda s: convert([results[s["source_uri"]]])))
        parts = [convert([]), *(made for _, made in sound)]
        return tuple(pa.concat_tables(list(column)) for column in zip(*parts, strict=True))


def _classify(job: _Job) -> None:
    from transforms.publish import sketch  # noqa: PLC0415

    sketches: dict[str, Any] = {}
    names = ("documents", "sections", "clauses")
    read = zip(*(tables.chunks(job.folder / f"{name}.arrow") for name in names), strict=True)
    with (
        tables.writing(job.folder / "labelled-documents.arrow", DOCUMENTS) as documents_sink,
        tables.writing(job.folder / "labelled-sections.arrow", SECTIONS) as sections_sink,
        tables.writing(job.folder / "labelled-clauses.arrow", CLAUSES) as clauses_sink,
    ):
        for chunk in read:
            documents, sections, clauses = _wanted(*chunk, wanted=job.wanted)
            for labelled in _labelled(documents, sections, clauses, job):
                sketches |= sketch(labelled[0])
                for part in _groups(*labelled):
                    for sink, table in zip((documents_sink, sections_sink, clauses_sink), part, strict=True):
                        sink.write(table)

    write_sealed(job.folder / "sketches.json", {"texts": sketches})


def _wanted(documents: pa.Table, *others: pa.Table, wanted: frozenset[str]) -> tuple[pa.Table, ...]:
    """Leave out what is of sources that are gone."""
    gone = sorted(set(documents["source_uri"].to_pylist()) - wanted)
    return without(gone, documents, *others) if gone else (documents, *others)


def _groups(
    documents: pa.Table, sections: pa.Table, clauses: pa.Table
) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
    """Divide tables whose rows stand by group, so that who wants a few documents need not read all."""
    owners = [_group(table, documents) for table in (sections, clauses)]
    for number in range(max(-(-documents.num_rows // GROUP), 1)):
        bounds = [np.searchsorted(owner, (number, number + 1)).tolist() for owner in owners]
        mine = [table.slice(a, b - a) for table, (a, b) in zip((sections, clauses), bounds, strict=True)]
        yield documents.slice(number * GROUP, GROUP), mine[0], mine[1]


def _by_group(documents: pa.Table, sections: pa.Table, clauses: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Rows of groups of documents one after the other: they are arranged before labels make them heavy.

    A row of no document goes with the first group: the validation must see it.
    """
    orders = [np.argsort(_group(table, documents), kind="stable") for table in (sections, clauses)]
    return sections.take(pa.array(orders[0])), clauses.take(pa.array(orders[1]))


def _group(table: pa.Table, documents: pa.Table) -> Any:  # noqa: ANN401 - an array of numpy
    """Group of the document of each row."""
    ids = documents["document_id"].combine_chunks()
    return pc.fill_null(pc.index_in(table["document_id"], ids), 0).to_numpy() // GROUP


def without(sources: Sequence[str], documents: pa.Table, *others: pa.Table) -> tuple[pa.Table, ...]:
    """Tables without the rows of some sources."""
    mask = pc.is_in(documents["source_uri"], pa.array(sources, pa.string()))
    ids = documents.filter(mask)["document_id"].combine_chunks()
    left = [table.filter(pc.invert(pc.is_in(table["document_id"], ids))) for table in others]
    return (documents.filter(pc.invert(mask)), *left)


def of_sources(sources: Sequence[str], documents: pa.Table, *others: pa.Table) -> tuple[pa.Table, ...]:
    """Rows of some sources."""
    mine = documents.filter(pc.is_in(documents["source_uri"], pa.array(sources, pa.string())))
    ids = mine["document_id"].combine_chunks()
    return (mine, *(table.filter(pc.is_in(table["document_id"], ids)) for table in others))


def _labelled(
    documents: pa.Table, sections: pa.Table, clauses: pa.Table, job: _Job
) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
    """Label a chunk; if that fails, source by source, to find the one that is to blame."""
    from transforms.classify import classify  # noqa: PLC0415

    sources = list(dict.fromkeys(documents["source_uri"].to_pylist()))
    if len(sources) > 1 and job.care.singly:
        yield from _one_by_one(sources, documents, sections, clauses, job)
        return
    if len(sources) == 1 and job.spared(sources[0], documents["source_sha256"][0].as_py()):
        return
    job.notes.take(sources)
    try:
        labelled = classify(documents, *_by_group(documents, sections, clauses), _codebook())
    except Exception as error:
        if not sources:
            raise
        if len(sources) == 1:
            job.aside.add_fault(sources[0], error, sha256=documents["source_sha256"][0].as_py())
            return
        yield from _one_by_one(sources, documents, sections, clauses, job)
    else:
        yield labelled


def _one_by_one(
    sources: Iterable[str], documents: pa.Table, sections: pa.Table, clauses: pa.Table, job: _Job
) -> Iterator[tuple[pa.Table, pa.Table, pa.Table]]:
    for uri in sources:
        mine, own_sections, own_clauses = of_sources([uri], documents, sections, clauses)
        yield from _labelled(mine, own_sections, own_clauses, job)


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


def _table(dataset: Dataset, rows: list[dict[str, Any]], job: _Job) -> pa.Table:
    """Rows as a table; rows that are not of its form are set aside one by one."""
    job.notes.take([row["source_uri"] for row in rows])
    try:
        return to_table(dataset, rows)
    except Exception:  # noqa: BLE001 - found again below, with the row that it belongs to
        return _joined(dataset, [made for _, made in job.each(rows, lambda row: to_table(dataset, [row]))])


def _joined(dataset: Dataset, parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables([to_table(dataset, []), *parts]).combine_chunks()


@lru_cache(maxsize=1)
def warm() -> None:
    """Load what all stages need: the tables, and what is built from them at first use. A worker does so while it waits."""
    from transforms.classify import classify  # noqa: PLC0415
    from transforms.clean import clean  # noqa: PLC0415
    from transforms.extract import extract  # noqa: PLC0415
    from transforms.publish import sketch  # noqa: PLC0415
    from transforms.segment import segment, tables_of  # noqa: PLC0415

    source = extract(
        "第一条 各县应当加强水利建设，保护水资源，节约用水，防治水害，保障用水安全。".encode(), source_uri="warm.txt"
    )
    made = segment(source, clean(source), _grammar())
    labelled = classify(*tables_of(made.found), _codebook())
    sketch(labelled[0])
    # The tables stay as long as the process: a look for what is garbage need not walk them again and again.
    gc.collect()
    gc.freeze()


@lru_cache(maxsize=1)
def _grammar() -> Any:  # noqa: ANN401 - belongs to segment
    from transforms.segment import load_rules  # noqa: PLC0415

    return load_rules(seeds.folder())


@lru_cache(maxsize=1)
def _codebook() -> Any:  # noqa: ANN401 - belongs to classify
    from transforms.classify.codebook import load  # noqa: PLC0415

    return load(seeds.folder() / "codebook")
