"""Datasets as Arrow schemas and rows as tables."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import pyarrow as pa

from schemas.column import Column, Dataset


def arrow_schema(dataset: Dataset) -> pa.Schema:
    """Arrow schema of a dataset; every field carries its description, and what null means, in the metadata."""
    fields = [pa.field(c.name, c.type, nullable=not c.required, metadata=_metadata(c)) for c in dataset.columns]
    return pa.schema(fields, metadata={"title": dataset.title})


def to_table(dataset: Dataset, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows (columns that are missing become null) as a table of the dataset's schema, sorted as the dataset says.

    Raises:
        KeyError: Rows have columns that the dataset does not declare; it names them.
        pyarrow.ArrowInvalid: A required column is missing.

    """
    names = [c.name for c in dataset.columns]
    listed = list(rows)
    given = set(chain.from_iterable(listed))
    if unknown := given.difference(names):
        raise KeyError(f"dataset {dataset.name} declares no column {sorted(unknown)}")
    schema = arrow_schema(dataset)
    columns = [
        pa.array([row.get(name) for row in listed], schema.field(name).type)
        if name in given
        else pa.nulls(len(listed), schema.field(name).type)
        for name in names
    ]
    table = pa.table(columns, schema=schema)
    table.validate()
    for column in dataset.columns:
        if column.required and table.column(column.name).null_count:
            raise pa.ArrowInvalid(f"dataset {dataset.name}: required column {column.name} holds null")
    if dataset.sort:
        table = table.sort_by([(name, "ascending") for name in dataset.sort])
    return table


def _metadata(column: Column) -> dict[str, str]:
    return {"description": column.description, **({"null": column.null} if column.null else {})}
