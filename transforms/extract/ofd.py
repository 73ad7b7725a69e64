"""OFD files (GB/T 33190, the national page format), by ofdkit; the lines of tables, which it does not tell, are read beside it.

Signatures and seals are not looked at.
"""

import ofdkit

from transforms.extract.composer import Composer
from transforms.extract.decoding import Unreadable
from transforms.extract.extracted import Extracted
from transforms.extract.ofd_lines import rules
from transforms.extract.package import Package
from transforms.extract.page_layout import Glyph, Page, compose

MOST_PAGES = 5000
MOST_RUNS = 1_000_000
A4 = (210.0, 297.0)
"""Millimetres."""
_POINTS = 72 / 25.4
"""Points of a millimetre."""


def read(data: bytes, source_uri: str) -> Extracted:
    """Read an OFD file.

    Raises:
        Unreadable: `damaged`, `encrypted`, `too_large` or `scanned` (pages without text).

    """
    package = Package(data, source_uri)
    package.survey()
    pages: list[Page] = []
    runs = lost = 0
    try:
        with ofdkit.open(data) as document:
            if len(document.pages) > MOST_PAGES:
                raise Unreadable("too_large", f"{source_uri}: the file has {len(document.pages):,} pages; divide it.")
            for page in document.pages:
                pages.append(_page(page, package))
                lost += sum(1 for run in page.runs if run.text.strip()) - len(pages[-1].glyphs)
                runs += len(pages[-1].glyphs)
                if runs > MOST_RUNS:
                    raise Unreadable(
                        "too_large", f"{source_uri}: the file holds more text than can be read; divide it."
                    )
            warnings = list(document.warnings)
    except (ofdkit.OFDError, ValueError, OverflowError, RecursionError) as error:
        if isinstance(error, Unreadable):
            raise
        raise package.damaged(str(error)) from error
    if not runs:
        reason = (
            f"{source_uri}: the pages hold no text, perhaps pictures of it; save them as images or PDF and read these."
        )
        raise Unreadable("scanned", reason)
    out = Composer()
    compose(pages, out)
    if lost:
        out.find("text_without_place", "error", f"{lost} pieces of text have no place on a page and were left out.")
    if warnings:
        out.find("parts_missing", "warning", "; ".join(warnings)[:300])
    return out.extracted()


def _is_sound(millimetres: float) -> bool:
    """A place on a page; a damaged file may give any number, and none at all (NaN)."""
    return abs(millimetres) < 1e5


def _page(page: ofdkit.Page, package: Package) -> Page:
    left, top, width, height = page.box if all(map(_is_sound, page.box)) else (0.0, 0.0, *A4)
    glyphs = [
        Glyph(
            run.text,
            (run.x - left) * _POINTS,
            (run.x - left + run.width) * _POINTS,
            (run.y - top - 0.88 * run.size) * _POINTS,
            (run.y - top + 0.12 * run.size) * _POINTS,
        )
        for run in page.runs
        if run.text.strip() and run.size > 0 and all(map(_is_sound, (run.x, run.y, run.width, run.size)))
    ]
    content = package.xml(page.location) if glyphs and page.location else None
    drawn = rules(content, left=left, top=top, scale=_POINTS) if content is not None else []
    return Page(width * _POINTS, height * _POINTS, glyphs, drawn)
