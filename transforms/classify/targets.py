"""Where a reference inside a document points: 本法第八条第二款, 前款, 前两条, 本章 to the id of the section that is meant.

立法技术规范（试行）（一）13: 前款 is the paragraph before in the same article, 前条 the article before, 本条 and 本章
what stands around. An article is meant by its number alone, since articles run through the whole act; of acts in attachments
that of the clause comes first. A member of a
series that leaves its article out (第一条第二款和第三款) keeps that of the member before. What the document does not
hold stays without a target.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from transforms.classify.numerals import NUMERAL, value_of
from transforms.classify.rules import Ints

_STEP = re.compile(
    rf"(?:第|^)[ ]?[（(]?[ ]?({NUMERAL})(?:-({NUMERAL}))?[ ]?[）)]?[ ]?(分编|[条款项目编章节])(?:之([一二三四五六七八九十]+))?"
)
_BEFORE = re.compile("前([一二两三四五六七八九]?)([款条项])|上(款)")
_JUST_BEFORE = re.compile("[上前]述")
_AROUND = re.compile("本([条款章节编])(?!例)")
_UNFINISHED = re.compile(rf"(?:^|第)[ ]?[（(]?[ ]?{NUMERAL}[ ]?[）)]?$")
"""第一 of 第一、二款: the unit stands behind the last member."""

_KINDS = {
    "编": "part",
    "分编": "subpart",
    "章": "chapter",
    "节": "section",
    "条": "article",
    "款": "paragraph",
    "项": "item",
    "目": "point",
}
_LEVEL = {kind: level for level, kind in enumerate(_KINDS.values())}
_PARTS = frozenset({"paragraph", "item", "point"})
"""Parts of an article: without it they are named only in a series, so that the member before has it."""

_TRADITIONAL = str.maketrans("條項節編", "条项节编")
_TAIWAN = str.maketrans("项款", "款项")
"""Taiwan calls the paragraph of an article 項 and the numbered item 款 (中央法規標準法 8)."""
_MAINLAND_ORDER = re.compile("第[^，。、]{1,6}款第[^，。、]{1,6}項")

Row = Mapping[str, Any]
Chain = tuple[tuple[str, Row | None], ...]
"""What a reference says, level by level: the article, its paragraph, its item; None what the document does not hold."""


class Targets:
    """The sections of one document, by what references call them."""

    def __init__(self, sections: Sequence[Row], *, taiwan: bool = False) -> None:
        self.rows = {row["section_id"]: row for row in sections}
        self.children: dict[str | None, list[Row]] = defaultdict(list)
        for row in sections:
            self.children[row["parent_id"]].append(row)
        self.articles: dict[str | None, list[Row]] = defaultdict(list)
        self.numbered: dict[tuple[str | None, str], Row] = {}
        self.first: dict[str, Row] = {}
        for row in sections:
            if row["kind"] == "article":
                act = self._act(row["section_id"])
                self.articles[act].append(row)
                self.numbered.setdefault((act, row["number"]), row)
                self.first.setdefault(row["number"], row)
        self.taiwan = taiwan

    def follow(self, text: str, section_id: str | None, before: Chain = (), turn: int = 0) -> Chain:
        """What a reference in a clause of `section_id` means, level by level.

        Args:
            text: The reference as printed.
            section_id: Section of its clause.
            before: What the reference before it means: where a member of a series leaves its article out.
            turn: Which of the articles or paragraphs that 前两条 counts is asked for.

        """
        text = text.translate(_TRADITIONAL)
        if self.taiwan:
            text = text.translate(_TAIWAN)
        if first := _STEP.match(text):
            kind = _KINDS[first[3]]
            chain = before if kind in _PARTS or (before and before[-1][0] == kind) else ()
        else:
            chain = self._head(text, section_id, turn)
        for number, second, unit, branch in _STEP.findall(text):
            parts = [number, second or branch]
            chain = self._step(chain, _KINDS[unit], "-".join(str(_value(n)) for n in parts if n), section_id)
        return chain

    def _head(self, text: str, section_id: str | None, turn: int) -> Chain:
        """What stands before the numbers: 本条, 前款, 上述; nothing for 本法, which is the document."""
        if match := _AROUND.match(text):
            kind = _KINDS[match[1]]
            return ((kind, self._around(section_id, kind)),)
        if match := _BEFORE.match(text):
            kind = _KINDS[match[2] or match[3]]
            count = _value(match[1]) if match[1] else 1
            return ((kind, self._back(section_id, kind, count - turn % count)),)
        return (self._just_before(section_id),) if _JUST_BEFORE.match(text) else ()

    def _step(self, chain: Chain, kind: str, number: str, section_id: str | None) -> Chain:
        """One level further down; what `chain` holds of this level and below it belongs to the member before."""
        if kind == "article":
            return ((kind, self._article(number, section_id)),)
        kept = tuple(part for part in chain if _LEVEL[part[0]] < _LEVEL[kind])
        if kind in _PARTS:
            base = kept[-1][1] if kept else self._around(section_id, "article")
            return (*kept, (kind, self._part(base, kind, number) if base is not None else None))
        return (*kept, (kind, self._division(kept, kind, number, section_id)))

    def _division(self, kept: Chain, kind: str, number: str, section_id: str | None) -> Row | None:
        """A chapter or section by its number: in what is named before it, else nearest around the clause."""
        if kept:
            base = kept[-1][1]
            return self._child(base["section_id"], kind, number) if base is not None else None
        row = self.rows.get(section_id) if section_id else None
        while row is not None:
            if found := self._child(row["parent_id"], kind, number):
                return found
            row = self.rows.get(row["parent_id"])
        same = [row for row in self.rows.values() if (row["kind"], row["number"]) == (kind, number)]
        return same[0] if len(same) == 1 else None

    def _article(self, number: str, section_id: str | None) -> Row | None:
        """An article by its number: of the act that the clause stands in, else of the first that has it."""
        return self.numbered.get((self._act(section_id), number)) or self.first.get(number)

    def _act(self, section_id: str | None) -> str | None:
        """The attachment that a section stands in: rules that a notice issues count their own articles."""
        row = self._around(section_id, "attachment")
        return row["section_id"] if row is not None else None

    def _back(self, section_id: str | None, kind: str, back: int) -> Row | None:
        """The article, or the paragraph or item of the same parent, so many before that of the clause."""
        own = self._around(section_id, kind)
        if own is None:
            return None
        group = self.articles[self._act(section_id)] if kind == "article" else self.children[own["parent_id"]]
        level = [row for row in group if row["kind"] == kind]
        place = level.index(own) - back
        return level[place] if place >= 0 else None

    def _just_before(self, section_id: str | None) -> tuple[str, Row | None]:
        """上述: the item before that of the clause, else the paragraph before its paragraph."""
        for kind in ("item", "paragraph"):
            if self._around(section_id, kind) is not None:
                return kind, self._back(section_id, kind, 1)
        return "paragraph", None

    def _child(self, parent: str | None, kind: str, number: str) -> Row | None:
        return next(
            (row for row in self.children.get(parent, ()) if (row["kind"], row["number"]) == (kind, number)), None
        )

    def _part(self, found: Row, kind: str, number: str) -> Row | None:
        level = self.children.get(found["section_id"], [])
        if part := self._child(found["section_id"], kind, number):
            return part
        if kind == "paragraph" and number == "1" and not any(row["kind"] == "paragraph" for row in level):
            return found  # an article of one paragraph has no section for it
        inner = (self._child(part["section_id"], kind, number) for part in level)
        return next((part for part in inner if part), None)

    def _around(self, section_id: str | None, kind: str) -> Row | None:
        row = self.rows.get(section_id) if section_id else None
        while row is not None and row["kind"] != kind:
            row = self.rows.get(row["parent_id"])
        return row


def find_targets(sections: pa.Table, home: Ints, cited: Sequence[tuple[int, int | None, str]]) -> list[str | None]:
    """Ids of the sections that references mean; None where there is none.

    Args:
        sections: Table of the sections.
        home: Row of the document of each section.
        cited: (row of its document, row of its section, the reference as printed) of each reference, in the order of
            the text: a member of a series without an article follows the one that has it, 前两条 comes twice.

    """
    wanted = np.zeros(int(home.max(initial=-1)) + 1, np.bool_)
    rows = [document for document, _, _ in cited if document < len(wanted)]
    wanted[rows] = True
    held = np.flatnonzero(wanted[home]) if len(home) else np.zeros(0, np.int64)
    columns = [column.to_pylist() for column in sections.select(_KEPT).take(pa.array(held)).columns]
    table: list[Row] = [dict(zip(_KEPT, values, strict=True)) for values in zip(*columns, strict=True)]
    of: dict[int, list[Row]] = defaultdict(list)
    for document, row in zip(home[held].tolist(), table, strict=True):
        of[document].append(row)
    known = dict(zip(held.tolist(), table, strict=True))
    printed: dict[int, list[str]] = defaultdict(list)
    for document, _, text in cited:
        printed[document].append(text)
    targets = {
        key: Targets(sorted(found, key=lambda row: row["ordinal"]), taiwan=is_taiwan(printed[key]))
        for key, found in of.items()
    }
    found: list[str | None] = []
    chain: Chain = ()
    turn = 0
    for i, ((document, own, _), text) in enumerate(zip(cited, finished([c[2] for c in cited]), strict=True)):
        turn = turn + 1 if i and cited[i] == cited[i - 1] else 0
        if i and cited[i][:2] != cited[i - 1][:2]:
            chain = ()
        section = known[own]["section_id"] if own in known else None
        chain = targets[document].follow(text, section, chain, turn) if document in targets else ()
        meant = chain[-1][1] if chain else None
        found.append(meant["section_id"] if meant is not None else None)
    return found


_KEPT = ["section_id", "parent_id", "kind", "number", "ordinal"]


def is_taiwan(texts: Iterable[str]) -> bool:
    """Whether references speak of 條, 項, 款 in Taiwan's order; Traditional print of the mainland says 條, 款, 項."""
    joined = "\n".join(texts)
    return ("條" in joined or "項" in joined) and not _MAINLAND_ORDER.search(joined)


def finished(texts: Sequence[str]) -> list[str]:
    """References with the unit that the members of a series share: 第一、二款 is 第一款 and 二款."""
    found: list[str] = []
    unit = ""
    for text in reversed(texts):
        if _UNFINISHED.search(text):
            found.append(text + unit)
        else:
            unit = text[-1:]
            found.append(text)
    return found[::-1]


def _value(digits: str) -> int:
    return int(value_of(digits))
