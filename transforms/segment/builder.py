"""Walks over the blocks of a document once and grows its outline."""

import re
from collections.abc import Mapping
from itertools import pairwise, takewhile

from transforms.segment.back_matter import BackMatter
from transforms.segment.blocks import Block, squeeze, trim
from transforms.segment.candidates import STOPS, Boundary
from transforms.segment.chain import Step
from transforms.segment.chapters import infer_chapters
from transforms.segment.dates import parse_date
from transforms.segment.front import PREFACE, UNNUMBERED_CHAPTER, Front, read_glued_head
from transforms.segment.grammar import number_text
from transforms.segment.growth import DEEPEST
from transforms.segment.leaves import split_clauses
from transforms.segment.lexicon import DATE, Lexicon
from transforms.segment.press import names_of, read_dateline
from transforms.segment.series import label_of, paragraph_series
from transforms.segment.titles import Titles
from transforms.segment.tree import Node, Outline

_BULLET = re.compile("(?:——|—|--)(?=[^—\\-\\s])|[●■◆▲•·※☆★□◇➢][ \u3000]*(?=\\S)")
_WORDS = re.compile("[\u3400-\u9fff]{2}|[\u3400-\u9fff][ \u3000]+[\u3400-\u9fff]|[A-Za-z]{3}")
_CELLS = re.compile("[ \u3000][0-9.,%—/\\-]+$|^[A-Z]{2,5}(?:/[A-Z]{1,3})?[ \u3000]?[0-9]")
_ASKS = re.compile("问[：:](?=.)", re.DOTALL)
_ANSWERS = re.compile("答[：:]")
_NAMED = re.compile("[^。：；，]{2,30}[。：].")
"""A member of a box without numbers: a name before its text."""
_OF_QUESTION = 0.5
"""Level of a question: above all numbers."""
_SELF_ENDING = frozenset(
    ("signature", "toc", "table", "note", "lead_in", "inline", "bullet", "heading", "item", "point", "box", "subhead")
)
_PASSED = re.compile(
    rf"》[^。\n《》]{{0,12}}?已(?:经|由|于)?[ \u3000]*(?P<date>{DATE})"
    r"(?P<organ>[^，。；（）()《》\n]{4,60}?(?:会议|大会))[^，。；\n]{0,8}?通过，(?:现予|现将|并|自)"
)
"""An order tells when its act was adopted: 《…办法》已经…会议通过，现予公布 (规章制定程序条例 第三十条)."""
_OWN_EFFECT = re.compile(f"(?:本[\u4e00-\u9fff]{{1,8}}|现予[公发]布，)自(?P<date>{DATE})起(?:施行|实施|执行|生效)")
"""The act speaks of itself, not of one that it cites."""
_EFFECTIVE = re.compile(f"自(?P<date>{DATE})起(?:施行|实施|执行|生效)")


_BEFORE = tuple(f"before:{boundary.name.lower()}" for boundary in Boundary)
_SEQUENCE_FINDINGS = {
    "gap": "numbering_gap",
    "repeat": "numbering_repeat",
    "back": "numbering_back",
    "restart": "numbering_restart",
    "late_first": "numbering_start",
}


class Builder(BackMatter):
    """Takes each block as a division, a paragraph, a list member, back matter or a zone."""

    def __init__(
        self,
        text: str,
        blocks: list[Block],
        steps: list[Step],
        front: Front,
        lexicon: Lexicon,
        *,
        zone_of: dict[int, str],
        entries: set[int],
        flat: bool,
        cells: Mapping[int, list[list[str]]],
        runs: tuple[tuple[int, int], ...] = (),
    ) -> None:
        super().__init__(text, blocks, front, lexicon)
        self.zone_of = zone_of
        self.entries = entries
        self.cells = cells
        self.titles = Titles(text, blocks, lexicon, flat=flat, runs=runs)
        self.series = paragraph_series(text, blocks)
        self.questions = _questions(text, blocks)
        self.lead_ins, self.openers = infer_chapters(text, blocks, entries, lexicon)
        self.last_numbered = max((i for i, b in enumerate(blocks) if b.step is not None), default=-1)
        self.title = squeeze("".join(text[a:b] for a, b in front.title))
        self.acts = [s.candidate.start for s in steps if s.candidate.family.kind == "article"]

    def build(self) -> Outline:
        """Build the outline."""
        start = self.front.body
        if start == 0 and self.blocks and not self.front.title:
            self._flat_head()
        self._news_opening(start)
        self.titles.heads = not self._title().endswith(self.lexicon.words["rulings"])
        for index in range(start, len(self.blocks)):
            block = self.blocks[index]
            zone = self.zone_of.get(block.start)
            if zone:
                self._zone_block(block, zone)
            elif block.step is not None:
                self._division(index, block, block.step)
            else:
                self._paragraph(index, block)
        self._close()
        self._sequence_findings()
        return self.out

    def _flat_head(self) -> None:
        """Title and front matter of a text whose line breaks are gone (GB/T 9704-2012 7.3.1: 发文机关, 事由 and 文种)."""
        block = self.blocks[0]
        head_of = read_glued_head(self.text, block.start, block.end, self.lexicon) if block.step is None else None
        if head_of is None:
            return
        read, prose = head_of
        self.front.title, self.front.subtitle = read.title, read.subtitle
        self.out.roles += read.roles
        self.out.fields |= read.fields
        rest = trim(self.text, prose, block.end)
        head = [Block(*rest, None, new_line=True)] if rest[0] < rest[1] else []
        self.blocks[0:1] = head

    def _news_opening(self, index: int) -> None:
        """A dateline opens the text of a document that an agency published: 新华社北京3月2日电　国务院办公厅近日印发…."""
        block = self.blocks[index] if index < len(self.blocks) else None
        opening = (
            read_dateline(self.text, block.start, block.end, self.lexicon) if block and block.step is None else None
        )
        if block is None or opening is None:
            return
        self.out.fields.setdefault("dateline", opening.dateline)
        if opening.names:
            self.out.fields.setdefault("bylines", names_of(opening.names))
        rest = trim(self.text, opening.end, block.end)
        if rest[0] < rest[1]:
            self.out.roles.append((block.start, opening.end, "metadata"))
            self.blocks[index] = Block(*rest, None, new_line=True)

    def _zone_block(self, block: Block, zone: str) -> None:
        if zone == "attachments":
            self.out.roles.append((block.start, block.end, "metadata"))
            body = re.sub("^附[ \u3000]*件?[ \u3000]*[：:][ \u3000]*", "", self.text[block.start : block.end])
            self.out.attachments += _listed_names(body, block.end - len(body))
            return
        kind = "toc" if zone == "toc" else "table"
        node = Node(
            kind,
            block.start,
            self._open_parent(),
            self._depth_here(),
            evidence=[f"zone:{kind}"],
            end=block.end,
            cells=self.cells.get(block.start),
        )
        self._add(node)
        self.out.roles.append((block.start, block.end, kind))

    def _division(self, index: int, block: Block, step: Step) -> None:
        family = step.candidate.family
        is_entry = step.candidate.start in self.entries
        chapter_before = self.openers.get(step.candidate.start)
        if chapter_before is not None:
            self._open_chapter(step.candidate.start, chapter_before)
        level = step.depth + (1 if self.chapter >= 0 else 0)
        while self.stack and self.out.nodes[self.stack[-1]].level >= level:
            self.stack.pop()
        around = {self.out.nodes[i].kind for i in self.stack}
        in_article = "article" in around
        inside = in_article or "box" in around or self._in_attachment_of_an_act()
        kind = "entry" if is_entry else family.inside_article if inside else family.kind
        if kind == "item" and self.stack and self.out.nodes[self.stack[-1]].kind in ("item", "point"):
            kind = "point"
        label_end = step.candidate.end
        label_start, label_end = trim(self.text, step.candidate.start, label_end)
        node = Node(
            kind,
            label_start,
            self._open_parent(),
            self._depth_here() if in_article else level,
            level,
            label=(label_start, label_end),
            number=_number(self.text[label_start:label_end], step),
            how=step.how,
            rank=family.rank,
            evidence=[
                f"numbering:{family.name}",
                f"sequence:{step.how}",
                _BEFORE[step.candidate.boundary],
                self._why_here(step),
            ],
        )
        if step.rival:
            node.evidence.append(f"close:{step.rival}")
        if step.candidate.repaired:
            node.evidence.append(f"repaired:{step.candidate.repaired}")
            message = f"The numeral is read as {step.candidate.repaired}, as the sequence asks."
            self.out.findings.append(("numeral_repaired", "warning", message, label_start, label_end))
        self.out.roles.append((label_start, label_end, "label"))
        body_start, body_end = trim(self.text, label_end, block.end)
        while body_start < body_end and self.text[body_start] in "：:" and family.title != "none":
            self.out.roles.append((body_start, body_start + 1, "heading"))
            body_start = trim(self.text, body_start + 1, body_end)[0]
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        title_end = self.titles.end(block, step, in_article=in_article, body_start=body_start, following=following)
        if title_end > body_start:
            a, b = trim(self.text, body_start, title_end)
            clean_end = b
            while clean_end > a and self.text[clean_end - 1] in "。：:；;":
                clean_end -= 1
            node.title = (a, clean_end)
            self.out.roles.append((a, b, "heading"))
            body_start = trim(self.text, title_end, body_end)[0]
        self.stack.append(self._add(node))
        if body_start < body_end:
            self._prose(body_start, body_end)

    def _why_here(self, step: Step) -> str:
        """Reason for the level: what stands around, and whether the order of the table set it there."""
        parent = self._open_parent()
        if parent < 0:
            return "level:outermost"
        above = self.out.nodes[parent]
        name = self.text[slice(*above.label)] if above.label else above.kind
        reversed_order = step.candidate.family.rank < above.rank
        return f"level:inside {name}" + (", against the order of the table" if reversed_order else "")

    def _paragraph(self, index: int, block: Block) -> None:
        text = self.text
        line = text[block.start : block.end]
        if index in self.lead_ins:
            self._open_chapter(block.start, "lead_in")
            self._unit("lead_in", block, ["lead_in:one sentence before a number"], depth=2)
            return
        if self.title and squeeze(line) == self.title:
            self.out.roles.append((block.start, block.end, "heading"))  # the title, printed again over the text
            return
        if UNNUMBERED_CHAPTER.match(line) and self._heads_articles(index):
            self._unnumbered_chapter(block)
            return
        if self._zone_head(block, line) or (len(line) <= 100 and self._back_matter(index, block, line)):
            return
        if index in self.questions:
            self._question(block, self.questions[index])
            return
        previous = self.blocks[index - 1] if index else None
        if self._is_below_box(index, block, line, previous):
            self._close_box(block.start)
        if _BULLET.match(line) and self._is_list(index):
            self._bullet(block)
            return
        if index in self.series:
            self._series_paragraph(block, self.series[index])
            return
        if PREFACE.match(line):
            self._preface(block)
            return
        if self._is_subhead(index, block, line, previous):
            self._subhead(block)
            return
        article = next((i for i in reversed(self.stack) if self.out.nodes[i].kind == "article"), -1)
        if article >= 0 and block.new_line:
            self._paragraph_of_article(article, block)
            return
        # What follows a list of members that end with ； speaks about the whole, as a 款 after a list of 项 does.
        while self.stack and (
            self.out.nodes[self.stack[-1]].kind in ("bullet", "inline")
            or self.out.nodes[self.stack[-1]].start in self.titles.listed
        ):
            self.out.nodes[self.stack.pop()].end = block.start
        if (not self.stack or self.stack[-1] == self.zone) and index < self.last_numbered:
            node = Node(
                "preamble",
                block.start,
                self._open_parent(),
                1,
                DEEPEST,
                evidence=["prose before the first number"],
            )
            self.stack.append(self._add(node))
        self._prose(block.start, block.end)

    def _is_below_box(self, index: int, block: Block, line: str, previous: Block | None) -> bool:
        """A paragraph that is no member of the box above, nor goes on with its last: the section goes on.

        Practice of plans: members of a 专栏 are of one paragraph each, with a number, a heading, or a name before the text.
        """
        boxes = [i for i in self.stack if self.out.nodes[i].kind == "box"]
        if not boxes or not block.new_line or _BULLET.match(line) or index in self.series:
            return False
        if self._is_subhead(index, block, line, previous):
            return False
        later = list(takewhile(lambda i: self.blocks[i].step is None, range(index + 1, len(self.blocks))))
        lines = [self.text[self.blocks[i].start : self.blocks[i].end] for i in later]
        member, box = self.stack[-1], boxes[-1]
        if member == box:
            above = (self.text[b.start : b.end] for b in self.blocks[:index] if b.start > self.out.nodes[box].start)
            named = [_NAMED.match(own) is not None for own in above]
            return len(named) > 1 and all(named) and not any(map(_NAMED.match, [line, *lines]))
        following = self.blocks[index + 1 + len(later)].step if index + 1 + len(later) < len(self.blocks) else None
        goes_on = following is not None and following.depth > self.out.nodes[box].depth
        if self.out.nodes[member].kind == "subhead":
            befores = [self.blocks[i - 1] for i in later]
            goes_on |= any(
                self._is_subhead(i, self.blocks[i], own, before)
                for i, own, before in zip(later, lines, befores, strict=True)
            )
        return self.last_leaf[member] >= 0 and not goes_on

    def _close_box(self, end: int) -> None:
        """End the box and what is open in it."""
        while self.stack and (node := self.out.nodes[self.stack.pop()]):
            node.end = end
            if node.kind == "box":
                return

    def _is_list(self, index: int) -> bool:
        """A bullet needs a neighbour, or a colon before it: a paragraph that merely begins with a dash is prose.

        Practice of plans: parallel demands stand in a row, each after ——.
        """
        for other in (index - 1, index + 1):
            if 0 <= other < len(self.blocks):
                block = self.blocks[other]
                if block.step is None and _BULLET.match(self.text, block.start, block.end):
                    return True
        before = self.blocks[index - 1] if index else None
        return before is not None and self.text[before.end - 1] in "：:"

    def _bullet(self, block: Block) -> None:
        """—— opens a member of a list of parallel demands (practice of plans); the dash belongs to its clause."""
        while self.stack and self.out.nodes[self.stack[-1]].kind in ("bullet", "inline", "paragraph"):
            self.stack.pop()
        parent = self._open_parent()
        mark = _BULLET.match(self.text, block.start, block.end)
        assert mark is not None  # noqa: S101 - the caller has matched it
        siblings = sum(1 for n in self.out.nodes[parent + 1 :] if n.parent == parent and n.kind == "bullet")
        node = Node(
            "bullet",
            block.start,
            parent,
            self._depth_here(),
            DEEPEST,
            label_text=mark.group().strip(),
            number=str(siblings + 1),
            evidence=["bullet"],
        )
        self.stack.append(self._add(node))
        self._prose(block.start, block.end)

    def _series_paragraph(self, block: Block, number: int) -> None:
        """A paragraph that begins with 一是, 二是 …: a member of a series."""
        while self.stack and self.out.nodes[self.stack[-1]].kind in ("bullet", "inline"):
            self.out.nodes[self.stack.pop()].end = block.start
        label = label_of(self.text, block.start, block.end)
        node = Node(
            "inline",
            block.start,
            self._open_parent(),
            self._depth_here(),
            DEEPEST,
            label_text=label,
            number=str(number),
            evidence=["series of paragraphs"],
        )
        self.stack.append(self._add(node))
        for a, b in split_clauses(self.text, block.start, block.end):
            self._leaf(a, b, self.stack[-1])

    def _paragraph_of_article(self, article: int, block: Block) -> None:
        """The next 款: an unnumbered paragraph of an article, after its first or after a list of 项.

        立法法: 款 bear no number; 立法技术规范（试行）（一）: what follows a list of 项 in the same article is the next 款.
        """
        if self._is_headed_item(block):
            self._prose(block.start, block.end)
            return
        while self.stack and self.stack[-1] != article:
            self.stack.pop()
        if article == len(self.out.nodes) - 1 and self.last_leaf[article] < 0:
            self._prose(block.start, block.end)  # the label stood alone on its line: this is the article's own text
            return
        parts = [n for n in self.out.nodes[article + 1 :] if n.parent == article and n.kind == "paragraph"]
        if not parts:
            self._first_paragraph(article)
            parts = [self.out.nodes[article + 1]]
        parent = self.out.nodes[article]
        node = Node(
            "paragraph",
            block.start,
            article,
            parent.depth + 1,
            parent.level + 0.5,
            number=str(len(parts) + 1),
            evidence=["paragraph of an article"],
        )
        self.stack.append(self._add(node))
        self._prose(block.start, block.end)

    def _is_headed_item(self, block: Block) -> bool:
        """The 项 above holds a name on a line of its own (（一）份号): the paragraph is its text, and no 款."""
        node = self.out.nodes[self.stack[-1]]
        last = self.last_leaf[self.stack[-1]]
        if node.kind not in ("item", "point") or node.label is None or last < 0:
            return False
        name = self.out.leaves[last]
        return (
            trim(self.text, node.label[1], name.end) == (name.start, name.end)
            and self.text[name.end - 1] not in STOPS + "，、"
            and block.end - block.start > name.end - name.start
        )

    def _subhead(self, block: Block) -> None:
        """An unnumbered heading; it closes the one before and everything in it, numbered divisions too.

        Practice of work reports: 2025年工作回顾, 2026年工作安排 and 政府自身建设 stand side by side, whatever list one holds.
        """
        before = next((at for at, i in enumerate(self.stack) if self.out.nodes[i].kind == "subhead"), None)
        if before is not None:
            del self.stack[before:]
        while self.stack and self.out.nodes[self.stack[-1]].kind in (
            "bullet",
            "inline",
            "paragraph",
            "subhead",
            "preamble",
        ):
            self.stack.pop()
        node = Node(
            "subhead",
            block.start,
            self._open_parent(),
            self._depth_here(),
            self._level_here() + 0.6,
            evidence=["short line without a stop"],
        )
        node.title = (block.start, block.end)
        self.out.roles.append((block.start, block.end, "heading"))
        self.stack.append(self._add(node))

    def _question(self, block: Block, number: int) -> None:
        """问：…？ heads what is answered under it, lists included."""
        self._close_to_zone()
        label_end = block.start + len("问：")
        title = trim(self.text, label_end, block.end)
        node = Node(
            "subhead",
            block.start,
            self._open_parent(),
            self._depth_here(),
            _OF_QUESTION,
            label=(block.start, label_end),
            title=title,
            number=str(number),
            evidence=["question with its answer"],
        )
        self.out.roles += [(block.start, label_end, "label"), (*title, "heading")]
        self.stack.append(self._add(node))

    def _in_attachment_of_an_act(self) -> bool:
        """Numbered lines in the attachment of an act are no divisions of the act: those are its chapters and articles.

        立法技术规范: 附录, 附表 hold lists, not 编 章 节 条.
        """
        if self.zone < 0 or not self.acts:
            return False
        start = self.out.nodes[self.zone].start
        return self.acts[0] < self.first_zone and self.acts[-1] <= start

    def _heads_articles(self, index: int) -> bool:
        """An article stands below: 附则 is a chapter there, although it bears no number.

        Practice of local regulations and party regulations: the last chapter may be headed 附则 alone.
        """
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        return (
            following is not None and following.step is not None and following.step.candidate.family.kind == "article"
        )

    def _unnumbered_chapter(self, block: Block) -> None:
        """总则, 附则 without a number, as a chapter of its own."""
        self._close_to_zone()
        node = Node(
            "chapter",
            block.start,
            self._open_parent(),
            1,
            1.0,
            title=(block.start, block.end),
            evidence=["unnumbered heading"],
        )
        self.out.roles.append((block.start, block.end, "heading"))
        self.stack.append(self._add(node))

    def _preface(self, block: Block) -> None:
        """序言, 前言: an unnumbered division before the first chapter; its text is the preamble (宪法, 民族区域自治法, 香港基本法)."""
        self._unnumbered_chapter(block)
        node = Node("preamble", block.end, self._open_parent(), 2, DEEPEST, evidence=["text under the heading 序言"])
        following = trim(self.text, block.end, len(self.text))[0]
        if following < len(self.text):
            node.start = following
            self.stack.append(self._add(node))

    def _is_subhead(self, index: int, block: Block, line: str, previous: Block | None) -> bool:
        """A short line without a stop or comma over a longer paragraph or a label: an unnumbered heading.

        Practice of reports and speeches; a line after a colon, in brackets or in quotation marks is none.
        """
        if not block.new_line or len(line) > 40 or any(c in STOPS or c in "，,、" for c in line.rstrip("？！?!")):
            return False
        if not _WORDS.search(line) or _CELLS.search(line):
            return False  # a figure: the last cell of a table, or a row of one; a standard that is referred to
        if previous is not None and self.text[previous.end - 1] in "：:，,、":
            return False
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if following is None or line[0] in "“”（(" or line[-1] in "”）)" or self._is_salutation(line):
            return False
        body = self.text[following.start : following.end]
        return following.step is not None or (len(body) > len(line) and any(c in "。；" for c in body))

    def _is_salutation(self, line: str) -> bool:
        """各位代表！, 同志们！ inside a report or speech: who speaks turns to those who hear; the section goes on."""
        return line[-1] in "！!" and line[:-1].removesuffix("们").endswith(self.lexicon.words["hearers"])

    def _close(self) -> None:
        """End of every section: before the next one that is not inside it."""
        nodes = self.out.nodes
        open_nodes: list[int] = []
        for index, node in enumerate([*nodes, None]):
            start = node.start if node else len(self.text)
            while open_nodes and (node is None or open_nodes[-1] != node.parent):
                closed = nodes[open_nodes.pop()]
                if closed.end < 0 or closed.end > start or closed.kind not in _SELF_ENDING:
                    closed.end = start
            open_nodes.append(index)
        if (passed := _PASSED.search(self.text)) and (adopted := parse_date(passed.group("date"))):
            self.out.fields.setdefault("adopted_on", adopted)
            self.out.fields.setdefault("adopted_by", passed.group("organ").strip())
        for match in (*_OWN_EFFECT.finditer(self.text), *_EFFECTIVE.finditer(self.text)):
            if (date := parse_date(match.group("date"))) is not None:
                self.out.fields.setdefault("effective_on", date)

    def _sequence_findings(self) -> None:
        """Gaps, repeats and restarts. A list that begins anew in the next 款 of an article restarts nothing.

        立法技术规范: articles run through the act, 项 begin anew in each 款.
        """
        seen: set[tuple[int, str, str | None]] = set()
        for node in self.out.nodes:
            place = (node.parent, node.kind, node.number)
            code = _SEQUENCE_FINDINGS.get(node.how)
            if node.label and code and (node.how != "restart" or place in seen):
                label = self.text[node.label[0] : node.label[1]]
                self.out.findings.append((code, "warning", f"{label} does not continue its sequence.", *node.label))
            seen.add(place)


def _questions(text: str, blocks: list[Block]) -> dict[int, int]:
    """Paragraphs that ask (问：…？), each with one that answers (答：…) under it: index and number; one alone may be quoted."""
    found = [
        index
        for index, (asks, answers) in enumerate(pairwise(blocks))
        if asks.step is None
        and answers.step is None
        and _ASKS.match(text, asks.start, asks.end)
        and _ANSWERS.match(text, answers.start, answers.end)
    ]
    return {index: number for number, index in enumerate(found, start=1)} if len(found) > 1 else {}


_LISTED = re.compile(
    r"(?:^|\n|(?<=[ \u3000]))[ \u3000]*(?:\d{1,2}[.．、])?[ \u3000]*([^\n]+?)(?=\n|[ \u3000]+\d{1,2}[.．、]|$)"
)
_LISTED_NEXT = r"(?<=[^\d\s.．])%d[.．、](?=[^\d]|(?:19|20)\d\d年)"


def _listed_names(body: str, offset: int) -> list[tuple[int, int]]:
    """Spans of the names of attachments (1.… 2.…), each without its number; line breaks may be lost."""
    names = []
    for match in _LISTED.finditer(body):
        start, number = match.start(1), 2
        # Nothing stands between them: the numbers in order tell where the next one begins.
        while following := re.compile(_LISTED_NEXT % number).search(body, start, match.end(1)):
            names.append((offset + start, offset + following.start()))
            start, number = following.end(), number + 1
        names.append((offset + start, offset + match.end(1)))
    return names


def _number(label: str, step: Step) -> str:
    return ".".join(re.findall(r"\d+", label)) if step.candidate.family.dotted else number_text(step.candidate.number)
