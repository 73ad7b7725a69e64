"""Word documents (DOCX, DOCM): the text as Word prints it, with the numbers that Word makes itself.

Tracked changes are accepted, hidden text, headers, footers and comments are left out, footnotes stand at the end, text
boxes after the paragraph that holds them; what was left out is a finding. Macros, links and embedded objects are not
looked at.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from transforms.extract.composer import Composer, Piece
from transforms.extract.decoding import Unreadable
from transforms.extract.docx_numbering import Numbering
from transforms.extract.docx_styles import BODY_TEXT, Face, Style, Styles, face_of
from transforms.extract.extracted import Extracted
from transforms.extract.package import Package, attribute, child, local, number_of, value_of

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GROUPS = frozenset(("ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "sdtContent", "customXml", "dir", "bdo"))
"""What stands around runs or paragraphs and prints what it holds; of a `sdt` its content."""
_REVISED = frozenset(("ins", "del", "moveFrom", "moveTo"))
_MOST_PARAGRAPHS = 20
"""A cell with more paragraphs, or with a table in it, is a column of the page: the table is no table."""
_UNPRINTED_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES")


@dataclass(slots=True)
class _Paragraph:
    """A paragraph as printed; text boxes that hang on it stand after it."""

    label: str = ""
    pieces: list[Piece] = field(default_factory=list)
    heading: int | None = None
    boxes: list[etree._Element] = field(default_factory=list)

    def text(self) -> str:
        return self.label + "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the grid: its blocks, its columns, and whether it goes on from the cell above."""

    element: etree._Element
    columns: int
    goes_on: bool


def read(data: bytes, source_uri: str) -> Extracted:
    """Read a Word document.

    Raises:
        Unreadable: `damaged`, `encrypted`, `too_large` or `no_document` (a container without a Word document).

    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("encrypted", f"{source_uri}: the file is locked by a password; save it without one.")
        raise Unreadable("damaged", f"{source_uri}: this is an old Word file under a new name; rename it to .doc.")
    package = Package(data, source_uri)
    main = next(iter(package.related("").get("officeDocument", ())), "word/document.xml")
    body = child(package.xml(main), "body")
    if body is None:
        raise Unreadable(
            "no_document", f"{source_uri}: the container holds no Word document; check what kind of file it is."
        )
    return _Reader(package, main).read(body)


class _Reader:
    """Walks through a document once."""

    def __init__(self, package: Package, main: str) -> None:
        self._related = package.related(main)
        self._package = package
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles.lists)
        self._out = Composer()
        self._left: Counter[str] = Counter()
        self._fields: list[list[str]] = []
        """Open fields: [`code` or `result`, code]."""
        self._notes: list[tuple[str, str]] = []
        self._merged: _Paragraph | None = None

    def read(self, body: etree._Element) -> Extracted:
        self._blocks(body)
        self._end_of_story()
        self._write_notes()
        self._find()
        return self._out.extracted()

    def _part(self, kind: str) -> etree._Element | None:
        names = self._related.get(kind, ())
        return self._package.xml(names[0]) if names else None

    # -- blocks

    def _blocks(self, parent: etree._Element) -> None:
        for one in parent:
            name = local(one)
            if name == "p":
                self._write(self._paragraph(one))
            elif name == "tbl":
                self._end_of_story()
                self._table(one)
            elif name == "sdt":
                content = child(one, "sdtContent")
                if content is not None:
                    self._blocks(content)
            elif name in _GROUPS:
                self._blocks(one)
            elif name == "altChunk":
                self._left["embedded_file"] += 1

    def _write(self, paragraph: _Paragraph | None) -> None:
        if paragraph is None:
            return
        pieces = [Piece(paragraph.label), *paragraph.pieces] if paragraph.label else paragraph.pieces
        self._out.line(pieces, heading=paragraph.heading)
        for box in paragraph.boxes:
            self._blocks(box)

    def _end_of_story(self) -> None:
        """A paragraph whose end was deleted has nothing left to run on into."""
        merged, self._merged = self._merged, None
        if merged is not None and merged.pieces:
            self._write(merged)

    def _paragraph(self, element: etree._Element) -> _Paragraph | None:
        """A paragraph; None where its end was deleted, so that it runs on into the next."""
        properties = child(element, "pPr")
        style = self._styles.style(value_of(properties, "pStyle"))
        mark = child(properties, "rPr")
        outline = number_of(value_of(properties, "outlineLvl"))
        outline = style.outline if outline is None else outline
        made = _Paragraph(heading=outline + 1 if outline is not None and 0 <= outline < BODY_TEXT else None)
        if self._merged is not None:
            made.pieces, made.boxes = self._merged.pieces, self._merged.boxes
            self._merged = None
        self._runs(element, style, made)
        if mark is not None and any(local(one) in ("del", "moveFrom") for one in mark):
            self._merged = made
            return None
        made.label = self._label(properties, style)
        return made

    def _label(self, properties: etree._Element | None, style: Style) -> str:
        numbering = child(properties, "numPr")
        number = value_of(numbering, "numId")
        level = number_of(value_of(numbering, "ilvl"))
        if number is None:
            number = style.list_number
            if level is None and number is not None:
                bound = self._numbering.level_of_style(number, style.list_style)
                level = bound if bound is not None else style.list_level
        return self._numbering.label(number, level or 0) if number is not None else ""

    # -- runs

    def _runs(self, parent: etree._Element, style: Style, made: _Paragraph) -> None:
        for one in parent:
            name = local(one)
            if name == "r":
                self._run(one, style, made)
            elif name == "sdt":
                content = child(one, "sdtContent")
                if content is not None:
                    self._runs(content, style, made)
            elif name in _GROUPS:
                self._left["tracked_changes"] += name in _REVISED
                self._runs(one, style, made)
            elif name in ("del", "moveFrom"):
                self._left["tracked_changes"] += 1
            elif name in ("oMath", "oMathPara"):
                text = "".join(t.text or "" for t in one.iter() if local(t) == "t")
                made.pieces.append(Piece(text))

    def _run(self, run: etree._Element, style: Style, made: _Paragraph) -> None:
        properties = child(run, "rPr")
        face = self._face(properties, style)
        if face.hidden:
            self._left["hidden_text"] += any(local(one) == "t" for one in run)
        text = "".join(self._printed(run, made, hidden=bool(face.hidden)))
        if text:
            made.pieces.append(Piece(text, bold=bool(face.bold), kai=bool(face.kai)))

    def _face(self, properties: etree._Element | None, style: Style) -> Face:
        own = face_of(properties)
        return own.over(self._styles.face(value_of(properties, "rStyle"))).over(style.face)

    def _printed(self, run: etree._Element, made: _Paragraph, *, hidden: bool) -> Iterator[str]:
        for one in run:
            name = local(one)
            if name == "fldChar":
                self._field(attribute(one, "fldCharType"))
            elif name == "instrText":
                if self._fields and self._fields[-1][0] == "code":
                    self._fields[-1][1] += one.text or ""
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                made.boxes += _text_boxes(one)
            elif hidden or not self._field_prints():
                continue
            elif name in ("footnoteReference", "endnoteReference"):
                yield self._note(name.removesuffix("Reference"), attribute(one, "id") or "")
            elif name == "ruby":
                base = child(one, "rubyBase")
                for part in base if base is not None else ():
                    yield from self._printed(part, made, hidden=hidden)
            else:
                yield _character(one, name)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(["code", ""])
        elif kind == "separate" and self._fields:
            self._fields[-1][0] = "result"
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _field_prints(self) -> bool:
        """Text of fields is their result, not their code; page numbers belong to the page."""
        return all(
            part == "result" and (code.split() or [""])[0].upper() not in _UNPRINTED_FIELDS
            for part, code in self._fields
        )

    # -- tables

    def _table(self, table: etree._Element) -> None:
        rows = [cells for row in _rows(table) if (cells := self._row(row)) is not None]
        width = max((sum(cell.columns for cell in row) for row in rows), default=0)
        if width <= 1 or any(_is_column(cell.element) for row in rows for cell in row):
            for row in rows:
                for cell in row:
                    self._blocks(cell.element)
            self._end_of_story()
            return
        printed: list[list[str]] = []
        grid: list[list[str]] = []
        for row in rows:
            texts: list[str] = []
            full: list[str] = []
            for cell in row:
                own = "" if cell.goes_on else self._cell_text(cell.element)
                column = len(full)
                above = grid[-1][column] if cell.goes_on and grid and column < len(grid[-1]) else own
                texts += [own, *[""] * (cell.columns - 1)]
                full += [above] * cell.columns
            printed.append(texts)
            grid.append(full + [""] * (width - len(full)))
        self._out.table(printed, grid)

    def _row(self, row: etree._Element) -> list[_Cell] | None:
        """Cells of a row; None where the row was deleted."""
        properties = child(row, "trPr")
        if child(properties, "del") is not None:
            self._left["tracked_changes"] += 1
            return None
        before = min(number_of(value_of(properties, "gridBefore")) or 0, 63)
        cells = [_Cell(etree.Element("none"), 1, goes_on=False) for _ in range(before)]
        for one in _children(row, "tc"):
            own = child(one, "tcPr")
            span = number_of(value_of(own, "gridSpan")) or 1
            merge = child(own, "vMerge")
            goes_on = merge is not None and attribute(merge, "val") != "restart"
            cells.append(_Cell(one, max(1, min(span, 63)), goes_on))
        return cells

    def _cell_text(self, cell: etree._Element) -> str:
        """Text of a cell, its paragraphs as lines."""
        lines: list[str] = []
        for element in _paragraphs(cell):
            paragraph = self._paragraph(element)
            if paragraph is not None:
                lines.append(paragraph.text())
                lines += [self._cell_text(box) for box in paragraph.boxes]
        merged, self._merged = self._merged, None
        if merged is not None:
            lines.append(merged.text())
        return "\n".join(line for line in lines if line.strip())

    # -- notes and what is left out

    def _note(self, kind: str, key: str) -> str:
        self._notes.append((kind, key))
        return f"[{len(self._notes)}]"

    def _write_notes(self) -> None:
        texts: dict[tuple[str, str], etree._Element] = {}
        for kind in ("footnote", "endnote"):
            part = self._part(f"{kind}s")
            for one in part if part is not None else ():
                texts[kind, attribute(one, "id") or ""] = one
        written = 0
        for number, place in enumerate(list(self._notes), start=1):
            if (note := texts.get(place)) is not None:
                self._out.line([Piece(f"[{number}]{' '.join(self._cell_text(note).split())}")])
                written += 1
        if written:
            self._out.find("notes_at_end", "info", f"{written} footnotes and endnotes stand at the end of the text.")

    def _find(self) -> None:
        for code, words in (
            ("tracked_changes", "{} tracked changes were accepted."),
            ("hidden_text", "{} runs of hidden text were left out."),
            ("embedded_file", "{} embedded files were left out."),
        ):
            if self._left[code]:
                self._out.find(code, "info", words.format(self._left[code]))
        heads = [self._package.xml(name) for kind in ("header", "footer") for name in self._related.get(kind, ())]
        texts = dict.fromkeys(text for head in heads if head is not None and (text := _plain(head)))
        if texts:
            shown = "; ".join(texts)
            self._out.find("page_heads", "info", f"Headers and footers were left out: {shown[:200]}")
        if "comments" in self._related:
            self._out.find("comments", "info", "Comments were left out.")


def _character(element: etree._Element, name: str) -> str:
    if name == "t":
        return (element.text or "").replace("\n", " ").replace("\u00ad", "")
    if name in ("tab", "ptab"):
        return "\t"
    if name == "cr" or (name == "br" and attribute(element, "type") in (None, "textWrapping")):
        return "\n"
    if name == "noBreakHyphen":
        return "-"
    if name == "sym":
        code = attribute(element, "char") or ""
        return _symbol(code)
    return ""


_SYMBOLS = {"F0FE": "☑", "F052": "☑", "F0A8": "□", "F06F": "□", "F0FC": "✓", "F0B7": "•", "F06C": "●", "F06E": "■"}


def _symbol(code: str) -> str:
    """A character of a symbol font; fonts of symbols use private codes, which no other font prints."""
    try:
        character = _SYMBOLS.get(code.upper(), chr(int(code, 16)))
    except (ValueError, OverflowError):
        return ""
    return character if character.isprintable() or "\ue000" <= character <= "\uf8ff" else ""


def _text_boxes(drawing: etree._Element) -> list[etree._Element]:
    """Contents of text boxes; of two forms of one drawing the first (`mc:Choice`), boxes in boxes once."""
    if local(drawing) == "AlternateContent":
        first = child(drawing, "Choice")
        first = child(drawing, "Fallback") if first is None else first
        return [] if first is None else _text_boxes(first)
    if local(drawing) == "txbxContent":
        return [drawing]
    return [box for one in drawing for box in _text_boxes(one)]


def _children(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Children of that name, those inside groups too."""
    for one in parent:
        name = local(one)
        if name == wanted:
            yield one
        elif name == "sdt" or name in _GROUPS:
            yield from _children(one, wanted)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return _children(table, "tr")


def _paragraphs(cell: etree._Element) -> Iterator[etree._Element]:
    return _children(cell, "p")


def _is_column(cell: etree._Element) -> bool:
    if next(_children(cell, "tbl"), None) is not None:
        return True
    return sum(1 for _ in _paragraphs(cell)) > _MOST_PARAGRAPHS


def _plain(element: etree._Element) -> str:
    return " ".join("".join(one.text or "" for one in element.iter() if local(one) == "t").split())
