"""extract: bytes to text.

For text files the extracted text is the decoded file itself: no newline, byte order mark or compatibility character is
changed, so that offsets into it are offsets into what the archive holds. What cannot be read is refused with a reason that
names what to do (`Unreadable`); nothing is guessed silently: an encoding that was detected is a finding.
"""

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from transforms.extract.decoding import Unreadable, decode
from transforms.extract.extracted import Extracted


def _text(data: bytes, source_uri: str) -> Extracted:
    text, encoding, findings = decode(data, source_uri)
    return Extracted(text, encoding, findings=findings)


def _html(data: bytes, source_uri: str) -> Extracted:
    from transforms.extract.html import read_html  # noqa: PLC0415 - only where there is a page

    return read_html(data, source_uri)


READERS: dict[str, Callable[[bytes, str], Extracted]] = {"text": _text, "markdown": _text, "html": _html}
"""source_format -> its reader, given the bytes and the name of the source."""

FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
}
"""File suffix -> source_format of what this stage reads."""


def extract(data: bytes, *, source_uri: str) -> dict[str, Any]:
    """Read one source.

    Args:
        data: The bytes of the file.
        source_uri: Its path; the suffix tells the format.

    Returns:
        A row of `schemas.SOURCES`.

    Raises:
        Unreadable: The format is not supported, the file is empty or binary, or its bytes are no text in a known encoding.

    """
    suffix = PurePosixPath(source_uri).suffix.lower()
    if suffix not in FORMATS:
        raise Unreadable(
            "unsupported_format",
            f"{source_uri}: files of type {suffix or 'without suffix'} are not read; save it as text (.txt) or Markdown (.md).",
        )
    read = READERS[FORMATS[suffix]](data, source_uri)
    if not read.text.strip("\ufeff \t\r\n\u3000\x00"):
        raise Unreadable("empty", f"{source_uri}: the file holds no text; remove it or fetch it again.")
    return {
        "source_uri": source_uri,
        "source_sha256": hashlib.sha256(data).hexdigest(),
        "source_format": FORMATS[suffix],
        "source_encoding": read.encoding,
        "text": read.text,
        "hints": read.hints,
        "tables": read.tables,
        "findings": read.findings,
    }


__all__ = ["FORMATS", "Extracted", "Unreadable", "extract"]
