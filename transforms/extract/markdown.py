"""Markdown, also of other converters: the decoded file itself, with its headings and pipe tables told.

Front matter, comments and marks stay in the text; `clean` says what of it is not read. The parser is markdown-it: it knows
what is a heading and what a fence; only its block level is used.
"""

import re
from typing import Any

from transforms.extract.decoding import decode
from transforms.extract.extracted import Extracted

_CELL = re.compile(r"(?<!\\)\|")
_LONGEST = 300_000
"""Characters up to which the parser is asked: of tables and headings alone it reads a hundred thousand in a second."""


def read(data: bytes, source_uri: str) -> Extracted:
    """Read a Markdown file.

    Raises:
        Unreadable: It is no text.

    """
    text, encoding, findings = decode(data, source_uri)
    if len(text) > _LONGEST or not re.search(r"(?m)^[ ]{0,3}(?:#|=+[ \t]*$|-+[ \t]*$|.*\|)", text):
        return Extracted(text, encoding, findings=findings)
    hints, tables = _blocks(text)
    return Extracted(text, encoding, hints, tables, findings)


def _blocks(text: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Headings as hints, tables with their cells."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only where there are blocks

    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"], ignoreInvalid=True)
    # The parser knows no other line breaks than \n; the number of characters stays the same.
    tokens = parser.parse(text.replace("\r\n", " \n").replace("\r", "\n").replace("\0", " "))
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    ends = [*(match.start() for match in re.finditer(r"\r\n|\r|\n", text)), len(text)]
    hints = []
    tables = []
    for token in tokens:
        if token.map is None:
            continue
        first, last = token.map
        last = min(last, len(ends))
        start, end = starts[first], max(starts[first], ends[last - 1])
        if token.type == "heading_open" and end > start:
            hints.append({"start": start, "end": end, "kind": "heading", "value": token.tag[1:]})
        elif token.type == "table_open" and token.level == 0:
            while last > first and not text[starts[last - 1] : ends[last - 1]].strip():
                last -= 1
            end = ends[last - 1]
            lines = [text[starts[n] : ends[n]] for n in range(first, last) if n != first + 1]
            tables.append({"start": start, "end": end, "cells": [_cells(line) for line in lines]})
    return hints, tables


def _cells(line: str) -> list[str]:
    stripped = line.strip()
    stripped = stripped.removeprefix("|")
    if stripped.endswith("|") and not stripped.endswith("\\|"):
        stripped = stripped[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(stripped)]
