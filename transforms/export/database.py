"""A release as tables of SQLite.

Every dataset is a table with its key and foreign keys; nested columns are JSON text. What people join and count - mentions,
labels, keywords, findings - stands also in child tables, one row for each element, with its `place` in the list. `labels`
and `columns` explain codes and columns. `documents_search` and `clauses_search` are full-text indexes (FTS5) over trigrams, which
find any Chinese string of three characters or more with MATCH. Shorter ones are found in the datasets themselves with LIKE.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS, Column, Dataset
from schemas.descriptor import type_name
from schemas.vocabularies import CODEBOOK
from transforms.export.values import json_text

DATASETS = (DOCUMENTS, SECTIONS, CLAUSES, QUARANTINE)
CHILDREN = {
    "documents": ("theme_predicted", "history", "attachments", "keywords", "findings"),
    "sections": ("links", "keywords"),
    "clauses": ("themes", "uncertain", "evidence", "references", "quantities", "dates", "organs", "places", "keywords"),
}
"""Nested columns that have a table of their own, named `dataset_column`."""
SEARCHED = {"documents": ("title_reading", "text"), "clauses": ("text",)}
"""Columns that the full-text indexes hold."""
EXPLAINING = {
    "release": ("name", "value"),
    "columns": ("dataset", "column", "type", "required", "description"),
    "labels": ("axis", "code", "zh", "en", "definition"),
}
APPLICATION = 0x67616E67
"""Marks the file as ours (`PRAGMA application_id`): "gang"."""


def tables() -> list[str]:
    """Statements that make the tables, without indexes."""
    made = [
        f"CREATE TABLE {name} ({', '.join(f'{quoted(c)} TEXT' for c in columns)})"
        for name, columns in EXPLAINING.items()
    ]
    for dataset in DATASETS:
        made.append(_table(dataset))
        made += [_child(dataset, dataset.column(name)) for name in CHILDREN.get(dataset.name, ())]
    return made


def indexes() -> list[str]:
    """Statements that make indexes and full-text search, once the rows are there."""
    made = []
    for dataset in DATASETS:
        made += [f"CREATE INDEX {dataset.name}_{c} ON {dataset.name} ({quoted(c)})" for c in dataset.foreign]
        for column in CHILDREN.get(dataset.name, ()):
            child = f"{dataset.name}_{column}"
            made.append(f"CREATE INDEX {child}_key ON {child} ({dataset.key})")
    for name, columns in SEARCHED.items():
        listed = ", ".join(columns)
        made.append(
            f"CREATE VIRTUAL TABLE {name}_search USING fts5({listed}, content='{name}', content_rowid='row', tokenize='trigram')"
        )
        made.append(f"INSERT INTO {name}_search ({name}_search) VALUES ('rebuild')")  # noqa: S608 - our own names
    return made


def insertion(table: str, width: int) -> str:
    """Statement that adds a row of so many values to a table."""
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608 - our own names


def rows(dataset: Dataset, batch: Sequence[Mapping[str, Any]], *, first: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows of a batch as rows of tables: (table, values). `first` is the number of the first row in its dataset, from 1."""
    names = [column.name for column in dataset.columns]
    children = CHILDREN.get(dataset.name, ())
    for number, row in enumerate(batch, start=first):
        yield dataset.name, (number, *(_value(row[name]) for name in names))
        for name in children:
            for place, element in enumerate(row[name] or ()):
                parts = element.values() if isinstance(element, Mapping) else (element,)
                yield f"{dataset.name}_{name}", (row[str(dataset.key)], place, *map(_value, parts))


def explanations(columns_of: Sequence[Dataset]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows of the tables `columns` and `labels`."""
    for dataset in columns_of:
        for column in dataset.columns:
            required = "yes" if column.required else "no"
            yield "columns", (dataset.name, column.name, type_name(column.type), required, column.description)
    for label in CODEBOOK:
        yield "labels", tuple(getattr(label, name) for name in EXPLAINING["labels"])


def quoted(name: str) -> str:
    """Name as SQL takes it, whatever word it is (`end`, `references`)."""
    return f'"{name}"'


def _table(dataset: Dataset) -> str:
    # A key of whole numbers of its own: the full-text index names rows by it, and VACUUM leaves it.
    parts = ["row INTEGER PRIMARY KEY"]
    for column in dataset.columns:
        unique = " UNIQUE" if column.name == dataset.key else ""
        parts.append(f"{quoted(column.name)} {_type(column.type)}{' NOT NULL' if column.required else ''}{unique}")
    for name, target in dataset.foreign.items():
        key = next(d for d in DATASETS if d.name == target).key
        parts.append(f"FOREIGN KEY ({quoted(name)}) REFERENCES {target} ({key})")
    return f"CREATE TABLE {dataset.name} ({', '.join(parts)})"


def _child(dataset: Dataset, column: Column) -> str:
    element = column.type.value_type
    fields = list(element) if pa.types.is_struct(element) else [pa.field("value", element)]
    parts = [
        f"{dataset.key} TEXT NOT NULL REFERENCES {dataset.name} ({dataset.key})",
        "place INTEGER NOT NULL",
        *(f"{quoted(field.name)} {_type(field.type)}" for field in fields),
    ]
    return f"CREATE TABLE {dataset.name}_{column.name} ({', '.join(parts)})"


def _type(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return "INTEGER"
    return "REAL" if pa.types.is_floating(kind) else "TEXT"


def _value(value: Any) -> Any:  # noqa: ANN401 - any value of a column
    if isinstance(value, (list, dict)):
        return json_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
