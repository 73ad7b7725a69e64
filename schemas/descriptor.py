"""The release as a Data Package (version 2): resources with their schemas, derived from the declared columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from schemas.column import Column, Dataset

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPE = "application/vnd.apache.parquet"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a written file.

    Attributes:
        path: Path in the release, POSIX form.
        size: Bytes.
        sha256: Hex digest of the bytes.
        rows: Rows in it.

    """

    path: str
    size: int
    sha256: str
    rows: int


def descriptor(
    *, version: str, files: Mapping[str, tuple[Dataset, Sequence[FileFacts]]], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Descriptor of a release. `facts` of the run go under the one key `gangmu`, which is ours."""
    return {
        "$schema": PROFILE,
        "name": "gangmu",
        "title": "Gangmu: the structure of Chinese official documents",
        "description": "Documents, their outline (sections) and their leaf clauses. "
        "Offsets count Unicode code points in documents.text, from 0, end exclusive.",
        "version": version,
        "resources": [_resource(dataset, parts, known=files.keys()) for dataset, parts in files.values()],
        "gangmu": dict(facts),
    }


def table_schema(dataset: Dataset, *, known: frozenset[str] | set[str]) -> dict[str, Any]:
    """Table Schema of a dataset; foreign keys only to datasets that are `known` to the package."""
    schema: dict[str, Any] = {"fields": [_field(column) for column in dataset.columns]}
    if dataset.key:
        schema["primaryKey"] = [dataset.key]
    keys = []
    for column, target in dataset.foreign.items():
        if target not in known:
            continue
        # A table that refers to itself leaves the resource out (version 2).
        reference: dict[str, Any] = {} if target == dataset.name else {"resource": target}
        name = column if target != dataset.name else dataset.key
        keys.append({"fields": [column], "reference": {**reference, "fields": [name]}})
    if keys:
        schema["foreignKeys"] = keys
    return schema


def type_name(kind: pa.DataType) -> str:
    """Arrow type in the words of the data dictionary: list<struct<start: int32, end: int32>>."""
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        inner = ", ".join(f"{field.name}: {type_name(field.type)}" for field in kind)
        return f"struct<{inner}>"
    return str(kind)


def _resource(dataset: Dataset, parts: Sequence[FileFacts], *, known: Any) -> dict[str, Any]:  # noqa: ANN401 - any set of names
    return {
        "name": dataset.name,
        "title": dataset.title,
        "description": dataset.description,
        "path": parts[0].path if len(parts) == 1 else [part.path for part in parts],
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "bytes": sum(part.size for part in parts),
        # The standard has one hash for a resource and does not say of what, where there are several files.
        **({"hash": f"sha256:{parts[0].sha256}"} if len(parts) == 1 else {}),
        "rows": sum(part.rows for part in parts),
        "parts": [_part(part) for part in parts],
        "schema": table_schema(dataset, known=frozenset(known)),
    }


def _part(part: FileFacts) -> dict[str, Any]:
    return {"path": part.path, "bytes": part.size, "hash": f"sha256:{part.sha256}", "rows": part.rows}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _field_type(column.type), "description": column.description}
    if field["type"] == "array":
        field["arrowType"] = type_name(column.type)
    if constraints := {**_bounds(column), **_vocabulary(column)}:
        field["constraints"] = constraints
    return field


def _bounds(column: Column) -> dict[str, Any]:
    bounds = {
        "required": column.required or None,
        "unique": column.unique or None,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "pattern": column.pattern,
    }
    return {name: value for name, value in bounds.items() if value is not None}


def _vocabulary(column: Column) -> dict[str, Any]:
    if column.codes and pa.types.is_list(column.type):
        return {"jsonSchema": {"items": {"enum": list(column.codes)}}}
    if column.codes:
        return {"enum": list(column.codes)}
    if column.fields:
        properties = {name: {"enum": [*codes, None]} for name, codes in column.fields.items()}
        return {"jsonSchema": {"items": {"properties": properties}}}
    return {}


def _field_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "array"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_string(kind):
        return "string"
    raise TypeError(f"no Data Package type is known for Arrow type {kind}; add it to schemas/descriptor.py")
