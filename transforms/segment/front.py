"""Front matter: what stands before the text proper. Title, number, dates, addressee, header fields, placeholders.

Order and forms follow GB/T 9704-2012 (版头, 标题, 主送机关), the disclosure directory (header fields) and the 题注 of acts
(organ and date under the title).
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from transforms.segment.blocks import Block, chunks, squeeze, trim
from transforms.segment.dates import parse_date
from transforms.segment.grammar import BLANK
from transforms.segment.history import events_of
from transforms.segment.lexicon import DATE, DOCUMENT_NUMBER, NUMERIC_DATE, Lexicon

LONGEST_TITLE_LINE = 70
LONGEST_FRONT = 80
MOST_TITLE_LINES = 6
UNNUMBERED_CHAPTER = re.compile("^[附总][ \u3000]*则$")
PREFACE = re.compile("^[序前引导][ \u3000]*言$")
"""Headings of divisions that bear no number: 附则, 序言."""

ADOPTION = re.compile(
    rf"^[（(]?(?:(?:[0-9]{{1,2}}[.．、])?{DATE}|最新[异修]动日期|[^。]{{0,30}}令第)[^。]*(?:通过|公布|发布|施行|修订|修正|批准|修改|令|制定|订定|根据|日期|会议)",
)
_STOPPED_NOTE = re.compile("(?:通过|批准|公布|发布|修订|修正|施行)[）)]?。$")
"""The last line of a 题注 over several lines, which some sources close with a stop."""
_ADOPTED_BY = re.compile(
    rf"(?P<date>{DATE})[ \u3000]*(?P<organ>[^，。；（）()]{{4,60}}?(?:会议|大会|常务会|全会|办公会))[^，。；]{{0,8}}?通过"
)
_DATE_LINE = re.compile(rf"^[（(]?(?:{DATE}|{NUMERIC_DATE})[）)]?$")
NUMBER_LINE = re.compile(f"^[（(]?(?:{DOCUMENT_NUMBER})[）)]?$")
SPEECH = re.compile(r"^[—－\-]{1,4}.*(?:会议上|大会上|会上)$|^[（(].*(?:会议上|大会上)[）)]$")
LONGEST_POST = 24
_COPY_NUMBER = re.compile("[0-9]{6}$")
"""份号 (GB/T 9704-2012 7.2.1)."""
_PERSON = re.compile(r"[\u4e00-\u9fff·][\u4e00-\u9fff· \u3000]{1,8}")
_BLANKS = re.compile("[ \u3000]+")
_FLAT_TITLE = re.compile(
    r"^(?P<organ>[^。；：，]{0,60}?)关于(?:《[^《》]*》|[^。；《》]){1,120}?"
    r"的(?:通知|意见|决定|批复|公告|通告|复?函|报告|决议|指导意见|实施意见|实施方案|答复|解释|规定|说明|建议|请示|议案|通报)"
    r"(?![，。、》和精要的])"
)
_FLAT_SPEECH = re.compile("^在[^。；：，]{2,60}?[上时]的(?:讲话|发言|致辞|报告|演讲)(?![，。、》和的])")
LONGEST_FLAT_TITLE = 240
SHORTEST_FLAT_TITLE = 6
LONGEST_BARE_HEAD = 12
"""Before 关于 stands the name of an organ; so many characters at most need not end like one."""
_FLAT_REPORT = re.compile(rf"^[^。；：，]{{0,20}}?{BLANK.join('工作报告')}(?=[ \u3000]*(?:[—－（(-]|各位))")
_FLAT_ORDER = re.compile(
    r"^[\u4e00-\u9fff]{2,40}?(?:令|公告)(?=[ \u3000]*(?:[〔（(]?第?[一二三四五六七八九十]{1,4}届[〕）)]?[ \u3000]*)?"
    r"[（(]?第[ \u3000]*[\d０-９一二三四五六七八九十百]{1,5}[ \u3000]*号)"
)
_YEAR_AND_NUMBER = rf"[〔\[［（(【]{BLANK}(?:19|20)[0-9]{{2}}{BLANK}[〕\]］）)】]{BLANK}第?{BLANK}[0-9]{{1,5}}{BLANK}号"
_MASTHEAD = re.compile(
    "(?P<other>[0-9]{6})?(?P<secrecy>[绝机秘]密(?:★(?:[0-9一二三四五六七八九十]{1,2}年|长期))?)?"
    "(?P<urgency>特急|加急|特提|平急|急件)?(?P<organ>[^。；：，]{2,40}?文件)?"
    f"(?P<number>[\u4e00-\u9fffA-Za-z]{{2,10}}{_YEAR_AND_NUMBER})?"
)
"""版头 (GB/T 9704-2012 7.2): 份号, 密级, 紧急程度, 发文机关标志, 发文字号, their line breaks deleted."""
_NUMBER_AHEAD = re.compile(f"[\u4e00-\u9fffA-Za-z]{{1,8}}{_YEAR_AND_NUMBER}")
_FOOTNOTE = re.compile(r"[\[［〔][0-9]{1,2}[\]］〕]$")
_ORDER = re.compile("^(?:中华人民共和国)?(?P<organ>[\u4e00-\u9fff]{2,30})令$")
_IN_BRACKETS = re.compile(r"[（(](?:[^（）()。]|[（(][^（）()。]*[）)])*[）)]")
_BARE_ADOPTION = re.compile(
    rf"{DATE}[ \u3000]*(?:[^，。；：（）()]{{4,60}}?(?:会议|大会)[^，。；]{{0,4}}?通过(?![了的，、。《])"
    rf"|[^，。；：（）()]{{2,120}}?(?:批准|公布|发布|修订|修正)(?=$|[ \u3000（(第目一总为根]|{DATE}))"
)
"""An entry of a 题注 without brackets; what follows it is the next one, a division or a sentence on the purpose."""
_GLUED_NUMBER = re.compile(f"[（(]?(?:{DOCUMENT_NUMBER})[）)]?")
_GLUED_SPEECH = re.compile(r"[—－\-]{1,4}[^。；：]{4,60}?(?:会议上|大会上)")
_SENTENCE_OR_CALL = re.compile("[。：:]")
_GLUED_SPEAKER = re.compile(r"[^。，：]{2,40}?(?=各位)")
_GLUED_ADDRESSEE = re.compile(r"[^。；！？《》\n]{2,200}?[：:]")


@dataclass(slots=True)
class Front:
    """What the front matter holds.

    Attributes:
        roles: (start, end, role) of its characters.
        title: Spans of the title's lines, in order.
        subtitle: Span of the subtitle, if any.
        fields: Columns of `documents` that it fills, as printed or as dates.
        body: Index of the first block that is not front matter.
        header: Field -> span of its value in the disclosure header, empty values left out.
        numbers: Spans of the numbers that stand on lines of their own.

    """

    roles: list[tuple[int, int, str]] = field(default_factory=list)
    title: list[tuple[int, int]] = field(default_factory=list)
    subtitle: tuple[int, int] | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    body: int = 0
    header: dict[str, tuple[int, int]] = field(default_factory=dict)
    numbers: list[tuple[int, int]] = field(default_factory=list)


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
        pieces = _pieces(text, block, lexicon, noted="history" in front.fields)
        if not pieces or (not closed and len(titles[-1]) >= MOST_TITLE_LINES):
            break
        for a, b in pieces:
            line = text[a:b]
            role = _metadata(line, (a, b), front, lexicon)
            if role:
                front.roles.append((a, b, role))
                closed = True
                continue
            if closed and not (
                titles and titles[-1][-1][1] == blocks[index - 1].end and is_title_suffix(line, lexicon)
            ):
                titles.append([])
            titles[-1].append((a, b))
            front.roles.append((a, b, "heading"))
            closed = lexicon.title_end.search(squeeze("".join(text[x:y] for x, y in titles[-1]))) is not None
        front.body = index + 1
    _choose_title(text, titles, front, lexicon)
    return front


def _pieces(text: str, block: Block, lexicon: Lexicon, *, noted: bool) -> list[tuple[int, int]]:
    """Lines of front matter in a block, or nothing where the block is prose; `noted` says that a line of a 题注 stands above."""
    line = text[block.start : block.end]
    if noted and _STOPPED_NOTE.search(line) and ADOPTION.match(line):
        return [(block.start, block.end)]
    if lexicon.header.match(line):
        return [(block.start, block.end)]  # 内容概述 is a sentence, and a field
    if (note := _note_behind(line, lexicon)) > 0:
        return [trim(text, block.start, block.start + note), (block.start + note, block.end)]
    occasion = _GLUED_SPEECH.search(line) if line.find("上") > 0 and not _SENTENCE_OR_CALL.search(line) else None
    if occasion and _formula(line, lexicon) == occasion.start():
        cuts = (0, *occasion.span(), len(line))
        return [trim(text, block.start + a, block.start + b) for a, b in pairwise(cuts) if a < b]
    if "。" in line.rstrip("。") or line.endswith(("。", "；", "，")):
        return []
    if line.startswith(("各", "你")) and _is_addressee(line, lexicon):
        return [(block.start, block.end)]  # a blank inside it is a slip: 各县 （区）人民政府：
    pieces = _line_pieces(text, block, lexicon) if _BLANKS.search(line) else [(block.start, block.end)]
    # Line breaks that became blanks: a number, a date or the addressee stands behind the title.
    adopted = line[0] not in "（(" and any(_BARE_ADOPTION.fullmatch(text, a, b) for a, b in pieces[1:])
    if (adopted or any(_is_line_of_its_own(text[a:b], lexicon) for a, b in pieces[1:])) and all(
        _is_front_line(text[a:b], lexicon) for a, b in pieces
    ):
        return pieces
    if _is_front_line(line, lexicon):
        return [(block.start, block.end)]
    return []


def _line_pieces(text: str, block: Block, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Pieces between blanks that were line breaks.

    A date and the meeting behind it are one line of a 题注 (2005年5月20日　某某会议通过), post and name are one speaker.
    """
    pieces: list[tuple[int, int]] = []
    for a, b in chunks(text, block.start, block.end):
        before = pieces[-1] if pieces else (a, a)
        dated = text[before[1] - 1] == "日" and _BARE_ADOPTION.fullmatch(text, before[0], b)
        if dated or (text.endswith(lexicon.words["post"], *before) and speaker(text[before[0] : b], lexicon)):
            pieces[-1] = (before[0], b)
        else:
            pieces.append((a, b))
    return pieces


def _note_behind(line: str, lexicon: Lexicon) -> int:
    """Where the 题注 begins that stands behind the title in its line, up to the end; 0 where none does."""
    if "。" in line or not line.endswith(("）", ")", "通过", "批准", "公布", "发布", "修订", "修正")):
        return 0
    return _before_a_note(line, lexicon)[1]


def _before_a_note(line: str, lexicon: Lexicon) -> tuple[int, int]:
    """End of a title that its 题注 follows, and where that begins; 0 where none does."""
    for match in (*_IN_BRACKETS.finditer(line), *_BARE_ADOPTION.finditer(line)):
        title = line[: match.start()].rstrip(" \u3000")
        if ADOPTION.match(match.group()) and _names_a_text(title, lexicon):
            return len(title), match.start()
    return 0, 0


def _names_a_text(line: str, lexicon: Lexicon) -> bool:
    """It ends like a title and holds no stop (GB/T 9704-2012 7.3.1: 文种 ends the title)."""
    return not any(c in "。；，！？" for c in line) and lexicon.title_end.search(squeeze(line)) is not None


def _is_line_of_its_own(line: str, lexicon: Lexicon) -> bool:
    """A number, a date, an addressee or a header field: forms that never share a line with the title."""
    return bool(
        NUMBER_LINE.match(line) or _DATE_LINE.match(line) or _is_addressee(line, lexicon) or lexicon.header.match(line)
    )


def _is_front_line(line: str, lexicon: Lexicon) -> bool:
    """Short as a line of a title, or of a form that only front matter has."""
    if len(line) <= LONGEST_TITLE_LINE and not line.endswith(("：", ":")):
        return True
    return bool(ADOPTION.match(line) or _is_addressee(line, lexicon) or lexicon.header.match(line))


def _is_addressee(line: str, lexicon: Lexicon) -> bool:
    """主送机关: organs or people, with a full-width colon after the last one (GB/T 9704-2012 7.3.2)."""
    return (
        line.endswith(("：", ":"))
        and any(word in line for word in lexicon.words["addressee"])
        and "如下" not in line
        and not line[:-1].endswith(lexicon.words["no_addressee"])
        and _formula(line, lexicon) == 0
    )


def is_title_suffix(line: str, lexicon: Lexicon) -> bool:
    """（试行）, （草案）, （2024年修订） on a line of its own ends the title above it (立法技术规范: 题注 and status follow the name)."""
    status = re.match(r"^[（(](?:[12]\d{3}年)?([^（）()]{1,8})[）)]$", line)
    return status is not None and status.group(1) in lexicon.words["title_suffix"]


def speaker(line: str, lexicon: Lexicon) -> str | None:
    """Name of a person after the post, with a blank between (总理　某某): who speaks, or who signs an order.

    GB/T 9704-2012 10.1: an order is signed with 签发人职务 and 签名章.
    """
    for blank in _BLANKS.finditer(line[: LONGEST_POST + 4]):
        post, name = line[: blank.start()], line[blank.end() :]
        if post.endswith(lexicon.words["post"]) and _PERSON.fullmatch(name):
            return name
    return None


def _metadata(line: str, span: tuple[int, int], front: Front, lexicon: Lexicon) -> str:
    """Role of a line that is no part of the title; fills the fields. One form after the other, the surest first."""
    fields = front.fields
    words = lexicon.words
    if line in words["placeholder"]:
        return "furniture"
    if marked := _read_marks(line, span, lexicon):
        for name, mark in marked.items():
            fields.setdefault(name, mark)
        return "metadata"
    if header := lexicon.header.match(line):
        label = squeeze(header.group(1))
        value = (span[0] + header.start(2), span[0] + header.end(2))
        if header.group(2).strip() and header.group(2).strip() not in words["placeholder"]:
            fields.setdefault(lexicon.header_fields[label], value)
            front.header.setdefault(lexicon.header_fields[label], value)
        return "metadata"
    if _DATE_LINE.match(line):
        if (date := parse_date(line)) is not None:
            # A date in figures belongs to the page (发布日期); one with 年月日 to the document.
            fields.setdefault("written_on" if "年" in line else "published_on", date)
            return "metadata"
        return ""
    if NUMBER_LINE.match(line):
        fields.setdefault("document_number", span)
        front.numbers.append(span)
        return "metadata"
    if ADOPTION.match(line):
        read_adoption(line, fields)
        fields.setdefault("history", []).extend(events_of(line, span[0]))
        return "metadata"
    if SPEECH.match(line):
        front.subtitle = span
        return "heading"
    if speaker(line, lexicon):
        fields.setdefault("signatory", span)
        return "metadata"
    if _is_addressee(line, lexicon):
        fields.setdefault("addressee", (span[0], span[1] - 1))
        return "metadata"
    if line.startswith(("——", "--")):
        front.subtitle = front.subtitle or span
        return "heading"
    return ""


def _read_marks(line: str, span: tuple[int, int], lexicon: Lexicon) -> dict[str, tuple[int, int]]:
    """份号, 密级 with its term (机密★1年), 紧急程度, alone or on one line (GB/T 9704-2012 7.2.1 to 7.2.3), 公开属性; empty where there is more."""
    found: dict[str, tuple[int, int]] = {}
    for piece in re.finditer(r"\S+", line):
        mark = piece.group()
        place = (span[0] + piece.start(), span[0] + piece.end())
        if mark in lexicon.words["urgency"]:
            found.setdefault("urgency", place)
        elif mark in lexicon.words["disclosure"]:
            found.setdefault("disclosure", place)
        elif _COPY_NUMBER.match(mark):
            found.setdefault("other", place)
        elif mark.split("★", maxsplit=1)[0] in lexicon.words["secrecy"]:
            found.setdefault("secrecy", place)
        else:
            return {}
    return found


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


def _choose_title(text: str, titles: list[list[tuple[int, int]]], front: Front, lexicon: Lexicon) -> None:
    """The title among the unmarked lines: the one that ends like a title; a page repeats it, the first print counts.

    A prefix that the page sets before it (全文公布!) stays heading and is left out of the title.
    """
    if not titles:
        return
    joined = [squeeze("".join(text[a:b] for a, b in spans)) for spans in titles]
    order = sorted(range(len(titles)), key=lambda i: (lexicon.title_end.search(joined[i]) is None, i))
    best = order[0]
    spans = list(titles[best])
    start, end = spans[0]
    for prefix in lexicon.words["title_prefix"]:
        match = re.match(re.escape(prefix) + r"[!！：:丨|\s]+", text[start:end])
        if match:
            spans[0] = (start + match.end(), end)
            break
    start, end = spans[-1]
    if note := _FOOTNOTE.search(text, start, end):
        spans[-1] = (start, note.start())
    front.title = spans
    _read_order(text, front, lexicon)


def _read_order(text: str, front: Front, lexicon: Lexicon) -> None:
    """An order names its organ in the title, and its number goes on from there: 国务院令 第764号.

    GB/T 9704-2012 10.1: 发文机关标志 is the organ with 令, the 令号 stands under it.
    """
    start, end = front.title[-1]
    order = _ORDER.match(text[start:end])
    if order is None or len(front.title) > 1:
        return
    offset = start
    if lexicon.organ.search(order.group("organ")):
        offset = start + order.start("organ")
        front.fields.setdefault("issuer", (offset, start + order.end("organ")))
    number = front.fields.get("document_number")
    if isinstance(number, tuple) and end <= number[0] and not text[end : number[0]].strip():
        front.fields["document_number"] = (offset, number[1])


def read_glued_head(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[Front, int] | None:
    """Head of a text whose line breaks were deleted, and where its prose begins; None where it opens with no title.

    GB/T 9704-2012 7.2.5 and 7.3.1 f.: title, number, addressee; 题注 of acts; of a speech the occasion, the speaker and
    the address. The forms follow the title without a sentence between them.
    """
    head = Front()
    start = _read_masthead(text, start, end, head)
    title = flat_title(text, start, end, lexicon)
    if title is None:
        return None
    front = Front(roles=[*head.roles, (*title, "heading")], title=[title], fields=head.fields)
    position = title[1]
    while (form := _glued_form(text, *trim(text, position, end), lexicon)) is not None:
        # The organ of the speaker is no field: a line of the head like the title.
        front.roles.append((*form, _metadata(text[slice(*form)], form, front, lexicon) or "heading"))
        position = form[1]
    _read_order(text, front, lexicon)
    return front, position


def _glued_form(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """A form of the front matter that begins here: 题注, number, occasion of a speech, speaker, addressee."""
    for pattern, is_form in (
        (_IN_BRACKETS, lambda line: ADOPTION.match(line) or _DATE_LINE.match(line)),
        (_BARE_ADOPTION, ADOPTION.match),
        (_GLUED_NUMBER, NUMBER_LINE.match),
        (_GLUED_SPEECH, SPEECH.match),
        (_GLUED_SPEAKER, lambda line: speaker(line, lexicon) or lexicon.organ.search(line)),
        (_GLUED_ADDRESSEE, lambda line: _names_addressees(line, lexicon)),
    ):
        match = pattern.match(text, start, end)
        if match and is_form(match.group()):
            return match.span()
    return None


def _names_addressees(line: str, lexicon: Lexicon) -> bool:
    """Where no line break sets it apart, the addressee ends like the name of an organ or of people and opens no sentence."""
    last = re.sub("[（(][^（）()]*[）)]$", "", line[:-1])
    return (
        _is_addressee(line, lexicon)
        and (lexicon.organ.search(last) is not None or last.endswith(lexicon.words["addressee_ends"]))
        and not line.startswith(lexicon.words["sentence_opens"])
    )


def _read_masthead(text: str, start: int, end: int, front: Front) -> int:
    """Read the 版头 that stands before the title; where it ends."""
    match = _MASTHEAD.match(text, start, end)
    if match is None or not (match["number"] or match["secrecy"] or match["urgency"]):
        return start
    for name in ("other", "secrecy", "urgency", "organ", "number"):
        span = match.span(name)
        if span[0] < 0:
            continue
        front.roles.append((*span, "heading" if name == "organ" else "metadata"))
        if name != "organ":
            front.fields["document_number" if name == "number" else name] = span
    return match.end()


def flat_title(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """Title at the head of a text whose line breaks became blanks or were deleted.

    Its words tell where it ends (某某关于……的通知, 政府工作报告, 某某令 over its number), or what stands behind it: 题注, number,
    the blank that was a line break. A sentence that cites a document (根据……关于……的通知，) has none.
    """
    line = text[start : min(end, start + LONGEST_FLAT_TITLE)]
    length = next(
        filter(None, (way(line, lexicon) for way in (_formula, _before_a_form, _in_pieces, _before_the_text))), 0
    )
    if note := _FOOTNOTE.search(line, 0, length):
        length = note.start()
    return (start, start + length) if length else None


def _formula(line: str, lexicon: Lexicon) -> int:
    """End of a title that its words tell: 某某关于……的通知 up to its 文种, 在……上的讲话, 政府工作报告, 某某令 over its number; or 0.

    GB/T 9704-2012 7.3.1: 发文机关, 事由 and 文种.
    """
    match = _FLAT_TITLE.match(line)
    if match:
        organ = match.group("organ").rstrip(" \u3000")
        named = len(organ) <= LONGEST_BARE_HEAD or lexicon.organ.search(organ) is not None
        return match.end() if named else 0
    formula = _FLAT_REPORT.match(line) or _FLAT_ORDER.match(line) or _FLAT_SPEECH.match(line)
    return formula.end() if formula else 0


def _before_a_form(line: str, lexicon: Lexicon) -> int:
    """End of a title that its number or its 题注 follows; 0 where none does."""
    if noted := _before_a_note(line, lexicon)[0]:
        return noted
    for match in _NUMBER_AHEAD.finditer(line):
        for place in range(match.start(), match.end()):
            title = line[:place].rstrip(" \u3000")
            if _NUMBER_AHEAD.match(line, place) and _names_a_text(title, lexicon):
                return len(title)
    return 0


def _in_pieces(line: str, lexicon: Lexicon) -> int:
    """End of the pieces between blanks that are lines of a title; 0 where prose begins before they end like one."""
    pieces = chunks(line, 0, len(line))
    for _, end in pieces[: min(MOST_TITLE_LINES, len(pieces) - 1)]:
        if any(c in "。；：，！？" for c in line[:end]):
            return 0
        if _names_a_text(line[:end], lexicon):
            return end
    return 0


_OPENS_TEXT = re.compile("为了?(?!期)|根据|按照|(?:19|20)[0-9]{2}年|今年|近日|近年来")


def _before_the_text(line: str, lexicon: Lexicon) -> int:
    """End of a title that the first words of the text follow (某某市停车管理办法为了加强停车管理，…); 0 where none does."""
    if line.startswith(lexicon.words["sentence_opens"]):
        return 0
    for match in _OPENS_TEXT.finditer(line, SHORTEST_FLAT_TITLE, LONGEST_TITLE_LINE):
        title = line[: match.start()].rstrip(" \u3000")
        if _names_a_text(title, lexicon):
            return len(title)
    return 0
