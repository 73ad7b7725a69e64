"""The measure of header fields and outlines of pages: it can fail, and the composed pages pass it."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.metadata import agreement, composed, measure, saved, wrong_fields
from benchmarks.pages import TEMPLATES
from transforms.segment import Rules


@pytest.mark.parametrize("kind", TEMPLATES)
def test_composed_pages(kind: str, rules: Rules) -> None:
    pages = [page for page in composed() if page.kind == kind][1::2]
    counts = measure(iter(pages), rules)[kind]
    assert {column: (right, right) for column, (right, _) in counts.items()} == {c: tuple(n) for c, n in counts.items()}


def test_a_wrong_field_and_a_lost_section_count(rules: Rules) -> None:
    page = next(composed())
    broken = replace(
        page, expected=page.expected | {"index_number": "X"}, plain=page.plain + "\n三十、补遗。各部门应当落实。"
    )
    counts = measure(iter([broken]), rules)[page.kind]
    assert counts["index_number"] == [0, 1]
    assert counts["title"] == [1, 1]
    assert wrong_fields({"written_on": None}, {"written_on": "2025年5月6日"})
    assert agreement([("heading", "一、", "甲")], [("heading", "一、", "乙"), ("heading", "二、", "丙")]) == (0, 2)


def test_saved_pages(real: Path, rules: Rules) -> None:
    counts = measure(saved(real / "corpus" / "plans"), rules)["saved"]
    outline = counts.pop("outline")
    right, every = (sum(own[i] for own in counts.values()) for i in (0, 1))
    assert right >= 0.98 * every
    assert outline[0] >= 0.97 * outline[1]
