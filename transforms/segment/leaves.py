"""Leaf clauses: the smallest printed units that state something by themselves."""

import re

from transforms.segment.blocks import trim

_PAIRS = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "「": "」", "『": "』"}
_TOKEN = re.compile("[“”‘’（）()《》「」『』。！？!?；;]")
_ENCLOSING = re.compile("[“”‘’（）()《》「」『』]")
_STOP = re.compile("[。！？；;]|[!?](?![!?])")
_STOPS = frozenset("。！？!?；;")
_CLOSERS = frozenset("”’）)》」』")


_DUTY = re.compile("(?:负责|牵头|配合|参与|按职责分工|分别负责|等)[）)]$")


def split_clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split a paragraph at 。！？； outside quotation marks and brackets; the mark belongs to the clause.

    A bracket or quotation mark that has no partner in the paragraph (OCR loses them) encloses nothing. A bracket that
    follows a stop and names who is in charge (（市发展改革委牵头）) is a clause of its own.

    Returns:
        Spans without blanks at their ends, in order; together they hold every printed character of the paragraph.

    """
    cuts = (
        _cuts_outside(text, start, end)
        if _ENCLOSING.search(text, start, end)
        else [match.end() for match in _STOP.finditer(text, start, end)]
    )
    clauses = []
    position = start
    for cut in [*cuts, end]:
        a, b = trim(text, position, cut)
        if a < b:
            clauses.append((a, b))
        position = max(position, cut)
    return clauses


def _cuts_outside(text: str, start: int, end: int) -> list[int]:
    """Where clauses end in a paragraph that holds quotation marks or brackets."""
    tokens = [(m.start(), m.group()) for m in _TOKEN.finditer(text, start, end)]
    partners = _partners(tokens)
    cuts: list[int] = []
    inside_until = -1
    after_cut = start
    for index, (position, mark) in enumerate(tokens):
        if position < inside_until:
            continue
        if mark in _STOPS:
            if mark in "!?" and text[position + 1 : position + 2] in ("!", "?"):
                continue
            cut = position + 1
            while cut < end and text[cut] in _CLOSERS:
                cut += 1
            cuts.append(cut)
            after_cut = cut
        elif index in partners:
            inside_until = tokens[partners[index]][0]
            duty = _DUTY.search(text, position, inside_until + 1) if mark in "（(" and position == after_cut else None
            if duty and text[inside_until + 1 : inside_until + 2] not in _STOPS:
                cuts.append(inside_until + 1)
    return cuts


def _partners(tokens: list[tuple[int, str]]) -> dict[int, int]:
    """Index of each opening token -> index of the token that closes it; unmatched ones are left out."""
    partners: dict[int, int] = {}
    open_tokens: list[int] = []
    for index, (_, mark) in enumerate(tokens):
        if mark in _PAIRS:
            open_tokens.append(index)
        elif mark in _CLOSERS:
            for place in range(len(open_tokens) - 1, -1, -1):
                if _PAIRS[tokens[open_tokens[place]][1]] == mark:
                    partners[open_tokens[place]] = index
                    del open_tokens[place:]
                    break
    return partners
