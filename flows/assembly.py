"""From the batches of a run to one release: joined, encoded, published. Without Prefect, paths in.

What only all documents together tell - which repeat another, and what a reference points to - is found anew in every
run, on a few columns. The rows themselves stay in the packs: read are those that were not judged before, and those of the
parts of the release that are not encoded yet. So a document more in a large release costs little more than the document.
"""

import shutil
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows import lineage, packs, reference, tables, work
from flows.quarantine import OUTSIDE, Quarantine
from flows.sealed import read_sealed, write_sealed
from flows.sources import SetAside
from flows.taken import ROWS, Taken, each_rows, read_rows
from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS, Dataset
from schemas.arrow import arrow_schema, to_table
from schemas.vocabularies import OUTWARD
from transforms.publish import COPY_COLUMNS, TEXTS, among, mark_copies, write_release
from transforms.publish import findings as count_findings
from transforms.publish import formats as count_formats
from transforms.publish.files import sha256
from transforms.publish.parquet import cuts, write_part
from transforms.publish.storage import Storage

LIGHT = (*COPY_COLUMNS, "source_sha256", "source_format", "duplicate_of", "similarity", "findings")
"""Columns of documents that the join over all of them and the steps after it look at."""
ARTICLES = ("section_id", "document_id", "parent_id", "kind", "number", "ordinal", "title")
"""Columns of sections that tell what a reference points to."""
CITING = ("clause_id", "document_id", "references")
Sources = Mapping[str, str]
"""source_uri -> sha256 of the bytes."""
LIBRARIES = ("pyarrow", "polars", "numpy", "scipy", "jieba", "rjieba", "great-expectations", "prefect")


@dataclass(frozen=True)
class Joined:
    """What the steps after the join need to know; two files in the folder of the run.

    Attributes:
        taken: Sources that this run takes from packs, each with the number of its `part` of the release.
        parts: Keys of the parts: what their bytes depend on.
        rows: Rows of every dataset.

    """

    taken: Taken
    parts: list[str]
    rows: dict[str, int]

    def part(self, number: int) -> Taken:
        """Give the sources of a part."""
        return self.taken.where(pc.equal(self.taken.sources["part"], number))

    def write(self, folder: Path) -> None:
        """Write it into the folder of the run."""
        tables.write(folder / "joined.arrow", self.taken.sources)
        write_sealed(folder / "joined.json", {"packs": self.taken.packs, "parts": self.parts, "rows": self.rows})

    @classmethod
    def read(cls, folder: str | Path) -> "Joined":
        """Read it back."""
        content = _sealed(Path(folder) / "joined.json")
        taken = Taken(tuple(content["packs"]), tables.read(Path(folder) / "joined.arrow"))
        return cls(taken, content["parts"], content["rows"])


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
    unread = Quarantine("extract")
    for one in set_aside:
        unread.add(one.uri, code=one.code, reason=one.reason)
    aside, taken = unread.rows, Taken()
    for pack, given, refused in _packs(ready, batches):
        aside += refused
        gone = {row["source_uri"] for row in refused}
        taken = taken.plus(str(pack), {uri: digest for uri, digest in given.items() if uri not in gone})
    tables.write(folder / "collected.arrow", taken.sources)
    write_sealed(folder / "collected.json", {"packs": taken.packs, "aside": aside, "sources": sources})


def _packs(
    ready: Mapping[Path, Sources], batches: Sequence[Path]
) -> Iterator[tuple[Path, Sources, list[dict[str, Any]]]]:
    """Every pack: its folder, the sources that were given to it, the rows of those that it has set aside."""
    for folder, sources in ready.items():
        refused = _aside(folder, sources)
        yield folder, sources, [row for row in refused if row["code"] not in OUTSIDE]
    for folder in batches:
        yield folder, work.read_done(folder, work.STAGES[-1]).sources, _aside(folder, work.wanted(folder))


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

    collected = _sealed(folder / "collected.json")
    taken = Taken(tuple(collected["packs"]), tables.read(folder / "collected.arrow"))
    quarantine = to_table(QUARANTINE, collected["aside"])
    documents = _sorted(read_rows(taken, "documents", LIGHT), DOCUMENTS.sort)
    documents = _with_copies(documents, taken, cache)
    _lose_nothing(documents["source_uri"], taken, quarantine, sources=collected["sources"])
    attachments, n_sections = _filtered(taken, "sections", ARTICLES, _is_attachment)
    citing, n_clauses = _filtered(taken, "clauses", CITING, _cites)
    citing = with_documents(documents, attachments, citing, partial(_articles, documents, taken))
    rows = {"documents": documents.num_rows, "sections": n_sections, "clauses": n_clauses}
    taken, parts = _parts(documents, citing, taken)
    Joined(taken, parts, {**rows, "quarantine": quarantine.num_rows}).write(folder)
    tables.write(folder / "quarantine.arrow", quarantine)
    tables.write(folder / "documents.arrow", documents)
    tables.write(folder / "citing.arrow", citing)
    return {**rows, "quarantine": quarantine.num_rows}


def _filtered(
    taken: Taken, name: str, columns: Sequence[str], wanted: Callable[[pa.Table], Any]
) -> tuple[pa.Table, int]:
    """Rows of all packs that are wanted, and the number of all: there may be more than the memory holds."""
    found, count = [], 0
    for rows in each_rows(taken, name, columns):
        count += rows.num_rows
        found.append(rows.filter(wanted(rows)))
    return pa.concat_tables(found or [read_rows(Taken(), name, columns)]), count


def _is_attachment(sections: pa.Table) -> Any:  # noqa: ANN401 - an array of pyarrow
    return pc.equal(sections["kind"], "attachment")


def _cites(clauses: pa.Table) -> Any:  # noqa: ANN401 - as above
    return pc.greater(pc.list_value_length(clauses["references"]), 0)


def _articles(documents: pa.Table, taken: Taken, ids: Collection[str]) -> pa.Table:
    """Read the sections of some documents."""
    mask = pc.is_in(documents["document_id"], pa.array(sorted(ids), pa.string()))
    return read_rows(taken.named(pc.unique(documents["source_uri"].filter(mask))), "sections", ARTICLES)


def _with_copies(documents: pa.Table, taken: Taken, cache: Path | None) -> pa.Table:
    """Mark copies by the sketches of the packs; read are texts that have none, and those that may be copies of another."""
    # Similarities are kept between runs, as long as the same code gives the same spans.
    version = reference.digest([reference.stage_versions()["segment"], reference.code("publish")])
    path = cache / "sketches" / f"{version}.json" if cache else None
    kept = (read_sealed(path) if path else None) or {"pairs": {}}
    # One pack after the other: what they tell in JSON is many times what is held of it.
    told = ((read_sealed(Path(pack) / "sketches.json") or {}).get("texts", {}) for pack, _ in taken.each())
    pairs = dict(kept["pairs"])
    by_text = documents.select(["text_sha256", "source_uri"]).sort_by("text_sha256").combine_chunks()
    digests, uris = (by_text[name].combine_chunks() for name in by_text.column_names)

    def read(texts: Collection[str]) -> pa.Table:
        named = pa.array([uris[bisect_left(digests, text, key=str)].as_py() for text in texts], pa.string())
        return read_rows(taken.named(named), "documents", ("document_id", *TEXTS))

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


def _lose_nothing(uris: pa.ChunkedArray, taken: Taken, quarantine: pa.Table, *, sources: int) -> None:
    uris = pc.unique(uris)
    lost = taken.where(pc.invert(pc.is_in(taken.sources["source_uri"], uris))).sources["source_uri"].to_pylist()
    if lost or len(uris) + quarantine.num_rows != sources:
        named = f" ({', '.join(sorted(lost)[:3])})" if lost else ""
        raise RuntimeError(
            f"Of {sources} sources {len(uris)} have documents and {quarantine.num_rows} are set aside: "
            f"some were lost or counted twice{named}. This is a fault of Gangmu; please report it with the run's report."
        )


def missing_parts(joined: Joined, cache: Path) -> list[int]:
    """Parts that no earlier run has encoded, or whose files are damaged."""
    missing = []
    for number, key in enumerate(joined.parts):
        if _is_sound(cache / "parts" / key):
            packs.touch([cache / "parts" / key])
        else:
            missing.append(number)
    return missing


def encode(folder: str, part: int, *, cache: str) -> str:
    """Write a part of the release as Parquet; gives its key."""
    place = Path(folder)
    joined = Joined.read(place)
    key, taken = joined.parts[part], joined.part(part)
    documents = read_rows(taken, "documents")
    light_documents = tables.read(place / "documents.arrow").select(["document_id", "duplicate_of", "similarity"])
    citing = tables.read(place / "citing.arrow").select(["document_id", "clause_id", "references"])
    citing = citing.filter(pc.is_in(citing["document_id"], documents["document_id"].combine_chunks()))
    for column in ("duplicate_of", "similarity"):
        documents = _replaced(documents, column, light_documents, key="document_id")
    draft = place / f"part-{key}"
    rows: dict[str, int] = {}

    def write(dataset: Dataset, table: pa.Table) -> None:
        write_part(dataset, table, draft / f"{dataset.name}.parquet")
        rows[dataset.name] = table.num_rows

    # One after the other, so that one alone is in memory.
    write(DOCUMENTS, documents)
    write(SECTIONS, read_rows(taken, "sections"))
    write(CLAUSES, _replaced(read_rows(taken, "clauses"), "references", citing, key="clause_id"))
    files = {f"{dataset.name}.parquet": sha256(draft / f"{dataset.name}.parquet") for dataset in ROWS}
    write_sealed(draft / "part.json", {"files": files, "rows": rows})
    _put(draft, Path(cache) / "parts" / key)
    return key


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
    parts = [(cache / "parts" / key, read_sealed(cache / "parts" / key / "part.json") or {}) for key in joined.parts]
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
            "sources": lineage.sources(_sources(joined, folder)),
            "change": validation["change"],
            **lineage.noted(folder),
            **(facts or {}),
        },
        findings=findings(folder),
        formats=formats(folder),
    )
    return {
        "release": published.release,
        "path": published.address,
        "digest": published.digest,
        "new": published.new,
    }


def _sources(joined: Joined, folder: Path) -> pa.Table:
    """Names and digests of all sources, those that were set aside too."""
    aside = tables.read(folder / "quarantine.arrow")
    names = ["source_uri", "source_sha256"]
    return pa.concat_tables([joined.taken.sources.select(names), aside.select(names)], promote_options="permissive")


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


def _aside(folder: Path, sources: Collection[str]) -> list[dict[str, Any]]:
    """Rows that the stages have set aside of some sources."""
    # A stage that no source came to has no file.
    told = [read_sealed(folder / f"done-{stage}.json") or {} for stage in work.STAGES]
    return [row for done in told for row in done.get("aside", ()) if row["source_uri"] in sources]


def _parts(documents: pa.Table, citing: pa.Table, taken: Taken) -> tuple[Taken, list[str]]:
    """Divide the release; gives the sources with the numbers of their parts, and a key of all that the bytes of each depend on."""
    versions = [reference.stage_versions()[work.STAGES[-1]], reference.code("publish")]
    uris = pc.unique(documents["source_uri"])
    sizes = [len(part) for part in cuts(uris.to_pylist())]
    numbers = pa.array(np.repeat(np.arange(len(sizes), dtype=np.int32), sizes))
    number, source = (numbers.take(pc.index_in(each["source_uri"], uris)) for each in (documents, taken.sources))
    sources = taken.sources.append_column("part", source)
    # Sources and documents are in the order of their names, and so those of a part stand together.
    named = sources.take(pc.index_in(uris, sources["source_uri"].combine_chunks()))
    told = [
        _lines(named, ("source_uri", "source_sha256"), len(sizes)),
        _lines(
            documents.select(["document_id", "duplicate_of", "similarity"]).append_column("part", number),
            ("document_id", "duplicate_of", "similarity"),
            len(sizes),
        ),
        _lines(_targets(documents, citing, number), ("owner", "target"), len(sizes)),
    ]
    keys = [
        reference.digest([*versions, *(line for lines in each for line in lines)]) for each in zip(*told, strict=True)
    ]
    return Taken(taken.packs, sources), keys


def _lines(table: pa.Table, columns: Sequence[str], count: int) -> Iterator[list[str]]:
    """What rows say, part by part: `table` is in the order of its column `part`."""
    ends = np.searchsorted(table["part"].to_numpy(), np.arange(count + 1))
    for start, end in pairwise(ends):
        rows = (table[name].slice(start, end - start).to_pylist() for name in columns)
        yield [" ".join(map(str, row)) for row in zip(*rows, strict=True)]


def _targets(documents: pa.Table, citing: pa.Table, number: pa.ChunkedArray) -> pa.Table:
    """Targets of references to other documents, in the order of parts, documents and clauses: part, owner (clause), target.

    What points into its own document is as the document is.
    """
    lists = citing["references"].combine_chunks()
    cited = lists.flatten()
    # Strings are taken of few: most references point into their own document.
    rows = pc.indices_nonzero(
        pc.and_(pc.is_valid(cited.field("target_id")), pc.is_in(cited.field("kind"), pa.array(OUTWARD)))
    )
    owner = pc.list_parent_indices(lists).take(rows)
    homes = citing["document_id"].combine_chunks().take(owner)
    part = number.take(pc.index_in(homes, documents["document_id"].combine_chunks()))
    owners, targets = citing["clause_id"].combine_chunks().take(owner), cited.field("target_id").take(rows)
    table = pa.table({"part": part, "home": homes, "owner": owners, "target": targets}).filter(pc.is_valid(part))
    # Stable, so that the references of a clause stay in their order.
    return table.take(pc.sort_indices(table, [(name, "ascending") for name in ("part", "home", "owner")]))


def _replaced(table: pa.Table, column: str, light: pa.Table, *, key: str) -> pa.Table:
    """Table with a column from another one, matched by key; what has no match keeps its own."""
    places = pc.index_in(table[key].combine_chunks(), light[key].combine_chunks())
    place = table.schema.get_field_index(column)
    new = light[column].combine_chunks().take(places)
    if places.null_count:
        new = pc.if_else(pc.is_valid(places), new, table[column].combine_chunks())
    return table.set_column(place, table.schema.field(place), new)


def _sealed(path: Path) -> dict[str, Any]:
    content = read_sealed(path)
    if content is None:
        raise FileNotFoundError(f"{path} is missing or damaged; is the disk full?")
    return content


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
