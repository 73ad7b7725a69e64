"""Back matter: signatures of orders and of glued text, heads of what is attached, texts that follow, tails of decisions."""

import datetime as dt
from typing import Any

import pytest

from tests.promise import structure
from transforms.segment import Rules, Segmented

LAW = "第一章　总则\n第一条　为了规范码头管理，制定本条例。\n第二章　附则\n第二条　本条例自2025年7月1日起施行。"
ORDER = (
    "海州省人民政府令\n第 31 号\n《海州省码头条例》已经2025年5月6日省人民政府第9次常务会议通过，现予公布，自2025年7月1日起施行。\n"
    f"省长　林知远\n2025年5月8日\n海州省码头条例\n{LAW}"
)


def kinds(result: Segmented, kind: str) -> list[str | None]:
    return [section["title"] for section in result.sections if section["kind"] == kind]


def printed(result: Segmented, kind: str) -> list[str]:
    text = result.documents[0]["text"]
    return [text[s["start"] : s["end"]].strip() for s in result.sections if s["kind"] == kind]


def clauses(result: Segmented) -> list[str]:
    return [clause["text"] for clause in result.clauses]


def metadata(row: dict[str, Any]) -> str:
    return "".join(row["text"][s["start"] : s["end"]] for s in row["spans"] if s["role"] == "metadata")


@pytest.mark.parametrize("glue", ["\n", " "])
def test_an_order_is_signed_by_a_person(glue: str, rules: Rules) -> None:
    result = structure(ORDER.replace("\n", glue), rules)
    row = result.documents[0]
    assert (row["issuer"], row["document_number_norm"]) == ("海州省人民政府", "海州省人民政府令第31号")
    assert (row["written_on"], row["signatory"]) == (dt.date(2025, 5, 8), "林知远")
    assert printed(result, "signature") == [f"省长　林知远{glue}2025年5月8日"]
    assert kinds(result, "attachment") == ["海州省码头条例"]
    assert not any("林知远" in clause for clause in clauses(result))


def test_a_person_over_a_paragraph_signs_nothing(rules: Rules) -> None:
    result = structure("关于召开座谈会的通知\n出席人员如下。\n区长　林知远\n有关部门的负责人参加会议。", rules)
    assert printed(result, "signature") == []
    assert "signatory" not in result.documents[0]


def test_the_note_of_adoption_under_the_title_of_what_is_issued(rules: Rules) -> None:
    note = "（2025年5月6日海州省第十一届人民代表大会常务委员会第九次会议通过）"
    text = (
        "海州省人民代表大会常务委员会公告\n第九号\n《海州省码头条例》已经通过，现予公布。\n海州省人民代表大会常务委员会\n2025年5月6日\n"
        f"海州省码头条例\n{note}\n目录\n第一章　总则\n第二章　附则\n{LAW}"
    )
    result = structure(text, rules)
    assert note in metadata(result.documents[0])
    (contents,) = [s for s in result.sections if s["kind"] == "toc"]
    chapter = next(s for s in result.sections if s["kind"] == "chapter")
    assert contents["parent_id"] == chapter["parent_id"]
    assert len([s for s in result.sections if s["kind"] == "preamble"]) == 1


def test_brackets_in_the_text_of_an_attachment_are_no_note_of_adoption(rules: Rules) -> None:
    text = f"关于印发码头条例的通知\n现予印发。\n海州省交通厅\n2025年5月6日\n海州省码头条例\n{LAW}\n（2025年5月6日前通过验收的码头除外）"
    assert "（2025年5月6日前通过验收的码头除外）" in clauses(structure(text, rules))


@pytest.mark.parametrize("status", ["（试行）", "（2025年修订）"])
def test_the_status_belongs_to_the_title(status: str, rules: Rules) -> None:
    text = f"关于印发《码头管理办法》的通知\n现予印发。\n海州省交通厅\n2025年5月6日\n码头管理办法\n{status}\n{LAW}"
    result = structure(text, rules)
    assert [(title or "").replace("\n", "") for title in kinds(result, "attachment")] == [f"码头管理办法{status}"]
    assert not any(clause == status for clause in clauses(result))


def test_other_brackets_under_a_title_are_text(rules: Rules) -> None:
    text = (
        f"关于印发《码头管理办法》的通知\n现予印发。\n海州省交通厅\n2025年5月6日\n码头管理办法\n（适用于内河）\n{LAW}"
    )
    assert kinds(structure(text, rules), "attachment") == ["码头管理办法"]


@pytest.mark.parametrize("glue", ["\n", ""])
def test_a_notice_that_issues_two_acts(glue: str, rules: Rules) -> None:
    rules_of = "第一章　总则\n第一条　为规范{0}，制定本规则。\n第二章　附则\n第二条　本规则自2025年7月1日起施行。\n"
    text = (
        "海州省交通厅关于印发《码头靠泊规则》和《码头议事规则（试行）》的通知\n海交规〔2025〕4号\n各市交通局：\n现将两个规则印发给你们，请遵照执行。\n"
        "海州省交通厅\n2025年5月6日\n"
        f"码头靠泊规则\n{rules_of.format('靠泊')}码头议事规则（试行）\n{rules_of.format('议事')}"
    )
    result = structure(text.replace("\n", glue), rules)
    assert kinds(result, "attachment") == ["码头靠泊规则", "码头议事规则（试行）"]
    zones = [s["section_id"] for s in result.sections if s["kind"] == "attachment"]
    assert [s["parent_id"] for s in result.sections if s["label"] == "第一章"] == zones
    assert result.documents[0]["findings"] == []
    assert result.documents[0]["written_on"] == dt.date(2025, 5, 6)


def test_a_line_that_the_title_does_not_name_opens_nothing(rules: Rules) -> None:
    text = (
        "海州省交通厅关于印发《码头靠泊规则》的通知\n现予印发。\n海州省交通厅\n2025年5月6日\n码头靠泊规则\n"
        f"第一章　总则\n船舶靠泊规则\n第一条　为规范靠泊，制定本规则。\n{LAW.split(chr(10), 2)[2]}"
    )
    assert kinds(structure(text, rules), "attachment") == ["码头靠泊规则"]


def test_an_explanation_after_an_act(rules: Rules) -> None:
    text = (
        f"{ORDER}\n关于《海州省码头条例（草案）》的说明\n——2025年4月2日在海州省第十一届人民代表大会常务委员会第八次会议上\n"
        "海州省交通厅厅长　周望川\n主任、各位副主任、秘书长、各位委员：\n受省人民政府委托，现就草案作如下说明。\n"
        "一、立法的必要性\n码头是水运的基础。\n二、主要内容\n（一）关于靠泊。草案作了规定。\n（二）关于收费。草案作了规定。"
    )
    result = structure(text, rules)
    assert kinds(result, "attachment") == ["海州省码头条例", "关于《海州省码头条例（草案）》的说明"]
    zone = [s["section_id"] for s in result.sections if s["kind"] == "attachment"][1]
    tops = [s for s in result.sections if s["label"] in ("一、", "二、")]
    assert [s["parent_id"] for s in tops] == [zone, zone]
    assert not any(s["kind"] in ("paragraph", "item") for s in result.sections)
    assert "周望川" in metadata(result.documents[0])


def test_a_paragraph_about_an_explanation_opens_nothing(rules: Rules) -> None:
    text = f"{ORDER}\n关于《海州省码头条例（草案）》的说明\n由省交通厅另行公布。"
    assert kinds(structure(text, rules), "attachment") == ["海州省码头条例"]


REPORT = (
    "政府工作报告\n各位代表：\n现在，我代表区人民政府向大会报告工作。\n一、过去一年\n成绩来之不易。\n二、今年工作\n"
    "让我们为建设美丽临江而努力奋斗！\n"
)


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_terms_explained_after_a_report(glue: str, rules: Rules) -> None:
    text = f"{REPORT}名词解释\n1.一码通办：凭一个码办理各种事项的简称。\n2.三张清单：权力、责任和服务清单。"
    result = structure(text.replace("\n", glue), rules)
    assert kinds(result, "attachment") == ["名词解释"]
    zone = next(s for s in result.sections if s["kind"] == "attachment")
    assert [s["label"] for s in result.sections if s["parent_id"] == zone["section_id"]] == ["1.", "2."]
    assert zone["parent_id"] is None


def test_a_sentence_about_terms_is_text(rules: Rules) -> None:
    result = structure(f"{REPORT}名词解释见附后的小册子。\n请各位代表审议。", rules)
    assert kinds(result, "attachment") == []


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_the_tail_of_a_decision_belongs_to_the_whole(glue: str, rules: Rules) -> None:
    text = (
        "海州省人民政府关于修改部分规章的决定\n省人民政府决定对下列规章作出修改：\n一、删去《码头办法》第三条。\n"
        "二、将《航道办法》第五条改为第六条。\n本决定自2025年7月1日起施行。"
    )
    result = structure(text.replace("\n", glue), rules)
    tail = next(c for c in result.clauses if c["text"].startswith("本决定"))
    assert tail["section_id"] is None
    last = next(s for s in result.sections if s["label"] == "二、")
    assert last["end"] <= tail["start"]


def test_a_glued_decision_is_signed_behind_its_tail(rules: Rules) -> None:
    text = (
        "海州省人民政府关于修改部分规章的决定省人民政府决定：一、删去《码头办法》第三条。二、将《航道办法》第五条改为第六条。"
        "本决定自2025年7月1日起施行。海州省人民政府2025年5月6日"
    )
    result = structure(text, rules)
    assert printed(result, "signature") == ["海州省人民政府2025年5月6日"]
    assert clauses(result)[-1] == "本决定自2025年7月1日起施行。"


def test_the_act_that_is_published_anew_follows_its_decision(rules: Rules) -> None:
    text = (
        "海州省人民代表大会常务委员会关于修改《海州省码头条例》的决定\n海州省人民代表大会常务委员会决定作如下修改：\n一、删去第三条。\n"
        "二、将第五条改为第四条。\n本决定自2025年7月1日起施行。\n《海州省码头条例》根据本决定作相应修改，重新公布。\n海州省码头条例\n"
        f"（2010年5月6日海州省第八届人民代表大会常务委员会第九次会议通过）\n{LAW}"
    )
    result = structure(text, rules)
    assert kinds(result, "attachment") == ["海州省码头条例"]
    zone = next(s for s in result.sections if s["kind"] == "attachment")
    assert {s["parent_id"] for s in result.sections if s["kind"] == "chapter"} == {zone["section_id"]}
    assert "第八届" in metadata(result.documents[0])


def test_a_point_of_a_notice_keeps_its_last_paragraph(rules: Rules) -> None:
    text = "关于加强码头管理的通知\n各部门：\n一、加强巡查。\n二、按期整改。\n本决定自2025年7月1日起施行的，从其规定。"
    last = structure(text, rules).clauses[-1]
    assert last["section_id"] is not None


def test_glued_organ_date_and_note_close_the_text(rules: Rules) -> None:
    text = (
        "海州省人民政府关于同意设立临江港区的批复海政函〔2025〕9号临江市人民政府：你市请示收悉。现批复如下："
        "一、同意设立临江港区。二、你市要加强领导。海州省人民政府2025年5月6日（此件公开发布）"
    )
    result = structure(text, rules)
    row = result.documents[0]
    assert (row["document_number"], row["addressee"]) == ("海政函〔2025〕9号", "临江市人民政府")
    assert row["written_on"] == dt.date(2025, 5, 6)
    assert printed(result, "signature") == ["海州省人民政府2025年5月6日"]
    assert printed(result, "note") == ["（此件公开发布）"]


def test_a_last_sentence_that_ends_with_a_date_signs_nothing(rules: Rules) -> None:
    text = "海州省人民政府关于港区的批复临江市人民政府：一、同意设立港区。二、要抓紧建设。建设期到2027年5月6日"
    result = structure(text, rules)
    assert printed(result, "signature") == []
    assert clauses(result)[-1].endswith("2027年5月6日")


def test_the_imprint_of_older_documents(rules: Rules) -> None:
    text = (
        "临江市城管办公室关于报送年度总结的报告\n市人民政府：\n一、工作情况\n全年拆除违章建筑三处，市容改观。\n二、打算\n加强领导，加大投入。\n"
        "临江市城管办公室\n二〇〇三年元月六日\n主题词：城管　总结\n抄送：市委办。\n（共印30份）"
    )
    result = structure(text, rules)
    row = result.documents[0]
    assert (row["written_on"], row["subject_words"]) == (dt.date(2003, 1, 6), ["城管", "总结"])
    assert printed(result, "signature") == ["临江市城管办公室\n二〇〇三年元月六日"]
    assert printed(result, "note") == ["主题词：城管　总结", "抄送：市委办。", "（共印30份）"]


def test_subject_words_in_the_text_are_text(rules: Rules) -> None:
    text = "关于拟写公文的通知\n一、格式\n文末可以标注。\n主题词：由拟稿人确定\n二、要求\n各单位照此办理。"
    assert "主题词：由拟稿人确定" in "".join(clauses(structure(text, rules)))


def test_annexes_of_an_annex_have_numbers_of_two_parts(rules: Rules) -> None:
    text = (
        "关于申报码头资金的通知\n一、条件。依法设立。\n二、时间。六月底前。\n海州省交通厅\n2025年5月6日\n附件1-1：\n码头申报表\n附件1-2：\n承诺书\n"
        "本单位承诺如下：\n一、材料真实。\n二、专款专用。"
    )
    result = structure(text, rules)
    zones = [s for s in result.sections if s["kind"] == "attachment"]
    assert [(s["label"], s["number"], s["title"]) for s in zones] == [
        ("附件1-1", "1-1", "码头申报表"),
        ("附件1-2", "1-2", "承诺书"),
    ]
    assert "本单位承诺如下：" in clauses(result)


def test_months_after_the_number_of_an_annex_are_no_part_of_it(rules: Rules) -> None:
    text = f"关于报送码头报表的通知\n现予印发。\n海州省交通厅\n2025年5月6日\n附件1-12月码头报表\n{LAW}"
    (zone,) = [s for s in structure(text, rules).sections if s["kind"] == "attachment"]
    assert zone["number"] == "1"


@pytest.mark.parametrize("called", ["各位代表！", "同志们！", "女士们、先生们，朋友们！"])
@pytest.mark.parametrize("glue", ["\n", " "])
def test_who_is_called_inside_a_report_heads_nothing(called: str, glue: str, rules: Rules) -> None:
    text = REPORT.replace("二、", f"{called}\n五年来，全区人民团结一心，干成了许多大事。\n二、").replace("\n", glue)
    result = structure(text, rules)
    assert [s["label"] for s in result.sections if s["title"] or s["label"]] == ["一、", "二、"]
    first = next(s for s in result.sections if s["label"] == "一、")
    assert [c["section_id"] for c in result.clauses if c["text"].startswith((called[:2], "五年来"))] == [
        first["section_id"]
    ] * 2


def test_the_imprint_belongs_to_nothing_above(rules: Rules) -> None:
    text = (
        "海州省人民政府关于加强码头管理的通知\n一、总体要求\n各部门应当加强管理。\n海州省人民政府\n2025年5月6日\n"
        "附件1\n申报指南\n一、申报条件\n在本省注册。\n抄送：省委各部门。\n海州省人民政府办公厅　　2025年5月7日印发"
    )
    result = structure(text, rules)
    notes = [s for s in result.sections if s["kind"] == "note"]
    assert [s["parent_id"] for s in notes] == [None, None]
    assert result.sections[-3]["end"] <= notes[0]["start"]
