"""The newspaper page that gave rise to the project, against its gold."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.promise import structure
from transforms.clean.script import to_simplified
from transforms.segment import Rules, Segmented

Gold = dict[str, Any]


@pytest.fixture(scope="module")
def gold(real: Path) -> Gold:
    loaded: Gold = json.loads((real / "seeds" / "000.gold.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def page(real: Path, gold: Gold, rules: Rules) -> Segmented:
    name = gold["source"]["file"]
    return structure((real / "seeds" / name).read_bytes(), rules, uri=name)


@pytest.fixture(scope="module")
def raw(real: Path, gold: Gold) -> str:
    return (real / "seeds" / gold["source"]["file"]).read_bytes().decode()


def to_source(document: dict[str, Any], position: int) -> int:
    """Offset in the page of an offset in the document."""
    for fragment in document["fragments"]:
        length = fragment["end"] - fragment["start"]
        if position < length:
            return int(fragment["start"] + position)
        position -= length
    raise AssertionError


def printed(document: dict[str, Any], role: str) -> list[tuple[int, str]]:
    spans = [s for s in document["spans"] if s["role"] == role]
    return [(to_source(document, s["start"]), document["text"][s["start"] : s["end"]]) for s in spans]


def test_six_articles_with_titles_and_starts(page: Segmented, gold: Gold, raw: str) -> None:
    assert [d["title"] for d in page.documents] == [a["title"] for a in gold["articles"]]
    starts = []
    for document in page.documents:
        first = min(f["start"] for f in document["fragments"])
        starts.append(first + len(raw[first:]) - len(raw[first:].lstrip()))
    assert starts == [a["start"] for a in gold["articles"]]


def test_the_last_article_is_assembled_in_reading_order(page: Segmented, gold: Gold, raw: str) -> None:
    found = [raw[f["start"] : f["end"]].strip() for f in page.documents[-1]["fragments"]]
    assert found == [raw[f["start"] : f["end"]].strip() for f in gold["articles"][-1]["fragments"]]


def test_broken_lines_are_joined(page: Segmented, gold: Gold) -> None:
    running = "".join(c["text"] for c in page.clauses)
    for join in gold["joins"]:
        assert to_simplified(join["joined"]) in running, join


def test_roles(page: Segmented, gold: Gold) -> None:
    for document, article in zip(page.documents, gold["articles"], strict=True):
        headings = dict(printed(document, "heading"))
        for heading in [article["title_span"], *article["subtitles"], *article["subheads"]]:
            assert heading["start"] in headings, heading
        assert printed(document, "quote") == [(q["start"], q["text"]) for q in article["pull_quotes"]]
        assert (document.get("bylines") or []) == article["bylines"]
        dateline = article["dateline"]["text"] if article["dateline"] else None
        assert document.get("dateline") == dateline
        assert bool(document.get("continues")) == article["is_continuation"]
        kinds = {s["title"]: s["kind"] for s in page.sections if s["document_id"] == document["document_id"]}
        assert [kinds[s["text"]] for s in article["subtitles"]] == ["subtitle"] * len(article["subtitles"])
        assert [kinds[s["text"]] for s in article["subheads"]] == ["subhead"] * len(article["subheads"])


def test_reading_text_is_simplified_and_the_print_is_kept(page: Segmented, gold: Gold, raw: str) -> None:
    traditional = {raw[i] for i in gold["script"]["traditional_char_offsets"]} - set("著征")
    assert not traditional & {c for clause in page.clauses for c in clause["text"]}
    assert traditional & {c for clause in page.clauses for c in clause["text_raw"]}
    assert page.documents[0]["title_reading"] == gold["articles"][0]["title_simplified"].replace(" ", "")
