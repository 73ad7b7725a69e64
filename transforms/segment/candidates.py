"""Marks that may number a division, each with what speaks for and against it at its place."""

import re
from enum import IntEnum
from typing import NamedTuple

from transforms.segment.grammar import SUB, Family, Grammar, dotted_number, number_of
from transforms.segment.lexicon import DATE

STOPS = "。！？；：!?;:…"
CLOSERS = "”’」』）)】》"
BLANKS = " \t\u3000\xa0\u2002\u2003"


class Boundary(IntEnum):
    """What stands before a mark, strongest last."""

    MID = 0
    BLANK = 1
    STOP = 2
    STOP_BLANK = 3
    LINE = 4


MID, BLANK, STOP, STOP_BLANK, LINE = Boundary
"""By their own names: a member is looked up by a function of Python, which is felt where it is asked for every mark."""

# Log-odds by judgement, in steps of one: about a factor of three. What decides is the sum with the step of the sequence
# (chain.py); they were set on the composed samples and checked on the reviewed documents.
PRIOR = {MID: -5.0, BLANK: -0.5, STOP: 1.0, STOP_BLANK: 3.0, LINE: 4.0}
REFERENCE = -8.0
QUOTED = -12.0
BLANK_AFTER = 1.5
SOFT = -6.0
HOPELESS = -9.0
"""No step of a sequence outweighs this: the mark is left out at once."""


class Candidate(NamedTuple):
    """A mark at a place of the reading text.

    Attributes:
        prior: What speaks for a division at this place, in log-odds, `doubt` left out.
        repaired: The mark as it should read, where a numeral was misread; it is taken only as the next of its sequence.
        doubt: What speaks against it inside a line: a word before that cites (依照第八条), a word after that mostly follows a
            citation. Does not count where a title ends before the mark.

    """

    start: int
    end: int
    family: Family
    number: int
    boundary: Boundary
    prior: float
    doubt: float
    repaired: str | None


def find_candidates(text: str, grammar: Grammar) -> list[Candidate]:
    """Find all marks, in order."""
    quoted = quoted_spans(text)
    found: list[Candidate] = []
    at_quote = 0
    for match in grammar.pattern.finditer(text):
        start, end = match.span()
        family = grammar.families[int((match.lastgroup or "f0")[1:])]
        boundary = boundary_before(text, start)
        if boundary is MID and not family.alone and not _may_follow_title(text, start):
            continue
        if family.only_at_line and boundary < STOP_BLANK and not _decimal_in_text(text, end, family, boundary):
            continue
        if _HISTORY.match(text, end) or (boundary is MID and text.endswith(family.never_after, 0, start)):
            continue
        mark = match.group()
        mended = mark if _DIGIT.search(mark) else mark.translate(grammar.look_alikes)
        number = dotted_number(mark) if family.dotted else number_of(mended)
        if not number:
            continue
        while at_quote < len(quoted) and quoted[at_quote][1] <= start:
            at_quote += 1
        inside = at_quote < len(quoted) and quoted[at_quote][0] < start
        prior = PRIOR[boundary] + (QUOTED if inside else 0.0) + _context(text, end, family, boundary, grammar.words)
        if prior <= HOPELESS:
            continue
        doubt = REFERENCE if boundary <= STOP and text.endswith(family.not_after, max(0, start - 4), start) else 0.0
        if boundary is MID and family.soft_before and text.startswith(family.soft_before, end):
            doubt += SOFT
        found.append(Candidate(start, end, family, number, boundary, prior, doubt, mended if mended != mark else None))
    return found


_DIGIT = re.compile(r"\d")
_HISTORY = re.compile(f"[ \u3000]*{DATE}[^。\n]{{0,60}}(?:制定|修正|公布|发布|施行|废止)")
"""An entry of the history of an act (沿革: 1.中华民国…令制定公布全文): when and how it was made, no division of it."""


def _decimal_in_text(text: str, end: int, family: Family, boundary: Boundary) -> bool:
    """In flattened text a label of a decimal outline follows the title before it; its parts say whether it belongs there.

    GB/T 1.1-2020 7.3: a blank stands between the number and the heading; 1.1 may lack it, for its sequence tells it from figures.
    """
    if not family.dotted:
        return False
    return boundary is BLANK or family.dotted > 1 or text[end : end + 1] in BLANKS


def outside(candidates: list[Candidate], spans: list[tuple[int, int]]) -> list[Candidate]:
    """Marks that do not stand in the spans (contents, tables: ordered, apart), those of a decimal outline only if it is one."""
    kept: list[Candidate] = []
    at = 0
    for candidate in candidates:
        while at < len(spans) and spans[at][1] <= candidate.start:
            at += 1
        if at == len(spans) or candidate.start < spans[at][0]:
            kept.append(candidate)
    inner = [c.number // SUB for c in kept if c.family.dotted == 2]
    outer = {c.number for c in kept if c.family.dotted == 1}
    two = len(inner) == FEWEST_DECIMALS - 1 and outer.issuperset(inner)
    if len(inner) < FEWEST_DECIMALS and not two:
        kept = [c for c in kept if not c.family.dotted]
    return kept


def boundary_before(text: str, start: int) -> Boundary:
    """Classify what stands before a position."""
    i = start - 1
    while i >= 0 and text[i] in BLANKS:
        i -= 1
    if i < 0 or text[i] in "\n\r":
        return LINE
    blank = i < start - 1
    # （市发展改革委牵头） after the stop still closes the paragraph.
    if (
        text[i] in "）)"
        and (opened := max(text.rfind("（", max(0, i - 80), i), text.rfind("(", max(0, i - 80), i))) > 0
    ):
        if text[opened - 1] in STOPS:
            i = opened - 1
        elif text[opened + 1 : i].strip() in ("删除", "废止"):
            return STOP_BLANK if blank else STOP
    while i >= 0 and text[i] in CLOSERS:
        i -= 1
    if i >= 0 and text[i] in STOPS:
        return STOP_BLANK if blank else STOP
    if i >= 0 and text[i] == "则" and unnumbered_head(text, start) >= 0:
        return STOP_BLANK if blank else STOP
    return BLANK if blank else MID


_UNNUMBERED_HEAD = re.compile(r"(?:(?<=[。；！？])|(?<=[。；！？][ \u3000\n]))附[ \u3000]*则[ \u3000]*$")


def unnumbered_head(text: str, start: int) -> int:
    """Where 附则 begins that stands between a stop and this position; -1 where it does not: a chapter without a number."""
    match = _UNNUMBERED_HEAD.search(text, max(0, start - 8), start)
    return match.start() if match else -1


def _may_follow_title(text: str, start: int) -> bool:
    """No stop, comma or bracket directly before: a title may end here (一、总体要求（一）指导思想)."""
    return start > 0 and text[start - 1] not in "，,、第至和（("


def _context(text: str, end: int, family: Family, boundary: Boundary, words: tuple[str, ...]) -> float:
    """What the characters after a mark say: a blank sets a label apart (立法技术规范), 的 or 规定 makes it a reference."""
    score = 0.0
    following = text[end : end + 4]
    if following[:1] in BLANKS and following[:1]:
        score += BLANK_AFTER
    elif family.not_before and following.startswith(family.not_before) and not following.startswith(words):
        # At the head of a line a single such character may begin a title (和平发展, 目标任务).
        score += REFERENCE if boundary < STOP_BLANK else REFERENCE / 2
    elif family.soft_before and following.startswith(family.soft_before) and not following.startswith(_NAMES):
        # Inside a line see `doubt`; where a sentence begins it mostly begins the text of the division.
        score += 0.0 if boundary is MID else SOFT / 6
    return score


FEWEST_DECIMALS = 3
"""A text with fewer marks like 1.1 has no decimal outline, unless each has its 1; a figure at the head of a line is a figure."""
_NAMES = ("中华", "中国", "中外", "中央")
_QUOTE = re.compile("[“”《》\n]")


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Spans inside “…” and 《…》, ordered. A quotation may run over paragraphs when its last one closes it.

    Numbers inside are not structure: a decision that amends a law quotes whole articles. An opening mark that never closes
    before the next one opens in the same paragraph is a slip and opens nothing. Where every paragraph of a quotation opens
    with “, the span runs from the first to the one closing mark.
    """
    spans: list[tuple[int, int]] = []
    opened = -1
    paragraph_head = True
    title_depth = 0
    title_start = -1
    for match in _QUOTE.finditer(text):
        mark = match.group()
        position = match.start()
        if mark == "\n":
            paragraph_head = True
            title_depth = 0
            continue
        if mark == "“":
            head = paragraph_head and not text[text.rfind("\n", 0, position) + 1 : position].strip(BLANKS)
            # Line breaks deleted: a paragraph of the quotation ends and the next opens with “ again.
            again = opened > 0 and text[opened - 1] in "：:" and text[position - 1] in "。；"
            if opened < 0 or not (head or again):
                opened = position
        elif mark == "”":
            if opened >= 0:
                spans.append((opened, position + 1))
            opened = -1
        elif mark == "《":
            if not title_depth:
                title_start = position
            title_depth += 1
        elif title_depth:
            title_depth -= 1
            if not title_depth:
                spans.append((title_start, position + 1))
        paragraph_head = False
    spans.sort()
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
