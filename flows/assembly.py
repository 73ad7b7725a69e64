"""From the batches of a run to one release: joined, encoded, published. Without Prefect, paths in.

What only all documents together tell - which repeat another, and what a reference points to - is found anew in every
run, on a few columns. The rows themselves stay in the packs: read are those that were not judged before, and those of the
parts of the release that are not encoded yet. So a document more in a large release costs little more than the document.
"""

import shutil
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows import lineage, packs, reference, tables, work
from flows.quarantine import OUTSIDE, Quarantine
from flows.sealed import read_sealed, write_sealed
from flows.sources import SetAside
from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS, Dataset
from schemas.arrow import arrow_schema, to_table
from schemas.vocabularies import OUTWARD
from transforms.publish import COPY_COLUMNS, TEXTS, among, mark_copies, write_release
from transforms.publish import findings as count_findings
from transforms.publish import formats as count_formats
from transforms.publish.files import sha256
from transforms.publish.parquet import cuts, write_part
from transforms.publish.storage import Storage

ROWS: tuple[Dataset, ...] = (DOCUMENTS, SECTIONS, CLAUSES)
LIGHT = (*COPY_COLUMNS, "source_sha256", "source_format", "duplicate_of", "similarity", "findings")
"""Columns of documents that the join over all of them and the steps after it look at."""
ARTICLES = ("section_id", "document_id", "parent_id", "kind", "number", "ordinal", "title")
"""Columns of sections that tell what a reference points to."""
CITING = ("clause_id", "document_id", "references")
TOGETHER = 64
"""Chunks of a pack (`work.GROUP` documents each) that are read together where a few columns of all are wanted."""
LIBRARIES = ("pyarrow", "polars", "numpy", "scipy", "jieba", "rjieba", "great-expectations", "prefect")

Sources = dict[str, str]
"""source_uri -> sha256 of the bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the release: its key, which tells what its bytes depend on, and the sources that it takes from packs."""

    key: str
    taken: dict[str, Sources]


@dataclass(frozen=True)
class Joined:
    """What the steps after the join need to know; a file in the folder of the run.

    Attributes:
        packs: Folder of a pack -> sources that this run takes from it.
        parts: Parts of the release: key (what its bytes depend on) and sources.
        rows: Rows of every dataset.

    """

    packs: dict[str, Sources]
    parts: list[tuple[str, list[str]]]
    rows: dict[str, int]

    def part(self, number: int) -> Part:
        """Give a part."""
        key, uris = self.parts[number]
        taken: dict[str, Sources] = {}
        for uri in uris:
            pack = self._pack_of[uri]
            taken.setdefault(pack, {})[uri] = self.packs[pack][uri]
        return Part(key, taken)

    @cached_property
    def _pack_of(self) -> dict[str, str]:
        return {uri: pack for pack, sources in self.packs.items() for uri in sources}

    def write(self, folder: Path) -> None:
        """Write it into the folder of the run."""
        write_sealed(folder / "joined.json", {"packs": self.packs, "parts": self.parts, "rows": self.rows})

    @classmethod
    def read(cls, folder: str | Path) -> "Joined":
        """Read it back."""
        content = read_sealed(Path(folder) / "joined.json")
        if content is None:
            raise FileNotFoundError(f"{folder}/joined.json is missing or damaged; is the disk full?")
        return cls(**content)


def collect(
    folder: Path, ready: Mapping[Path, Sources], batches: Sequence[Path], set_aside: Sequence[SetAside], *, sources: int
) -> None:
    """Note in the folder of the run what its join is made of.

    Args:
        folder: Folder of the run.
        ready: Packs with the sources that are taken from them as they are.
        batches: Packs that this run has made.
        set_aside: Files that were not read at all.
        sources: Number of all sources; every one must come out somewhere.

    """
    found = Quarantine("extract")
    for one in set_aside:
        found.add(one.uri, code=one.code, reason=one.reason)
    taken, aside = _gather(ready, batches)
    rows = [*found.rows, *aside]
    write_sealed(folder / "collected.json", {"packs": taken, "aside": rows, "sources": sources})


def _gather(ready: Mapping[Path, Sources], batches: Sequence[Path]) -> tuple[dict[str, Sources], list[dict[str, Any]]]:
    """Collect what was done: the sources of every pack that have documents, and the rows that were set aside."""
    found: dict[str, Sources] = {}
    aside: list[dict[str, Any]] = []
    for folder, sources in ready.items():
        refused = [row for stage in work.STAGES for row in _aside(folder, stage) if row["source_uri"] in sources]
        refused = [row for row in refused if row["code"] not in OUTSIDE]
        aside += refused
        gone = {row["source_uri"] for row in refused}
        found[str(folder)] = {uri: digest for uri, digest in sources.items() if uri not in gone}
    for folder in batches:
        wanted = work.wanted(folder)
        aside += [row for stage in work.STAGES for row in _aside(folder, stage) if row["source_uri"] in wanted]
        last = work.read_done(folder, work.STAGES[-1])
        gone = {row["source_uri"] for row in last.aside}
        found[str(folder)] = {uri: digest for uri, digest in last.sources.items() if uri not in gone}
    return {folder: sources for folder, sources in found.items() if sources}, aside


def join(folder: Path, *, cache: Path | None = None) -> dict[str, int]:
    """Join what was collected: what is set aside, what goes across documents, and which parts the release has.

    Args:
        folder: Folder of the run.
        cache: Where sketches of texts are kept between runs.

    Returns:
        Rows of every dataset.

    Raises:
        RuntimeError: A source is neither in the documents nor in the quarantine list.

    """
    from transforms.classify.citations import with_documents  # noqa: PLC0415 - loaded beside the work by then

    collected = read_sealed(folder / "collected.json")
    if collected is None:
        raise FileNotFoundError(f"{folder}/collected.json is missing or damaged; is the disk full?")
    taken: dict[str, Sources] = collected["packs"]
    quarantine = to_table(QUARANTINE, collected["aside"])
    documents = _sorted(read_rows(taken, "documents", LIGHT), DOCUMENTS.sort)
    documents = _with_copies(documents, taken, cache)
    _lose_nothing(documents["source_uri"], taken, quarantine, sources=collected["sources"])
    attachments, n_sections = _filtered(taken, "sections", ARTICLES, _is_attachment)
    citing, n_clauses = _filtered(taken, "clauses", CITING, _cites)
    citing = with_documents(documents, attachments, citing, partial(_articles, documents, taken))
    rows = {"documents": documents.num_rows, "sections": n_sections, "clauses": n_clauses}
    digests = {uri: digest for sources in taken.values() for uri, digest in sources.items()}
    Joined(taken, _parts(documents, citing, digests), {**rows, "quarantine": quarantine.num_rows}).write(folder)
    tables.write(folder / "quarantine.arrow", quarantine)
    tables.write(folder / "documents.arrow", documents)
    tables.write(folder / "citing.arrow", citing)
    return {**rows, "quarantine": quarantine.num_rows}


def _filtered(
    taken: Mapping[str, Sources], name: str, columns: Sequence[str], wanted: Callable[[pa.Table], Any]
) -> tuple[pa.Table, int]:
    """Rows of all packs that are wanted, and the number of all: there may be more than the memory holds."""
    found, count = [], 0
    for rows in each_rows(taken, name, columns):
        count += rows.num_rows
        found.append(rows.filter(wanted(rows)))
    return pa.concat_tables(found or [read_rows({}, name, columns)]), count


def _is_attachment(sections: pa.Table) -> Any:  # noqa: ANN401 - an array of pyarrow
    return pc.equal(sections["kind"], "attachment")


def _cites(clauses: pa.Table) -> Any:  # noqa: ANN401 - as above
    return pc.greater(pc.list_value_length(clauses["references"]), 0)


def _articles(documents: pa.Table, taken: Mapping[str, Sources], ids: Collection[str]) -> pa.Table:
    """Read the sections of some documents."""
    mask = pc.is_in(documents["document_id"], pa.array(sorted(ids), pa.string()))
    uris = set(documents.filter(mask)["source_uri"].to_pylist())
    wanted = {pack: mine for pack, all_ in taken.items() if (mine := {u: d for u, d in all_.items() if u in uris})}
    return read_rows(wanted, "sections", ARTICLES)


def _with_copies(documents: pa.Table, taken: Mapping[str, Sources], cache: Path | None) -> pa.Table:
    """Mark copies by the sketches of the packs; read are texts that have none, and those that may be copies of another."""
    # Similarities are kept between runs, as long as the same code gives the same spans.
    version = reference.digest([reference.stage_versions()["segment"], reference.code("publish")])
    path = cache / "sketches" / f"{version}.json" if cache else None
    kept = (read_sealed(path) if path else None) or {"pairs": {}}
    # One pack after the other: what they tell in JSON is many times what is held of it.
    told = ((read_sealed(Path(pack) / "sketches.json") or {}).get("texts", {}) for pack in taken)
    pairs = dict(kept["pairs"])
    by_text = documents.select(["text_sha256", "source_uri"]).sort_by("text_sha256").combine_chunks()
    digests, uris = (by_text[name].combine_chunks() for name in by_text.column_names)

    def read(texts: Collection[str]) -> pa.Table:
        wanted: dict[str, Sources] = {}
        for text in texts:
            uri = uris[bisect_left(digests, text, key=str)].as_py()
            pack = next(pack for pack, sources in taken.items() if uri in sources)
            wanted.setdefault(pack, {})[uri] = taken[pack][uri]
        return read_rows(wanted, "documents", ("document_id", *TEXTS))

    marked = mark_copies(documents, told, pairs, read)
    pairs = among(pairs, digests)
    if path and pairs != kept["pairs"]:
        # Where they cannot be kept, they are made again.
        with suppress(OSError):
            for old in path.parent.glob("*.json"):
                old.unlink(missing_ok=True)
            write_sealed(path, {"pairs": pairs})
    return marked


def _sorted(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Table in order, made column by column so that it is never in memory twice: it is to be given up by the caller."""
    order = pc.sort_indices(table, [(name, "ascending") for name in keys])
    for place, field in enumerate(table.schema):
        table = table.set_column(place, field, table.column(place).take(order))
    return table


def _lose_nothing(uris: pa.ChunkedArray, taken: Mapping[str, Sources], quarantine: pa.Table, *, sources: int) -> None:
    uris = pc.unique(uris)
    lost: set[str] = set()
    for mine in taken.values():
        named = pa.array(list(mine), pa.string())
        lost.update(named.filter(pc.invert(pc.is_in(named, uris))).to_pylist())
    if lost or len(uris) + quarantine.num_rows != sources:
        named = f" ({', '.join(sorted(lost)[:3])})" if lost else ""
        raise RuntimeError(
            f"Of {sources} sources {len(uris)} have documents and {quarantine.num_rows} are set aside: "
            f"some were lost or counted twice{named}. This is a fault of Gangmu; please report it with the run's report."
        )


def missing_parts(joined: Joined, cache: Path) -> list[Part]:
    """Parts that no earlier run has encoded, or whose files are damaged."""
    missing = []
    for number, (key, _) in enumerate(joined.parts):
        if _is_sound(cache / "parts" / key):
            packs.touch([cache / "parts" / key])
        else:
            missing.append(joined.part(number))
    return missing


def encode(folder: str, part: Part, *, cache: str) -> str:
    """Write a part of the release as Parquet; gives its key."""
    place = Path(folder)
    documents = read_rows(part.taken, "documents")
    light_documents = tables.read(place / "documents.arrow").select(["document_id", "duplicate_of", "similarity"])
    citing = tables.read(place / "citing.arrow").select(["document_id", "clause_id", "references"])
    citing = citing.filter(pc.is_in(citing["document_id"], documents["document_id"].combine_chunks()))
    for column in ("duplicate_of", "similarity"):
        documents = _replaced(documents, column, light_documents, key="document_id")
    draft = place / f"part-{part.key}"
    rows: dict[str, int] = {}

    def write(dataset: Dataset, table: pa.Table) -> None:
        write_part(dataset, table, draft / f"{dataset.name}.parquet")
        rows[dataset.name] = table.num_rows

    # One after the other, so that one alone is in memory.
    write(DOCUMENTS, documents)
    write(SECTIONS, read_rows(part.taken, "sections"))
    write(CLAUSES, _replaced(read_rows(part.taken, "clauses"), "references", citing, key="clause_id"))
    files = {f"{dataset.name}.parquet": sha256(draft / f"{dataset.name}.parquet") for dataset in ROWS}
    write_sealed(draft / "part.json", {"files": files, "rows": rows})
    _put(draft, Path(cache) / "parts" / part.key)
    return part.key


def publish(
    folder: Path,
    *,
    output: str | Path | Storage,
    home: Path,
    cache: Path,
    run: str,
    day: date,
    validation: dict[str, Any],
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Publish the encoded parts."""
    joined = Joined.read(folder)
    parts = [(cache / "parts" / key, read_sealed(cache / "parts" / key / "part.json") or {}) for key, _ in joined.parts]
    content: dict[str, Any] = {
        dataset.name: [(part / f"{dataset.name}.parquet", told["rows"][dataset.name]) for part, told in parts]
        for dataset in ROWS
    }
    content["quarantine"] = tables.read(folder / "quarantine.arrow").cast(arrow_schema(QUARANTINE))
    published = write_release(
        content,
        output=output,
        work=home,
        run=run,
        day=day,
        reference=reference.versions(),
        validation=validation,
        facts={
            "run": run,
            "version": version("gangmu"),
            "libraries": {name: version(name) for name in LIBRARIES},
            "sources": lineage.sources(_digests(joined, folder)),
            "change": validation["change"],
            **lineage.noted(folder),
            **(facts or {}),
        },
    )
    return {
        "release": published.release,
        "path": published.address,
        "digest": published.digest,
        "new": published.new,
    }


def _digests(joined: Joined, folder: Path) -> list[tuple[str, str | None]]:
    """Names and digests of all sources, those that were set aside too."""
    read = [pair for sources in joined.packs.values() for pair in sources.items()]
    return [*read, *((row["source_uri"], row["source_sha256"]) for row in quarantine(folder))]


def quarantine(folder: Path) -> list[dict[str, Any]]:
    """Rows of the quarantine list of a run."""
    rows: list[dict[str, Any]] = tables.read(folder / "quarantine.arrow").to_pylist()
    return rows


def tracebacks(folder: Path, batches: Sequence[Path]) -> dict[str, str]:
    """Tracebacks of all that was set aside, by id; those of earlier runs too."""
    wanted = {row["traceback_id"] for row in quarantine(folder)} - {None}
    found: dict[str, str] = {}
    for batch in batches if wanted else ():
        for stage in work.STAGES:
            done = read_sealed(batch / f"done-{stage}.json") or {}
            found |= {key: text for key, text in done.get("tracebacks", {}).items() if key in wanted}
    return dict(sorted(found.items()))


def findings(folder: Path) -> dict[str, int]:
    """How often each finding occurs, by `severity code`."""
    return count_findings(tables.read(folder / "documents.arrow"))


def formats(folder: Path) -> list[dict[str, Any]]:
    """Count what was read, by format."""
    return count_formats(tables.read(folder / "documents.arrow"))


def _aside(folder: Path, stage: str) -> list[dict[str, Any]]:
    """Rows that a stage has set aside; of a stage that no source came to, none."""
    content = read_sealed(folder / f"done-{stage}.json")
    return list(content["aside"]) if content else []


def read_rows(taken: Mapping[str, Sources], name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Read rows of a dataset from packs, of the sources that are taken from each."""
    schema = _schema(name, columns)
    found = [chunk for pack, sources in taken.items() for chunk in _read(pack, _left_out(pack, sources), name, columns)]
    return pa.concat_tables([table.cast(schema) for table in (schema.empty_table(), *found)])


def each_rows(taken: Mapping[str, Sources], name: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The same rows in several tables, whole documents in each: of a large corpus, packs are large."""
    schema = _schema(name, columns)
    for pack, sources in taken.items():
        left_out = list(_left_out(pack, sources).items())
        for start in range(0, len(left_out), TOGETHER):
            found = _read(pack, dict(left_out[start : start + TOGETHER]), name, columns)
            yield pa.concat_tables([table.cast(schema) for table in found])


def _schema(name: str, columns: Sequence[str] | None) -> pa.Schema:
    schema = arrow_schema(next(dataset for dataset in ROWS if dataset.name == name))
    if columns is None:
        return schema
    return pa.schema([schema.field(column) for column in columns], metadata=schema.metadata)


def _read(pack: str, left_out: Mapping[int, pa.Array], name: str, columns: Sequence[str] | None) -> Iterator[pa.Table]:
    """Read chunks of a pack without the documents that are left out."""
    path = Path(pack) / f"labelled-{name}.arrow"
    if columns is None:
        # Parts end inside a chunk: the next one asks for it again.
        rows: Iterable[pa.Table] = (_chunk(str(path), place) for place in left_out)
    else:
        rows = tables.chunks(path, columns, places=left_out.keys())
    for chunk, ids in zip(rows, left_out.values(), strict=True):
        yield chunk.filter(pc.invert(pc.is_in(chunk["document_id"], ids))) if len(ids) else chunk


@lru_cache(maxsize=12)
def _chunk(path: str, place: int) -> pa.Table:
    """Chunk of a file of a pack; such files never change. A few are held: a pack may be larger than the memory."""
    return next(tables.chunks(Path(path), places=(place,)))


@lru_cache(maxsize=64)
def _documents_of(pack: str) -> tuple[tuple[pa.Array, pa.Array], ...]:
    """document_id and source_uri of every chunk of a pack."""
    path = Path(pack) / "labelled-documents.arrow"
    columns = ("document_id", "source_uri")
    return tuple(tuple(chunk[name].combine_chunks() for name in columns) for chunk in tables.chunks(path, columns))


def _left_out(pack: str, sources: Sources) -> dict[int, pa.Array]:
    """Documents that are not taken, of every chunk of a pack that holds one that is.

    By what is left out: a row of no document at all must be seen by the validation, and not drop out here.
    """
    wanted = pa.array(list(sources), pa.string())
    found = {}
    for place, (ids, uris) in enumerate(_documents_of(pack)):
        out = pc.invert(pc.is_in(uris, wanted))
        if not len(ids) or not pc.all(out).as_py():
            found[place] = ids.filter(out)
    return found


def _parts(documents: pa.Table, citing: pa.Table, digests: Sources) -> list[tuple[str, list[str]]]:
    """Parts of the release, each with a key of all that its bytes depend on."""
    versions = [reference.stage_versions()[work.STAGES[-1]], reference.code("publish")]
    uris = documents["source_uri"].to_pylist()
    parts = cuts(list(dict.fromkeys(uris)))
    number = {uri: place for place, part in enumerate(parts) for uri in part}
    place_of = [number[uri] for uri in uris]
    across: list[list[str]] = [[] for _ in parts]
    columns = (documents[name].to_pylist() for name in ("document_id", "duplicate_of", "similarity"))
    for place, key, original, alike in zip(place_of, *columns, strict=True):
        across[place].append(f"{key} {original} {alike}")
    for place, document, target in _targets(documents, citing, place_of):
        across[place].append(f"{document} {target}")
    return [
        (reference.digest([*versions, *(f"{uri} {digests[uri]}" for uri in part), *across[place]]), part)
        for place, part in enumerate(parts)
    ]


def _targets(documents: pa.Table, citing: pa.Table, place_of: list[int]) -> list[tuple[int, str, str]]:
    """Targets of references to other documents, by document and in order: part, clause, target.

    What points into its own document is as the document is.
    """
    lists = citing["references"].combine_chunks()
    parents = pc.list_parent_indices(lists)
    owners, homes = (citing[name].combine_chunks().take(parents) for name in ("clause_id", "document_id"))
    cited = lists.flatten()
    table = pa.table({"home": homes, "owner": owners, "target": cited.field("target_id"), "kind": cited.field("kind")})
    table = table.filter(pc.and_(pc.is_valid(table["target"]), pc.is_in(table["kind"], pa.array(OUTWARD))))
    # Stable, so that the references of a clause stay in their order.
    table = table.take(pc.sort_indices(table, [("home", "ascending"), ("owner", "ascending")]))
    places = dict(zip(documents["document_id"].to_pylist(), place_of, strict=True))
    rows = zip(*(table[name].to_pylist() for name in ("home", "owner", "target")), strict=True)
    return [(places[home], owner, target) for home, owner, target in rows if home in places]


def _replaced(table: pa.Table, column: str, light: pa.Table, *, key: str) -> pa.Table:
    """Table with a column from another one, matched by key; what has no match keeps its own."""
    places = pc.index_in(table[key].combine_chunks(), light[key].combine_chunks())
    place = table.schema.get_field_index(column)
    new = light[column].combine_chunks().take(places)
    if places.null_count:
        new = pc.if_else(pc.is_valid(places), new, table[column].combine_chunks())
    return table.set_column(place, table.schema.field(place), new)


def _is_sound(part: Path) -> bool:
    content = read_sealed(part / "part.json")
    try:
        return content is not None and all(sha256(part / name) == told for name, told in content["files"].items())
    except OSError:
        return False


def _put(draft: Path, place: Path) -> None:
    """Move a finished folder to where it is looked for; of two runs at once either is as good."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        draft.rename(place)
    except OSError:
        if _is_sound(place):
            shutil.rmtree(draft)
            return
        # Damaged: out of the way first, for a folder with files is not replaced by a rename.
        place.rename(draft.with_name(f"{draft.name}-damaged"))
        draft.rename(place)
