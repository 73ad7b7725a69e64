"""Tables between the stages: Arrow files, written and read in chunks so that a batch need not fit into memory."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from schemas import Dataset
from schemas.arrow import arrow_schema

OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
"""Half the size, a column alone still quickly read; read back three times as fast as zstd. Workers are the threads."""


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
        batches = table.cast(self._schema).combine_chunks().to_batches()
        self._writer.write_batch(batches[0] if batches else pa.RecordBatch.from_pylist([], schema=self._schema))


@contextmanager
def writing(path: Path, dataset: Dataset) -> Iterator[Sink]:
    """Write a dataset chunk by chunk; the file gets its name when it is whole."""
    draft = _draft(path)
    schema = arrow_schema(dataset)
    with pa.OSFile(str(draft), "wb") as stream, pa.ipc.new_file(stream, schema, options=OPTIONS) as writer:
        yield _File(writer, schema)
    draft.replace(path)


def chunks(
    path: Path, columns: Sequence[str] | None = None, *, places: Collection[int] | None = None
) -> Iterator[pa.Table]:
    """Chunks of a file, as they were written; with `columns` or `places` only some, the others are not even read."""
    # Read, not mapped: what is packed must be unpacked anyhow, and pages of a map that were looked at stay in memory.
    with pa.OSFile(str(path)) as stream:
        options = None
        if columns is not None:
            with pa.ipc.open_file(stream) as reader:
                fields = [reader.schema.get_field_index(name) for name in columns]
            options = pa.ipc.IpcReadOptions(included_fields=fields)
        with pa.ipc.open_file(stream, options=options) as reader:
            for place in range(reader.num_record_batches) if places is None else places:
                table = pa.Table.from_batches([reader.get_batch(place)])
                yield table if columns is None else table.select(columns)


def write(path: Path, table: pa.Table) -> None:
    """Write a table of any form; the file gets its name when it is whole."""
    draft = _draft(path)
    with pa.OSFile(str(draft), "wb") as stream, pa.ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table)
    draft.replace(path)


def _draft(path: Path) -> Path:
    # A name of its own: on a cluster, a worker that was given up may still be writing the same file.
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")


def read(path: Path) -> pa.Table:
    """Read a file as one table."""
    with pa.memory_map(str(path)) as stream, pa.ipc.open_file(stream) as reader:
        return reader.read_all()
