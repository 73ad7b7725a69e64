"""Saved web pages: the text of the document, without menus, share bars and footers.

The disclosure header comes first, a line `label：value` for each field; then the title, where the text does not print it
itself; then the lines of the node that holds the text. Tables of data are lines with a tab between cells and structured
cells; tables that only lay the page out are read through. Bold and 楷体 runs and headings are hints. Scripts are never run.
"""

import re
from typing import Any

from transforms.extract.decoding import Unreadable
from transforms.extract.extracted import Extracted
from transforms.extract.html.header import Header, read_header, stamp_of
from transforms.extract.html.main_node import find_main
from transforms.extract.html.parsing import Element, read_tree
from transforms.extract.html.tables import Pages, load_pages
from transforms.extract.html.walk import BLANKS, NUMBERED, Atom, atoms_of

SHORTEST_PROSE = 40
"""Characters of a line with a full stop that begins the text proper."""
MOST_TITLE_LINES = 6
LONGEST_TITLE = 400
REACH = 12
"""Lines over the node of the text in which its number and date may stand."""
MOSTLY_LINK = 0.9
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(
    r"[（(]?[\u4e00-\u9fffA-Za-z]{1,20}[〔\[［（(【]\s*(?:19|20)\d{2}\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号[）)]?"
)


def read(data: bytes, source_uri: str) -> Extracted:
    """Read a saved page.

    Raises:
        Unreadable: It holds no text, or its bytes or its tree are out of bounds.

    """
    root, encoding, findings = read_tree(data, source_uri)
    pages = load_pages()
    body = root.find("body") if root.tag == "html" else root
    if body is None:
        _refuse_frames(root, source_uri)
        body = root
    main, chrome = find_main(body, pages)
    atoms = list(atoms_of(body, pages, main=main, dropped=chrome - {main}))
    first = _first_prose(atoms, pages)
    header = read_header(atoms, pages, before=first, after=_after_prose(atoms))
    out = _Lines()
    for line in (*header.lines, *_published(root, atoms, header, pages)):
        out.add_line(line)
    inside = _without_links(
        [atom for i, atom in enumerate(atoms) if atom.inside and i not in header.used and not _is_tool(atom, pages)],
        pages,
    )
    if not inside:
        _refuse_frames(root, source_uri)
        raise Unreadable("empty", f"{source_uri}: the page holds no text; save it again when it is fully loaded.")
    inside = _without_site(inside, root, pages)
    for atom in _before(atoms, inside, header, root, pages):
        out.add(atom)
    for atom in inside:
        out.add(atom)
    for atom in _downloads(atoms, header, pages):
        out.add(atom)
    return Extracted(out.text(), encoding, out.hints, out.tables, findings)


def _refuse_frames(root: Element, name: str) -> None:
    if next(root.iter("frameset", "iframe"), None) is not None:
        raise Unreadable("frames", f"{name}: the page only frames another one; save the page inside the frame.")


def _first_prose(atoms: list[Atom], pages: Pages) -> int:
    """Index of the first line of the text proper: a sentence in the main node that is no value of a label."""
    for index, atom in enumerate(atoms):
        if not atom.inside or atom.grid:
            continue
        text = atom.text()
        if "。" in text and len(text) >= SHORTEST_PROSE and not pages.label.match(text):
            before = atoms[index - 1].text() if index else ""
            if not (atom.cell and pages.bare.fullmatch(before)):
                return index
    return len(atoms)


def _after_prose(atoms: list[Atom]) -> int:
    """Index after the last sentence of the main node."""
    prose = (i for i in range(len(atoms) - 1, -1, -1) if atoms[i].inside and "。" in atoms[i].text()[-3:])
    return next(prose, len(atoms)) + 1


def _without_links(atoms: list[Atom], pages: Pages) -> list[Atom]:
    """Leave out lines that are nothing but links to other pages, before the first line of text and after the last."""
    text = [i for i, atom in enumerate(atoms) if atom.grid or atom.linked() < MOSTLY_LINK or _offers(atom, pages)]
    return atoms[text[0] : text[-1] + 1] if text else atoms


def _without_site(atoms: list[Atom], root: Element, pages: Pages) -> list[Atom]:
    """Leave out the name of the site over the title: what <title> prints behind the title of the page."""
    first, *others = [_squeeze(part) for part in pages.separator.split(_page_title(root))]
    title = next((i for i, atom in enumerate(atoms[:MOST_TITLE_LINES]) if _squeeze(atom.text()) == first), 0)
    return [atom for i, atom in enumerate(atoms) if i >= title or _squeeze(atom.text()) not in others]


def _page_title(root: Element) -> str:
    return next((_SPACE.sub(" ", e.text[:LONGEST_TITLE]).strip() for e in root.iter("title") if e.text), "")


def _offers(atom: Atom, pages: Pages) -> bool:
    """A link that belongs to the document: what is attached, or a numbered line."""
    text = atom.text()
    return (
        "附件" in text[:6]
        or NUMBERED.match(text) is not None
        or any(pages.download.search(link) for link in atom.links)
    )


def _is_tool(atom: Atom, pages: Pages) -> bool:
    """A line of page tools: 【打印】【关闭】, 分享到, 上一篇."""
    return atom.grid is None and pages.tool_line.fullmatch(atom.text()) is not None


def _before(atoms: list[Atom], inside: list[Atom], header: Header, root: Element, pages: Pages) -> list[Atom]:
    """What the page prints over the node of the text: its title, where the text does not begin with it, and the number."""
    title = _title_of(root, atoms, pages)
    head = _squeeze("".join(atom.text() for atom in inside[: MOST_TITLE_LINES * 2]))
    found: list[Atom] = []
    if title is not None and _squeeze(title.text()) not in head and not header.labels & {"标题", "名称", "信息名称"}:
        found.append(title)
    first = next((i for i, atom in enumerate(atoms) if atom.inside), 0)
    found += [
        atom
        for i, atom in enumerate(atoms[:first])
        if i >= first - REACH
        and i not in header.used
        and _NUMBER.fullmatch(atom.text())
        and _squeeze(atom.text()) not in head
    ]
    return found


def _published(root: Element, atoms: list[Atom], header: Header, pages: Pages) -> list[str]:
    """The date of publication where no label names it: a date alone over the text, or what the page says of itself (PubDate)."""
    if header.labels & pages.published:
        return []
    first = next((i for i, atom in enumerate(atoms) if atom.inside), 0)
    for index in range(max(0, first - REACH), first):
        text = atoms[index].text()
        if index not in header.used and text and stamp_of(text) == text:
            return [f"发布日期：{text}"]
    meta = (m.get("content") or "" for m in root.iter("meta") if (m.get("name") or "").lower() == "pubdate")
    return [f"发布日期：{date.strip()}" for date in meta if stamp_of(date.strip())][:1]


def _title_of(root: Element, atoms: list[Atom], pages: Pages) -> Atom | None:
    """Title of the page: the heading over the text, what its description says, or <title> without the name of the site."""
    meta = {(m.get("name") or "").lower(): (m.get("content") or "").strip() for m in root.iter("meta")}
    named = _squeeze(re.sub("<[^<>]*>", "", meta.get("articletitle", "")))
    page = _page_title(root)
    whole = _squeeze(page)
    for level in range(1, 4):
        for atom in atoms:
            text = _squeeze(atom.text())
            if atom.level == level and len(text) > 4 and (text == named or whole.startswith(text) or text in named):
                return atom
    for atom in atoms:  # a line that <title> begins with
        text = _squeeze(atom.text())
        if len(text) > 8 and not atom.linked() and (text in {named, whole} or _is_title_of(text, page, pages)):
            return atom
    title = named or next((part.strip() for part in pages.separator.split(page) if len(part.strip()) > 4), "")
    if not title or (next((a for a in atoms if a.level == 1), None) is not None and not named):
        heading = next((a for a in atoms if a.level == 1 and len(a.text()) > 4), None)
        if heading is not None:
            return heading
    return Atom(root, [(title, False, False, False)], level=1) if title else None


def _is_title_of(text: str, page: str, pages: Pages) -> bool:
    return any(text == _squeeze(page[: match.start()]) for match in pages.separator.finditer(page))


def _downloads(atoms: list[Atom], header: Header, pages: Pages) -> list[Atom]:
    """Lines under the node of the text that offer what is attached: 附件：….docx."""
    last = max((i for i, atom in enumerate(atoms) if atom.inside), default=len(atoms))
    return [
        atom
        for i, atom in enumerate(atoms[last + 1 :], start=last + 1)
        if i not in header.used
        and "附件" in atom.text()[:6]
        and any(pages.download.search(link) for link in atom.links)
    ]


def _squeeze(text: str) -> str:
    return re.sub(r"\s|\u200b", "", text)


class _Lines:
    """The text as it grows, with its hints and tables."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.hints: list[dict[str, Any]] = []
        self.tables: list[dict[str, Any]] = []

    def text(self) -> str:
        return "".join(self.parts)

    def add_line(self, line: str) -> None:
        self.parts += [line, "\n"]
        self.length += len(line) + 1

    def add(self, atom: Atom) -> None:
        if atom.grid is not None:
            start = self.length
            for row in atom.grid.printed:
                self.add_line("\t".join(row).rstrip("\t"))
            self.tables.append({"start": start, "end": self.length - 1, "cells": atom.grid.rows})
            return
        text, runs = _line(atom)
        if not text:
            return
        if atom.level:
            self._hint(0, len(text), "heading", str(atom.level))
        for start, end, kind in runs:
            self._hint(start, end, kind, "")
        self.add_line(text)

    def _hint(self, start: int, end: int, kind: str, value: str) -> None:
        self.hints.append({"start": self.length + start, "end": self.length + end, "kind": kind, "value": value})


def _line(atom: Atom) -> tuple[str, list[tuple[int, int, str]]]:
    """Text of a line, and its bold and 楷体 runs, ordered."""
    text = ""
    marks: list[tuple[bool, bool]] = []
    for piece, bold, kai, _ in atom.pieces:
        own = piece.lstrip(BLANKS) if not text else piece.removeprefix(" ") if text.endswith(" ") else piece
        text += own
        marks += [(bold, kai)] * len(own)
    text = text.rstrip(BLANKS)
    runs: list[tuple[int, int, str]] = []
    for place, kind in enumerate(("bold", "kai")):
        start = -1
        for index in range(len(text) + 1):
            on = index < len(text) and marks[index][place]
            if on and start < 0:
                start = index
            elif not on and start >= 0:
                runs.append((start, index, kind))
                start = -1
    return text, sorted(runs)


__all__ = ["read"]
