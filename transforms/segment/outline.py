"""The outline of one document: zones, divisions with their titles, paragraphs, and the spans of its leaf clauses.

Works on the reading text (`View.text`); `rows.py` maps the result back to canonical offsets.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from transforms.segment.blocks import Block, find_blocks, trim
from transforms.segment.candidates import BLANKS, STOPS, Boundary, find_candidates
from transforms.segment.chain import Step, choose
from transforms.segment.chapters import infer_chapters
from transforms.segment.dates import parse_date
from transforms.segment.front import Front, flat_title, read_front
from transforms.segment.grammar import SUB, number_text
from transforms.segment.leaves import split_clauses
from transforms.segment.lexicon import DATE, Lexicon, Rules
from transforms.segment.view import View
from transforms.segment.zones import find_attachment_heads, find_attachment_lists, find_contents, find_tables

LONGEST_RUN_IN = 45
LONGEST_TITLE = 80
DEEPEST = 99.0
MOST_SIGNERS = 12


@dataclass(slots=True)
class Node:
    """One section, in reading coordinates.

    Attributes:
        depth: Level within the numbering of the zone, as published.
        level: Place among the open sections: a section closes those of its level and deeper. Zones have 0, numbered
            divisions their depth in the chain, a 款 half a level under its article.
        label: Span of the label, or None.
        title: Span of the title, or None.

    """

    kind: str
    start: int
    parent: int
    depth: int
    level: float = 0.0
    label: tuple[int, int] | None = None
    label_text: str | None = None
    title: tuple[int, int] | None = None
    number: str | None = None
    inferred: bool = False
    evidence: list[str] = field(default_factory=list)
    end: int = -1


@dataclass(slots=True)
class Leaf:
    """One clause, in reading coordinates; `stem` is the index of the leaf that it depends on."""

    start: int
    end: int
    node: int
    stem: int = -1


@dataclass(slots=True)
class Outline:
    """All that was found in a document."""

    front: Front
    nodes: list[Node] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    roles: list[tuple[int, int, str]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    attachments: list[tuple[int, int]] = field(default_factory=list)
    findings: list[tuple[str, str, str, int, int]] = field(default_factory=list)


def outline_of(view: View, rules: Rules) -> Outline:
    """Find the outline of a document."""
    text = view.text
    every = find_candidates(text, rules.grammar, skip=[])
    contents = find_contents(text, every)
    lists = find_attachment_lists(text)
    tables = find_tables(text)
    skip = _disjoint([*contents, *lists, *tables])
    if skip:
        every = find_candidates(text, rules.grammar, skip=skip)
    heads = find_attachment_heads(text, skip)
    steps = _prune(text, choose(text, every, zones=heads))
    flat = view.layout == "flat" or text.count("\n") <= 2
    blocks = find_blocks(text, steps, skip, flat=flat)
    zone_of = (
        {start: "toc" for start, _ in contents} | {s: "attachments" for s, _ in lists} | {s: "table" for s, _ in tables}
    )
    front = read_front(text, _front_blocks(blocks, zone_of), rules.lexicon)
    return _Builder(text, blocks, steps, front, zone_of, rules.lexicon, flat=flat).build()


def _disjoint(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _front_blocks(blocks: list[Block], zone_of: dict[int, str]) -> list[Block]:
    """Blocks before the first zone that is no front matter."""
    for index, block in enumerate(blocks):
        if block.start in zone_of:
            return blocks[:index]
    return blocks


def _prune(text: str, steps: list[Step]) -> list[Step]:
    """Drop a number that stands alone in the middle of text: one label makes no sequence."""
    counts: dict[tuple[int, int], int] = defaultdict(int)
    group_of: list[tuple[int, int]] = []
    parents: list[int] = []
    for index, step in enumerate(steps):
        del parents[step.depth - 1 :]
        group = (step.candidate.family.index, parents[-1] if parents else -1)
        group_of.append(group)
        counts[group] += 1
        parents.append(index)
    kept = []
    for step, group in zip(steps, group_of, strict=True):
        weak = step.candidate.boundary in (Boundary.MID, Boundary.BLANK, Boundary.STOP)
        if counts[group] < step.candidate.family.least:
            continue
        lonely = counts[group] == 1 and step.how in ("first", "late_first") and step.candidate.family.title != "line"
        if lonely and weak and text[step.candidate.end : step.candidate.end + 1] not in BLANKS:
            continue
        kept.append(step)
    return kept


_BULLET = re.compile("(?:——|—|--|[●■◆▲•·※☆★])(?=[^—\\-\\s])")
_INLINE = re.compile(
    "(?:(?<=^)|(?<=[。；;，,：:、 \u3000\n]))"
    "(?:([一二三四五六七八九十])(?:是|要|方面，|则)|第([一二三四五六七八九十])[，,、]|(首先|其次|再次|最后)[，,])",
)
_INLINE_WORDS = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
_HAN_NUMBER = {c: i + 1 for i, c in enumerate("一二三四五六七八九十")}
_SIGNED = re.compile(f"(?P<organ>[^。；，！？\\n]{{0,60}}?){{b}}(?P<date>{DATE})$".replace("{b}", "[ \u3000\t]*"))
_DATE_ONLY = re.compile(f"^[（(]?{DATE}[）)]?$")
_UNNUMBERED_CHAPTER = re.compile("^[附总][ \u3000]*则$")
_PREFACE = re.compile("^(?:序|前|引|导)[ \u3000]*言$")
_IMPRINT = re.compile(f"^(?:抄[ \u3000]*[送报][:：].*|.{{2,40}}?[ \u3000]*{DATE}[ \u3000]*印发)$")
_NOTE = re.compile(r"^[（(][^（）()]{2,40}[）)]$")
_ATTACHMENT_HEAD = re.compile(
    "^附[ \u3000]*[件表录图][ \u3000]*(?P<number>[0-9０-９一二三四五六七八九十]{0,3})(?P<rest>[ \u3000]*[：:]?.{0,60})$"
)
_SELF_ENDING = frozenset(
    ("signature", "toc", "table", "note", "lead_in", "inline", "bullet", "heading", "item", "point")
)
_DEPENDENT = frozenset(("item", "point", "bullet", "heading", "inline"))
_EFFECTIVE = re.compile(f"自(?P<date>{DATE})起(?:施行|实施|执行|生效)")


class _Builder:
    """Walks over the blocks once and grows the outline."""

    def __init__(
        self,
        text: str,
        blocks: list[Block],
        steps: list[Step],
        front: Front,
        zone_of: dict[int, str],
        lexicon: Lexicon,
        *,
        flat: bool,
    ) -> None:
        self.flat = flat
        self.text = text
        self.blocks = blocks
        self.front = front
        self.zone_of = zone_of
        self.lexicon = lexicon
        self.out = Outline(front, roles=list(front.roles), fields=dict(front.fields))
        self.stack: list[int] = []
        self.zone: int = -1
        self.signed = False
        self.run_in = _run_in_groups(text, blocks, lexicon)
        self.listed = _listed(text, blocks)
        self.series = _paragraph_series(text, blocks)
        self.entries = _flat_entries(steps)
        self.lead_ins, self.openers = infer_chapters(text, blocks, self.entries, lexicon)
        self.chapter = -1
        self.chapters = 0
        self.last_numbered = max((i for i, b in enumerate(blocks) if b.step is not None), default=-1)
        self.title = re.sub(r"\s", "", "".join(text[a:b] for a, b in front.title))
        self.first_zone = -1
        self.acts = [s.candidate.start for s in steps if s.candidate.family.kind == "article"]
        self.last_leaf: list[int] = []
        self.last_free_leaf = -1

    def build(self) -> Outline:
        """Build the outline."""
        start = self.front.body
        if start == 0 and self.blocks and not self.front.title:
            self._flat_head()
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

    # Blocks -------------------------------------------------------------------------------------------------------

    def _flat_head(self) -> None:
        block = self.blocks[0]
        title = flat_title(self.text, block.start, block.end) if block.step is None else None
        if title is None:
            return
        self.front.title = [title]
        self.out.roles.append((*title, "heading"))
        rest = trim(self.text, title[1], block.end)
        head = [Block(*rest, None, new_line=True)] if rest[0] < rest[1] else []
        self.blocks[0:1] = head

    def _zone_block(self, block: Block, zone: str) -> None:
        if zone == "attachments":
            self.out.roles.append((block.start, block.end, "metadata"))
            body = re.sub("^附[ \u3000]*件[ \u3000]*[：:][ \u3000]*", "", self.text[block.start : block.end])
            offset = block.end - len(body)
            for match in re.finditer(
                r"(?:^|\n|(?<=[ \u3000]))[ \u3000]*(?:\d{1,2}[.．、])?[ \u3000]*([^\n]+?)(?=\n|[ \u3000]+\d{1,2}[.．、]|$)",
                body,
            ):
                self.out.attachments.append((offset + match.start(1), offset + match.end(1)))
            return
        kind = "toc" if zone == "toc" else "table"
        self._add(
            Node(kind, block.start, self._open_parent(), self._depth_here(), evidence=[f"zone:{kind}"], end=block.end)
        )
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
            evidence=[
                f"numbering:{family.name}",
                f"sequence:{step.how}",
                f"before:{step.candidate.boundary.name.lower()}",
            ],
        )
        self.out.roles.append((label_start, label_end, "label"))
        body_start, body_end = trim(self.text, label_end, block.end)
        while body_start < body_end and self.text[body_start] in "：:" and family.title != "none":
            self.out.roles.append((body_start, body_start + 1, "heading"))
            body_start = trim(self.text, body_start + 1, body_end)[0]
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        title_end = self._title_end(block, step, in_article=in_article, body_start=body_start, following=following)
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

    def _paragraph(self, index: int, block: Block) -> None:
        text = self.text
        line = text[block.start : block.end]
        if index in self.lead_ins:
            self._open_chapter(block.start, "lead_in")
            self._unit("lead_in", block, ["lead_in:one sentence before a number"], depth=2)
            return
        if self.title and re.sub(r"\s", "", line) == self.title:
            self.out.roles.append((block.start, block.end, "heading"))  # the title, printed again over the text
            return
        if _UNNUMBERED_CHAPTER.match(line) and self._heads_articles(index):
            self._unnumbered_chapter(block)
            return
        if len(line) <= 100 and self._back_matter(index, block, line):
            return
        previous = self.blocks[index - 1] if index else None
        if _BULLET.match(line) and self._is_list(index):
            self._bullet(block)
            return
        if index in self.series:
            self._series_paragraph(block, self.series[index])
            return
        if _PREFACE.match(line):
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
            or self.out.nodes[self.stack[-1]].start in self.listed
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

    def _is_list(self, index: int) -> bool:
        """A bullet needs a neighbour: a paragraph that merely begins with a dash is prose."""
        for other in (index - 1, index + 1):
            if 0 <= other < len(self.blocks):
                block = self.blocks[other]
                if block.step is None and _BULLET.match(self.text, block.start, block.end):
                    return True
        before = self.blocks[index - 1] if index else None
        return before is not None and self.text[before.end - 1] in "：:"

    def _bullet(self, block: Block) -> None:
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
            label_text=mark.group(),
            number=str(siblings + 1),
            evidence=["bullet"],
        )
        self.stack.append(self._add(node))
        self._prose(block.start, block.end)

    def _series_paragraph(self, block: Block, number: int) -> None:
        """A paragraph that begins with 一是, 二是 …: a member of a series."""
        while self.stack and self.out.nodes[self.stack[-1]].kind in ("bullet", "inline"):
            self.out.nodes[self.stack.pop()].end = block.start
        mark = _INLINE.match(self.text, block.start, block.end)
        label = mark.group().rstrip("，,、") if mark else None
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
        """The next 款: an unnumbered paragraph of an article, after its first or after a list of 项."""
        while self.stack and self.stack[-1] != article:
            self.stack.pop()
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

    def _first_paragraph(self, article: int) -> None:
        """Set a section around what the article holds so far: it turns out to be its first 款."""
        parent = self.out.nodes[article]
        start = trim(self.text, (parent.title or parent.label or (parent.start, parent.start))[1], len(self.text))[0]
        place = article + 1
        node = Node(
            "paragraph",
            start,
            article,
            parent.depth + 1,
            parent.level + 0.5,
            number="1",
            evidence=["paragraph of an article"],
        )
        self.out.nodes.insert(place, node)
        for other in self.out.nodes[place + 1 :]:
            if other.parent >= place:
                other.parent += 1
            elif other.parent == article:
                other.parent = place
                other.depth = max(other.depth, node.depth + 1)
        for leaf in reversed(self.out.leaves):
            if leaf.node < article:
                break
            leaf.node = place if leaf.node == article else leaf.node + 1
        self.last_leaf.insert(place, self.last_leaf[article])
        self.last_leaf[article] = -1
        self.stack = [i + 1 if i >= place else i for i in self.stack]
        self.zone += self.zone >= place
        self.chapter += self.chapter >= place

    def _subhead(self, block: Block) -> None:
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

    def _in_attachment_of_an_act(self) -> bool:
        """Numbered lines in the attachment of an act are no divisions of the act: those are its chapters and articles."""
        if self.zone < 0 or not self.acts:
            return False
        return self.out.nodes[self.zone].start > self.acts[0] and not any(
            a > self.out.nodes[self.zone].start for a in self.acts
        )

    def _heads_articles(self, index: int) -> bool:
        """An article stands below: 附则 is a chapter there, although it bears no number."""
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        return (
            following is not None and following.step is not None and following.step.candidate.family.kind == "article"
        )

    def _unnumbered_chapter(self, block: Block) -> None:
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
        """序言, 前言: an unnumbered division before the first chapter; its text is the preamble."""
        self._unnumbered_chapter(block)
        node = Node("preamble", block.end, self._open_parent(), 2, DEEPEST, evidence=["text under the heading 序言"])
        following = trim(self.text, block.end, len(self.text))[0]
        if following < len(self.text):
            node.start = following
            self.stack.append(self._add(node))

    def _is_subhead(self, index: int, block: Block, line: str, previous: Block | None) -> bool:
        if not block.new_line or len(line) > 40 or any(c in STOPS or c in "，,、" for c in line.rstrip("？！?!")):
            return False
        if previous is not None and self.text[previous.end - 1] in "：:，,、":
            return False
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if following is None or line[0] in "“”（(" or line[-1] in "”）)":
            return False
        body = self.text[following.start : following.end]
        return following.step is not None or (len(body) > len(line) and any(c in "。；" for c in body))

    def _back_matter(self, index: int, block: Block, line: str) -> bool:
        """Signature, date, note and heading of an attachment: the 主体 ends and what is attached begins."""
        if _DATE_ONLY.match(line):
            self._signature(index, block)
            return True
        signed = _SIGNED.match(line)
        if signed and (self.lexicon.organ.search(signed.group("organ").strip()) or not signed.group("organ").strip()):
            self._sign((block.start, block.end), signed.group("date"), signed.group("organ").strip(), block)
            return True
        if self._signs_before_date(index):
            return True  # painted when the date is met
        if _IMPRINT.match(line):
            self._unit("note", block, ["版记"], role="metadata")
            return True
        if _NOTE.match(line) and any(word in line for word in self.lexicon.words["note"]):
            self._unit("note", block, ["note in brackets"], role="metadata")
            self.signed = True
            return True
        if _ATTACHMENT_HEAD.match(line) and block.new_line and not line.endswith(("。", "；", "，")):
            self._attachment(block)
            return True
        if self.signed and block.new_line and not any(c in "。；，" for c in line) and len(line) <= LONGEST_TITLE:
            self._inner_title(block)
            return True
        return False

    def _signs_before_date(self, index: int) -> bool:
        """A line of the signature: an organ, over other organs or over the date."""
        for block in self.blocks[index : index + MOST_SIGNERS]:
            line = self.text[block.start : block.end]
            if block.step is not None:
                return False
            if _DATE_ONLY.match(line):
                return block is not self.blocks[index]
            if not self._is_organ(line):
                return False
        return False

    def _is_organ(self, line: str) -> bool:
        return len(line) <= 60 and bool(self.lexicon.organ.search(line)) and not any(c in "。；，：" for c in line)

    def _signature(self, index: int, block: Block) -> None:
        start = block.start
        organ = ""
        first = index
        while first > max(self.front.body, index - MOST_SIGNERS + 1):
            before = self.blocks[first - 1]
            name = self.text[before.start : before.end]
            if before.step is not None or not self._is_organ(name):
                break
            start = before.start
            organ = name
            first -= 1
        self._sign((start, block.end), self.text[block.start : block.end], organ, block)

    def _sign(self, span: tuple[int, int], date: str, organ: str, block: Block) -> None:
        self._close_to_zone()
        node = Node("signature", span[0], self._open_parent(), 1, evidence=["organ and date under the text"])
        self._add(node)
        node.end = block.end
        self.out.roles.append((*span, "metadata"))
        if (signed_on := parse_date(date)) is not None:
            self.out.fields.setdefault("written_on", signed_on)
        if organ:
            self.out.fields.setdefault("signed_by", organ)
        self.signed = True

    def _attachment(self, block: Block) -> None:
        self.stack.clear()
        self.chapter = -1
        head = _ATTACHMENT_HEAD.match(self.text[block.start : block.end])
        rest = head.group("rest").strip(" \u3000：:") if head else ""
        node = Node("attachment", block.start, -1, 1, evidence=["附件"])
        node.number = (head.group("number") or None) if head else None
        mark = trim(self.text, block.start, block.end - len(rest))[1]
        while mark > block.start and self.text[mark - 1] in "：: \u3000":
            mark -= 1
        node.label_text = self.text[block.start : mark]
        if rest:
            node.title = (block.end - len(rest), block.end)
        self.out.roles.append((block.start, block.end, "heading"))
        self._open_zone(node)
        self.signed = not rest

    def _open_zone(self, node: Node) -> None:
        self.zone = self._add(node)
        self.stack.append(self.zone)
        if self.first_zone < 0:
            self.first_zone = node.start

    def _inner_title(self, block: Block) -> None:
        """Title of what a notice issues, under its signature; or of an attachment, under the word 附件."""
        current = self.out.nodes[self.zone] if self.zone >= 0 else None
        self.out.roles.append((block.start, block.end, "heading"))
        if (
            current is not None
            and self.stack == [self.zone]
            and not any(n.parent == self.zone for n in self.out.nodes)
            and (current.title is None or current.title[1] >= block.start - 2)
        ):
            current.title = (current.title[0] if current.title else block.start, block.end)
        else:
            self.stack.clear()
            self.chapter = -1
            node = Node(
                "attachment", block.start, -1, 1, title=(block.start, block.end), evidence=["title under the signature"]
            )
            self._open_zone(node)
        if self.lexicon.title_end.search(re.sub(r"\s", "", self.text[block.start : block.end])):
            self.signed = False

    # Pieces -------------------------------------------------------------------------------------------------------

    def _open_chapter(self, start: int, why: str) -> None:
        self._close_to_zone()
        self.chapters += 1
        node = Node(
            "chapter",
            start,
            self._open_parent(),
            1,
            1.0,
            number=str(self.chapters),
            inferred=True,
            evidence=[f"inferred:{why}"],
        )
        self.chapter = self._add(node)
        self.stack.append(self.chapter)

    def _unit(self, kind: str, block: Block, evidence: list[str], *, depth: int = 1, role: str = "clause") -> None:
        node = Node(kind, block.start, self._open_parent(), depth, evidence=evidence, end=block.end)
        index = self._add(node)
        if role != "clause":
            self.out.roles.append((block.start, block.end, role))
            return
        self.stack.append(index)
        self._prose(block.start, block.end)
        self.stack.pop()

    def _prose(self, start: int, end: int) -> None:
        """Split a paragraph into clauses; items hang on the last clause that ended with a colon; series get sections."""
        home = self.stack[-1] if self.stack else -1
        series = _inline_series(self.text, start, end)
        cuts = [start, *[s for s, _ in series], end]
        if series and (stop := self._series_end(cuts)) < end:
            cuts.insert(-1, stop)
        for place, (a, b) in enumerate(pairwise(cuts)):  # before, members, after
            node = home
            if 0 < place <= len(series):
                label, number = series[place - 1][0], series[place - 1][1]
                parent = home
                match = _INLINE.match(self.text, label)
                entry = Node(
                    "inline",
                    a,
                    parent,
                    (self.out.nodes[home].depth if home >= 0 else 0) + 1,
                    label_text=match.group().rstrip("，,、") if match else None,
                    number=str(number),
                    evidence=["series in a paragraph"],
                    end=b,
                )
                node = self._add(entry)
            for x, y in split_clauses(self.text, a, b):
                self._leaf(x, y, node)

    def _series_end(self, cuts: list[int]) -> int:
        """End of the last member of a series: its first full stop, where the members before hold one sentence each."""
        members = [self.text[a:b].strip() for a, b in pairwise(cuts[1:-1])]
        stop = self.text.find("。", cuts[-2], cuts[-1])
        one_sentence = all("。" not in member[:-1] for member in members)
        return stop + 1 if one_sentence and stop >= 0 else cuts[-1]

    def _leaf(self, start: int, end: int, node: int) -> None:
        self.out.leaves.append(Leaf(start, end, node, self._stem_of(node)))
        self.out.roles.append((start, end, "clause"))
        if node >= 0:
            self.last_leaf[node] = len(self.out.leaves) - 1
        else:
            self.last_free_leaf = len(self.out.leaves) - 1

    def _stem_of(self, node: int) -> int:
        """The clause that an item depends on: the last one of the section around it, where it ends with a colon."""
        if node < 0 or self.out.nodes[node].kind not in _DEPENDENT or self.last_leaf[node] >= 0:
            return -1
        parent = self.out.nodes[node].parent
        stem = self.last_leaf[parent] if parent >= 0 else self.last_free_leaf
        return stem if stem >= 0 and self.text[self.out.leaves[stem].end - 1] in "：:" else -1

    def _add(self, node: Node) -> int:
        self.out.nodes.append(node)
        self.last_leaf.append(-1)
        return len(self.out.nodes) - 1

    def _open_parent(self) -> int:
        return self.stack[-1] if self.stack else -1

    def _level_here(self) -> float:
        return self.out.nodes[self.stack[-1]].level if self.stack else 0.0

    def _depth_here(self) -> int:
        return (self.out.nodes[self.stack[-1]].depth if self.stack else 0) + 1

    def _close_to_zone(self) -> None:
        self.stack = [self.zone] if self.zone >= 0 else []

    def _title_end(
        self, block: Block, step: Step, *, in_article: bool, body_start: int, following: Block | None
    ) -> int:
        """Where the title after a label ends; `body_start` where there is none."""
        family = step.candidate.family
        text = self.text
        if body_start >= block.end:
            return body_start
        body = text[body_start : block.end]
        if family.title == "none":
            bracket = re.match(r"[【（(〔\[]([^】）)〕\]，。]{2,30})[】）)〕\]](?=[ \u3000\n]|$)", body)
            return body_start + bracket.end() if bracket and body[0] in "【〔[" else body_start
        stop = next((i for i, c in enumerate(body) if c in "。；！？;"), -1)
        if family.title == "line":
            if stop < 0 and len(body) <= LONGEST_TITLE:
                return block.end
            blank = re.search(r"(?<=[^ \u3000]{2})[ \u3000]+", body[:LONGEST_TITLE])
            return body_start + (blank.start() if blank and (stop < 0 or blank.start() < stop) else 0)
        if in_article:
            return body_start
        if self.flat and (
            blank := re.search(r"(?<=[^ \u3000，,；：、])[ \u3000]+(?=[^ \u3000])", body[:LONGEST_RUN_IN])
        ):
            # A line break that became a blank: what stands before it, without a comma, was a line of its own.
            head = body[: blank.start()]
            if len(head) > 1 and not any(c in STOPS for c in head):
                return body_start + blank.start()
        if stop < 0:
            listed = step.candidate.start in self.listed
            return block.end if len(body) <= LONGEST_TITLE and body[-1] not in "：:，,、" and not listed else body_start
        whole = stop == len(body) - 1
        if whole:
            listed = step.candidate.start in self.listed
            short = stop <= LONGEST_RUN_IN and body[-1] == "。" and not listed and not _states(body, self.lexicon)
            opens = following is not None and following.new_line and self._has_body(following, step)
            return block.end if short and opens else body_start
        if (
            body[stop] == "。"
            and self.run_in.get(_group(step), False)
            and stop <= LONGEST_RUN_IN
            and not _states(body[:stop], self.lexicon)
        ):
            return body_start + stop + 1
        return body_start

    def _has_body(self, following: Block, step: Step) -> bool:
        if following.step is not None:
            return following.step.depth > step.depth
        line = self.text[following.start : following.end]
        return len(line) > 12 and line[0] not in "（(" and not _DATE_ONLY.match(line)

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
        for match in _EFFECTIVE.finditer(self.text):
            if (date := parse_date(match.group("date"))) is not None:
                self.out.fields.setdefault("effective_on", date)

    def _sequence_findings(self) -> None:
        for node in self.out.nodes:
            how = next((e.split(":", 1)[1] for e in node.evidence if e.startswith("sequence:")), "")
            if how in ("gap", "repeat", "back", "late_first") and node.label:
                code = {
                    "gap": "numbering_gap",
                    "repeat": "numbering_repeat",
                    "back": "numbering_back",
                    "late_first": "numbering_start",
                }[how]
                label = self.text[node.label[0] : node.label[1]]
                self.out.findings.append((code, "warning", f"{label} does not continue its sequence.", *node.label))


def _number(label: str, step: Step) -> str:
    return ".".join(re.findall(r"\d+", label)) if step.candidate.family.dotted else number_text(step.candidate.number)


def _states(sentence: str, lexicon: Lexicon) -> bool:
    """A first sentence that states a rule or an act is a clause, no heading."""
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


def _run_in_groups(text: str, blocks: list[Block], lexicon: Lexicon) -> dict[int, bool]:
    """Does this family, at this depth, set headings before its text? Most of its members must look so.

    Members of one sequence are set alike (GB/T 9704-2012 7.3.3): one short first sentence among long ones is a statement.
    """
    short: dict[int, int] = defaultdict(int)
    total: dict[int, int] = defaultdict(int)
    for block in blocks:
        if block.step is None or block.step.candidate.family.title != "run_in":
            continue
        a, b = trim(text, block.step.candidate.end, block.end)
        body = text[a:b]
        stop = next((i for i, c in enumerate(body) if c in "。；！？;"), len(body))
        total[_group(block.step)] += 1
        if stop <= LONGEST_RUN_IN and body[stop : stop + 1] in ("。", "") and not _states(body[:stop], lexicon):
            short[_group(block.step)] += 1
    return {group: short[group] * 10 >= count * 6 for group, count in total.items()}


def _listed(text: str, blocks: list[Block]) -> set[int]:
    """Starts of the labels whose sequence is a list: the member before ends with ； or introduces with a colon."""
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


def _flat_entries(steps: list[Step]) -> set[int]:
    """Starts of the entries of a flat numbering: Arabic numbers, at least eight, that run through with nothing above them."""
    top = [s for s in steps if s.depth == 1]
    least = 8
    arabic = [s for s in top if s.candidate.family.name == "arabic"]
    if len(arabic) >= least and len(arabic) >= len(top) * 0.9 and arabic[-1].candidate.number // SUB >= least:
        return {s.candidate.start for s in arabic}
    return set()


def _series_number(match: re.Match[str]) -> int:
    return _HAN_NUMBER.get(match.group(1) or match.group(2) or "", 0) or _INLINE_WORDS.get(match.group(3) or "", 0)


def _paragraph_series(text: str, blocks: list[Block]) -> dict[int, int]:
    """Block -> number, for paragraphs that begin with 一是, 二是 … and count from one."""
    heads = {}
    for index, block in enumerate(blocks):
        if block.step is None and (match := _INLINE.match(text, block.start, block.end)):
            heads[index] = _series_number(match)
    members: dict[int, int] = {}
    run: list[int] = []
    for index in [*heads, -1]:
        number = heads.get(index, 0)
        if run and number == heads[run[-1]] + 1:
            run.append(index)
            continue
        if len(run) > 1:
            members.update({i: heads[i] for i in run})
        run = [index] if number == 1 else []
    return members


def _inline_series(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, number) of the members of a series 一是…二是… that counts from one, at least two."""
    found: list[tuple[int, int]] = []
    for match in _INLINE.finditer(text, start, end):
        number = _series_number(match)
        if number == 1 and len(found) <= 1:
            found = [(match.start(), 1)]
        elif found and number == found[-1][1] + 1:
            found.append((match.start(), number))
    return found if len(found) > 1 else []
