"""Line breaks inside sentences: hard-wrapped text and cuts at the end of a column or page."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from transforms.clean.furniture import Mark

LONGEST_PARAGRAPH = 1500
"""Longer than any printed paragraph of the reviewed corpora; such a line holds many paragraphs."""
NARROWEST = 12
NARROW = 18
"""Characters of a narrow line; a few lines narrower than this that are alike are headings, many are a column of a newspaper."""
FEWEST_FULL = 2
_PROSE = re.compile("[，。；：]")
_TERMINAL = "。！？；：!?;:…"
_CLOSERS = "”’」』）)】》\"'"
_BLANK = " \t\r\u3000\xa0\u2002\u2003"
# What begins a line of its own: numbers of divisions, bullets, headings of zones. Kept coarse: a line that begins so is
# never drawn up to the line before it, whatever the segmenter makes of it later.
_OPENS = re.compile(
    r"(?:第[ \u3000]*[一二三四五六七八九十百千零〇○\d０-９]+[ \u3000]*[-－之\d一二三四五]*[ \u3000]*[编編章节節条條部篇分]"
    r"|[一二三四五六七八九十百]+[、．.\u3000]|[（(][ \u3000]*[一二三四五六七八九十百\d]+[ \u3000]*[）)]|\d{1,3}[.．、](?!\d)"
    r"|\d{1,2}(?:[.．]\d{1,2}){1,3}[ \u3000]|[问答][：:]"
    r"|[①-⑳㈠-㈩⑴-⒇]|——|--|[●■◆▲•·]|附件|附表|附[ \u3000]*[则则录錄]|目[ \u3000]*[录錄次]|#)",
)


def find_joins(
    text: str, marks: list[Mark], tables: Sequence[tuple[int, int]] = (), wraps: AbstractSet[int] = frozenset()
) -> tuple[str, list[tuple[int, int]]]:
    """Find the line breaks (with the blanks around them) that stand inside a sentence.

    Args:
        text: Extracted text.
        marks: What is not read; a furniture line between two halves of a sentence does not keep them apart.
        tables: Tables; the breaks between their rows stay, and no sentence goes on behind them.
        wraps: Line breaks that the container knows to stand at the edge of the page.

    Returns:
        The layout (`wrapped`: lines are cut at a width; `flat`: breaks are lost, paragraphs stand in one line; `lines`: a
        line is a paragraph) and the spans to leave out of the reading text.

    """
    lines = _lines(text, marks)
    if len(lines) < (2 if wraps else 3):
        return "flat", []
    fields = _header(text, lines)
    full = _full_lines(text, lines)
    known = {i for i, (_, b) in enumerate(lines) if text.find("\n", b) in wraps}
    if 2 * len(known) > len(full):
        joins = _outside(_wrapped(text, lines, known), tables)
        return ("flat" if _longest(lines, joins) > LONGEST_PARAGRAPH else "wrapped"), joins
    if full:
        return "wrapped", _outside([join for join in _wrapped(text, lines, full) if join[0] > fields], tables)
    joins = [join for join in _column_breaks(text, lines) if join[0] > fields]
    return ("flat" if _longest(lines, []) > LONGEST_PARAGRAPH else "lines"), _outside(joins, tables)


_FIELD = re.compile("[【\\[]?[\u4e00-\u9fff][\u4e00-\u9fff \u3000]{1,9}[】\\]]?[：:][^。；]+")


def _header(text: str, lines: list[tuple[int, int]]) -> int:
    """End of the fields `label：value` that a text begins with (a disclosure header, columns of a dump); -1 without.

    Each is a line of its own, however wide; one alone is a field where it names the title.
    """
    end, count = -1, 0
    for a, b in lines:
        if not _FIELD.fullmatch(text, a, b):
            break
        end, count = b, count + 1
    return end if count > 1 or text.startswith("标题", lines[0][0]) else -1


def _longest(lines: list[tuple[int, int]], joins: list[tuple[int, int]]) -> int:
    """Characters of the longest line once the joins are made."""
    joined = {start for start, _ in joins}
    longest = 0
    begin = -1
    for a, b in lines:
        begin = a if begin < 0 else begin
        longest = max(longest, b - begin)
        if b not in joined:
            begin = -1
    return longest


def _outside(joins: list[tuple[int, int]], tables: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The joins that do not touch a table; both are ordered."""
    starts = [start for start, _ in tables]
    kept = []
    for start, end in joins:
        at = bisect_right(starts, end) - 1
        if at < 0 or tables[at][1] < start:
            kept.append((start, end))
    return kept


def _lines(text: str, marks: list[Mark]) -> list[tuple[int, int]]:
    """Printed lines (without blanks at their ends) that hold something to read."""
    hidden = [(a, b) for a, b, role, _ in marks if role in {"furniture", "metadata"}]
    lines: list[tuple[int, int]] = []
    at = 0
    position = 0
    while position <= len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        a, b = position, end
        while a < b and text[a] in _BLANK:
            a += 1
        while b > a and text[b - 1] in _BLANK:
            b -= 1
        while at < len(hidden) and hidden[at][1] <= a:
            at += 1
        if a < b and not (at < len(hidden) and hidden[at][0] <= a and hidden[at][1] >= b):
            lines.append((a, b))
        position = end + 1
    return lines


def _display_width(piece: str) -> int:
    """Width in half-width columns: ASCII counts one, everything else two."""
    return 2 * len(piece) - len(piece.encode("latin-1", "ignore"))


def _full_lines(text: str, lines: list[tuple[int, int]]) -> set[int]:
    """Indices of the lines that were cut at a width; empty where the text is not hard-wrapped.

    Printers cut by the width of the characters, programs by their number: both are tried.
    """
    rows = [text[text.rfind("\n", 0, a) + 1 : b] for a, b in lines]
    open_end = [not _ends_sentence(text, line) for line in lines]
    full: set[int] = set()
    columns, characters = [_display_width(r) for r in rows], [len(r) for r in rows]
    for widths, slack, hang, usual in ((columns, 4, 10, 2 * NARROW), (characters, 1, 5, NARROW)):
        width = _wrap_width(widths, open_end, slack=slack, hang=hang, usual=usual)
        if width:
            full |= {i for i, w in enumerate(widths) if w >= width - slack}
    return full or _few_full(text, lines, characters, open_end) or _few_full(text, lines, columns, open_end)


def _few_full(text: str, lines: list[tuple[int, int]], widths: list[int], open_end: list[bool]) -> set[int]:
    """The lines of a short text that were cut at its greatest width: two at least, to the character, and each goes on.

    Each holds a comma or a stop, as prose does, and no label follows; one at least goes on to the end of its sentence.
    """
    widest = max(widths, default=0)
    full = {i for i, w in enumerate(widths) if w == widest}
    if len(full) < FEWEST_FULL or widest < NARROW or len(lines) - 1 in full:
        return set()
    if any(not open_end[i] or _OPENS.match(text, *lines[i + 1]) or not _PROSE.search(text, *lines[i]) for i in full):
        return set()
    return full if any(_ends_sentence(text, lines[i + 1]) for i in full) else set()


def _wrap_width(widths: list[int], open_end: list[bool], *, slack: int, hang: int, usual: int) -> int:
    """Width at which lines are cut, or 0. A page has 28 characters a line (GB/T 9704-2012 5.2.3); narrower than `usual` must be many.

    A text is hard-wrapped when many lines reach one and the same width that hardly any exceeds, and most of these end
    inside a sentence: paragraphs of a normal text reach their greatest length once. Some lines may stand out by the width
    of a label (printers let `第4條　` hang).
    """
    enough = max(4, len(widths) // 12)
    widest = max(widths)
    for width in range(widest, widest - hang - 1, -1):
        full = [i for i, w in enumerate(widths) if width - slack <= w <= width]
        if not NARROWEST <= width <= 200:
            return 0
        if len(full) < (enough if width >= usual else max(12, len(widths) // 3)):
            continue
        if sum(open_end[i] for i in full) * 2 >= len(full):
            return width
    return 0


def _ends_sentence(text: str, line: tuple[int, int]) -> bool:
    """The last printed character, closing marks set aside, is a stop."""
    piece = text[line[0] : line[1]].rstrip(_CLOSERS)
    return piece[-1] in _TERMINAL if piece else True


def _wrapped(text: str, lines: list[tuple[int, int]], full: AbstractSet[int]) -> list[tuple[int, int]]:
    """Breaks after a full line whose sentence goes on, or whose paragraph goes on (no label, no indent follows).

    GB/T 9704-2012 7.3.3: each paragraph is indented by two characters; where the indent survives, it alone decides.
    """
    indented = sum(1 for a, _ in lines if text[text.rfind("\n", 0, a) + 1 : a].count("\u3000") >= 2)
    uses_indent = indented >= max(2, len(lines) // 20) and not _hangs(text, lines, full)
    joins = []
    for index, ((a, b), (c, d)) in enumerate(pairwise(lines)):
        indent = text[text.rfind("\n", 0, c) + 1 : c]
        if index not in full or (uses_indent and indent.count("\u3000") >= 2):
            continue
        if _ends_sentence(text, (a, b)) and (_OPENS.match(text, c, d) or text[b - 1] in "：:"):
            continue
        # A label at the start of the next line after an open end: a list without punctuation, or a cut inside a sentence
        # that goes on with a number. Labels with a separator win.
        if _OPENS.match(text, c, d) and not _ends_inside(text, b):
            continue
        joins.append((b, c))
    return joins


def _hangs(text: str, lines: list[tuple[int, int]], full: AbstractSet[int]) -> bool:
    """The indent is that of the lines under a label, not of new paragraphs: mostly the full line before an indent goes on."""
    before = [
        _ends_sentence(text, line)
        for index, (line, (c, _)) in enumerate(pairwise(lines))
        if index in full and text[text.rfind("\n", 0, c) + 1 : c].count("\u3000") >= 2
    ]
    return before.count(False) > before.count(True)


def _ends_inside(text: str, end: int) -> bool:
    """The line ends with a character after which no division can begin."""
    return text[end - 1] in "，、,和与或及的第至（(《“‘"


def _column_breaks(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Breaks at the end of a column: a long line stops without a stop, the next goes on and ends its sentence.

    Headings stop without a stop too: they hold no comma, carry a label or a mark, or are short and stand over a paragraph
    that is longer (坚持创新驱动，发展新质生产力); what completes a sentence after a short line is shorter than it.
    """
    joins = []
    for (a, b), (c, d) in pairwise(lines):
        if not _goes_on(text, (a, b), (c, d)):
            if _ends_sentence(text, (a, b)) or text[b - 1] in _CLOSERS or _OPENS.match(text, c, d) or text[c] == "#":
                if not (text[b - 1] in "，,、" and not _OPENS.match(text, c, d) and text[c] != "#"):
                    continue
            elif text[b - 1] not in "，,、" and (
                text[a] == "#"
                or _OPENS.match(text, a, b)
                or not _looks_cut(text[a:b])
                or not _ends_sentence(text, (c, d))
                or b - a < min(LONGEST_HEADING, d - c)
            ):
                continue
        joins.append((b, c))
    return joins


_NEVER_FIRST = "，。；：、！？）」』》”"
"""No line of a text begins so: the line before was cut (禁则)."""
_CITED = re.compile(
    r"第[ \u3000]*[一二三四五六七八九十百零〇\d]+[ \u3000]*[章节条款](?:第[^，。；]{1,8}[款项])?(?:的|规定|所|、|和|至|或)"
)
"""A reference, no heading: the words after it say so."""
_AMOUNT = re.compile("[0-9０-９]+(?:[.．][0-9]+)?[^0-9０-９.．、]")


def _goes_on(text: str, line: tuple[int, int], following: tuple[int, int]) -> bool:
    """The next line is what this one says of something: a cited article (依照本条例 / 第四条规定的), an amount (不少于 / 15人)."""
    if text[following[0]] in _NEVER_FIRST:
        return True
    if _ends_sentence(text, line) or text[line[1] - 1] in _CLOSERS:
        return False
    if _CITED.match(text, *following):
        return True
    return text[line[1] - 1] in "于过至达到" and bool(_AMOUNT.match(text, *following))


LONGEST_HEADING = 32
"""Characters of a heading of two halves; a longer line without a stop is prose."""
_HAN_END = re.compile("[\u4e00-\u9fff]$")


def _looks_cut(line: str) -> bool:
    """A line of prose (it holds a comma or a stop) that ends with a Han character."""
    shortest = 12
    return len(line) >= shortest and bool(_HAN_END.search(line)) and any(mark in line for mark in "，。,")
