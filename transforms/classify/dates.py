"""Dates and periods: both ends inclusive, from the normalised text with document numbers masked."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from transforms.classify.mentions import DATE
from transforms.classify.numerals import value_of

THIRD_PLAN = 1966
"""First year of the third five-year plan; from there on a plan begins every five years without a gap."""


@dataclass(frozen=True, slots=True)
class Period:
    """A date or period in the text, first and last day included."""

    start: int
    end: int
    first: date
    last: date


def dates(text: str) -> list[Period]:
    """Dates with a year, ranges of them, and five-year plans named as a time (“十五五”时期). Impossible dates are left out."""
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
    if not (match.group().startswith("“") or match["after"] in ("时期", "期间", "规划期", "以来", "末", "初")):
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
    if match["half"]:
        upper = match["half"] == "上半年"
        return (date(year, 1, 1), date(year, 6, 30)) if upper else (date(year, 7, 1), date(year, 12, 31))
    if not match["m"]:
        return date(year, 1, 1), date(year, 12, 31)
    month = int(value_of(match["m"]))
    if not match["d"]:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    first_day = date(year, month, int(value_of(match["d"])))
    if not match["ed"]:
        return first_day, first_day
    last_day = date(int(match["ey"] or year), int(match["em"] or month), int(match["ed"]))
    return (first_day, last_day) if last_day >= first_day else (first_day, first_day)
