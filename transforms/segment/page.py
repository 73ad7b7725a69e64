"""Newspaper pages: which articles stand on them, and the outline of each.

An article begins at a headline; at a jump mark （上接第一版） that no headline precedes; or at a dateline where the article
before already has its text. A headline that stands inside a sentence (the line before stops without a stop, the line after
goes on) was set there by the page's columns: it belongs to the article that it interrupts, before that article's text.
"""

import re
from dataclasses import dataclass, field

import numpy as np

from transforms.segment.blocks import trim
from transforms.segment.candidates import CLOSERS, STOPS
from transforms.segment.front import Front
from transforms.segment.leaves import split_clauses
from transforms.segment.lexicon import DOCUMENT_NUMBER, Lexicon, Rules
from transforms.segment.tree import Leaf, Node, Outline
from transforms.segment.view import View

LONGEST_HEADLINE = 45
FRONT_LINES = 12
_OFFICIAL = re.compile(f"^(?:{DOCUMENT_NUMBER}|.{{2,200}}(?:人民政府|委员会|直属机构)[^。]{{0,60}}：)$")
_JUMP = re.compile(r"^[（(](上接|下转|紧接)(第?[一二三四五六七八九十\d０-９]+版)[^（）()]{0,12}[）)]")
_JUMP_END = re.compile(r"[（(](下转)(第?[一二三四五六七八九十\d０-９]+版)[^（）()]{0,12}[）)]$")
_PULL_QUOTE = re.compile(r"^“[^“”]*”$|^「[^「」]*」$")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line of the page, in reading coordinates; `rank` is its heading mark (1 = #), 0 where it has none."""

    start: int
    end: int
    rank: int


@dataclass(slots=True)
class Article:
    """Lines of an article in reading order; `seam` is the canonical place where a headline was taken out of a sentence."""

    fragments: list[tuple[int, int]] = field(default_factory=list)
    titled: bool = False
    seam: int = -1


def articles_of(view: View, rules: Rules) -> list[Article]:
    """Articles of a newspaper page, in the order in which they begin; empty where the text is no page."""
    lines = _lines(view)
    if not _is_page(view, lines, rules.lexicon):
        return []
    return _cut(view, lines, _starts(view, lines, rules.lexicon) or [_Start(0, titled=False)])


def _lines(view: View) -> list[Line]:
    marks = {
        end: view.canonical.count("#", start, end) for start, end, role, code in view.marks if code == "heading_mark"
    }
    lines = []
    position = 0
    text = view.text
    # In a page whose line breaks became blanks every blank was one: its text has none of its own.
    breaks = re.compile("\n" if text.count("\n") > 2 else "[\n ]")
    while position < len(text):
        found = breaks.search(text, position)
        end = found.start() if found else len(text)
        a, b = trim(text, position, end)
        if a < b:
            lines.append(Line(a, b, marks.get(view.at(a), 0)))
        position = end + 1
    return lines


def _is_page(view: View, lines: list[Line], lexicon: Lexicon) -> bool:
    """Signs of the press (datelines, jumps, bylines) at least twice among lines, or signed essays one after the other."""
    signs = 0
    essays = 0
    headlines = 0
    for index, line in enumerate(lines):
        piece = view.text[line.start : line.end]
        head, tail = piece[:40], piece[-40:]
        opening = lexicon.dateline.match(head)
        signs += bool(opening or _JUMP.match(piece) or _JUMP_END.search(tail) or _byline_line(piece, lexicon))
        headlines += line.rank in (1, 2)
        essays += index > 0 and bool(lexicon.name_line.match(piece)) and _signs_essay(view, lines, index)
        if index < FRONT_LINES and (_OFFICIAL.match(piece)):
            return False
    return signs >= 2 or (signs >= 1 and headlines >= 2) or essays >= 3


def _signs_essay(view: View, lines: list[Line], index: int) -> bool:
    """A name under a headline and over a paragraph of prose."""
    if index + 1 >= len(lines) or not _is_headline(view, lines, index - 1):
        return False
    following = view.text[lines[index + 1].start : lines[index + 1].end]
    return len(following) >= LONGEST_HEADLINE and "。" in following


def _byline_line(piece: str, lexicon: Lexicon) -> re.Match[str] | None:
    match = lexicon.byline.match(piece.lstrip("（(")) if len(piece) <= 60 else None
    rest = piece.lstrip("（(")[match.end() :] if match else ""
    return (
        match
        if match and re.fullmatch(r"[ \u3000]*(?:[（(][^（）()]*[）)])?[）)]?(?:摄|摄影报道|报道|文/摄)?[）)]?", rest)
        else None
    )


def _is_headline(view: View, lines: list[Line], index: int) -> bool:
    """A short line without a stop or comma at its end, and no label or bracket of its own."""
    line = lines[index]
    if line.rank:
        return line.rank <= 2
    piece = view.text[line.start : line.end]
    if len(piece) > LONGEST_HEADLINE or any(c in "。；，" for c in piece) or piece[-1] in "：:、":
        return False
    return not piece.startswith(("（", "(", "——", "“")) or (piece.startswith("“") and not piece.endswith("”"))


@dataclass(slots=True)
class _Start:
    """Where an article begins: index of its first line, whether that is its headline, index of a displaced headline."""

    line: int
    titled: bool
    displaced: int = -1


def _starts(view: View, lines: list[Line], lexicon: Lexicon) -> list[_Start]:
    """Where the articles of a page begin, in order."""
    text = view.text
    ranked = any(line.rank for line in lines)
    starts: list[_Start] = []
    has_body = titled = False
    for index, line in enumerate(lines):
        piece = text[line.start : line.end]
        if line.rank in (1, 2):
            previous = lines[index - 1] if index else None
            if previous is not None and previous.rank and not has_body:
                continue  # second line of the headline: a subtitle
            if previous is not None and not previous.rank and has_body and not titled and _is_open(text, previous):
                starts[-1].displaced = index
                titled = True
                continue
            starts.append(_Start(index, titled=True))
            has_body, titled = False, True
        elif line.rank:
            continue
        elif _JUMP.match(piece):
            if has_body or not starts:
                starts.append(_Start(index, titled=False))
                titled = False
            has_body = True
        elif not ranked and _opens_unmarked(view, lines, index, lexicon, has_body=has_body):
            starts.append(_Start(index, titled=True))
            has_body, titled = False, True
        elif has_body and lexicon.dateline.match(piece) and not ranked and _after_full_stop(text, lines[index - 1]):
            starts.append(_Start(index, titled=False))
            has_body, titled = True, False
        else:
            if not starts:
                starts.append(_Start(index, titled=_is_headline(view, lines, index)))
            has_body = True
    return starts


def _opens_unmarked(view: View, lines: list[Line], index: int, lexicon: Lexicon, *, has_body: bool) -> bool:
    """A headline without a mark: a short line over a dateline, a byline or a picture's caption, or under a credit.

    The second line of a headline opens nothing: the article has begun and has no text yet.
    """
    if index + 1 >= len(lines) or (index and not has_body):
        return False
    if index and not _after_full_stop(view.text, lines[index - 1]):
        return False
    piece = view.text[lines[index].start : lines[index].end]
    following = view.text[lines[index + 1].start : lines[index + 1].end]
    if lexicon.column.match(piece):
        return True
    if _byline_line(piece, lexicon) or lexicon.name_line.match(piece) or lexicon.dateline.match(piece):
        return False
    signed = lexicon.dateline.match(following) or _byline_line(following, lexicon) or _JUMP.match(following)
    if signed and len(piece) <= LONGEST_HEADLINE + 15 and "。" not in piece and piece[-1] not in "，；：、）":
        return True
    if not _is_headline(view, lines, index):
        return False
    if _PICTURE.search(piece):
        return True
    if lexicon.name_line.match(following):
        return True
    previous = view.text[lines[index - 1].start : lines[index - 1].end] if index else ""
    if _CREDIT.match(previous) and "。" in following:
        return True
    # A second headline line between this one and the dateline.
    after = view.text[lines[index + 2].start : lines[index + 2].end] if index + 2 < len(lines) else ""
    second = _is_headline(view, lines, index + 1)
    return (
        bool(after)
        and second
        and bool(lexicon.dateline.match(after) or _byline_line(after, lexicon) or lexicon.name_line.match(after))
    )


_PICTURE = re.compile(r"[（(](?:附?图片|附图|照片|图表|漫画|摄影|速写)[^（）()]*[）)]$")
_CREDIT = re.compile(r"^[（(][^（）()]{2,30}[）)]$")


def _is_open(text: str, line: Line) -> bool:
    return text[line.end - 1] not in STOPS and text[line.end - 1] not in CLOSERS


def _after_full_stop(text: str, line: Line) -> bool:
    return text[line.end - 1] in "。！？…”）)』」"


def _cut(view: View, lines: list[Line], starts: list[_Start]) -> list[Article]:
    """Fragments of every article in the canonical text; together they tile it."""
    bounds = [0, *(_line_start(view, lines[s.line]) for s in starts[1:]), len(view.canonical)]
    articles = []
    for begin, start, end in zip(starts, bounds, bounds[1:], strict=False):
        if begin.displaced < 0:
            articles.append(Article([(start, end)], titled=begin.titled))
            continue
        headline = lines[begin.displaced]
        a, b = _line_start(view, headline), view.at(headline.end - 1) + 1
        while b < end and view.canonical[b] in "\r\n":
            b += 1
        articles.append(Article([(a, b), (start, a), (b, end)], titled=True, seam=(b - a) + (a - start)))
    return articles


def _line_start(view: View, line: Line) -> int:
    """Canonical offset of a line's first character, its heading mark included."""
    start = view.at(line.start)
    if line.rank:
        start = view.canonical.rfind("\n", 0, start) + 1
    return start


def outline_article(view: View, article: Article, rules: Rules) -> tuple[View, Outline, list[tuple[int, int]]]:
    """Outline of one article of the page."""
    part = view.slice(article.fragments)
    if article.seam >= 0:
        part = _close_seam(part, article.seam)
    lines = _lines(part)
    outline = Outline(Front(), fields={"genre": "news"})
    writer = _Writer(part, outline, rules.lexicon)
    body = 0
    if article.titled and lines:
        body = writer.head(lines)
    for index in range(body, len(lines)):
        writer.line(lines, index)
    writer.close()
    return part, outline, article.fragments


def _close_seam(part: View, seam: int) -> View:
    """Join the two halves of the sentence that a headline cut: leave out the blanks around the seam."""
    place = int(np.searchsorted(part.offsets[:-1], seam))
    start = end = place
    while start > 0 and part.text[start - 1].isspace():
        start -= 1
    while end < len(part.text) and part.text[end].isspace():
        end += 1
    keep = np.r_[0:start, end : len(part.offsets)]
    marks = (*part.marks, (int(part.offsets[start]), int(part.offsets[end]), "gap", "joined_line"))
    return View(
        part.text[:start] + part.text[end:], part.offsets[keep], part.canonical, tuple(sorted(marks)), part.layout
    )


class _Writer:
    """Writes the lines of an article into an outline."""

    def __init__(self, part: View, outline: Outline, lexicon: Lexicon) -> None:
        self.text = part.text
        self.out = outline
        self.lexicon = lexicon
        self.home = -1

    def head(self, lines: list[Line]) -> int:
        """Headline and the lines under it; returns the index of the first line of the body."""
        first = lines[0]
        self.out.front.title = [(first.start, first.end)]
        self.out.roles.append((first.start, first.end, "heading"))
        index = 1
        while index < len(lines):
            line = lines[index]
            piece = self.text[line.start : line.end]
            dashed = piece.startswith(("——", "--")) and len(piece) <= LONGEST_HEADLINE
            second = (
                index == 1
                and len(piece) <= LONGEST_HEADLINE
                and not any(c in "。；，：" for c in piece)
                and self._signed(lines, 2)
            )
            if line.rank or dashed or (second and not self.lexicon.name_line.match(piece)):
                self._heading("subtitle", line)
                self.out.front.subtitle = self.out.front.subtitle or (line.start, line.end)
            elif self.lexicon.name_line.match(piece) and len(lines) > index + 1:
                self.out.fields["bylines"] = [n for n in re.split("[ \u3000、]", piece) if n]
                self.out.roles.append((line.start, line.end, "metadata"))
            else:
                break
            index += 1
        return index

    def _signed(self, lines: list[Line], index: int) -> bool:
        """A dateline or byline stands here."""
        if index >= len(lines):
            return False
        piece = self.text[lines[index].start : lines[index].end]
        return bool(self.lexicon.dateline.match(piece) or _byline_line(piece, self.lexicon))

    def line(self, lines: list[Line], index: int) -> None:
        """One line of the body."""
        line = lines[index]
        start, end = line.start, line.end
        piece = self.text[start:end]
        previous = lines[index - 1] if index else None
        following = lines[index + 1] if index + 1 < len(lines) else None
        if line.rank or self._is_subhead(piece, previous, following):
            self._heading("subhead", line)
            self.home = len(self.out.nodes) - 1
            return
        if _PULL_QUOTE.match(piece) and piece[-2] not in STOPS and previous is not None and previous.rank:
            self.out.roles.append((start, end, "quote"))
            return
        if byline := _byline_line(piece, self.lexicon):
            self._byline(byline.group(1))
            if dateline := self.lexicon.dateline.search(piece):
                self.out.fields.setdefault("dateline", dateline.group().removeprefix("据"))
            self.out.roles.append((start, end, "metadata"))
            return
        start = self._jump(start, end)
        start = self._dateline(start, end)
        tail = _JUMP_END.search(self.text[start:end])
        stop = end
        if tail:
            stop = start + tail.start()
            self.out.fields["continues"] = f"to:{tail.group(2)}"
            self.out.roles.append((stop, end, "metadata"))
        for a, b in split_clauses(self.text, start, stop):
            self.out.leaves.append(Leaf(a, b, self.home))
            self.out.roles.append((a, b, "clause"))

    def close(self) -> None:
        """End of every section: the next one of its kind or the end."""
        nodes = self.out.nodes
        for index, node in enumerate(nodes):
            node.end = node.title[1] if node.kind == "subtitle" and node.title else len(self.text)
            if node.kind != "subtitle" and index + 1 < len(nodes):
                node.end = nodes[index + 1].start

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

    def _is_subhead(self, piece: str, previous: Line | None, following: Line | None) -> bool:
        if (
            len(piece) > 30
            or following is None
            or previous is None
            or any(c in "。；，：、…—“”（）？！" for c in piece)
        ):
            return False
        return _after_full_stop(self.text, previous) and following.end - following.start > len(piece)

    def _jump(self, start: int, end: int) -> int:
        match = _JUMP.match(self.text[start:end])
        if match is None:
            return start
        self.out.fields["continues"] = ("from:" if match.group(1) != "下转" else "to:") + match.group(2)
        self.out.roles.append((start, start + match.end(), "metadata"))
        return trim(self.text, start + match.end(), end)[0]

    def _dateline(self, start: int, end: int) -> int:
        match = self.lexicon.dateline.match(self.text[start:end])
        if match is None:
            return start
        self.out.fields.setdefault("dateline", match.group().removeprefix("据"))
        stop = start + match.end()
        rest = self.text[stop:end]
        credit = re.match(r"[ \u3000]*[（(]([^（）()]{2,40})[）)]", rest) or re.match(
            r"[ \u3000]*((?:特派|特约|实习|见习)?记者[\u4e00-\u9fff、 \u3000]{2,24}?)报道[：:]", rest
        )
        if credit and (names := self.lexicon.byline.match(credit.group(1))):
            self._byline(names.group(1))
            stop += credit.end()
        self.out.roles.append((start, stop, "metadata"))
        return trim(self.text, stop, end)[0]

    def _byline(self, names: str) -> None:
        found = [n for n in re.split("[ \u3000、]+", names.strip()) if n]
        self.out.fields.setdefault("bylines", found)
