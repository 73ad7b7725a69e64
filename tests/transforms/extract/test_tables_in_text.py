"""Tables that text draws itself."""

import pytest

from transforms.extract.tables_in_text import tables_of


def _cells(text: str) -> list[list[list[str]]]:
    for table in tables_of(text):
        assert text[table["start"] : table["end"]] == text[table["start"] : table["end"]].strip()
    return [table["cells"] for table in tables_of(text)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_pipe_tables(newline: str) -> None:
    lines = ["前文", "| 序号 | 指标 |", "|:--|--:|", r"| 1 | 甲\|乙 |", "| 2 |", "后文|"]
    text = newline.join(lines)
    assert _cells(text)[0][:2] == [["序号", "指标"], ["1", "甲|乙"]]
    assert text[tables_of(text)[0]["start"] :].startswith("| 序号")


def test_pipe_tables_end_where_the_pipes_do() -> None:
    text = "甲 | 乙\n---|---\n1 | 2\n\n后文"
    assert _cells(text) == [[["甲", "乙"], ["1", "2"]]]
    assert text[tables_of(text)[0]["end"] :] == "\n\n后文"


def test_cells_between_tabs() -> None:
    assert _cells("前文\n序号\t指标\t值\n1\t甲\t2\n后文") == [[["序号", "指标", "值"], ["1", "甲", "2"]]]


@pytest.mark.parametrize(
    "text",
    [
        "第一条\t为了加强管理。\n第二条\t本办法所称河道。\n第三条\t自公布之日起施行。",  # a label and its text
        "第一章\t总则\n第二章\t附则\t",
        "甲 | 乙\n丙 | 丁",
        "|---|---|",
        "序号\t指标\t值",  # one row is none
        "",
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert tables_of(text) == []
