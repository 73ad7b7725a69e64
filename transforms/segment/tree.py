"""The outline as it grows: sections, leaf clauses and roles, in reading coordinates."""

from dataclasses import dataclass, field
from typing import Any

from transforms.segment.front import Front


@dataclass(slots=True)
class Node:
    """One section, in reading coordinates.

    Attributes:
        depth: Level within the numbering of the zone, as published.
        level: Place among the open sections: a section closes those of its level and deeper. Zones have 0, numbered
            divisions their depth in the chain, a 款 half a level under its article.
        label: Span of the label, or None.
        title: Span of the title, or None.
        how: Step of its sequence by which a label was taken.
        rank: Rank of its numbering family in the table, 0 without one.
        cells: Rows of a table; None where they are not known.
        links: Entries of a table of contents: start, end, index of the section that each one names (-1: none).

    """

    kind: str
    start: int
    parent: int
    depth: int
    level: float = 0.0
    label: tuple[int, int] | None = None
    label_text: str | None = None
    title: tuple[int, int] | None = None
    number: str | None = None
    inferred: bool = False
    evidence: list[str] = field(default_factory=list)
    end: int = -1
    how: str = ""
    rank: int = 0
    cells: list[list[str]] | None = None
    links: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Leaf:
    """One clause, in reading coordinates; `stem` is the index of the leaf that it depends on."""

    start: int
    end: int
    node: int
    stem: int = -1


@dataclass(slots=True)
class Outline:
    """All that was found in a document."""

    front: Front
    nodes: list[Node] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    roles: list[tuple[int, int, str]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    attachments: list[tuple[int, int]] = field(default_factory=list)
    findings: list[tuple[str, str, str, int, int]] = field(default_factory=list)
