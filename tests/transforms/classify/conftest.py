"""Shared by the tests of classify: the shipped codebook, loaded once, and tables built from plain clauses."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from schemas import CLAUSES, DOCUMENTS, SECTIONS
from schemas.arrow import to_table
from transforms.classify import ClauseRecord, Codebook, Labels, label_clauses, load

TABLES = Path(__file__).parents[3] / "seeds" / "codebook"


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load(TABLES)


@pytest.fixture(scope="session")
def label(codebook: Codebook) -> Callable[..., Labels]:
    """Label one clause: `label("text", genre="law", path=("第一章",))`."""

    def one(text: str, **around: Any) -> Labels:
        return label_clauses([ClauseRecord(text, **around)], codebook)[0]

    return one


@pytest.fixture(scope="session")
def tables() -> Callable[..., tuple[pa.Table, pa.Table, pa.Table]]:
    """Three tables for one document: pieces of (text, printed) clauses under one optional heading."""

    def build(
        printed: Sequence[str],
        read: Sequence[str] | None = None,
        *,
        heading: str = "",
        genre: str = "opinion",
        title: str = "关于促进绿洲市茶产业发展的意见",
        number: int = 1,
    ) -> tuple[pa.Table, pa.Table, pa.Table]:
        key = f"{number:016x}"
        text = heading + "\n" if heading else ""
        sections = []
        if heading:
            sections.append(
                {
                    "section_id": f"{key}/heading_1",
                    "document_id": key,
                    "ordinal": 0,
                    "depth": 1,
                    "kind": "heading",
                    "title": heading,
                    "path": [],
                    "start": 0,
                    "end": len(heading),
                    "title_start": 0,
                    "title_end": len(heading),
                    "inferred": False,
                    "evidence": ["test"],
                },
            )
        clauses = []
        for ordinal, piece in enumerate(printed):
            start = len(text)
            text += piece
            clauses.append(
                {
                    "clause_id": f"{key}-{ordinal}",
                    "document_id": key,
                    "section_id": sections[0]["section_id"] if sections else None,
                    "ordinal": ordinal,
                    "start": start,
                    "end": len(text),
                    "fragments": [{"start": start, "end": len(text)}],
                    "text": (read or printed)[ordinal],
                    "text_raw": piece,
                    "statement": (read or printed)[ordinal],
                },
            )
        document = {
            "document_id": key,
            "source_uri": f"{number}.txt",
            "source_sha256": "0" * 64,
            "source_format": "text",
            "source_encoding": "utf-8",
            "title": title,
            "title_reading": title,
            "genre": genre,
            "script": "hans",
            "fragments": [{"start": 0, "end": len(text)}],
            "text": text,
            "text_sha256": "0" * 64,
            "n_chars": len(text),
            "n_sections": len(sections),
            "n_clauses": len(clauses),
            "spans": [],
            "findings": [],
        }
        return to_table(DOCUMENTS, [document]), to_table(SECTIONS, sections), to_table(CLAUSES, clauses)

    return build
