"""Values of a dataset as JSON, and nested columns as JSON text."""

import json
from datetime import date
from typing import Any

import pyarrow as pa

LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\u0085\u2028\u2029"}
"""Characters that some readers take for the end of a line, in the escaped form of JSON."""


def json_text(value: Any) -> str:  # noqa: ANN401 - any value of a column
    """Give a value as JSON on one line; dates as ISO 8601.

    Raises:
        ValueError: A number is none that JSON knows (NaN, infinity).

    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_iso, allow_nan=False)
    return text.translate(LINE_ENDS)


def lines(batch: pa.RecordBatch) -> str:
    """Rows of a batch as lines of JSON."""
    return "".join(f"{json_text(row)}\n" for row in batch.to_pylist())


def flattened(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Give nested columns as JSON text; null stays null."""
    columns, fields = [], []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if pa.types.is_nested(field.type):
            texts = [None if value is None else json_text(value) for value in column.to_pylist()]
            columns.append(pa.array(texts, pa.string()))
            fields.append(pa.field(field.name, pa.string()))
        else:
            columns.append(column)
            fields.append(pa.field(field.name, field.type))
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON form is known for {type(value).__name__}; add it to transforms/export/values.py")
