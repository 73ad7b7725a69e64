"""Styles of a Word document: what paragraphs and runs inherit (ECMA-376 part 1, 17.7)."""

from dataclasses import dataclass

from lxml import etree

from transforms.extract.docx_numbering import is_on
from transforms.extract.package import attribute, child, local, number_of, value_of

BODY_TEXT = 9
"""Outline level of text that is no heading; above it, 0 is the outermost heading."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a run is printed in; None where nothing is said."""

    bold: bool | None = None
    kai: bool | None = None
    hidden: bool | None = None

    def over(self, other: "Face") -> "Face":
        """What this face says, and the other where this one says nothing."""
        return Face(
            other.bold if self.bold is None else self.bold,
            other.kai if self.kai is None else self.kai,
            other.hidden if self.hidden is None else self.hidden,
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits."""

    face: Face = Face()
    outline: int | None = None
    list_number: str | None = None
    list_level: int | None = None
    list_style: str = ""
    """Style of the chain that names the list: levels are bound to it."""


class Styles:
    """Styles by id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._given: dict[str, etree._Element] = {}
        self._known: dict[str, Style] = {}
        self.lists: dict[str, str] = {}
        self.usual = Style()
        usual = None
        for one in root if root is not None else ():
            if local(one) == "docDefaults":
                self.usual = Style(face_of(child(child(one, "rPrDefault"), "rPr")))
            elif local(one) == "style" and (key := attribute(one, "styleId")):
                self._given[key] = one
                kind = attribute(one, "type")
                if kind == "paragraph" and attribute(one, "default") in ("1", "true", "on"):
                    usual = key
                if kind == "numbering" and (number := value_of(child(child(one, "pPr"), "numPr"), "numId")):
                    self.lists[key] = number
        if usual is not None:
            self.usual = self.style(usual)

    def style(self, key: str | None) -> Style:
        """Style of that id; the usual one where there is none."""
        if key is None or key not in self._given:
            return self.usual
        chain: list[str] = []
        at: str | None = key
        while at is not None and at in self._given and at not in chain and at not in self._known:
            chain.append(at)
            at = value_of(self._given[at], "basedOn")
        made = self._known.get(at or "", Style(self.usual.face) if key != at else self.usual)
        for name in reversed(chain):
            made = self._known[name] = self._inherit(name, made)
        return self._known[key]

    def face(self, key: str | None) -> Face:
        """What a character style says."""
        return Face() if key is None or key not in self._given else self.style(key).face

    def _inherit(self, name: str, above: Style) -> Style:
        own = self._given[name]
        paragraph = child(own, "pPr")
        outline = number_of(value_of(paragraph, "outlineLvl"))
        numbering = child(paragraph, "numPr")
        number, level = value_of(numbering, "numId"), number_of(value_of(numbering, "ilvl"))
        return Style(
            face_of(child(own, "rPr")).over(above.face),
            above.outline if outline is None else outline,
            number or above.list_number,
            above.list_level if level is None else level,
            name if numbering is not None else above.list_style,
        )


def face_of(properties: etree._Element | None) -> Face:
    """What `w:rPr` says."""
    bold = kai = hidden = None
    for one in properties if properties is not None else ():
        name = local(one)
        if name == "b":
            bold = is_on(one)
        elif name == "vanish":
            hidden = is_on(one)
        elif name == "rFonts":
            font = attribute(one, "eastAsia")
            kai = is_kai(font) if font else kai
    return Face(bold, kai, hidden)


def is_kai(font: str) -> bool:
    """楷体, 楷体_GB2312, 方正楷体, KaiTi, STKaiti: GB/T 9704-2012 sets the headings （一） in it."""
    return "楷" in font or "kaiti" in font.lower()
