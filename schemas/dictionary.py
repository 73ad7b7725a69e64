"""The data dictionary: every dataset and column for a person (Markdown) and for a program (JSON)."""

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.column import Column, Dataset
from schemas.descriptor import type_name
from schemas.vocabularies import ROLES, SECTION_KINDS

MEANINGS: Mapping[str, Mapping[str, str]] = {"sections.kind": SECTION_KINDS, "documents.spans.role": ROLES}
"""Vocabularies whose codes are explained one by one, by the column (and field) that uses them."""


def as_json(datasets: Iterable[Dataset]) -> dict[str, Any]:
    """Give the data dictionary as plain values."""
    return {
        dataset.name: {
            "title": dataset.title,
            "description": dataset.description,
            "key": dataset.key,
            "foreign": dict(dataset.foreign),
            "sort": list(dataset.sort),
            "columns": [_column(column) for column in dataset.columns],
        }
        for dataset in datasets
    }


def as_markdown(datasets: Iterable[Dataset]) -> str:
    """Give the data dictionary as Markdown."""
    listed = list(datasets)
    parts = ["# Data dictionary", ""]
    parts += ["Offsets count Unicode code points in `documents.text`, from 0, end exclusive.", ""]
    for dataset in listed:
        parts += [f"## {dataset.name}", "", dataset.description, ""]
        parts += [f"Key: `{dataset.key}`." if dataset.key else "No key."]
        parts += [f"`{column}` refers to `{target}`." for column, target in dataset.foreign.items()]
        parts += ["", "| column | type | required | meaning |", "|---|---|---|---|"]
        parts += [_line(column) for column in dataset.columns]
        parts += [""]
    parts += ["## Vocabularies", ""]
    for dataset in listed:
        for column in dataset.columns:
            parts += _vocabularies(dataset, column)
    return "\n".join(parts).rstrip() + "\n"


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": type_name(column.type),
        "description": column.description,
        "required": column.required,
        "unique": column.unique,
        "codes": list(column.codes),
        "fields": {name: list(codes) for name, codes in column.fields.items()},
        "minimum": column.minimum,
        "maximum": column.maximum,
        "pattern": column.pattern,
    }


def _line(column: Column) -> str:
    kind = type_name(column.type)
    required = "yes" if column.required else ""
    meaning = column.description.replace("|", "\\|")
    return f"| `{column.name}` | {kind} | {required} | {meaning} |"


def _vocabularies(dataset: Dataset, column: Column) -> list[str]:
    parts = []
    named = [("", column.codes)] if column.codes else []
    for field, codes in [*named, *column.fields.items()]:
        name = f"{dataset.name}.{column.name}{'.' + field if field else ''}"
        meanings = MEANINGS.get(name)
        if meanings:
            parts += [f"### {name}", "", *(f"- `{code}`: {meanings[code]}" for code in codes), ""]
        else:
            parts += [f"### {name}", "", ", ".join(f"`{code}`" for code in codes), ""]
    return parts
