"""Tables between the stages: Arrow files, written and read in chunks so that a batch need not fit into memory."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from schemas import Dataset
from schemas.arrow import arrow_schema


class Sink(Protocol):
    """Takes chunks of a table."""

    def write(self, table: pa.Table) -> None:
        """Append a chunk, as one record batch even when it is empty: readers of two files walk in step."""
        ...


class _File:
    def __init__(self, writer: Any, schema: pa.Schema) -> None:  # noqa: ANN401 - pyarrow ships no types
        self._writer = writer
        self._schema = schema

    def write(self, table: pa.Table) -> None:
        chunk = table.cast(self._schema).combine_chunks().to_batches()
        empty = pa.RecordBatch.from_pylist([], schema=self._schema)
        self._writer.write_batch(chunk[0] if chunk else empty)


@contextmanager
def writing(path: Path, dataset: Dataset) -> Iterator[Sink]:
    """Write a dataset chunk by chunk; the file gets its name when it is whole."""
    draft = path.with_suffix(".draft")
    schema = arrow_schema(dataset)
    with pa.OSFile(str(draft), "wb") as stream, pa.ipc.new_file(stream, schema) as writer:
        yield _File(writer, schema)
    draft.replace(path)


def chunks(path: Path) -> Iterator[pa.Table]:
    """Chunks of a file, as they were written."""
    with pa.memory_map(str(path)) as stream, pa.ipc.open_file(stream) as reader:
        for place in range(reader.num_record_batches):
            yield pa.Table.from_batches([reader.get_batch(place)])


def write(path: Path, dataset: Dataset, table: pa.Table) -> None:
    """Write a table as one chunk."""
    with writing(path, dataset) as sink:
        sink.write(table)


def read(paths: Iterable[Path], dataset: Dataset) -> pa.Table:
    """Read files as one table in the dataset's order."""
    schema = arrow_schema(dataset)
    table = pa.concat_tables([schema.empty_table(), *(chunk for path in paths for chunk in chunks(path))])
    return table.sort_by([(name, "ascending") for name in dataset.sort]) if dataset.sort else table
