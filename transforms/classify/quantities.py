"""Quantities in a clause: a number with its unit, what it measures and its target year.

Regular expressions over the normalised reading text; offsets are those of this text.
"""

import re
from typing import NamedTuple

from transforms.classify.numerals import NUMERAL, value_of

_UNITS = (
    r"万元|亿元|美元|港元|欧元|加元|澳元|日元|韩元|英镑|卢布|元|个百分点|百分点|%|‰|公里|千米|平方公里|平方千米|平方米|立方米|米|厘米|毫米|公顷|亩|吨标准煤|吨|公斤|千克|克|毫升|升|"
    r"千瓦时|千瓦|兆瓦|吉瓦|伏|人次|人日|人|户|家|个工作日|个月|工作日|个|项|件|条|所|座|处|套|辆|艘|架|台|张|部|种|类|批|次|倍|岁|天|日|小时|分钟|年|"
    r"公顷|床|名|位|只|头|册|册次|万亩|期|届|场|标准箱|股|票|枚|例|起|周岁|周年|周"
)
_FIRSTS = "".join(sorted({unit[0] for unit in _UNITS.split("|")}))
_NUMBER = r"(?<![0-9.])(?>\d{1,3}(?:，\d{3})++(?![0-9])|\d++)(?:\.\d++)?"
_SCALE = r"(?:万亿|千亿|百亿|亿|千万|百万|万|千)?"
_HAN = "一二两三四五六七八九十百千万亿〇零"
_DAYS = (
    r"[日天](?=以?内|以[上下后前]|之内|前(?!夕)|后|的)|(?<=于.)[日天]|(?<=于..)[日天]|(?<=超过.)[日天]|(?<=超过..)[日天]"
    r"|(?<=[满起为]..)[日天]|天"
)
"""Days that are counted; 五月三日 and 三日 alone are days of the calendar."""
_HAN_UNITS = (
    r"万元|亿元|元|倍|个工作日|工作日|个月|个百分点|小时|分钟|周岁|周年|个世纪|年(?!级|代|度)|平方公里|平方米|立方米|公里|公顷|公斤"
    rf"|米|亩|吨|毫升|{_DAYS}"
)
_HAN_COUNTS = (
    r"人(?!民|大|次|才|心|称|居|均)|名(?!称|义|单)|户(?!籍|外|口)|次(?!要|序|生)|项(?!规定|基本|目)|条(?!例|件|款|文)|件"
    r"|家(?!庭|长|具|属)|所|座|套|辆|艘|台(?!账|阶)|架|起|种|岁|票|张|例(?!如|外)"
)
"""Units that count things: with them 一 is an article (一条, 一种), and numbers of two or more are amounts."""
QUANTITY = re.compile(
    rf"(?=[0-9{_HAN}半])(?:"
    rf"(?P<number>{_NUMBER}) ?(?P<scale>{_SCALE})(?:多|余)? ?(?:(?=[{_FIRSTS}])(?P<unit>{_UNITS})|(?<=[万亿])(?![元千百]))"
    rf"|百分之(?P<percent>{NUMERAL}(?:点[{_HAN}]+)?)"
    rf"|(?P<of>[三四五六七八九十千万二])分之(?P<part>[{_HAN}]+(?:点[{_HAN}]+)?)"
    rf"|(?<![第前几数某{_HAN}点])(?P<chinese>[{_HAN}]{{1,12}}|(?<![上下前后大])半)(?:多|余)?"
    rf"(?:(?P<cunit>{_HAN_UNITS})|(?P<counted>{_HAN_COUNTS})))",
)
_ADVERBS = "力争|预计|累计|分别|同比|环比|年均|平均|比上年|较上年|比去年|将|要|已|总计|合计|共|基本|最长|最高|最低|最多|一般|均"
_VERBS = (
    "达到|达|突破|超过|超|完成|实现|增长|下降|提高|降低|增加|减少|保持在|控制在|稳定在|不低于|不少于|不超过|不得少于|不得超过|不得低于|不得高于|不得多于|不足|不满|不高于|为|占|约|提升|扩大|"
    "新增|降至|增至|升至|接近|建成|新开工|再降|下降到|高于|低于|多于|少于|大于|小于"
)


def _backwards(words: str) -> str:
    """The words of an alternation, each written from its end, the longest first."""
    return "|".join(sorted((word[::-1] for word in words.split("|")), key=len, reverse=True))


_WORDS = "一-鿿A-Za-z0-9&“”"
_INDICATOR = re.compile(
    rf"(?:[亩人户吨天]每)?(?:{_backwards('超过|约|近|以上')})?(?:到|至|在|约|为|近|了)?(?:{_backwards(_VERBS)})(?:{_backwards(_ADVERBS)})*(?P<name>[{_WORDS}]*)"
)
"""What stands before a figure, read backwards: the verb, then what is measured."""
_MEASURES = (
    "收入|支出|投资|产值|赤字|增加值|就业|总额|金额|余额|面积|规模|人口|长度|里程|费用|经费|资金|债|债券|贷款|存款|补贴|补助|标准|价格|成本|产量|能力|"
    "利润|税收|财力|库存|人均|年限|期限|周期|所得|货值|率|量|额|值|数"
)
"""Heads of what is measured, where no verb parts it from its figure: 城镇新增就业1100万人."""
_MEASURED = tuple(_MEASURES.split("|"))
_MADE = re.compile(
    rf".*?(?:实施|新建|建设|建成|改造|完成|安排|投入|引进|培育|打造|建立|发放|筹集|争取|落实|拨付|下达|修建|开工(?!建设|改造)|推广|培训|资助|帮扶|代发|发行|没收|惠及|覆盖|带动|处以?)(?=[{_WORDS}]{{2,20}}$)"
)
"""What is done to a thing that is counted: 实施重点项目33个."""
_COUNTERS = frozenset(["公里", "公顷", "平方米", *"个项件套所座处家户人条亩册台辆张"])
_FRONT = re.compile(
    rf"^(?:(?:[到至在]|截至)?\d{{4}}年[末底]?|[比较](?:\d{{4}}|上|去)年|全年|今年|去年|当年|年内|每年|其中|全[国省市区县]|我[国省市区县]|拟|使|其|将|对|的|{_ADVERBS})+"
)
_FORMED = ("分", "作", "称", "视", "认", "改")
"""With 为 these are other verbs: 分为4个部分."""
_YEAR_BEFORE = re.compile(r"(?:^|[^0-9比较自从由])((?:19|20)\d{2})\s?年(?!以来|起|相比|不变价|版)")
_YEAR = re.compile(r"(?:19|20)\d{2}\s?年")
"""Seen at once, where the pattern above tries every character."""
_DURATIONS = frozenset(("年", "个月", "日", "天", "小时", "分钟", "个工作日", "工作日", "周", "周岁", "岁", "个世纪"))
"""Units of durations, which have no target year."""


class Quantity(NamedTuple):
    """A number with its unit: value in the unit given (万 and 亿 multiplied in), percent as 60 for 60 %."""

    start: int
    end: int
    value: float
    unit: str | None
    indicator: str | None
    year: int | None


_SCALES = {"千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12, "": 1.0}
_UNIT_SCALES = {
    "万元": ("元", 1e4),
    "亿元": ("元", 1e8),
    "万亩": ("亩", 1e4),
    "百分点": ("个百分点", 1.0),
    "日内": ("日", 1.0),
}


_REACH = 48
"""Characters before a figure within which its indicator stands."""
_SEGMENT = re.compile(r"[^，；。：、（）\n]*")


def quantities(text: str) -> list[Quantity]:
    """Numbers with units. `text` has been through `masked`."""
    found: list[Quantity] = []
    indicator: str | None = None
    years = [(m.end(), int(m[1])) for m in _YEAR_BEFORE.finditer(text)] if _YEAR.search(text) else []
    for match in QUANTITY.finditer(text):
        start, end = match.span()
        before = text[start - 1 : start]
        if before and (before in "第.-" or (before.isascii() and before.isalpha())):
            continue
        measured = _measured(match, text, before)
        if measured is None:
            continue
        value, unit = measured
        unit, factor = _UNIT_SCALES.get(unit or "", (unit, 1.0))
        indicator = _indicator(text, start, unit, indicator)
        year = None
        if years and unit not in _DURATIONS:
            year = next((year for stop, year in reversed(years) if stop <= start), None)
        found.append(Quantity(start, end, round(value * factor, 6), unit, indicator, year))
    return found


def _measured(match: re.Match[str], text: str, before: str) -> tuple[float, str | None] | None:
    """Value and unit as written; None for calendar years and days, ordinals and figures of speech."""
    after = text[match.end() : match.end() + 2]
    digits = match["number"]
    if digits:
        unit, scale = match["unit"], match["scale"]
        year_like = unit == "年" and not scale and len(digits) == 4
        calendar = unit == "日" and (before in ("月", "至", "到", "本") or not _DURATION.match(after))
        return None if year_like or calendar else (float(digits.replace("，", "")) * _SCALES[scale], unit)
    if match["percent"]:
        return _decimal(match["percent"]), "%"
    if match["of"]:
        unit, share = _SHARES.get(match["of"], ("%", 100 / value_of(match["of"])))
        return _decimal(match["part"]) * share, unit
    return _in_words(match, before, after)


_SHARES = {"千": ("‰", 1.0), "万": ("‱", 1.0)}
_DURATION = re.compile(r"以?内|以[上下后]|之内|前|后|的|$|[，。；）]")
_SPEECH = re.compile(r"[百千万亿]+")
_HALVED = ("年", "个月", "小时", "个世纪")


def _in_words(match: re.Match[str], before: str, after: str) -> tuple[float, str] | None:
    """A number in Chinese numerals: 三年, 两次; 百年, 二〇三五年, 第十四个五年规划, “三个代表”, 一条 are none."""
    number, unit = match["chinese"], match["cunit"] or match["counted"]
    if _SPEECH.fullmatch(number) or before in ("“", "月"):
        return None
    if number == "半":
        return (0.5, unit) if unit in _HALVED else None
    if (number, unit) == ("一", "年") and before in ("的", "这", "那", "某", "每", "同", "新"):
        return None
    if unit == "年" and ((len(number) == 4 and not {"十", "百"} & set(number)) or before == "个"):
        return None
    if match["counted"] and (number in ("一", "二") or before in ("、", "和", "至", "或")):
        return None
    return None if after == "规划" and before == "个" else (value_of(number), unit)


def _decimal(text: str) -> float:
    """Value of 六十, 三点五 and 12.5."""
    whole, _, rest = text.partition("点")
    return value_of(whole) + (float("0." + "".join(str(int(value_of(digit))) for digit in rest)) if rest else 0.0)


def _indicator(text: str, start: int, unit: str | None, before: str | None) -> str | None:
    """What the figure at `start` measures: the words before it in its segment, or for 同比增长8% what the figure before measures."""
    backwards = text[max(start - _REACH, 0) : start][::-1]
    if verb := _INDICATOR.match(backwards):
        name = verb["name"][::-1]
        bare = _without_front(name)
        return None if name.endswith(_FORMED) else _named(bare) or (before if not bare else None)
    segment = _SEGMENT.match(backwards)
    bare = _without_front(segment[0][::-1]) if segment else ""
    if _DONE.fullmatch(bare):
        return before
    measure = bare.endswith(_MEASURED)
    made = _MADE.match(bare) if measure or unit in _COUNTERS else None
    if made:
        return _named(bare[made.end() :])
    return _named(bare) if measure else None


def _without_front(words: str) -> str:
    front = _FRONT.match(words)
    return words[front.end() :] if front else words


_DONE = re.compile(r"新?(?:开工|建设|改造|建成|完成|实施|新建)+")
_TAKEN = re.compile(r"^.*[将把](?=[一-鿿]{3})")
_NAME = re.compile(rf"(?!被|责令|判处|处)[{_WORDS}]{{2,24}}(?<![的和与及])")


def _named(name: str) -> str | None:
    name = _TAKEN.sub("", name)
    return name if _NAME.fullmatch(name) else None
