"""Arrow columns from flat values: lists of records without one Python object for each."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from transforms.classify.rules import Ints


def coded(codes: Sequence[str], numbers: Ints) -> pa.Array:
    """Names by number."""
    return pa.array(list(codes), pa.string()).take(pa.array(numbers))


def lists(clause: Sequence[int] | Ints, clauses: int, values: pa.Array, kind: pa.DataType) -> pa.Array:
    """One list for each clause of the values whose clause numbers (in order) are given."""
    counts = np.bincount(np.asarray(clause, np.int64), minlength=clauses)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=kind)


def records(clause: Sequence[int] | Ints, clauses: int, fields: Mapping[str, Any], kind: pa.DataType) -> pa.Array:
    """One list of records for each clause; `fields` are columns by name, `kind` the type of the lists."""
    item = kind.value_type
    children = []
    for field in item:
        column = fields[field.name]
        children.append(column if isinstance(column, pa.Array) else pa.array(column, field.type))
    return lists(clause, clauses, pa.StructArray.from_arrays(children, fields=list(item)), kind)


def whole(column: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """A column as one array."""
    column = column.combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
