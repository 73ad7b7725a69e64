"""The flattened plan that gave rise to the project, against its gold."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tests.promise import structure
from transforms.segment import Rules, Segmented

Gold = dict[str, Any]


@pytest.fixture(scope="module")
def gold(real: Path) -> Gold:
    loaded: Gold = json.loads((real / "seeds" / "001.gold.json").read_text(encoding="utf-8"))
    loaded["clauses"] = json.loads((real / "seeds" / "001.clauses.gold.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def plan(real: Path, gold: Gold, rules: Rules) -> Segmented:
    name = gold["source"]["file"]
    return structure((real / "seeds" / name).read_bytes(), rules, uri=name)


def of_kind(plan: Segmented, kind: str) -> list[dict[str, Any]]:
    return [s for s in plan.sections if s["kind"] == kind]


def test_metadata(plan: Segmented, gold: Gold) -> None:
    (document,) = plan.documents
    metadata = gold["metadata"]
    assert document["title"] == metadata["title"]
    assert document["issuer"] == metadata["issuing_body"]["name"]
    assert document["adopted_on"] == dt.date(2025, 12, 29)
    assert document["adopted_by"] == metadata["adopted"]["meeting"]
    assert document["published_on"] == dt.date(2026, 1, 26)
    assert document["disclosure"] == "主动公开"
    assert document["genre"] == "plan"
    furniture = [(s["start"], s["end"]) for s in document["spans"] if s["role"] == "furniture"]
    assert furniture == [(p["start"], p["end"]) for p in metadata["placeholders"]]


def test_preamble(plan: Segmented, gold: Gold) -> None:
    assert [s["start"] for s in of_kind(plan, "preamble")] == [p["start"] for p in gold["preamble"]]


def test_entries(plan: Segmented, gold: Gold) -> None:
    found = [(s["label"], int(s["number"]), s["title"], s["start"]) for s in of_kind(plan, "entry")]
    assert found == [(i["label"], i["number"], i["title"], i["start"]) for i in gold["items"]]


def test_chapters_and_lead_ins(plan: Segmented, gold: Gold) -> None:
    chapters = of_kind(plan, "chapter")
    assert [c["start"] for c in chapters] == [c["start"] for c in gold["chapters"]]
    assert all(c["inferred"] for c in chapters)
    lead_ins = of_kind(plan, "lead_in")
    text = plan.documents[0]["text"]
    assert [(s["start"], s["start"] + len(text[s["start"] : s["end"]].rstrip())) for s in lead_ins] == [
        (lead["start"], lead["end"]) for lead in gold["leadins"]
    ]
    for item in gold["items"]:
        assert text[: item["end"]].rstrip().endswith(text[item["end"] - 5 : item["end"]])
        inside = [c for c in plan.clauses if c["start"] < item["end"] < c["end"]]
        assert not inside, "no clause runs over the end of an entry into a lead-in"
    number = {c["section_id"]: index for index, c in enumerate(chapters, 1)}
    assert [number[s["parent_id"]] for s in of_kind(plan, "entry")] == [i["chapter"] for i in gold["items"]]


def test_bullets(plan: Segmented, gold: Gold) -> None:
    text = plan.documents[0]["text"]
    found = [(s["start"], s["start"] + len(text[s["start"] : s["end"]].rstrip())) for s in of_kind(plan, "bullet")]
    assert found == [(b["start"], b["end"]) for b in gold["list_items"]]


def test_clauses(plan: Segmented, gold: Gold) -> None:
    spans = [(i["start"], i["end"]) for i in gold["items"]]
    found = {(c["start"], c["end"]) for c in plan.clauses if any(a <= c["start"] < b for a, b in spans)}
    expected = {(c["start"], c["end"]) for c in gold["clauses"]}
    shared = len(found & expected)
    assert 2 * shared / (len(found) + len(expected)) >= 0.99


def test_paragraphs_of_entries_begin_clauses(plan: Segmented, gold: Gold) -> None:
    starts = {c["start"] for c in plan.clauses}
    for paragraphs in gold["paragraph_starts"].values():
        assert set(paragraphs[1:]) <= starts
