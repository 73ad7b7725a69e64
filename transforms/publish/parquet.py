"""Parquet in which equal tables are equal bytes.

A large dataset is several parts, so that a document more does not write the others anew. Where one part ends and the next
begins is told by the names of the sources alone (`cuts`), and so does not move when a source comes or goes elsewhere.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import Dataset
from schemas.arrow import arrow_schema
from schemas.descriptor import FileFacts
from transforms.publish.files import sha256, sync

ROW_GROUP = 100_000
"""Rows of a row group: small enough to skip, large enough to compress."""
LEVEL = 3
"""Of zstd: with numbers written plain as small as 6 with dictionaries for all, in less than two thirds of the time."""
FEWEST = 256
"""Sources of a release from which on it has more than one part."""
PARTS = 64
"""Parts that a large release has, about, or more: one more document costs a sixtieth of the writing."""
LEAST = 32
"""Sources of a part, about: writing many small ones takes longer."""
MOST = 256
"""Sources of a part, about: it is held in memory while it is written."""


def part_name(number: int) -> str:
    """File name of a part."""
    return f"part-{number:05}.parquet"


def cuts(sources: Sequence[str]) -> list[list[str]]:
    """Divide the sources of a release, in their order, into those of every part.

    A part ends behind a source whose digest ends in so many zero bits; how many, depends on the number of sources by powers of two.
    Of a part that is not long yet one bit more is asked for, and two fewer of one that is: with the same everywhere the
    longest would have seven times the sources of the others (*normalised chunking*, Xia et al., FastCDC, 2016).
    """
    if len(sources) < FEWEST:
        return [list(sources)]
    bits = min(max(len(sources) // PARTS, LEAST - 1), MOST - 1).bit_length()
    parts: list[list[str]] = [[]]
    for source in sources:
        parts[-1].append(source)
        zeros = bits + 1 if len(parts[-1]) < 1 << bits else bits - 2
        if not int.from_bytes(hashlib.sha256(source.encode()).digest()[-8:]) & (1 << zeros) - 1:
            parts.append([])
    return parts if parts[-1] else parts[:-1]


def write_parts(dataset: Dataset, table: pa.Table, *, folder: Path) -> list[FileFacts]:
    """Write a table as the one part of its dataset below `folder`."""
    path = folder / dataset.name / part_name(0)
    write_part(dataset, table, path)
    return [file_facts(path, base=folder, rows=table.num_rows)]


def write_part(dataset: Dataset, table: pa.Table, path: Path) -> None:
    """Write a table as a file, in the order of its dataset.

    Raises:
        pyarrow.ArrowInvalid: The table is not of the dataset's form.

    """
    wanted = arrow_schema(dataset)
    ordered = table.select(wanted.names).cast(wanted)
    if dataset.sort:
        ordered = ordered.sort_by([(name, "ascending") for name in dataset.sort])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        # Chunks would show in the pages, and they depend on how the work was divided.
        ordered.combine_chunks(),
        path,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=_repeating(dataset),
        # Unchanged stretches keep their bytes between releases: 85 % are shared against 48 %.
        use_content_defined_chunking=True,
        write_page_index=True,
        write_statistics=True,
        version="2.6",
        store_schema=True,
    )
    sync(path)


def _repeating(dataset: Dataset) -> list[str]:
    """Columns that are written with a dictionary: strings, but for keys.

    Offsets and scores hardly repeat: their dictionaries take more room than the numbers alone, and time.
    """
    columns = (column for column in dataset.columns if not column.unique)
    return [path for column in columns for path in _strings(column.type, column.name)]


def _strings(kind: pa.DataType, path: str) -> Iterator[str]:
    """Paths of the strings of a column, as Parquet names them."""
    if pa.types.is_list(kind):
        yield from _strings(kind.value_type, f"{path}.list.element")
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _strings(field.type, f"{path}.{field.name}")
    elif pa.types.is_string(kind):
        yield path


def file_facts(path: Path, *, base: Path, rows: int) -> FileFacts:
    """Size, digest and rows of a written part; the rows are given, for a footer of many columns takes its time to read."""
    return FileFacts(
        path=path.relative_to(base).as_posix(),
        size=path.stat().st_size,
        sha256=sha256(path),
        rows=rows,
    )


def read_dataset(folder: Path) -> pa.Table:
    """Read all parts of a dataset."""
    return pq.read_table(folder, partitioning=None)
