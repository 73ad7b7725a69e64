"""Organs and their part in a task: （甲牵头，乙配合）, 由甲会同乙, 责任单位：甲; other organ names are mentioned."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_LEADS = re.compile(r"牵头|主办|负责(?!同志|人)|责任单位")
_HELPS = re.compile(r"配合|参加|参与|协助|协办")
_BRACKET = re.compile(r"（([^（）]{2,200})）")
_LABELLED = re.compile(
    r"(牵头单位|责任单位|牵头部门|主办单位|配合单位|参加单位|协办单位|责任部门|配合部门)：([^；。）\n]{2,150})"
)
_BY = re.compile(r"由([^，；。：（）]{2,60}?)(?:牵头|负责)")
_WITH = re.compile(
    r"([一-鿿、]{3,40}?)(?:会同|商)([一-鿿、]{2,60}?)(?=[，；。制组对开建研编负定按依和按进提加应可统推共]|办理|处理|审|联合|另行|确定|规定)"
)
_PIECE = re.compile(r"[^，；]+")
_HELPING = ("配合", "参加", "协办")
_NAME = re.compile(r"[一-鿿“”·]{2,24}")
_SPLIT = re.compile(r"[、，和及与]|以及|会同")
_HEAD = re.compile(r"^(?:应当|可以)?(?:由|经|报|请)")
_TAIL = re.compile(r"(?:等部门|等单位|等有关部门|等|按职责分工|按照职责分工|分别|共同|具体|分工)+$")
_NO_ORGAN = re.compile(r"^(?:各|有关|相关)$|工作|方案|建设|任务|项目|的")


class Organ(NamedTuple):
    """An organ in the text; role is lead, participant or mentioned."""

    start: int
    end: int
    role: str


@lru_cache(maxsize=4)
def name_pattern(names: tuple[str, ...], suffixes: tuple[str, ...]) -> re.Pattern[str]:
    """Known names, and names that end in a known suffix behind a place or level."""
    longest = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    tails = "|".join(sorted(map(re.escape, suffixes), key=len, reverse=True))
    level = (
        r"(?:县级以上(?:地方)?(?:各级)?|(?:地方)?各级|国务院|设区的市级?以上|乡镇|街道|所在地|本[市省区县级]|"
        r"[市省区县](?:、[市省区县]){0,3}(?:（[^（）]{1,6}）)?|[一-鿿]{1,5}[省市县区州旗])"
    )
    return re.compile(rf"(?:{longest})|{level}(?:{tails})")


def organs(text: str, pattern: re.Pattern[str], *, named: bool = True) -> list[Organ]:
    """Organs with their role; each character belongs to one organ at most, a role wins over a mention.

    With `named` false the text is known to hold no name and no suffix of a name.
    """
    found: list[Organ] = []
    if "牵头" in text or "负责" in text or "单位" in text or "部门：" in text or "配合" in text or "会同" in text:
        found = _with_roles(text)
    if not named:
        return sorted(found) if found else found
    taken = [(o.start, o.end) for o in found]
    for match in pattern.finditer(text):
        start, end = match.span()
        if not any(start < e and s < end for s, e in taken):
            found.append(Organ(start, end, "mentioned"))
    return sorted(found)


def _with_roles(text: str) -> list[Organ]:
    found: list[Organ] = []
    for start, end, role in _parts(text):
        for organ in _names(text, start, end, role):
            if not any(organ.start < o.end and o.start < organ.end for o in found):
                found.append(organ)
    return found


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """Ranges that list organs, with their role; the surer forms first."""
    for match in _LABELLED.finditer(text):
        yield match.start(2), match.end(2), "participant" if match[1][:2] in _HELPING else "lead"
    for match in _BRACKET.finditer(text):
        if "：" in match[1]:
            continue
        for part in _PIECE.finditer(text, match.start(1), match.end(1)):
            if verb := _LEADS.search(part[0]):
                yield part.start(), part.start() + verb.start(), "lead"
            elif verb := _HELPS.search(part[0]):
                yield part.start(), part.start() + verb.start(), "participant"
    for match in _BY.finditer(text):
        yield match.start(1), match.end(1), "lead"
    for match in _WITH.finditer(text):
        yield match.start(1), match.end(1), "lead"
        yield match.start(2), match.end(2), "participant"


def _names(text: str, start: int, end: int, role: str) -> list[Organ]:
    """Names between start and end, split at 、 and 和."""
    found = []
    cursor = start
    for piece in _SPLIT.split(text[start:end]):
        at = text.index(piece, cursor, end) if piece else cursor
        cursor = at + len(piece)
        name = _HEAD.sub("", _TAIL.sub("", piece.strip()))
        offset = at + piece.index(name) if name else at
        if name and _NAME.fullmatch(name) and not _NO_ORGAN.search(name):
            found.append(Organ(offset, offset + len(name), role))
    return found
