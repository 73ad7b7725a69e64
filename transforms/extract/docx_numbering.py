"""Automatic numbering of a Word document: the labels that Word prints and the text does not hold (ECMA-376 part 1, 17.9)."""

import re
from dataclasses import dataclass, field

from lxml import etree

from transforms.extract.docx_numbers import MOST, write_number
from transforms.extract.package import attribute, child, local, number_of, value_of

DEEPEST = 8
_PLACE = re.compile(r"%([1-9])")
_SUFFIX = {"tab": "\u3000", "space": " ", "nothing": ""}
"""What stands between label and text; the width of a tab is a matter of layout, one blank says that there is one."""
_BULLETS = str.maketrans({"\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0b7": "•"})
_PRIVATE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    Attributes:
        start: First number.
        form: Format of its number.
        text: Its label with %1 … %9 for the numbers of the levels.
        suffix: What Word sets after the label.
        restart: Level (from 1) after which it begins anew; 0 never, None after any level above.
        legal: All numbers of the label are written in digits.
        style: Paragraph style that is bound to the level.

    """

    start: int
    form: str
    text: str
    suffix: str
    restart: int | None
    legal: bool
    style: str | None


@dataclass(slots=True)
class _List:
    """A `w:num`: an abstract list with its own starts and levels."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]
    fresh: set[int] = field(default_factory=set)
    """Levels whose own start has not been used yet."""


class Numbering:
    """Counts paragraphs and writes their labels."""

    def __init__(self, root: etree._Element | None, style_lists: dict[str, str]) -> None:
        """Read `numbering.xml`.

        Args:
            root: Its root, or None.
            style_lists: numbering style -> id of its list.

        """
        parts = list(root) if root is not None else []
        abstracts = {attribute(one, "abstractNumId") or "": one for one in parts if local(one) == "abstractNum"}
        targets = {attribute(one, "numId") or "": one for one in parts if local(one) == "num"}
        self._lists: dict[str, _List] = {}
        for number, one in targets.items():
            abstract = value_of(one, "abstractNumId") or ""
            linked = value_of(abstracts.get(abstract), "numStyleLink")
            if linked and (target := targets.get(style_lists.get(linked, ""))) is not None:
                abstract = value_of(target, "abstractNumId") or ""
            levels = _levels(abstracts.get(abstract))
            starts: dict[int, int] = {}
            for override in (c for c in one if local(c) == "lvlOverride"):
                place = number_of(attribute(override, "ilvl"))
                if place is None:
                    continue
                levels |= _levels(override)
                if (start := number_of(value_of(override, "startOverride"))) is not None:
                    starts[place] = start
            self._lists[number] = _List(abstract, levels, starts, set(starts))
        self._counts: dict[str, dict[int, int]] = {}

    def level_of_style(self, number: str, style: str) -> int | None:
        """Level of a list that a paragraph style is bound to."""
        found = self._lists.get(number)
        if found is None:
            return None
        return next((place for place, level in found.levels.items() if level.style == style), None)

    def label(self, number: str, place: int) -> str:
        """Count a paragraph of a list at a level (from 0); gives its label with what Word sets after it."""
        found = self._lists.get(number)
        if found is None or place not in found.levels:
            return ""
        counts = self._counts.setdefault(found.abstract, {})
        for above in range(place):
            if above in found.fresh or above not in counts:
                counts[above] = self._start(found, above)
        if place in counts and place not in found.fresh:
            counts[place] += 1
        else:
            counts[place] = self._start(found, place)
        found.fresh -= set(range(place + 1))
        for below in [deeper for deeper in counts if deeper > place]:
            restart = found.levels[below].restart if below in found.levels else None
            if restart is None or place < restart:
                del counts[below]
        return self._written(found, counts, place)

    @staticmethod
    def _start(found: _List, place: int) -> int:
        own = found.levels[place].start if place in found.levels else 1
        return found.starts.get(place, own)

    @staticmethod
    def _written(found: _List, counts: dict[int, int], place: int) -> str:
        level = found.levels[place]
        if level.form == "bullet":
            label = _PRIVATE.sub("•", level.text.translate(_BULLETS))
            return label + _SUFFIX[level.suffix] if label.strip() else ""

        def number(match: re.Match[str]) -> str:
            other = int(match.group(1)) - 1
            if other > place:
                return ""
            form = found.levels[other].form if other in found.levels else "decimal"
            return write_number(counts[other], "decimal" if level.legal and form != "decimalZero" else form)

        label = _PLACE.sub(number, level.text)
        return label + _SUFFIX[level.suffix] if label else ""


def _levels(parent: etree._Element | None) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for one in parent if parent is not None else ():
        place = number_of(attribute(one, "ilvl")) if local(one) == "lvl" else None
        if place is None or not 0 <= place <= DEEPEST:
            continue
        start = number_of(value_of(one, "start"))
        suffix = value_of(one, "suff") or "tab"
        legal = child(one, "isLgl")
        levels[place] = Level(
            start=start if start is not None and 0 <= start <= MOST else 1,
            form=value_of(one, "numFmt") or "decimal",
            text=value_of(one, "lvlText") or "",
            suffix=suffix if suffix in _SUFFIX else "tab",
            restart=number_of(value_of(one, "lvlRestart")),
            legal=legal is not None and is_on(legal),
            style=value_of(one, "pStyle"),
        )
    return levels


def is_on(element: etree._Element) -> bool:
    """Whether an on/off property is on; it is where nothing else is said."""
    return attribute(element, "val") not in ("0", "false", "off", "none")
