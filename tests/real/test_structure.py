"""Structure scores on the reviewed corpus, in the four line layouts; the floors are those that the project promises."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.promise import structure
from transforms.segment import Rules

FLOORS = {
    ("laws", "lines"): (0.995, 0.999),
    ("laws", "flat"): (0.99, 0.998),
    ("laws", "glued"): (0.97, 0.98),
    ("laws", "wrapped"): (0.99, 0.998),
    ("plans", "lines"): (0.98, 1.0),
    ("plans", "flat"): (0.975, 1.0),
    ("plans", "glued"): (0.92, 1.0),
    ("plans", "wrapped"): (0.99, 1.0),
}
"""(kind, layout) -> floor of F1 of exact starts: sections, articles."""

OUTSIDE = {
    "inline",
    "bullet",
    "box",
    "attachment",
    "toc",
    "table",
    "lead_in",
    "preamble",
    "signature",
    "paragraph",
    "item",
    "point",
}


def relaid(text: str, layout: str) -> tuple[str, list[int]]:
    """Text in another layout, and for each old offset its new one."""
    out: list[str] = []
    places: list[int] = []
    column = 0
    length = 0
    for character in text:
        piece = character
        if character == "\n":
            piece = {"flat": " ", "glued": ""}.get(layout, "\n")
            column = 0
        elif layout == "wrapped":
            if column == 36:
                out.append("\n")
                length += 1
                column = 0
            column += 1
        places.append(length)
        out.append(piece)
        length += len(piece)
    return "".join(out), [*places, length]


def predicted(sections: list[dict[str, Any]]) -> tuple[set[int], set[int]]:
    """Starts of the sections that count and of the articles."""
    by_id = {s["section_id"]: s for s in sections}
    starts, articles = set(), set()
    for section in sections:
        if section["kind"] in OUTSIDE:
            continue
        if not section["label"] and not re.match(r"^(序言|附则)$", re.sub(r"\s", "", section["title"] or "")):
            continue
        above = by_id.get(section["parent_id"])
        while above and above["kind"] != "article":
            above = by_id.get(above["parent_id"])
        if above is None:
            (articles if section["kind"] == "article" else starts).add(section["start"])
    return starts, articles


def f1(found: list[set[int]], gold: list[set[int]]) -> float:
    shared = sum(len(a & b) for a, b in zip(found, gold, strict=True))
    total = sum(map(len, found)) + sum(map(len, gold))
    return 2 * shared / total if total else 1.0


@pytest.mark.parametrize(("kind", "layout"), FLOORS)
def test_starts(kind: str, layout: str, real: Path, rules: Rules) -> None:
    found: list[tuple[set[int], set[int]]] = []
    gold: list[tuple[set[int], set[int]]] = []
    for path in sorted((real / "corpus" / kind).glob("*.gold.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_name(path.name.replace(".gold.json", ".txt")).read_bytes().decode()
        text, places = relaid(text, layout)
        found.append(predicted(structure(text, rules).sections))
        gold.append(
            ({places[s["start"]] for s in answer["sections"]}, {places[a] for a in answer.get("article_starts", [])})
        )
    scores = [f1([pair[i] for pair in found], [pair[i] for pair in gold]) for i in (0, 1)]
    assert scores[0] >= FLOORS[kind, layout][0], scores
    assert scores[1] >= FLOORS[kind, layout][1], scores


def test_newspaper_pages(real: Path, rules: Rules) -> None:
    found, gold, titles = [], [], []
    for path in sorted((real / "corpus" / "news").glob("*.gold.json")):
        answer = json.loads(path.read_text(encoding="utf-8"))
        documents = structure(path.with_name(path.name.replace(".gold.json", ".txt")).read_bytes(), rules).documents
        starts = {d["fragments"][0]["start"]: d.get("title") or "" for d in documents}
        found.append(set(starts))
        gold.append({s["start"] for s in answer["sections"]})
        titles += [starts.get(s["start"]) == s["title"] for s in answer["sections"] if s["title_scored"]]
    assert f1(found, gold) >= 0.9
    assert sum(titles) >= 0.9 * len(titles)
