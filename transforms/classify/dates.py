"""Dates and periods: both ends inclusive, from the normalised text with document numbers masked."""

import calendar
import re
from datetime import date
from typing import NamedTuple

from transforms.classify.mentions import DATE
from transforms.classify.numerals import value_of

_TIMES = ("时期", "期间", "规划期", "以来", "末", "初")
THIRD_PLAN = 1966
"""First year of the third five-year plan; from there on a plan begins every five years without a gap."""


class Period(NamedTuple):
    """A date or period in the text, first and last day included."""

    start: int
    end: int
    first: date
    last: date


def dates(text: str) -> list[Period]:
    """Find dates with a year, ranges of them, and five-year plans named as a time; impossible dates are left out."""
    if "年" not in text and "五" not in text and "20" not in text and "19" not in text:
        return []
    found = []
    for match in DATE.finditer(text):
        try:
            period = _plan(match) if match["plan"] else _calendar(match)
        except ValueError:
            continue
        if period:
            found.append(Period(match.start(), match.end(), *period))
    return found


def _plan(match: re.Match[str]) -> tuple[date, date] | None:
    """Years of “十五五”; quotation marks or a word of time must show that a plan is meant."""
    if not (match.group().startswith("“") or match["after"] in _TIMES):
        return None
    first = THIRD_PLAN + 5 * (int(value_of(match["plan"])) - 3)
    return date(first, 1, 1), date(first + 4, 12, 31)


def _calendar(match: re.Match[str]) -> tuple[date, date]:
    if match["iy"]:
        day = date(int(match["iy"]), int(match["im"]), int(match["id"]))
        return day, day
    if match["y1"]:
        first, last = int(match["y1"]), int(match["y2"])
        if last < first:
            raise ValueError
        return date(first, 1, 1), date(last, 12, 31)
    year = int(value_of(match["y"].replace("Ｏ", "〇").replace("O", "〇")))
    if match["d"]:
        return _days(match, date(year, int(value_of(match["m"])), int(value_of(match["d"]))))
    first, last = 1, 12
    if match["half"]:
        first, last = (1, 6) if match["half"] == "上半年" else (7, 12)
    elif match["m"]:
        first = last = int(value_of(match["m"]))
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _days(match: re.Match[str], first: date) -> tuple[date, date]:
    """One day, or the days from it to the day named after 至."""
    if not match["ed"]:
        return first, first
    last = date(int(match["ey"] or first.year), int(match["em"] or first.month), int(match["ed"]))
    return first, max(first, last)
