"""Front matter and back matter: titles, numbers, dates, addressee, header fields, signature, attachments."""

import datetime as dt
from typing import Any

import pytest

from tests.promise import structure
from transforms.segment import Rules
from transforms.segment.dates import parse_date
from transforms.segment.rows import genre_of

BODY = "各部门应当按照职责分工，做好停车场管理的相关工作。"


def document(text: str, rules: Rules) -> dict[str, Any]:
    return structure(text, rules).documents[0]


def texts(row: dict[str, Any], role: str) -> list[str]:
    return [row["text"][s["start"] : s["end"]] for s in row["spans"] if s["role"] == role]


NOTICE = (
    "临江区人民政府关于印发\n停车场管理办法的通知\n临政发〔2025〕7号\n各街道办事处，区政府各部门、各直属机构：\n"
    f"现将办法印发给你们，请遵照执行。\n一、提高认识。{BODY}\n二、抓好落实。{BODY}\n"
    "附件：1.停车场管理办法\n2.任务清单\n临江区人民政府\n2025年5月6日\n（此件公开发布）\n"
)


def test_a_notice(rules: Rules) -> None:
    row = document(NOTICE, rules)
    assert row["title"] == "临江区人民政府关于印发停车场管理办法的通知"
    assert row["issuer"] == "临江区人民政府"
    assert row["document_number"] == "临政发〔2025〕7号"
    assert row["addressee"] == "各街道办事处，区政府各部门、各直属机构"
    assert row["written_on"] == dt.date(2025, 5, 6)
    assert row["attachments"] == ["停车场管理办法", "任务清单"]
    assert row["genre"] == "notice"
    assert "临江区人民政府\n2025年5月6日" in texts(row, "metadata")


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_notice_whose_lines_became_one(glue: str, rules: Rules) -> None:
    row = document(NOTICE.replace("\n", glue), rules)
    assert row["title_reading"] == "临江区人民政府关于印发停车场管理办法的通知"
    assert row["document_number_norm"] == "临政发〔2025〕7号"
    assert row["written_on"] == dt.date(2025, 5, 6)


def test_header_fields_with_inner_blanks(rules: Rules) -> None:
    text = (
        "索 引 号：LJ0012/2025-00031\n主题分类：城乡建设、环境保护\\城市规划\n发文机关：临江区人民政府\n成文日期：2025年05月06日\n"
        "发布日期：2025-05-09\n发文字号：临政发〔2025〕7号\n公开属性：主动公开\n有 效 性：有效\n主题词：停车 管理\n"
        f"关于加强停车管理的意见\n一、总体要求\n{BODY}\n二、任务\n{BODY}"
    )
    row = document(text, rules)
    assert row["index_number"] == "LJ0012/2025-00031"
    assert row["theme_declared"] == "城乡建设、环境保护\\城市规划"
    assert (row["written_on"], row["published_on"]) == (dt.date(2025, 5, 6), dt.date(2025, 5, 9))
    assert (row["disclosure"], row["validity"], row["subject_words"]) == ("主动公开", "有效", ["停车", "管理"])


def test_adoption_and_entry_into_force(rules: Rules) -> None:
    text = (
        "海州省停车场条例\n（2020年3月1日海州省第十届人民代表大会常务委员会第三次会议通过　2024年5月2日第二次会议修正）\n"
        f"第一条 {BODY}\n第二条 本条例自2020年6月1日起施行。"
    )
    row = document(text, rules)
    assert row["adopted_on"] == dt.date(2020, 3, 1)
    assert row["adopted_by"] == "海州省第十届人民代表大会常务委员会第三次会议"
    assert row["effective_on"] == dt.date(2020, 6, 1)
    assert row["genre"] == "regulation"


def test_placeholders_are_furniture_and_lone_values_are_read(rules: Rules) -> None:
    row = document(f"关于加强停车管理的意见\n无\n主动公开\n无\n2026.02.03\n一、要求\n{BODY}\n二、任务\n{BODY}", rules)
    assert texts(row, "furniture") == ["无", "无"]
    assert (row["disclosure"], row["published_on"]) == ("主动公开", dt.date(2026, 2, 3))


def test_what_a_page_sets_before_the_title_is_left_out_of_it(rules: Rules) -> None:
    row = document(f"全文公布!关于加强停车管理的意见\n一、要求\n{BODY}\n二、任务\n{BODY}", rules)
    assert row["title"] == "关于加强停车管理的意见"
    assert texts(row, "heading")[0].startswith("全文公布!")


def test_a_report_has_subtitle_and_speaker(rules: Rules) -> None:
    text = (
        "政 府 工 作 报 告\n——2025年1月8日在临江区第九届人民代表大会第四次会议上\n区长  林知远\n各位代表：\n"
        f"现在，我代表区人民政府向大会报告工作。\n一、过去一年工作回顾\n{BODY}\n二、今年工作安排\n{BODY}"
    )
    row = document(text, rules)
    assert (row["title"], row["title_reading"], row["genre"]) == ("政 府 工 作 报 告", "政府工作报告", "report")
    assert row["subtitle"].startswith("——2025年1月8日")
    assert row["signatory"] == "区长  林知远"
    assert row["addressee"] == "各位代表"


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_what_is_decided_addresses_nobody(glue: str, rules: Rules) -> None:
    text = "海州省人民政府关于废止部分规章的决定\n省人民政府决定：\n一、废止《码头办法》。\n二、废止《航道办法》。"
    row = document(text.replace("\n", glue), rules)
    assert row["title_reading"] == "海州省人民政府关于废止部分规章的决定"
    assert (row["genre"], row.get("addressee")) == ("decision", None)


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_title_and_note_of_adoption_without_line_breaks(glue: str, rules: Rules) -> None:
    text = (
        "海州省人民代表大会常务委员会关于修改《海州省码头条例》的决定\n"
        "（2025年5月6日海州省第十一届人民代表大会常务委员会第九次会议通过）\n"
        "海州省第十一届人民代表大会常务委员会第九次会议决定作如下修改：\n一、删去第三条。\n二、将第五条改为第四条。"
    )
    result = structure(text.replace("\n", glue), rules)
    row = result.documents[0]
    assert row["title_reading"] == "海州省人民代表大会常务委员会关于修改《海州省码头条例》的决定"
    assert (row["genre"], row["adopted_on"]) == ("decision", dt.date(2025, 5, 6))
    assert result.clauses[0]["text"].startswith("海州省第十一届")


def test_a_note_of_adoption_without_brackets(rules: Rules) -> None:
    head = "海州省人民代表大会常务委员会关于加强码头管理的决定2025年5月6日海州省第十一届人民代表大会常务委员会第九次会议通过"
    row = document(f"{head}为了加强管理，决定如下：一、加强巡查。{BODY}二、按期整改。{BODY}", rules)
    assert row["adopted_on"] == dt.date(2025, 5, 6)
    told = document(f"{head}了三项议案，会议要求：一、加强巡查。{BODY}二、按期整改。{BODY}", rules)
    assert "adopted_on" not in told


def test_a_report_without_line_breaks(rules: Rules) -> None:
    text = (
        "政府工作报告——2025年1月8日在临江区第九届人民代表大会第四次会议上临江区人民政府区长　林知远各位代表："
        f"现在，我代表区人民政府向大会报告工作。一、过去一年{BODY}二、今年工作{BODY}"
    )
    result = structure(text, rules)
    row = result.documents[0]
    assert (row["title"], row["genre"], row["addressee"]) == ("政府工作报告", "report", "各位代表")
    assert row["subtitle"] == "——2025年1月8日在临江区第九届人民代表大会第四次会议上"
    assert row["signatory"] == "临江区人民政府区长　林知远"
    assert result.clauses[0]["text"].startswith("现在，")


def test_a_report_of_an_organ_without_line_breaks(rules: Rules) -> None:
    text = (
        "关于临江区预算执行情况的报告——2025年1月8日在临江区第九届人民代表大会第四次会议上临江区财政局各位代表："
        f"受托报告。一、过去一年{BODY}二、今年工作{BODY}"
    )
    assert document(text, rules)["addressee"] == "各位代表"


def test_number_and_addressee_on_the_line_of_the_title(rules: Rules) -> None:
    text = (
        "临江区人民政府关于调整停车收费的通知 临政发〔2025〕7号 各街道办事处，区政府各部门：经研究，现将有关事项通知如下："
        f"一、提高认识。{BODY}二、抓好落实。{BODY} 临江区人民政府 2025年5月6日"
    )
    result = structure(text, rules)
    row = result.documents[0]
    assert (row["document_number"], row["addressee"]) == ("临政发〔2025〕7号", "各街道办事处，区政府各部门")
    assert result.clauses[0]["text"].startswith("经研究")


@pytest.mark.parametrize(
    "text",
    [
        f"根据国务院关于加强停车管理的通知，区人民政府作出部署。一、提高认识。{BODY}二、抓好落实。{BODY}",
        f"全区各部门按照市里关于停车管理的意见精神开展工作。一、提高认识。{BODY}二、抓好落实。{BODY}",
        f"区委专题会议听取了各单位关于停车整治进展的报告。一、提高认识。{BODY}二、抓好落实。{BODY}",
    ],
)
def test_a_sentence_that_cites_a_document_is_no_title(text: str, rules: Rules) -> None:
    row = document(text, rules)
    assert row["title"] is None


def test_a_sentence_before_a_colon_is_no_addressee(rules: Rules) -> None:
    text = f"临江区人民政府关于停车收费的通知为了方便群众，请各部门：一、提高认识。{BODY}二、抓好落实。{BODY}"
    row = document(text, rules)
    assert (row["title"], row.get("addressee")) == ("临江区人民政府关于停车收费的通知", None)


def test_the_title_is_not_cut_inside_a_quoted_one(rules: Rules) -> None:
    text = f"临江区人民政府转发市政府《关于停车管理的意见》的通知 各街道：一、提高认识。{BODY}二、抓好落实。{BODY}"
    title = document(text, rules)["title"]
    assert title is None or title.endswith("的通知")


def test_status_under_the_title(rules: Rules) -> None:
    text = f"临江区停车场管理办法\n（试行）\n第一条　{BODY}\n第二条　{BODY}"
    assert document(text, rules)["title_reading"] == "临江区停车场管理办法（试行）"


def test_short_lines_without_end_are_not_all_title(rules: Rules) -> None:
    row = document("\n".join(f"第{i}行短句" for i in range(30)), rules)
    assert row["n_clauses"] > 20


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("临江市防汛应急预案", "plan"),
        ("中共临江市委五届十次全会公报", "decision"),
        ("2025年临江市国民经济和社会发展统计公报", "report"),
        ("中华人民共和国停车法", "law"),
        ("海州省停车场条例（试行）", "regulation"),
        ("停车场管理办法", "rules"),
        ("海州省高级人民法院关于审理停车纠纷案件若干问题的规定", "interpretation"),
        ("临江区国民经济和社会发展第十五个五年规划纲要", "plan"),
        ("中共临江区委关于制定临江区国民经济和社会发展第十五个五年规划的建议", "plan"),
        ("关于加强停车管理的实施意见", "opinion"),
        ("关于停车收费标准的批复", "reply"),
        ("关于修改《停车场条例》的决定", "decision"),
        ("政府工作报告", "report"),
        ("", "other"),
    ],
)
def test_genre(title: str, genre: str, rules: Rules) -> None:
    assert genre_of(title, rules.lexicon) == genre


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2025年12月29日", dt.date(2025, 12, 29)),
        ("二〇二六年一月八日", dt.date(2026, 1, 8)),
        ("二○一○年十二月三十一日", dt.date(2010, 12, 31)),
        ("２０１２年１２月３日", dt.date(2012, 12, 3)),
        ("2026.01.26", dt.date(2026, 1, 26)),
        ("2024-04-06 16:40", dt.date(2024, 4, 6)),
        ("中华民国 103 年 6 月 18 日", dt.date(2014, 6, 18)),
        ("2025年13月40日", None),
        ("二〇〇三年元月六日", dt.date(2003, 1, 6)),
        ("2003年元旦", None),
        ("2025年12月", None),
    ],
)
def test_dates(text: str, date: dt.date | None) -> None:
    assert parse_date(text) == date


def test_a_blank_inside_the_addressee_does_not_cut_it(rules: Rules) -> None:
    body = "一、加强管理。各部门要做好停车工作。\n二、优化服务。各部门要做好停车工作。"
    row = document(f"关于做好停车工作的通知\n各县 （区）人民政府、市政府各部门：\n{body}", rules)
    assert (row["title"], row["addressee"]) == ("关于做好停车工作的通知", "各县 （区）人民政府、市政府各部门")
    row = document(f"关于做好停车工作的通知 各县（区）人民政府、市政府各部门： {body}".replace("\n", " "), rules)
    assert (row["title"], row["addressee"]) == ("关于做好停车工作的通知", "各县（区）人民政府、市政府各部门")


def test_the_history_of_an_act_is_no_structure(rules: Rules) -> None:
    text = (
        "停車場法\n1.中華民國一百零二年七月三日總統令制定公布全文 3 條\n2.中華民國一百零三年十月二十二日行政院令發布定自一百零四年二月二日施行\n"
        "第一章　總則\n第 1 條\n為管理停車場，特制定本法。\n第 2 條\n停車場應設置標誌。\n第二章　附則\n第 3 條\n本法自公布日施行。"
    )
    result = structure(text, rules)
    assert [s["label"] for s in result.sections] == ["第一章", "第 1 條", "第 2 條", "第二章", "第 3 條"]
    assert str(result.documents[0]["published_on"]) == "2013-07-03"
    plan = "停车工作安排\n1.2026年3月2日前完成普查。各部门要按时报送。\n2.2026年5月2日前完成整改。各部门要按时报送。"
    assert [s["label"] for s in structure(plan, rules).sections] == ["1.", "2."]


def test_a_note_of_several_lines_may_end_with_a_stop(rules: Rules) -> None:
    note = (
        "2021年3月2日 市人民政府令第12号发布\n"
        "2024年5月6日 市人民政府令第31号《关于修改〈停车场管理办法〉的决定》第一次修正。"
    )
    act = f"停车场管理办法\n{note}\n第一章 总则\n第一条 停车应当缴费。\n第二章 附则\n第二条 本办法自公布之日起施行。"
    result = structure(act, rules)
    assert [s["kind"] for s in result.sections if s["label"] is None] == []
    assert [event["event"] for event in result.documents[0]["history"]] == ["published", "amended"]
    news = "停车场办法出台\n2024年5月6日，市人大常委会会议审议通过了停车场办法，自2024年6月1日起施行。\n办法对收费作出规定。"
    assert any("审议通过" in clause["text"] for clause in structure(news, rules).clauses)


def test_the_number_of_an_interpretation_belongs_to_its_title(rules: Rules) -> None:
    lines = [
        "关于审理停车案件的解释（一）",
        "（2026年1月2日审判委员会第3次会议通过）",
        "一、一般规定",
        "第一条　停车应当缴费。",
        "二、附则",
        "第二条　本解释自公布之日起施行。",
    ]
    for glue in ("\n", " "):
        found = structure(glue.join(lines), rules).sections
        assert [s["label"] for s in found if s["label"]] == ["一、", "第一条", "二、", "第二条"]


def test_a_list_of_annexes_without_the_word_for_document(rules: Rules) -> None:
    text = "停车办法\n第一条 停车应当缴费。\n第二条 本办法自公布之日起施行。\n附：1.收费标准\n2.申请表\n附表1\n收费标准"
    result = structure(text, rules)
    assert result.documents[0]["attachments"] == ["收费标准", "申请表"]
    assert [s["label"] for s in result.sections if s["kind"] == "article"] == ["第一条", "第二条"]


NOTES = [
    "（2025年5月6日海州省第十一届人民代表大会常务委员会第九次会议通过　根据2025年9月1日《关于修改〈海州省码头条例〉的决定》修正）",
    "（2025年5月6日海州省第十一届人民代表大会常务委员会第九次会议通过）",
    "2025年5月6日　海州省第十一届人民代表大会常务委员会第九次会议通过",
    "2025年5月6日 海州省第十一届人民代表大会常务委员会第九次会议通过\n2025年9月1日 海州省人民政府令第7号发布",
]


@pytest.mark.parametrize("after", ["目　录\n第一章　总则\n第二章　附则\n", ""])
@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_the_title_of_an_act_ends_before_its_note(glue: str, note: str, after: str, rules: Rules) -> None:
    act = f"第一章　总则\n第一条　{BODY}\n第二章　附则\n第二条　{BODY}"
    row = document(f"海州省码头条例\n{note}\n{after}{act}".replace("\n", glue), rules)
    assert (row["title_reading"], row["genre"]) == ("海州省码头条例", "regulation")
    assert (row["adopted_on"], row.get("written_on")) == (dt.date(2025, 5, 6), None)


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        ("海州省交通厅码头使用权出让公告", "海交告字〔2025〕7号"),
        ("海州省法院关于审理码头案件若干问题的解释", "（2025年5月6日海州省法院审判委员会第1930次会议通过）"),
        ("海州省交通厅关于第125号建议的答复", "海交函〔2025〕66号"),
        ("关于《海州省码头条例（草案）》的说明", "——2025年3月25日在海州省第十四届人民代表大会常务委员会会议上"),
        ("在全省码头建设大会上的讲话", "（2025年2月8日）"),
    ],
)
@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_titles_before_prose_without_line_breaks(glue: str, title: str, behind: str, rules: Rules) -> None:
    text = f"{title}\n{behind}\n今年以来，码头建设取得进展。现说明如下。\n一、总体情况\n{BODY}\n二、主要做法\n{BODY}"
    result = structure(text.replace("\n", glue), rules)
    assert result.documents[0]["title_reading"] == title
    assert result.clauses[0]["text"] == "今年以来，码头建设取得进展。"


@pytest.mark.parametrize(
    "title", ["海州市水利局2025年工作总结", "海州市防汛工作会议纪要", "市水利局负责人答记者问", "海州统计公报[1]"]
)
def test_a_blank_that_was_a_line_break_ends_the_title(title: str, rules: Rules) -> None:
    body = f"今年以来，全市水利建设取得进展。现说明如下。 一、总体情况 {BODY} 二、主要做法 {BODY}"
    assert document(f"{title} {body}", rules)["title"] == title.removesuffix("[1]")
    assert document(f"根据{title}，{body}", rules).get("title") is None


def test_a_masthead_without_line_breaks(rules: Rules) -> None:
    text = (
        "000123机密★1年特急临江市人民政府办公室文件临政办发〔2025〕33号临江市人民政府办公室关于加强停车管理的通知各区人民政府："
        f"现通知如下。一、提高认识。{BODY}二、抓好落实。{BODY}"
    )
    row = document(text, rules)
    assert (row["title"], row["issuer"]) == ("临江市人民政府办公室关于加强停车管理的通知", "临江市人民政府办公室")
    assert (row["document_number"], row["secrecy"], row["urgency"]) == ("临政办发〔2025〕33号", "机密★1年", "特急")


@pytest.mark.parametrize(
    "opening", ["为了加强停车管理，制定本方案。", "2025年以来，停车秩序好转。", "根据有关规定，制定本方案。"]
)
def test_a_glued_title_ends_where_the_text_opens(opening: str, rules: Rules) -> None:
    body = f"一、总体要求{BODY}二、主要做法{BODY}"
    assert document(f"临江市停车治理工作方案{opening}{body}", rules)["title"] == "临江市停车治理工作方案"
    assert document(f"现将停车治理工作方案{opening}{body}", rules).get("title") is None


def test_a_line_between_title_and_note(rules: Rules) -> None:
    text = (
        f"海州法典 码头编 2025年5月6日 海州省第十一届人民代表大会第三次会议通过 第一章 总则 第一条 {BODY} 第二条 {BODY}"
    )
    row = document(text, rules)
    assert (row["title"], row["adopted_on"]) == ("海州法典", dt.date(2025, 5, 6))


def test_the_parties_are_no_part_of_the_title_of_an_agreement(rules: Rules) -> None:
    head = "临江市人民政府 临江大学合作协议\n甲方：临江市人民政府\n乙方：临江大学\n"
    text = f"{head}经协商，达成如下协议。\n一、合作原则\n坚持互利共赢的原则。\n二、合作内容\n双方共建研究院。"
    assert structure(text, rules).documents[0]["title_reading"] == "临江市人民政府临江大学合作协议"
