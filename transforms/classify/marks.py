"""Marks: properties of a clause that are no words. A rule of `cues.csv` names one as `@item`.

`all` every clause · `item` begins with （一） or 1. · `numbered` begins with 一、 · `article` begins with 第X条 ·
`division` is a 章/节/编 heading · `no_stop` ends without a stop · `colon` / `semicolon` / `question` / `dash` ends so ·
`short` at most 8 characters without its number · `brief` at most 16 · `long` at least 60 · `date` only a date ·
`number` only figures or a document number · `ends_de` ends in 的 (a condition) · `quoted` more than half is speech in quotation
marks · `figures` amounts, rates or growth · `bracketed` stands in round brackets · `titled` repeats (a piece of) the title ·
`opening` no clause before it · `stem` depends on a stem · `after_colon` the clause before ends with a colon ·
`no_path` no heading above · `spaces` names parted by spaces · `signature` organ name only ·
`heading_repeat` repeats the heading above · `verbless` a short phrase without a verb-like word.
"""

import re
from collections.abc import Callable

from transforms.classify.normal import ORDINAL, normal
from transforms.classify.records import ClauseRecord

_NUMBER = re.compile(rf"^{ORDINAL}")
_ITEM = re.compile(r"^\s*(?:[（][一二三四五六七八九十0-9]{1,4}[）]|[0-9]{1,3}[.、](?![0-9])|[①-⑳⑴-⒇])")
_NUMBERED = re.compile(r"^\s*[一二三四五六七八九十]{1,3}[、.]")
_ARTICLE = re.compile(r"^\s*第[一二三四五六七八九十百千零〇0-9 ]{1,9}条")
_DIVISION = re.compile(r"^\s*第 ?[一二三四五六七八九十百0-9]{1,5} ?[章节编篇]")
_DATE = re.compile(r"^\W*(?:[12][0-9]{3}|[一二][〇零○OＯ一二三四五六七八九0]{3})年(?:[0-9一二三四五六七八九十元]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}日)?)?\W*$")
_FIGURES_ONLY = re.compile(r"^[\W0-9A-Za-z]*$|^[^，。；]{1,20}[〔\[（［][12][0-9]{3}[〕\]）］]第?[0-9]{1,5}号$")
_FIGURES = re.compile(r"[0-9][0-9.]*(?:%|个百分点|[万亿]|公里|平方|吨|倍|元|人次|家|户|个)")
_QUOTED = re.compile(r"[“「『]([^”」』]*)(?:[”」』]|$)")
_STOP = "。！？；：”’…）.!?」』—，、"
_BRACKETED = re.compile(r"^（[^（）]*）[。；]?$")
_VERBISH = re.compile(
    r"[是为有要应须可将被把使令让]|推|加强|建|提高|促|完善|实施|落实|开展|保障|发展|坚持|深化|优化|健全|强化|制定|组织|支持|做好|扩大|培育|打造|构建"
)


def bare(text: str) -> str:
    """Normalised text without its number in front."""
    return _NUMBER.sub("", normal(text)).strip()


def _quoted_share(text: str) -> float:
    inside = sum(len(m) for m in _QUOTED.findall(text) if len(m) > 8 or m[-1:] in "。！？，" and len(m) > 2)  # noqa: PLR2004
    return inside / max(len(text), 1)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s　]", "", normal(text))


MARKS: dict[str, Callable[[ClauseRecord, str, str], bool]] = {
    "all": lambda r, t, b: True,
    "item": lambda r, t, b: bool(_ITEM.match(t)),
    "numbered": lambda r, t, b: bool(_NUMBERED.match(t)),
    "article": lambda r, t, b: bool(_ARTICLE.match(t)),
    "division": lambda r, t, b: bool(_DIVISION.match(t)) and len(t) < 40 and t[-1:] not in "。；",
    "no_stop": lambda r, t, b: t[-1:] not in _STOP,
    "colon": lambda r, t, b: t.endswith("："),
    "semicolon": lambda r, t, b: t.endswith("；"),
    "question": lambda r, t, b: t.endswith("？"),
    "dash": lambda r, t, b: t.endswith("—"),
    "short": lambda r, t, b: len(b.rstrip(_STOP)) <= 8,
    "brief": lambda r, t, b: len(b) <= 16,
    "long": lambda r, t, b: len(b) >= 60,
    "date": lambda r, t, b: bool(_DATE.match(t)),
    "number": lambda r, t, b: bool(_FIGURES_ONLY.match(t)) and len(t) < 40,
    "ends_de": lambda r, t, b: bool(re.search(r"的[；。，：]?$", t)),
    "quoted": lambda r, t, b: _quoted_share(t) > 0.5,
    "figures": lambda r, t, b: bool(_FIGURES.search(t)),
    "bracketed": lambda r, t, b: bool(_BRACKETED.match(t)),
    "titled": lambda r, t, b: len(b) >= 4 and t[-1:] not in "。；" and _squeezed(b) in _squeezed(r.title),
    "opening": lambda r, t, b: not r.prev,
    "stem": lambda r, t, b: bool(r.stem),
    "after_colon": lambda r, t, b: r.prev.rstrip()[-1:] in ("：", ":"),
    "no_path": lambda r, t, b: not r.path,
    "spaces": lambda r, t, b: len(re.findall(r"\S[ 　]+\S", t)) >= 1 and t[-1:] not in _STOP,
    "heading_repeat": lambda r, t, b: bool(r.path) and len(b) >= 3 and _squeezed(b).rstrip("。") == _squeezed(bare(r.path[-1])).rstrip("。"),
    "verbless": lambda r, t, b: len(b) <= 16 and not _VERBISH.search(b) and t[-1:] not in "；",
}


def marks_of(record: ClauseRecord) -> frozenset[str]:
    """Names of the marks that hold for a clause."""
    text = normal(record.text).strip()
    stripped = bare(text)
    return frozenset(name for name, holds in MARKS.items() if holds(record, text, stripped))
