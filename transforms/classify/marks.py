"""Marks: properties of a clause that are no words. A rule of `cues.csv` names one as `@item`.

`all` every clause · `item` begins with （一） or 1. · `numbered` begins with 一、 · `article` begins with 第X条 ·
`division` is a 章/节/编 heading · `no_stop` ends without a stop · `colon` / `semicolon` / `question` / `dash` ends so
· `short` at most 8 characters without its number · `brief` at most 16 · `long` at least 60 · `date` only a date ·
`number` only figures or a document number · `ends_de` ends in 的 (a condition) · `quoted` more than half is speech in
quotation marks · `figures` amounts, rates or growth · `bracketed` stands in round brackets · `titled` repeats (a
piece of) the title · `opening` no clause before it · `stem` depends on a stem · `after_colon` the clause before ends
with a colon · `no_path` no heading above · `spaces` names parted by spaces · `signature` organ name only ·
`heading_repeat` repeats the heading above · `verbless` a short phrase without a verb-like word.
"""

import re
from functools import lru_cache

from transforms.classify.normal import ORDINAL, normal
from transforms.classify.records import ClauseRecord

_NUMBER = re.compile(rf"^{ORDINAL}")
_ITEM = re.compile(r"^\s*(?:[（][一二三四五六七八九十0-9]{1,4}[）]|[0-9]{1,3}[.、](?![0-9])|[①-⑳⑴-⒇])")
_NUMBERED = re.compile(r"^\s*[一二三四五六七八九十]{1,3}[、.]")
_ARTICLE = re.compile(r"^\s*第[一二三四五六七八九十百千零〇0-9 ]{1,9}条")
_DIVISION = re.compile(r"^\s*第 ?[一二三四五六七八九十百0-9]{1,5} ?[章节编篇]")
_DATE = re.compile(
    r"^\W*(?:[12][0-9]{3}|[一二][〇零○OＯ一二三四五六七八九0]{3})年(?:[0-9一二三四五六七八九十元]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}日)?)?\W*$"
)
_FIGURES_ONLY = re.compile(r"^[\W0-9A-Za-z]*$|^[^，。；]{1,20}[〔\[（［][12][0-9]{3}[〕\]）］]第?[0-9]{1,5}号$")
_FIGURES = re.compile(r"[0-9][0-9.]*(?:%|个百分点|[万亿]|公里|平方|吨|倍|元|人次|家|户|个)")
_QUOTED = re.compile(r"[“「『]([^”」』]*)(?:[”」』]|$)")
_ENDS_DE = re.compile(r"的[；。，：]?$")
_SPACED = re.compile(r"\S[ 　]+\S")
_STOP = "。！？；：”’…）.!?」』—，、"
_BRACKETED = re.compile(r"^（[^（）]*）[。；]?$")
_VERBISH = re.compile(
    r"[是为有要应须可将被把使令让抓促建推做]|加强|加大|加快|提高|提升|完善|实施|实现|落实|开展|开设|开放|保障|发展|坚持|深化|优化|健全|强化"
    r"|制定|组织|支持|扩大|培育|打造|构建|引导|引进|扶持|丰富|鼓励|改善|增强|创新|规范|明确|严格|整合|拓展|启动|激发|畅通|维护"
)


def bare(text: str) -> str:
    """Normalised text without its number in front."""
    return _NUMBER.sub("", normal(text)).strip()


def _quoted_share(text: str) -> float:
    """Share of the text in quotation marks that hold speech: a sentence, or nearly the whole text."""
    pieces = _QUOTED.findall(text)
    speech = sum(len(piece) for piece in pieces if re.search(r"[，。！？]", piece) or len(piece) > 0.85 * len(text))
    return speech / max(len(text), 1)


_BLANK = re.compile(r"[\s　]")
_OPENERS = frozenset("第（一二三四五六七八九十0123456789—●·“" + "".join(map(chr, range(0x2460, 0x2488))))
"""Characters with which a number in front may begin; most clauses begin with another."""


def _squeezed(text: str) -> str:
    return _BLANK.sub("", normal(text))


@lru_cache(maxsize=4096)
def _squeezed_title(text: str) -> str:
    return _squeezed(text)


@lru_cache(maxsize=4096)
def _squeezed_heading(text: str) -> str:
    return _squeezed(bare(text)).rstrip("。")


MARKS = (
    "all",
    "item",
    "numbered",
    "article",
    "division",
    "no_stop",
    "colon",
    "semicolon",
    "question",
    "dash",
    "short",
    "brief",
    "long",
    "date",
    "number",
    "ends_de",
    "quoted",
    "figures",
    "bracketed",
    "titled",
    "opening",
    "stem",
    "after_colon",
    "no_path",
    "spaces",
    "heading_repeat",
    "verbless",
)
"""Names, in the order of the values that `marks_of` gives."""

_LONG, _BRIEF, _SHORT = 60, 16, 8


def marks_of(record: ClauseRecord) -> tuple[bool, ...]:
    """Whether each mark holds for a clause, in the order of MARKS."""
    text = normal(record.text).strip()
    opened = text[:1] in _OPENERS
    words = _NUMBER.sub("", text).strip() if opened else text
    last = text[-1:]
    small = len(words) <= 40
    stopped = last in _STOP and last != ""
    brief = len(words) <= _BRIEF
    squeezed = _squeezed(words) if small else ""
    return (
        True,
        opened and bool(_ITEM.match(text)),
        opened and bool(_NUMBERED.match(text)),
        opened and bool(_ARTICLE.match(text)),
        opened and small and last not in "。；" and bool(_DIVISION.match(text)),
        not stopped,
        last == "：",
        last == "；",
        last == "？",
        last == "—",
        len(words.rstrip(_STOP)) <= _SHORT,
        brief,
        len(words) >= _LONG,
        small and bool(_DATE.match(text)),
        small and bool(_FIGURES_ONLY.match(text)),
        bool(_ENDS_DE.search(text[-3:])),
        ("“" in text or "「" in text or "『" in text) and _quoted_share(text) > 0.5,
        bool(_FIGURES.search(text)),
        last in "）。；" and bool(_BRACKETED.match(text)),
        small and len(words) > 3 and last not in "。；" and squeezed in _squeezed_title(record.title),
        not record.prev,
        bool(record.stem),
        record.prev.rstrip()[-1:] in ("：", ":"),
        not record.path,
        not stopped and bool(_SPACED.search(text)),
        small and bool(record.path) and len(words) > 2 and squeezed.rstrip("。") == _squeezed_heading(record.path[-1]),
        brief and last != "；" and not _VERBISH.search(words),
    )
