"""Printed pages: from characters at places to lines in reading order.

Readers of page formats (PDF, OFD, recognised images) hand over what stands where; the lines come out as they are printed,
with their indent, and `clean` joins them. Ruled tables become tables, heads and feet of pages are marked as furniture.
All lengths are in points from the upper left corner of the page.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from statistics import median

from transforms.extract.composer import Composer, Piece
from transforms.extract.page_tables import Grid, Rule, find_grids


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or several that are set as one."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    bold: bool = False
    kai: bool = False
    spaced: bool = False
    """A blank is printed before it."""


@dataclass(slots=True)
class Page:
    """What stands on a page; `aside` is text across the page (watermarks), which is read last."""

    width: float
    height: float
    glyphs: list[Glyph]
    rules: list[Rule] = field(default_factory=list)
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs in a row, apart from others by a wide gap."""

    glyphs: tuple[Glyph, ...]
    top: float
    bottom: float
    em: float

    @property
    def x0(self) -> float:
        """Left edge."""
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        """Right edge."""
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def text_end(self) -> float:
        """Right edge without the comma or stop at its end: print programs let these hang into the margin."""
        return max((glyph.x1 for glyph in self.glyphs if glyph.text[-1] not in _HANGING), default=self.x1)

    @property
    def text(self) -> str:
        """What it reads."""
        return "".join(piece.text for piece in self.pieces())

    def _usual_gap(self) -> float:
        """Em between full-width characters: justified lines are spread."""
        pairs = pairwise(self.glyphs)
        gaps = [(b.x0 - a.x1) / self.em for a, b in pairs if a.text[-1] >= "\u2e80" and b.text[0] >= "\u2e80"]
        return max(0.0, median(gaps)) if gaps else 0.0

    def pieces(self) -> Iterator[Piece]:
        """Its characters with the blanks between them."""
        before: Glyph | None = None
        usual = self._usual_gap()
        for glyph in self.glyphs:
            gap = _blank(before, glyph, self.em, usual) if before is not None else ""
            if gap:
                yield Piece(gap)
            yield Piece(glyph.text, glyph.bold, glyph.kai)
            before = glyph


@dataclass(frozen=True, slots=True)
class _Table:
    grid: Grid
    printed: list[list[str]]
    cells: list[list[str]]


_MARGIN = 0.13
"""Share of the height of a page where heads and feet stand; GB/T 9704-2012 5.2: 37 of 297 mm above, 35 below."""
# Numbers of pages; what browsers print at head and foot: time and title, address and number.
_PAGE_NUMBER = re.compile(
    r"[—–\-－·•\s]*(?:\d{1,4}|[ivxlcIVXLC]{1,7})[—–\-－·•\s]*|第\s*[\d一二三四五六七八九十百]{1,6}\s*页(?:[\s,，/]*共\s*[\d一二三四五六七八九十百]{1,6}\s*页)?"
    r"|(?:(?:file|https?)://\S+\s+)?\d{1,4}\s*/\s*\d{1,4}|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s+\d{1,2}:\d{2}.*"
)
_HANGING = "，。、；：！？,.;:"
_WIDE_GAP = 1.3
"""Em between two pieces of a row that may belong to two columns; a blank of the author's is one."""
_SHORTEST_COLUMN = 8.0
"""Em that the lines of a column of text are wide at least; narrower ones are cells of a table without rules."""
_NARROWEST_GUTTER = 0.6
_FEWEST_LINES = 4
_JITTER = 0.08
"""Em by which places of characters are rounded."""
_WIDEST_BLANK = 4
"""Full-width blanks; more say no more."""
_DEEPEST_INDENT = 30


def compose(pages: Sequence[Page], out: Composer) -> None:
    """Write pages in reading order."""
    laid = [_lay(page) for page in pages]
    repeated = _repeated(pages, [rows for rows, _ in laid])
    margin = 0.0
    before: _Written | None = None
    for number, (page, (rows, tables)) in enumerate(zip(pages, laid, strict=True), start=1):
        begin = out.length
        head, body, foot = _split(page, rows, repeated)
        for row in head:
            _write_furniture(row, out)
        for part in _parts(body, tables):
            if isinstance(part, _Table):
                out.table(part.printed, part.cells)
                before = None
                continue
            margin = _margin(part, margin)
            edge = max(line.text_end for line in part)
            for line in part:
                if before is not None and before.line.x1 + _first_word(line) > before.edge + _JITTER * line.em:
                    out.hint(before.end, before.end + 1, "wrap")
                indent = max(0, min(_DEEPEST_INDENT, round((line.x0 - margin) / line.em)))
                _, end = out.line([Piece("\u3000" * indent), *line.pieces()])
                before = _Written(line, edge, end)
        for row in foot:
            _write_furniture(row, out)
        if page.aside:
            start, end = out.line([Piece(page.aside)])
            out.hint(start, end, "furniture")
        if out.length > begin:
            out.hint(begin, out.length, "page", str(number))


@dataclass(frozen=True, slots=True)
class _Written:
    """A line that was written, the right edge of its column, and where its line break stands."""

    line: Line
    edge: float
    end: int


_WORD = re.compile("[（《“‘【〔(]*(?:[0-9A-Za-z.,:%/@_-]+|.)[，。、；：？！）》”’】〕,.;:?!)%]*", re.DOTALL)
"""What is not cut at the end of a line."""


def _first_word(line: Line) -> float:
    """Width of what would have to fit at the end of the line before, if the line break was not of the author's making."""
    word = _WORD.match(line.text)
    length = len(word.group()) if word else 1
    held = 0
    for glyph in line.glyphs:
        held += len(glyph.text)
        if held >= length:
            # A glyph of several characters (a recognised line) tells the width of one.
            return (glyph.x1 - line.x0) * min(1.0, length / held)
    return line.x1 - line.x0


def _write_furniture(row: list[Line], out: Composer) -> None:
    start, end = out.line(_one_line(row).pieces())
    out.hint(start, end, "furniture")


# -- rows and lines


def _lay(page: Page) -> tuple[list[list[Line]], list[_Table]]:
    """Rows of a page (each a list of lines from left to right) and its tables, whose text the rows do not hold."""
    grids = find_grids(page.rules)
    inside: dict[int, list[Glyph]] = {}
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        place = next((n for n, grid in enumerate(grids) if grid.holds(x, y)), None)
        if place is None:
            outside.append(glyph)
        else:
            inside.setdefault(place, []).append(glyph)
    tables = [_table(grids[place], glyphs) for place, glyphs in sorted(inside.items())]
    return rows_of(outside), tables


def _table(grid: Grid, glyphs: Iterable[Glyph]) -> _Table:
    held: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        held.setdefault(grid.cell_at((glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2), []).append(glyph)
    texts = {place: "\n".join(_text(row) for row in rows_of(own)) for place, own in held.items()}
    rows, columns = grid.shape
    printed = [[texts.get((r, c), "") for c in range(columns)] for r in range(rows)]
    cells = [[texts.get(grid.owner(r, c), "") for c in range(columns)] for r in range(rows)]
    return _Table(grid, printed, cells)


def _text(row: Sequence[Line]) -> str:
    return _one_line(row).text.strip()


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Line]]:
    """Glyphs that stand at one height, cut at wide gaps; from top to bottom, from left to right."""
    rows: list[list[Glyph]] = []
    middle = height = 0.0
    for glyph in sorted(glyphs, key=lambda one: (one.top + one.bottom, one.x0)):
        if not glyph.text.strip():
            continue
        own, size = (glyph.top + glyph.bottom) / 2, glyph.bottom - glyph.top
        if not rows or own - middle > max(min(height, size) * 0.5, 0.1):
            rows.append([])
            middle, height = own, size
        rows[-1].append(glyph)
        height = max(height, size)
    return [list(_lines(sorted(row, key=lambda one: one.x0))) for row in rows]


def _lines(row: Sequence[Glyph]) -> Iterator[Line]:
    em = _em(row)
    begin = 0
    for at in range(1, len(row) + 1):
        if at == len(row) or row[at].x0 - row[at - 1].x1 > _WIDE_GAP * em:
            yield _line(list(_without_shadows(row[begin:at])))
            begin = at


def _line(glyphs: Sequence[Glyph]) -> Line:
    return Line(tuple(glyphs), min(g.top for g in glyphs), max(g.bottom for g in glyphs), _em(glyphs))


def _em(glyphs: Sequence[Glyph]) -> float:
    """Width of a full-width character; of a row without one, what its height tells."""
    wide = [(g.x1 - g.x0) / len(g.text) for g in glyphs if all(c >= "\u2e80" for c in g.text)]
    size = median(wide) if wide else 0.75 * median(g.bottom - g.top for g in glyphs)
    return max(size, 1.0)


def _without_shadows(row: Sequence[Glyph]) -> Iterator[Glyph]:
    """Print programs make bold type by printing a character twice, a little aside."""
    before: Glyph | None = None
    for glyph in row:
        if before is not None and glyph.text == before.text and glyph.x0 - before.x0 < 0.3 * (glyph.x1 - glyph.x0):
            continue
        before = glyph
        yield glyph


def _blank(before: Glyph, glyph: Glyph, em: float, usual: float) -> str:
    """Blank between two glyphs: as many full-width ones as fit; one where a narrow blank is printed or left.

    Between a Han character and a figure print programs leave a quarter of an em of their own.
    """
    gap = (glyph.x0 - before.x1) / em
    if gap > 0.7:
        return "\u3000" * min(round(gap), _WIDEST_BLANK)
    latin = (before.text[-1] < "\u2e80") + (glyph.text[0] < "\u2e80")
    least = (usual + 0.21, 0.45, 0.15)[latin]
    return " " if glyph.spaced or gap > least else ""


# -- heads and feet


def _edges(page: Page, rows: Sequence[list[Line]]) -> Iterator[tuple[int, str]]:
    """Rows that may be heads (0) or feet (1): at the edge of the page."""
    for row in rows[:3]:
        if row[0].bottom < _MARGIN * page.height:
            yield 0, _shape(row)
    for row in rows[-3:]:
        if row[0].top > (1 - _MARGIN) * page.height:
            yield 1, _shape(row)


def _shape(row: Sequence[Line]) -> str:
    return re.sub(r"\d+|\s", lambda m: "#" if m.group().strip() else "", _text(row))


def _repeated(pages: Sequence[Page], laid: Sequence[list[list[Line]]]) -> set[tuple[int, str]]:
    """Heads and feet that stand on several pages, whatever their number; left and right pages may have their own."""
    counts = Counter(edge for page, rows in zip(pages, laid, strict=True) for edge in set(_edges(page, rows)))
    enough = max(2, len(pages) // 4)
    return {edge for edge, count in counts.items() if count >= enough}


def _split(
    page: Page, rows: list[list[Line]], repeated: set[tuple[int, str]]
) -> tuple[list[list[Line]], list[list[Line]], list[list[Line]]]:
    """Head, body and foot of a page."""

    def is_furniture(row: list[Line], side: int) -> bool:
        at_edge = row[0].bottom < _MARGIN * page.height if side == 0 else row[0].top > (1 - _MARGIN) * page.height
        return at_edge and ((side, _shape(row)) in repeated or bool(_PAGE_NUMBER.fullmatch(_text(row))))

    first, last = 0, len(rows)
    while first < min(3, last) and is_furniture(rows[first], 0):
        first += 1
    while last > max(first, len(rows) - 3) and is_furniture(rows[last - 1], 1):
        last -= 1
    return rows[:first], rows[first:last], rows[last:]


# -- columns


def _parts(rows: list[list[Line]], tables: Sequence[_Table]) -> Iterator[list[Line] | _Table]:
    """Columns of lines and tables in reading order."""
    rest = sorted(tables, key=lambda table: table.grid.top)
    pending: list[list[Line]] = []
    for row in rows:
        while rest and rest[0].grid.top < row[0].top:
            yield from _columns(pending)
            pending = []
            yield rest.pop(0)
        pending.append(row)
    yield from _columns(pending)
    yield from rest


def _columns(rows: list[list[Line]]) -> Iterator[list[Line]]:
    """Rows as columns: where text stands left and right of a gutter, what is left of it is read first."""
    if not rows:
        return
    found = _gutter(rows)
    if found is None:
        yield [_one_line(row) for row in rows]
        return
    first, left, right = found
    yield from _columns(rows[:first])
    yield from _columns([row for row in left if row])
    yield from _columns([row for row in right if row])
    yield from _columns(rows[first + len(left) :])


def _one_line(row: Sequence[Line]) -> Line:
    """Pieces of a row as one line."""
    return row[0] if len(row) == 1 else _line([glyph for line in row for glyph in line.glyphs])


def _gutter(rows: Sequence[Sequence[Line]]) -> tuple[int, list[list[Line]], list[list[Line]]] | None:
    """Two columns: the first row that they take, and their rows; None where there is one column."""
    lines = [line for row in rows for line in row]
    if len(lines) <= _FEWEST_LINES:
        return None
    leftmost = min(line.x0 for line in lines)
    em = median(line.em for line in lines)
    starts = [line.x0 for line in lines if line.x0 > leftmost + _SHORTEST_COLUMN * em]
    counts = Counter(round(start / em) for start in starts)
    for place in dict.fromkeys([*(place for place, _ in counts.most_common(3)), *sorted(counts)[:1]]):
        edge = min(start for start in starts if round(start / em) == place) - 0.2 * em
        for first, run in _uncrossed(rows, edge):
            left, right = [row[0] for row in run], [row[1] for row in run]
            if _stand_beside(list(chain(*left)), list(chain(*right))):
                return first, left, right
    return None


def _uncrossed(
    rows: Sequence[Sequence[Line]], edge: float
) -> Iterator[tuple[int, list[tuple[list[Line], list[Line]]]]]:
    """Runs of rows in which no line crosses an edge: the place of the first row, and what is left and right of the edge."""
    run: list[tuple[list[Line], list[Line]]] = []
    for at, row in enumerate(rows):
        sides = _cut(row, edge)
        if sides is not None:
            run.append(sides)
        elif run:
            yield at - len(run), run
            run = []
    if run:
        yield len(rows) - len(run), run


def _cut(row: Sequence[Line], edge: float) -> tuple[list[Line], list[Line]] | None:
    """What is left and right of an edge; None where a line crosses it. A comma that hangs narrows the gutter."""
    left: list[Line] = []
    right: list[Line] = []
    for line in row:
        if line.x1 <= edge:
            left.append(line)
        elif line.x0 >= edge:
            right.append(line)
        else:
            at = next((n for n, glyph in enumerate(line.glyphs) if glyph.x0 >= edge), 0)
            if not at or line.glyphs[at].x0 - line.glyphs[at - 1].x1 < _NARROWEST_GUTTER * line.em:
                return None
            left.append(_line(line.glyphs[:at]))
            right.append(_line(line.glyphs[at:]))
    return left, right


def _stand_beside(left: Sequence[Line], right: Sequence[Line]) -> bool:
    if not right or not _is_column(left) or not (_is_column(right) or _is_even(left)):
        return False
    return _beside(left, right)


def _is_column(lines: Sequence[Line]) -> bool:
    if len(lines) < _FEWEST_LINES:
        return False
    return median((line.x1 - line.x0) / line.em for line in lines) >= _SHORTEST_COLUMN


def _is_even(lines: Sequence[Line]) -> bool:
    """Most lines end at one edge: a column beside which the last lines of the next one stand, be they few."""
    edge = max(line.text_end for line in lines)
    return sum(1 for line in lines if line.x1 > edge - 1.5 * line.em) * 2 > len(lines)


def _beside(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Both columns take the same height, more or less: the lines of a right-hand signature do not."""
    top = max(min(line.top for line in side) for side in (left, right))
    bottom = min(max(line.bottom for line in side) for side in (left, right))
    shortest = min(max(line.bottom for line in side) - min(line.top for line in side) for side in (left, right))
    return bottom - top > 0.6 * shortest


def _margin(lines: Sequence[Line], before: float) -> float:
    """Left edge of the text: where several lines begin and none of weight begins before; of few lines that of the page before."""
    if len(lines) < _FEWEST_LINES and before:
        return min(before, *(line.x0 for line in lines))
    em = median(line.em for line in lines)
    starts = sorted(line.x0 for line in lines)
    enough = max(2, len(lines) // 12)
    for at, start in enumerate(starts):
        if sum(1 for other in starts[at:] if other - start < em / 2) >= enough:
            return start
    return starts[0]
