"""Rows of the packs that a run takes: which sources from which pack, and reading them.

Of a source is held its name, its digest and the number of its pack, in columns: a corpus may have some hundred thousand.
Packs may be larger than the memory; what is wanted of them is read in chunks, and columns that are not are left alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows import tables
from schemas import CLAUSES, DOCUMENTS, SECTIONS, Dataset
from schemas.arrow import arrow_schema

ROWS: tuple[Dataset, ...] = (DOCUMENTS, SECTIONS, CLAUSES)
SOURCES = pa.schema([("source_uri", pa.string()), ("source_sha256", pa.string()), ("pack", pa.int32())])
TOGETHER = 32
"""Chunks of a pack (`work.GROUP` documents each) that are read together where a few columns of all are wanted."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Sources that are taken from packs.

    Attributes:
        packs: Folders of the packs.
        sources: A row for every source: `SOURCES`, those of a pack together, in the order of `packs`; other columns may follow.

    """

    packs: tuple[str, ...] = ()
    sources: pa.Table = field(default_factory=SOURCES.empty_table)

    def plus(self, pack: str, sources: Mapping[str, str]) -> "Taken":
        """Take sources, source_uri -> digest of the bytes, from the folder of another pack too."""
        columns = [list(sources), list(sources.values()), [len(self.packs)] * len(sources)]
        return Taken((*self.packs, pack), pa.concat_tables([self.sources, pa.table(columns, schema=SOURCES)]))

    def each(self) -> Iterator[tuple[str, pa.Table]]:
        """Packs of which something is taken, and what."""
        ends = np.searchsorted(self.sources["pack"].to_numpy(), np.arange(len(self.packs) + 1))
        for pack, (start, end) in zip(self.packs, pairwise(ends), strict=True):
            if start < end:
                yield pack, self.sources.slice(start, end - start)

    def of_pack(self, pack: str) -> "Taken":
        """Take those of a pack."""
        return self.where(pc.equal(self.sources["pack"], self.packs.index(pack)))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Names and digests."""
        return zip(*(self.sources[name].to_pylist() for name in ("source_uri", "source_sha256")), strict=True)

    def where(self, mask: Any) -> "Taken":  # noqa: ANN401 - an array of pyarrow, or an expression
        """Take some of them."""
        return Taken(self.packs, self.sources.filter(mask))

    def named(self, uris: pa.Array) -> "Taken":
        """Take those of some names."""
        return self.where(pc.is_in(self.sources["source_uri"], uris))


def read_rows(taken: Taken, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Read rows of a dataset."""
    schema = _schema(name, columns)
    if columns is not None:
        # Some thousand chunks of a few rows each would hold more than what is in them.
        found = [some.combine_chunks() for some in each_rows(taken, name, columns)]
    else:
        found = [chunk for pack, sources in taken.each() for chunk in _read(pack, _left_out(pack, sources), name, None)]
    return pa.concat_tables([table.cast(schema) for table in (schema.empty_table(), *found)])


def each_rows(taken: Taken, name: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The same rows in several tables, whole documents in each: of a large corpus, packs are large."""
    schema = _schema(name, columns)
    for pack, sources in taken.each():
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


def _left_out(pack: str, sources: pa.Table) -> dict[int, pa.Array]:
    """Documents that are not taken, of every chunk of a pack that holds one that is.

    By what is left out: a row of no document at all must be seen by the validation, and not drop out here.
    """
    wanted = sources["source_uri"].combine_chunks()
    found = {}
    for place, (ids, uris) in enumerate(_documents_of(pack)):
        out = pc.invert(pc.is_in(uris, wanted))
        if not len(ids) or not pc.all(out).as_py():
            found[place] = ids.filter(out)
    return found
