"""What a reader of a format gives."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Extracted:
    """Text of a source and what its container knows of it; offsets count code points in `text`.

    Attributes:
        text: Canonical text: paragraphs as lines; numbers that the container makes itself are written out.
        encoding: Encoding of the bytes; `binary` where the format has none of its own.
        hints: Rows (start, end, kind, value) of `schemas.SOURCES.hints`, ordered by start.
        tables: Rows (start, end, cells) of `schemas.SOURCES.tables`, ordered, apart from each other.
        findings: What the reader noticed.

    """

    text: str
    encoding: str
    hints: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
