"""Tables that text itself draws: pipe tables of Markdown, and rows of cells between tabs."""

import re
from typing import Any

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_DELIMITER = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?\r?")
_PIPE = re.compile(r"(?<!\\)\|")
_FEWEST_CELLS = 3
"""Two cells between tabs are mostly a label and its text, or a title and its page."""


def tables_of(text: str) -> list[dict[str, Any]]:
    """Rows (start, end, cells) of `schemas.SOURCES.tables`, in order."""
    if "\t" not in text and "|" not in text:
        return []
    lines = [m.span(1) for m in _LINE.finditer(text)]
    tables: list[dict[str, Any]] = []
    at = 0
    while at < len(lines):
        rows = _pipes(text, lines, at) or _tabs(text, lines, at)
        if rows:
            last = lines[at + len(rows) - 1]
            drawn = [row for row in rows if row]
            width = max(len(row) for row in drawn)
            cells = [row + [""] * (width - len(row)) for row in drawn]
            tables.append({"start": lines[at][0], "end": last[0] + len(text[slice(*last)].rstrip()), "cells": cells})
        at += max(len(rows), 1)
    return tables


def _pipes(text: str, lines: list[tuple[int, int]], at: int) -> list[list[str]]:
    """Rows of a pipe table that begins at a line, the delimiter an empty one; none where no table begins."""
    if at + 1 >= len(lines) or "|" not in text[slice(*lines[at])]:
        return []
    if not _DELIMITER.fullmatch(text, *lines[at + 1]):
        return []
    head = _split(text[slice(*lines[at])])
    rows = [head, []]
    for span in lines[at + 2 :]:
        line = text[slice(*span)]
        if "|" not in line:
            break
        rows.append(_split(line))
    return rows


def _split(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(line)]


def _tabs(text: str, lines: list[tuple[int, int]], at: int) -> list[list[str]]:
    """Rows of a table whose cells stand between tabs, from a line on; none where there are less than two."""
    rows: list[list[str]] = []
    for span in lines[at:]:
        line = text[slice(*span)].strip("\r\n ")
        cells = [cell.strip() for cell in line.split("\t")]
        if sum(bool(cell) for cell in cells) < _FEWEST_CELLS:
            break
        rows.append(cells)
    return rows if len(rows) > 1 else []
