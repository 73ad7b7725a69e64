"""Zones that are found before numbering is read: tables of contents, lists of attachments, tables in plain text, signatures."""

import re

from transforms.segment.candidates import STOPS, Candidate
from transforms.segment.grammar import BLANK
from transforms.segment.lexicon import DATE

_TOC = re.compile(f"(?:^|(?<=[\\n 。\u3000]))目{BLANK}[录次](?={BLANK}(?:\\n|第|[一二三四五六七八九十]|前|序|总|\\d))", re.MULTILINE)
_ATTACHMENT_LIST = re.compile(r"(?:^|(?<=[\n。 \u3000]))附{b}件{b}[:：]{b}(?=1{b}[.．、]|[^\s])".replace("{b}", BLANK))
_LIST_LINE = re.compile(r"[ \t\u3000]*(?:\d{1,2}[.．、][^\n。；]{2,80}|[^\n。；，]{2,60})(?:\n|$)")
_TABLE_HEAD = re.compile(r"(?<!\S)序[ \u3000]?号(?=[\s])")
_NUMBER_CELL = re.compile(r"(?<!\S)\d{1,3}(?!\S)")
_ATTACHMENT_LINE = re.compile(r"(?<!\S)附[ \u3000]?[件表录](?![^\s\d：:])")


def find_contents(text: str, candidates: list[Candidate]) -> list[tuple[int, int]]:
    """Span of the table of contents: from 目录 to where its first label is printed again.

    The lines of contents hold no stop; where a stop comes first, the word 目录 was something else.
    """
    match = _TOC.search(text, 0, min(len(text), 20_000))
    if match is None:
        return []
    first = next((c for c in candidates if c.start >= match.end()), None)
    if first is None:
        return []
    again = next((c for c in candidates if c.start > first.start and c.family is first.family and c.number == first.number), None)
    if again is None or any(c in STOPS for c in text[match.end() : again.start].replace("；", "")):
        return []
    start, end = match.start(), again.start
    while end > start and text[end - 1] in " \t\u3000\n\r":
        end -= 1
    return [(start, end)]


def find_attachment_lists(text: str) -> list[tuple[int, int]]:
    """Spans of 附件说明 (附件：1.… 2.…): names of what is attached, no divisions of the text (GB/T 9704-2012 7.3.4)."""
    spans = []
    for match in _ATTACHMENT_LIST.finditer(text):
        end = text.find("\n", match.end())
        end = len(text) if end < 0 else end
        if end - match.end() > 400:  # noqa: PLR2004 - a lost line break; the list ends where the first stop does
            signed = re.search(DATE, text[match.end() : match.end() + 400])
            if signed is None:
                continue
            end = match.end() + signed.start()
        numbered = text[match.end()] == "1"
        while numbered and (line := _LIST_LINE.match(text, end + 1)) and re.match(r"\s*\d", line.group()):
            end = line.end() - 1 if line.group().endswith("\n") else line.end()
        spans.append((match.start(), end))
    return spans


def find_tables(text: str) -> list[tuple[int, int]]:
    """Spans of tables whose cells stand apart by line breaks or blanks: a head 序号, then numbers that stand alone."""
    spans = []
    for match in _TABLE_HEAD.finditer(text):
        if spans and match.start() < spans[-1][1]:
            continue
        following = _ATTACHMENT_LINE.search(text, match.end())
        end = following.start() if following else len(text)
        numbers = list(_NUMBER_CELL.finditer(text, match.end(), end))
        if len(numbers) >= 2:  # noqa: PLR2004 - one number alone may be anything
            spans.append((match.start(), end))
    return spans
