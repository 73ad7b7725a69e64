"""Tables that the source knows: rows of cells under the section where they stand, whatever their cells look like."""

from typing import Any

import seeds
from transforms.clean import clean
from transforms.extract import extract
from transforms.segment import load_rules, segment

RULES = load_rules(seeds.folder())


def _cut(text: str, tables: list[dict[str, Any]] | None = None) -> Any:
    source = extract(text.encode(), source_uri="a.md")
    if tables is not None:
        source["tables"] = tables
    return segment(source, clean(source), RULES)


def _table(text: str, first: str, last: str, cells: list[list[str]]) -> dict[str, Any]:
    return {"start": text.index(first), "end": text.index(last) + len(last), "cells": cells}


def _roles(cut: Any, text: str, role: str) -> str:
    return "".join(text[s["start"] : s["end"]] for s in cut.documents[0]["spans"] if s["role"] == role)


TEXT = (
    "某县农业发展规划\n一、主要目标\n到2030年，建成高标准农田。\n一、\t甲\n二、\t乙\n三、\t丙\n二、重点任务\n抓好粮食生产。\n"
    "三、保障措施\n加强组织领导。\n"
)


def test_a_table_hangs_under_its_section_and_its_cells_are_no_headings() -> None:
    cells = [["一、", "甲"], ["二、", "乙"], ["三、", "丙"]]
    cut = _cut(TEXT, [_table(TEXT, "一、\t", "\t丙", cells)])
    labels = {s["section_id"]: s["label"] for s in cut.sections}
    assert [s["label"] for s in cut.sections if s["kind"] == "heading"] == ["一、", "二、", "三、"]
    table = next(s for s in cut.sections if s["kind"] == "table")
    assert table["cells"] == cells
    assert labels[table["parent_id"]] == "一、"
    assert TEXT[table["start"] : table["end"]] == "一、\t甲\n二、\t乙\n三、\t丙"
    assert _roles(cut, TEXT, "table") == TEXT[table["start"] : table["end"]]
    assert not any("\t" in c["text_raw"] for c in cut.clauses)


def test_only_tables_have_cells() -> None:
    cut = _cut(TEXT, [_table(TEXT, "一、\t", "\t丙", [["一、", "甲"]])])
    assert all((s["cells"] is not None) == (s["kind"] == "table") for s in cut.sections)


def test_a_table_whose_first_cell_is_empty() -> None:
    text = "一、主要目标\n说明如下。\n\t2025年\t2030年\n产量\t1\t2\n二、保障措施\n加强组织领导。\n"
    cut = _cut(
        text, [{"start": text.index("\t2025"), "end": text.index("\n二、"), "cells": [["", "2025年", "2030年"]]}]
    )
    table = next(s for s in cut.sections if s["kind"] == "table")
    assert table["cells"] == [["", "2025年", "2030年"]]
    assert [s["label"] for s in cut.sections if s["kind"] == "heading"] == ["一、", "二、"]


def test_a_table_that_is_told_by_its_head_too_is_one() -> None:
    text = "一、任务\n见表。\n序号\t任务\t单位\n1\t修路\t交通局\n2\t建桥\t交通局\n二、附则\n本办法自印发之日起施行。\n"
    cut = _cut(text)
    assert [s["cells"] for s in cut.sections if s["kind"] == "table"] == [
        [["序号", "任务", "单位"], ["1", "修路", "交通局"], ["2", "建桥", "交通局"]]
    ]


def test_tables_alone_and_at_the_ends_of_a_text() -> None:
    for text in (
        "甲\t乙\t丙\n1\t2\t3",
        "甲\t乙\t丙\n1\t2\t3\n第一条 本办法自印发之日起施行。",
        "第一条 见表。\n甲\t乙\t丙\n1\t2\t3",
    ):
        cut = _cut(text)
        assert [s["cells"] for s in cut.sections if s["kind"] == "table"] == [[["甲", "乙", "丙"], ["1", "2", "3"]]]
        assert "".join(text[s["start"] : s["end"]] for s in cut.documents[0]["spans"]) == text


def test_no_sentence_is_joined_across_a_table() -> None:
    text = "第一条 各县应当按照下列指标，加强管理，落实责任，完善措施，确保完成年度\n甲\t乙\t丙\n1\t2\t3\n目标任务。\n"
    assert "年度\n甲\t乙\t丙\n1\t2\t3\n目标" in clean(extract(text.encode(), source_uri="a.txt"))["text"]
