"""Lines of a newspaper page: which part of an article each one is. The best path over all lines.

The forms of lines, what they speak for and what may follow what stand in `seeds/press.toml`; here they are told and summed.
A line is not judged alone: a short line is a headline because a byline follows, and a subhead because none does and
the article before is not signed yet.
"""

import re
from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path
from typing import NamedTuple

from schemas.tables import TableError, read_toml
from transforms.segment.candidates import CLOSERS, STOPS
from transforms.segment.lexicon import Lexicon

PARTS = ("headline", "second", "credit", "lead", "text", "subhead", "tail", "brief")
LONGEST_HEADLINE = 45
LONGEST_OF_ONE_LINE = 30
LONGEST_BYLINE = 60
FEWEST_VERSES = 4
LONGEST_VERSE = 20
MOST_HEAD_LINES = 4
"""引题, a headline of two lines, 副题."""

_JUMP_HEAD = re.compile(r"[（(](?:上接|紧接)第?[一二三四五六七八九十\d０-９]+版")
JUMP_END = re.compile(r"[（(](下转)(第?[一二三四五六七八九十\d０-９]+版)[^（）()]{0,12}[）)]$")
_CREDITED = re.compile(r"(?:记者|通讯员)[ \u3000]?[\u4e00-\u9fff·、 \u3000]{2,14}摄$")
"""The words under a picture end with who took it."""
_BRACKETED = re.compile(r"[（(][^（）()。；！？]{2,40}[）)]$")
_NO_NAME = re.compile(r"[（(][^（）()]*[日号版][）)]$|[（(][^\u4e00-\u9fff]+[）)]$")
"""A date or a letter in brackets signs nothing."""
_PICTURE = re.compile(
    r".+[（(](?:附?图片|附图|照片|图表|漫画|摄影|速写|中国画|油画|版画|国画|水彩画|剪纸|书法|篆刻|木刻|雕塑|水墨画|年画|素描)[^（）]*[）)]$"
)
_AFTER_BYLINE = re.compile(r"[ \u3000]*(?:[（(][^（）()]*[）)])?[）)]?(?:摄|摄影报道|报道|文/摄)?[）)]?")
_WORK = re.compile("电$|摄|供稿|单位|编译|整理|插图|绘|执笔|撰文")


class Line(NamedTuple):
    """A printed line of the page, in reading coordinates; `rank` is its heading mark (1 = #), 0 where it has none."""

    start: int
    end: int
    rank: int


@dataclass(frozen=True, slots=True)
class Press:
    """The table: weights of forms by part, patterns, steps."""

    weights: dict[str, tuple[float, ...]]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    steps: dict[str, tuple[tuple[int, float], ...]]
    ends: dict[str, float]
    unsigned: float


class Reading(NamedTuple):
    """How a line is read.

    Attributes:
        part: One of PARTS.
        forms: The forms that it has, for the evidence.

    """

    part: str
    forms: tuple[str, ...]


def load_press(path: Path) -> Press:
    """Read the table of the forms of lines.

    Raises:
        ValueError: A weight names no part of an article, or a form is unknown; the message names file and row.

    """
    table = read_toml(path)
    weights, patterns = {}, []
    for row in table["form"]:
        if wrong := set(row) - {"name", "what", "pattern", *PARTS}:
            raise TableError(f"{path.name}: form {row['name']!r} has {sorted(wrong)}; parts are {', '.join(PARTS)}.")
        weights[row["name"]] = tuple(float(row.get(part, 0.0)) for part in PARTS)
        if "pattern" in row:
            patterns.append((row["name"], re.compile(row["pattern"])))
        elif row["name"] not in _TOLD:
            raise TableError(f"{path.name}: form {row['name']!r} has no pattern, and the engine tells no such form.")
    steps = {
        before: tuple((PARTS.index(part), float(weight)) for part, weight in row.items() if part != "end")
        for before, row in table["steps"].items()
    }
    ends = {before: float(row["end"]) for before, row in table["steps"].items() if "end" in row}
    return Press(weights, tuple(patterns), steps, ends, float(table["article"]["unsigned"]))


# fmt: off
_TOLD = frozenset((
    "dated", "byline", "name", "credit", "picture", "prose", "short", "tiny", "long", "comma", "colon", "column", "jump",
    "rank_high", "rank_low", "unranked", "after_end", "after_open", "signed_end", "verse", "over_text", "kicker",
))
# fmt: on
"""Forms that the engine tells without a pattern."""
_SIGNS = frozenset(
    (
        "dated",
        "byline",
        "name",
        "credit",
        "signed_end",
        "jump",
        "rank_high",
        "picture",
        "column",
        "sourced",
        "reporter_first",
    )
)
"""Forms by which an article is signed, dated or otherwise marked as one."""
_SIGNING = frozenset((PARTS.index("credit"), PARTS.index("tail")))
"""Parts that sign it, whatever their form."""
_OPENING = frozenset((PARTS.index("headline"), PARTS.index("brief")))
"""Parts that begin an article."""


def read_lines(forms: list[list[str]], press: Press) -> list[Reading]:
    """Read the lines of a page by their forms: the best path. One reading for each line."""
    gains = [
        [sum(of_part) for of_part in zip(*(press.weights[form] for form in own), strict=True)]
        if own
        else [0.0] * len(PARTS)
        for own in forms
    ]
    return [Reading(PARTS[part], tuple(own)) for part, own in zip(_best_path(gains, forms, press), forms, strict=True)]


State = tuple[int, bool]
"""Part, and whether the article is signed by now."""


def _best_path(gains: list[list[float]], forms: list[list[str]], press: Press) -> list[int]:
    moves = {state: _moves(state, press) for state in (None, *product(range(len(PARTS)), (False, True)))}
    scores: dict[State, float] = {}
    sources: list[tuple[State | None, float]] = [(None, 0.0)]
    trace: list[dict[State, State | None]] = []
    for own, gain in zip(forms, gains, strict=True):
        signs = not _SIGNS.isdisjoint(own)
        grown: dict[State, float] = {}
        came: dict[State, State | None] = {}
        for state, score in sources:
            for part, weight, price, after, after_sign in moves[state]:
                total = score + weight + gain[part] + price
                key = after_sign if signs else after
                if key not in grown or total > grown[key]:
                    grown[key] = total
                    came[key] = state
        scores, sources = grown, [*grown.items()]
        trace.append(came)
    if not scores:
        return []
    lowest = -4.0  # a page may be cut off anywhere
    best: State | None = max(
        scores,
        key=lambda s: scores[s] + press.ends.get(PARTS[s[0]], lowest) + (0.0 if s[1] else press.unsigned),
    )
    path: list[int] = []
    for came in reversed(trace):
        if best is None:
            break
        path.append(best[0])
        best = came[best]
    path.reverse()
    return path


def _moves(state: State | None, press: Press) -> list[tuple[int, float, float, State, State]]:
    """What may follow a state: part, its weight, what an unsigned article costs that ends there, the state after, and after a sign."""
    moves = []
    for part, weight in press.steps["start" if state is None else PARTS[state[0]]]:
        closes = part in _OPENING and state is not None
        price = press.unsigned if closes and state and not state[1] else 0.0
        signed = part in _SIGNING or (state is not None and state[1] and not closes)
        moves.append((part, weight, price, (part, signed), (part, True)))
    return moves


def forms_of(text: str, lines: list[Line], lexicon: Lexicon, press: Press) -> list[list[str]]:
    """Tell the forms of every line."""
    ranked = any(line.rank in (1, 2) for line in lines)
    pieces = [text[line.start : line.end] for line in lines]
    own = [_forms(piece, line, lexicon, press, ranked=ranked) for piece, line in zip(pieces, lines, strict=True)]
    verse = _runs(
        [len(p) <= LONGEST_VERSE and "short" in f and "name" not in f for p, f in zip(pieces, own, strict=True)]
    )
    # The last lines of a run of short ones are the headline of what is dated or signed under them.
    for index, forms in enumerate(own):
        if "dated" in forms or "byline" in forms:
            verse[max(0, index - MOST_HEAD_LINES) : index] = [0] * min(index, MOST_HEAD_LINES)
    for index, (piece, forms) in enumerate(zip(pieces, own, strict=True)):
        if index:
            before = own[index - 1]
            ended = "signed_end" in before or "credit" in before or _CREDITED.search(pieces[index - 1])
            if ended or JUMP_END.search(pieces[index - 1]):
                forms.append("after_end")
            elif "prose" in before and is_open(pieces[index - 1]):
                forms.append("after_open")
        if index + 1 < len(own) and "short" in forms and "prose" in own[index + 1]:
            forms.append("over_text")
        if verse[index] >= FEWEST_VERSES and not _PICTURE.match(piece):
            forms.append("verse")
    return own


def _forms(piece: str, line: Line, lexicon: Lexicon, press: Press, *, ranked: bool) -> list[str]:
    forms = [name for name, pattern in press.patterns if pattern.match(piece)]
    if line.rank:
        return [*forms, "rank_high" if line.rank <= 2 else "rank_low"]
    if ranked:
        forms.append("unranked")
    if "picture_note" in forms:
        return forms
    if _JUMP_HEAD.match(piece):
        return [*forms, "jump"]
    if signature := _signature(piece, lexicon):
        return forms + signature
    if lexicon.column.match(piece):
        forms.append("column")
    if _PICTURE.match(piece) and "。" not in piece:
        forms.append("picture")
    stopped = piece.rstrip("".join(CLOSERS))[-1:] in "。！？；…!?" and len(piece) > LONGEST_HEADLINE // 2
    if len(piece) > LONGEST_HEADLINE or "。" in piece or stopped or LAST_BRACKET.search(piece):
        return [*forms, "prose", *(["signed_end"] if signed_end(piece, lexicon) else [])]
    return forms + _size(piece, lexicon)


def _signature(piece: str, lexicon: Lexicon) -> list[str]:
    """Forms of a line that dates or signs an article; none where it does not."""
    if lexicon.dateline.match(piece):
        return ["dated", "prose", *(["signed_end"] if signed_end(piece, lexicon) else [])]
    bracketed = ["credit"] if _BRACKETED.match(piece) and not _NO_NAME.match(piece) else []
    if byline_line(piece, lexicon):
        return ["byline", *bracketed]
    if lexicon.name_line.match(piece) and not lexicon.column.match(piece):
        return ["name", "short"]
    return bracketed


def _size(piece: str, lexicon: Lexicon) -> list[str]:
    """Forms of a line that is as short as a headline."""
    forms = ["short"]
    if len(piece) <= 3:
        forms.append("tiny")
    if len(piece) > LONGEST_OF_ONE_LINE:
        forms.append("long")
    if "，" in piece or "；" in piece:
        forms.append("comma")
    if lexicon.kicker.search(piece):
        forms.append("kicker")
    if piece[-1] in "：:":
        forms.append("colon")
    return forms


def _runs(flags: list[bool]) -> list[int]:
    """How many neighbours are set together with each one; 0 where it is not set."""
    lengths: list[int] = []
    for flag, run in groupby(flags):
        length = len(list(run))
        lengths += [length if flag else 0] * length
    return lengths


def byline_line(piece: str, lexicon: Lexicon) -> re.Match[str] | None:
    """A line that holds reporters' names and nothing else."""
    names = piece.lstrip("（(■□●◆▲ \u3000")
    match = lexicon.byline.match(names) if len(piece) <= LONGEST_BYLINE else None
    return match if match and _AFTER_BYLINE.fullmatch(names[match.end() :]) else None


@dataclass(frozen=True, slots=True)
class Opening:
    """电头 of a news item: the dateline as printed, the names of its reporters, and where the text begins."""

    dateline: str
    names: str
    end: int


_CREDIT = re.compile(r"[ \u3000]*[（(]([^（）()]{2,40})[）)]")
_REPORTS = re.compile(r"[ \u3000]*((?:特派|特约|实习|见习)?记者[\u4e00-\u9fff、 \u3000]{2,24}?)报道[：:]")


def read_dateline(text: str, start: int, end: int, lexicon: Lexicon) -> Opening | None:
    """Dateline and reporters at the head of a paragraph: 新华社北京3月2日电（记者某某、某某）."""
    match = lexicon.dateline.match(text, start, end)
    if match is None:
        return None
    stop, names = match.end(), ""
    credit = _CREDIT.match(text, stop, end) or _REPORTS.match(text, stop, end)
    if credit and (named := lexicon.byline.match(credit.group(1))):
        stop, names = credit.end(), named.group(1)
    return Opening(match.group().removeprefix("据"), names, stop)


def names_of(names: str) -> list[str]:
    """Names that stand apart by blanks or 、."""
    return [name for name in re.split("[ \u3000、]+", names.strip()) if name]


LAST_BRACKET = re.compile(r"[。！？…”』」][（(]([^（）()。；！？]{2,40})[）)]")
"""A bracket after a stop: the names of an author stand in one at the end of the last paragraph."""


def signed_end(piece: str, lexicon: Lexicon) -> bool:
    """Names, or the author's office or work, in brackets after the last stop of a paragraph."""
    match = next((m for m in LAST_BRACKET.finditer(piece, max(0, len(piece) - 50)) if m.end() == len(piece)), None)
    return match is not None and signs(match.group(1), lexicon)


def signs(words: str, lexicon: Lexicon) -> bool:
    """Words in brackets name who wrote or took it, not who is in charge (市水利局牵头)."""
    return bool(_WORK.search(words) or lexicon.signer.search(words)) and not lexicon.duty.search(words)


def is_open(piece: str) -> bool:
    """It breaks off inside a sentence."""
    return piece[-1] not in STOPS and piece[-1] not in CLOSERS
