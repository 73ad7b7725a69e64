"""Which node of a page holds the text, and what around it is surroundings."""

import re
from collections import defaultdict

from lxml import etree

from transforms.extract.html.parsing import Element
from transforms.extract.html.tables import Pages
from transforms.extract.html.walk import NUMBERED, is_hidden

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STOPS = re.compile("[。；，：、]")
_STOP_WEIGHT = 4
"""A stop or comma counts as much as so many characters more: menus have none."""
_NODE_SHARE = 0.5
_CHILD_SHARE = 0.75
_CHROME_SHARE = 0.3
FEWEST_TEASERS = 3
"""A node with this share of the page is no menu, whatever its class says."""


def find_main(body: Element, pages: Pages) -> tuple[Element, frozenset[Element]]:
    """Find the node of the text.

    Returns:
        The node, and the elements that are menus, share bars and footers by tag or name.

    """
    masses = _masses(body, pages)
    total = masses.get(body, 0.0)
    chrome = frozenset(
        e
        for e, mass in masses.items()
        if mass < total * _CHROME_SHARE and _is_chrome(e, pages) and not _holds_header(e, pages)
    ) | _teasers(masses, pages)
    if chrome:
        masses = _masses(body, pages, chrome)
        total = masses.get(body, 0.0)
    named = [e for e, mass in masses.items() if mass >= total * _NODE_SHARE and _names(e) & pages.content]
    if named and total:
        # The innermost of equals, for the outer ones hold page tools as well.
        most = max(masses[e] for e in named)
        return next(e for e in named if masses[e] >= most * 0.97), chrome
    return _descend(body, masses, pages), chrome


def _masses(body: Element, pages: Pages, without: frozenset[Element] = frozenset()) -> dict[Element, float]:
    """For every element, in the order in which they end, the weight of its text outside links."""
    masses: dict[Element, float] = {}
    open_masses: list[float] = [0.0]
    links = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    skipped: Element | None = None
    for event, element in walk:
        if event == "start":
            if element is not body and (
                not isinstance(element.tag, str)
                or element.tag in pages.silent
                or element in without
                or is_hidden(element)
            ):
                skipped = element
                walk.skip_subtree()
                continue
            links += element.tag == "a"
            open_masses.append(0.0 if links else _weight(element.text))
            continue
        if element is skipped:
            skipped = None
        else:
            links -= element.tag == "a"
            mass = open_masses.pop()
            masses[element] = mass
            open_masses[-1] += mass
        if element is not body and not links:
            open_masses[-1] += _weight(element.tail)
    return masses


def _weight(text: str | None) -> float:
    if not text or text.isspace():
        return 0.0
    return len(text.strip()) + _STOP_WEIGHT * len(_STOPS.findall(text))


def _names(element: Element) -> set[str]:
    return set(f"{element.get('id') or ''} {element.get('class') or ''}".split())


def _is_chrome(element: Element, pages: Pages) -> bool:
    if element.tag == "aside":
        return True
    names = f"{element.get('id') or ''} {element.get('class') or ''}"
    return any(word.lower() in pages.chrome for word in _WORDS.findall(names))


def _holds_header(element: Element, pages: Pages) -> bool:
    """Two labels of the disclosure header: the head of the document, whatever its class says."""
    found: set[str] = set()
    for text in element.itertext():
        words = "".join(text[:200].split())
        if match := pages.bare.fullmatch(words) or pages.label.match(words):
            found.add(next(group for group in match.groups() if group))
    return len(found - pages.weak - pages.tools) >= 2


def _teasers(masses: dict[Element, float], pages: Pages) -> set[Element]:
    """Three and more alike side by side that open with a link to another page: a menu or a list of news."""
    found: set[Element] = set()
    for parent in masses:
        groups: dict[tuple[str, str | None], list[Element]] = defaultdict(list)
        for child in parent:
            if isinstance(child.tag, str):
                groups[child.tag, child.get("class")].append(child)
        for alike in groups.values():
            if len(alike) >= FEWEST_TEASERS and all(_opens_with_link(child, pages) for child in alike):
                found.update(alike)
    return found


def _opens_with_link(element: Element, pages: Pages) -> bool:
    if element.tag == "a" or not isinstance(element.tag, str):
        return False
    node: Element | None = element
    for _ in range(4):
        if node is None or (node.text or "").strip():
            return False
        node = next((child for child in node if isinstance(child.tag, str) and child.tag != "img"), None)
        if node is not None and node.tag == "a":
            text = "".join(node.itertext()).strip()
            # 第一条 and the like are linked by some collections of laws.
            return (
                bool(text)
                and "附件" not in text[:4]
                and not NUMBERED.match(text)
                and not pages.download.search(node.get("href") or "")
            )
    return False


def _descend(body: Element, masses: dict[Element, float], pages: Pages) -> Element:
    """From the body down, as long as one container holds nearly all of the text and is not a paragraph among others."""
    node = body
    while True:
        children = [child for child in node if child in masses]
        best = max(children, key=lambda child: masses[child], default=None)
        if (
            best is None
            or best.tag not in pages.containers
            or masses[best] < masses[node] * _CHILD_SHARE
            or _is_paragraph(best)
            or any(_alike(other, best) and masses[other] > 0 for other in children if other is not best)
        ):
            return node
        node = best


def _is_paragraph(element: Element) -> bool:
    """No lines inside it: no block, no break."""
    return not any(
        isinstance(e.tag, str)
        and e.tag in {"p", "div", "br", "li", "td", "section", "h1", "h2", "h3", "pre", "dd", "center"}
        for e in element.iterdescendants()
    )


def _alike(one: Element, other: Element) -> bool:
    return one.tag == other.tag and one.get("class") == other.get("class") and one.get("class") is not None
