"""Zones that are found before numbering is read: tables of contents, lists of attachments, tables in plain text, signatures."""

import re
from itertools import pairwise

from transforms.segment.candidates import Candidate
from transforms.segment.grammar import BLANK

_TOC = re.compile(
    f"(?:^|(?<=[\\n 。\u3000]))目{BLANK}[录次](?={BLANK}(?:\\n|第|[一二三四五六七八九十]|前|序|总|\\d))", re.MULTILINE
)
_ATTACHMENT_LIST = re.compile(r"(?:^|(?<=[\n。 \u3000]))附{b}件{b}[:：]{b}(?=1{b}[.．、]|[^\s])".replace("{b}", BLANK))
_LIST_LINE = re.compile(r"[ \t\u3000]*(?:\d{1,2}[.．、][^\n。；]{2,80}|[^\n。；，]{2,60})(?:\n|$)")
_ITEMS = re.compile(r"[^\s]{2,80}(?:[ \u3000]+\d{1,2}[.．、][^\s]{2,80})*")
_TABLE_HEAD = re.compile(r"(?<!\S)序[ \u3000]?号(?=[\s])")
_NUMBER_CELL = re.compile(r"(?<!\S)\d{1,3}(?!\S)")


def find_contents(text: str, candidates: list[Candidate]) -> list[tuple[int, int]]:
    """Span of the table of contents: from 目录 to where its first entry is printed again.

    Entries are short lines without a stop, often with leaders and a page number (GB/T 9704-2012 does not regulate them).
    In a text without line breaks it ends where its first label stands again, if no stop comes before.
    """
    match = _TOC.search(text, 0, min(len(text), 20_000))
    if match is None:
        return []
    end = _end_by_lines(text, match.end())
    if end < 0:
        first = next((c for c in candidates if c.start >= match.end()), None)
        again = first and next(
            (c for c in candidates if c.start > first.start and c.family is first.family and c.number == first.number),
            None,
        )
        if not again or any(c in "。！？!?" for c in text[match.end() : again.start]):
            return []
        end = again.start
    while end > match.start() and text[end - 1] in " \t\u3000\n\r":
        end -= 1
    return [(match.start(), end)]


_LEADER = re.compile(r"[ \u3000.…·．\-—]*\d{0,4}[ \u3000]*$")


def _end_by_lines(text: str, start: int) -> int:
    """End of the run of entries that are lines; -1 where the first entry is not printed again after them."""
    first = ""
    count = 0
    position = start
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end].strip()
        entry = re.sub(r"\s", "", _LEADER.sub("", line))
        if entry:
            if first and (entry == first or "。" in line or len(line) > LONGEST_ENTRY):
                return position if count > 1 and entry == first else -1
            first = first or entry
            count += 1
        position = end + 1
    return -1


LONGEST_ENTRY = 80


def find_attachment_lists(text: str) -> list[tuple[int, int]]:
    """Spans of 附件说明 (附件：1.… 2.…): names of what is attached, no divisions of the text (GB/T 9704-2012 7.3.4)."""
    spans = []
    for match in _ATTACHMENT_LIST.finditer(text):
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        items = _ITEMS.match(text, match.end(), end)
        if items and items.end() < end:
            # Breaks became blanks: the list goes on as long as its numbers do; the signature follows.
            spans.append((match.start(), items.end()))
            continue
        numbered = text[match.end()] == "1"
        while numbered and (line := _LIST_LINE.match(text, end + 1)) and re.match(r"\s*\d", line.group()):
            end = line.end() - 1 if line.group().endswith("\n") else line.end()
        spans.append((match.start(), end))
    return spans


def find_tables(text: str) -> list[tuple[int, int]]:
    """Spans of tables whose cells stand apart by line breaks or blanks: a head 序号, then numbers that stand alone.

    The last row is as long as the rows before it; a heading of a chapter, section, box or attachment ends it sooner.
    """
    spans: list[tuple[int, int]] = []
    for match in _TABLE_HEAD.finditer(text):
        if spans and match.start() < spans[-1][1]:
            continue
        following = _AFTER_TABLE.search(text, match.end())
        end = following.start() if following else len(text)
        numbers = [m.start() for m in _NUMBER_CELL.finditer(text, match.end(), end)]
        if len(numbers) < 2:
            continue
        rows = [text.count("\n", a, b) for a, b in pairwise(numbers)]
        height = sorted(rows)[len(rows) // 2]
        position = numbers[-1]
        for _ in range(height):
            position = text.find("\n", position + 1, end)
            if position < 0:
                position = end
                break
        spans.append((match.start(), position if height else end))
    return spans


_AFTER_TABLE = re.compile(
    r"(?<!\S)附[ \u3000]?[件表录](?![^\s\d：:])|(?m:^)[ \t\u3000]*(?:第[ \u3000]*[一二三四五六七八九十百]+[ \u3000]*[编章节]|专栏[ \u3000]*\d)"
)
