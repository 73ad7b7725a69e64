"""Writes the canonical text of a container line by line, with hints and tables at their offsets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from transforms.extract.extracted import Extracted
from transforms.extract.header_table import header_lines


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one face."""

    text: str
    bold: bool = False
    kai: bool = False


class Composer:
    """Text that grows by lines."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._hints: list[dict[str, Any]] = []
        self._tables: list[dict[str, Any]] = []
        self._findings: list[dict[str, Any]] = []
        self.length = 0

    def line(self, pieces: Iterable[Piece], *, heading: int | None = None) -> tuple[int, int]:
        """Append a line; gives its span without the line break. Blank lines are kept: they take one character."""
        begin = self.length
        for piece in pieces:
            if piece.bold:
                self._run(piece.text, "bold")
            if piece.kai:
                self._run(piece.text, "kai")
            self._append(piece.text)
        end = self.length
        if heading is not None and end > begin:
            self.hint(begin, end, "heading", str(heading))
        self._append("\n")
        return begin, end

    def table(self, rows: Sequence[Sequence[str]], cells: Sequence[Sequence[str]]) -> None:
        """Append a table; the disclosure header at the head of a document is no table but lines `label：value`.

        Args:
            rows: What is printed in each cell, merged cells once; rows without a character take no line.
            cells: The whole grid, merged cells repeated.

        """
        begin = end = self.length
        if not any(map(str.strip, self._parts)) and (header := header_lines(rows)):
            for line in header:
                self.line([Piece(line)])
            return
        for row in rows:
            if any(cell.strip() for cell in row):
                _, end = self.line([Piece("\t".join(" ".join(cell.split()) for cell in row))])
        if end > begin:
            self._tables.append({"start": begin, "end": end, "cells": [list(row) for row in cells]})

    def hint(self, start: int, end: int, kind: str, value: str | None = None) -> None:
        """Say something of characters."""
        self._hints.append({"start": start, "end": end, "kind": kind, "value": value})

    def find(self, code: str, severity: str, message: str) -> None:
        """Say something of the whole source."""
        self._findings.append({"code": code, "severity": severity, "message": message, "start": None, "end": None})

    def extracted(self, encoding: str = "binary") -> Extracted:
        """What was written."""
        hints = sorted(self._hints, key=lambda hint: (hint["start"], hint["end"], hint["kind"]))
        return Extracted("".join(self._parts), encoding, hints, self._tables, self._findings)

    def _run(self, text: str, kind: str) -> None:
        if not text.strip():
            return
        begin, end = self.length, self.length + len(text)
        last = next((hint for hint in reversed(self._hints[-2:]) if hint["kind"] == kind), None)
        if last is not None and last["end"] == begin:
            last["end"] = end
        else:
            self.hint(begin, end, kind)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)
