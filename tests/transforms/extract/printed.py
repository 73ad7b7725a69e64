"""Writes small PDF and OFD files by hand: every character at a place that the test chooses."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

A4 = (595, 842)
EM = 16.0
Placed = tuple[float, float, str]
"""Left edge, baseline from the top of the page, characters."""


@dataclass
class Sheet:
    """What stands on a page: text, and boxes (left, top, width, height) that are filled; a picture has no text."""

    text: list[Placed] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    aslant: str = ""
    picture: bool = False
    turned: str = ""
    """Matrix that all is drawn with."""


def pdf(sheets: Sequence[Sheet]) -> bytes:
    """A PDF; its font is not embedded, all characters are one em wide."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(sheets), b" ".join(b"%d 0 R" % (7 + 2 * n) for n in range(len(sheets)))),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo 5 0 R/DW 1000>>",
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream",
    ]
    for number, sheet in enumerate(sheets):
        drawn = _drawn(sheet)
        if sheet.turned:
            drawn = b"q %s cm %s Q" % (sheet.turned.encode(), drawn)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</P 6 0 R>>>>>>" % (*A4, 8 + 2 * number)
        )
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawn), drawn))
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _drawn(sheet: Sheet) -> bytes:
    parts = [b"q 500 0 0 700 50 50 cm /P Do Q"] if sheet.picture else []
    for x, y, characters in sheet.text:
        code = characters.encode("utf-16-be").hex().encode()
        parts.append(b"BT /F %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET" % (EM, x, A4[1] - y, code))
    if sheet.aslant:
        code = sheet.aslant.encode("utf-16-be").hex().encode()
        parts.append(b"BT /F 40 Tf 0.7 0.7 -0.7 0.7 100 300 Tm <%s> Tj ET" % code)
    parts += [b"%g %g %g %g re f" % (x, A4[1] - y - height, width, height) for x, y, width, height in sheet.boxes]
    return b"\n".join(parts)


def paragraphs(
    texts: Iterable[str], *, left: float = 80, top: float = 130, width: int = 28, indent: int = 2, leading: float = 28
) -> list[Placed]:
    """Paragraphs as a print program sets them: so many characters a line, the first line indented."""
    placed = []
    for text in texts:
        first = width - indent
        lines = [text[:first], *(text[at : at + width] for at in range(first, len(text), width))]
        for number, line in enumerate(lines):
            placed.append((left + (0 if number else indent * EM), top, line))
            top += leading
    return placed


def grid(
    left: float, top: float, widths: Sequence[float], heights: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """The lines of a table as thin boxes."""
    boxes = [(left, top + sum(heights[:n]), sum(widths), 0.5) for n in range(len(heights) + 1)]
    return boxes + [(left + sum(widths[:n]), top, 0.5, sum(heights)) for n in range(len(widths) + 1)]


def ofd(pages: Sequence[Sequence[Placed]], drawn: str = "") -> bytes:
    """An OFD file; places in points as for PDF. `drawn` is XML of what else stands on each page (`path`)."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    scale = 25.4 / 72
    files = {
        "OFD.xml": f'<ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>'
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for number, placed in enumerate(pages):
        objects = "".join(
            f'<ofd:TextObject ID="{100 + n}" Boundary="{x * scale} {(y - EM) * scale} {len(text) * EM * scale} {EM * scale}" '
            f'Font="1" Size="{EM * scale}"><ofd:TextCode X="0" Y="{EM * scale}" '
            f'DeltaX="g {len(text) - 1} {EM * scale}">{text}</ofd:TextCode></ofd:TextObject>'
            for n, (x, y, text) in enumerate(placed)
        )
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="9">{objects}{drawn}</ofd:Layer></ofd:Content></ofd:Page>'
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in files.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>\n' + xml)
    return buffer.getvalue()


def path(data: str, *, at: tuple[float, float] = (0, 0), more: str = "") -> str:
    """A path of an OFD page; its points in points, by operators (`M 0 0 L 100 0`), from a place on the page."""
    scale = 25.4 / 72
    words = [word if word.isalpha() else f"{float(word) * scale:.4f}" for word in data.split()]
    x, y = (f"{value * scale:.4f}" for value in at)
    return (
        f'<ofd:PathObject ID="900" Boundary="{x} {y} 200 200" LineWidth="0.2" {more}>'
        f"<ofd:AbbreviatedData>{' '.join(words)}</ofd:AbbreviatedData></ofd:PathObject>"
    )
