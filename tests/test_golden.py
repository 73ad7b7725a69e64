"""Outlines of the shipped samples, reviewed by eye.

After a change that is meant: `GANGMU_GOLDEN=write pytest tests/test_golden.py`, then read the difference in git.
"""

import os
from pathlib import Path

import pytest

import seeds
from flows import evaluate
from tests.promise import structure
from transforms.segment import Rules, Segmented

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(p for p in (seeds.folder() / "documents").iterdir())
FACTS = (
    "title",
    "subtitle",
    "genre",
    "issuer",
    "document_number",
    "addressee",
    "signatory",
    "dateline",
    "bylines",
    "continues",
)
DATES = ("written_on", "adopted_on", "published_on", "effective_on")


def rendered(result: Segmented) -> str:
    """Documents with their facts, sections indented by nesting, and what is furniture."""
    lines = []
    depth: dict[str | None, int] = {None: 0}
    for document in result.documents:
        lines.append(f"= {document['title']}")
        lines += [f"  {name}: {document[name]}" for name in (*FACTS[1:], *DATES) if document.get(name)]
        lines += [f"  attachment: {name}" for name in document["attachments"]]
        text = document["text"]
        left_out = [
            text[s["start"] : s["end"]].strip() for s in document["spans"] if s["role"] in {"furniture", "quote"}
        ]
        lines += [f"  not read as clause: {piece[:60]}" for piece in left_out]
        lines += [f"  finding: {f['code']} {text[f['start'] or 0 : f['end'] or 0]}" for f in document["findings"]]
        for section in result.sections:
            if section["document_id"] != document["document_id"]:
                continue
            level = depth[section["section_id"]] = depth[section["parent_id"]] + 1
            name = section["title"] or "~" + text[section["start"] :][:24].split("\n")[0]
            mark = " (inferred)" if section["inferred"] else ""
            lines.append("  " * level + " ".join(filter(None, [section["kind"], section["label"], name])) + mark)
        lines.append(f"  clauses: {document['n_clauses']}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_outline(sample: Path, rules: Rules) -> None:
    found = rendered(structure(sample.read_bytes(), rules, uri=sample.name))
    golden = GOLDEN / f"{sample.stem}.outline.txt"
    if os.environ.get("GANGMU_GOLDEN") == "write":
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8"), f"{golden.name} differs; read the docstring of this test"


def test_there_are_samples_of_all_kinds() -> None:
    assert len(SAMPLES) >= 10
    assert {p.stem for p in SAMPLES} == {p.name.removesuffix(".outline.txt") for p in GOLDEN.iterdir()}


# What lines, blanks or nothing between them cost: of 188 divisions, 92 articles and the six articles of the page.
FLOORS = {"lines": (1.0, 1.0, 1.0), "flat": (1.0, 1.0, 1.0), "wrapped": (0.99, 1.0, 1.0), "glued": (0.99, 1.0, 0.7)}


@pytest.mark.parametrize("layout", FLOORS)
def test_samples_against_the_gold_of_a_second_reader(layout: str) -> None:
    scores = evaluate.structure(Path(__file__).parents[1] / "benchmarks" / "gold", layout=layout)["layouts"][layout]
    assert scores["documents"] == len(SAMPLES)
    found = [scores[group]["f1"] for group in ("sections", "articles", "pages")]
    assert all(f1 >= floor for f1, floor in zip(found, FLOORS[layout], strict=True)), found
    if layout == "lines":
        aspects = ("label", "level", "parent", "title_normalised")
        assert [scores["sections"][aspect] for aspect in aspects] == [1.0] * len(aspects)
