"""How an outline grows: open sections, new sections, clauses with their stems."""

from itertools import pairwise

from transforms.segment.blocks import Block, trim
from transforms.segment.front import Front
from transforms.segment.leaves import split_clauses
from transforms.segment.series import inline_series, label_of
from transforms.segment.tree import Leaf, Node, Outline

DEEPEST = 99.0
"""Level of what any numbered division closes."""
_DEPENDENT = frozenset(("item", "point", "bullet", "heading", "inline"))


class Growth:
    """An outline, the stack of its open sections, and the moves that add to it."""

    def __init__(self, text: str, blocks: list[Block], front: Front) -> None:
        self.text = text
        self.blocks = blocks
        self.front = front
        self.out = Outline(front, roles=list(front.roles), fields=dict(front.fields))
        self.stack: list[int] = []
        self.zone = -1
        self.chapter = -1
        self.chapters = 0
        self.last_leaf: list[int] = []
        self.last_free_leaf = -1

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
        """Split a paragraph into clauses; items hang on the last clause that ended with a colon; series get sections.

        立法技术规范: a stem ends with a colon and governs the 项 after it.
        """
        home = self.stack[-1] if self.stack else -1
        series = inline_series(self.text, start, end)
        if not series:
            for a, b in split_clauses(self.text, start, end):
                self._leaf(a, b, home)
            return
        cuts = [start, *[s for s, _ in series], end]
        if (stop := self._series_end(cuts)) < end:
            cuts.insert(-1, stop)
        for place, (a, b) in enumerate(pairwise(cuts)):  # before, members, after
            node = home
            if 0 < place <= len(series):
                label, number = series[place - 1][0], series[place - 1][1]
                parent = home
                entry = Node(
                    "inline",
                    a,
                    parent,
                    (self.out.nodes[home].depth if home >= 0 else 0) + 1,
                    label_text=label_of(self.text, label, b),
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

    def _first_paragraph(self, article: int) -> None:
        """Set a section around what the article holds so far: it turns out to be its first 款.

        An article of one paragraph has no 款 of its own; with the second paragraph the first becomes one.
        """
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
