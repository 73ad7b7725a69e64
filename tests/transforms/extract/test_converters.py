"""Documents of other converters: Docling JSON as docling-core 2.104 writes it, and Markdown."""

import json
from pathlib import Path
from typing import Any

import pytest

import seeds
from transforms.clean import clean
from transforms.extract import Unreadable, extract
from transforms.segment import load_rules, segment

DATA = Path(__file__).parent / "data"
RULES = load_rules(seeds.folder())


def structured(data: bytes, name: str) -> Any:
    source = extract(data, source_uri=name)
    return segment(source, clean(source), RULES)


def docling() -> Any:
    return json.loads((DATA / "docling.json").read_text(encoding="utf-8"))


def test_docling_is_read_in_order_with_its_tables() -> None:
    row = extract((DATA / "docling.json").read_bytes(), source_uri="a.json")
    assert row["source_format"] == "docling"
    lines = row["text"].splitlines()
    assert lines[:3] == ["关于做好水利工程建设工作的通知", "各县人民政府：", "一、总体要求"]
    assert lines[4:7] == ["1. 推进水库建设。", "2. 完善灌溉设施。", "投资表"]
    (table,) = row["tables"]
    assert row["text"][table["start"] : table["end"]] == "县\t投资\t投资\n甲县\t3\t亿元"
    assert table["cells"] == [["县", "投资", "投资"], ["甲县", "3", "亿元"]]
    told = {(h["kind"], h["value"]): row["text"][h["start"] : h["end"]] for h in row["hints"]}
    assert told["heading", "2"] == "一、总体要求"
    assert told["page", "2"].startswith("2. 完善灌溉设施。")
    assert [f["code"] for f in row["findings"]] == ["left_out", "left_out"]
    document = structured((DATA / "docling.json").read_bytes(), "a.json").documents[0]
    assert document["title"] == "关于做好水利工程建设工作的通知"
    assert document["addressee"] == "各县人民政府"


def test_items_that_point_at_each_other_are_read_once() -> None:
    made = docling()
    made["groups"][0]["children"] = [{"$ref": "#/groups/0"}, {"$ref": "#/texts/5"}]
    made["tables"][0]["captions"] = [{"$ref": "#/tables/0"}, {"$ref": "#/texts/7"}]
    text = extract(json.dumps(made).encode(), source_uri="a.json")["text"]
    assert text.count("推进水库建设") == 1
    assert text.count("投资表") == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["body"].update(children=[{"$ref": "#/texts/999"}]),
        lambda d: d["body"].update(children=[{"$ref": "texts"}]),
        lambda d: d["body"].update(children=[3]),
        lambda d: d.pop("texts"),
        lambda d: d["tables"][0]["data"].update(table_cells=[{"text": "x"}]),
    ],
)
def test_docling_that_is_not_of_its_form_is_refused(change: Any) -> None:
    made = docling()
    change(made)
    with pytest.raises(Unreadable, match=r"a\.json: .*; export it anew"):
        extract(json.dumps(made).encode(), source_uri="a.json")


@pytest.mark.parametrize("data", [b'{"a": 1}', b"[1]", b'"text"', b"{", b"[" * 100_000])
def test_other_json_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"a\.json"):
        extract(data, source_uri="a.json")


def test_a_table_that_says_it_is_huge_is_left_out() -> None:
    made = docling()
    made["tables"][0]["data"].update(num_rows=10**9, num_cols=10**9)
    assert extract(json.dumps(made).encode(), source_uri="a.json")["tables"] == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_markdown_is_the_file_itself_with_headings_and_tables_told(newline: str) -> None:
    text = (DATA / "docling.md").read_text(encoding="utf-8").replace("\n", newline)
    row = extract(text.encode(), source_uri="a.md")
    assert row["text"] == text
    assert [(text[h["start"] : h["end"]], h["value"]) for h in row["hints"]] == [
        ("# 关于做好水利工程建设工作的通知", "1"),
        ("## 一、总体要求", "2"),
    ]
    (table,) = row["tables"]
    assert table["cells"] == [["县", "投资", "投资"], ["甲县", "3", "亿元"]]
    assert text[table["start"] : table["end"]].startswith("| 县 ")
    assert text[table["start"] : table["end"]].endswith("亿元   |")


def test_a_heading_mark_in_a_fence_is_none() -> None:
    assert extract("```\n# 代码\n```\n第一条\n".encode(), source_uri="a.md")["hints"] == []


def test_escaped_bars_belong_to_their_cell() -> None:
    (table,) = extract("甲 | 乙\n---|---\na\\|b | c\n".encode(), source_uri="a.md")["tables"]
    assert table["cells"] == [["甲", "乙"], ["a|b", "c"]]


MARKED = """---
title: "关于做好水利工程建设工作的通知"
date: 2026-03-09
文号: 某政发〔2026〕3号
tags: [水利, 工程]
url: https://example.invalid/a
layout: post
---
<!-- image -->
{0}------------------------------------------------
![](images/1.jpg)

为加强水利工程建设管理，现就有关事项通知如下。

## 一、总体要求

1\\. 各县应当加强组织领导，落实\\_责任。
"""


def test_front_matter_is_metadata_and_marks_are_not_read() -> None:
    made = structured(MARKED.encode(), "a.md")
    (document,) = made.documents
    assert document["title"] == "关于做好水利工程建设工作的通知"
    assert str(document["published_on"]) == "2026-03-09"
    assert document["document_number"] == "某政发〔2026〕3号"
    assert document["subject_words"] == ["水利", "工程"]
    assert document["url"] == "https://example.invalid/a"
    words = "".join(clause["text"] for clause in made.clauses)
    assert "layout" not in words
    assert "image" not in words
    assert "{0}" not in words
    assert "落实_责任" in words
    assert "".join(document["text"][s["start"] : s["end"]] for s in document["spans"]) == MARKED
    roles = {document["text"][s["start"] : s["end"]]: s["role"] for s in document["spans"]}
    assert roles["<!-- image -->"] == "markup"


@pytest.mark.parametrize(
    "block", ["a: [", "- x", "just words", "a: &a [*a]", "!!python/object:os.system x", "[" * 9000]
)
def test_front_matter_that_is_no_yaml_tells_nothing(block: str) -> None:
    made = structured(
        f"---\n{block}\n---\n第一条 各县应当加强组织领导。\n第二条 本办法自公布之日起施行。\n".encode(), "a.md"
    )
    assert [s["label"] for s in made.sections if s["label"]] == ["第一条", "第二条"]
    assert made.documents[0]["title"] is None


def test_comments_without_end_cost_little() -> None:
    assert clean(extract(("<!-- 甲" * 50_000).encode(), source_uri="a.md"))["marks"] == []
