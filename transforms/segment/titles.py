"""Where a title ends, and whether a label has one: headings, run-in headings (（一）加强领导。各部门…) and bare statements."""

import re
from bisect import bisect_right
from collections import defaultdict

from transforms.segment.back_matter import DATE_ONLY
from transforms.segment.blocks import Block, trim
from transforms.segment.candidates import STOPS
from transforms.segment.chain import Step
from transforms.segment.lexicon import Lexicon

LONGEST_RUN_IN = 45
BRIEF = 12
"""Characters of a first sentence that can hardly be more than a name (优惠租金。)."""
LONGEST_COLON_HEADING = 30
FEW_BLANKS = 3
"""Blanks after stops in a text whose lines were joined with nothing between."""
SHORTEST_GLUED = 4
"""Characters of a heading that is cut off without a mark: 加快 and 实行 begin sentences."""
_STOP = re.compile("[。；！？;]")
_IN_BRACKETS = re.compile(r"[【（(〔\[]([^】）)〕\]，。]{2,30})[】）)〕\]](?=[ \u3000\n]|$)")
_LOST_LINE = re.compile(r"(?<=[^ \u3000]{2})[ \u3000]+")
_BLANK_AFTER_STOP = re.compile("[。！？；：][ \u3000]")
_LOST_BREAK = re.compile(r"(?<=[^ \u3000，,；：、])(?:(?<![0-9])[ \u3000]+|[ \u3000]+(?![0-9]))(?=[^ \u3000])")
"""A blank that was a line break; one between figures (12 500人) groups them."""
_SET_OFF = re.compile(r"([^。；！？：，、（）\s]{2,25})(?:\u3000| {2,})[ \u3000]*(?=[^\s]{5})")
"""A heading that a wide blank sets off from the text in its line (一、总体要求　坚持市场为主。)."""
_STEM = re.compile("下列|以下|如下|应当|不得|可以|包括|[是为有]：|之一|依照|按照")
LONGEST_TITLE = 80
SHORTEST_SET_APART = 2


class Titles:
    """Decides on titles by what the members of a sequence have in common.

    Attributes:
        heads: A first sentence may be a heading; in a 批复 each one rules on something.

    """

    heads = True

    def __init__(
        self,
        text: str,
        blocks: list[Block],
        lexicon: Lexicon,
        *,
        flat: bool,
        runs: tuple[tuple[int, int], ...] = (),
    ) -> None:
        self.text = text
        self.lexicon = lexicon
        self.flat = flat
        self.glued = flat and len(_BLANK_AFTER_STOP.findall(text)) < FEW_BLANKS
        self.run_in = _run_in_starts(text, blocks, lexicon)
        self.listed = _listed(text, blocks)
        self.set_apart = _set_apart(text, blocks, runs)

    def end(self, block: Block, step: Step, *, in_article: bool, body_start: int, following: Block | None) -> int:
        """Where the title after a label ends; `body_start` where there is none."""
        family = step.candidate.family
        text = self.text
        if body_start >= block.end:
            return body_start
        body = text[body_start : block.end]
        if family.title == "none":
            bracket = _IN_BRACKETS.match(body) if body[0] in "【〔[" else None
            return body_start + bracket.end() if bracket else body_start
        first = _STOP.search(body)
        stop = first.start() if first else -1
        # 将第三条修改为：“…。”: a sentence that ends inside a quotation names nothing.
        quoted = stop > 0 and body.count("“", 0, stop) > body.count("”", 0, stop)
        if quoted:
            body = body[: body.index("“")]
        glued = _glued_end(body, self.lexicon) if self.glued and not in_article else 0
        apart = 0 if in_article else max(0, self.set_apart.get(step.candidate.start, 0) - body_start)
        if apart or quoted or glued:
            return body_start + (apart or glued or (0 if in_article else self._lost_line(body)))
        if family.title == "line":
            blank = _LOST_LINE.search(body[:LONGEST_TITLE])
            lost_line = self.flat and blank is not None and len(body) - blank.end() > blank.start()
            if stop < 0 and len(body) <= LONGEST_TITLE and not lost_line:
                return block.end
            return body_start + (blank.start() if blank and (stop < 0 or blank.start() < stop) else 0)
        if in_article:
            return body_start
        if line_end := self._lost_line(body):
            return body_start + line_end
        if body[-1] in "：:" and (stop < 0 or body[stop] in "：:"):
            return block.end if self._names_what_follows(body, step, following) else body_start
        if stop < 0:
            listed = step.candidate.start in self.listed
            return block.end if len(body) <= LONGEST_TITLE and body[-1] not in "：:，,、" and not listed else body_start
        whole = stop == len(body) - 1
        if whole:
            listed = step.candidate.start in self.listed
            short = stop <= LONGEST_RUN_IN and body[-1] == "。" and not listed and not _states(body, self.lexicon)
            opens = following is not None and (following.new_line or self.glued) and self._has_body(following, step)
            return block.end if short and opens and self.heads else body_start
        if (
            self.heads
            and body[stop] == "。"
            and step.candidate.start in self.run_in
            and stop <= LONGEST_RUN_IN
            and not _states(body[:stop], self.lexicon)
        ):
            return body_start + stop + 1
        return body_start

    def _lost_line(self, body: str) -> int:
        """End of a heading before a blank in its line: a line break that became one, or a wide one; 0 where there is none."""
        if not self.flat:
            head = _SET_OFF.match(body)
            return head.end(1) if head and "。" in body[head.end() :] else 0
        blank = _LOST_BREAK.search(body[:LONGEST_RUN_IN])
        if blank is None or blank.start() < SHORTEST_SET_APART or any(c in STOPS for c in body[: blank.start()]):
            return 0
        return blank.start()

    def _names_what_follows(self, line: str, step: Step, following: Block | None) -> bool:
        """A noun phrase and a colon over numbered divisions is a heading (三、报批程序：), a sentence is a stem (应当符合下列条件：)."""
        if following is None or following.step is None or following.step.depth <= step.depth:
            return False
        return len(line) <= LONGEST_COLON_HEADING and not _STEM.search(line) and "，" not in line

    def _has_body(self, following: Block, step: Step) -> bool:
        """What follows the heading is inside it, or a paragraph long enough to be its text."""
        if following.step is not None:
            return following.step.depth > step.depth
        line = self.text[following.start : following.end]
        return len(line) > 12 and not line.startswith(("（", "(", "附件")) and not DATE_ONLY.match(line)


def _glued_end(body: str, lexicon: Lexicon) -> int:
    """Where a heading ends whose line break was deleted: it ends like a heading and the text begins like a sentence; 0 if unsure.

    GB/T 9704-2012 7.3.3: a heading names its matter with a noun, its text begins with a stance, a subject or a time. Some
    openings are sure (去年以来, 各级各部门要) unless what stands before needs them (对, 的).
    """
    surely, joins_on = lexicon.words["text_surely_opens"], lexicon.words["joins_on"]
    limit = min(len(body) - 4, LONGEST_RUN_IN)
    for place in range(SHORTEST_GLUED, limit):
        if body[place - 1] in "。；！？：":
            return 0
        # A text may take up the word that its heading begins with (预警级别 预警分为四级).
        opens = body.startswith(lexicon.words["text_opens"], place) or body.startswith(body[:2], place)
        if opens and body.endswith(lexicon.words["heading_ends"], 0, place):
            return place
        if body.startswith(surely, place) and not body.endswith(joins_on, 0, place):
            word = next(w for w in surely if body.startswith(w, place))
            if not body.startswith("的", place + len(word)):
                return place
    return 0


def _states(sentence: str, lexicon: Lexicon) -> bool:
    """A first sentence that states a rule or an act is a clause, no heading.

    GB/T 9704-2012 7.3.3 sets headings apart by type, which plain text has lost: a heading names (加强领导), a rule says what must be.
    """
    words = lexicon.words["not_heading"]
    if sentence.rstrip("。").endswith(lexicon.words["noun_heading"]):
        return False
    return (
        any(word in sentence for word in words[:4])
        or sentence.startswith(words)
        or sentence.count("，") + sentence.count(",") > 3
    )


def _group(step: Step) -> int:
    return step.candidate.family.index * 10 + step.depth


def _run_in_starts(text: str, blocks: list[Block], lexicon: Lexicon) -> set[int]:
    """Starts of the labels whose sequence sets headings before its text: most of its members look so.

    Members of one sequence are set alike (GB/T 9704-2012 7.3.3): one short first sentence among long ones is a statement.
    The members under one heading decide where all of them are brief, else all of the family at this depth in the document.
    """
    members: dict[int, list[tuple[int, int]]] = defaultdict(list)
    siblings: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    above: list[int] = []
    for block in blocks:
        if block.step is None:
            continue
        del above[block.step.depth - 1 :]
        parent = above[-1] if above else -1
        above += [-1] * (block.step.depth - 1 - len(above))
        above.append(block.step.candidate.start)
        if block.step.candidate.family.title != "run_in":
            continue
        a, b = trim(text, block.step.candidate.end, block.end)
        body = text[a:b]
        first = _STOP.search(body)
        stop = first.start() if first else len(body)
        heads = body[stop : stop + 1] in ("。", "") and not _states(body[:stop], lexicon)
        member = block.step.candidate.start, stop if heads else LONGEST_TITLE
        members[_group(block.step)].append(member)
        siblings[_group(block.step), parent].append(member)
    headed = {group for group, own in members.items() if _most(own)}
    return {
        start
        for (group, _), own in siblings.items()
        if group in headed or (len(own) > 1 and all(length <= BRIEF for _, length in own))
        for start, _ in own
    }


def _set_apart(text: str, blocks: list[Block], runs: tuple[tuple[int, int], ...]) -> dict[int, int]:
    """Label -> end of its heading, where the container sets headings before their text in bold or 楷体.

    GB/T 9704-2012 7.3.3: headings of a level are set in a type of their own. It is type, not emphasis, where most members
    of a sequence begin with such a run; a text that is mostly bold tells nothing.
    """
    if not runs or sum(end - start for start, end in runs) * 2 > len(text):
        return {}
    ends: dict[int, dict[int, int]] = defaultdict(dict)
    members: dict[int, int] = defaultdict(int)
    starts = [start for start, _ in runs]
    for block in blocks:
        if block.step is None:
            continue
        group = _group(block.step)
        members[group] += 1
        body = trim(text, block.step.candidate.end, block.end)[0]
        at = bisect_right(starts, body) - 1
        if at < 0 or starts[at] < block.start:
            continue
        end = runs[at][1]
        while end < block.end and text[end] in "。：:；":
            end += 1
        if SHORTEST_SET_APART <= end - body <= LONGEST_TITLE and end < block.end:
            ends[group][block.step.candidate.start] = end
    return {
        label: end
        for group, own in ends.items()
        if len(own) > 1 and len(own) * 10 >= members[group] * 6
        for label, end in own.items()
    }


def _most(members: list[tuple[int, int]]) -> bool:
    """Six of ten first sentences are short."""
    return sum(length <= LONGEST_RUN_IN for _, length in members) * 10 >= len(members) * 6


def _listed(text: str, blocks: list[Block]) -> set[int]:
    """Starts of the labels whose sequence is a list: the member before ends with ；.

    立法技术规范: 项 end with ；, the last with 。; a heading ends with neither.
    """
    listed: set[int] = set()
    last: dict[int, Block] = {}
    for block in blocks:
        if block.step is None:
            continue
        group = _group(block.step)
        before = last.get(group)
        if block.step.how == "next" and before is not None and text[before.end - 1] in "；;":
            listed.add(block.step.candidate.start)
        last[group] = block
    return listed
