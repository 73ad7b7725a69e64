"""Scores of outlines against gold outlines that people have reviewed.

A gold outline is a dictionary: `sections` with `kind, label, title, level, start` (and `title_scored`, false where the
title is a guess), `articles` with `article_starts`, `category`. All offsets count code points of the source's text,
from 0. A newspaper page has sections of the kind 文章: its articles, which are the documents of the source.

Compared are three groups. *sections*: what has a printed label, or is one of the unnumbered heads 序言, 附则, 附件, and
stands outside articles. *articles*: the 第N条. *pages*: the articles of newspaper pages. An item is found when an item
begins at exactly its first character; label, level, parent and title are compared on those alone.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LAYOUTS = ("lines", "flat", "glued", "wrapped")
"""lines: as given. flat: every newline a space. glued: newlines deleted. wrapped: a newline after every 36 characters."""
WRAPPED_AT = 36
"""Characters of a line in the layout `wrapped`."""
GROUPS = ("sections", "articles", "pages")
ASPECTS = ("label", "level", "parent", "title_strict", "title_normalised")
"""What is compared on the items that were found."""
MOST_NODES = 1500
"""Larger outlines get no edit distance: its time grows with the product of their sizes."""
BEFORE, AFTER = 8, 30
"""Characters of context shown of a difference: before its place, and from there on."""

PAGE_KIND = "文章"
UNCOUNTED = frozenset(
    "inline bullet box attachment toc table lead_in preamble signature paragraph item point".split()  # noqa: SIM905
)
"""Kinds of section that the gold outlines do not hold."""

_UNNUMBERED = re.compile(r"^(?:序言|附则|附件[一二三四五六七八九十]*)$")
_HAN = "一二三四五六七八九十百千零〇○两"
_ARTICLE = re.compile(rf"^第[{_HAN}\d]+(?:[-－—–]\d+)?[条條]")
_SPACE = re.compile(r"\s+")
_LAST_STOPS = re.compile(r"[、.。：:；;，,]+$")
_FORMS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("条", _ARTICLE.pattern),
        ("分编", r"^第.+?分[编編]"),
        ("编", r"^第.+?[编編篇]"),
        ("章", r"^第.+?章"),
        ("节", r"^第.+?[节節]"),
        ("部分", r"^第.+?部分"),
        ("（一）", rf"^\([{_HAN}]+\)"),
        ("（1）", r"^\(\d+\)"),
        ("一、", rf"^[{_HAN}]+$"),
        ("1.1", r"^\d+(?:\.\d+)+$"),
        ("1.", r"^\d+$"),
    )
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of an outline.

    Attributes:
        start: Offset of its first character in the source.
        kind: Form of the label: 章, 一、, （一）; 无号 without one.
        label: As printed.
        title: As printed, or None where titles are not compared.
        level: 1 = outermost, or None where levels are not compared.
        parent: Start of the item around it, or None at the top.

    """

    start: int
    kind: str
    label: str
    title: str | None = None
    level: int | None = None
    parent: int | None = None


Items = dict[str, list[Item]]
"""Items by group, each in reading order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an outline differs: `-` is missing, `+` is spurious, `~` was found and differs in `what`."""

    sign: str
    start: int
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One document against its gold.

    Attributes:
        counts: By group: gold, found, matched, and for each aspect `aspect` right `of` compared.
        kinds: The same by kind of label; a spurious item counts for its own kind.
        differences: In the order of the text.
        distance: Edit distance of the outlines, and their sizes together; None where they are too large.

    """

    counts: dict[str, Counter[str]]
    kinds: dict[str, Counter[str]]
    differences: list[Difference] = field(default_factory=list)
    distance: tuple[int, int] | None = None


def relaid(text: str, layout: str) -> tuple[str, list[int]]:
    """Lay a text out in another way.

    Returns:
        The text, and for every old offset (the end included) its new one.

    """
    newline = {"flat": " ", "glued": ""}.get(layout, "\n")
    out: list[str] = []
    places: list[int] = []
    column = length = 0
    for character in text:
        if character == "\n":
            piece, column = newline, 0
        else:
            piece = character
            if layout == "wrapped":
                if column == WRAPPED_AT:
                    out.append("\n")
                    length, column = length + 1, 0
                column += 1
        places.append(length)
        out.append(piece)
        length += len(piece)
    return "".join(out), [*places, length]


def is_page(gold: Mapping[str, Any]) -> bool:
    """Tell whether a gold outline is that of a newspaper page."""
    return any(section["kind"] == PAGE_KIND for section in gold["sections"])


def gold_items(gold: Mapping[str, Any], places: Sequence[int]) -> Items:
    """Items of a gold outline; `places` gives for every offset the one in the text that is structured."""
    page = is_page(gold)
    sections = sorted(gold["sections"], key=lambda section: section["start"])
    items: Items = {group: [] for group in GROUPS}
    open_: list[tuple[int, int]] = []
    marks = [(section["start"], section) for section in sections]
    marks += [
        (start, label)
        for label, start in zip(gold.get("articles") or (), gold.get("article_starts") or (), strict=True)
    ]
    for start, entry in sorted(marks, key=lambda mark: mark[0]):
        place = places[start]
        if isinstance(entry, str):
            parent = open_[-1][1] if open_ else None
            items["articles"].append(Item(place, "条", entry, parent=parent))
            continue
        level = entry.get("level") or 1
        while open_ and open_[-1][0] >= level:
            open_.pop()
        parent = open_[-1][1] if open_ else None
        open_.append((level, place))
        title = entry.get("title") or None
        if not entry.get("title_scored", True):
            title = None
        item = Item(place, entry["kind"], entry["label"], title, None if page else entry.get("level"), parent)
        items["pages" if page else "sections"].append(item)
    return items


def found_items(
    documents: Sequence[Mapping[str, Any]], sections: Iterable[Mapping[str, Any]], *, page: bool = False
) -> Items:
    """Items of the rows that `segment` gives for one source; of a page, its documents."""
    items: Items = {group: [] for group in GROUPS}
    if page:
        items["pages"] = sorted((_article_of_page(document) for document in documents), key=lambda item: item.start)
        return items
    by_id = {section["section_id"]: section for section in sections}
    pieces = {document["document_id"]: document["fragments"] for document in documents}

    def start_of(section: Mapping[str, Any]) -> int:
        return _in_source(pieces[section["document_id"]], section["start"])

    for section in by_id.values():
        around = _around(section, by_id)
        if not _is_counted(section) or any(one["kind"] == "article" for one in around):
            continue
        above = next((one for one in around if _is_counted(one)), None)
        label = section["label"] or ""
        item = Item(
            start_of(section),
            form(label),
            label,
            section["title"] or "",
            section["depth"],
            None if above is None else start_of(above),
        )
        items["articles" if section["kind"] == "article" else "sections"].append(item)
    for listed in items.values():
        listed.sort(key=lambda item: item.start)
    return items


def compare(gold: Items, found: Items, text: str) -> Comparison:
    """Compare the outlines of one text."""
    result = Comparison({}, {}, distance=_distance(gold, found))
    labels = {item.start: item.label for item in _all(found)} | {item.start: item.label for item in _all(gold)}
    for group in GROUPS:
        result.counts[group] = Counter(gold=len(gold[group]), found=len(found[group]))
        pairs = _pairs(gold[group], found[group])
        for want, have in pairs:
            if want is not None and have is not None:
                aspects = _aspects(want, have)
                result.counts[group].update(aspects, matched=1)
                _count(result.kinds, want.kind, gold=1, found=1, matched=1)
                changed = _changes(want, have, labels, aspects)
                if changed:
                    result.differences.append(_difference("~", want, changed, text))
            elif want is not None:
                _count(result.kinds, want.kind, gold=1)
                result.differences.append(_difference("-", want, _name(want), text))
            elif have is not None:
                _count(result.kinds, have.kind, found=1)
                result.differences.append(_difference("+", have, _name(have), text))
    result.differences.sort(key=lambda difference: difference.start)
    return result


def total(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    """Sum counts."""
    summed: Counter[str] = Counter()
    for one in counts:
        summed.update(one)
    return summed


def rates(counts: Mapping[str, int]) -> dict[str, Any]:
    """Precision, recall, F1 and the share of every aspect, from 0 to 1; None where there is nothing to compare."""
    gold, found, matched = (counts.get(name, 0) for name in ("gold", "found", "matched"))
    result: dict[str, Any] = {"gold": gold, "found": found, "matched": matched}
    if gold or found:
        result["precision"] = matched / found if found else 0.0
        result["recall"] = matched / gold if gold else 0.0
        result["f1"] = 2 * matched / (gold + found)
    else:
        result.update(precision=None, recall=None, f1=None)
    for aspect in ASPECTS:
        compared = counts.get(f"{aspect} of", 0)
        result[aspect] = counts.get(aspect, 0) / compared if compared else None
        result[f"{aspect}_compared"] = compared
    return result


def similarity(distances: Iterable[tuple[int, int]]) -> float | None:
    """1 - edit distance / sizes of both outlines: 1 is the same outline, 0 has nothing in common."""
    pairs = list(distances)
    size = sum(sizes for _, sizes in pairs)
    return 1 - sum(distance for distance, _ in pairs) / size if size else None


def form(label: str) -> str:
    """Form of a label: 章 for 第二章, （一） for (三); 无号 without one, 其他 for another."""
    plain = normalised(label)
    if not plain:
        return "无号"
    return next((name for name, pattern in _FORMS if pattern.match(plain)), "其他")


def normalised(text: str | None) -> str:
    """Text in NFKC, without white space and without the stops at its end."""
    return _LAST_STOPS.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", text or "")))


def tree_distance(one: Sequence[tuple[str, int]], other: Sequence[tuple[str, int]]) -> int:
    """Fewest nodes to insert, delete or rename to make an ordered tree of another.

    Zhang & Shasha, Simple fast algorithms for the editing distance between trees and related problems, SIAM J. Comput.
    18 (1989), with all three costs 1.

    Args:
        one: (name, index of the parent or -1) of every node, parents before their children, in reading order.
        other: Likewise.

    """
    if list(one) == list(other):
        return 0
    a, b = _Postorder(one), _Postorder(other)
    trees = [[0] * len(b.names) for _ in a.names]
    for i in a.keyroots:
        for j in b.keyroots:
            _forest(a, b, i, j, trees)
    return trees[-1][-1]


class _Postorder:
    """A tree in postorder below an artificial root: names, leftmost leaf of every node, key roots."""

    def __init__(self, nodes: Sequence[tuple[str, int]]) -> None:
        children: list[list[int]] = [[] for _ in range(len(nodes) + 1)]
        for index, (_, parent) in enumerate(nodes):
            children[parent].append(index)  # -1: the last list, that of the root
        self.names: list[str] = []
        self.left: list[int] = []
        # (node, leftmost leaf) is pushed again to be named after its children.
        pending: list[tuple[int, int]] = [(-1, -1)]
        while pending:
            node, left = pending.pop()
            if left >= 0:
                self.names.append(nodes[node][0] if node >= 0 else "")
                self.left.append(left)
                continue
            pending.append((node, len(self.names)))
            pending += [(child, -1) for child in reversed(children[node])]
        # Of the nodes that share a leftmost leaf, the last.
        self.keyroots = sorted({left: index for index, left in enumerate(self.left)}.values())


def _forest(a: _Postorder, b: _Postorder, i: int, j: int, trees: list[list[int]]) -> None:
    """Fill in the distances of the subtrees that hang on the left paths of two key roots."""
    left_a, left_b = a.left[i], b.left[j]
    rows, columns = i - left_a + 2, j - left_b + 2
    forest = [list(range(columns))]
    for x in range(1, rows):
        above = forest[-1]
        row = [x]
        node = left_a + x - 1
        whole, back, tree = a.left[node] == left_a, a.left[node] - left_a, trees[node]
        for y in range(1, columns):
            other = left_b + y - 1
            best = min(above[y], row[y - 1]) + 1
            if whole and b.left[other] == left_b:
                best = min(best, above[y - 1] + (a.names[node] != b.names[other]))
                tree[other] = best
            else:
                best = min(best, forest[back][b.left[other] - left_b] + tree[other])
            row.append(best)
        forest.append(row)


def _distance(gold: Items, found: Items) -> tuple[int, int] | None:
    trees = [_tree(items) for items in (gold, found)]
    if max(map(len, trees)) > MOST_NODES:
        return None
    return tree_distance(*trees), sum(map(len, trees))


def _tree(items: Items) -> list[tuple[str, int]]:
    """Name and parent of every item in reading order; an item without a label is named by its title."""
    at: dict[int, int] = {}
    nodes = []
    for index, item in enumerate(_all(items)):
        parent = -1 if item.parent is None else at.get(item.parent, -1)
        nodes.append((normalised(item.label) or normalised(item.title), parent))
        at[item.start] = index
    return nodes


def _all(items: Items) -> list[Item]:
    return sorted((item for group in GROUPS for item in items[group]), key=lambda item: item.start)


def _article_of_page(document: Mapping[str, Any]) -> Item:
    """Article of a newspaper page: begins with its first character that is no blank and no mark of Markdown."""
    starts, at = [], 0
    for piece in document["fragments"]:
        length = piece["end"] - piece["start"]
        own = document["text"][at : at + length]
        at += length
        bare = own.lstrip("#* \t\r\n\f\v\u3000\xa0")
        if bare:
            starts.append(piece["start"] + length - len(bare))
    return Item(min(starts, default=0), PAGE_KIND, "", (document["title"] or "").strip("# \n"))


def _is_counted(section: Mapping[str, Any]) -> bool:
    if section["kind"] in UNCOUNTED:
        return False
    return bool(section["label"] or _UNNUMBERED.match(_SPACE.sub("", section["title"] or "")))


def _around(section: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sections around one, the nearest first."""
    around = []
    above = by_id.get(section["parent_id"])
    while above is not None:
        around.append(above)
        above = by_id.get(above["parent_id"])
    return around


def _in_source(fragments: Sequence[Mapping[str, int]], position: int) -> int:
    """Offset in a document's text as one in its source's."""
    at = 0
    for piece in fragments:
        length = piece["end"] - piece["start"]
        if position < at + length:
            return piece["start"] + position - at
        at += length
    return fragments[-1]["end"] if fragments else position


def _pairs(gold: Sequence[Item], found: Sequence[Item]) -> list[tuple[Item | None, Item | None]]:
    """Pair items that begin at the same place, each once; of several the one with the same label."""
    free: dict[int, list[Item]] = {}
    for item in found:
        free.setdefault(item.start, []).append(item)
    pairs: list[tuple[Item | None, Item | None]] = []
    for want in gold:
        here = free.get(want.start)
        if not here:
            pairs.append((want, None))
            continue
        best = next((i for i, have in enumerate(here) if normalised(have.label) == normalised(want.label)), 0)
        pairs.append((want, here.pop(best)))
    pairs += [(None, item) for left in free.values() for item in left]
    return pairs


def _aspects(want: Item, have: Item) -> dict[str, int]:
    """Count which aspects were compared, and which of them agree."""
    right: dict[str, bool] = {}
    if want.kind != PAGE_KIND:
        right["label"] = normalised(want.label) == normalised(have.label)
        right["parent"] = want.parent == have.parent
    if want.level is not None and have.level is not None:
        right["level"] = want.level == have.level
    if want.title is not None:
        right["title_strict"] = want.title == have.title
        right["title_normalised"] = normalised(want.title) == normalised(have.title)
    return {f"{aspect} of": 1 for aspect in right} | {aspect: int(agrees) for aspect, agrees in right.items()}


def _changes(want: Item, have: Item, labels: Mapping[int, str], aspects: Mapping[str, int]) -> str:
    """Say what differs, gold first; titles that agree when normalised are not worth a line."""

    def above(item: Item) -> str:
        return "none" if item.parent is None else labels.get(item.parent, str(item.parent))

    said = {
        "label": (want.label, have.label),
        "level": (want.level, have.level),
        "parent": (above(want), above(have)),
        "title_normalised": (want.title, have.title),
    }
    changed = [(name.partition("_")[0], pair) for name, pair in said.items() if aspects.get(name) == 0]
    return "; ".join(f"{name} {old or 'none'} → {new or 'none'}" for name, (old, new) in changed)


def _name(item: Item) -> str:
    return " ".join(part for part in (item.label, item.title) if part) or item.kind


def _difference(sign: str, item: Item, what: str, text: str) -> Difference:
    before = text[max(item.start - BEFORE, 0) : item.start]
    return Difference(sign, item.start, what, before, text[item.start : item.start + AFTER])


def _count(counts: dict[str, Counter[str]], name: str, **more: int) -> None:
    counts.setdefault(name, Counter()).update(more)
