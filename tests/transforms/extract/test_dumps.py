"""Records of dumps: columns become header lines, which are read like those of a page."""

import json
from pathlib import Path
from typing import Any

import pytest

import seeds
from transforms.clean import clean
from transforms.extract import extract
from transforms.extract.columns import header_columns, text_column
from transforms.segment import load_rules, segment

RULES = load_rules(seeds.folder())
SAMPLES = [path for path in sorted((seeds.folder() / "documents").glob("*.txt")) if not path.stem.startswith("news")]
COLUMNS = {
    "title": "关于水利工作的意见",
    "url": "https://www.example.invalid/a/b_1.html",
    "pub_date": "2026-03-02 10:00",
    "发文字号": "某政发〔2026〕3号",
}


def structured(data: bytes, name: str, **options: Any) -> tuple[Any, str]:
    source = extract(data, source_uri=name, **options)
    return segment(source, clean(source), RULES), source["text"]


def outline(made: Any, before: int) -> list[tuple[Any, ...]]:
    return [(s["kind"], s["label"], s["title"], s["start"] - before) for s in made.sections]


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_in_a_dump_has_its_outline_and_the_fields_of_its_columns(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plain, _ = structured(text.encode(), "a.txt")
    record = json.dumps(COLUMNS | {"content": text}, ensure_ascii=False).encode()
    made, whole = structured(record, "d.jsonl#1", encoding="utf-8", text_column="content")
    assert outline(made, len(whole) - len(text)) == outline(plain, 0)
    document = made.documents[0]
    assert {name: str(document[name]) for name in ("title", "url", "published_on", "document_number")} == {
        "title": COLUMNS["title"],
        "url": COLUMNS["url"],
        "published_on": "2026-03-02",
        "document_number": COLUMNS["发文字号"],
    }


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (["id", "Content", "title"], "Content"),
        (["body", "正文"], "正文"),
        (["full_text"], "full_text"),
        (["正 文"], "正 文"),
        (["id", "wb"], None),
    ],
)
def test_the_text_column_is_found_by_its_name(columns: list[str], text: str | None) -> None:
    assert text_column(columns) == text


def test_of_two_columns_with_one_label_the_first_counts_and_order_is_that_of_the_table() -> None:
    columns = ["Publish-Date", "date", "名称", "content", "other"]
    assert header_columns(columns, "content") == {"标题": "名称", "发布日期": "Publish-Date"}


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("一\n二\t三", "标题：一 二 三\n"),
        (["水利", "工程"], "标题：水利；工程\n"),
        (20260302, "标题：20260302\n"),
        (1.50, "标题：1.5\n"),
        *((empty, "") for empty in (None, "", "  ", [], {"a": 1}, "NaN", "null")),
    ],
)
def test_values_stand_in_one_line_and_empty_ones_not_at_all(value: Any, line: str) -> None:
    record = json.dumps({"title": value, "text": "第一条 完。"}, ensure_ascii=False).encode()
    assert extract(record, source_uri="d.jsonl#1")["text"] == line + "第一条 完。"


def test_a_list_of_paragraphs_is_lines() -> None:
    record = json.dumps({"text": ["第一条 甲。", "第二条 乙。"]}, ensure_ascii=False).encode()
    assert extract(record, source_uri="d.jsonl#1")["text"] == "第一条 甲。\n第二条 乙。"


def test_a_column_of_html_is_read_as_a_page() -> None:
    page = (
        "<div class='TRS_Editor'><p><strong>一、总体要求</strong></p><p>到2030年，全县建成水库3座&nbsp;以上。</p>"
        "<table><tr><td>项目</td><td>数量</td></tr><tr><td>水库</td><td>3</td></tr></table><script>alert(1)</script></div>"
    )
    line = json.dumps({"title": "某县水利规划", "content": page, "pubdate": "2026-03-02"}, ensure_ascii=False)
    read = extract(line.encode(), source_uri="dump.jsonl#1", text_column="content")
    text = read["text"]
    assert text.startswith("标题：某县水利规划\n")
    assert "<" not in text
    assert "alert" not in text
    (table,) = read["tables"]
    assert table["cells"] == [["项目", "数量"], ["水库", "3"]]
    assert text[table["start"] : table["end"]] == "项目\t数量\n水库\t3"
    (bold,) = [hint for hint in read["hints"] if hint["kind"] == "bold"]
    assert text[bold["start"] : bold["end"]] == "一、总体要求"
    assert read["source_encoding"] == "utf-8"


def test_a_text_that_compares_numbers_is_no_page() -> None:
    text = "<一>总则 数量<3且>1的，按第二条办理。\n"
    read = extract(json.dumps({"text": text}).encode(), source_uri="dump.jsonl#1")
    assert text in read["text"]
