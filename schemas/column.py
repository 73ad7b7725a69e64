"""How a column and a dataset are described: the one form from which Arrow, Great Expectations and Data Package are derived."""

from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a dataset.

    Attributes:
        name: Name in the Parquet file.
        type: Arrow type.
        description: What a reader of the data dictionary is told; units included.
        required: Null is an error.
        unique: Values do not repeat in the dataset.
        codes: Closed vocabulary of the values (of the elements, for a list of strings). `none` counts as a code.
        fields: Closed vocabularies of the fields of a list<struct>, by field name.
        minimum: Smallest allowed number.
        maximum: Largest allowed number.
        pattern: Regular expression that the whole value matches.
        null: What null means, where it is allowed.
        stage: Stage that fills the column, where it is not that of the dataset.
        inner: What the fields of a list<struct> mean, by field name.

    """

    name: str
    type: pa.DataType
    description: str
    required: bool = False
    unique: bool = False
    codes: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    null: str = ""
    stage: str = ""
    inner: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table of a release.

    Attributes:
        name: Folder of the dataset in a release.
        title: One line for people.
        description: What a row is.
        columns: In the order of the file.
        key: Name of the primary key column, if any.
        foreign: Columns that hold a key of another dataset: column -> dataset name.
        sort: Columns that fix the order of rows.
        stage: Stage that fills most columns.

    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: str | None = None
    foreign: dict[str, str] = field(default_factory=dict)
    sort: tuple[str, ...] = ()
    stage: str = ""

    def column(self, name: str) -> Column:
        """Return the column of this name; KeyError names the dataset when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"dataset {self.name} has no column {name}")


def span_list(**extra: pa.DataType) -> pa.DataType:
    """list<struct<text,start,end,…extra>>: a mention with its place in the canonical text."""
    return pa.list_(
        pa.struct(
            [
                pa.field("text", pa.string()),
                pa.field("start", pa.int32()),
                pa.field("end", pa.int32()),
                *(pa.field(name, kind) for name, kind in extra.items()),
            ],
        ),
    )


FRAGMENTS = pa.list_(pa.struct([pa.field("start", pa.int32()), pa.field("end", pa.int32())]))
STRINGS = pa.list_(pa.string())

HULL = {"start": "first character in documents.text", "end": "after the last character"}
"""What the offsets of a list<struct> mean."""
SPAN = {"text": "the words as printed: documents.text from start to end", **HULL}
"""What the fields of a `span_list` mean."""
