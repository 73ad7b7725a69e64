"""Marks: properties of a clause that are no words. A rule of `cues.csv` names one as `@item`.

`all` every clause · `item` begins with （一） or 1. · `numbered` begins with 一、 · `article` begins with 第X条 ·
`division` is a 章/节/编 heading · `no_stop` ends without a stop · `colon` / `semicolon` / `question` / `dash` /
`full_stop` ends so · `short` at most 8 characters without its number · `brief` at most 16 · `long` at least 60 ·
`huge` at least 120 · `date` only a date · `number` only figures or a document number · `ends_de` ends in 的 (a
condition) · `quoted` more than half is speech in quotation marks · `quotes` holds a quotation mark · `figures`
amounts, rates or growth · `digits` holds a digit · `bracketed` stands in round brackets · `titled` repeats (a piece
of) the title · `opening` no clause before it · `closing` none after it · `stem` depends on a stem · `after_colon` the
clause before ends with a colon · `after_semicolon` with a semicolon · `no_path` no heading above · `deep` two
headings or more · `spaces` names parted by spaces · `heading_repeat` repeats the heading above · `verbless` a short
phrase without a verb-like word · `one_segment` holds no comma · `many_segments` four commas or more.

The label of a clause counts whether it is printed inside the clause or before it.
"""

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from transforms.classify.normal import ORDINAL, normal
from transforms.classify.rules import Bools, Ints
from transforms.classify.surroundings import LEADS, Surrounded, lead_of
from transforms.classify.texts import members

_NUMBER = re.compile(rf"^{ORDINAL}")
_DIVISION = re.compile(r"^\s*第 ?[一二三四五六七八九十百0-9]{1,5} ?[章节编篇]")
_DATE = re.compile(
    r"^\W*(?:[12][0-9]{3}|[一二][〇零○OＯ一二三四五六七八九0]{3})年(?:[0-9一二三四五六七八九十元]{1,3}月(?:[0-9一二三四五六七八九十]{1,3}日)?)?\W*$"
)
_DOCUMENT_NUMBER = re.compile(r"^[^，。；]{1,20}[〔\[（［][12][0-9]{3}[〕\]）］]第?[0-9]{1,5}号$")
_QUOTED = re.compile(r"[“「『]([^”」』]*)(?:[”」』]|$)")
_SPEECH = re.compile(r"[，。！？]")
_SPACED = re.compile(r"\S +\S")
_BRACKETED = re.compile(r"^（[^（）]*）[。；]?$")
_VERBISH = re.compile(
    r"[是为有要应须可将被把使令让抓促建推做]|加强|加大|加快|提高|提升|完善|实施|实现|落实|开展|开设|开放|保障|发展|坚持|深化|优化|健全|强化"
    r"|制定|组织|支持|扩大|培育|打造|构建|引导|引进|扶持|丰富|鼓励|改善|增强|创新|规范|明确|严格|整合|拓展|启动|激发|畅通|维护"
)
_BLANK = re.compile(r"\s")

MARKS = (
    "all",
    "item",
    "numbered",
    "article",
    "division",
    "no_stop",
    "full_stop",
    "colon",
    "semicolon",
    "question",
    "dash",
    "short",
    "brief",
    "long",
    "huge",
    "date",
    "number",
    "ends_de",
    "quoted",
    "quotes",
    "figures",
    "digits",
    "bracketed",
    "titled",
    "opening",
    "closing",
    "stem",
    "after_colon",
    "after_semicolon",
    "no_path",
    "deep",
    "spaces",
    "heading_repeat",
    "verbless",
    "one_segment",
    "many_segments",
)
"""Names, in the order of the columns that `marks_of` gives."""

_HUGE, _LONG, _BRIEF, _SHORT = 120, 60, 16, 8
_SMALL = 40
_STOP = members("。！？；：”’…）.!?」』—，、")
_FIGURE = members("0123456789.")
_DIGIT = members("0123456789")
_UNIT = members("%万亿吨倍元家户个公平人")
_QUOTE = members("“「『")
_COMMA = members("，；")
_SPACE = members(" ")
_MANY = 4


def _word() -> Bools:
    table = np.zeros(0x10000, np.bool_)
    table[0x4E00:0xA000] = True
    return table


_DIGITS, _QUOTES, _WORDS, _SPACES, _AMOUNT, _FIGURES, _UNITS, _COMMAS = (np.uint8(1 << bit) for bit in range(8))
"""Bits of the classes of characters that a clause may hold; that of amounts is set for a figure before a unit."""


def _classes() -> npt.NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    held = (_DIGIT, _QUOTE, _word(), _SPACE, _FIGURE, _UNIT, _COMMA)
    for bit, characters in zip((_DIGITS, _QUOTES, _WORDS, _SPACES, _FIGURES, _UNITS, _COMMAS), held, strict=True):
        table[characters] |= bit
    return table


_CLASSES = _classes()


def marks_of(around: Surrounded) -> Bools:
    """Whether each mark holds for each clause: (clauses, marks)."""
    own = _Clauses(around)
    marks = {**_ends(own), **_sizes(own), **_contents(own), **_neighbours(own)}
    # What takes a look at the words: few clauses each.
    lead = around.lead.copy()
    for i in np.flatnonzero((own.inner >= 0) & (lead == 0)).tolist():
        lead[i] = lead_of(own.whole(i))
    for number, name in enumerate(LEADS):
        if name in MARKS:
            marks[name] = lead == number
    for name, (candidates, holds) in _looks(own, marks).items():
        column = marks.get(name)
        column = np.zeros(own.count, np.bool_) if column is None else column
        for i in np.flatnonzero(candidates).tolist():
            if holds(i):
                column[i] = True
        marks[name] = column
    return np.stack([marks[name] for name in MARKS], axis=1)


class _Clauses:
    """Where each clause begins and ends, without blanks and without the number in front."""

    def __init__(self, around: Surrounded) -> None:
        self.around, self.texts = around, around.texts
        codes, unit = self.texts.codes, around.clause
        begin, end = self.texts.begin[unit], self.texts.begin[unit] + self.texts.length[unit]
        for _ in range(3):
            begin = begin + ((begin < end) & _SPACE[codes[begin]])
            end = end - ((begin < end) & _SPACE[codes[np.maximum(end - 1, 0)]])
        self.count, self.begin, self.end = len(unit), begin, end
        self.empty = begin >= end
        self.last: Ints = np.where(self.empty, 0, codes[np.maximum(end - 1, 0)]).astype(np.int64)
        self.first: Ints = np.where(self.empty, 0, codes[begin]).astype(np.int64)
        behind = np.full(len(self.texts.begin), -1, np.int64)
        rows, places = self.texts.opened
        behind[rows] = places
        self.inner = behind[unit]
        self.bare = np.where(self.inner >= 0, np.minimum(np.maximum(self.inner, begin), end), begin)
        self.size = end - self.bare
        self.small = self.size <= _SMALL
        self.stopped = _STOP[self.last] & ~self.empty
        self._known: dict[int, str] = {}
        self._string = self.texts.string
        self._begins, self._ends, self._bares = begin.tolist(), end.tolist(), self.bare.tolist()
        mask = _CLASSES[codes]
        # Both bits moved to that of amounts.
        mask[:-1] |= (mask[:-1] >> 1) & (mask[1:] >> 2) & _AMOUNT
        self.commas = np.flatnonzero(mask & _COMMAS)
        self.bits = self.texts.bits(mask, unit)

    def tail(self, which: Ints) -> Ints:
        """Last character of a neighbour."""
        length = self.texts.length[which]
        stop = self.texts.begin[which] + length
        stop = stop - ((length > 0) & _SPACE[self.texts.codes[np.maximum(stop - 1, 0)]])
        return np.where(length > 0, self.texts.codes[np.maximum(stop - 1, 0)], 0).astype(np.int64)

    def _cut(self, begin: int, end: int) -> str:
        return self._string[begin:end]

    def whole(self, i: int) -> str:
        """The clause."""
        return self._cut(self._begins[i], self._ends[i])

    def words(self, i: int) -> str:
        """The clause without its number."""
        return self._cut(self._bares[i], self._ends[i]).strip()

    def squeezed(self, unit: int) -> str:
        """A title or heading without blanks."""
        if unit not in self._known:
            begin = int(self.texts.begin[unit])
            self._known[unit] = _squeezed(self._cut(begin, begin + int(self.texts.length[unit])))
        return self._known[unit]


def _ends(own: _Clauses) -> dict[str, Bools]:
    """Marks of the last character."""
    marks = {name: own.last == ord(c) for name, c in _ENDINGS.items()}
    stop_at = own.end - 1 - (_STOP[own.last] & (own.last != ord("）")))
    condition = own.texts.codes[np.maximum(stop_at, 0)] == ord("的")
    return marks | {"no_stop": ~own.stopped, "ends_de": ~own.empty & condition & (stop_at >= own.begin)}


_ENDINGS = {"full_stop": "。", "colon": "：", "semicolon": "；", "question": "？", "dash": "—"}


def _sizes(own: _Clauses) -> dict[str, Bools]:
    """Marks of length."""
    before = own.texts.codes[np.maximum(own.end - 2, 0)]
    without_stops = own.size - _STOP[own.last] - (_STOP[before] & _STOP[own.last] & (own.size > 1))
    return {
        "all": np.ones(own.count, np.bool_),
        "short": without_stops <= _SHORT,
        "brief": own.size <= _BRIEF,
        "long": own.size >= _LONG,
        "huge": own.size >= _HUGE,
    }


def _contents(own: _Clauses) -> dict[str, Bools]:
    """Marks of the characters that a clause holds."""
    commas = np.searchsorted(own.commas, own.end) - np.searchsorted(own.commas, own.begin)
    return {
        "figures": own.bits & _AMOUNT > 0,
        "digits": own.bits & _DIGITS > 0,
        "quotes": own.bits & _QUOTES > 0,
        "one_segment": commas - (own.last == ord("；")) == 0,
        "many_segments": commas >= _MANY,
        "number": own.small & (own.bits & _WORDS == 0),
    }


def _neighbours(own: _Clauses) -> dict[str, Bools]:
    """Marks of what stands around."""
    around, length = own.around, own.texts.length
    before, above = own.tail(around.prev), (around.path >= 0).sum(axis=1)
    return {
        "opening": length[around.prev] == 0,
        "closing": length[around.next] == 0,
        "stem": length[around.stem] > 0,
        "after_colon": before == ord("："),
        "after_semicolon": before == ord("；"),
        "no_path": above == 0,
        "deep": above > 1,
    }


def _looks(own: _Clauses, marks: dict[str, Bools]) -> dict[str, tuple[Bools, Callable[[int], object]]]:
    """Marks that only a look at the words can give: clauses that come into question, and the look."""
    around, length, last = own.around, own.texts.length, own.last
    open_end = own.small & (last != ord("。")) & (last != ord("；"))
    spaced = own.bits & _SPACES > 0
    near = around.path[:, 0] if around.path.shape[1] else np.zeros(own.count, np.int64)
    repeats = own.small & (own.size > 2) & (near > 0) & (last != ord("；"))
    repeats &= np.abs(length[np.maximum(near, 0)] - own.size) <= _NEAR
    brackets = (own.first == ord("（")) & np.isin(last, _ENDS)
    titled = open_end & (own.size > 3) & (length[around.title] > 0)
    return {
        "division": (open_end & (own.first == ord("第")), lambda i: _DIVISION.match(own.whole(i))),
        "date": (own.small & (marks["digits"] | ~own.stopped), lambda i: _DATE.match(own.whole(i))),
        "number": (own.small & (last == ord("号")), lambda i: _DOCUMENT_NUMBER.match(own.whole(i))),
        "bracketed": (brackets, lambda i: _BRACKETED.match(own.whole(i))),
        "quoted": (marks["quotes"], lambda i: _quoted_share(own.whole(i)) > 0.5),
        "spaces": (~own.stopped & spaced, lambda i: _SPACED.search(own.whole(i))),
        "verbless": (marks["brief"] & (last != ord("；")), lambda i: not _VERBISH.search(own.words(i))),
        "titled": (titled, lambda i: _squeezed(own.words(i)) in own.squeezed(int(around.title[i]))),
        "heading_repeat": (
            repeats,
            lambda i: _squeezed(own.words(i)).rstrip("。") == _bare(own.squeezed(int(near[i]))).rstrip("。"),
        ),
    }


_NEAR = 8
_ENDS = [ord(c) for c in "）。；"]


def _bare(text: str) -> str:
    """Normalised text without its number in front."""
    return _NUMBER.sub("", normal(text)).strip()


def _squeezed(text: str) -> str:
    return _BLANK.sub("", text)


def _quoted_share(text: str) -> float:
    """Share of the text in quotation marks that hold speech: a sentence, or nearly the whole text."""
    pieces = _QUOTED.findall(text)
    speech = sum(len(piece) for piece in pieces if _SPEECH.search(piece) or len(piece) > 0.85 * len(text))
    return speech / max(len(text), 1)
