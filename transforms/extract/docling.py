"""Docling JSON: the document of another converter, its body in reading order.

Texts are lines, list items with the number that they bear, tables rows of cells apart by tabs. Its page headers and footers
(layer `furniture`) and pictures are left out, which a finding says.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from transforms.extract.decoding import Unreadable, decode
from transforms.extract.extracted import Extracted

_MOST_CELLS = 1_000_000
_LISTS = ("texts", "groups", "tables", "pictures", "key_value_items", "form_items", "field_regions", "field_items")

Item = Mapping[str, Any]


def read(data: bytes, source_uri: str) -> Extracted:
    """Read an export of Docling (`export_to_dict`).

    Raises:
        Unreadable: It is other JSON, or damaged.

    """
    text, encoding, findings = decode(data, source_uri)
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        reason = f"{source_uri}: the JSON is damaged ({str(error)[:100]}); export it anew."
        raise Unreadable("damaged", reason) from error
    if not isinstance(document, dict) or document.get("schema_name") != "DoclingDocument":
        raise Unreadable(
            "unsupported_format",
            f"{source_uri}: this JSON is no Docling document; save records as JSON Lines (.jsonl), documents as text.",
        )
    writer = _Writer()
    try:
        for item, inside in _in_order(document):
            writer.write(item, inside=inside)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        reason = f"{source_uri}: the Docling document is not of its form ({str(error)[:100]}); export it anew."
        raise Unreadable("damaged", reason) from error
    return Extracted("".join(writer.parts), encoding, writer.hints, writer.tables, [*findings, *writer.findings()])


def _in_order(document: Item) -> Iterator[tuple[Item, bool]]:
    """Items of the body, each once, and whether it goes on in the line of the one before."""
    seen: set[str] = set()
    stack: list[tuple[Any, bool]] = [(reference, False) for reference in reversed(_children(document["body"]))]
    while stack:
        reference, inside = stack.pop()
        name = str(reference)
        if name in seen:
            continue
        seen.add(name)
        item = _item(document, name)
        for caption in item.get("captions") or ():
            if (own := str(caption["$ref"])) not in seen:
                seen.add(own)
                yield _item(document, own), False
        yield item, inside
        if "picture" not in str(item.get("label")):
            line = item.get("label") == "inline"
            children = _children(item)
            stack += [(child, line and place > 0) for place, child in reversed(list(enumerate(children)))]


def _children(item: Item) -> list[str]:
    return [str(child["$ref"]) for child in item.get("children") or ()]


def _item(document: Item, reference: str) -> Item:
    """Item that a reference such as #/texts/3 names."""
    _, kind, number = reference.split("/")
    if kind not in _LISTS:
        raise ValueError(f"unknown reference {reference}")
    found: Item = document[kind][int(number)]
    return found


class _Writer:
    """Writes items as lines."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.hints: list[dict[str, Any]] = []
        self.tables: list[dict[str, Any]] = []
        self._length = 0
        self._left = {"headers and footers": 0, "pictures": 0}

    def write(self, item: Item, *, inside: bool) -> None:
        """Write one item."""
        label = str(item.get("label"))
        if item.get("content_layer", "body") != "body":
            self._left["headers and footers"] += 1
        elif label in {"table", "document_index"} and isinstance(item.get("data"), dict):
            self._table(item)
        elif label in {"picture", "chart"}:
            self._left["pictures"] += 1
        elif isinstance(item.get("text"), str):
            self._text(item, label, inside=inside)

    def _text(self, item: Item, label: str, *, inside: bool) -> None:
        text = item["text"]
        marker = item.get("marker")
        if label == "list_item" and item.get("enumerated") and isinstance(marker, str) and not text.startswith(marker):
            text = f"{marker}{' ' if marker[-1:].isascii() else ''}{text}"
        if not text.strip():
            return
        if inside and self.parts and self.parts[-1].endswith("\n"):
            self.parts[-1] = self.parts[-1][:-1]
            self._length -= 1
        start = self._add(text + "\n")
        end = start + len(text)
        if label in {"title", "section_header"}:
            level = 1 if label == "title" else int(item.get("level") or 1) + 1
            self._hint(start, end, "heading", str(level))
        if isinstance(item.get("formatting"), dict) and item["formatting"].get("bold"):
            self._hint(start, end, "bold", None)
        self._page(item, start, end)

    def _table(self, item: Item) -> None:
        rows = _cells(item["data"])
        if not rows:
            return
        lines = ["\t".join(cells) for cells in rows]
        start = self._add("\n".join(lines) + "\n")
        end = start + sum(map(len, lines)) + len(lines) - 1
        if end > start:
            self.tables.append({"start": start, "end": end, "cells": rows})
        self._page(item, start, end)

    def _add(self, text: str) -> int:
        start = self._length
        self.parts.append(text)
        self._length += len(text)
        return start

    def _page(self, item: Item, start: int, end: int) -> None:
        """Note the page, together with what stands there already."""
        page = next((str(place["page_no"]) for place in item.get("prov") or ()), None)
        if page is None:
            return
        last = next((hint for hint in reversed(self.hints) if hint["kind"] == "page"), None)
        if last is not None and last["value"] == page:
            last["end"] = end
        else:
            self._hint(start, end, "page", page)

    def _hint(self, start: int, end: int, kind: str, value: str | None) -> None:
        self.hints.append({"start": start, "end": end, "kind": kind, "value": value})

    def findings(self) -> Iterator[dict[str, Any]]:
        """Say what was left out."""
        for what, count in self._left.items():
            if count:
                message = f"{count} {what} of the converter's document were left out."
                yield {"code": "left_out", "severity": "info", "message": message, "start": None, "end": None}


def _cells(data: Item) -> list[list[str]]:
    """Rows of cells; a merged cell stands in all its places."""
    height, width = int(data.get("num_rows") or 0), int(data.get("num_cols") or 0)
    if not 0 < height * width <= _MOST_CELLS:
        return []
    rows = [[""] * width for _ in range(height)]
    for cell in data.get("table_cells") or ():
        text = " ".join(str(cell.get("text") or "").split())
        for row in range(max(cell["start_row_offset_idx"], 0), min(cell["end_row_offset_idx"], height)):
            for column in range(max(cell["start_col_offset_idx"], 0), min(cell["end_col_offset_idx"], width)):
                rows[row][column] = text
    return rows
