"""Front matter: what stands before the text proper. Title, number, dates, addressee, header fields, placeholders.

Order and forms follow GB/T 9704-2012 (版头, 标题, 主送机关), the disclosure directory (header fields) and the 题注 of acts
(organ and date under the title).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from transforms.segment.blocks import Block, chunks
from transforms.segment.dates import parse_date
from transforms.segment.lexicon import DATE, DOCUMENT_NUMBER, NUMERIC_DATE, Lexicon

LONGEST_TITLE_LINE = 70
LONGEST_FRONT = 80
MOST_TITLE_LINES = 6
UNNUMBERED_CHAPTER = re.compile("^[附总][ \u3000]*则$")
PREFACE = re.compile("^[序前引导][ \u3000]*言$")
"""Headings of divisions that bear no number: 附则, 序言."""

_ADOPTION = re.compile(
    rf"^[（(]?(?:{DATE}|最新[异修]动日期|[^。]{{0,30}}令第)[^。]*(?:通过|公布|发布|施行|修订|修正|批准|修改|令|制定|订定|根据|日期|会议)",
)
_ADOPTED_BY = re.compile(
    rf"(?P<date>{DATE})[ \u3000]*(?P<organ>[^，。；（）()]{{4,60}}?(?:会议|大会|常务会|全会|办公会))[^，。；]{{0,8}}?通过"
)
_DATE_LINE = re.compile(rf"^[（(]?(?:{DATE}|{NUMERIC_DATE})[）)]?$")
_NUMBER_LINE = re.compile(f"^[（(]?(?:{DOCUMENT_NUMBER})[）)]?$")
_SPEECH = re.compile(r"^[—－\-]{1,4}.*(?:会议上|大会上|会上)$|^[（(].*(?:会议上|大会上)[）)]$")
_SPEAKER = re.compile(
    r"^.{0,24}(?:总理|省长|市长|县长|区长|州长|盟长|镇长|乡长|主席|主任|院长|检察长|书记|局长|部长)[ \u3000]+"
    r"[\u4e00-\u9fff·][\u4e00-\u9fff· \u3000]{1,8}$",
)
_FLAT_TITLE = re.compile(
    r"^[^。；：]{0,12}?关于[^。；]{2,120}?的(?:通知|意见|决定|批复|公告|通告|函|报告|决议|指导意见|实施意见)"
)


@dataclass(slots=True)
class Front:
    """What the front matter holds.

    Attributes:
        roles: (start, end, role) of its characters.
        title: Spans of the title's lines, in order.
        subtitle: Span of the subtitle, if any.
        fields: Columns of `documents` that it fills, as printed or as dates.
        body: Index of the first block that is not front matter.

    """

    roles: list[tuple[int, int, str]] = field(default_factory=list)
    title: list[tuple[int, int]] = field(default_factory=list)
    subtitle: tuple[int, int] | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    body: int = 0


def read_front(text: str, blocks: list[Block], lexicon: Lexicon) -> Front:
    """Read the blocks before the first label or the first paragraph of prose.

    GB/T 9704-2012 7.2 and 7.3.1 f.: number, title over one or several lines, addressee. 题注: organ and date under the title of an act.
    """
    front = Front()
    titles: list[list[tuple[int, int]]] = []
    closed = True
    for index, block in enumerate(blocks[:LONGEST_FRONT]):
        line = text[block.start : block.end]
        if block.step is not None or UNNUMBERED_CHAPTER.match(line) or PREFACE.match(line):
            break
        pieces = _pieces(text, block, lexicon)
        if not pieces or (not closed and len(titles[-1]) >= MOST_TITLE_LINES):
            break
        for a, b in pieces:
            line = text[a:b]
            role = _metadata(line, (a, b), front, lexicon)
            if role:
                front.roles.append((a, b, role))
                closed = True
                continue
            if closed:
                titles.append([])
            titles[-1].append((a, b))
            front.roles.append((a, b, "heading"))
            closed = lexicon.title_end.search(_squeeze("".join(text[x:y] for x, y in titles[-1]))) is not None
        front.body = index + 1
    _choose_title(text, titles, front, lexicon)
    return front


def _pieces(text: str, block: Block, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Lines of front matter in a block, or nothing where the block is prose."""
    line = text[block.start : block.end]
    if "。" in line.rstrip("。") or line.endswith(("。", "；", "，")):
        return []
    pieces = chunks(text, block.start, block.end)
    # Line breaks that became blanks: a number, a date or the addressee stands behind the title.
    if any(_is_line_of_its_own(text[a:b], lexicon) for a, b in pieces[1:]) and all(
        _is_front_line(text[a:b], lexicon) for a, b in pieces
    ):
        return pieces
    if _is_front_line(line, lexicon):
        return [(block.start, block.end)]
    return []


def _is_line_of_its_own(line: str, lexicon: Lexicon) -> bool:
    """A number, a date, an addressee or a header field: forms that never share a line with the title."""
    return bool(
        _NUMBER_LINE.match(line) or _DATE_LINE.match(line) or _is_addressee(line, lexicon) or lexicon.header.match(line)
    )


def _is_front_line(line: str, lexicon: Lexicon) -> bool:
    """Short as a line of a title, or of a form that only front matter has."""
    if len(line) <= LONGEST_TITLE_LINE and not line.endswith(("：", ":")):
        return True
    return bool(_ADOPTION.match(line) or _is_addressee(line, lexicon) or lexicon.header.match(line))


def _is_addressee(line: str, lexicon: Lexicon) -> bool:
    """主送机关: organs or people, with a full-width colon after the last one (GB/T 9704-2012 7.3.2)."""
    return (
        line.endswith(("：", ":")) and any(word in line for word in lexicon.words["addressee"]) and "如下" not in line
    )


def _metadata(line: str, span: tuple[int, int], front: Front, lexicon: Lexicon) -> str:  # noqa: C901, PLR0911
    """Role of a line that is no part of the title; fills the fields. One form after the other, the surest first."""
    fields = front.fields
    words = lexicon.words
    if line in words["placeholder"]:
        return "furniture"
    if line in words["disclosure"]:
        fields.setdefault("disclosure", span)
        return "metadata"
    if line in words["secrecy"] or line.split("★", maxsplit=1)[0] in words["secrecy"]:
        fields.setdefault("secrecy", span)
        return "metadata"
    if line in words["urgency"]:
        fields.setdefault("urgency", span)
        return "metadata"
    if header := lexicon.header.match(line):
        label = re.sub(r"\s", "", header.group(1))
        value = (span[0] + header.start(2), span[0] + header.end(2))
        if header.group(2).strip() and header.group(2).strip() not in words["placeholder"]:
            fields.setdefault(lexicon.header_fields[label], value)
        return "metadata"
    if _DATE_LINE.match(line):
        if (date := parse_date(line)) is not None:
            # A date in figures belongs to the page (发布日期); one with 年月日 to the document.
            fields.setdefault("written_on" if "年" in line else "published_on", date)
            return "metadata"
        return ""
    if _NUMBER_LINE.match(line):
        fields.setdefault("document_number", span)
        return "metadata"
    if _ADOPTION.match(line):
        read_adoption(line, fields)
        return "metadata"
    if _SPEECH.match(line):
        front.subtitle = span
        return "heading"
    if _SPEAKER.match(line):
        fields.setdefault("signatory", span)
        return "metadata"
    if _is_addressee(line, lexicon):
        fields.setdefault("addressee", (span[0], span[1] - 1))
        return "metadata"
    if line.startswith(("——", "--")):
        front.subtitle = front.subtitle or span
        return "heading"
    return ""


def read_adoption(line: str, fields: dict[str, Any]) -> None:
    """Dates and meeting of a 题注: (2025年12月29日…第十一次全体会议通过). Later revisions don't overwrite the first."""
    meeting = _ADOPTED_BY.search(line)
    if meeting:
        fields.setdefault("adopted_by", meeting.group("organ"))
    for match in re.finditer(DATE, line):
        following = line[match.end() : match.end() + 80]
        verb = re.search("通过|批准|公布|发布|施行|修订|修正|修改", following)
        date = parse_date(match.group())
        if verb is None or date is None:
            continue
        name = {"通过": "adopted_on", "公布": "published_on", "发布": "published_on", "施行": "effective_on"}.get(
            verb.group()
        )
        if name:
            fields.setdefault(name, date)


def _squeeze(line: str) -> str:
    return re.sub(r"\s", "", line)


def _choose_title(text: str, titles: list[list[tuple[int, int]]], front: Front, lexicon: Lexicon) -> None:
    """The title among the unmarked lines: the one that ends like a title; a page repeats it, the first print counts.

    A prefix that the page sets before it (全文公布!) stays heading and is left out of the title.
    """
    if not titles:
        return
    joined = [_squeeze("".join(text[a:b] for a, b in spans)) for spans in titles]
    order = sorted(range(len(titles)), key=lambda i: (lexicon.title_end.search(joined[i]) is None, i))
    best = order[0]
    spans = list(titles[best])
    start, end = spans[0]
    for prefix in lexicon.words["title_prefix"]:
        match = re.match(re.escape(prefix) + r"[!！：:丨|\s]+", text[start:end])
        if match:
            spans[0] = (start + match.end(), end)
            break
    front.title = spans


def flat_title(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Title at the head of a text whose line breaks were deleted: 某某关于……的通知 up to its 文种."""
    match = _FLAT_TITLE.match(text[start:end])
    return (start, start + match.end()) if match else None
