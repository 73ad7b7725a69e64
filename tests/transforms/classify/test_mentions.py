"""References, quantities, dates, organs and keywords (own sentences)."""

from datetime import date

import pytest

from transforms.classify import Codebook
from transforms.classify.dates import dates
from transforms.classify.mentions import masked, quantities, references
from transforms.classify.normal import normal
from transforms.classify.numerals import value_of
from transforms.classify.organs import name_pattern, organs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依照本条例第十二条第二款处理。", [("本条例第十二条第二款", "internal")]),
        ("前款规定的期限为十日。", [("前款", "internal")]),
        ("本章的规定适用于茶企。", [("本章", "internal")]),
        ("违反第三条、第五条规定的", [("第三条、第五条", "internal")]),
        ("根据《古树名木保护办法》第八条办理。", [("《古树名木保护办法》第八条", "document")]),
        ("根据绿政发〔2031〕14号文件执行。", [("绿政发〔2031〕14号", "document_number")]),
        ("第九条 茶园分三级管理。", []),
        ("新增一条茶路，共三款新茶。", []),
        ("违反本条例规定的，由市茶办处理。", []),
    ],
)
def test_references(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[r.start : r.end], r.kind) for r in references(normal(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("茶园面积达到44.8万亩", [("44.8万亩", 448000.0, "亩", "茶园面积", None)]),
        ("到2031年，茶业产值增长8.5%", [("8.5%", 8.5, "%", "茶业产值", 2031)]),
        ("投入资金1.2亿元", [("1.2亿元", 120000000.0, "元", None, None)]),
        ("处三千元罚款", [("三千元", 3000.0, "元", None, None)]),
        ("不超过百分之六十", [("百分之六十", 60.0, "%", None, None)]),
        ("2031年3月2日公布，第5次修订", []),
        ("绿政发〔2031〕14号", []),
    ],
)
def test_quantities(text: str, expected: list[tuple[str, float, str, str | None, int | None]]) -> None:
    found = quantities(masked(normal(text)))
    assert [(text[q.start : q.end], q.value, q.unit, q.indicator, q.year) for q in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2031年12月29日公布", [(date(2031, 12, 29), date(2031, 12, 29))]),
        ("到2035年基本建成", [(date(2035, 1, 1), date(2035, 12, 31))]),
        ("二〇三五年远景目标", [(date(2035, 1, 1), date(2035, 12, 31))]),
        ("一九九六年二月五日", [(date(1996, 2, 5), date(1996, 2, 5))]),
        ("“十五五”时期茶业发展", [(date(2026, 1, 1), date(2030, 12, 31))]),
        ("十四五期间种茶", [(date(2021, 1, 1), date(2025, 12, 31))]),
        ("2031年2月采茶", [(date(2031, 2, 1), date(2031, 2, 28))]),
        ("2026—2030年行动", [(date(2026, 1, 1), date(2030, 12, 31))]),
        ("2031年上半年开园", [(date(2031, 1, 1), date(2031, 6, 30))]),
        ("2031年2月30日", []),
        ("根据绿政发〔2031〕14号", []),
        ("第十五五金店", []),
    ],
)
def test_dates(text: str, expected: list[tuple[date, date]]) -> None:
    assert [(d.first, d.last) for d in dates(masked(normal(text)))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "（市农业农村局牵头，市财政局、市商务局配合）",
            [("市农业农村局", "lead"), ("市财政局", "participant"), ("市商务局", "participant")],
        ),
        ("责任单位：市茶办、市林业局", [("市茶办", "lead"), ("市林业局", "lead")]),
        ("经国务院批准后公布。", [("国务院", "mentioned")]),
        ("（茶树品种见附表）", []),
    ],
)
def test_organs(codebook: Codebook, text: str, expected: list[tuple[str, str]]) -> None:
    pattern = name_pattern(codebook.words["organ"], codebook.words["organ_suffix"])
    assert [(text[o.start : o.end], o.role) for o in organs(normal(text), pattern)] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三千五百", 3500),
        ("二〇三五", 2035),
        ("十二", 12),
        ("12.5", 12.5),
        ("两万", 20000),
        ("一亿零三百万", 103000000),
        ("一百零八", 108),
    ],
)
def test_numerals(text: str, value: float) -> None:
    assert value_of(text) == value


def test_a_word_is_no_numeral() -> None:
    with pytest.raises(ValueError, match="no numeral"):
        value_of("三茶")
