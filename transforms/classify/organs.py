"""Organs and their part in a task: （甲牵头，乙配合）, 由甲会同乙, 责任单位：甲; other organs are mentioned.

A name is known (`words.csv`), or a level or field of government with the head of an organ: 国务院教育行政部门, 市茶办,
公安机关, 县级以上人民政府. A place before it belongs to it: 杭州市人民政府.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_LEADS = re.compile(r"牵头|主办|负责(?!同志|人)|责任单位")
_HELPS = re.compile(r"配合|参加|参与|协助|协办")
_BRACKET = re.compile(r"（([^（）]{2,200})）")
_LABELLED = re.compile(
    r"(牵头单位|责任单位|牵头部门|主办单位|配合单位|参加单位|协办单位|责任部门|配合部门)：([^；。）\n]{2,150})"
)
_PIECE = re.compile(r"[^，；]+")
_HELPING = ("配合", "参加", "协办")
_NAME = re.compile(r"[一-鿿“”·]{2,24}")
_SPLIT = re.compile(r"[、，和及与]|以及|会同")
_HEAD = re.compile(r"^(?:.*由|(?:应当|可以)?[经报请](?!济|贸|信|刊|社))")
_TAIL = re.compile(r"(?:等部门|等单位|等有关部门|等|按职责分工|按照职责分工|分别|共同|具体|分工)+$")
_NO_ORGAN = re.compile(r"^(?:各|有关|相关)?(?:部门|单位)?$|工作|方案|建设|任务|项目|的")

_MANNER = (
    r"(?:等(?:有关|相关)?(?:部门|单位)?)?(?:应当|要|可以)?"
    r"(?:按照?(?:各自)?(?:的)?职责(?:分工)?|依照(?:各自)?职责|根据(?:各自)?职责|分别|共同|具体|统一|依法|组织)*"
)
_LEADING = re.compile(rf"{_MANNER}(?:牵头|主办|负责(?!人|制|同志|的)|归口|会同|商(?=国务院|[省市县区]|有关|财政))")
_HELPED = re.compile(rf"{_MANNER}(?:予以|做好)?(?:配合|参加|参与|协助|协办)")
_PART = re.compile("牵头|主办|负责|归口|会同|商|配合|参加|参与|协助|协办")
"""A word of a part in a task; most texts that name organs hold none."""
_BESIDE = re.compile(r"(?:会同|商)(?:同级)?$")
_LISTED = re.compile(r"[、和及与或]|以及|或者")


class Organ(NamedTuple):
    """An organ in the text; role is lead, participant or mentioned."""

    start: int
    end: int
    role: str


_BREAKS = "应当|可以|不得|必须|或者|以及|会同|根据|依照|按照|负责|其他|授权|部门|人民政府|经(?!济|贸|信)"
_FREE = rf"(?!{_BREAKS})[一-鿿](?<![的由向在把被将其和与及各本该所是未不第])"
"""A character inside the name of an organ that no table knows."""
_UNIT = r"(?:部门|机关(?!报)|(?:监督管理|管理|登记|经办|执法|监管)机构)"
_QUALITY = r"(?:行政|监督|管理|主管|执法|工作|综合|协调|业务){0,3}"
_SHORT = r"(?:局(?![面部势限长])|厅(?![级长])|委(?![员托派任])|委员会|办(?![法理公事学好案赛成])|署|领导小组|指挥部|联席会议)"
_STRONG = (
    r"(?:国务院|县级以上(?:地方)?(?:各级)?|(?:沿海)?(?:地方)?各级(?:地方)?|地方|(?:上|下|上一|下一|同)级|[省市县区州乡镇]级(?:以上)?(?:地方)?|设区的市级?(?:以上)?|(?:沿海)?城市(?=人民政府)|"
    r"各?省、自治区、直辖市|各?乡镇|街道)"
)
_LOCAL = r"[省市区县州旗]"
_WEAK = rf"(?:[各本]?{_LOCAL}{{1,2}}(?:（[^（）]{{1,6}}）)?(?:[、和或及]{_LOCAL}{{1,2}}(?:（[^（）]{{1,6}}）)?){{0,3}}|[本各]?[乡镇](?=人民政府))"
_CONGRESS = r"(?:第[一二三四五六七八九十]+届)?(?:全国)?人民代表大会(?:常务委员会)?"
_OWN = (
    rf"{_CONGRESS}|人大常委会(?:主任会议)?|人大(?!代表)|(?:高级|中级)?人民法院|人民检察院|监察委员会|监委|政协|党委|党组|"
    r"委(?![员托派任会])(?:办公[厅室])?|政府(?:办公[厅室]|工作部门|有关部门|相关部门)?"
)


_OPENINGS = (
    "国务",
    "国家",
    "中国",
    "县级",
    "省级",
    "市级",
    "区级",
    "州级",
    "乡级",
    "镇级",
    "地方",
    "设区",
    "沿海",
    "城市",
    "街道",
    "全国",
    "人民",
    "上级",
    "下级",
    "上一",
    "下一",
    "同级",
    "各级",
    "各省",
    "各乡",
)
_ORDINALS = tuple(f"第{digit}" for digit in "一二三四五六七八九十")
"""How the names begin that no table holds."""


@lru_cache(maxsize=4)
def name_pattern(names: tuple[str, ...], fields: tuple[str, ...]) -> re.Pattern[str]:
    """Known names, and names made of a level or field of government and the head of an organ."""
    longest, field = (_any_of(sorted(set(words), key=len, reverse=True)) for words in (names, fields))
    series = rf"(?:[、和](?:{field})){{0,12}}(?:等(?:有关|相关)?)?{_QUALITY}{_UNIT}"
    fielded = rf"(?:{field})(?:{_SHORT}|{series})"
    charged = r"负责(?:[^，。；、：]{2,20}?)的(?:部门|机构)"
    free = (
        rf"(?:{_FREE}){{1,14}}?(?:行政主管部门|行政管理部门|行政部门|主管部门|管理部门|工作部门|执法部门|监督管理机构|管理机构|委员会)"
        rf"|(?:{_FREE}){{1,8}}?{_SHORT}"
    )
    whose = rf"{fielded}|{charged}|{free}|各部委|各?直属机构|(?:有关|相关)(?:主管)?部门|主管部门"
    governed = rf"人民政府(?:办公[厅室]|工作部门|{fielded}|{charged}|{free}|(?:有关|相关)(?:主管)?部门)?"
    # Most characters begin no name: two characters tell, faster than the words do.
    words = (*names, *fields, *_OPENINGS, *_ORDINALS)
    single = "".join(word for word in words if len(word) == 1)
    first, second = ("".join(sorted({word[place] for word in words if len(word) > 1})) for place in (0, 1))
    return re.compile(
        rf"(?=[本各省市区县州旗乡镇{single}]|[{first}][{second}])(?:(?:国家)?(?:{fielded})|中国驻[一-鿿]{{1,8}}(?:大使馆|领事馆|代表团)|(?P<strong>{_STRONG})(?:{governed}|{whose}|{_OWN})"
        rf"|(?P<weak>{_WEAK})(?:(?P<own>{governed}|{_OWN}|{fielded})|{whose})|{_CONGRESS}|(?:{longest})(?![门署队]))"
    )


def _any_of(words: Iterable[str]) -> str:
    """Alternation of different words in their order; what begins alike is written once, so that few alternatives are tried."""
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[:1], []).append(word[1:])
    return "|".join(
        re.escape(first) + (f"(?:{_any_of(rest)})" if len(rest) > 1 else re.escape(rest[0]))
        for first, rest in rests.items()
    )


_BEFORE = re.compile(r"(?:^|[，。；、：（）“ 日由经向在对和与及])((?:中共)?[一-鿿]{2,3})$")
_NO_PLACE = re.compile(r"[由请需须并报经应当列向在的各本对与和及同下上次其为将把被从到不届送该每我全市省县区]")


def organs(
    text: str,
    pattern: re.Pattern[str],
    *,
    named: bool = True,
    places: Sequence[tuple[int, int]] = (),
    inner: bytes = b"",
    taken: Sequence[tuple[int, int]] = (),
) -> list[Organ]:
    """Organs with their role; each character belongs to one organ at most.

    Args:
        text: Normalised text of a clause.
        pattern: What `name_pattern` gives.
        named: False where the text is known to hold no name and no head of a name.
        places: Places in it.
        inner: For each character, whether a word of it goes on from the character before: 城市 has no organ 市….
        taken: What belongs to something else, as titles in 《》.

    """
    names = _named(text, pattern, places, inner, taken) if named else []
    found = _in_lists(text, names) if "（" in text or "单位：" in text or "部门：" in text else []
    if not found:
        return _in_prose(text, names)
    listed = [(o.start, o.end) for o in found]
    rest = [(s, e) for s, e in names if not any(s < b and a < e for a, b in listed)]
    return sorted([*found, *_in_prose(text, rest)])


def _named(
    text: str,
    pattern: re.Pattern[str],
    places: Sequence[tuple[int, int]],
    inner: bytes,
    taken: Sequence[tuple[int, int]],
) -> list[tuple[int, int]]:
    """Names with the places before them."""
    ends = {end: start for start, end in places}
    found: list[tuple[int, int]] = []
    at = 0
    while match := pattern.search(text, at):
        start, end = match.span()
        level = match.end("weak")
        at = start + 1
        if level > 0 and inner and inner[start] and start + 1 not in ends:
            continue
        if level > 0 and match["own"] is None and inner and level < len(inner) and inner[level]:
            continue
        if any(start < e and s < end for s, e in taken):
            continue
        first = _with_place(text, start, ends, inner, local=level > 0)
        if level > 0 and first == start and start and text[start - 1] in "上城超都":
            continue
        at = end
        found.append((first if not found or found[-1][1] <= first else start, end))
    return found


def _with_place(text: str, start: int, ends: dict[int, int], inner: bytes, *, local: bool) -> int:
    """Where the name begins when the places before it are counted: 浙江省 and 杭州 before 市人民政府."""
    first = start
    if local and start + 1 in ends:
        first = ends[start + 1]
    elif local and start not in ends and (unknown := _BEFORE.search(text, max(start - 7, 0), start)):
        begin = unknown.start(1)
        words = 1 in inner[begin:start]
        first = start if words or _NO_PLACE.search(unknown[1].removeprefix("中共")) else begin
    while first in ends:
        first = ends[first]
    return first


def _in_prose(text: str, names: list[tuple[int, int]]) -> list[Organ]:
    """Roles by what stands around a name; the members of a list have the same part."""
    if not names or not _PART.search(text):
        return [Organ(start, end, "mentioned") for start, end in names]
    roles: list[str] = []
    for start, end in names:
        if _BESIDE.search(text, max(start - 4, 0), start) or _HELPED.match(text, end):
            roles.append("participant")
        else:
            roles.append("lead" if _LEADING.match(text, end) else "mentioned")
    joined = [bool(_LISTED.fullmatch(text, a[1], b[0])) for a, b in pairwise(names)]
    for i in reversed(range(len(joined))):
        if joined[i] and roles[i] == "mentioned":
            roles[i] = roles[i + 1]
    for i in range(len(joined)):
        if joined[i] and roles[i] == "participant" and roles[i + 1] == "mentioned":
            roles[i + 1] = "participant"
    return [Organ(start, end, role) for (start, end), role in zip(names, roles, strict=True)]


def _in_lists(text: str, names: Sequence[tuple[int, int]]) -> list[Organ]:
    """Organs of brackets and labelled lists, where a name need not be known."""
    found: list[Organ] = []
    for start, end, role in _parts(text):
        for organ in _members(text, start, end, role, names):
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


def _members(text: str, start: int, end: int, role: str, names: Sequence[tuple[int, int]]) -> list[Organ]:
    """Names between start and end, split at 、 and 和, known names kept whole: 工业和信息化部."""
    inside = [(s, e) for s, e in names if start <= s and e <= end]
    cuts = [(m.start(), m.end()) for m in _SPLIT.finditer(text, start, end)]
    cuts = [(s, e) for s, e in cuts if text[s] == "、" or not any(a < s and e < b for a, b in inside)]
    found = []
    for first, last in zip([start, *(e for _, e in cuts)], [*(s for s, _ in cuts), end], strict=True):
        piece = text[first:last]
        name = _HEAD.sub("", _TAIL.sub("", piece.strip()))
        if name and _NAME.fullmatch(name) and not _NO_ORGAN.search(name):
            offset = first + piece.index(name)
            found.append(Organ(offset, offset + len(name), role))
    return found
