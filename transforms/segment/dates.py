"""Dates as official documents print them."""

import datetime
import re

from transforms.segment.grammar import SUB, number_of

_HAN = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "Ｏ": 0, "O": 0, "0": 0}
_PARTS = re.compile(
    "([0-9０-９]{4}|[一二三四五六七八九〇○零ＯO0]{4})[ \u3000]*[年.\\-/][ \u3000]*"
    "([0-9０-９一二三四五六七八九十]{1,3}|元(?=[ \u3000]*月))[ \u3000]*[月.\\-/][ \u3000]*"
    "([0-9０-９一二三四五六七八九十]{1,3})",
)


FIRST_MONTH_DATE = r"(?:[12]\d{3}|[一二][一二三四五六七八九〇○零]{3})年[ \u3000]*元月[ \u3000]*[\d一二三四五六七八九十]{1,3}[ \u3000]*日"
"""A date in 元月: January, as documents before GB/T 9704-2012 print it."""
_REPUBLIC = re.compile(
    "中华民国[ \u3000]*([0-9０-９]{2,3}|[一二三四五六七八九十百零〇]{1,7})[ \u3000]*年[ \u3000]*"
    "([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[ \u3000]*月[ \u3000]*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[ \u3000]*日",
)


def parse_date(text: str) -> datetime.date | None:
    """First complete date of a text: 2025年12月29日, 二〇二六年一月八日, 2026.01.26; None where there is none that exists.

    Years of the Republic (中华民国 103 年, in reading text) count from 1911.
    """
    if republic := _REPUBLIC.search(text):
        year, month, day = (number_of(part) // SUB for part in republic.groups())
        text = f"{year + 1911}年{month}月{day}日"
    for match in _PARTS.finditer(text):
        year, month, day = (_number(part) for part in match.groups())
        try:
            return datetime.date(year, month, day)
        except ValueError:
            continue
    return None


def _number(digits: str) -> int:
    if digits == "元":
        return 1
    if digits.isdecimal():
        return int(digits)
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return (_HAN.get(tens, 1) if tens else 1) * 10 + (_HAN.get(ones, 0) if ones else 0)
    return int("".join(str(_HAN.get(c, 0)) for c in digits))
