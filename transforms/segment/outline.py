"""The outline of one document: zones, divisions with their titles, paragraphs, and the spans of its leaf clauses.

Works on the reading text (`View.text`); `rows.py` maps the result back to canonical offsets. The steps: marks that may be
labels (candidates), zones that hold none (zones), the best chain of labels (chain), paragraphs (blocks), front matter
(front), then one walk that grows the tree (builder).
"""

from collections import defaultdict

from transforms.segment.agreement import contradictions
from transforms.segment.blocks import Block, find_blocks, trim
from transforms.segment.builder import Builder
from transforms.segment.candidates import BLANKS, STOP, find_candidates, outside
from transforms.segment.chain import Step, choose
from transforms.segment.contents import link_contents
from transforms.segment.front import read_front
from transforms.segment.grammar import SUB
from transforms.segment.rules import Rules
from transforms.segment.tree import Outline
from transforms.segment.view import View
from transforms.segment.zones import (
    find_attachment_heads,
    find_attachment_lists,
    find_contents,
    find_glossary,
    find_issued,
    find_tables,
)


def outline_of(view: View, rules: Rules) -> Outline:
    """Find the outline of a document."""
    text = view.text
    every = find_candidates(text, rules.grammar)
    contents = find_contents(text, outside(every, []))
    lists = find_attachment_lists(text)
    cells = _known_tables(view)
    tables = [*cells, *(span for span in find_tables(text) if not any(span[0] < b and a < span[1] for a, b in cells))]
    skip = _disjoint([*contents, *lists, *tables])
    heads = find_attachment_heads(text, skip)
    flat = view.layout == "flat" or text.count("\n") <= 2
    glossary = find_glossary(text) if flat else None
    if glossary:
        heads = sorted({*heads, glossary[0]})
    steps = _prune(text, choose(text, outside(every, skip), zones=heads))
    issued = find_issued(text) if flat else None
    blocks = find_blocks(text, steps, skip, [*heads, *(glossary or ()), *(issued or ())], flat=flat)
    zone_of = (
        {start: "toc" for start, _ in contents} | {s: "attachments" for s, _ in lists} | {s: "table" for s, _ in tables}
    )
    front = read_front(text, _front_blocks(blocks, zone_of), rules.lexicon)
    builder = Builder(
        text,
        blocks,
        steps,
        front,
        rules.lexicon,
        zone_of=zone_of,
        entries=_flat_entries(steps),
        flat=flat,
        cells={start: rows for (start, _), rows in cells.items()},
        runs=view.runs,
    )
    outline = builder.build()
    link_contents(text, outline, every)
    outline.findings += contradictions(text, outline, rules.lexicon)
    return outline


def _known_tables(view: View) -> dict[tuple[int, int], list[list[str]]]:
    """Spans of the tables that the source knows, in the reading text, with their rows."""
    known: dict[tuple[int, int], list[list[str]]] = {}
    for start, end, rows in view.tables:
        a, b = trim(view.text, view.place(start), view.place(end))
        if a < b:
            known[a, b] = rows
    return known


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
    """Drop a number that stands alone in the middle of text: one label makes no sequence.

    It is not alone where the family goes on from it under the next heading (（二） after （一）), or where it holds others.
    """
    counts: dict[tuple[int, int], int] = defaultdict(int)
    group_of: list[tuple[int, int]] = []
    parents: list[int] = []
    for index, step in enumerate(steps):
        del parents[step.depth - 1 :]
        group = (step.candidate.family.index, parents[-1] if parents else -1)
        group_of.append(group)
        counts[group] += 1
        parents.append(index)
    last: dict[int, int] = {}
    continued: set[int] = set()
    for index, step in enumerate(steps):
        if step.how == "goes_on" and step.candidate.family.index in last:
            continued.add(last[step.candidate.family.index])
        last[step.candidate.family.index] = index
    kept = []
    for index, (step, group) in enumerate(zip(steps, group_of, strict=True)):
        weak = step.candidate.boundary <= STOP
        if counts[group] < step.candidate.family.least:
            continue
        lonely = counts[group] == 1 and step.how in ("first", "late_first") and step.candidate.family.title != "line"
        holds = index in continued or (index + 1 < len(steps) and steps[index + 1].depth > step.depth)
        if lonely and weak and not holds and text[step.candidate.end : step.candidate.end + 1] not in BLANKS:
            continue
        kept.append(step)
    return kept


def _flat_entries(steps: list[Step]) -> set[int]:
    """Starts of the entries of a flat numbering: at least eight that run through with nothing above them.

    Practice of the Recommendations for five-year plans: entries are numbered through all chapters.
    """
    top = [s for s in steps if s.depth == 1]
    least = 8
    entries = [s for s in top if s.candidate.family.entries]
    if len(entries) >= least and len(entries) >= len(top) * 0.9 and entries[-1].candidate.number // SUB >= least:
        return {s.candidate.start for s in entries}
    return set()
