"""A page as atoms: the lines that a reader sees, in order, each with the element it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from transforms.extract.html.grid import Grid, is_data, rows_of
from transforms.extract.html.parsing import Element
from transforms.extract.html.tables import Pages

BLANKS = " \t\r\n\f\xa0\u3000\u2002\u2003\u200b\ufeff"
_CELLS = ("td", "th", "dd")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_WIDE = "[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…]"
_BROKEN = re.compile(rf"(?<={_WIDE})[ \t\r]*\n[ \t\r\n]*(?={_WIDE})")
"""A line break of the source between two Han characters is no blank (CSS Text 3, 4.1.3)."""
_BOLD = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00)|font-family\s*:[^;]*(?:黑体|simhei|heiti)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(normal|[1-5]00)", re.IGNORECASE)
_FAMILY = re.compile(r"font-family\s*:\s*([^;]*)", re.IGNORECASE)
_KAI = re.compile("楷|kai", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PRE = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
NUMBERED = re.compile(
    r"[\s\xa0\u3000]*(?:[（(]?[0-9０-９一二三四五六七八九十]{1,3}[）)]?[、．.）)]|第[一二三四五六七八九十百0-9]+[条章节]|[①-⑳])"
)
_HAN = "零一二三四五六七八九"


@dataclass(slots=True)
class Style:
    """How characters are set."""

    bold: bool = False
    kai: bool = False
    pre: bool = False


@dataclass(slots=True)
class Atom:
    """A line of the page.

    Attributes:
        pieces: Its text, piece by piece as inline tags cut it: characters, bold, 楷体, in a link.
        element: The innermost block that it stands in.
        level: Of a heading, from 1; 0 for other lines.
        inside: It stands in the main node.
        cell: It is a cell of a table or the value of a list of terms; such an atom may be empty.
        grid: Of a data table: its cells; its text is in the grid.
        links: Addresses of its links.

    """

    element: Element
    pieces: list[tuple[str, bool, bool, bool]] = field(default_factory=list)
    level: int = 0
    inside: bool = False
    cell: bool = False
    grid: Grid | None = None
    links: list[str] = field(default_factory=list)

    def text(self, between: str = "") -> str:
        """Characters without blanks at the ends; `between` is set where a piece ends."""
        joined = between.join(piece[0] for piece in self.pieces)
        return _SPACE.sub(" ", joined).strip(BLANKS + between)

    def linked(self) -> float:
        """Share of its characters that stand in links."""
        sizes = [(len(text.strip(BLANKS)), link) for text, _, _, link in self.pieces]
        return sum(size for size, link in sizes if link) / max(1, sum(size for size, _ in sizes))


def is_hidden(element: Element) -> bool:
    """It is not shown."""
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def atoms_of(root: Element, pages: Pages, *, main: Element | None, dropped: frozenset[Element]) -> Iterator[Atom]:
    """Walk over a tree.

    Args:
        root: Where to begin.
        pages: Tables of the reader.
        main: The node that holds the text.
        dropped: Elements that are left out with all they hold.

    """
    walk = _Walk(root, pages, main, dropped)
    yield from walk.run()


class _Walk:
    """State of one walk, without recursion: pages nest deeper than Python's stack."""

    def __init__(self, root: Element, pages: Pages, main: Element | None, dropped: frozenset[Element]) -> None:
        self.root, self.pages, self.main, self.dropped = root, pages, main, dropped
        self.styles = [Style()]
        self.blocks: list[Element] = [root]
        self.links: list[str] = []
        self.counters: list[int | None] = []
        self.level = 0
        self.inside = main is root
        self.atom = Atom(root)
        self.filled: set[Element] = set()

    def run(self) -> Iterator[Atom]:
        events = etree.iterwalk(self.root, events=("start", "end"))
        skipped: Element | None = None
        for event, element in events:
            if event == "start":
                if element is not self.root and self._is_left_out(element):
                    skipped = element
                    events.skip_subtree()
                    continue
                yield from self._start(element)
                if element.tag == "table" and (grid := self._grid(element)) is not None:
                    for caption in element.iterchildren("caption"):
                        yield from self._text(" ".join("".join(caption.itertext()).split()))
                        yield from self._flush()
                    yield Atom(element, inside=self.inside, grid=grid)
                    skipped = element
                    self._leave(element)
                    events.skip_subtree()
                    continue
                yield from self._text(element.text)
            else:
                if element is skipped:
                    skipped = None
                else:
                    yield from self._end(element)
                if element is not self.root:
                    yield from self._text(element.tail)
        yield from self._flush()

    def _is_left_out(self, element: Element) -> bool:
        return (
            not isinstance(element.tag, str)
            or element.tag in self.pages.silent
            or element in self.dropped
            or (element is not self.main and is_hidden(element))
        )

    def _grid(self, element: Element) -> Grid | None:
        if not is_data(element):
            return None
        grid = rows_of(element, self._cell)
        return None if grid is None or _is_header(grid, self.pages) else grid

    def _cell(self, cell: Element) -> str:
        lines = (atom.text() for atom in atoms_of(cell, self.pages, main=None, dropped=self.dropped))
        return " ".join(line for line in lines if line)

    def _start(self, element: Element) -> Iterator[Atom]:
        tag = element.tag
        if tag == "br" and self.level:
            pass  # a heading of two lines is one
        elif tag in self.pages.blocks:
            yield from self._flush()
            if tag != "br":
                self.blocks.append(element)
        if element is self.main:
            self.inside = True
        self.styles.append(_style(element, self.styles[-1]))
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.level = int(tag[1])
        elif tag == "a":
            self.links.append(element.get("href") or "")
        elif tag == "ol":
            self.counters.append(_whole(element.get("start"), 1))
        elif tag in {"ul", "dir", "menu"}:
            self.counters.append(None)
        elif tag == "li" and self.counters and self.counters[-1] is not None:
            yield from self._number(element)

    def _number(self, element: Element) -> Iterator[Atom]:
        """An ordered list prints its numbers itself: they are written out."""
        number = _whole(element.get("value"), self.counters[-1] or 1)
        self.counters[-1] = number + 1
        parent = element.getparent()
        styles = " ".join(
            (e.get("style") or "") + " " + (e.get("type") or "") for e in (parent, element) if e is not None
        )
        printed = _counter(number, styles)
        if printed and not NUMBERED.match("".join(element.itertext())[:20]):
            yield from self._text(printed)

    def _leave(self, element: Element) -> None:
        self.styles.pop()
        if element.tag in self.pages.blocks and element.tag != "br":
            self.blocks.pop()
        if element is self.main:
            self.inside = False

    def _end(self, element: Element) -> Iterator[Atom]:
        tag = element.tag
        if tag in self.pages.blocks and not (tag == "br" and self.level):
            yield from self._flush(cell=element if tag in _CELLS else None)
        if tag == "a" and self.links:
            self.links.pop()
        elif tag in {"ol", "ul", "dir", "menu"} and self.counters:
            self.counters.pop()
        elif self.level and len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.level = 0
        self._leave(element)

    def _text(self, text: str | None) -> Iterator[Atom]:
        if not text:
            return
        style = self.styles[-1]
        for place, part in enumerate(text.split("\n") if style.pre else (_BROKEN.sub("", text),)):
            if place:
                yield from self._flush()
            piece = _SPACE.sub(" ", part)
            if piece:
                link = bool(self.links)
                self.atom.pieces.append((piece, style.bold, style.kai, link))
                if link and self.links[-1]:
                    self.atom.links.append(self.links[-1])

    def _flush(self, cell: Element | None = None) -> Iterator[Atom]:
        """End the line; a cell without any text gives an empty atom, for its label must not take another's value."""
        atom, block = self.atom, self.blocks[-1]
        full = any(piece[0].strip(BLANKS) for piece in atom.pieces)
        if full or (cell is not None and cell not in self.filled):
            atom.element, atom.level, atom.inside = block, self.level, self.inside
            owner = next((b for b in reversed(self.blocks) if b.tag in _CELLS), None)
            atom.cell = owner is not None
            if owner is not None:
                self.filled.add(owner)
            yield atom
        self.atom = Atom(block)


def _is_header(grid: Grid, pages: Pages) -> bool:
    """Two cells are labels of the disclosure header, with a colon or not to be found in other tables."""
    labels = [(cell, match.group(1)) for row in grid.printed for cell in row if (match := pages.bare.fullmatch(cell))]
    sure = [label for cell, label in labels if cell.endswith((":", "：")) or _SPACE.sub("", label) not in pages.weak]
    lines = [match for row in grid.printed for cell in row if (match := pages.label.match(cell))]
    return len(sure) >= 2 or len(lines) >= 2


def _style(element: Element, above: Style) -> Style:
    style = element.get("style") or ""
    bold, kai = above.bold, above.kai
    if element.tag in {"b", "strong"} or _BOLD.search(style):
        bold = True
    elif _NOT_BOLD.search(style):
        bold = False
    family = _FAMILY.search(style)
    face = family.group(1) if family else element.get("face") if element.tag == "font" else None
    if face:
        kai = bool(_KAI.search(face))
        bold = bold or bool(re.search("黑体|simhei", face, re.IGNORECASE))
    pre = above.pre or element.tag == "pre" or bool(_PRE.search(style))
    return Style(bold, kai, pre)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,6}", text.strip()) else otherwise


def _counter(number: int, styles: str) -> str:
    """The number of a list as it is printed; empty where the list prints none."""
    if re.search(r"list-style(?:-type)?\s*:[^;]*none", styles):
        return ""
    if re.search("cjk-ideographic|chinese|trad-|simp-", styles):
        return f"{_han(number)}、"
    if number <= 26 and re.search(r"(?:^|\s|:)\s*a\s*(?:;|$|\s)|lower-(?:alpha|latin)", styles):
        return f"{chr(96 + number)}. "
    if number <= 26 and re.search(r"(?:^|\s|:)\s*A\s*(?:;|$|\s)|upper-(?:alpha|latin)", styles):
        return f"{chr(64 + number)}. "
    return f"{number}. "


def _han(number: int) -> str:
    if number >= 100 or number <= 0:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else _HAN[tens] + "十") + ("" if not ones else _HAN[ones])
