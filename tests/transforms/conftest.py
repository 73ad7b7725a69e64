"""Tables of a small, sound release: two documents of two sources, written by hand."""

import hashlib
from typing import Any

import pyarrow as pa
import pytest

from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS
from schemas.arrow import to_table

FIRST = "关于做好水利工作的通知\n一、总体要求\n各县应当加强水利建设。到2030年，建成水库3座。\n"
SECOND = "第一条 本办法自公布之日起施行。"


def _pieces(text: str, parts: list[tuple[str, str]]) -> list[dict[str, Any]]:
    spans, at = [], 0
    for piece, role in parts:
        assert text.startswith(piece, at)
        spans.append({"start": at, "end": at + len(piece), "role": role})
        at += len(piece)
    assert at == len(text)
    return spans


def _document(key: str, uri: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "document_id": key,
        "source_uri": uri,
        "source_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "source_format": "text",
        "source_encoding": "utf-8",
        "genre": "notice",
        "script": "hans",
        "fragments": [{"start": 0, "end": len(text)}],
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "n_chars": len(text),
        "findings": [],
        **more,
    }


def _clause(key: str, document: str, section: str, ordinal: int, text: str, start: int, **more: Any) -> dict[str, Any]:
    end = start + len(text)
    return {
        "clause_id": key,
        "document_id": document,
        "section_id": section,
        "ordinal": ordinal,
        "start": start,
        "end": end,
        "fragments": [{"start": start, "end": end}],
        "text": text,
        "text_raw": text,
        "statement": text,
        "function": "measure",
        "modality": "none",
        "theme": "T06",
        "themes": ["T06"],
        "instrument": "none",
        **{f"{axis}_confidence": 0.9 for axis in ("function", "modality", "theme", "instrument")},
        "uncertain": ["theme"],
        "evidence": [{"axis": "function", "label": "measure", "rule": "cue", "start": start, "end": start + 2}],
        "references": [{"text": text[:1], "start": start, "end": start + 1, "kind": "internal", "target_id": None}],
        "quantities": [{"text": text[:1], "start": start, "end": start + 1, "value": 3.0, "unit": "座"}],
        "dates": [{"text": text[:1], "start": start, "end": start + 1}],
        "organs": [{"text": text[:1], "start": start, "end": start + 1, "role": "lead"}],
        "keywords": ["水利"],
        **more,
    }


def _section(key: str, document: str, ordinal: int, start: int, end: int, **more: Any) -> dict[str, Any]:
    return {
        "section_id": key,
        "document_id": document,
        "ordinal": ordinal,
        "depth": 1,
        "kind": "heading",
        "path": [],
        "start": start,
        "end": end,
        "inferred": False,
        "evidence": ["label"],
        **more,
    }


@pytest.fixture(scope="session")
def sound_tables() -> dict[str, pa.Table]:
    a, b = "a" * 16, "b" * 16
    first = FIRST.index("各县")
    second = FIRST.index("到2030")
    documents = [
        _document(
            a,
            "docs/a.txt",
            FIRST,
            title="关于做好水利工作的通知",
            n_sections=2,
            n_clauses=2,
            theme_predicted=[{"code": "T06", "score": 0.8}],
            spans=_pieces(
                FIRST,
                [
                    ("关于做好水利工作的通知", "heading"),
                    ("\n", "gap"),
                    ("一、", "label"),
                    ("总体要求", "heading"),
                    ("\n", "gap"),
                    ("各县应当加强水利建设。", "clause"),
                    ("到2030年，建成水库3座。", "clause"),
                    ("\n", "gap"),
                ],
            ),
            findings=[{"code": "note", "severity": "info", "message": "m", "start": 0, "end": 2}],
        ),
        _document(
            b,
            "docs/b.txt",
            SECOND,
            n_sections=1,
            n_clauses=1,
            spans=_pieces(SECOND, [("第一条", "label"), (" ", "gap"), ("本办法自公布之日起施行。", "clause")]),
        ),
    ]
    start = FIRST.index("一、")
    sections = [
        _section(
            f"{a}/1",
            a,
            0,
            start,
            len(FIRST),
            label="一、",
            title="总体要求",
            title_start=start + 2,
            title_end=start + 6,
            links=[{"text": "总体要求", "start": start + 2, "end": start + 6, "target_id": f"{a}/2"}],
        ),
        _section(f"{a}/2", a, 1, first, len(FIRST), parent_id=f"{a}/1", depth=2, path=["总体要求"]),
        _section(f"{b}/1", b, 0, 0, len(SECOND), kind="article", label="第一条"),
    ]
    clauses = [
        _clause("c1", a, f"{a}/2", 0, "各县应当加强水利建设。", first),
        _clause("c2", a, f"{a}/2", 1, "到2030年，建成水库3座。", second, stem_id="c1"),
        _clause("c3", b, f"{b}/1", 0, "本办法自公布之日起施行。", 4),
    ]
    quarantine = [
        {"source_uri": "docs/c.txt", "source_sha256": "0" * 64, "stage": "extract", "code": "empty", "reason": "r"}
    ]
    return {
        "documents": to_table(DOCUMENTS, documents),
        "sections": to_table(SECTIONS, sections),
        "clauses": to_table(CLAUSES, clauses),
        "quarantine": to_table(QUARANTINE, quarantine),
    }
