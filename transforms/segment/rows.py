"""From an outline to the rows of the three datasets: canonical offsets, ids, roles of all characters."""

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from schemas import CLAUSES, DOCUMENTS, SECTIONS, Dataset
from schemas.arrow import Columns, table_of, to_table
from transforms.segment.blocks import squeeze
from transforms.segment.dates import parse_date
from transforms.segment.history import Event
from transforms.segment.lexicon import Lexicon
from transforms.segment.tree import Node, Outline
from transforms.segment.view import View

ROLE_CODES = ("", "gap", "furniture", "markup", "clause", "metadata", "quote", "toc", "table", "heading", "label")
_PREFIX = {
    "part": "part",
    "subpart": "subpart",
    "chapter": "chp",
    "section": "sec",
    "article": "art",
    "paragraph": "para",
    "item": "item",
    "point": "point",
    "heading": "hd",
    "entry": "entry",
    "bullet": "bullet",
    "inline": "inline",
    "box": "box",
    "preamble": "preamble",
    "lead_in": "leadin",
    "subhead": "subhead",
    "kicker": "kicker",
    "subtitle": "subtitle",
    "caption": "caption",
    "signature": "signature",
    "attachment": "att",
    "toc": "toc",
    "table": "table",
    "note": "note",
}
_CODE_OF = {role: code for code, role in enumerate(ROLE_CODES)}
_LAYER = {"clause": 0, "metadata": 1, "quote": 1, "toc": 1, "table": 1, "furniture": 1, "heading": 2, "label": 3}
"""What is painted over what: a label stands in a heading, and in the text of a clause."""
_NORMAL = str.maketrans("[［（(【]］）)】０１２３４５６７８９", "〔〔〔〔〔〕〕〕〕〕0123456789")
_GAPS = np.array([_CODE_OF["gap"] if chr(point).isspace() else 0 for point in range(0x3002)], dtype=np.int8)
"""Role of every character by itself; no blank stands behind the ideographic one."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one document; spans and fragments are tuples."""

    document: dict[str, Any]
    sections: Columns
    clauses: Columns


def tables_of(found: Sequence[Found]) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Documents, sections and clauses as tables.

    Raises:
        pyarrow.ArrowInvalid: A row is not of the form of its dataset.

    """
    return (
        to_table(DOCUMENTS, [one.document for one in found]),
        _joined(SECTIONS, [one.sections for one in found]),
        _joined(CLAUSES, [one.clauses for one in found]),
    )


def _joined(dataset: Dataset, parts: Sequence[Columns]) -> pa.Table:
    names = parts[0] if parts else ()
    columns = {name: list(chain.from_iterable([part[name] for part in parts])) for name in names}
    return table_of(dataset, columns, len(columns.get("document_id", ())))


def digest(*parts: str) -> str:
    """Sixteen hexadecimal digits that identify the parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def document_rows(
    source: dict[str, Any],
    script: str,
    view: View,
    outline: Outline,
    *,
    ordinal: int,
    fragments: list[tuple[int, int]],
    lexicon: Lexicon,
) -> Found:
    """Rows of one document: its row of documents, its sections and its clauses.

    Args:
        source: Row of `schemas.SOURCES`.
        script: Script of the source.
        view: The document's text.
        outline: What was found in it.
        ordinal: Place of the document in its source, from 0.
        fragments: Pieces of the source's text that the document is made of.
        lexicon: Words for genre and issuer.

    """
    document_id = digest(source["source_uri"], str(ordinal))
    section_ids = _section_ids(document_id, outline.nodes)
    sections = _sections(view, outline, document_id, section_ids)
    spans, unassigned = _spans(view, outline)
    clauses = _clauses(view, outline, document_id, section_ids, spans)
    findings = [_finding(view, f) for f in outline.findings]
    findings += [f for f in source["findings"] if ordinal == 0]
    findings += [
        {
            "code": "unassigned",
            "severity": "warning",
            "message": "Text that belongs to no unit, kept as furniture.",
            "start": a,
            "end": b,
        }
        for a, b in unassigned
    ]
    if not any(n.label for n in outline.nodes) and len(view.text) > 200 and outline.fields.get("genre") != "news":
        findings.append(
            {
                "code": "no_numbering",
                "severity": "info",
                "message": "No numbered division was found.",
                "start": None,
                "end": None,
            }
        )
    long_clause = 2000
    findings += [
        {
            "code": "clause_too_long",
            "severity": "warning",
            "message": f"A clause of {end - start} characters without a stop.",
            "start": start,
            "end": end,
        }
        for start, end in zip(clauses["start"], clauses["end"], strict=True)
        if end - start > long_clause
    ]
    row: dict[str, Any] = {
        "document_id": document_id,
        "source_uri": source["source_uri"],
        "source_sha256": source["source_sha256"],
        "source_format": source["source_format"],
        "source_encoding": source["source_encoding"],
        "script": script,
        "fragments": fragments,
        "text": view.canonical,
        "text_sha256": hashlib.sha256(view.canonical.encode()).hexdigest(),
        "n_chars": len(view.canonical),
        "n_sections": len(outline.nodes),
        "n_clauses": len(outline.leaves),
        "spans": spans,
        "findings": findings,
        "attachments": [printed(view, a, b) for a, b in outline.attachments],
        **_metadata(view, outline, lexicon),
    }
    return Found(row, sections, clauses)


def printed(view: View, start: int, end: int) -> str:
    """The characters as printed, line breaks that were joined left out."""
    if start >= end:
        return ""
    first, last = view.span(start, end)
    # Mostly nothing was left out between them.
    whole = last - first == end - start
    text = view.canonical[first:last] if whole else "".join([view.canonical[i] for i in view.offsets[start:end]])
    return text.replace("\n", "")


def _metadata(view: View, outline: Outline, lexicon: Lexicon) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in outline.fields.items():
        fields[name] = printed(view, *value) if isinstance(value, tuple) else value
    signed_by, source = fields.pop("signed_by", None), fields.pop("source", None)
    fields.pop("other", None)
    if source and not lexicon.organ.search(source):
        source = None  # a newspaper or a site, not the organ that issued it
    for name in ("written_on", "published_on", "effective_on", "adopted_on"):
        if isinstance(fields.get(name), str):
            fields[name] = parse_date(fields[name])
    if isinstance(fields.get("subject_words"), str):
        fields["subject_words"] = [w for w in re.split(r"[\s;；,，、]+", fields["subject_words"]) if w]
    fields["history"] = [_event(view, event) for event in fields.get("history", ())]
    spans = outline.front.title
    title = fields.get("title") or "".join(printed(view, a, b) for a, b in spans) or None
    named = spans or [outline.front.header[name] for name in ("title",) if name in outline.front.header]
    reading = squeeze("".join(view.text[a:b] for a, b in named) or title or "") or None
    fields["title"] = title
    fields["title_reading"] = reading
    if outline.front.subtitle:
        fields["subtitle"] = printed(view, *outline.front.subtitle)
    if fields.get("document_number"):
        number = squeeze(fields["document_number"]).strip("（）()")
        fields["document_number"] = fields["document_number"].strip("（）()")
        fields["document_number_norm"] = _normal_number(number)
    fields.setdefault("issuer", _issuer(reading, lexicon) or signed_by or source)
    fields["genre"] = fields.get("genre") or genre_of(reading or "", lexicon)
    if fields["genre"] == "other" and fields.get("dateline"):
        fields["genre"] = "news"
    return fields


def _event(view: View, event: Event) -> dict[str, Any]:
    organ = printed(view, *event.organ) if event.organ else None
    return {"event": event.event, "date": event.date, "organ": organ, "text": printed(view, *event.span)}


def _normal_number(number: str) -> str:
    return number.translate(_NORMAL)


def _issuer(title: str | None, lexicon: Lexicon) -> str | None:
    """Organ before 关于 in the title (GB/T 9704-2012 7.3.1: 发文机关名称、事由和文种)."""
    match = re.match("(.{2,60}?)(?:(?:印发|转发|批转|发布|公布).*)?关于", title or "")
    return match.group(1) if match and lexicon.organ.search(match.group(1)) else None


def genre_of(title: str, lexicon: Lexicon) -> str:
    """Genre by the words of a title; `other` where it tells nothing."""
    bare = re.sub(r"[（(][^（）()]*[）)]$", "", title)
    if not bare:
        return "other"
    best = ("other", 0)
    for code, ends, holds in lexicon.genres:
        if any(word in bare for word in holds):
            return code
        for end in ends:
            if bare.endswith(end) and len(end) > best[1]:
                best = (code, len(end))
    return best[0]


def _finding(view: View, finding: tuple[str, str, str, int, int]) -> dict[str, Any]:
    code, severity, message, start, end = finding
    a, b = view.span(start, end)
    return {"code": code, "severity": severity, "message": message, "start": a, "end": b}


def _section_ids(document_id: str, nodes: list[Node]) -> list[str]:
    paths: list[str] = []
    used: set[str] = set()
    repeats: dict[str, int] = defaultdict(lambda: 1)
    for node in nodes:
        own = _PREFIX[node.kind] + (f"_{node.number}" if node.number else "")
        wanted = path = f"{paths[node.parent]}__{own}" if node.parent >= 0 else own
        while path in used:
            repeats[wanted] += 1
            path = f"{wanted}_{repeats[wanted]}"
        used.add(path)
        paths.append(path)
    return [f"{document_id}/{path}" for path in paths]


def _sections(view: View, outline: Outline, document_id: str, ids: list[str]) -> Columns:
    nodes = outline.nodes
    labels = [node.label_text or (printed(view, *node.label) if node.label else None) for node in nodes]
    titles = [printed(view, *node.title) if node.title else None for node in nodes]
    spans = [view.span(*node.title) if node.title else (None, None) for node in nodes]
    # What a section is called in the path of those inside it.
    names = [(label if title is None else title) or "" for label, title in zip(labels, titles, strict=True)]
    paths: list[list[str]] = []
    for node in nodes:
        paths.append([*paths[node.parent], names[node.parent]] if node.parent >= 0 else [])
    length = len(view.text)
    return {
        "section_id": ids,
        "document_id": [document_id] * len(nodes),
        "parent_id": [ids[node.parent] if node.parent >= 0 else None for node in nodes],
        "ordinal": list(range(len(nodes))),
        "depth": [node.depth for node in nodes],
        "kind": [node.kind for node in nodes],
        "label": labels,
        "number": [node.number for node in nodes],
        "title": titles,
        "path": paths,
        "start": [view.at(node.start) for node in nodes],
        "end": [view.at(node.end) if node.end < length else len(view.canonical) for node in nodes],
        "title_start": [start for start, _ in spans],
        "title_end": [end for _, end in spans],
        "inferred": [node.inferred for node in nodes],
        "evidence": [node.evidence for node in nodes],
        "links": [[_link(view, link, ids) for link in node.links] if node.kind == "toc" else None for node in nodes],
        "cells": [node.cells for node in nodes],
    }


def _link(view: View, link: tuple[int, int, int], ids: list[str]) -> dict[str, Any]:
    start, end, target = link
    a, b = view.span(start, end)
    return {"text": printed(view, start, end), "start": a, "end": b, "target_id": ids[target] if target >= 0 else None}


def _clauses(
    view: View, outline: Outline, document_id: str, ids: list[str], spans: list[tuple[int, int, str]]
) -> Columns:
    leaves = outline.leaves
    texts = [view.text[leaf.start : leaf.end].replace("\n", "") for leaf in leaves]
    clause_ids: list[str] = []
    seen: dict[str, int] = defaultdict(int)
    for key in map(squeeze, texts):
        seen[key] = count = seen[key] + 1
        clause_ids.append(digest(document_id, key, str(count)))
    statements: list[str] = []
    for leaf, text in zip(leaves, texts, strict=True):
        statements.append(f"{statements[leaf.stem].rstrip('：:')}：{text}" if leaf.stem >= 0 else text)
    starts = [view.offsets[leaf.start] for leaf in leaves]
    ends = [view.offsets[leaf.end - 1] + 1 for leaf in leaves]
    fragments = _within([(a, b) for a, b, role in spans if role == "clause"], starts, ends)
    return {
        "clause_id": clause_ids,
        "document_id": [document_id] * len(leaves),
        "section_id": [ids[leaf.node] if leaf.node >= 0 else None for leaf in leaves],
        "ordinal": list(range(len(leaves))),
        "start": starts,
        "end": ends,
        "text": texts,
        "statement": statements,
        "stem_id": [clause_ids[leaf.stem] if leaf.stem >= 0 else None for leaf in leaves],
        "fragments": fragments,
        "text_raw": ["".join([view.canonical[a:b] for a, b in parts]) for parts in fragments],
    }


def _within(runs: list[tuple[int, int]], starts: list[int], ends: list[int]) -> list[list[tuple[int, int]]]:
    """Parts of the runs that lie in each span: a clause holds its characters of role clause, not the furniture between its halves."""
    firsts = [start for start, _ in runs]
    fragments = []
    for start, end in zip(starts, ends, strict=True):
        at = max(bisect_right(firsts, start) - 1, 0)
        if at < len(runs) and runs[at][0] <= start and end <= runs[at][1]:
            fragments.append([(start, end)])  # as most clauses
            continue
        parts = []
        while at < len(runs) and runs[at][0] < end:
            a, b = max(runs[at][0], start), min(runs[at][1], end)
            if a < b:
                parts.append((a, b))
            at += 1
        fragments.append(parts)
    return fragments


def _spans(view: View, outline: Outline) -> tuple[list[tuple[int, int, str]], list[tuple[int, int]]]:
    """Role of every canonical character, and the spans that no unit claimed (they become furniture)."""
    points = np.frombuffer(view.canonical.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if not len(points):
        return [], []
    roles = _GAPS[np.minimum(points, len(_GAPS) - 1)]
    for start, end, role in sorted(outline.roles, key=lambda r: _LAYER[r[2]]):
        if start < end:
            a, b = view.span(start, end)
            roles[a:b] = _CODE_OF[role]
    for start, end, role, code in view.marks:
        # A joined line break inside a unit belongs to the unit.
        if code != "joined_line":
            roles[start:end] = _CODE_OF[role]
    free = roles == 0
    unassigned = _runs(free) if free.any() else []
    roles[free] = _CODE_OF["furniture"]
    starts = [0, *(np.flatnonzero(roles[1:] != roles[:-1]) + 1).tolist()]
    names = [ROLE_CODES[code] for code in roles[starts].tolist()]
    return list(zip(starts, [*starts[1:], len(roles)], names, strict=True)), unassigned


def _runs(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
