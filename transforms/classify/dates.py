"""Dates and periods: both ends inclusive, from the normalised text with document numbers masked."""

import calendar
import re
from datetime import date
from typing import NamedTuple

from transforms.classify.numerals import value_of

_DIGITS = "〇零○ＯO一二三四五六七八九"
_CHINESE_YEAR = rf"[一二][{_DIGITS}]{{3}}"
_DAY = r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,3})\s?月(?:\s?(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s?日)?"
DATE = re.compile(
    rf"(?=[0-9“一二三四五六七八九十])(?:"
    rf"“?(?P<plan>[三四五六七八九]|十[一二三四五六七八九]?|二十[一二]?)五”?(?P<after>时期|期间|规划期|以来|末|初)?"
    rf"|(?<![0-9])(?P<y1>(?:19|20)\d{{2}})\s?年?\s?(?:[-—–~－至到]|——)\s?(?P<y2>(?:19|20)\d{{2}})\s?年"
    rf"|(?<![0-9])(?P<y>(?:19|20)\d{{2}}|{_CHINESE_YEAR})\s?年(?:\s?{_DAY}|(?P<half>[上下]半年))?"
    rf"(?:(?:至|到|—|-|－)(?:(?P<ey>(?:19|20)\d{{2}})年)?(?:(?P<em>\d{{1,2}})月)?(?P<ed>\d{{1,2}})日)?"
    rf"|(?<![0-9])(?P<iy>(?:19|20)\d{{2}})[-./](?P<im>\d{{1,2}})[-./](?P<id>\d{{1,2}})(?![0-9]))",
)
"""Most characters begin none; to see so at once saves half the time."""

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
