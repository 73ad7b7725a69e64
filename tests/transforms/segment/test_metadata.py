"""公文 elements, notes of acts, datelines; dates of three kinds; the header of a page against its text."""

import datetime as dt
from typing import Any

import pytest

from tests.promise import structure
from transforms.segment import Rules
from transforms.segment.history import events_of

BODY = "各部门应当按照职责分工，做好停车场管理的相关工作。"
ITEMS = f"一、提高认识。{BODY}\n二、抓好落实。{BODY}\n"


def document(text: str, rules: Rules) -> dict[str, Any]:
    return structure(text, rules).documents[0]


def test_elements_of_a_document_sent_upwards(rules: Rules) -> None:
    text = (
        "000012\n机密★1年　特急\n临江市人民政府文件\n临政〔2025〕7号　　　签发人：林知远\n"
        f"临江市人民政府关于停车场建设情况的请示\n省人民政府：\n{ITEMS}临江市人民政府\n二〇二五年五月六日\n"
        "（联系人：王某，电话：12345）\n抄送：省发展改革委，省财政厅。\n临江市人民政府办公室　　2025年5月7日印发\n"
    )
    row = document(text, rules)
    assert (row["secrecy"], row["urgency"], row["signatory"]) == ("机密★1年", "特急", "林知远")
    assert (row["title"], row["document_number"]) == ("临江市人民政府关于停车场建设情况的请示", "临政〔2025〕7号")
    assert (row["addressee"], row["copied_to"]) == ("省人民政府", "省发展改革委，省财政厅")
    assert row["written_on"] == dt.date(2025, 5, 6), "not the day of printing"


def test_several_organs_sign_over_one_date(rules: Rules) -> None:
    row = document(f"关于停车的通知\n各县：\n{ITEMS}临江市发展和改革委员会\n临江市财政局\n2025年5月6日\n", rules)
    assert row["issuer"] == "临江市发展和改革委员会、临江市财政局"


def test_the_life_of_an_act(rules: Rules) -> None:
    text = (
        "海州省停车场条例\n（2009年3月27日海州省第十一届人民代表大会常务委员会第七次会议通过　2009年4月1日海州省人民代表大会常务委员会公告第3号公布"
        "　自2009年6月1日起施行　根据2015年7月30日海州省第十二届人民代表大会常务委员会第十七次会议《关于修改〈海州省水利条例〉等二件法规的决定》修正"
        "　2023年5月31日海州省第十四届人民代表大会常务委员会第三次会议修订）\n"
        f"第一条 {BODY}\n第二条 本条例自2023年8月1日起施行。"
    )
    row = document(text, rules)
    assert [(e["event"], str(e["date"]), e["organ"]) for e in row["history"]] == [
        ("adopted", "2009-03-27", "海州省第十一届人民代表大会常务委员会第七次会议"),
        ("published", "2009-04-01", "海州省人民代表大会常务委员会"),
        ("effective", "2009-06-01", None),
        ("amended", "2015-07-30", "海州省第十二届人民代表大会常务委员会第十七次会议"),
        ("revised", "2023-05-31", "海州省第十四届人民代表大会常务委员会第三次会议"),
    ]
    assert row["history"][2]["text"] == "2009年6月1日起施行"
    dates = (row["adopted_on"], row["published_on"], row["effective_on"], row.get("written_on"))
    assert dates == (dt.date(2009, 3, 27), dt.date(2009, 4, 1), dt.date(2009, 6, 1), None)


@pytest.mark.parametrize(
    ("note", "events"),
    [
        ("（2025年1月8日国务院令第700号公布施行）", [("published", "国务院"), ("effective", None)]),
        ("（2025年1月8日公布，自2025年3月1日起施行）", [("published", None), ("effective", None)]),
        ("（1993年10月31日第八届全国人民代表大会第一次会议通过　根据2009年8月27日第十一届全国人民代表大会《关于修改部分法律的决定》第一次修正）",
         [("adopted", "第八届全国人民代表大会第一次会议"), ("amended", "第十一届全国人民代表大会")]),
        ("（2026年1月16日临江区第九届人民代表大会第五次会议批准）", [("approved", "临江区第九届人民代表大会第五次会议")]),
        ("（二〇〇八年五月六日海州省人民政府令第12号发布）", [("published", "海州省人民政府")]),
        ("（2025年13月40日通过）", []),
        ("（2025年1月8日）", []),
    ],
)  # fmt: skip
def test_events_of_a_note(note: str, events: list[tuple[str, str | None]]) -> None:
    found = events_of(note, 0)
    assert [(e.event, note[slice(*e.organ)] if e.organ else None) for e in found] == events


def test_an_order_tells_when_its_act_was_adopted(rules: Rules) -> None:
    text = (
        "海州省人民政府令\n第123号\n《海州省停车场管理办法》已经2025年3月1日省人民政府第12次常务会议通过，现予公布，自2025年5月1日起施行。\n"
        f"省长　林知远\n2025年3月8日\n海州省停车场管理办法\n第一条 {BODY}\n第二条 《海州省码头办法》自2019年1月1日起施行。\n第三条 {BODY}"
    )
    row = document(text, rules)
    assert (row["adopted_on"], row["adopted_by"]) == (dt.date(2025, 3, 1), "省人民政府第12次常务会议")
    assert (row["written_on"], row["effective_on"]) == (dt.date(2025, 3, 8), dt.date(2025, 5, 1))


def test_an_act_that_is_cited_does_not_lend_its_date(rules: Rules) -> None:
    text = f"停车办法\n第一条 {BODY}《码头办法》自2019年1月1日起施行。\n第二条 本办法自2025年5月1日起施行。"
    assert document(text, rules)["effective_on"] == dt.date(2025, 5, 1)


def test_a_document_that_an_agency_published(rules: Rules) -> None:
    text = f"国务院办公厅印发《停车方案》\n新华社北京3月2日电（记者　张某、李某）国务院办公厅近日印发方案。\n{ITEMS}"
    result = structure(text, rules)
    row = result.documents[0]
    assert (row["dateline"], row["bylines"]) == ("新华社北京3月2日电", ["张某", "李某"])
    assert result.clauses[0]["text"].startswith("国务院办公厅近日")


def test_elements_without_a_column_are_metadata_all_the_same(rules: Rules) -> None:
    head = "索引号：LJ01\n内容概述：对停车工作作出安排，明确目标和任务。\n公开时限：长期公开\n体裁分类：通知\n来源：临江日报\n"
    row = document(f"{head}关于停车的通知\n各县：\n{ITEMS}", rules)
    assert (row["title"], row["addressee"], row["index_number"]) == ("关于停车的通知", "各县", "LJ01")
    assert row["issuer"] is None, "a newspaper issues nothing"
    assert document(f"来源：临江市财政局\n关于停车的通知\n各县：\n{ITEMS}", rules)["issuer"] == "临江市财政局"


HEAD = "标题：{title}\n发文机关：{issuer}\n发文字号：{number}\n成文日期：{date}\n"
TEXT = "临江市人民政府关于停车的通知\n临政发〔2025〕7号\n各县：\n" + ITEMS + "临江市人民政府\n2025年5月6日\n"
RIGHT = {"title": "关于停车的通知", "issuer": "临江市人民政府", "number": "临政发[2025]7号", "date": "2025-05-06"}


def contradicted(rules: Rules, **changed: str) -> list[str]:
    row = document(HEAD.format(**(RIGHT | changed)) + TEXT, rules)
    found = [f for f in row["findings"] if f["code"] == "header_contradicts_text"]
    assert all(row["text"][f["start"] : f["end"]].strip() for f in found)
    return [f["message"] for f in found]


def test_a_header_that_agrees_is_no_finding(rules: Rules) -> None:
    assert contradicted(rules) == []
    assert contradicted(rules, issuer="市政府") == []
    assert contradicted(rules, issuer="临江市人民政府、海州省财政厅") == []
    assert contradicted(rules, title="临江市人民政府关于停车的通知（临政发〔2025〕7号）") == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"title": "关于码头的通知"}, "The header says 关于码头的通知, the text 临江市人民政府关于停车的通知."),
        ({"number": "临政发〔2025〕8号"}, "The header says 临政发〔2025〕8号, the text 临政发〔2025〕7号."),
        ({"date": "2025年5月9日"}, "The header says 2025年5月9日, the text 2025年5月6日."),
        ({"issuer": "临江市人民政府办公室"}, "The header says 临江市人民政府办公室, the text 临江市人民政府."),
        ({"issuer": "海州省财政厅"}, "The header says 海州省财政厅, the text 临江市人民政府."),
    ],
)
def test_a_header_that_contradicts_the_text_is_a_finding(changed: dict[str, str], message: str, rules: Rules) -> None:
    assert contradicted(rules, **changed) == [message]


def test_the_label_of_a_law_database_is_no_part_of_the_title(rules: Rules) -> None:
    text = "法規名稱：停車場管理條例\n公布日期：民國 112 年 06 月 28 日\n第 1 條\n為管理停車場，特制定本條例。\n第 2 條\n本條例自公布日施行。"
    document = structure(text, rules).documents[0]
    assert (document["title"], document["title_reading"], document["genre"]) == (
        "停車場管理條例",
        "停车场管理条例",
        "regulation",
    )
