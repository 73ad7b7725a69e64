"""References, quantities, dates, organs and keywords (own sentences)."""

from datetime import date

import pytest

from transforms.classify import Codebook
from transforms.classify.dates import dates
from transforms.classify.mentions import document_numbers, masked, references
from transforms.classify.normal import normal
from transforms.classify.numerals import value_of
from transforms.classify.organs import name_pattern, organs
from transforms.classify.quantities import quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依照本条例第十二条第二款处理。", [("本条例第十二条第二款", "internal")]),
        ("前款规定的期限为十日。", [("前款", "internal")]),
        ("本章的规定适用于茶企。", [("本章", "internal")]),
        ("本章程由茶协制定。", []),
        ("违反第三条、第五条规定的", [("第三条", "internal"), ("第五条", "internal")]),
        ("依照第三条第一款和第二款处理。", [("第三条第一款", "internal"), ("第二款", "internal")]),
        ("依照前款第（一）、（三）项处理。", [("前款第（一）", "internal"), ("（三）项", "internal")]),
        ("依照第四条至第六条处理。", [("第四条", "internal"), ("第六条", "internal")]),
        ("依照茶法第三条和第五条处理。", [("第三条和第五条", "document")]),
        ("依茶業法（以下简称本法）第四条订定。", [("第四条", "document")]),
        ("违反本规定附录第一条的", [("第一条", "document")]),
        ("有前两款行为的", [("前两款", "internal"), ("前两款", "internal")]),
        ("销量排名前两项的茶", []),
        ("目前款项已付，提前条件具备。", []),
        ("前条第一项第二款所称茶园", [("前条第一项第二款", "internal")]),
        ("违反本条例第一章规定的", [("本条例第一章", "internal")]),
        ("依照第三章的规定评定。", [("第三章", "internal")]),
        ("本书第三章写茶。", []),
        ("违反本实施细则第三条的", [("本实施细则第三条", "internal")]),
        ("制定本条例，具备基本条件。", []),
        ("有上述情形的，不受上述茶企影响。", [("上述情形", "internal")]),
        ("第三条例会研究茶事。", []),
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
    ("title", "kind"),
    [
        ("绿洲市茶叶法实施细则", "document"),
        ("绿洲市茶叶法实施办法（试行）", "document"),
        ("绿洲市茶叶法", "internal"),
        ("关于印发茶叶计划的通知", "internal"),
        ("", "internal"),
    ],
)
def test_in_implementing_rules_the_statute_is_another_act(title: str, kind: str) -> None:
    assert [r.kind for r in references("本法第三条第一款所称茶园", title)] == [kind]
    assert [r.kind for r in references("本细则第三条所称茶园", title)] == ["internal"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("各区要落实绿政发〔2031〕4号", "绿政发〔2031〕4号"),
        ("文号为绿政发〔2031〕4号", "绿政发〔2031〕4号"),
        ("严格按照绿茶办函〔2031〕4号办理", "绿茶办函〔2031〕4号"),
        ("和绿政发〔2031〕4号", "绿政发〔2031〕4号"),
        ("和政发〔2031〕4号", "和政发〔2031〕4号"),
        ("茶业发展和改革委员会令第5号", "茶业发展和改革委员会令第5号"),
        ("对外茶业部令第5号", "对外茶业部令第5号"),
    ],
)
def test_words_before_a_document_number_are_left_out(text: str, number: str) -> None:
    assert [text[start:end] for start, end in document_numbers(normal(text))] == [number]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("茶园面积达到44.8万亩", [("44.8万亩", 448000.0, "亩", "茶园面积", None)]),
        ("到2031年，茶业产值增长8.5%", [("8.5%", 8.5, "%", "茶业产值", 2031)]),
        ("投入资金1.2亿元", [("1.2亿元", 120000000.0, "元", "资金", None)]),
        ("处三千元罚款", [("三千元", 3000.0, "元", None, None)]),
        ("不超过百分之六十", [("百分之六十", 60.0, "%", None, None)]),
        ("2031年3月2日公布，第5次修订", []),
        ("绿政发〔2031〕14号", []),
        ("处三年以下有期徒刑", [("三年", 3.0, "年", None, None)]),
        ("三人以上在场，被处罚两次", [("三人", 3.0, "人", None, None), ("两次", 2.0, "次", None, None)]),
        ("自收到之日起十五日内", [("十五日", 15.0, "日", None, None)]),
        ("三分之二以上同意", [("三分之二", 66.666667, "%", None, None)]),
        ("千分之三、百分之十二点五", [("千分之三", 3.0, "‰", None, None), ("百分之十二点五", 12.5, "%", None, None)]),
        ("加收万分之五的滞纳金", [("万分之五", 5.0, "‱", None, None)]),
        ("每半年体检1次", [("半年", 0.5, "年", None, None), ("1次", 1.0, "次", None, None)]),
        ("造福5万茶农", [("5万", 50000.0, None, None, None)]),
        ("百年茶号，一条茶路，五月三日，下半年", []),
        ("二〇三五年，第十四个五年规划，新的一年", []),
        ("“三个优先”，《三年行动》，第三条，前三名", []),
        ("城镇新增就业1.2万人", [("1.2万人", 12000.0, "人", "城镇新增就业", None)]),
        ("茶业产值完成9亿元，同比增长7%", [("9亿元", 9e8, "元", "茶业产值", None), ("7%", 7.0, "%", "茶业产值", None)]),
        ("实施茶园改造项目33个", [("33个", 33.0, "个", "茶园改造项目", None)]),
        ("茶园经费不得少于3万元", [("3万元", 30000.0, "元", "茶园经费", None)]),
        ("共分为4个部分", [("4个", 4.0, "个", None, None)]),
        ("比2030年提高2%", [("2%", 2.0, "%", None, None)]),
        ("2031年起种茶满3年", [("3年", 3.0, "年", None, None)]),
    ],
)
def test_quantities(text: str, expected: list[tuple[str, float, str | None, str | None, int | None]]) -> None:
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
        ("印发《茶业行动方案（2026—2030年）》", []),
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
        (
            "由国务院教育行政部门会同国务院财政部门制定。",
            [("国务院教育行政部门", "lead"), ("国务院财政部门", "participant")],
        ),
        ("（工业和信息化部、文化和旅游部负责）", [("工业和信息化部", "lead"), ("文化和旅游部", "lead")]),
        ("由市茶办、市林业局负责落实", [("市茶办", "lead"), ("市林业局", "lead")]),
        ("公安机关、民政部门配合", [("公安机关", "participant"), ("民政部门", "participant")]),
        ("教育、公安、民政等部门应当公布名录", [("教育、公安、民政等部门", "mentioned")]),
        ("市、县（市、区）人民政府组织普查", [("市、县（市、区）人民政府", "mentioned")]),
        ("国务院负责茶业监督管理的部门核准", [("国务院负责茶业监督管理的部门", "mentioned")]),
        ("第九届全国人民代表大会常务委员会通过", [("第九届全国人民代表大会常务委员会", "mentioned")]),
        ("任何单位不得哄抬商品价格，对直接负责的人员罚款", []),
        ("有关部门、上市公司和教育机构办理委托", []),
    ],
)
def test_organs(codebook: Codebook, text: str, expected: list[tuple[str, str]]) -> None:
    pattern = name_pattern(codebook.words["organ"], codebook.words["organ_field"])
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
