"""PDF files with a text layer, by PDFium.

Lines come out as they are printed; heads, feet and numbers of pages stay in the text, marked as furniture. Pages that are
pictures are recognised where the extra `ocr` is installed. Scripts, forms and attachments are not looked at.
"""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium

from transforms.extract import ocr
from transforms.extract.composer import Composer
from transforms.extract.decoding import Unreadable
from transforms.extract.docx_styles import is_kai
from transforms.extract.extracted import Extracted
from transforms.extract.page_layout import Glyph, Page, compose
from transforms.extract.page_tables import Rule, rules_of

MOST_PAGES = 5000
MOST_GLYPHS = 2_000_000
"""Characters of a file; a page of official print holds 600."""
_MOST_OBJECTS = 20_000
"""Drawn objects of a page that are looked at for lines of tables; a page with more is a map."""
_BOLD = 600


def read(data: bytes, source_uri: str) -> Extracted:
    """Read a PDF.

    Raises:
        Unreadable: `damaged`, `encrypted`, `too_large` or `scanned` (pictures of text and no `ocr`).

    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise Unreadable("encrypted", f"{source_uri}: the PDF is locked; save it without a password.") from error
        raise Unreadable("damaged", f"{source_uri}: the PDF is damaged ({error}); fetch it again.") from error
    try:
        return _read(document, source_uri)
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, source_uri: str) -> Extracted:
    if len(document) > MOST_PAGES:
        raise Unreadable("too_large", f"{source_uri}: the PDF has {len(document):,} pages; divide it.")
    pages: list[Page] = []
    out = Composer()
    lost: list[int] = []
    pictures: list[int] = []
    glyphs = unmapped = 0
    for number in range(len(document)):
        try:
            page = document[number]
            laid, without_code = _page(page)
        except pypdfium2.PdfiumError:
            lost.append(number + 1)
            continue
        unmapped += without_code
        glyphs += len(laid.glyphs)
        if glyphs > MOST_GLYPHS:
            raise Unreadable(
                "too_large", f"{source_uri}: the PDF holds more than {MOST_GLYPHS:,} characters; divide it."
            )
        if not laid.glyphs and _is_picture(page):
            pictures.append(number + 1)
            if ocr.is_installed():
                laid.glyphs, laid.width, laid.height = ocr.recognise_page(page)
        pages.append(laid)
        page.close()
    if pictures and not any(page.glyphs for page in pages):
        raise Unreadable("scanned", f"{source_uri}: the pages are pictures without text; {ocr.ADVICE}.")
    compose(pages, out)
    if lost:
        out.find("pages_lost", "error", f"Pages that cannot be read: {_listed(lost)}.")
    if pictures and ocr.is_installed():
        out.find("recognised", "warning", f"The text of scanned pages was recognised: {_listed(pictures)}.")
    elif pictures:
        out.find("pages_scanned", "error", f"Pages that are pictures without text: {_listed(pictures)}; {ocr.ADVICE}.")
    if unmapped:
        out.find("unmapped_characters", "warning", f"{unmapped} characters have no code in the PDF; they read \ufffd.")
    return out.extracted()


def _listed(pages: list[int]) -> str:
    return ", ".join(map(str, pages[:20])) + (", …" if len(pages) > 20 else "")


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    return next(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


def _page(page: pypdfium2.PdfPage) -> tuple[Page, int]:
    """What stands on a page, and the number of characters without a code."""
    left, bottom, right, top = page.get_bbox()
    text = page.get_textpage()
    try:
        placed = list(_glyphs(text))
    finally:
        text.close()
    turns = Counter(turn for turn, _ in placed)
    upright = turns.most_common(1)[0][0] if turns else 0
    glyphs = [_turned(glyph, upright, (left, bottom, right, top)) for turn, glyph in placed if turn == upright]
    aside = "".join(glyph.text for turn, glyph in placed if turn != upright)
    rules = _rules(page, top, left) if glyphs and upright == 0 else []
    width, height = right - left, top - bottom
    if upright % 2:
        width, height = height, width
    laid = Page(width, height, glyphs, rules, "".join(aside.split()))
    return laid, sum(glyph.text == "\ufffd" for _, glyph in placed)


def _glyphs(text: pypdfium2.PdfTextPage) -> Iterator[tuple[int, Glyph]]:
    """Characters with the quarter turns (clockwise) that they are printed at; -1 aslant. Their boxes are those of the file (y upwards)."""
    faces: dict[int | None, tuple[bool, bool]] = {}
    box = pdfium.FS_RECTF()
    high = 0
    spaced = False
    last: tuple[int | None, int, Glyph] | None = None
    for index in range(pdfium.FPDFText_CountChars(text)):
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if code in (0, 0xFFFE, 0xFFFF) or code > 0x10FFFF or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
            code = 0xFFFD
        if not pdfium.FPDFText_GetLooseCharBox(text, index, box) or not _is_sound(box):
            continue
        if code in (0xAD, 2) or chr(code).isspace():
            spaced = spaced or code not in (0xAD, 2)
            continue
        owner = pdfium.FPDFText_GetTextObject(text, index)
        key = ctypes.cast(owner, ctypes.c_void_p).value
        if key not in faces:
            faces[key] = _face(text, index)
        turn = pdfium.FPDFText_GetCharAngle(text, index) / (math.pi / 2)
        quarter = round(turn) % 4 if abs(turn - round(turn)) < 0.05 else -1
        made = Glyph(chr(code), box.left, box.right, *_heights(text, index, box), *faces[key], spaced=spaced)
        spaced = False
        if last is not None and last[0] == key and _place(last[2]) == _place(made):
            # One sign for several characters, such as the double dash.
            last = (key, quarter, replace(made, text=last[2].text + made.text, spaced=last[2].spaced))
            continue
        if last is not None:
            yield last[1:]
        last = (key, quarter, made)
    if last is not None:
        yield last[1:]


def _place(glyph: Glyph) -> tuple[float, float, float, float]:
    return glyph.x0, glyph.x1, glyph.top, glyph.bottom


def _heights(text: pypdfium2.PdfTextPage, index: int, box: pdfium.FS_RECTF) -> tuple[float, float]:
    """Upper and lower edge by size and baseline of the type: the box of 一 or 、 is no higher than its sign."""
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX()
    pdfium.FPDFText_GetCharOrigin(text, index, x, y)
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
    if abs(matrix.b) > abs(matrix.a) or not 1 < size < 1000 or not abs(y.value) < 1e5:
        return box.top, box.bottom
    upright = 1 if matrix.a > 0 else -1
    return y.value + upright * 0.88 * size, y.value - upright * 0.12 * size


def _is_sound(box: pdfium.FS_RECTF) -> bool:
    """Places on a page; a damaged file may give any number."""
    return all(abs(value) < 1e5 for value in (box.left, box.right, box.top, box.bottom))


def _face(text: pypdfium2.PdfTextPage, index: int) -> tuple[bool, bool]:
    """Whether a character is bold, and whether it is 楷体."""
    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(256)
    pdfium.FPDFText_GetFontInfo(text, index, name, 256, flags)
    font = name.value.decode("utf-8", "replace")
    return pdfium.FPDFText_GetFontWeight(text, index) >= _BOLD or "Bold" in font, is_kai(font)


def _turned(glyph: Glyph, turn: int, page: tuple[float, float, float, float]) -> Glyph:
    """A glyph seen upright, from the upper left corner."""
    left, bottom, right, top = page
    x0, x1 = sorted((glyph.x0, glyph.x1))
    y0, y1 = sorted((glyph.top, glyph.bottom))
    places = {
        1: (top - y1, top - y0, right - x1, right - x0),
        2: (right - x1, right - x0, y0 - bottom, y1 - bottom),
        3: (y0 - bottom, y1 - bottom, x0 - left, x1 - left),
    }
    a, b, c, d = places.get(turn, (x0 - left, x1 - left, top - y1, top - y0))
    return Glyph(glyph.text, a, b, c, d, glyph.bold, glyph.kai, glyph.spaced)


def _rules(page: pypdfium2.PdfPage, top: float, left: float) -> list[Rule]:
    """Lines and boxes that are drawn on a page."""
    rules: list[Rule] = []
    for count, drawn in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3)):
        if count > _MOST_OBJECTS or len(rules) > _MOST_OBJECTS:
            return []
        filled, outlined = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(drawn, filled, outlined)
        if not (filled.value or outlined.value):
            continue
        matrix = drawn.get_matrix()
        for points in _figures(drawn):
            places = [matrix.on_point(x, y) for x, y in points]
            if any(abs(value) > 1e5 for place in places for value in place):
                continue
            xs, ys = [x - left for x, _ in places], [top - y for _, y in places]
            rules += rules_of(min(xs), min(ys), max(xs), max(ys), drawn=bool(outlined.value))
    return rules


def _figures(drawn: pypdfium2.PdfObject) -> Iterator[list[tuple[float, float]]]:
    """Points of the separate figures of a path; curves are none of a table's."""
    points: list[tuple[float, float]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(min(pdfium.FPDFPath_CountSegments(drawn), _MOST_OBJECTS)):
        segment = pdfium.FPDFPath_GetPathSegment(drawn, at)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        points.append((x.value, y.value))
    if len(points) > 1:
        yield points
