"""Tables of a page: which hold data and which only lay the page out; their cells."""

from collections.abc import Callable
from dataclasses import dataclass

from transforms.extract.html.parsing import Element

LONGEST_CELL = 1500
"""A longer cell holds the text of the page, not a datum."""
WIDEST, TALLEST, MOST_CELLS = 60, 500, 100_000
"""Bounds on spans and on the cells of a table: a page may declare a billion."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of a table.

    Attributes:
        rows: Rows of cells, merged cells repeated.
        printed: Rows of cells, each where it begins; empty where another reaches in.
        own: The elements of the cells, row by row.

    """

    rows: list[list[str]]
    printed: list[list[str]]
    own: list[list[Element]]


def is_data(table: Element) -> bool:
    """Two rows and two columns at least, no table inside, no text but in cells and caption, no cell as long as a text."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [list(row.iterchildren("td", "th")) for row in table.iter("tr")]
    full = [row for row in rows if any(_size(cell) for cell in row)]
    if len(full) < 2 or max(map(len, full)) < 2:
        return False
    captions = sum(_size(caption) for caption in table.iterchildren("caption"))
    if _size(table) != captions + sum(_size(cell) for row in rows for cell in row):
        return False  # text between the cells would be lost
    columns = max(sum(1 for cell in row if _size(cell)) for row in full)
    return columns >= 2 and all(_size(cell) <= LONGEST_CELL for row in full for cell in row)


def _size(cell: Element) -> int:
    return sum(len(text.strip()) for text in cell.itertext())


def rows_of(table: Element, text_of: Callable[[Element], str]) -> Grid | None:
    """Cells of a data table, rows without text left out; None where there are too many."""
    rows: list[list[str]] = []
    printed: list[list[str]] = []
    own: list[list[Element]] = []
    reaching: dict[int, tuple[int, str]] = {}
    cells = 0
    for row in table.iter("tr"):
        full: list[str] = []
        line: list[str] = []
        elements = list(row.iterchildren("td", "th"))
        for cell in elements:
            _reach(full, line, reaching)
            text = text_of(cell).replace("\t", " ")
            wide, tall = _span(cell, "colspan", WIDEST), _span(cell, "rowspan", TALLEST)
            for place in range(wide):
                if tall > 1:
                    reaching[len(full)] = (tall - 1, text)
                full.append(text)
                line.append("" if place else text)
        _reach(full, line, reaching)
        cells += len(full)
        if cells > MOST_CELLS:
            return None
        if any(line):
            rows.append(full)
            printed.append(line)
            own.append(elements)
    return Grid(rows, printed, own)


def _reach(full: list[str], line: list[str], reaching: dict[int, tuple[int, str]]) -> None:
    """Cells of rows above that reach into this one, from the place where it stands."""
    while len(full) in reaching and len(full) < WIDEST * 4:
        left, text = reaching.pop(len(full))
        if left > 1:
            reaching[len(full)] = (left - 1, text)
        full.append(text)
        line.append("")


def _span(cell: Element, name: str, most: int) -> int:
    value = (cell.get(name) or "1").strip()
    return max(1, min(int(value), most)) if value.isascii() and value.isdecimal() and len(value) < 10 else 1
