"""References in a clause, regular expressions over its normalised reading text.

Offsets are those of the reading text; `printed.py` maps them to the canonical text.
"""

import re
from typing import NamedTuple

from transforms.classify.numerals import NUMERAL, value_of

_AND = r"(?:以及|或者|直至|[、和及至或到与])"
_ORDINAL = rf"[ ]?(?:[（][ ]?{NUMERAL}[ ]?[）]|{NUMERAL})[ ]?"
_MORE = rf"(?:[、和及至或到与]第?{_ORDINAL})*"
_ARTICLE = rf"第[ ]?{NUMERAL}(?:-{NUMERAL})?[ ]?{_MORE}条(?![例件])(?:之[一二三四五六七八九十]{{1,3}})?"
_PART = rf"第{_ORDINAL}{_MORE}(?:款|项(?!目)|目(?![标录的]))"
_PARTS = rf"(?:{_PART}){{0,3}}"
_DIVISION = rf"第[ ]?{NUMERAL}[ ]?(?:分编|[编章]|节(?!课|目))"
_DIVISIONS = rf"{_DIVISION}(?:{_DIVISION}){{0,2}}"
_PLACE = rf"(?:{_ARTICLE}{_PARTS}|{_DIVISIONS})"
_LIST = rf"(?:{_AND}(?:{_PLACE}|{_PART}{_PARTS}|[（]{NUMERAL}[）]项(?!目)))*"
_ACT = (
    r"(?:暂行|试行|实施|管理)?"
    r"(?:法典|法|条例|办法|规定|细则|解释|规则|章程|决定|意见|规划|方案|规程|通知|通则|准则|公约|条约|协定|协议|合同|议定书)"
)

DOCUMENT_NUMBER = re.compile(
    r"(?P<org>[一-鿿A-Za-z]{1,20}?)[〔\[［（【](?P<year>(?:19|20)\d{2})[〕\]］）】]\s*第?\s*(?P<n>\d{1,5})\s*[号號]"
    r"|[一-鿿]{0,12}令第?\s*\d{1,5}\s*号|[一-鿿]{0,12}公告\s*(?:19|20)\d{2}\s*年第\s*\d{1,5}\s*号",
)
_BEFORE_NUMBER = re.compile(
    r"(?:[一-鿿A-Za-z]*(?:落实|贯彻|执行|实施|印发|转发|下发|发布|公布|废止|修订|修改|遵照|参照|依照|按照|根据|依据|对照|结合"
    r"|参见|详见|适用|符合|违反|代替|替代|取代|撤销|关于|(?<!无)为|[以按依的是在]))?"
    r"(?:[和与及或即由见将经对于](?!政|办|外|济|墨))?(?=[一-鿿A-Za-z]{2})"
)
"""A verb or preposition ends before a 发文字号 begins (GB/T 9704-2012, 7.2.5: 机关代字, year, number). 和 and the like
are left out only at the front: 国家发展和改革委员会令第5号."""
_TITLE = re.compile(rf"《[^《》]{{1,60}}(?:[《〈][^《》〈〉]{{1,60}}[》〉][^《》]{{0,40}})*》(?:{_PLACE}{_LIST})?")
_FURTHER = rf"(?:{_DIVISIONS}|{_PARTS}){_LIST}"
_ABOVE = r"述(?:规定|条款|情形|事项|条件|要求|行为|各[款项])"
_INTERNAL = re.compile(
    rf"本(?<!日本){_ACT}{_PLACE}{_LIST}"
    rf"|前(?<![目当之以此提空先名列居位]前)(?P<many>[一二两三四五六七八九]?)(?:条(?![例件约文])|款(?!项)|项(?!目)){_FURTHER}"
    rf"|上款(?!项){_FURTHER}"
    rf"|本(?<![基根成资原样文日版剧]本)(?:条(?:款(?=第)|(?![例件约文款]))|章(?!程)|节(?!目)|款(?!项)|编(?![制辑])){_FURTHER}"
    rf"|{_ARTICLE}{_PARTS}{_LIST}|{_DIVISIONS}{_LIST}(?=的?(?:有关|相关)?规定)"
    rf"|上{_ABOVE}|前{_ABOVE}",
)
"""Every branch opens with a plain character: then the search skips to those."""
_BETWEEN_MEMBERS = re.compile(_AND)
_NAMED = re.compile(
    r"(?:[一-鿿]{1,16}(?:(?<!本)|(?<=日本))(?:法|条例|通则|法典|公约)|》|附[录件表])(?:（[^（）]{1,30}）)?$"
)
_LONGEST_NAME = 50
_PARENT = re.compile(r"本(法典|法|条例)")
_BRACKETED_END = re.compile(r"[（(][^（）()]*[）)]$")
_LOWER = {
    "法": ("条例", "细则", "办法", "规定", "规则", "规程", "解释"),
    "法典": ("条例", "细则", "办法", "规定", "规则", "规程", "解释"),
    "条例": ("细则", "办法", "规定", "规则", "规程", "解释"),
}
"""What an act under a statute is called: there 本法 is the statute (以下简称本法), the act itself 本细则."""


class Reference(NamedTuple):
    """A cited article, document or document number."""

    start: int
    end: int
    kind: str


def document_numbers(text: str) -> list[tuple[int, int]]:
    """Ranges of document numbers (国发〔2019〕4号), the words before them such as 要落实 or 根据 left out."""
    found = []
    if "号" in text:
        for match in DOCUMENT_NUMBER.finditer(text):
            start, end = match.span()
            lead = _BEFORE_NUMBER.match(text, start, end)
            found.append((lead.end() if lead else start, end))
    return found


_ANCHOR = re.compile("[条款项章节编述]")


def references(text: str, title: str = "") -> list[Reference]:
    """Cited parts of the same act (internal), titles in 《》 with the article after them, and document numbers.

    A series has a reference for each member (第三条、第五条); a range for its first and last (第三条至第五条). 前两条 has
    one for each article that it counts, all at the same place. Other acts keep their series whole.

    Args:
        text: Normalised text of a clause.
        title: Title of the act that it stands in: in implementing rules 本法 is another act.

    """
    found = [Reference(start, end, "document_number") for start, end in document_numbers(text)]
    if "《" in text:
        found += [Reference(m.start(), m.end(), "document") for m in _TITLE.finditer(text)]
    if _ANCHOR.search(text):
        taken = list(found)
        for match in _INTERNAL.finditer(text):
            start, end = match.span()
            if any(start < r.end and r.start < end for r in taken):
                continue
            if start == 0 and match.group().startswith("第") and text[end : end + 1] in (" ", ""):
                continue  # the number of the article itself
            if _is_foreign(text, match, title):
                found.append(Reference(start, end, "document"))
            else:
                found += _members(match)
    return sorted(found) if len(found) > 1 else found


def _members(match: re.Match[str]) -> list[Reference]:
    """The members of a series, parted by 、和 及 至 (立法技术规范: each keeps the level of the one before)."""
    start, end = match.span()
    found: list[Reference] = []
    for gap in _BETWEEN_MEMBERS.finditer(match.string, start, end):
        found.append(Reference(start, gap.start(), "internal"))
        start = gap.end()
    found.append(Reference(start, end, "internal"))
    many = match["many"]
    return [found[0]] * int(value_of(many)) + found[1:] if many else found


def _is_foreign(text: str, match: re.Match[str], title: str) -> bool:
    """Whether a place is one of another act: the one named before it, its annex, or the statute that the rules implement."""
    start = match.start()
    if match.group().startswith("第"):
        return _NAMED.search(text[max(start - _LONGEST_NAME, 0) : start]) is not None
    parent = _PARENT.match(match.group())
    return parent is not None and _BRACKETED_END.sub("", title).endswith(_LOWER[parent[1]])


def masked(text: str) -> str:
    """Blank out document numbers and titles, length kept: their years are no dates, their numbers no amounts."""
    titles = [match.span() for match in _TITLE.finditer(text)] if "《" in text else []
    for start, end in (*document_numbers(text), *titles):
        text = text[:start] + " " * (end - start) + text[end:]
    return text
