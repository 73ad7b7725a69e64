"""Rows as cells of a spreadsheet, within what Excel can hold.

A cell holds 32,767 UTF-16 units and a sheet 1,048,576 rows. A longer text is cut: its cell ends with `CUT`, and the sheet
`continued` holds the rest in pieces. The rows that a sheet cannot hold stand on the next (`clauses_2`). Text is written as
text: `=1+1` is no formula. Characters that XML forbids are written `_x000C_`, which Excel reads back as the character.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.export.values import json_text

CELL_UNITS = 32_767
"""UTF-16 units that Excel keeps of a cell."""
SHEET_ROWS = 1_048_576
"""Rows of a sheet, its header among them."""
CONTINUED = "continued"
CUT = " […continued]"
"""Ends a cell whose text goes on in the sheet `continued`."""
FIRST_DAY = date(1900, 3, 1)
"""From here on Excel counts days as the calendar does; earlier ones are written as text."""
HEADER = ("dataset", "key", "column", "piece", "text")
"""Columns of the sheet `continued`."""
Value = str | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Rest:
    """What did not fit into a cell: pieces of its text, in order."""

    column: str
    pieces: tuple[str, ...]


def cells(row: Mapping[str, Any]) -> tuple[list[Value], list[Rest]]:
    """Cells of a row, and what did not fit into them."""
    values: list[Value] = []
    rests: list[Rest] = []
    for name, value in row.items():
        cell = _cell(value)
        if isinstance(cell, str):
            cell, *rest = pieces(cell)
            if rest:
                rests.append(Rest(name, tuple(rest)))
        values.append(cell)
    return values, rests


def pieces(text: str) -> list[str]:
    """Text cut into what cells hold; the first piece says that there are more.

    The mark is no part of the text: what was cut is the first piece without `CUT`, and all the others.
    """
    if _units(text) <= CELL_UNITS:
        return [text]
    head, *_ = _cut(text, CELL_UNITS - len(CUT))
    return [head + CUT, *_cut(text[len(head) :], CELL_UNITS)]


def sheet_name(dataset: str, number: int) -> str:
    """Name of the sheet that holds the `number`-th stretch of rows of a dataset, from 0."""
    return dataset if number == 0 else f"{dataset}_{number + 1}"


def _cell(value: Any) -> Value:  # noqa: ANN401 - any value of a column
    if isinstance(value, (list, dict)):
        return json_text(value)
    if isinstance(value, date) and value < FIRST_DAY:
        return value.isoformat()
    known: Value = value
    return known


def _cut(text: str, units: int) -> Iterator[str]:
    # Beyond the basic plane a character takes two units.
    if len(text) == _units(text):
        yield from (text[start : start + units] for start in range(0, len(text), units))
        return
    start = used = 0
    for place, character in enumerate(text):
        width = 2 if ord(character) > 0xFFFF else 1
        if used + width > units:
            yield text[start:place]
            start, used = place, 0
        used += width
    yield text[start:]


def _units(text: str) -> int:
    return len(text) + sum(ord(character) > 0xFFFF for character in text) if not text.isascii() else len(text)
