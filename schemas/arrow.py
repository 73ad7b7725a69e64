"""Datasets as Arrow schemas and rows as tables."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from schemas.column import Column, Dataset


def arrow_schema(dataset: Dataset) -> pa.Schema:
    """Arrow schema of a dataset; every field carries its description, and what null means, in the metadata."""
    fields = [pa.field(c.name, c.type, nullable=not c.required, metadata=_metadata(c)) for c in dataset.columns]
    return pa.schema(fields, metadata={"title": dataset.title})


Columns = dict[str, list[Any]]
"""Values of every column, one for each row; a struct may be a tuple."""


def to_table(dataset: Dataset, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows (columns that are missing become null) as a table of the dataset's schema, sorted as the dataset says.

    Raises:
        KeyError: Rows have columns that the dataset does not declare; it names them.
        pyarrow.ArrowInvalid: A required column is missing.

    """
    listed = list(rows)
    given = set(chain.from_iterable(listed))
    return table_of(dataset, {name: [row.get(name) for row in listed] for name in given}, len(listed))


def table_of(dataset: Dataset, columns: Mapping[str, Sequence[Any]], height: int) -> pa.Table:
    """Columns of so many rows (those that are missing become null) as a table, like `to_table`."""
    names = [c.name for c in dataset.columns]
    if unknown := columns.keys() - set(names):
        raise KeyError(f"dataset {dataset.name} declares no column {sorted(unknown)}")
    schema = arrow_schema(dataset)
    arrays = [
        pa.array(columns[name], schema.field(name).type)
        if name in columns
        else pa.nulls(height, schema.field(name).type)
        for name in names
    ]
    table = pa.table(arrays, schema=schema)
    table.validate()
    for column in dataset.columns:
        if column.required and table.column(column.name).null_count:
            raise pa.ArrowInvalid(f"dataset {dataset.name}: required column {column.name} holds null")
    if dataset.sort:
        table = table.sort_by([(name, "ascending") for name in dataset.sort])
    return table


def _metadata(column: Column) -> dict[str, str]:
    return {"description": column.description, **({"null": column.null} if column.null else {})}
