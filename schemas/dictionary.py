"""The data dictionary: every dataset, column and code for a person (Markdown) and for a program (JSON)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from schemas.column import Column, Dataset
from schemas.descriptor import type_name
from schemas.vocabularies import AXES, CODEBOOK, ROLES, SECTION_KINDS

MEANINGS: Mapping[str, Mapping[str, str]] = {
    "sections.kind": SECTION_KINDS,
    "documents.spans.role": ROLES,
    **{
        f"clauses.{axis}": {
            label.code: f"{label.zh}, {label.en}: {label.definition}" for label in CODEBOOK if label.axis == axis
        }
        for axis in AXES
    },
}
"""Vocabularies whose codes are explained one by one, by the column (and field) that uses them."""
LABELLED = {"clauses.themes": "theme", "documents.theme_predicted.code": "theme"}
"""Columns that use the codes of an axis."""
LONGEST = 60
"""Characters of an example."""
INTRODUCTION = """\
# Data dictionary

Every column of every dataset, derived from `schemas/`. Offsets (`start`, `end`) count Unicode code points in `documents.text`, from 0,
end exclusive. Lists are never null inside; an empty list says that there are none. *Filled by* names the stage of the run.
Examples are from the documents that come with the project.
"""


def as_json(datasets: Iterable[Dataset]) -> dict[str, Any]:
    """Give the data dictionary as plain values."""
    return {
        dataset.name: {
            "title": dataset.title,
            "description": dataset.description,
            "key": dataset.key,
            "foreign": dict(dataset.foreign),
            "sort": list(dataset.sort),
            "columns": [_column(dataset, column) for column in dataset.columns],
        }
        for dataset in datasets
    }


def as_markdown(datasets: Iterable[Dataset]) -> str:
    """Give the data dictionary as Markdown."""
    listed = list(datasets)
    parts = [INTRODUCTION]
    for dataset in listed:
        parts += [f"## {dataset.name}", "", dataset.description, ""]
        parts += [f"Key: `{dataset.key}`." if dataset.key else "No key."]
        parts += [f"`{column}` refers to `{target}`." for column, target in dataset.foreign.items()]
        parts += ["", "| column | type | meaning | null means | filled by | example |", "|---|---|---|---|---|---|"]
        parts += [_line(dataset, column) for column in dataset.columns]
        parts += ["", *_inner(dataset)]
    parts += ["## Vocabularies", ""]
    for dataset in listed:
        parts += _vocabularies(dataset)
    return "\n".join(parts).rstrip() + "\n"


def examples_of(dataset: Dataset, table: pa.Table) -> dict[str, Any]:
    """Choose an example for every column: the first value that tells something, of a list its first element."""
    return {column.name: example for column in dataset.columns if (example := _example(table[column.name])) is not None}


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """Examples by dataset and column, as `make docs` chose them from the shipped samples."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(
        files("schemas").joinpath("examples.json").read_text(encoding="utf-8")
    )
    return found


def _example(values: pa.ChunkedArray) -> Any:  # noqa: ANN401 - any JSON value
    for value in values:
        found = value.as_py()
        if found not in (None, "", []):
            return _short(found[:1] if isinstance(found, list) else found)
    return None


def _short(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_short(one) for one in value[:2]]
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, str):
        return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _column(dataset: Dataset, column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": type_name(column.type),
        "description": column.description,
        "required": column.required,
        "null": column.null or None,
        "stage": column.stage or dataset.stage,
        "example": examples().get(dataset.name, {}).get(column.name),
        "inner": dict(column.inner),
        "unique": column.unique,
        "codes": list(column.codes),
        "fields": {name: list(codes) for name, codes in column.fields.items()},
        "minimum": column.minimum,
        "maximum": column.maximum,
        "pattern": column.pattern,
    }


def _line(dataset: Dataset, column: Column) -> str:
    example = examples().get(dataset.name, {}).get(column.name)
    shown = "none in the samples" if example is None else _code(example)
    null = "(never null)" if column.required else column.null
    stage = column.stage or dataset.stage
    cells = (f"`{column.name}`", type_name(column.type), _cell(column.description), _cell(null), stage, shown)
    return f"| {' | '.join(cells)} |"


def _inner(dataset: Dataset) -> list[str]:
    """Fields of the nested columns, one by one."""
    parts = []
    for column in dataset.columns:
        if column.inner:
            parts += [f"Fields of `{column.name}`:", ""]
            parts += [f"- `{name}`: {meaning}" for name, meaning in column.inner.items()]
            parts += [""]
    return parts


def _code(value: Any) -> str:  # noqa: ANN401 - any JSON value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{' '.join(_cell(text).split())}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'")


def vocabularies(dataset: Dataset) -> dict[str, Sequence[str]]:
    """Codes of the columns of a dataset and of their fields, by name: `clauses.function`, `documents.spans.role`."""
    found: dict[str, Sequence[str]] = {}
    for column in dataset.columns:
        name = f"{dataset.name}.{column.name}"
        if column.codes:
            found[name] = column.codes
        found |= {f"{name}.{field}": codes for field, codes in column.fields.items()}
    return found


def meanings(vocabulary: str) -> Mapping[str, str]:
    """Meanings of the codes of a vocabulary; empty where they speak for themselves."""
    axis = LABELLED.get(vocabulary)
    return MEANINGS.get(f"clauses.{axis}" if axis else vocabulary, {})


def _vocabularies(dataset: Dataset) -> list[str]:
    parts: list[str] = []
    for name, codes in vocabularies(dataset).items():
        parts += [f"### {name}", ""]
        if name in LABELLED:
            parts += [f"The codes of `clauses.{LABELLED[name]}`.", ""]
        elif told := meanings(name):
            parts += [*(f"- `{code}`: {told[code]}" for code in codes), ""]
        else:
            parts += [", ".join(f"`{code}`" for code in codes), ""]
    return parts
