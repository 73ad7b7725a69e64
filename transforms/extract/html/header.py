"""The disclosure header of a page: 索引号, 主题分类, 发文机关 … in tables, lists of terms or lines (GB, 政府信息公开目录系统实施指引)."""

import re
from dataclasses import dataclass, field

from transforms.extract.html.tables import Pages
from transforms.extract.html.walk import BLANKS, Atom

MARK = "\x1f"
"""Stands where an inline tag ends, while labels are looked for."""
BULLETS = "【[|｜·•●◆■▪○□★※"
LONGEST_VALUE = 300
SUMMARY_LABELS = ("内容概述", "内容摘要", "概述", "摘要", "内容概况")
_STAMP = re.compile(r"((?:19|20)\d\d[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?(?:[ T]*\d{1,2}:\d\d(?::\d\d)?)?)")
_TAIL_TOOLS = re.compile(r"[【\[（(]?(?:字体|字号|打印|分享|大|中|小|关闭|收藏)[】\]）)]?")


@dataclass(slots=True)
class Header:
    """Lines of the header, and the atoms that they were made of."""

    lines: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    used: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Pair:
    label: str
    value: str
    atoms: tuple[int, ...]
    bare: bool
    among: int = 1


def read_header(atoms: list[Atom], pages: Pages, *, before: int, after: int) -> Header:
    """Find labels and their values.

    Args:
        atoms: Lines of the page.
        pages: Tables of the reader.
        before: Index of the first atom of the text proper; labels after it belong to the text.
        after: Index after its last one: some sites set the header under the text.

    """
    pairs = _pairs(atoms, pages, 0, before)
    if not any(pair.label not in pages.weak and pair.label not in pages.tools and pair.value for pair in pairs):
        below = _pairs(atoms, pages, max(after, before), len(atoms))
        sure = {pair.label for pair in below if pair.value and not pair.bare} - pages.weak - pages.tools
        pairs += below if len(sure) >= 2 else []
    strong = [pair for pair in pairs if pair.label not in pages.weak and pair.label not in pages.tools]
    bare = [pair for pair in pairs if pair.bare]
    header = Header()
    for pair in pairs:
        if pair.bare and (len(bare) < 2 or not strong):
            continue
        if pair.label in pages.tools:
            header.used.update(pair.atoms)
            continue
        if pair.label in pages.weak and not strong:
            continue
        if not pair.value and pair.among > 1 and not any(atoms[i].cell for i in pair.atoms):
            header.used.update(pair.atoms)  # a form that searches by these labels
            continue
        inside = all(atoms[i].inside for i in pair.atoms)
        if not pair.value and not (strong and any(atoms[i].cell for i in pair.atoms)):
            continue
        if pair.label in pages.printed and inside and not any(atoms[i].cell for i in pair.atoms):
            continue  # printed by the document itself
        header.used.update(pair.atoms)
        if pair.label not in header.labels:
            header.labels.add(pair.label)
            header.lines.append(f"{pair.label}：{pair.value}")
    return header


def _pairs(atoms: list[Atom], pages: Pages, first: int, before: int) -> list[_Pair]:
    pairs: list[_Pair] = []
    at = first
    while at < min(before, len(atoms)):
        atom = atoms[at]
        text = atom.text(MARK)
        matches = [] if atom.grid else list(pages.label.finditer(text))
        lead = text[: matches[0].start()].strip(BLANKS + MARK + BULLETS) if matches else ""
        if matches and lead in {"", stamp_of(text)}:
            if lead:
                # The date of the page's line of facts (2025-05-09 09:12　来源：…) is the one of publication.
                pairs.append(_Pair("发布日期", lead, (at,), bare=False))
            at = _labelled(atoms, at, matches, text, pages, before, pairs)
            continue
        bare = pages.bare.fullmatch(text) if text and not atom.grid else None
        if not bare and not matches and MARK in text and (inline := _inline(text, pages)):
            pairs += [_Pair(label, value, (at,), bare=True) for label, value in inline]
            at += 1
            continue
        following = atoms[at + 1] if at + 1 < len(atoms) else None
        if bare and following is not None and _near(atom, following) and not _is_label(following, pages):
            value = _plain(following.text())
            pairs.append(_Pair(_squeeze(bare.group(1)), value, (at, at + 1), bare=":" not in text and "：" not in text))
            at += 2
            continue
        at += 1
    return pairs


def _inline(text: str, pages: Pages) -> list[tuple[str, str]]:
    """Labels and values in tags of their own on one line, without colons; empty where it begins with anything else."""
    found: list[tuple[str, str]] = []
    for piece in filter(None, (piece.strip(BLANKS) for piece in text.split(MARK))):
        if label := pages.bare.fullmatch(piece):
            found.append((_squeeze(label.group(1)), ""))
        elif not found:
            return []
        else:
            found[-1] = (found[-1][0], _plain(found[-1][1] + piece))
    return found


def stamp_of(text: str) -> str:
    """The date, with its time, that a line begins with; else ""."""
    match = _STAMP.match(text)
    return match.group().strip() if match else ""


def _labelled(
    atoms: list[Atom], at: int, matches: list[re.Match[str]], text: str, pages: Pages, before: int, pairs: list[_Pair]
) -> int:
    """Labels with their values on one line; the value of the last may stand in the next atom. Gives the next index."""
    ends = [match.start() for match in matches[1:]] + [len(text)]
    for match, end in zip(matches, ends, strict=True):
        label = _squeeze(match.group("boxed") or match.group("plain"))
        value = _plain(text[match.end() : end].replace(MARK, " " if _STAMP.search(text[match.end() : end]) else ""))
        own: tuple[int, ...] = (at,)
        if not value and match is matches[-1] and at + 1 < before and at + 1 < len(atoms):
            following = atoms[at + 1]
            if (
                _near(atoms[at], following)
                and not _is_label(following, pages)
                and (following.cell or not atoms[at].cell)
            ):
                value = _plain(following.text())
                own = (at, at + 1)
        if len(value) <= LONGEST_VALUE or label in SUMMARY_LABELS:
            pairs.append(_Pair(label, value, own, bare=False, among=len(matches)))
        if len(own) > 1:
            return at + 2
    return at + 1


def _is_label(atom: Atom, pages: Pages) -> bool:
    text = atom.text(MARK)
    return bool(text) and (pages.bare.fullmatch(text) is not None or pages.label.match(text) is not None)


def _near(label: Atom, value: Atom) -> bool:
    """They share a parent or grandparent: a row, an item, a pair of boxes."""
    around = []
    element = label.element
    for _ in range(3):
        if element is None:
            break
        around.append(element)
        element = element.getparent()
    other = value.element
    for _ in range(3):
        if other is None:
            return False
        if other in around[1:] or (other is around[0]):
            return True
        other = other.getparent()
    return False


def _plain(value: str) -> str:
    value = value.strip(BLANKS + MARK + "|｜")
    if len(value) > 1 and value[0] + value[-1] in {"[]", "【】"}:
        value = value[1:-1].strip(BLANKS)
    stamp = _STAMP.match(value)
    # Behind a date stand page tools: 字体：[大 中 小] and the like.
    return stamp.group().strip() if stamp and _TAIL_TOOLS.match(value[stamp.end() :].strip(BLANKS)) else value


def _squeeze(text: str) -> str:
    return re.sub(r"\s|\u200b", "", text)
