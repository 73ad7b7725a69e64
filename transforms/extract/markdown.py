"""Markdown, also of other converters: the decoded file itself, with its headings and pipe tables told.

Front matter, comments and marks stay in the text; `clean` says what of it is not read. The parser is markdown-it: it knows
what is a heading and what a fence; only its block level is used.
"""

import re
from typing import Any

from transforms.extract.decoding import decode
from transforms.extract.extracted import Extracted
from transforms.extract.tables_in_text import tables_of

_HEADING = re.compile(r"(?m)^[ ]{0,3}(?:#|=+[ \t]*$|-+[ \t]*$)")
_LONGEST = 300_000
"""Characters up to which the parser is asked: of headings alone it reads a hundred thousand in a second."""


def read(data: bytes, source_uri: str) -> Extracted:
    """Read a Markdown file.

    Raises:
        Unreadable: It is no text.

    """
    text, encoding, findings = decode(data, source_uri)
    hints = _headings(text) if len(text) <= _LONGEST and _HEADING.search(text) else []
    return Extracted(text, encoding, hints, tables_of(text), findings)


def _headings(text: str) -> list[dict[str, Any]]:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only where there are blocks

    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"], ignoreInvalid=True)
    # The parser knows no other line breaks than \n; the number of characters stays the same.
    tokens = parser.parse(text.replace("\r\n", " \n").replace("\r", "\n").replace("\0", " "))
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    ends = [*(match.start() for match in re.finditer(r"\r\n|\r|\n", text)), len(text)]
    hints = []
    for token in tokens:
        if token.type != "heading_open" or token.map is None:
            continue
        first, last = token.map
        start, end = starts[first], max(starts[first], ends[min(last, len(ends)) - 1])
        if end > start:
            hints.append({"start": start, "end": end, "kind": "heading", "value": token.tag[1:]})
    return hints
