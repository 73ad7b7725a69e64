"""A release whose texts are made to break whoever writes them down again."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS, Dataset
from schemas.arrow import to_table
from tests.promise import structure
from transforms.publish import Published, write_release
from transforms.segment import Rules

TEXTS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1")',
    "+1-1@SUM(A1)",
    "'quoted', \"twice\", and ,;\t|",
    "line\nafter\r\nline\rreturn\u2028end\u2029of\u0085it",
    "\x00null\x07bell\x0cfeed\x1bescape\x7fdelete",
    "\ufffenoncharacter\uffff",
    "_x000C_ looks escaped _x005F_",
    "<r><t>rich?</t></r>",
    "<b>&amp;</b>]]><!-- --><?xml?>",
    "\ufeffmark \u202eright to left\u200b",
    "𠮷野家𰻝" * 3,
    "12345678901234567890",
    "1e999",
    "TRUE",
    "null",
    "",
    "  blanks  ",
    '\\N \\u0041 \\"',
)
BODY = "关于{}的通知\n\n第一章 总则\n第一条 {}应当执行。\n（一）{}；\n（二）参见第二条。\n第二条 本办法{}施行。\n附件：{}\n"


LONG = ("长" * 40_000, "𠮷" * 20_000, "a" * 32_767)


def tables(rules: Rules, texts: Sequence[str] = (*TEXTS, *LONG)) -> dict[str, pa.Table]:
    """Tables of a document for each hostile text, structured as any other; the long ones fit into no cell of Excel, or just."""
    rows: dict[str, list[dict[str, Any]]] = {"documents": [], "sections": [], "clauses": []}
    for number, text in enumerate(texts):
        found = structure(BODY.replace("{}", text.replace("\x00", "")), rules, uri=f"{number}.txt")
        nasty: dict[str, Any] = dict.fromkeys(
            ("subtitle", "issuer", "index_number", "secrecy", "document_number", "validity"), text
        )
        rows["documents"] += [
            {
                **document,
                **nasty,
                "subject_words": [text, "", text],
                "history": [{"event": "adopted", "date": date(1899, 1, 1), "organ": text, "text": text}],
                "theme_predicted": [] if number % 2 else [{"code": "T06", "score": 0.1 + 0.2}],
                "adopted_on": date(1, 1, 1) if number % 2 else date(9999, 12, 31),
                "similarity": 1 / 3 if number % 3 else None,
                "written_on": date(1900, 2, 28) if number % 2 else date(2026, 11, 22),
            }
            for document in found.documents
        ]
        rows["sections"] += [{**section, "cells": [[text, ""], []]} for section in found.sections]
        rows["clauses"] += [_labelled(clause, text) for clause in found.clauses]
    aside = [
        {"source_uri": f"x{text}", "stage": "extract", "code": "empty", "reason": text}
        for text in texts
        if text not in LONG
    ]
    by_name: dict[str, tuple[Dataset, list[dict[str, Any]]]] = {
        "documents": (DOCUMENTS, rows["documents"]),
        "sections": (SECTIONS, rows["sections"]),
        "clauses": (CLAUSES, rows["clauses"]),
        "quarantine": (QUARANTINE, aside),
    }
    return {name: to_table(dataset, listed) for name, (dataset, listed) in by_name.items()}


def publish(content: dict[str, pa.Table], output: Path, **changed: Any) -> Published:
    """Publish tables as they are, whatever a validation would say."""
    validation = {"success": True, "checks": 1, "failures": 0, "warnings": 0, "outcomes": []}
    given = {
        "reference": {"a": "1"},
        "validation": validation,
        "facts": {"run": "r1"},
        "findings": {},
        "formats": [],
        **changed,
    }
    return write_release(content, output=output, run="r1", day=date(2026, 11, 22), **given)


def _labelled(clause: dict[str, Any], text: str) -> dict[str, Any]:
    start = clause["start"]
    return {
        **clause,
        "function": "measure",
        "themes": ["T06", "T01"],
        "function_confidence": 1e-300,
        "evidence": [{"axis": "function", "rule": text, "start": start, "end": start + 1, "weight": -0.1}],
        "references": [
            {
                "text": clause["text"][:1],
                "start": start,
                "end": start + 1,
                "kind": "document",
                "target_id": clause["document_id"],
            }
        ],
        "quantities": [{"text": text, "start": start, "end": start + 1, "value": 1e22, "unit": None}],
        "dates": [{"text": text, "start": start, "end": start + 1, "from": date(2026, 1, 1)}],
        "organs": [],
        "keywords": [text],
    }
