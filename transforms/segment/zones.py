"""Zones that are found before numbering is read: tables of contents, lists of attachments, tables in plain text, signatures."""

import re
from itertools import pairwise

from transforms.segment.blocks import ORGAN
from transforms.segment.candidates import Candidate
from transforms.segment.grammar import BLANK, opening
from transforms.segment.lexicon import DATE

_TOC = re.compile(
    f"目{BLANK}[录次]{BLANK}(?=\\n|第{BLANK}[一1１]|[一1１][、．.]|[1１][ \\u3000]|[序前引]{BLANK}言)",
)
_ATTACHMENT_LIST = re.compile(
    opening("附", after="\n。）) \u3000")
    + r"{b}(?:件{b})?[:：]{b}(?:(?=[^\s])|\n{b}(?=1{b}[.．、]))".replace("{b}", BLANK)
    + "|(?<![《“、，和及与见按])附件[:：](?=[1１][.．、])"
)
_LIST_LINE = re.compile(r"[ \t\u3000]*(?:\d{1,2}[.．、][^\n。；]{2,80}|[^\n。；，]{2,60})(?:\n|$)")
_ITEMS = re.compile(r"[^\s]{2,80}(?:[ \u3000]+\d{1,2}[.．、][^\s]{2,80})*")
_TABLE_HEAD = re.compile(opening("序", after=r"\s") + r"[ \u3000]?号(?=[\s])")
_NUMBER_CELL = re.compile(r"(?<!\S)\d{1,3}(?!\S)")


def find_contents(text: str, candidates: list[Candidate]) -> list[tuple[int, int]]:
    """Span of the table of contents: the marks after 目录 that follow one another with nothing but titles between.

    It is one only if its first label is printed again later. Its last entry ends where it ceases to read like the heading
    of the same number in the body; entries without a number (附件) follow as lines with leaders or as lines printed again.
    Where the word 目录 was lost, three headings in a row without a text, printed again with the same titles, are contents.
    """
    match = _TOC.search(text, 0, min(len(text), 20_000))
    if match is None:
        after = [c for c in candidates if c.family.title == "line"]
        begin = after[0].start if _printed_twice(text, after) else -1
    else:
        after = [c for c in candidates if c.start >= match.end()]
        begin = match.start()
        if not after or after[0].start - match.end() > LONGEST_ENTRY:
            return []
    if begin < 0:
        return []
    entries = [after[0]]
    for place, candidate in enumerate(after[1:], start=1):
        if _same(candidate, entries[0]):
            break
        # Contents of chapters only: the first 编 is the text's, not theirs.
        outer = candidate.family.rank < min(entry.family.rank for entry in entries)
        if outer and not any(_same(candidate, other) for other in after[place + 1 :]):
            break
        gap = text[entries[-1].end : candidate.start]
        if len(gap) > LONGEST_ENTRY or any(c in "。！？；" for c in gap):
            break
        entries.append(candidate)
    rest = after[len(entries) :]
    if len(entries) < 2 or not any(_same(c, entries[0]) for c in rest):
        return []
    last = entries[-1]
    twin = next((c for c in rest if _same(c, last)), None)
    limit = rest[0].start
    end = last.end
    while (
        twin and end < limit and twin.end + end - last.end < len(text) and text[end] == text[twin.end + end - last.end]
    ):
        end += 1
    while end > last.end and text[end - 1] in " \t\u3000\n":
        end -= 1
    if twin is None or end == last.end:
        newline = text.find("\n", last.end, limit)
        end = limit if newline < 0 else newline
    end = _further_entries(text, end, limit)
    while end > begin and text[end - 1] in " \t\u3000\n\r":
        end -= 1
    return [(begin, end)]


def _printed_twice(text: str, marks: list[Candidate]) -> bool:
    """The first three marks follow each other with titles between, and stand again further on with the same titles."""
    least = 3
    titles = [text[a.end : b.start].strip() for a, b in pairwise(marks[: least + 1])]
    if len(titles) < least or any(not title or len(title) > LONGEST_ENTRY or "。" in title for title in titles):
        return False
    return all(
        any(
            _same(other, mark) and text[other.end : other.end + 80].lstrip().startswith(title)
            for other in marks[least:]
        )
        for mark, title in zip(marks, titles, strict=False)
    )


LONGEST_ENTRY = 60
LONGEST_LIST = 300
DOTS = ".…·．-—"
LEADER = re.compile(
    rf"[ \u3000]*[{re.escape(DOTS)}]{{2,}}[ \u3000]*(?:[（(]\d{{1,4}}[）)]|\d{{0,4}})|[ \t\u3000]+(?:\d{{1,4}}|[（(]\d{{1,4}}[）)])(?=\n|$)"
)


_ENTRY_IN_LINE = re.compile("[ ]+附[ \u3000]*[件则录表][^ \\n。；]{0,60}(?=[ ])")
"""An entry without a number where line breaks became blanks."""
_LAST_ENTRY = re.compile("[ \u3000]*附[ \u3000]*[则录][ \u3000]*")
"""附则 between the last number and the text, the line breaks deleted."""
_UNNUMBERED_ENTRY = re.compile("附[ \u3000]*[件录表则]|后[ \u3000]*记|索[ \u3000]*引")


def _same(one: Candidate, other: Candidate) -> bool:
    return one.family is other.family and one.number == other.number


def _further_entries(text: str, position: int, limit: int) -> int:
    """End of the list: leaders of the last entry, then lines that have leaders or are printed again later."""
    if leader := LEADER.match(text, position):
        position = leader.end()
    while position < limit and (entry_in_line := _ENTRY_IN_LINE.match(text, position, limit)):
        position = entry_in_line.end()
    if _LAST_ENTRY.fullmatch(text, position, limit):
        return limit
    while position < limit and text[position] == "\n":
        end = text.find("\n", position + 1, limit)
        if end < 0:
            break
        line = text[position + 1 : end].strip()
        entry = LEADER.sub("", line)
        if line and not (
            entry != line
            or (_UNNUMBERED_ENTRY.match(line) and len(line) <= LONGEST_ENTRY and "。" not in line)
            or (len(line) <= LONGEST_ENTRY and f"\n{entry}\n" in text[end:])
        ):
            break
        position = end
    return position


_ATTACHMENT_HEAD = re.compile(
    opening("附", after="\n 。\u3000日）；”")
    + r"[ \u3000]?件[ \u3000]?(?:[0-9０-９一二三四五六七八九十]{1,2}(?:-[0-9])?)?[：:]?"
    r"(?=[ \u3000]*\n|[ \u3000]+\S|[0-9]|[\u4e00-\u9fff《])(?![ \u3000]*(?:所|的|中|内|和|与|规定|要求|一并|等))"
)


def find_attachment_heads(text: str, skip: list[tuple[int, int]]) -> list[int]:
    """Where attachments begin: each numbers its own divisions from one (GB/T 9704-2012 7.3.7: each begins a page of its own)."""
    found = {m.start() for m in _ATTACHMENT_HEAD.finditer(text) if not any(a <= m.start() < b for a, b in skip)}
    return sorted(found | {end for _, end in skip if _FIRST_ATTACHED.match(text, end)})


_GLOSSARY_HEAD = re.compile(
    "(?:(?<=[。！；”）])|(?<=[。！；”）][ \u3000]))(?:附[：:])?[\u4e00-\u9fff]{0,6}名词(?:解释|注释|释义|说明)"
    "(?=[ \u3000：:]*(?:[1１][.．、]|一、|（一）|[①⑴]))"
)


def find_glossary(text: str) -> tuple[int, int] | None:
    """Head of the explanation of terms that follows a report, its line break lost: it stands between a stop and the first term."""
    match = _GLOSSARY_HEAD.search(text)
    return match.span() if match else None


_DATED = re.compile(f"{DATE}[ \u3000\n]*$")


def find_attachment_lists(text: str) -> list[tuple[int, int]]:
    """Spans of 附件说明 (附件：1.… 2.…): names of what is attached, no divisions of the text (GB/T 9704-2012 7.3.4).

    It stands before the signature; 附件： directly after the date is the head of what is attached.
    """
    spans = []
    for match in _ATTACHMENT_LIST.finditer(text):
        if _DATED.search(text, max(0, match.start() - 30), match.start()):
            continue
        end = text.find("\n", match.end())
        if end < 0 and (signed := _glued_signature(text, match.end())) > 0:
            spans.append((match.start(), signed))
            continue
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


_FIRST_ATTACHED = re.compile("附件[1１一](?=[\u4e00-\u9fff《])")
"""Head of the first attachment, no line break before it."""
_SIGNED_BELOW_LIST = re.compile(f"[^。；]*(?:[ \u3000]|名单|清单|[表案法录])({ORGAN})[ \u3000]*$")
"""The last name on the list ends, an organ follows."""
_TITLE_OF_ORGAN = re.compile(r"([^。，；：！？号\s]{2,30}?)关于")


def _glued_signature(text: str, start: int) -> int:
    """Where the list ends whose line breaks were lost: at the first attachment, or before the date and an organ; else -1."""
    date = re.compile(DATE).search(text, start, start + LONGEST_LIST)
    attached = _FIRST_ATTACHED.search(text, start, date.start() if date else start + LONGEST_LIST)
    if attached and not any(c in "。；" or c.isspace() for c in text[start : attached.start()]):
        return attached.start()
    if date is None or any(c in "。；" for c in text[start : date.start()]):
        return -1
    end = len(text[: date.start()].rstrip(" \u3000"))
    organs = [m.group(1) for m in _TITLE_OF_ORGAN.finditer(text, 0, LONGEST_LIST)]
    named = max((len(organ) for organ in organs if text.endswith(organ, start, end)), default=0)
    signed = None if named else _SIGNED_BELOW_LIST.match(text, start, end)
    return signed.start(1) if signed else end - named


_ISSUES = re.compile(
    "关于(?:印发|转发|公布|发布|颁发|下发)《?(?P<notice>[^。；：，]{4,80}?)》?的(?:通知|公告|决定|通告|函)"
    "|^[^。；：，]{2,40}(?:令|公告)[^。；：，《》]{0,20}《(?P<order>[^《》]{4,60})》(?:已[经于由]|业经|经|于)"
)
_ENCLOSES = re.compile(
    "的通知[^《》]{0,200}?(?:现将《([^《》]{4,80})》|《([^《》]{4,80})》(?:[（(][^）)]{0,20}[）)])?[已业]经?[^。]{0,40}(?:同意|通过|批准))"
)
"""A notice whose title does not say it (印发关于…若干措施的通知): its text names what it issues."""
_AMENDS = re.compile("关于修改《([^《》]{4,60})》的决定")
"""The act is printed again under the decision that amends it, with its 题注."""
_AFTER_DATE = "(?:(?<=[0-9〇一二三四五六七八九十]日)|(?<=[）)]))[ \u3000]*"
LONGEST_HEAD = 400


def find_issued(text: str) -> tuple[int, int] | None:
    """Title of what a notice or an order issues, under the signature, where no line break tells it; None where it is not found.

    党政机关公文处理工作条例 第八条: 通知 issue (印发, 转发) another document, which the title or the text names; 规章制定程序条例 第三十条:
    so do 令. The name of the organ may stand before it. A decision that amends an act prints the act again, with its 题注.
    """
    for named in filter(None, (form.search(text, 0, LONGEST_HEAD) for form in (_ISSUES, _ENCLOSES))):
        name = _spaced(next(filter(None, named.groups())))
        title = re.compile(f"{_AFTER_DATE}((?:{ORGAN})?{name}(?:[（(][^（）()]{{2,8}}[）)])?)(?![》”])").search(
            text, named.end()
        )
        if title:
            return title.span(1)
    if amended := _AMENDS.search(text, 0, LONGEST_HEAD):
        title = re.compile(f"(?<=[。日）)])[ \\u3000]*({_spaced(amended[1])})[ \\u3000]*[（(]{DATE}").search(
            text, amended.end()
        )
        return title.span(1) if title else None
    return None


def _spaced(name: str) -> str:
    """Pattern of a name that may be printed with blanks."""
    return BLANK.join(map(re.escape, "".join(name.split())))


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
    r"(?<!\S)附[ \u3000]?[件表录](?![^\s\d：:])|(?<!\S)(?:第[ \u3000]*[一二三四五六七八九十百]+[ \u3000]*[编章节]|专栏[ \u3000]*\d)"
)
