"""Lines that are drawn on the pages of an OFD file (GB/T 33190-2016 9): those of tables."""

import math
from collections.abc import Iterator

from lxml import etree

from transforms.extract.package import child
from transforms.extract.page_tables import Rule, rules_of

MOST_OBJECTS = 20_000
"""Drawn objects of a page that are looked at; a page with more is a map."""
_POINTS = {"S": 1, "M": 1, "L": 1, "C": 0}
"""Points that follow an operator of a path; the others draw curves, which are none of a table's."""


def rules(page: etree._Element, *, left: float, top: float, scale: float) -> list[Rule]:
    """Lines and boxes of a page.

    Args:
        page: Root of its Content.xml.
        left: Left edge of the page, millimetres.
        top: Upper edge.
        scale: Of what is returned, for each millimetre.

    """
    found: list[Rule] = []
    for count, drawn in enumerate(page.iterfind(".//{*}PathObject")):
        if count > MOST_OBJECTS or len(found) > MOST_OBJECTS:
            return []
        outlined, filled = drawn.get("Stroke", "true") != "false", drawn.get("Fill", "false") == "true"
        boundary = _numbers(drawn.get("Boundary"), 4)
        if not (outlined or filled) or boundary is None:
            continue
        a, b, c, d, e, f = _numbers(drawn.get("CTM"), 6) or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        for points in _figures(drawn):
            xs = [(boundary[0] + a * x + c * y + e - left) * scale for x, y in points]
            ys = [(boundary[1] + b * x + d * y + f - top) * scale for x, y in points]
            if all(abs(value) < 1e5 for value in (*xs, *ys)):
                found += rules_of(min(xs), min(ys), max(xs), max(ys), drawn=outlined)
    return found


def _figures(drawn: etree._Element) -> Iterator[list[tuple[float, float]]]:
    """Points of the separate figures of a path."""
    data = child(drawn, "AbbreviatedData")
    words = iter((data.text or "").split()[: 8 * MOST_OBJECTS] if data is not None else ())
    points: list[tuple[float, float]] = []
    for operator in words:
        if operator not in _POINTS:
            return
        if operator in "SM":
            if len(points) > 1:
                yield points
            points = []
        for _ in range(_POINTS[operator]):
            place = _numbers(f"{next(words, '')} {next(words, '')}", 2)
            if place is None:
                return
            points.append((place[0], place[1]))
    if len(points) > 1:
        yield points


def _numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    """So many finite numbers, or None."""
    try:
        numbers = tuple(float(word) for word in (text or "").split())
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None
