"""Newspaper pages: which articles stand on them, and the outline of each.

`press.py` tells the parts of articles that the lines of a page are; here the page is cut where an article begins, and what
the columns of the page tore apart is put together again:

- a headline that stands inside a sentence (the line before breaks off, the line after goes on) was set there by the
  columns: it belongs to the article that it interrupts, before that article's text;
- an article that breaks off inside a sentence goes on where text stands after the end of another article without a
  headline of its own.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate, islice, pairwise

import numpy as np

from transforms.segment.blocks import trim
from transforms.segment.candidates import STOPS, find_candidates, outside
from transforms.segment.chain import choose
from transforms.segment.front import Front
from transforms.segment.grammar import Grammar, opening
from transforms.segment.leaves import split_clauses
from transforms.segment.lexicon import DOCUMENT_NUMBER, Lexicon
from transforms.segment.press import (
    JUMP_END,
    LAST_BRACKET,
    Line,
    Reading,
    byline_line,
    forms_of,
    is_open,
    names_of,
    read_dateline,
    read_lines,
    signs,
)
from transforms.segment.rules import Rules
from transforms.segment.tree import Leaf, Node, Outline
from transforms.segment.view import View, offsets_of

FRONT_LINES = 12
FEWEST_SIGNED = 2
FEW_BREAKS = 2
LONGEST_HEAD = 60
"""Characters of a headline with its subtitle, run together."""
MOST_DIVISIONS = 3
"""A text with more numbered lines than this for each of its articles is a document with divisions, no page."""
_OFFICIAL = re.compile(f"^(?:{DOCUMENT_NUMBER}|.{{2,200}}(?:人民政府|委员会|直属机构)[^。]{{0,60}}：|各位代表[：:])$")
_DIVISION = re.compile("[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）")
_DIVISION_IN_TEXT = re.compile(f"(?:^|(?<=[。！？；：]))(?:{_DIVISION.pattern})")
_DIVISION_OF_AN_ACT = re.compile(
    opening("第", after="\n 。") + "[ \u3000]*[一二三四五六七八九十百零〇0-9]+[ \u3000]*[编章节条]"
)
_JUMP = re.compile(r"^[（(](上接|下转|紧接)(第?[一二三四五六七八九十\d０-９]+版)[^（）()]{0,12}[）)]")
_PULL_QUOTE = re.compile(r"^“[^“”]*”$|^「[^「」]*」$")
_WORDS_OF_CREDIT = re.compile("摄|图|照片|绘")


@dataclass(slots=True)
class Article:
    """Pieces of the page that an article is made of, in reading order, in canonical offsets of the page.

    Attributes:
        fragments: The pieces.
        parts: Start of a line -> the part of the article that it is.
        seam: Place in the article where a headline was taken out of a sentence, or -1.

    """

    fragments: list[tuple[int, int]] = field(default_factory=list)
    parts: dict[int, Reading] = field(default_factory=dict)
    seam: int = -1


def articles_of(view: View, rules: Rules) -> list[Article]:
    """Articles of a newspaper page, in the order in which they begin; empty where the text is no page."""
    text = view.text
    breaks = _breaks(text)
    # Cheap tests first: most texts are no pages.
    if len(list(islice(_DIVISION_OF_AN_ACT.finditer(text), MOST_DIVISIONS))) == MOST_DIVISIONS:
        return []
    lines = _lines(view, breaks, rules.lexicon)
    if len(lines) < 2 or any(_OFFICIAL.match(text[line.start : line.end]) for line in lines[:FRONT_LINES]):
        return []
    in_lines = [line for line in lines if _DIVISION.match(text, line.start, line.end)]
    divisions = len(in_lines if breaks else _DIVISION_IN_TEXT.findall(text))
    if divisions * MOST_DIVISIONS >= len(lines):
        return []
    forms = forms_of(text, lines, rules.lexicon, rules.press)
    if not _may_be_page(forms, glued=breaks is None):
        return []
    readings = read_lines(forms, rules.press)
    starts = _starts(view, lines, readings)
    if not _is_page(readings, starts, divisions, glued=breaks is None):
        return []
    # What stands between blanks may look like a name (導言): without a reporter it takes less to be a document.
    named = breaks is _BLANK_OR_NEWLINE and all(_REPORTED.isdisjoint(reading.forms) for reading in readings)
    if _is_numbered(text, len(starts) - 1 if named else MOST_DIVISIONS * len(starts), rules.grammar):
        return []
    return _cut(view, lines, readings, starts)


def _lines(view: View, breaks: re.Pattern[str] | None, lexicon: Lexicon) -> list[Line]:
    """Printed lines; `breaks` is from `_breaks` of the whole page."""
    marks = {
        end: view.canonical.count("#", start, end) for start, end, role, code in view.marks if code == "heading_mark"
    }
    text = view.text
    cuts = [m.end() for m in breaks.finditer(text)] if breaks else _cuts_at_datelines(text, lexicon)
    if breaks is _BLANK_OR_NEWLINE:
        cuts = _at_line_breaks(text, cuts, lexicon)
    if breaks is not _NEWLINE and marks:
        heads = [view.place(end) for end in marks]
        cuts = sorted({*cuts, *(head for head in heads if 0 < head < len(text))})
    lines = []
    for start, end in pairwise([0, *cuts, len(text)]):
        a, b = trim(text, start, end)
        if a < b:
            lines.append(Line(a, b, marks.get(view.at(a), 0)))
    return lines


def _breaks(text: str) -> re.Pattern[str] | None:
    """What ends a line of this page; None where the line breaks were deleted."""
    if text.count("\n") > FEW_BREAKS:
        return _NEWLINE
    if text.count("  ") > FEW_BREAKS:
        return _BLANKS  # an empty line stood between the paragraphs
    # Line breaks became blanks: a page has hardly any of its own, and none after a stop.
    return (
        _BLANK_OR_NEWLINE if len(list(islice(_BLANK_AFTER_STOP.finditer(text), FEW_BREAKS + 1))) > FEW_BREAKS else None
    )


_NEWLINE = re.compile("\n")
_BLANKS = re.compile("\n| {2,}")
_BLANK_OR_NEWLINE = re.compile("[\n ]")
_BLANK_AFTER_STOP = re.compile("[。！？…”）] ")


_NAMES_APART = re.compile(
    r"[（(][^（）()。\n]{1,60}[）)]|(?:记者|通讯员) [\u4e00-\u9fff·]{1,4}(?: [\u4e00-\u9fff·]{1,4}){0,3}(?: ?摄)?(?= |$)"
    r"|(?:责任编辑|责编|版式|校对|美编|主编) [\u4e00-\u9fff]{2,4}(?= |$)"
)


def _at_line_breaks(text: str, cuts: list[int], lexicon: Lexicon) -> list[int]:
    """The blanks that were line breaks: those between names (（记者 某某 某某）) and behind a dateline were blanks before."""
    kept = {m.end() for m in lexicon.dateline.finditer(text)}
    inside = {cut for m in _NAMES_APART.finditer(text) for cut in range(m.start() + 1, m.end())}
    return [cut for cut in cuts if cut - 1 not in kept and cut not in inside]


_ENDS = "。！？…）」』"
_OPENING_OF_ITEM = re.compile(
    f"(?:^|(?<=[{_ENDS}摄])(?!”)|(?<=[{_ENDS}]”))[ \u3000]*(?:(?:本报|新华社)?记者[\u4e00-\u9fff、 \u3000]{{2,14}}?摄"
    "|[^。！？；，]{2,40}（附?图[^（）]{0,8}）|[^。！？；，：]{4,45}?(?=本报(?:特派|特约)?记者[ \u3000]?[\u4e00-\u9fff]))"
)
"""What begins after a stop although no line break tells: the credit of a picture, a headline of one or over 本报记者."""


def _cuts_at_datelines(text: str, lexicon: Lexicon) -> list[int]:
    """Lines of a page whose line breaks were deleted: a dateline opens one, and so does the headline before it.

    The headline is what stands between the last stop, or the names in brackets after it, and the dateline. Names in
    brackets after a stop end an article, as （下转第三版） does; （上接第一版） begins one.
    """
    cuts = {m.end() for m in LAST_BRACKET.finditer(text) if signs(m.group(1), lexicon)}
    cuts |= {m.end() if m.group(1) == "下转" else m.start() for m in _JUMP_IN_TEXT.finditer(text)}
    for match in _OPENING_OF_ITEM.finditer(text):
        cuts |= {match.start(), match.end()}
    for match in lexicon.dateline.finditer(text):
        start = match.start()
        head = start
        while head > 0 and text[head - 1] not in _ENDS and text[head - 2 : head] not in _QUOTED_ENDS:
            head -= 1
        if start - head <= LONGEST_HEAD:
            cuts |= {head, start}
    return sorted(cuts - {0})


_QUOTED_ENDS = ("。”", "！”", "？”", "…”")
_JUMP_IN_TEXT = re.compile("[（(](上接|下转|紧接)第?[一二三四五六七八九十\\d０-９]+版[^（）()]{0,12}[）)]")


def _may_be_page(forms: list[list[str]], *, glued: bool) -> bool:
    """Some line bears what `_is_page` asks for, whatever part of an article it is."""
    dated = sum("dated" in own for own in forms)
    if glued:
        return dated >= FEWEST_SIGNED
    signed = sum("name" in own or not _PRESS.isdisjoint(own) for own in forms)
    return signed >= FEWEST_SIGNED or bool(signed and dated)


def _is_page(readings: list[Reading], starts: list["_Start"], divisions: int, *, glued: bool) -> bool:
    """Two articles that are signed or dated, or one with a dateline that has no numbered divisions.

    Where line breaks were deleted, two datelines: a bracket after a stop may name anything there.
    """
    dated = sum("dated" in r.forms and r.part in ("lead", "brief") for r in readings)
    if glued:
        return dated >= FEWEST_SIGNED
    bounds = [s.line for s in starts]
    signed = sum(map(_signed, (readings[a:b] for a, b in pairwise([*bounds, len(readings)]))))
    if signed >= FEWEST_SIGNED:
        return divisions <= MOST_DIVISIONS * len(starts)
    return bool(signed) and bool(dated) and divisions <= 1


def _is_numbered(text: str, most: int, grammar: Grammar) -> bool:
    """More divisions in sequence than a page has, or a decimal outline: a document whose short titles look like names."""
    steps = choose(text, outside(find_candidates(text, grammar), []))
    if any(step.candidate.family.dotted > 1 and step.how == "next" for step in steps):
        return True
    return sum(step.how == "next" for step in steps) > most


def _signed(readings: list[Reading]) -> bool:
    """A dateline, reporters, names under the headline, or names under the text: what no other document bears."""
    return any(
        not _PRESS.isdisjoint(reading.forms) or ("name" in reading.forms and reading.part == "credit")
        for reading in readings
    )


_REPORTED = frozenset(("dated", "byline", "jump", "rank_high"))
_PRESS = frozenset(("dated", "byline", "credit", "signed_end", "jump", "rank_high"))


@dataclass(slots=True)
class _Start:
    """Where an article begins.

    Attributes:
        line: Index of its first line.
        headed: That line is its headline.
        displaced: Index of a headline that stands inside its text, or -1.
        again: (first line, line after the last) of text that goes on further down, or None.

    """

    line: int
    headed: bool
    displaced: int = -1
    again: tuple[int, int] | None = None


def _starts(view: View, lines: list[Line], readings: list[Reading]) -> list[_Start]:
    """Where the articles of a page begin, in order."""
    text = view.text
    starts: list[_Start] = []
    for index, reading in enumerate(readings):
        if reading.part not in ("headline", "brief") and starts:
            continue
        if (
            reading.part == "headline"
            and starts
            and not starts[-1].headed
            and _breaks_off(text, lines, readings, index - 1)
        ):
            starts[-1].displaced = index
            starts[-1].headed = True
            continue
        starts.append(_Start(index, headed=reading.part == "headline"))
    _find_torn(view, lines, readings, starts)
    return starts


def _breaks_off(text: str, lines: list[Line], readings: list[Reading], index: int) -> bool:
    """Text that ends inside a sentence; on a page without marks a short line without a stop may be verse."""
    reading = readings[index]
    told = not {"prose", "long", "unranked"}.isdisjoint(reading.forms)
    return told and reading.part in ("lead", "text", "brief") and is_open(text[lines[index].start : lines[index].end])


def _find_torn(view: View, lines: list[Line], readings: list[Reading], starts: list[_Start]) -> None:
    """Give an article that breaks off the text that stands, without a headline, after the end of a later article."""
    text = view.text
    for place, start in enumerate(starts[:-1]):
        last = starts[place + 1].line - 1
        if start.displaced >= 0 or not _breaks_off(text, lines, readings, last):
            continue
        for index in range(starts[place + 1].line + 1, len(lines)):
            if readings[index].part == "text" and "after_end" in readings[index].forms:
                stop = next((s.line for s in starts if s.line > index), len(lines))
                start.again = (index, stop)
                break
        if start.again:
            return  # one torn article a page: with two, which text belongs to which is a guess


def _cut(view: View, lines: list[Line], readings: list[Reading], starts: list[_Start]) -> list[Article]:
    """Fragments of every article in the canonical text; together they tile it."""
    bounds = [0, *(_line_start(view, lines[s.line]) for s in starts[1:]), len(view.canonical)]
    torn = {s.again[0]: s.again for s in starts if s.again}
    parts = {view.at(line.start): reading for line, reading in zip(lines, readings, strict=True)}
    articles = []
    for begin, start, end in zip(starts, bounds, bounds[1:], strict=False):
        pieces = [(start, end)]
        seam = -1
        if begin.displaced >= 0:
            headline = lines[begin.displaced]
            a, b = _line_start(view, headline), view.at(headline.end - 1) + 1
            while b < end and view.canonical[b] in "\r\n ":
                b += 1
            pieces = [(a, b), (start, a), (b, end)]
            seam = (b - a) + (a - start)
        for first, stop in torn.values():
            a, b = _line_start(view, lines[first]), end if stop >= len(lines) else _line_start(view, lines[stop])
            if start < a < end:
                pieces = [(start, a)]
        if begin.again:
            first, stop = begin.again
            a = _line_start(view, lines[first])
            b = len(view.canonical) if stop >= len(lines) else _line_start(view, lines[stop])
            pieces.append((a, b))
            seam = end - start
        articles.append(Article(pieces, parts, seam))
    return articles


def _line_start(view: View, line: Line) -> int:
    """Canonical offset of a line's first character, its heading mark included."""
    start = view.at(line.start)
    if line.rank:
        start = len(view.canonical[:start].rstrip(" \t").rstrip("#"))
    return start


def outline_article(view: View, article: Article, rules: Rules) -> tuple[View, Outline, list[tuple[int, int]]]:
    """Outline of one article of the page."""
    part = view.slice(article.fragments)
    home = _homes(article.fragments)
    if article.seam >= 0:
        part = _close_seam(part, article.seam)
    lines = _lines(part, _breaks(view.text), rules.lexicon)
    outline = Outline(Front(), fields={"genre": "news"})
    writer = _Writer(part, outline, rules.lexicon)
    nothing = Reading("text", ())
    readings = [article.parts.get(home(part.at(line.start)), nothing) for line in lines]
    head = [i for i, r in enumerate(readings) if r.part in ("headline", "second")]
    writer.head([lines[i] for i in head])
    for index, (line, reading) in enumerate(zip(lines, readings, strict=True)):
        if index not in head:
            writer.line(line, reading, after_subhead=index > 0 and readings[index - 1].part == "subhead")
    writer.close()
    return part, outline, article.fragments


def _homes(fragments: list[tuple[int, int]]) -> Callable[[int], int]:
    """Offset in an article -> offset in the page."""
    lengths = [0, *accumulate(b - a for a, b in fragments)]

    def home(position: int) -> int:
        place = bisect_right(lengths, position) - 1
        return fragments[min(place, len(fragments) - 1)][0] + position - lengths[place]

    return home


def _close_seam(part: View, seam: int) -> View:
    """Join the two halves of the sentence that was cut: leave out the blanks around the seam."""
    start = end = part.place(seam)
    while start > 0 and part.text[start - 1].isspace():
        start -= 1
    while end < len(part.text) and part.text[end].isspace():
        end += 1
    marks = (*part.marks, (part.at(start), part.at(end), "gap", "joined_line"))
    offsets = offsets_of([np.asarray(part.offsets[:start]), np.asarray(part.offsets[end:-1])], part.offsets[-1])
    return View(part.text[:start] + part.text[end:], offsets, part.canonical, tuple(sorted(marks)), part.layout)


class _Writer:
    """Writes the lines of an article into an outline."""

    def __init__(self, part: View, outline: Outline, lexicon: Lexicon) -> None:
        self.text = part.text
        self.out = outline
        self.lexicon = lexicon
        self.home = -1

    def head(self, lines: list[Line]) -> None:
        """Headline with the lines above it (引题, kicker) and under it (副题, subtitle)."""
        if not lines:
            return
        main = self._main(lines)
        self.out.front.title = [(lines[main].start, lines[main].end)]
        for index, line in enumerate(lines):
            if index == main:
                self.out.roles.append((line.start, line.end, "heading"))
                continue
            self._heading("kicker" if index < main else "subtitle", line)
            if index > main:
                self.out.front.subtitle = self.out.front.subtitle or (line.start, line.end)

    def _main(self, lines: list[Line]) -> int:
        """The headline proper: the highest mark; without marks the first line that does not lead into the next.

        引题 tells who said it or when (某某在会上强调), the headline what.
        """
        highest = min(line.rank or 9 for line in lines)
        if highest < 9:
            return next(i for i, line in enumerate(lines) if (line.rank or 9) == highest)
        main = 0
        while main + 1 < len(lines) and self._leads_in(self.text[lines[main].start : lines[main].end]):
            main += 1
        return main

    def _leads_in(self, line: str) -> bool:
        """引题, or the name of the column that stands over the headline (短评)."""
        return bool(self.lexicon.kicker.search(line) or self.lexicon.column.match(line))

    def line(self, line: Line, reading: Reading, *, after_subhead: bool) -> None:
        """One line under the head."""
        start, end = line.start, line.end
        piece = self.text[start:end]
        if reading.part == "subhead":
            self._heading("subhead", line)
            self.home = len(self.out.nodes) - 1
            return
        if after_subhead and _PULL_QUOTE.match(piece) and piece[-2] not in STOPS:
            self.out.roles.append((start, end, "quote"))
            return
        if reading.part in ("credit", "tail") and self._sign(piece, reading):
            self.out.roles.append((start, end, "metadata"))
            return
        if "caption" in reading.forms:
            self._caption(line)
            return
        start = self._jump(start, end)
        start = self._dateline(start, end)
        tail = JUMP_END.search(self.text[start:end])
        stop = end
        if tail:
            stop = start + tail.start()
            self.out.fields["continues"] = f"to:{tail.group(2)}"
            self.out.roles.append((stop, end, "metadata"))
        self._prose(start, stop)

    def _prose(self, start: int, end: int) -> None:
        for a, b in split_clauses(self.text, start, end):
            self.out.leaves.append(Leaf(a, b, self.home))
            self.out.roles.append((a, b, "clause"))

    def _caption(self, line: Line) -> None:
        """图为…: the words under a picture are text, in a section of their own."""
        node = Node("caption", line.start, -1, 1, evidence=["words under a picture"], end=line.end)
        self.out.nodes.append(node)
        home, self.home = self.home, len(self.out.nodes) - 1
        self._prose(line.start, line.end)
        self.home = home

    def _sign(self, piece: str, reading: Reading) -> bool:
        """Names of a byline; a photographer's is none. False where the line is no signature at all."""
        if byline := byline_line(piece, self.lexicon):
            if not _WORDS_OF_CREDIT.search(piece):
                self.out.fields.setdefault("bylines", names_of(byline.group(1)))
            if dateline := self.lexicon.dateline.search(piece):
                self.out.fields.setdefault("dateline", dateline.group().removeprefix("据"))
            return True
        if "name" in reading.forms or "pen_name" in reading.forms:
            self.out.fields.setdefault("bylines", [n for n in re.split("[ \u3000、]", piece) if n])
            return True
        return not {"credit", "picture_note", "imprint"}.isdisjoint(reading.forms)

    def close(self) -> None:
        """End of every section: the next one of its kind or the end."""
        nodes = self.out.nodes
        for index, node in enumerate(nodes):
            if node.kind in ("subtitle", "kicker", "caption"):
                node.end = node.title[1] if node.title else node.end
                continue
            following = next((n.start for n in nodes[index + 1 :] if n.kind == "subhead"), len(self.text))
            node.end = following

    def _heading(self, kind: str, line: Line) -> None:
        node = Node(
            kind,
            line.start,
            -1,
            1,
            title=(line.start, line.end),
            evidence=["heading mark" if line.rank else "short line"],
        )
        self.out.nodes.append(node)
        self.out.roles.append((line.start, line.end, "heading"))

    def _jump(self, start: int, end: int) -> int:
        match = _JUMP.match(self.text[start:end])
        if match is None:
            return start
        self.out.fields["continues"] = ("from:" if match.group(1) != "下转" else "to:") + match.group(2)
        self.out.roles.append((start, start + match.end(), "metadata"))
        return trim(self.text, start + match.end(), end)[0]

    def _dateline(self, start: int, end: int) -> int:
        opening = read_dateline(self.text, start, end, self.lexicon)
        if opening is None:
            return start
        self.out.fields.setdefault("dateline", opening.dateline)
        if opening.names:
            self.out.fields.setdefault("bylines", names_of(opening.names))
        self.out.roles.append((start, opening.end, "metadata"))
        return trim(self.text, opening.end, end)[0]
