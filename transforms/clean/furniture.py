"""Page furniture and markup: characters that are printed but not read."""

import re
from collections import Counter
from collections.abc import Sequence

FEW_BREAKS = 2
"""A text with no more line breaks than this has lost them."""
Mark = tuple[int, int, str, str]
"""start, end, role, reason"""

_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe]+")

# 公文 prints page numbers as — 3 — (GB/T 9704-2012, 7.5); other converters write -3-, · 3 ·, 第3页, 3/12.
_PAGE_NUMBER = re.compile(
    r"\n([ \t\u3000]*(?:[—–\-－·•]+[ \u3000]*\d{1,4}[ \u3000]*[—–\-－·•]+|第[ \u3000]*\d{1,4}[ \u3000]*页"
    r"(?:[ \u3000,，/]*共[ \u3000]*\d{1,4}[ \u3000]*页)?|\d{1,4}[ \u3000]*/[ \u3000]*\d{1,4})[ \t\u3000]*)(?![^\n])",
)
_SEPARATOR = re.compile(
    r"\n([ \t\u3000]*(?:[-_=*~＝＊—─━]{3,}|[-—*＊·•]{1,2}[ \u3000][-—*＊·• \u3000]+)[ \t\u3000]*)(?![^\n])"
)
_MARKDOWN_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(?=\S)")
_MARKDOWN_HEADING_IN_LINE = re.compile(r"(?<!#)#{1,6}[ \t]+(?=[^\s#])")
"""A heading mark whose line break was lost with all the others."""
_MARKDOWN_EMPHASIS = re.compile(r"\*\*(?=[^\s*][^*\n]*\*\*)|(?<=[^\s*])\*\*")


_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?s:.{1,20000}?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
"""YAML at the head of a Markdown file, between two fences."""
_MARKDOWN_MARKS = (
    # Marker and others write the number of a page before a line.
    ("furniture", "page_break", re.compile(r"(?m)^\{\d{1,5}\}-{3,}[ \t]*$")),
    ("markup", "image", re.compile(r"!\[[^\]\n]{0,300}\]\([^()\s]{0,2000}\)")),
    # What a converter escapes so that it is read as it is printed: 1\. and \_
    ("markup", "escape", re.compile(r"\\(?=[!-/:-@\[-`{-~])")),
)


def _markdown(text: str) -> list[Mark]:
    """Front matter, comments and marks of a Markdown file."""
    found: list[Mark] = []
    front = _FRONT_MATTER.match(text)
    if front:
        found.append((front.start(), front.end(), "metadata", "front_matter"))
    start = text.find("<!--")
    while start >= 0 and (end := text.find("-->", start + 4)) >= 0:
        found.append((start, end + 3, "markup", "comment"))
        start = text.find("<!--", end + 3)
    for role, code, pattern in _MARKDOWN_MARKS:
        found += [(m.start(), m.end(), role, code) for m in pattern.finditer(text)]
    return found


def find_marks(text: str, source_format: str, heads: Sequence[tuple[int, int]] = ()) -> list[Mark]:
    """Find what is not read, as (start, end, role, reason), ordered and not overlapping.

    Markdown marks are looked for in Markdown files and in text that carries at least two heading marks: converters save
    Markdown under .txt. `heads` are heads and feet of pages that the container tells apart by their place.
    """
    found = [(m.start(), m.end(), "furniture", "invisible") for m in _INVISIBLE.finditer(text)]
    pages = [(start, end, "furniture", "page_number") for start, end in _whole_lines(_PAGE_NUMBER, text)]
    found += pages
    found += [(start, end, "furniture", "separator") for start, end in _whole_lines(_SEPARATOR, text)]
    found += _running_heads(text, pages)
    found += [(start, end, "furniture", "page_head") for start, end in [*heads, *_masthead(text)]]
    in_lines = text.count("\n") > FEW_BREAKS
    headings = list((_MARKDOWN_HEADING if in_lines else _MARKDOWN_HEADING_IN_LINE).finditer(text))
    if source_format == "markdown":
        found += _markdown(text)
    if source_format == "markdown" or len(headings) > 1:
        found += [(m.start(), m.end(), "markup", "heading_mark") for m in headings]
        found += [(m.start(), m.end(), "markup", "emphasis_mark") for m in _MARKDOWN_EMPHASIS.finditer(text)]
    # Of marks that begin together the longer one: front matter begins with a separator.
    found.sort(key=lambda mark: (mark[0], -mark[1]))
    marks: list[Mark] = []
    for mark in found:
        if not marks or mark[0] >= marks[-1][1]:
            marks.append(mark)
    return marks


def _whole_lines(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Lines of a form; its pattern begins with the line break before the line, for which a text is searched quickly."""
    return [(match.start(1) - 1, match.end(1) - 1) for match in pattern.finditer(f"\n{text}")]


def _running_heads(text: str, pages: list[Mark]) -> list[Mark]:
    """Short lines that stand beside page numbers again and again: the running head of a printed document.

    Printers repeat title or organ at the head or foot of each page; once is a line of the text.
    """
    least = 2
    lines: list[Mark] = []
    for start, end, _, _ in pages:
        for a, b in (_line_after(text, end), _line_before(text, start)):
            if 0 < len(text[a:b].strip()) <= 30:
                lines.append((a, b, "furniture", "running_head"))
    counts = Counter(text[a:b].strip() for a, b, _, _ in lines)
    return [m for m in lines if counts[text[m[0] : m[1]].strip()] >= least or _PERIODICAL.match(text, m[0], m[1])]


_MASTHEAD = re.compile(
    r"[ \t\u3000]*(?:[\u4e00-\u9fff]{2,10}(?:日报|晚报|早报|晨报|时报|周报|都市报|商报|青年报)"
    r"|(?:19|20)\d\d[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?[ \u3000]*(?:星期[一二三四五六日天])?"
    r"|第?[ \u3000]*(?:[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})[ \u3000]*版"
    r"(?:[：: \u3000]*(?:综合新闻|本地新闻|时政|要闻|综合|新闻|头版|理论|评论|观点|深度|副刊|文艺|周刊|"
    r"国际|国内|经济|社会|民生|文化|教育|科教|体育|专版|专题|广告)(?=[\s]))?"
    r"|总?第[ \u3000]*\d{1,6}[ \u3000]*期)[ \t\u3000\r]*(?=[\n ])"
)
_NAME_OF_PAPER = re.compile("[日晚早晨时周市商年]报[ \t\u3000\r]*$|版")
FEWEST_MASTHEAD_LINES = 2


def _masthead(text: str) -> list[tuple[int, int]]:
    """Name of the paper, date and number of the page, each on a line of its own (or between blanks) at the head of a page."""
    lines: list[tuple[int, int]] = []
    position = 0
    while line := _MASTHEAD.match(text, position):
        lines.append(line.span())
        position = line.end() + 1
    named = any(_NAME_OF_PAPER.search(text[a:b]) for a, b in lines)
    return lines if named and len(lines) >= FEWEST_MASTHEAD_LINES else []


_PERIODICAL = re.compile(
    r"[^。，；\n]{0,30}(?:公报|政报|简报|学报)[ \u3000]*(?:19|20)\d\d年[ \u3000]*第[ \u3000]*\d+[ \u3000]*[期号]"
)
"""Name and number of a gazette beside a page number: its running head, however often it stands."""


def _line_after(text: str, position: int) -> tuple[int, int]:
    while position < len(text) and text[position] in "\r\n \u3000":
        position += 1
    end = text.find("\n", position)
    return position, len(text) if end < 0 else end


def _line_before(text: str, position: int) -> tuple[int, int]:
    while position > 0 and text[position - 1] in "\r\n \u3000":
        position -= 1
    return text.rfind("\n", 0, position) + 1, position
