"""What the declared columns promise, as expectation configurations.

Plain dicts: Great Expectations takes five seconds to import and is the business of `transforms.validate` alone. An
expectation looks at one *frame*: a dataset (`clauses`), or a nested column of it with one row for every element
(`clauses.evidence`). In a dataset's own frame a nested column is represented by its length.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from schemas.column import Column, Dataset


def expectations(dataset: Dataset) -> list[dict[str, Any]]:
    """List expectations of a dataset: `name` (stable), `frame`, `type`, `kwargs`, `severity`, `description`."""
    columns = [column.name for column in dataset.columns]
    found = [
        _expectation(
            dataset.name,
            "columns",
            "expect_table_columns_to_match_set",
            {"column_set": columns, "exact_match": True},
            "The declared columns are there, and no others.",
        ),
    ]
    for column in dataset.columns:
        found.extend(_of_column(dataset.name, column))
    return found


def is_nested(column: Column) -> bool:
    """Whether the column holds a list."""
    return bool(pa.types.is_list(column.type))


def _of_column(dataset: str, column: Column) -> Iterator[dict[str, Any]]:
    name = column.name
    if column.required:
        yield _expectation(
            dataset,
            f"{name}.required",
            "expect_column_values_to_not_be_null",
            {"column": name},
            f"Every row has {name}.",
        )
    if column.unique:
        yield _expectation(
            dataset,
            f"{name}.unique",
            "expect_column_values_to_be_unique",
            {"column": name},
            f"No two rows have the same {name}.",
        )
    if column.minimum is not None or column.maximum is not None:
        yield _expectation(
            dataset,
            f"{name}.range",
            "expect_column_values_to_be_between",
            {"column": name, "min_value": column.minimum, "max_value": column.maximum},
            f"{name} is at least {column.minimum}."
            if column.maximum is None
            else f"{name} lies from {column.minimum} to {column.maximum}.",
        )
    if column.pattern is not None:
        # $ would allow a line feed after the value.
        yield _expectation(
            dataset,
            f"{name}.pattern",
            "expect_column_values_to_match_regex",
            {"column": name, "regex": rf"\A(?:{column.pattern})\Z"},
            f"{name} has the form {column.pattern}.",
        )
    if column.codes:
        yield _expectation(
            f"{dataset}.{name}" if is_nested(column) else dataset,
            f"{name}.codes",
            "expect_column_values_to_be_in_set",
            {"column": name, "value_set": list(column.codes)},
            f"{name} uses the codes of its vocabulary.",
        )
    for field, codes in column.fields.items():
        yield _expectation(
            f"{dataset}.{name}",
            f"{name}.{field}.codes",
            "expect_column_values_to_be_in_set",
            {"column": field, "value_set": list(codes)},
            f"{field} of {name} uses the codes of its vocabulary.",
        )


def _expectation(frame: str, check: str, kind: str, kwargs: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": f"{frame.partition('.')[0]}.{check}",
        "frame": frame,
        "type": kind,
        "kwargs": kwargs,
        "severity": "critical",
        "description": description,
    }
