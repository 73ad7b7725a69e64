"""The disclosure header as a table at the head of a Word document (own sentences)."""

import pytest

import seeds
from tests.transforms.extract.word import p, table, word
from transforms.clean import clean
from transforms.extract import extract
from transforms.extract.header_table import header_lines
from transforms.segment import load_rules, segment

BODY = (
    p("云陵市人民政府关于印发停车收费办法的通知")
    + p("各区人民政府：")
    + p("现将停车收费办法印发给你们，请遵照执行。")
    + p("云陵市人民政府")
    + p("2026年3月2日")
)
HEADER = [
    ["索 引 号：", "000014349/2026-00012", "主题分类：", "财政、金融、审计"],
    ["发文机关：", "云陵市人民政府", "成文日期：", "2026年3月2日"],
    ["标　　题：", "云陵市人民政府关于印发停车收费办法的通知", "", ""],
    ["发文字号：", "云政发〔2026〕4号", "发布日期：", "2026年3月5日"],
    ["有效性", "", "主 题 词", "交通 停车"],
]


def test_its_fields_are_those_of_the_document() -> None:
    source = extract(word(table(HEADER) + BODY), source_uri="notice.docx")
    assert source["text"].startswith("索引号：000014349/2026-00012\n主题分类：财政、金融、审计\n")
    assert not source["tables"]
    (document,) = segment(source, clean(source), load_rules(seeds.folder())).documents
    found = {name: document[name] for name in ("index_number", "theme_declared", "issuer", "document_number", "title")}
    assert found == {
        "index_number": "000014349/2026-00012",
        "theme_declared": "财政、金融、审计",
        "issuer": "云陵市人民政府",
        "document_number": "云政发〔2026〕4号",
        "title": "云陵市人民政府关于印发停车收费办法的通知",
    }
    assert (str(document["written_on"]), str(document["published_on"])) == ("2026-03-02", "2026-03-05")


def test_under_the_first_words_it_is_a_table() -> None:
    source = extract(word(BODY + table(HEADER)), source_uri="notice.docx")
    assert len(source["tables"]) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [["指标", "2025年"], ["总产值", "3亿元"]],
        [["标题", "数量"], ["通知", "3"]],  # two words of which one is a label, over values
        [["发文机关", "云陵市人民政府"]],  # one field
        [["发文机关", "云陵市人民政府", "第一条"], ["发文字号", "云政发〔2026〕4号"]],
        [["云陵市人民政府", "发文机关"], ["云政发〔2026〕4号", "发文字号"]],
        [],
        [["", ""]],
    ],
)
def test_other_tables_are_no_header(rows: list[list[str]]) -> None:
    assert header_lines(rows) == []


def test_labels_with_their_values_in_one_cell() -> None:
    rows = [["索引号：0001", "【发布日期】2026-03-05"], ["有效性：", "", "来源：", "云陵日报"]]
    assert header_lines(rows) == ["索引号：0001", "发布日期：2026-03-05", "有效性：", "来源：云陵日报"]
