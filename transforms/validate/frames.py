"""The tables as polars frames, flat: Great Expectations looks at scalars only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
import pyarrow as pa

from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS, Dataset
from schemas.arrow import arrow_schema
from schemas.descriptor import type_name
from schemas.expectations import is_nested

JUDGED = (DOCUMENTS, SECTIONS, CLAUSES, QUARANTINE)
"""Datasets that a validation looks at."""


@dataclass(frozen=True)
class Frames:
    """The judged tables, as polars frames made when they are asked for."""

    tables: Mapping[str, pa.Table]
    _seen: dict[str, pl.DataFrame] = field(default_factory=dict)

    @cached_property
    def documents(self) -> pl.DataFrame:
        """Rows of documents."""
        return self._frame("documents")

    @cached_property
    def sections(self) -> pl.DataFrame:
        """Rows of sections."""
        return self._frame("sections")

    @cached_property
    def clauses(self) -> pl.DataFrame:
        """Rows of clauses."""
        return self._frame("clauses")

    @cached_property
    def quarantine(self) -> pl.DataFrame:
        """Rows of quarantine."""
        return self._frame("quarantine")

    def get(self, name: str) -> pl.DataFrame:
        """Frame of a dataset by its name, or of a nested column: `clauses.evidence`."""
        if name not in self._seen:
            dataset, _, column = name.partition(".")
            frame: pl.DataFrame = getattr(self, dataset)
            declared = _declared(dataset)
            self._seen[name] = exploded(frame, column, key=declared.key or "") if column else flat(frame, declared)
        return self._seen[name]

    def _frame(self, name: str) -> pl.DataFrame:
        frame = pl.from_arrow(self.tables[name])
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(f"{name} is not a table")
        return frame


def flat(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Give nested columns as their length; null stays null."""
    nested = {c.name for c in dataset.columns if is_nested(c)}
    return frame.select(pl.col(name).list.len() if name in nested else pl.col(name) for name in frame.columns)


def exploded(frame: pl.DataFrame, column: str, *, key: str) -> pl.DataFrame:
    """Give every element of a nested column, with the key and document of its row, its `place` in the list and the `row`."""
    around = [name for name in dict.fromkeys([key, "document_id"]) if name in frame.columns]
    chosen = frame.select(*around, column).with_row_index("row").filter(pl.col(column).list.len() > 0)
    chosen = chosen.select(*around, "row", column, place=pl.int_ranges(pl.col(column).list.len()))
    rows = chosen.explode(column, "place")
    return rows.unnest(column) if isinstance(rows.schema[column], pl.Struct) else rows


def type_differences(tables: Mapping[str, pa.Table], dataset: Dataset) -> pl.DataFrame:
    """Columns of a table whose Arrow type or name is not the declared one."""
    found = {field.name: type_name(field.type) for field in tables[dataset.name].schema}
    declared = {field.name: type_name(field.type) for field in arrow_schema(dataset)}
    rows = [
        {"column": name, "declared": declared.get(name), "found": found.get(name)}
        for name in [*declared, *(found.keys() - declared.keys())]
        if declared.get(name) != found.get(name)
    ]
    return pl.DataFrame(rows, schema={"column": pl.String, "declared": pl.String, "found": pl.String})


def _declared(name: str) -> Dataset:
    for dataset in JUDGED:
        if dataset.name == name:
            return dataset
    raise KeyError(f"no dataset {name}")
