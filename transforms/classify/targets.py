"""Where a reference inside a document points: 本法第八条第二款, 前款, 前两条, 本章 to the id of the section that is meant.

立法技术规范（试行）（一）13: 前款 is the paragraph before in the same article, 前条 the article before, 本条 and 本章
what stands around. An article is meant by its number alone, since articles run through the whole act. What the
document does not hold stays without a target.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from transforms.classify.numerals import NUMERAL, value_of
from transforms.classify.rules import Ints

_ARTICLE = re.compile(rf"第[ ]?({NUMERAL})[ ]?条(?:之([一二三四五六七八九十]+))?")
_PARAGRAPH = re.compile(rf"第[ ]?({NUMERAL})[ ]?款")
_ITEM = re.compile(rf"第[ ]?[（(]?[ ]?({NUMERAL})[ ]?[）)]?[ ]?项")
_BEFORE = re.compile("前([二两三四五]?)(款|条|项)|上(款)")
_AROUND = {"本条": "article", "本款": "paragraph", "本章": "chapter", "本节": "section", "本编": "part"}

_TAIWAN = str.maketrans("條項款", "条款项")
"""Taiwan calls the paragraph of an article 項 and the numbered item 款."""

Row = Mapping[str, Any]


class Targets:
    """The sections of one document, by what references call them."""

    def __init__(self, sections: Sequence[Row]) -> None:
        self.rows = {row["section_id"]: row for row in sections}
        self.children: dict[str | None, list[Row]] = defaultdict(list)
        for row in sections:
            self.children[row["parent_id"]].append(row)
        self.articles = [row for row in sections if row["kind"] == "article"]
        self.by_number = {row["number"]: row for row in reversed(self.articles)}
        self.place = {row["section_id"]: i for i, row in enumerate(self.articles)}

    def find(self, text: str, section_id: str | None) -> str | None:
        """Id of the section that a reference in a clause of `section_id` means; None where there is none.

        A list of references (第三条、第五条) points to its first.
        """
        if "條" in text or "項" in text:
            text = text.translate(_TAIWAN)
        home = self._around(section_id, "article")
        found = self._start(text, section_id, home)
        if found is None:
            return None
        if found["kind"] == "article" and (match := _PARAGRAPH.search(text)):
            found = self._part(found, "paragraph", match.group(1))
        if found is not None and (match := _ITEM.search(text)):
            found = self._part(found, "item", match.group(1))
        return found["section_id"] if found is not None else None

    def _start(self, text: str, section_id: str | None, home: Row | None) -> Row | None:
        if match := _ARTICLE.search(text):
            number = str(_value(match.group(1))) + (f"-{_value(match.group(2))}" if match.group(2) else "")
            return self.by_number.get(number)
        for word, kind in _AROUND.items():
            if text.startswith(word):
                return self._around(section_id, kind)
        if match := _BEFORE.search(text):
            return self._step_back(match, section_id, home)
        if home is not None and (_PARAGRAPH.search(text) or _ITEM.search(text)):
            return home
        return None

    def _step_back(self, match: re.Match[str], section_id: str | None, home: Row | None) -> Row | None:
        back = _value(match.group(1)) if match.group(1) else 1
        if home is None:
            return None
        if match.group(2) == "条":
            place = self.place[home["section_id"]] - back
            return self.articles[place] if place >= 0 else None
        kind = "item" if match.group(2) == "项" else "paragraph"
        own = self._around(section_id, kind)
        if own is None:
            return None
        siblings = [row for row in self.children[own["parent_id"]] if row["kind"] == kind]
        place = siblings.index(own) - back
        return siblings[place] if place >= 0 else None

    def _part(self, found: Row, kind: str, number: str) -> Row | None:
        wanted = str(_value(number))
        level = self.children[found["section_id"]]
        for row in level:
            if row["kind"] == kind and row["number"] == wanted:
                return row
        if kind == "paragraph" and wanted == "1" and not any(row["kind"] == "paragraph" for row in level):
            return found  # an article of one paragraph has no section for it
        inner = [row for part in level for row in self.children[part["section_id"]]]
        return next((row for row in inner if row["kind"] == kind and row["number"] == wanted), None)

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
        cited: (row of its document, row of its section, the reference as printed) of each reference.

    """
    wanted = np.zeros(int(home.max(initial=-1)) + 1, np.bool_)
    rows = [document for document, _, _ in cited if document < len(wanted)]
    wanted[rows] = True
    held = np.flatnonzero(wanted[home]) if len(home) else np.zeros(0, np.int64)
    table = sections.select(_KEPT).take(pa.array(held)).to_pylist()
    of: dict[int, list[Row]] = defaultdict(list)
    for document, row in zip(home[held].tolist(), table, strict=True):
        of[document].append(row)
    known = dict(zip(held.tolist(), table, strict=True))
    targets = {key: Targets(sorted(found, key=lambda row: row["ordinal"])) for key, found in of.items()}
    return [
        targets[document].find(text, known[own]["section_id"] if own in known else None)
        if document in targets
        else None
        for document, own, text in cited
    ]


_KEPT = ["section_id", "parent_id", "kind", "number", "ordinal"]


def _value(digits: str) -> int:
    return int(value_of(digits))
