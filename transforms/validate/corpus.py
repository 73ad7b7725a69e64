"""What goes across the sources of a release, gathered part by part: a release may be larger than the memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

ACROSS = {
    "documents": ("document_id", "source_uri", "duplicate_of"),
    "sections": ("section_id", "document_id", "links"),
    "clauses": ("clause_id", "document_id", "references"),
}
"""Columns that checks across sources look at."""

SLICE = 2**16
"""Rows with references that are looked at together."""
Parts = Callable[[], Iterable[pa.Table]]
"""Gives a table part by part, and may be asked again."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A release across its sources.

    Attributes:
        rows: Number of rows of every dataset.
        tables: Columns `ACROSS` of the documents, of the sections that point out of their part or are pointed to, and of
            the clauses that refer to what is neither of these: the others play no part.
        keys: Keys of every dataset that may stand there twice, with all their rows; of documents all.

    """

    rows: Mapping[str, int]
    tables: Mapping[str, pa.Table]
    keys: Mapping[str, pl.DataFrame]


def gather(documents: pa.Table, references: Parts, sections: Parts, clauses: Parts) -> Corpus:
    """Gather what checks across sources need.

    Args:
        documents: Columns `ACROSS` of all documents.
        references: Those of all clauses; what has no references may be left out.
        sections: Those of all sections, whole documents in each part.
        clauses: clause_id of all clauses.

    """
    targets = [_hashes(_targets(part["references"])) for part in _slices(references())]
    in_sections, in_clauses = _Keys("section_id"), _Keys("clause_id")
    for part in sections():
        in_sections.add(part)
        targets.append(_hashes(_targets(part.filter(_points_out(part))["links"])))
    wanted = np.unique(np.concatenate([np.empty(0, np.uint64), *targets]))
    kept = pa.concat_tables(
        part.filter(pc.or_(_points_out(part), pa.array(np.isin(_hashes(part["section_id"]), wanted))))
        for part in sections()
    )
    known = pa.concat_arrays([*kept["section_id"].chunks, *documents["document_id"].chunks])
    citing = pa.concat_tables(part.filter(_points_beyond(part["references"], known)) for part in _slices(references()))
    repeated = {"sections": in_sections.repeated(sections)}
    for part in clauses():
        in_clauses.add(part)
    repeated["clauses"] = in_clauses.repeated(clauses)
    return Corpus(
        rows={"documents": documents.num_rows, "sections": in_sections.count, "clauses": in_clauses.count},
        tables={"documents": documents, "sections": kept, "clauses": citing},
        keys={"documents": pl.DataFrame({"document_id": _series(documents["document_id"])}), **repeated},
    )


class _Keys:
    """Keys of a dataset, of which only digests are held: eight bytes each."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._hashes: list[np.ndarray] = []
        self.count = 0

    def add(self, part: pa.Table) -> None:
        """Take the keys of a part."""
        self._hashes.append(_hashes(part[self._column]))
        self.count += part.num_rows

    def repeated(self, parts: Parts) -> pl.DataFrame:
        """Read the keys again whose digest occurs twice; two keys may have one digest, and then they are not the same.

        Asked once, for the digests are let go.
        """
        together = np.empty(self.count, np.uint64)
        end = self.count
        # One by one, so that they are not in memory twice.
        while self._hashes:
            some = self._hashes.pop()
            together[end - len(some) : end] = some
            end -= len(some)
        together.sort()
        twice = together[1:][together[1:] == together[:-1]]
        found: list[pl.Series] = []
        if len(twice):
            for part in parts():
                mask = np.isin(_hashes(part[self._column]), twice)
                found.append(_series(part[self._column].filter(pa.array(mask))))
        return pl.DataFrame({self._column: pl.concat(found) if found else pl.Series(dtype=pl.String)})


def _slices(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows, few at a time; a table without any too, for its form."""
    for part in parts:
        for start in range(0, max(part.num_rows, 1), SLICE):
            yield part.slice(start, SLICE)


def _points_out(sections: pa.Table) -> Any:  # noqa: ANN401 - an array of pyarrow
    """Tell the sections that have a link to what is no section of the part."""
    return _points_beyond(sections["links"], sections["section_id"].combine_chunks())


def _points_beyond(lists: pa.ChunkedArray, known: pa.Array) -> Any:  # noqa: ANN401 - an array of pyarrow
    """Tell the rows with an element whose target is not known."""
    found = lists.combine_chunks()
    targets = found.flatten().field("target_id")
    out = pc.and_(pc.is_valid(targets), pc.invert(pc.is_in(targets, known)))
    mask = np.zeros(len(found), dtype=bool)
    mask[pc.list_parent_indices(found).filter(out).to_numpy()] = True
    return pa.array(mask)


def _targets(lists: Any) -> Any:  # noqa: ANN401 - an array of pyarrow
    return pc.unique(lists.combine_chunks().flatten().field("target_id")).drop_null()


def _hashes(keys: Any) -> np.ndarray:  # noqa: ANN401 - an array of pyarrow
    return _series(keys).hash().to_numpy()


def _series(values: Any) -> pl.Series:  # noqa: ANN401 - an array of pyarrow
    series = pl.from_arrow(values)
    if not isinstance(series, pl.Series):
        raise TypeError("this is no column")
    return series
