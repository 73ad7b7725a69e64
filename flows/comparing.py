"""`gangmu diff`: what changed between two releases, or from one document to another. No Prefect, no Great Expectations."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows import checking, outline
from flows.errors import UsageError
from transforms.compare import Difference, Side, compare
from transforms.publish import Release, read_columns

SAME = ""
"""Name that two files are compared under: ids derive from it, so that equal text has equal ids."""


def difference(before: str, after: str, *, output: str | Path) -> Difference:
    """Compare two releases of an output folder, or two files.

    Raises:
        UsageError: A release or file does not exist or cannot be read, or one of each was given.

    """
    return compare(*sides(before, after, output=output))


def sides(before: str, after: str, *, output: str | Path) -> tuple[Side, Side]:
    """Find both sides of a comparison.

    Raises:
        UsageError: As of `difference`.

    """
    files = [Path(name).is_file() for name in (before, after)]
    if all(files):
        return _file(Path(before)), _file(Path(after))
    if any(files):
        other = after if files[0] else before
        raise UsageError(
            f"{other}: is no file. Give two documents or two releases ('gangmu releases --output {output}')."
        )
    old, new = (_release(checking.locate(name, output=output)) for name in (before, after))
    return old, new


def write_page(before: str, after: str, *, output: str | Path, file: str | Path) -> Path:
    """Compare and write the page of the comparison; gives its path.

    Raises:
        UsageError: As of `difference`, or the page cannot be written.

    """
    from transforms.report import Texts, comparison, touched  # noqa: PLC0415 - only where a page is wanted

    old, new = sides(before, after, output=output)
    found = compare(old, new).as_dict()
    texts = []
    for side, wanted in zip((old, new), touched(found), strict=True):
        only = ("document_id", wanted)
        texts.append(Texts(**{name: side.frame(name, columns, only=only) for name, columns in Texts.COLUMNS.items()}))
    path = Path(file)
    try:
        path.write_bytes(comparison(found, *texts))
    except OSError as error:
        raise UsageError(
            f"--html {file}: cannot be written ({error.strerror}). Name a file in a folder that exists."
        ) from error
    return path


def _release(release: Release) -> Side:
    return Side(release.id, partial(read_columns, release.path))


def _file(path: Path) -> Side:
    tables = outline.tables(path, labels=True, source_uri=SAME)
    return Side(str(path), partial(_columns, tables))


def _columns(
    tables: Mapping[str, pa.Table], dataset: str, columns: Sequence[str], only: tuple[str, Sequence[str]] | None
) -> pa.Table:
    table = tables[dataset]
    if only is not None:
        table = table.filter(pc.is_in(table[only[0]], pa.array(only[1], pa.string())))
    return table.select(list(columns))
