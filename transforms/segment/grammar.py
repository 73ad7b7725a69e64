"""The numbering grammar: `seeds/numbering.toml` read into one compiled pattern. The engine knows no family by name."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from schemas.tables import TableError, read_toml

BLANK = "[ \t\u3000\xa0\u2002\u2003]*"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ONE_CHARACTER = {chr(0x2460 + i): i + 1 for i in range(20)}  # ①
_ONE_CHARACTER |= {chr(0x2474 + i): i + 1 for i in range(20)}  # ⑴
_ONE_CHARACTER |= {chr(0x3220 + i): i + 1 for i in range(10)}  # ㈠


def opening(character: str, *, after: str) -> str:
    """Expression for a character at the beginning of the text or after certain others (the inside of a character class).

    It begins with the character itself: what looks behind first is searched for forty times as slowly.
    """
    return f"{character}(?<![^{after}]{character})"


SUB = 1000
"""Numbers are kept as main * SUB + sub: 第二十四条之二 is 24002."""


@dataclass(frozen=True, slots=True)
class Family:
    """One numbering family, as its row of the table says."""

    index: int
    name: str
    kind: str
    inside_article: str
    rank: int
    title: str
    alone: bool
    holds: bool
    entries: bool
    dotted: int
    least: int
    only_at_line: bool
    not_before: tuple[str, ...]
    soft_before: tuple[str, ...]
    not_after: tuple[str, ...]
    never_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """All families, outermost first, the one pattern that finds their marks, and words that cite nothing behind one."""

    families: tuple[Family, ...]
    pattern: re.Pattern[str]
    look_alikes: dict[int, str]
    words: tuple[str, ...]


def load(path: Path) -> Grammar:
    """Read the numbering table.

    Raises:
        ValueError: A row lacks a key or has a mark that is no regular expression; the message names the file and the row.

    """
    table = read_toml(path)
    look_alikes = {str(wrong): str(right) for wrong, right in table.get("look_alikes", {}).items()}
    glyphs = {str(right): str(wrong) for right, wrong in table.get("glyphs", {}).items()}
    numerals = table["numerals"] + "".join(map(re.escape, look_alikes))
    chinese = f"[{numerals}](?:{BLANK}[{numerals}]){{0,9}}"
    arabic = "[0-9０-９]{1,4}"
    families = []
    alternatives = []
    openings: set[str | None] = set()
    for index, row in enumerate(sorted(table["family"], key=lambda r: int(r.get("rank", 0)))):
        try:
            family = Family(
                index=index,
                name=row["name"],
                kind=row["kind"],
                inside_article=row.get("inside_article", row["kind"]),
                rank=row["rank"],
                title=row["title"],
                alone=row["alone"],
                holds=row.get("holds", False),
                entries=row.get("entries", False),
                dotted=row.get("dotted", 0),
                least=row.get("least", 1),
                only_at_line=row.get("only_at_line", False),
                not_before=tuple(row["not_before"]),
                soft_before=tuple(row.get("soft_before", ())),
                not_after=tuple(row["not_after"]),
                never_after=tuple(row.get("never_after", ())),
            )
            mark = row["mark"].replace(" ", BLANK)
        except KeyError as missing:
            raise TableError(f"{path.name}: family {row.get('name', index)!r} has no {missing}; add it.") from missing
        # A digit, letter or sign beside an Arabic number makes it part of a larger one: 1.5亿元, 3+3+3, G318, 2026.01.26.
        if mark.startswith("{d}"):
            closed = "(?![0-9０-９.．%])" if row.get("closed", True) else ""
            mark = f"(?<![0-9０-９A-Za-z.．+×/%-]){mark}{closed}"
        for right, wrong in glyphs.items():
            mark = mark.replace(right, f"[{right}{wrong}]")
        mark = mark.replace("{n}", f"(?:{chinese}|{arabic})").replace("{c}", chinese).replace("{d}", arabic)
        try:
            re.compile(mark)
        except re.error as error:
            raise TableError(f"{path.name}: the mark of family {family.name!r} is not understood: {error}") from error
        families.append(family)
        # The group that names the family is empty and stands last: what begins with a character is passed over at sight.
        alternatives.append(f"(?:{mark})(?P<f{index}>)")
        openings.add(_opening(mark))
    repairs = look_alikes | {glyph: right for right, wrong in glyphs.items() for glyph in wrong}
    # Where no mark can begin, no family is tried: ten times as fast over a text.
    ahead = "" if None in openings else f"(?=[{''.join(sorted(o for o in openings if o))}])"
    pattern = re.compile(f"{ahead}(?:{'|'.join(alternatives)})")
    return Grammar(tuple(families), pattern, str.maketrans(repairs), tuple(table.get("words", ())))


_BEHIND = re.compile(r"(?:\(\?<[!=][^()]*\))+")
_CLASS = re.compile(r"\[(?!\^)((?:\\.|[^\]\\])+)\]")
_OPTIONAL = re.compile(r"[?*]|\{0?,")
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|.", re.DOTALL)


def _opening(mark: str) -> str | None:
    """Characters that a mark may begin with, as the inside of a character class; None where that cannot be read off."""
    openings = [_opening_of(choice) for choice in _split(mark, "|")]
    return None if None in openings else "".join(one for one in openings if one)


def _opening_of(choice: str) -> str | None:
    if behind := _BEHIND.match(choice):
        choice = choice[behind.end() :]
    if choice.startswith("(?:"):
        inside, *rest = _split(choice[3:], ")")
        return None if _OPTIONAL.match(")".join(rest)) else _opening(inside)
    if found := _CLASS.match(choice):
        opening, rest_of = found[1], choice[found.end() :]
    else:
        opening, rest_of = re.escape(choice[:1]), choice[1:]
        if not opening or opening != choice[:1]:
            return None
    return None if _OPTIONAL.match(rest_of) else opening


def _split(text: str, at: str) -> list[str]:
    """Split a regular expression at a character that stands outside its groups and classes."""
    depth, parts = 0, [""]
    for piece in (match[0] for match in _PIECE.finditer(text)):
        if depth == 0 and piece == at:
            parts.append("")
            continue
        depth += {"(": 1, ")": -1}.get(piece, 0)
        parts[-1] += piece
    return parts


_NUMERAL = re.compile(r"[0-9０-９]+|[零〇○两一二三四五六七八九十百千]+")
_FIGURE = re.compile("[0-9０-９]+")
_NO_BLANKS = dict.fromkeys(map(ord, BLANK[1:-2]))


@lru_cache(maxsize=4096)  # documents print the same labels
def number_of(label: str) -> int:
    """Number of a printed label, as main * SUB + sub; 0 where it holds none."""
    for character in label:
        if character in _ONE_CHARACTER:
            return _ONE_CHARACTER[character] * SUB
    parts = _NUMERAL.findall(label.translate(_NO_BLANKS))
    if not parts:
        return 0
    main, sub = _value(parts[0]), _value(parts[1]) if len(parts) > 1 else 0
    return main * SUB + min(sub, SUB - 1)


def _value(digits: str) -> int:
    if digits[0] not in _DIGITS and digits[0] not in _UNITS:
        return int(digits)
    if not any(c in _UNITS for c in digits):
        return int("".join(str(_DIGITS[c]) for c in digits))
    total = 0
    current = 0
    for character in digits:
        if character in _UNITS:
            total += max(current, 1) * _UNITS[character]
            current = 0
        else:
            current = _DIGITS[character]
    return total + current


def dotted_number(label: str) -> int:
    """Number of a label of a decimal outline: 2.1.3 is 2001003."""
    value = 0
    for part in _FIGURE.findall(label):
        value = value * SUB + int(part)
    return value


def number_text(number: int) -> str:
    """`12`, or `24-2` for the second article inserted after the 24th."""
    main, sub = divmod(number, SUB)
    return f"{main}-{sub}" if sub else str(main)
