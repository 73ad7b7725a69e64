"""Blocks: the paragraphs of the reading text, cut at every accepted label."""

import re
from typing import NamedTuple

from transforms.segment.candidates import BLANKS, STOP_BLANK, unnumbered_head
from transforms.segment.chain import Step
from transforms.segment.lexicon import DATE

LONG_LINE = 600
"""A line longer than this (characters) may hold several paragraphs whose breaks were turned into blanks."""

LONGEST_BACK_MATTER = 200
LONGEST_TITLE_BELOW = 40
_STOP_IN_TITLE = re.compile("[。；：！？]|^附件")
_SENTENCE = re.compile("[。；，]")
_LOST_QUESTION = re.compile("(?<=[。！？])问[：:]")
_LOST_ANSWER = re.compile("(?<=[。！？])答[：:]")
_LONE_DATE = re.compile(
    f"(?<![^ \t\u3000]){DATE}(?![^ \t\u3000])(?![ \u3000]*[^ \u3000]{{2,120}}(?:通过|批准|公布|发布|修订|修正)(?:$|[ \u3000]))"
)
"""A date between blanks, where it does not open an entry of a 题注 (2005年5月20日　某某会议通过)."""
_LONE_HEAD = re.compile(r"[ \n]([序前引]\u3000?言)[ ]+(?=\S)")
"""序言 between blanks that were line breaks."""
_GLUED_HEAD = re.compile("(?<=[)）》过订正改布行准日要法例划案则])([序前引][ \u3000]*言)(?=[\u4e00-\u9fff])(?!的|中)")
"""序言 between the 题注 and its text, the line breaks deleted."""
_LOST_HEADING = re.compile(
    r"(?<=[。！？；”][ \u3000])([^\s。！？；：，、“”（）()—\-]{4,30})[ \u3000]+(?=[^\s。；]{0,80}[，：][^\s]{0,200}?[。；])"
)
"""An unnumbered heading (2026年工作安排) between blanks that were line breaks, a sentence behind it."""
_LABEL = re.compile("第[一二三四五六七八九十百零〇0-9]|[一二三四五六七八九十]+[是要]|专栏|附件")
ORGAN = "[^。；，：、（）()\\s0-9]{2,30}(?:府|院|厅|局|部|委|会|室|办|署|社|司|中心)"
_LOST_SIGNATURE = re.compile(
    f"(?:^|(?<=[。）；！\n \u3000]))(?P<organ>{ORGAN}(?:[ \u3000]{ORGAN}){{0,5}})[ \u3000]*(?P<date>{DATE})(?=$|[ \u3000\n（(]|附)"
)
_LOST_BULLET = re.compile("——(?:(?<=[。；：！]——)|(?<=[。；：！\u4e00-\u9fff][ \u3000]——))(?=[^—\\-\\s])")
_BREAK = re.compile(r"(?<=[。！？；：!?;:…])([”’」』）)】》]*)[ \t\u3000\xa0]+(?=[^ \t\u3000\xa0])")
_NO_INK = frozenset(BLANKS + "\r\n")
_ANY_BLANK = re.compile(r"[ \t\u3000\xa0]+")


class Block(NamedTuple):
    """A paragraph or what a label begins; no blanks at its ends.

    Attributes:
        start: First character.
        end: After the last character.
        step: The label that it begins with, or None.
        new_line: It begins a printed paragraph (a label in the middle of a line does not).

    """

    start: int
    end: int
    step: Step | None
    new_line: bool


def find_blocks(
    text: str,
    steps: list[Step],
    skip: list[tuple[int, int]],
    heads: list[int],
    *,
    flat: bool,
) -> list[Block]:
    """Cut the reading text into blocks, in order.

    Args:
        text: Reading text.
        steps: Accepted labels.
        skip: Spans that are not cut (tables of contents, tables): one block each.
        heads: Where attachments begin, and where the title ends of what a notice issues or of the explanation of terms.
        flat: Line breaks were lost, so that blanks after a stop are paragraph breaks everywhere.

    """
    if not text:
        return []
    cuts = _line_cuts(text, steps, flat=flat)
    if flat:
        first = steps[0].candidate.start if steps else 0
        for match in (*_LONE_HEAD.finditer(text), *_GLUED_HEAD.finditer(text, 0, first)):
            cuts.setdefault(match.start(1), True)
            cuts.setdefault(match.end(), True)
        heads = [*heads, *(m.end() for m in _LOST_HEADING.finditer(text) if not _LABEL.match(m.group(1)))]
        cuts |= dict.fromkeys((*_lost_bullets(text), *_lost_questions(text), *_lost_signatures(text), *heads), True)
    by_start: dict[int, Step] = {}
    for accepted in steps:
        boundary = accepted.candidate.boundary
        cuts.setdefault(accepted.candidate.start, boundary >= STOP_BLANK)
        by_start[accepted.candidate.start] = accepted
        if (
            accepted.candidate.family.kind == "article"
            and (head := unnumbered_head(text, accepted.candidate.start)) >= 0
        ):
            cuts.setdefault(head, True)
    for a, b in skip:
        for inner in [c for c in cuts if a < c < b]:
            del cuts[inner]
        cuts[a] = True
        cuts.setdefault(b, True)
    edges = sorted(c for c in cuts if c < len(text))
    blocks = []
    pending: Step | None = None
    for start, end in zip(edges, [*edges[1:], len(text)], strict=True):
        a, b = trim(text, start, end)
        pending = by_start.get(start) or pending
        if a < b:
            step = by_start.get(start) or by_start.get(a) or pending
            if flat and step is None and _holds_lost_lines(text[a:b]):
                blocks += [Block(x, y, None, new_line=True) for x, y in chunks(text, a, b)]
            else:
                blocks.append(Block(a, b, step, cuts[start]))
            pending = None
    return _with_titles_below(text, blocks)


def _with_titles_below(text: str, blocks: list[Block]) -> list[Block]:
    """Join 第一章 that stands alone on its line with the line below that is its title (第一章 / 总则)."""
    joined: list[Block] = []
    for block in blocks:
        above = joined[-1] if joined else None
        alone = above is not None and above.step is not None and above.end == above.step.candidate.end
        if (
            alone
            and above
            and above.step
            and above.step.candidate.family.title == "line"
            and block.step is None
            and block.end - block.start <= LONGEST_TITLE_BELOW
            and not _STOP_IN_TITLE.search(text, block.start, block.end)
        ):
            joined[-1] = Block(above.start, block.end, above.step, above.new_line)
        else:
            joined.append(block)
    return joined


def _line_cuts(text: str, steps: list[Step], *, flat: bool) -> dict[int, bool]:
    """Where printed lines begin, and paragraphs inside lines that hold several."""
    cuts: dict[int, bool] = {0: True}
    label_ends = {step.candidate.end for step in steps}
    position = 0
    while position <= len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        cuts[position] = True
        if flat or end - position > LONG_LINE:
            for cut in _paragraph_blanks(text, position, end, label_ends):
                cuts.setdefault(cut, True)
        position = end + 1
    return cuts


def _lost_signatures(text: str) -> list[int]:
    """Where organ and date under the text begin and end, their line breaks lost.

    GB/T 9704-2012 7.3.5: nothing follows the date but a note in brackets and what is attached.
    """
    cuts: list[int] = []
    for match in _LOST_SIGNATURE.finditer(text):
        cuts += [match.start("organ"), match.end("date")]
        cuts += [m.start() + match.start("organ") + 1 for m in re.finditer("[ \u3000]", match.group("organ"))]
    return cuts


def _lost_bullets(text: str) -> list[int]:
    """Where the members of a series of —— begin whose line breaks were lost: after a stop or a blank, at least two.

    Practice of plans: each member ends with a stop; a dash inside a sentence has none before it.
    """
    found = [m.start() for m in _LOST_BULLET.finditer(text)]
    return found if len(found) > 1 else []


def _lost_questions(text: str) -> list[int]:
    """Where questions and answers (问：…？答：…) begin whose line breaks were lost: after a stop, each of both at least twice."""
    asked, answered = ([m.start() for m in mark.finditer(text)] for mark in (_LOST_QUESTION, _LOST_ANSWER))
    return [*asked, *answered] if min(len(asked), len(answered)) > 1 else []


def _holds_lost_lines(paragraph: str) -> bool:
    """Organ, date, note and what follows them, whose line breaks became blanks: a date stands between blanks.

    GB/T 9704-2012 7.3.5: the date stands alone on its line, so that a blank on either side of it was a line break.
    """
    return (
        len(paragraph) <= LONGEST_BACK_MATTER and not _SENTENCE.search(paragraph) and bool(_LONE_DATE.search(paragraph))
    )


def _paragraph_blanks(text: str, start: int, end: int, label_ends: set[int]) -> list[int]:
    """Where paragraphs begin in a line whose breaks were turned into blanks.

    Chinese print has no blanks between sentences: a blank after a stop is a break. Where hardly any blank stands elsewhere,
    the few that do are breaks as well: the paragraph before them lost its stop.
    """
    after_stop = [m.end() for m in _BREAK.finditer(text, start, end)]
    known = set(after_stop)
    others = [
        m.end()
        for m in _ANY_BLANK.finditer(text, start, end)
        if m.end() not in known and m.start() > start and m.start() not in label_ends and m.end() < end
    ]
    rare = 20
    return sorted(after_stop + others) if len(others) * rare <= len(after_stop) else after_stop


def squeeze(text: str) -> str:
    """Leave out all white space: how titles and labels are compared."""
    return "".join(text.split())


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks and line breaks at its ends."""
    while start < end and text[start] in _NO_INK:
        start += 1
    while end > start and text[end - 1] in _NO_INK:
        end -= 1
    return start, end


def chunks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Pieces between blanks: the lines of a title block whose line breaks became blanks.

    Two characters that stand alone are one word, spread to the width of the others (李　某).
    """
    pieces: list[tuple[int, int]] = []
    position = start
    for stop in (*[match.span() for match in _ANY_BLANK.finditer(text, start, end)], (end, end)):
        a, b = position, stop[0]
        position = stop[1]
        if a + 1 == b and pieces and pieces[-1][0] + 1 == pieces[-1][1] and text[a] > "\u3400" < text[pieces[-1][0]]:
            pieces[-1] = (pieces[-1][0], b)
        elif a < b:
            pieces.append((a, b))
    return pieces
