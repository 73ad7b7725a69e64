"""Text whose line breaks became blanks or were deleted: attachments, signatures, bullets, contents stay what they are."""

import pytest

from tests.promise import structure
from transforms.segment import Rules

BODY = "各部门应当按照职责分工，做好停车场管理的相关工作。"
NOTICE = [
    "临江市财政局关于印发停车补助办法的通知",
    "临财规〔2026〕6号",
    "各区财政局：",
    "现将《停车补助办法》印发给你们，请遵照执行。",
    "附件：1.停车补助办法",
    "2.补助申请表",
    "临江市财政局",
    "2026年3月2日",
    "附件1",
    "停车补助办法",
    "一、总则",
    f"第一条 {BODY}",
    "二、附则",
    f"第二条 {BODY}",
    "附件2",
    "补助申请表",
    f"一、基本情况。{BODY}",
    f"二、申请理由。{BODY}",
]


def assert_attached(text: str, title: str, rules: Rules) -> None:
    """What is issued is an attachment of this title, with 一、 and 二、 in it."""
    rows = structure(text, rules).sections
    attached = next(s for s in rows if s["kind"] == "attachment")
    assert attached["title"] == title
    assert [s["parent_id"] for s in rows if s["label"] in ("一、", "二、")] == [attached["section_id"]] * 2


def outline(text: str, rules: Rules) -> list[tuple[str, str | None, int]]:
    """(kind, label, nesting) of what is numbered, attached or signed."""
    rows = structure(text, rules).sections
    nesting: dict[str | None, int] = {None: 0}
    for row in rows:
        nesting[row["section_id"]] = nesting[row["parent_id"]] + 1
    kept = ("heading", "article", "attachment", "signature")
    return [(r["kind"], r["label"], nesting[r["section_id"]]) for r in rows if r["kind"] in kept]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_attachments_hold_their_divisions(glue: str, rules: Rules) -> None:
    assert outline(glue.join(NOTICE), rules) == [
        ("signature", None, 1),
        ("attachment", "附件1", 1),
        ("heading", "一、", 2),
        ("article", "第一条", 3),
        ("heading", "二、", 2),
        ("article", "第二条", 3),
        ("attachment", "附件2", 1),
        ("heading", "一、", 2),
        ("heading", "二、", 2),
    ]
    document = structure(glue.join(NOTICE), rules).documents[0]
    assert str(document["written_on"]) == "2026-03-02"


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_an_attachment_that_is_cited_opens_nothing(glue: str, rules: Rules) -> None:
    lines = [
        "停车补助办法",
        f"一、补助标准见附件1所列的表格。{BODY}",
        f"二、申请人填写附件2（略）。附件2中的栏目不得空缺。{BODY}",
    ]
    assert [kind for kind, _, _ in outline(glue.join(lines), rules)] == ["heading", "heading"]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_a_series_of_dashes(glue: str, rules: Rules) -> None:
    lines = [
        "停车工作要点",
        "一、主要目标。到2030年实现以下目标：",
        "——泊位增长一成；",
        "——车场全部联网。",
        f"二、任务。{BODY}",
        f"三、保障。{BODY}",
    ]
    rows = structure(glue.join(lines), rules).sections
    assert [s["label"] for s in rows if s["kind"] == "bullet"] == ["——", "——"]
    aside = f"一、目标。{BODY}停车难——城市的老问题——正在缓解。\n二、任务。{BODY}\n三、保障。{BODY}"
    assert not [s for s in structure(aside.replace("\n", glue), rules).sections if s["kind"] == "bullet"]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_contents_of_a_decimal_outline(glue: str, rules: Rules) -> None:
    entries = ["1 总则", "1.1 目的", "1.2 范围", "2 附则", "2.1 施行"]
    body = ["1 总则", "1.1 目的", BODY, "1.2 范围", BODY, "2 附则", "2.1 施行", BODY]
    rows = structure(glue.join(["停车场应急预案", "目录", *entries, *body]), rules).sections
    assert [s["label"] for s in rows] == [None, "1", "1.1", "1.2", "2", "2.1"]
    assert [link["target_id"].split("/")[1] for link in rows[0]["links"]] == [
        "hd_1",
        "hd_1__hd_1.1",
        "hd_1__hd_1.2",
        "hd_2",
        "hd_2__hd_2.1",
    ]


def test_figures_that_a_blank_groups_end_no_title(rules: Rules) -> None:
    text = f"停车工作方案 一、新建泊位12 500个的任务。{BODY} 二、补助资金1 000万元以上的，报市政府批准。 三、加强管理 {BODY}"
    titles = {s["label"]: s["title"] for s in structure(text, rules).sections if s["label"]}
    assert titles["三、"] == "加强管理"
    assert titles["二、"] is None
    assert titles["一、"] in (None, "新建泊位12 500个的任务")


def test_headings_glued_to_their_text_end_before_its_opening_words(rules: Rules) -> None:
    text = (
        "停车工作方案一、总体要求坚持公共停车优先，统筹路内路外资源。"
        "二、加快建设公共停车场，年底前建成五百个泊位。三、保障措施各部门要按月报送进度。"
    )
    titles = {s["label"]: s["title"] for s in structure(text, rules).sections if s["label"]}
    assert titles == {"一、": "总体要求", "二、": None, "三、": "保障措施"}


def test_an_article_whose_label_stands_alone_on_its_line(rules: Rules) -> None:
    items = "停车场应当符合下列条件：\n（一）有标志；\n（二）有照明。\n前款规定不适用于临时停车场。"
    text = f"停车场条例\n第一条\n{BODY}\n第二条\n{items}\n第三条\n{BODY}"
    rows = structure(text, rules).sections
    paths = [s["section_id"].split("/")[1] for s in rows]
    assert paths == [
        *(
            "art_1",
            "art_2",
            "art_2__para_1",
            "art_2__para_1__item_1",
            "art_2__para_1__item_2",
            "art_2__para_2",
            "art_3",
        ),
    ]
    assert all(s["start"] < s["end"] for s in rows)


def test_items_in_the_line_of_their_article(rules: Rules) -> None:
    text = f"停车场条例\n第一条　停车享受下列优惠：（一）首小时免费；（二）夜间半价。\n第二条　{BODY}\n第三条　{BODY}"
    rows = structure(text, rules).sections
    assert [(s["kind"], s["label"]) for s in rows][1:3] == [("item", "（一）"), ("item", "（二）")]
    cited = f"停车场条例\n第一条　依照前条第（一）项、第（二）项的规定办理：{BODY}\n第二条　{BODY}\n第三条　{BODY}"
    assert [s["kind"] for s in structure(cited, rules).sections] == ["article"] * 3


def test_a_title_does_not_end_inside_a_quotation(rules: Rules) -> None:
    text = f"关于修改停车场条例的决定\n一、将第三条修改为：“停车应当缴费。残疾人免费。”\n二、删去第四条。\n三、加强管理。{BODY}\n"
    result = structure(text, rules)
    assert "将第三条修改为：“停车应当缴费。残疾人免费。”" in [c["text"] for c in result.clauses]
    assert result.sections[0]["title"] is None


ISSUED = [
    "临江市人民政府办公室关于印发低空经济发展若干措施的通知",
    "各区人民政府：",
    "《低空经济发展若干措施》已经市政府同意，现印发给你们。",
    "附件：1.任务分工表",
    "2.2026年申报指南",
    "临江市人民政府办公室",
    "2026年3月2日",
    "（此件公开发布）",
    "低空经济发展若干措施",
    "为加快低空经济发展，制定以下措施。",
    f"一、支持建设。{BODY}",
    f"二、强化保障。{BODY}",
]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
@pytest.mark.parametrize("left_out", [(), (3, 4), (7,), (3, 4, 7)])
def test_what_a_notice_issues_begins_under_its_signature(left_out: tuple[int, ...], glue: str, rules: Rules) -> None:
    result = structure(glue.join(line for n, line in enumerate(ISSUED) if n not in left_out), rules)
    row = result.documents[0]
    assert (row["title"], str(row["written_on"])) == (ISSUED[0], "2026-03-02")
    assert row["attachments"] == ([] if 3 in left_out else ["任务分工表", "2026年申报指南"])
    [zone] = [s for s in result.sections if s["kind"] == "attachment"]
    assert zone["title"] == "低空经济发展若干措施"
    inside = [s["label"] for s in result.sections if s["parent_id"] == zone["section_id"] and s["label"]]
    assert inside == ["一、", "二、"]
    assert "为加快低空经济发展，制定以下措施。" in [c["text"] for c in result.clauses]


@pytest.mark.parametrize("number", ["〔十四届〕第12号", "（第12号）", "第十四届 第12号"])
@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_what_a_standing_committee_announces(number: str, glue: str, rules: Rules) -> None:
    lines = [
        "临江市人民代表大会常务委员会公告",
        number,
        "《临江市停车条例》已由市人民代表大会常务委员会第九次会议于2026年1月28日通过，现予公布，自2026年8月1日起施行。",
        "临江市人民代表大会常务委员会",
        "2026年3月2日",
        "临江市停车条例",
        "（2026年1月28日临江市第十四届人民代表大会常务委员会第九次会议通过）",
        *(f"第一条　{BODY}", f"第二条　{BODY}"),
    ]
    result = structure(glue.join(lines), rules)
    row = result.documents[0]
    assert (row["title"], row["issuer"]) == (lines[0], lines[3])
    assert str(row["written_on"]) == "2026-03-02"
    [zone] = [s for s in result.sections if s["kind"] == "attachment"]
    assert zone["title"].startswith("临江市停车条例")
    assert [s["label"] for s in result.sections if s["parent_id"] == zone["section_id"]] == ["第一条", "第二条"]


@pytest.mark.parametrize("signer", ["市长　周明远", "市长　周　远"])
@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_what_an_order_issues_begins_under_who_signs_it(signer: str, glue: str, rules: Rules) -> None:
    lines = [
        "临江市人民政府令",
        "第58号",
        "《停车管理办法》已经2025年6月18日市人民政府第72次常务会议通过，现予公布，自2025年9月1日起施行。",
        signer,
        "2025年6月30日",
        "停车管理办法",
        "第一章　总则",
        f"第一条　{BODY}",
        "第二章　附则",
        f"第二条　{BODY}",
    ]
    result = structure(glue.join(lines), rules)
    row = result.documents[0]
    assert (row["signatory"], str(row["written_on"])) == (signer.split("　", 1)[1], "2025-06-30")
    [zone] = [s for s in result.sections if s["kind"] == "attachment"]
    assert zone["title"] == "停车管理办法"
    assert [s["label"] for s in result.sections if s["parent_id"] == zone["section_id"]] == ["第一章", "第二章"]


def test_a_name_on_the_line_of_its_item_holds_the_paragraph_under_it(rules: Rules) -> None:
    lines = [
        "第一条　公文由下列要素组成：",
        *(
            "（一）份号",
            "公文印制份数的顺序号，涉密公文应当标注。",
            "（二）密级和保密期限",
            "公文的秘密等级和保密的期限。",
        ),
        "第二条　有下列情形的，不予办理：",
        *("（一）越级的；", "（二）多头的。", "前款规定不适用于紧急公文，紧急公文另行办理。"),
    ]
    rows = structure("\n".join(lines), rules).sections
    kinds = [(s["kind"], s["label"] or s["number"]) for s in rows]
    assert kinds == [
        *(("article", "第一条"), ("item", "（一）"), ("item", "（二）")),
        *(("article", "第二条"), ("paragraph", "1"), ("item", "（一）"), ("item", "（二）"), ("paragraph", "2")),
    ]


def test_a_figure_is_no_heading(rules: Rules) -> None:
    text = f"一、综合\n年末人口如下。\n城镇\n320.1\n65.8\n全年居民消费价格比上年上涨0.2%。\n二、农业\n{BODY}"
    assert [s["title"] for s in structure(text, rules).sections] == ["综合", "农业"]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_ruling_has_no_headings(glue: str, rules: Rules) -> None:
    lines = [
        "国务院关于同意设立临江开发区的批复",
        "临江省人民政府：",
        "现批复如下：",
        "一、同意设立临江开发区。",
        "二、临江开发区规划面积12平方公里。四至范围：东至滨江大道，西至青江。",
        "三、有关部门要加强指导。",
        "附件：临江开发区规划范围图",
        "国务院",
        "2025年4月18日",
    ]
    rows = structure(glue.join(lines), rules).sections
    assert [(s["label"], s["title"]) for s in rows if s["label"]] == [("一、", None), ("二、", None), ("三、", None)]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_a_heading_before_a_quoted_article(glue: str, rules: Rules) -> None:
    lines = [
        "海州省人民政府关于修改部分规章的决定",
        "一、对《码头办法》作出修改",
        "将第三条修改为：“第三条　码头应当公布收费标准。”",
        "二、对《航道办法》作出修改",
        "将第五条修改为：“第五条　航道应当设置标志。”",
    ]
    rows = structure(glue.join(lines), rules).sections
    titles = ["对《码头办法》作出修改", "对《航道办法》作出修改"]
    assert [s["title"] for s in rows if s["label"]] == titles


def test_glued_headings_end_where_the_text_takes_up_their_word_or_a_number_follows(rules: Rules) -> None:
    text = f"应急预案一、预警级别预警分为四级，{BODY}二、基本原则。1.统一领导。{BODY}2.分级负责。{BODY}三、分级响应启动响应后，{BODY}"
    titles = {s["label"]: s["title"] for s in structure(text, rules).sections}
    assert (titles["一、"], titles["二、"]) == ("预警级别", "基本原则")


INTERVIEW = [
    "临江市财政局负责人就停车补助答记者问",
    "近日，临江市印发了停车补助办法。市财政局负责人回答了记者的提问。",
    "问：为什么要发补助？",
    "答：主要有两方面考虑：一是缓解停车难。二是鼓励错时共享。",
    "问：怎样申请？",
    "答：申请分为两步。",
    "（一）网上填报。申请人登录系统填写申请表，并上传证明材料。",
    "（二）现场核验。区财政局在五个工作日内派人核验，当场告知结果。",
    "问：什么时候兑付？",
    "答：分两批。",
    "（一）首批在六月底前兑付。",
    "（二）其余在年底前兑付。",
]


@pytest.mark.parametrize("layout", ["lines", "flat", "glued", "wrapped"])
def test_questions_head_their_answers(layout: str, rules: Rules) -> None:
    wrapped = "\n".join(line[i : i + 36] for line in INTERVIEW for i in range(0, len(line), 36))
    text = {"lines": "\n".join(INTERVIEW), "flat": " ".join(INTERVIEW), "glued": "".join(INTERVIEW), "wrapped": wrapped}
    rows = structure(text[layout], rules).sections
    names = {row["section_id"]: row["label"] for row in rows}
    asked = [(row["number"], row["title"], row["depth"]) for row in rows if row["kind"] == "subhead"]
    assert asked == [("1", "为什么要发补助？", 1), ("2", "怎样申请？", 1), ("3", "什么时候兑付？", 1)]
    inside = [(row["label"], names[row["parent_id"]]) for row in rows if (row["label"] or "").startswith("（")]
    assert inside == [("（一）", "问："), ("（二）", "问：")] * 2


def test_one_question_alone_may_be_quoted(rules: Rules) -> None:
    text = "\n".join(INTERVIEW[:4])
    assert not [row for row in structure(text, rules).sections if row["kind"] == "subhead"]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_the_list_of_attachments_ends_before_an_organ_that_the_title_does_not_name(glue: str, rules: Rules) -> None:
    lines = [
        "关于停车补助拟发放对象的公示",
        "根据《停车补助办法》，经审核，现将拟发放对象予以公示。",
        "联系电话：12345",
        "附件：1.停车补助拟发放名单",
        "2.停车补助标准一览表",
        "临江市财政局",
        "2026年3月2日",
    ]
    result = structure(glue.join(lines), rules)
    document = result.documents[0]
    assert document["attachments"] == ["停车补助拟发放名单", "停车补助标准一览表"]
    assert (document["title"], document["genre"], document["issuer"]) == (lines[0], "notice", "临江市财政局")
    assert [s["kind"] for s in result.sections] == ["signature"]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_the_list_of_attachments_ends_where_the_first_one_begins(glue: str, rules: Rules) -> None:
    lines = [*NOTICE[:6], *NOTICE[8:]]
    result = structure(glue.join(lines), rules)
    assert result.documents[0]["attachments"] == ["停车补助办法", "补助申请表"]
    assert [s["label"] for s in result.sections if s["kind"] == "attachment"] == ["附件1", "附件2"]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_unnumbered_headings_stand_between_blanks_that_were_line_breaks(glue: str, rules: Rules) -> None:
    lines = [
        "临江区政府工作报告",
        "各位代表：",
        "现在报告工作，请予审议。",
        "2025年工作回顾",
        f"过去一年，成绩显著。{BODY}",
        "2026年工作安排",
        f"今年，要扩大内需。{BODY}",
    ]
    rows = structure(glue.join(lines), rules).sections
    assert [s["title"] for s in rows if s["kind"] == "subhead"] == ["2025年工作回顾", "2026年工作安排"]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("认清形势，增强做好工作的紧迫感", "去年以来，全市停车设施建设取得进展。"),
        ("加强领导，一抓到底", "各级各部门要加强组织领导，形成工作合力。"),
        ("其他需要报告的事项", "本年度未收取信息处理费。"),
    ],
)
def test_a_glued_heading_ends_before_what_surely_opens_a_text(heading: str, text: str, rules: Rules) -> None:
    glued = f"停车工作报告一、{heading}{text}{BODY}二、总体要求坚持统筹规划。{BODY}"
    assert structure(glued, rules).sections[0]["title"] == heading


@pytest.mark.parametrize(
    "heading", ["加强对各部门要素供给的统筹", "认真总结近年来的工作", "本方案自2026年3月1日起施行"]
)
def test_words_that_a_heading_needs_do_not_end_it(heading: str, rules: Rules) -> None:
    glued = f"停车工作报告一、{heading}。{BODY}二、总体要求坚持统筹规划。{BODY}"
    assert structure(glued, rules).sections[0]["title"] in (heading, None)


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_what_a_notice_issues_may_be_headed_by_its_organ(glue: str, rules: Rules) -> None:
    lines = [
        "临江市财政局关于印发2026年工作要点的通知",
        "临财规〔2026〕6号",
        "各区财政局：",
        "现将《临江市财政局2026年工作要点》印发给你们，请遵照执行。",
        "临江市财政局",
        "2026年3月2日",
        "临江市财政局2026年工作要点",
        "一、总体要求",
        f"以服务为中心。{BODY}",
        "二、重点任务",
        f"坚持统筹规划。{BODY}",
    ]
    assert_attached(glue.join(lines), lines[6], rules)


def test_a_glued_heading_ends_before_a_dash(rules: Rules) -> None:
    text = f"停车工作报告一、2025年重点工作——支持停车设施。{BODY}二、总体要求坚持统筹规划。{BODY}"
    assert structure(text, rules).sections[0]["title"] == "2025年重点工作"


def test_a_statute_between_blanks_is_no_page(rules: Rules) -> None:
    text = (
        "《水務條例》 第1部 導言 1. 簡稱 本條例可引稱為《水務條例》。 2. 釋義 在本條例中，用戶指獲供水的人。 水務監督指署長。 "
        "第2部 供水 3. 權力 水務監督可保管水務設施。 4. 申請供水 申請須以指明格式提出。 水務監督須答覆。"
    )
    result = structure(text, rules)
    assert len(result.documents) == 1
    assert [s["label"] for s in result.sections if s["label"]] == ["1.", "2.", "3.", "4."]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_what_a_notice_issues_is_named_in_its_text(glue: str, rules: Rules) -> None:
    lines = [
        "临江市财政局印发关于支持停车建设若干措施的通知",
        "临财规〔2026〕6号",
        "各区财政局：",
        "《关于支持停车建设的若干措施》已经市政府同意，现印发给你们，请认真执行。",
        "临江市财政局",
        "2026年3月2日",
        "（此件公开发布）",
        "关于支持停车建设的若干措施",
        "一、总体要求",
        f"以服务为中心。{BODY}",
        "二、重点任务",
        f"坚持统筹规划。{BODY}",
    ]
    assert_attached(glue.join(lines), lines[7], rules)


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_an_act_printed_again_under_the_decision_that_amends_it(glue: str, rules: Rules) -> None:
    lines = [
        "临江市人民代表大会常务委员会关于修改《临江市停车条例》的决定",
        "（2026年3月2日临江市第九届人民代表大会常务委员会第六次会议通过）",
        "临江市第九届人民代表大会常务委员会第六次会议决定对《临江市停车条例》作如下修改：",
        "一、将第二条修改为：“本市停车活动适用本条例。”",
        "二、删去第三条。",
        "本决定自2026年5月1日起施行。",
        "《临江市停车条例》根据本决定作相应修改，重新公布。",
        "临江市停车条例",
        "（2020年5月1日临江市第八届人民代表大会常务委员会第三次会议通过）",
        "第一条 为了规范停车，制定本条例。",
        "第二条 本市停车活动适用本条例。",
    ]
    rows = structure(glue.join(lines), rules).sections
    attached = next(s for s in rows if s["kind"] == "attachment")
    assert attached["title"] == lines[7]
    assert [s["parent_id"] for s in rows if s["kind"] == "article"] == [attached["section_id"]] * 2
