"""Entries of a table of contents and the divisions that they name.

GB/T 7713 and the practice of acts (立法技术规范: 目录 lists 编, 章, 节): an entry repeats label and title of a heading, in the
order of the text. So each entry means the next division of its label, or where that has none, of its title. An entry
that no division answers is a finding: the contents promise what the text does not hold.
"""

import re
from itertools import pairwise

from transforms.segment.blocks import squeeze, trim
from transforms.segment.candidates import BLANKS, Candidate
from transforms.segment.tree import Node, Outline
from transforms.segment.zones import DOTS, LEADER


def link_contents(text: str, outline: Outline, candidates: list[Candidate]) -> None:
    """Give every table of contents its entries with the index of the section each one names.

    Args:
        text: Reading text.
        outline: The finished outline; `links` of its `toc` nodes are filled, findings are added.
        candidates: All marks of the text, in order: where line breaks are lost they tell the entries apart.

    """
    for index, node in enumerate(outline.nodes):
        if node.kind != "toc":
            continue
        after = _names(text, outline, index)
        position = 0
        headings = {label + title for _, label, title in after if title}
        for start, end in _entries(text, node, candidates, headings):
            found = _find(squeeze(text[start:end]), after, position)
            if found is None:
                outline.findings.append(
                    ("contents_unanswered", "warning", "The contents name what the text does not hold.", start, end)
                )
                node.links.append((start, end, -1))
            else:
                position = found[0] + 1
                node.links.append((start, end, found[1]))


def _entries(text: str, node: Node, candidates: list[Candidate], headings: set[str]) -> list[tuple[int, int]]:
    """Spans of the entries, without leaders and page numbers; the word 目录 is none.

    A bare number between blanks is the page, unless it numbers one of the headings (1 总则).
    """
    inside = [c for c in candidates if node.start <= c.start < node.end]
    cuts = {m.end() for m in re.finditer("\n", text[node.start : node.end])}
    starts = {node.start + cut for cut in cuts}
    # A number behind dots is that of the page: 第一章 总则……（1）
    inside = [c for c in inside if not text[node.start : c.start].rstrip(BLANKS).endswith(tuple(DOTS))]
    starts |= {c.start for c in inside if not c.family.only_at_line or _numbers(text, c, node.end, headings)}
    edges = [*sorted(starts), node.end]
    spans = []
    for begin, stop in pairwise(edges):
        a, b = trim(text, begin, stop)
        if (leader := LEADER.search(text, a, b)) and leader.end() == b:
            b = trim(text, a, leader.start())[1]
        if a < b:
            spans.append((a, b))
    return spans


def _numbers(text: str, mark: Candidate, end: int, headings: set[str]) -> bool:
    """One of the headings reads like what begins at the mark."""
    longest = max(map(len, headings), default=0)
    ahead = squeeze(text[mark.start : min(end, mark.start + longest + 4)])
    return any(ahead.startswith(heading) for heading in headings)


def _names(text: str, outline: Outline, toc: int) -> list[tuple[int, str, str]]:
    """(index, label, title) of the sections after a table of contents that bear either."""
    named = []
    for index in range(toc + 1, len(outline.nodes)):
        node = outline.nodes[index]
        label = squeeze(text[slice(*node.label)]) if node.label else (node.label_text or "")
        title = squeeze(text[slice(*node.title)]) if node.title else ""
        if (label or title) and node.kind not in ("bullet", "inline"):
            named.append((index, label, title))
    return named


def _find(entry: str, named: list[tuple[int, str, str]], position: int) -> tuple[int, int] | None:
    """(place in `named`, index) of the first section from `position` on that the entry names, else of any before."""
    for places in (range(position, len(named)), range(position)):
        for place in places:
            index, label, title = named[place]
            if label and entry.startswith(label) and (not title or title in entry or entry == label):
                return place, index
            if not label and title == entry:
                return place, index
    for place in range(position, len(named)):  # a heading worded differently: its number is what counts
        index, label, _ = named[place]
        if label and entry.startswith(label):
            return place, index
    return None
