"""The numbering grammar and the chain: what is accepted as a division, and what is not."""

from pathlib import Path

import pytest

import seeds
from tests.promise import structure
from transforms.segment import Rules
from transforms.segment.grammar import load, number_of, number_text


def outline(text: str, rules: Rules) -> list[tuple[str, str, str | None]]:
    return [(s["kind"], s["label"] or "", s["title"]) for s in structure(text, rules).sections]


def labels(text: str, rules: Rules) -> list[str]:
    return [s["label"] for s in structure(text, rules).sections if s["label"]]


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("第一百二十八 条", "128"),
        ("第二十四条之二", "24-2"),
        ("第 3-1 条", "3-1"),
        ("（十二）", "12"),
        ("12.", "12"),
        ("①", "1"),
        ("㈢", "3"),
        ("⑵", "2"),
        ("第一千零四十条", "1040"),
        ("第１２条", "12"),
        ("二十一、", "21"),
    ],
)
def test_numbers(label: str, number: str) -> None:
    assert number_text(number_of(label)) == number


BODY = "各部门应当按照职责分工，做好停车场管理的相关工作。"


def test_articles_under_chapters(rules: Rules) -> None:
    text = (
        f"停车场管理办法\n第一章 总则\n第一条 {BODY}\n第二条 {BODY}\n第二章 附则\n第三条 本办法自2026年1月1日起施行。"
    )
    assert outline(text, rules) == [
        ("chapter", "第一章", "总则"),
        ("article", "第一条", None),
        ("article", "第二条", None),
        ("chapter", "第二章", "附则"),
        ("article", "第三条", None),
    ]


REFERENCES = [
    "依照本办法第八条规定的程序办理。",
    "违反第三条、第四条和第五条规定的，责令改正。",
    "第二章的规定适用于专用停车场。",
    "《停车场管理条例》第十二条第二款另有规定的，从其规定。",
    "有前款第（一）项至第（三）项情形之一的，不予备案。",
    "投资1.5亿元，推进“3+3+3”工程，沿G318线布局，占比达3.2%。",
    "获一、二、三等奖的单位给予奖励。",
    "2025年12月，建成泊位2026个。",
]


@pytest.mark.parametrize("sentence", REFERENCES)
@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_references_and_figures_are_never_headings(sentence: str, glue: str, rules: Rules) -> None:
    text = glue.join([f"第一条 {BODY}", f"第二条 {sentence}{BODY}", f"第三条 {BODY}", f"第四条 {BODY}"])
    assert labels(text, rules) == ["第一条", "第二条", "第三条", "第四条"]


def test_the_next_article_cited_before_it_stands_is_not_taken(rules: Rules) -> None:
    text = f"第一条 {BODY}第二条规定的期限届满，依照第三条处理。第二条 {BODY}第三条 {BODY}"
    found = structure(text, rules)
    assert [s["start"] for s in found.sections] == [0, text.rindex("第二条"), text.rindex("第三条")]


def test_inserted_articles_and_traditional_labels(rules: Rules) -> None:
    text = f"第 3 條　{BODY}\n第 3-1 條　{BODY}\n第 4 條　{BODY}"
    rows = structure(text, rules).sections
    assert [(s["label"], s["number"]) for s in rows] == [("第 3 條", "3"), ("第 3-1 條", "3-1"), ("第 4 條", "4")]
    text = f"第一条 {BODY}\n第一条之一 {BODY}\n第二条 {BODY}"
    assert [s["number"] for s in structure(text, rules).sections] == ["1", "1-1", "2"]


def test_a_gap_is_accepted_and_found(rules: Rules) -> None:
    result = structure(f"第一条 {BODY}\n第二条 {BODY}\n第四条 {BODY}\n第五条 {BODY}", rules)
    assert [s["number"] for s in result.sections] == ["1", "2", "4", "5"]
    assert [f["code"] for f in result.documents[0]["findings"]] == ["numbering_gap"]


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ("一二四五", "numbering_gap"),
        ("一二二三", "numbering_repeat"),
        ("三四五六", "numbering_start"),
        ("一二一二", "numbering_restart"),
    ],
)
def test_what_a_sequence_lacks_is_a_finding(numbers: str, code: str, rules: Rules) -> None:
    result = structure("\n".join(f"第{n}条 {BODY}" for n in numbers), rules)
    assert [s["label"] for s in result.sections] == [f"第{n}条" for n in numbers]
    assert [f["code"] for f in result.documents[0]["findings"]] == [code]


def test_numbering_that_runs_on_under_new_parents(rules: Rules) -> None:
    text = (
        f"关于加强管理的意见\n一、总体要求\n（一）指导思想。{BODY}\n（二）主要目标。{BODY}\n"
        f"二、重点任务\n（三）加快建设。{BODY}\n（四）严格管理。{BODY}"
    )
    rows = structure(text, rules).sections
    assert [(s["label"], s["depth"], s["title"]) for s in rows] == [
        ("一、", 1, "总体要求"),
        ("（一）", 2, "指导思想"),
        ("（二）", 2, "主要目标"),
        ("二、", 1, "重点任务"),
        ("（三）", 2, "加快建设"),
        ("（四）", 2, "严格管理"),
    ]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_the_same_outline_when_line_breaks_are_lost(glue: str, rules: Rules) -> None:
    lines = [
        "停车场管理办法",
        "第一章 总则",
        f"第一条 {BODY}",
        f"第二条 {BODY}",
        "第二章 规划与建设",
        f"第三条 {BODY}",
        "第三章 附则",
        "第四条 本办法自2026年1月1日起施行。",
    ]
    rows = structure(glue.join(lines), rules).sections
    assert [(s["label"], s["title"]) for s in rows] == [
        ("第一章", "总则"),
        ("第一条", None),
        ("第二条", None),
        ("第二章", "规划与建设"),
        ("第三条", None),
        ("第三章", "附则"),
        ("第四条", None),
    ]


def test_articles_under_headings_against_the_usual_order(rules: Rules) -> None:
    """Judicial interpretations group articles under 一、二、."""
    text = (
        f"关于审理停车纠纷案件若干问题的规定\n一、一般规定\n第一条 {BODY}\n第二条 {BODY}\n"
        f"二、责任承担\n第三条 {BODY}\n三、附则\n第四条 {BODY}"
    )
    rows = {s["label"]: s for s in structure(text, rules).sections}
    assert rows["第三条"]["parent_id"] == rows["二、"]["section_id"]
    assert rows["二、"]["parent_id"] is None


def test_quoted_articles_of_an_amending_decision_are_no_structure(rules: Rules) -> None:
    text = (
        "关于修改《停车场管理条例》的决定\n一、将第三条修改为：“第三条 停车场应当设置标志。\n“停车场应当公示价格。”\n"
        "二、增加一条，作为第十条：“第十条 禁止擅自停用。”\n三、本决定自公布之日起施行。"
    )
    assert labels(text, rules) == ["一、", "二、", "三、"]


def test_items_hang_on_their_stem(rules: Rules) -> None:
    text = f"第一条 {BODY}\n第二条 停车场应当符合下列条件：\n（一）有明显标志；\n（二）有照明设施。\n前款规定不适用于临时停车场。"
    result = structure(text, rules)
    assert [(s["kind"], s["number"]) for s in result.sections] == [
        ("article", "1"),
        ("article", "2"),
        ("paragraph", "1"),
        ("item", "1"),
        ("item", "2"),
        ("paragraph", "2"),
    ]
    stem = next(c for c in result.clauses if c["text"].endswith("："))
    item = next(c for c in result.clauses if "标志" in c["text"])
    assert item["stem_id"] == stem["clause_id"]
    assert item["statement"] == "停车场应当符合下列条件：有明显标志；"
    assert result.clauses[-1]["stem_id"] is None


def test_an_article_with_one_paragraph_has_no_section_for_it(rules: Rules) -> None:
    text = f"第一条 {BODY}\n第二条 停车场应当符合下列条件：\n（一）有标志；\n（二）有照明。\n第三条 {BODY}"
    assert "paragraph" not in {s["kind"] for s in structure(text, rules).sections}


def test_a_box_holds_its_own_list(rules: Rules) -> None:
    text = f"第一章 总体要求\n第一节 目标\n{BODY}\n专栏1 重点工程\n1.停车设施。{BODY}\n2.充电设施。{BODY}\n第二节 任务\n{BODY}"
    rows = {s["label"]: s for s in structure(text, rules).sections}
    assert rows["1."]["parent_id"] == rows["专栏1"]["section_id"]
    assert rows["第二节"]["parent_id"] == rows["第一章"]["section_id"]


def test_depth_starts_again_in_what_a_notice_issues(rules: Rules) -> None:
    text = (
        "临江区人民政府关于印发停车场管理办法的通知\n临政发〔2025〕7号\n各街道办事处，区政府各部门：\n"
        f"现将办法印发给你们。\n一、提高认识。{BODY}\n二、抓好落实。{BODY}\n临江区人民政府\n2025年5月6日\n（此件公开发布）\n"
        f"停车场管理办法\n第一章 总则\n第一条 {BODY}\n第二章 附则\n第二条 {BODY}"
    )
    result = structure(text, rules)
    rows = {s["label"] or s["kind"]: s for s in result.sections}
    assert rows["attachment"]["title"] == "停车场管理办法"
    assert rows["第一章"]["parent_id"] == rows["attachment"]["section_id"]
    assert rows["第一章"]["depth"] == 1
    assert rows["一、"]["depth"] == 1
    assert result.documents[0]["written_on"].isoformat() == "2025-05-06"


def test_contents_are_kept_and_are_no_structure(rules: Rules) -> None:
    text = f"停车场管理条例\n目　录\n第一章　总则\n第二章　附则\n第一章　总则\n第一条　{BODY}\n第二章　附则\n第二条　{BODY}"
    result = structure(text, rules)
    assert [s["kind"] for s in result.sections] == ["toc", "chapter", "article", "chapter", "article"]
    spans = result.documents[0]["spans"]
    assert [text[s["start"] : s["end"]] for s in spans if s["role"] == "toc"] == ["目　录\n第一章　总则\n第二章　附则"]


def test_a_table_row_is_no_heading(rules: Rules) -> None:
    text = f"一、目标\n{BODY}\n二、清单\n{BODY}\n附件\n任务清单\n序号\n任务\n单位\n一、建设类\n1\n新建泊位\n交通局\n2\n改造泊位\n城管局\n"
    assert labels(text, rules) == ["一、", "二、", "附件"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("rank = 20\n", "", "'chapter' has no 'rank'"),
        ("'第 {n} 章'", "'第 ({n} 章'", "mark of family 'chapter' is not understood"),
    ],
)
def test_a_damaged_table_names_file_family_and_fault(old: str, new: str, fault: str, tmp_path: Path) -> None:
    table = (seeds.folder() / "numbering.toml").read_text(encoding="utf-8")
    assert old in table
    damaged = tmp_path / "numbering.toml"
    damaged.write_text(table.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=f"numbering.toml: .*{fault}"):
        load(damaged)


PLAN = [
    "临江区防汛应急预案",
    "1 总则",
    "1.1 编制目的",
    BODY,
    "1.2 适用范围",
    BODY,
    "2 组织体系",
    "2.1 指挥机构",
    "2.1.1 职责",
    BODY,
    "2.2 专家组",
    BODY,
]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_decimal_outline(glue: str, rules: Rules) -> None:
    rows = structure(glue.join(PLAN), rules).sections
    assert [(s["label"], s["number"], s["depth"], s["title"]) for s in rows] == [
        ("1", "1", 1, "总则"),
        ("1.1", "1.1", 2, "编制目的"),
        ("1.2", "1.2", 2, "适用范围"),
        ("2", "2", 1, "组织体系"),
        ("2.1", "2.1", 2, "指挥机构"),
        ("2.1.1", "2.1.1", 3, "职责"),
        ("2.2", "2.2", 2, "专家组"),
    ]


def test_a_decimal_label_stands_in_the_innermost_division_of_its_number(rules: Rules) -> None:
    lines = [
        "一、工作目标",
        BODY,
        "二、重点任务",
        "1. 制度",
        "1.1 办法",
        BODY,
        "1.2 规范",
        BODY,
        "2. 平台",
        "2.1 架构",
        BODY,
    ]
    rows = structure("\n".join(lines), rules).sections
    assert [(s["label"], s["depth"]) for s in rows if s["label"]] == [
        *(("一、", 1), ("二、", 1), ("1.", 2), ("1.1", 3), ("1.2", 3), ("2.", 2), ("2.1", 3)),
    ]


def test_a_decimal_label_does_not_stand_in_a_list_of_its_number(rules: Rules) -> None:
    lines = ["1 总则", "1.1 目的", BODY, "2 体系", "2.1 机构", "（1）指挥；", "（2）协调。", "2.2 办事机构", BODY]
    rows = structure("\n".join(lines), rules).sections
    assert [(s["label"], s["depth"]) for s in rows if s["label"]] == [
        *(("1", 1), ("1.1", 2), ("2", 1), ("2.1", 2), ("（1）", 3), ("（2）", 3), ("2.2", 2)),
    ]


def test_figures_at_the_head_of_lines_are_no_decimal_outline(rules: Rules) -> None:
    text = f"一、目标\n1.5亿元用于建设。{BODY}\n2.3万个泊位投入使用。{BODY}\n3.2%的增长目标如期实现。{BODY}\n二、任务\n{BODY}"
    assert labels(text, rules) == ["一、", "二、"]


def test_a_heading_that_begins_with_a_year(rules: Rules) -> None:
    text = f"1.2024年工作回顾\n{BODY}\n2.2025年工作安排\n{BODY}\n3.5G设施建设\n{BODY}"
    assert [(s["label"], s["title"]) for s in structure(text, rules).sections] == [
        ("1.", "2024年工作回顾"),
        ("2.", "2025年工作安排"),
        ("3.", "5G设施建设"),
    ]


def test_numbers_with_a_blank_need_three_of_a_sequence(rules: Rules) -> None:
    three = f"一　去年决算\n{BODY}\n二　今年预算\n{BODY}\n三　明年概算\n{BODY}"
    assert labels(three, rules) == ["一", "二", "三"]
    assert labels(f"一　批新的停车场建成\n{BODY}", rules) == []


def test_a_series_inside_a_paragraph_is_no_division(rules: Rules) -> None:
    text = f"一、明确标准。收费按照下列规定：（1）白天每小时五元；（2）夜间每小时二元；（3）节假日免费。\n二、严格执行。{BODY}\n三、加强监督。{BODY}"
    assert labels(text, rules) == ["一、", "二、", "三、"]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_contents_before_prose(glue: str, rules: Rules) -> None:
    lines = [
        "临江区发展规划",
        "目　录",
        "第一章　总体要求",
        "第二章　重点任务",
        f"本规划依据有关法律编制。{BODY}",
        "第一章　总体要求",
        BODY,
        "第二章　重点任务",
        BODY,
    ]
    rows = structure(glue.join(lines), rules).sections
    assert [(s["kind"], s["title"]) for s in rows if s["label"]] == [("chapter", "总体要求"), ("chapter", "重点任务")]


def test_contents_glued_to_the_text(rules: Rules) -> None:
    text = f"停车场条例目录第一章 总则第二章 附则第一章 总则第一条 {BODY}第二章 附则第二条 {BODY}"
    rows = structure(text, rules).sections
    assert [(s["label"], s["title"]) for s in rows if s["label"]] == [
        ("第一章", "总则"),
        ("第一条", None),
        ("第二章", "附则"),
        ("第二条", None),
    ]


def test_chapters_without_a_number(rules: Rules) -> None:
    text = f"停车场条例\n序　言\n{BODY}\n第一章 总则\n第一条 {BODY}\n附　则\n第二条 {BODY}"
    rows = structure(text, rules).sections
    assert [(s["kind"], s["title"]) for s in rows] == [
        ("chapter", "序　言"),
        ("preamble", None),
        ("chapter", "总则"),
        ("article", None),
        ("chapter", "附　则"),
        ("article", None),
    ]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_a_chapter_without_a_number_in_any_layout(glue: str, rules: Rules) -> None:
    text = glue.join(["停车场条例", "第一章 总则", f"第一条 {BODY}", "附则", f"第二条 {BODY}"])
    rows = structure(text, rules).sections
    assert [(s["kind"], s["title"]) for s in rows] == [
        ("chapter", "总则"),
        ("article", None),
        ("chapter", "附则"),
        ("article", None),
    ]


def test_each_attachment_numbers_anew(rules: Rules) -> None:
    text = (
        f"关于加强管理的通知\n一、要求\n{BODY}\n二、任务\n{BODY}\n附件1\n实施方案\n一、目标\n{BODY}\n二、步骤\n{BODY}\n"
        f"附件2\n考核办法\n一、对象\n{BODY}\n二、方式\n{BODY}"
    )
    result = structure(text, rules)
    assert [(s["label"], s["depth"]) for s in result.sections if s["kind"] == "heading"] == [
        ("一、", 1),
        ("二、", 1),
    ] * 3
    assert result.documents[0]["findings"] == []


def test_lists_in_the_attachment_of_an_act_are_items(rules: Rules) -> None:
    text = f"停车场条例\n第一条 {BODY}\n第二条 {BODY}\n附件：\n收费标准\n一、小型车每小时五元。\n二、大型车每小时十元。"
    assert [s["kind"] for s in structure(text, rules).sections if s["label"] in {"一、", "二、"}] == ["item", "item"]


def test_a_repealed_article_ends_where_the_next_begins(rules: Rules) -> None:
    text = f"第 1 條{BODY}第 2 條（刪除）第 3 條{BODY}"
    assert labels(text, rules) == ["第 1 條", "第 2 條", "第 3 條"]


def test_an_article_that_begins_like_a_reference(rules: Rules) -> None:
    text = f"第一条中华人民共和国境内的停车场，适用本办法。第二条除法律另有规定外，依照本办法执行。第三条有关部门应当公示。第四条{BODY}"
    assert labels(text, rules) == ["第一条", "第二条", "第三条", "第四条"]


def test_a_misread_numeral_is_repaired_where_the_sequence_asks_for_it(rules: Rules) -> None:
    text = f"第一条 {BODY}\n第ニ条 {BODY}\n第三条 {BODY}\n第四条 {BODY}"
    result = structure(text, rules)
    assert [(s["label"], s["number"]) for s in result.sections][1] == ("第ニ条", "2")
    assert "repaired:第二条" in result.sections[1]["evidence"]
    assert [f["code"] for f in result.documents[0]["findings"]] == ["numeral_repaired"]


def test_a_look_alike_out_of_sequence_is_no_number(rules: Rules) -> None:
    text = f"一、任务\n人、车分离通行。{BODY}\n二、要求\n{BODY}"
    assert labels(text, rules) == ["一、", "二、"]


def test_a_close_second_reading_is_told(rules: Rules) -> None:
    """A number that does not go on its sequence is taken, but only just."""
    text = f"第一条 {BODY}\n第二条 {BODY}\n第八条 {BODY}\n第九条 {BODY}"
    rows = structure(text, rules).sections
    assert [s["label"] for s in rows if any(e.startswith("close:") for e in s["evidence"])] == ["第八条"]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_articles_under_numbered_heads_that_hold_a_title_only(glue: str, rules: Rules) -> None:
    """A judicial interpretation sets articles under 一、: a head with a title and no text is no 项 of the article before."""
    lines = [
        "关于审理停车纠纷案件的规定",
        "一、合同的成立",
        f"第一条 {BODY}",
        f"第二条 {BODY}",
        "二、合同的履行",
        f"第三条 {BODY}",
    ]
    rows = structure(glue.join(lines), rules).sections
    assert [(s["label"], s["depth"], s["title"]) for s in rows] == [
        ("一、", 1, "合同的成立"),
        ("第一条", 2, None),
        ("第二条", 2, None),
        ("二、", 1, "合同的履行"),
        ("第三条", 2, None),
    ]
    assert "level:outermost" in rows[0]["evidence"]
    assert "level:inside 一、, against the order of the table" in rows[1]["evidence"]
    # …but with a text of its own it is an item.
    text = f"第一条 停车场应当：\n一、设置标志；\n二、公示价格。\n第二条 {BODY}"
    assert [(s["kind"], s["label"]) for s in structure(text, rules).sections] == [
        ("article", "第一条"),
        ("item", "一、"),
        ("item", "二、"),
        ("article", "第二条"),
    ]


def test_the_first_division_follows_the_note_under_the_title(rules: Rules) -> None:
    lines = [
        "停车场法",
        "（2025年12月29日第三届人民代表大会第一次会议通过）",
        "第一编 总则",
        "第一章 基本规定",
        f"第一条 {BODY}",
        f"第二条 {BODY}",
        "第二编 附则",
        f"第三条 {BODY}",
    ]
    assert labels("".join(lines), rules) == ["第一编", "第一章", "第一条", "第二条", "第二编", "第三条"]
    cited = f"停车场法\n第一条 {BODY}本法所称车场，适用《民法典》第一编的规定。\n第二条 {BODY}"
    assert labels(cited, rules) == ["第一条", "第二条"]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_decimal_outlines_in_every_layout(glue: str, rules: Rules) -> None:
    lines = [
        "停车场应急预案",
        "1 总则",
        "1.1 编制目的",
        BODY,
        "1.2 适用范围",
        BODY,
        "2 组织体系",
        "2.1 指挥机构",
        BODY,
        "2.1.1 职责",
        BODY,
    ]
    assert labels(glue.join(lines), rules) == ["1", "1.1", "1.2", "2", "2.1", "2.1.1"]
    growth = f"{BODY}泊位增长4.2%，收入增长1.1 倍，占3.5 成。{BODY}"
    assert labels(f"1 总则{growth}", rules) == []


def test_a_number_alone_under_its_heading_counts_where_the_next_heading_goes_on(rules: Rules) -> None:
    text = f"一、目标任务　　1.坚持正确方向，{BODY}　　二、主要工作　　2.完善设施。{BODY}　　3.加强管理。{BODY}　　三、保障　　4.加大投入。{BODY}"
    assert labels(text, rules) == ["一、", "1.", "二、", "2.", "3.", "三、", "4."]
    alone = f"一、目标任务　　1.坚持正确方向，{BODY}　　二、主要工作　　{BODY}"
    assert labels(alone, rules) == ["一、", "二、"]


def test_a_quoted_act_of_several_paragraphs_is_no_structure(rules: Rules) -> None:
    quoted = "“违反规定停车的，有下列情形之一的，处以罚款：（一）占用盲道的；（二）堵塞出口的。"
    text = (
        f"关于修改停车场法的决定一、将第九条修改为：{quoted}“单位有前款行为的，加倍处罚。”二、本决定自公布之日起施行。"
    )
    assert labels(text, rules) == ["一、", "二、"]


def test_a_noun_phrase_with_a_colon_over_divisions_is_a_heading(rules: Rules) -> None:
    text = (
        f"停车场管理规定\n一、报批程序：\n（一）提出申请。{BODY}\n（二）现场查验。{BODY}\n"
        "二、停车场应当符合下列条件：\n（一）有明显标志；\n（二）有照明设施。"
    )
    rows = {s["label"]: s["title"] for s in structure(text, rules).sections if s["depth"] == 1}
    assert rows == {"一、": "报批程序", "二、": None}


def test_the_act_that_a_notice_issues_in_glued_text(rules: Rules) -> None:
    text = (
        "关于印发停车管理办法的通知各区人民政府：现将《停车管理办法》印发给你们。临江市人民政府2026年3月2日停车管理办法"
        f"第一条 {BODY}第二条 {BODY}第三条 {BODY}"
    )
    assert labels(text, rules) == ["第一条", "第二条", "第三条"]
    cited = f"第一条 {BODY}第二条 2026年3月2日前依照原停车管理办法第一条规定办理的，继续有效。第三条 {BODY}"
    assert labels(cited, rules) == ["第一条", "第二条", "第三条"]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_the_list_of_attachments_is_no_division_in_any_layout(glue: str, rules: Rules) -> None:
    lines = [
        "临江市人民政府关于停车工作的意见",
        "一、总体要求",
        BODY,
        "二、主要任务",
        f"{BODY}（市城管局牵头）",
        "附件：1.任务分工表",
        "2.主要指标表",
        "临江市人民政府",
        "2026年3月2日",
    ]
    result = structure(glue.join(lines), rules)
    assert [s["label"] for s in result.sections if s["label"]] == ["一、", "二、"]


def test_short_titles_in_flattened_text_are_no_names_of_a_newspaper(rules: Rules) -> None:
    lines = ["停车场应急预案"]
    for i, titles in enumerate((("总则", "目的", "范围"), ("职责", "指挥", "专家"), ("保障", "物资", "通信")), start=1):
        lines.append(f"{i} {titles[0]}")
        for j, title in enumerate(titles[1:], start=1):
            lines += [f"{i}.{j} {title}", BODY]
    rows = structure(" ".join(lines), rules)
    assert len(rows.documents) == 1
    assert labels(" ".join(lines), rules) == ["1", "1.1", "1.2", "2", "2.1", "2.2", "3", "3.1", "3.2"]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_table_ends_at_the_next_chapter(glue: str, rules: Rules) -> None:
    lines = [
        "停车规划",
        "第一章 现状",
        BODY,
        "序号 指标 2030年",
        "1 泊位 3000",
        "2 车场 40",
        "第二章 任务",
        BODY,
        "第三章 保障",
        BODY,
    ]
    found = [s["label"] for s in structure(glue.join(lines), rules).sections if s["kind"] == "chapter"]
    assert found == ["第一章", "第二章", "第三章"]


def test_a_glyph_that_stands_for_another_is_repaired(rules: Rules) -> None:
    text = f"第一条 {BODY}\n笫二条 {BODY}\n弟三条 {BODY}\n第四条 {BODY}"
    result = structure(text, rules)
    assert [s["number"] for s in result.sections] == ["1", "2", "3", "4"]
    assert "repaired:第二条" in result.sections[1]["evidence"]
    assert [f["code"] for f in result.documents[0]["findings"]] == ["numeral_repaired", "numeral_repaired"]
    assert labels(f"一、总则\n兄弟二条街的停车场合并管理。{BODY}\n二、附则\n{BODY}", rules) == ["一、", "二、"]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_gap_is_found_in_flattened_text_too(glue: str, rules: Rules) -> None:
    lines = [
        "停车工作意见",
        "一、任务",
        f"（一）加快建设。{BODY}",
        f"（二）严格管理。{BODY}",
        f"（四）优化服务。{BODY}",
        "二、保障",
        BODY,
    ]
    result = structure(glue.join(lines), rules)
    assert [s["label"] for s in result.sections] == ["一、", "（一）", "（二）", "（四）", "二、"]
    assert [f["code"] for f in result.documents[0]["findings"]] == ["numbering_gap"]


def test_brief_members_under_one_heading_are_headings_whatever_the_others_do(rules: Rules) -> None:
    long = "（{}）经民政部门认定的低保家庭、最低生活保障边缘家庭以及其他符合本办法规定条件的家庭凭街道出具的证明材料免费停车。{}"
    text = (
        f"停车优惠办法\n一、对象\n{long.format('一', BODY)}\n{long.format('二', BODY)}\n{long.format('三', BODY)}\n"
        f"二、标准\n（一）免费停车。{BODY}\n（二）优惠停车。{BODY}"
    )
    titles = [(s["label"], s["title"]) for s in structure(text, rules).sections if s["depth"] == 2]
    assert titles == [
        ("（一）", None),
        ("（二）", None),
        ("（三）", None),
        ("（一）", "免费停车"),
        ("（二）", "优惠停车"),
    ]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_a_word_that_begins_like_a_reference_begins_a_text(glue: str, rules: Rules) -> None:
    lines = [
        "停车场法",
        "第一条　停车人应当遵守下列规定：",
        *("（一）依法停车；", "（二）及时驶离；", "（三）项目建设期间服从管理；", "（四）和谐相处。"),
        f"第二条{BODY}",
        f"第三条第三方机构受托管理的，{BODY}",
        f"第四条依照第一条第（二）项和第三条规定处理。{BODY}",
    ]
    expected = ["第一条", "（一）", "（二）", "（三）", "（四）", "第二条", "第三条", "第四条"]
    assert labels(glue.join(lines), rules) == expected


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_the_title_of_a_chapter_may_stand_on_the_next_line(glue: str, rules: Rules) -> None:
    lines = [
        "停车场法",
        "第一章",
        "总则",
        "第一条",
        BODY,
        "第二章",
        "规划建设",
        "第二条",
        BODY,
        "第三章",
        "附则",
        "第三条",
        BODY,
    ]
    rows = structure(glue.join(lines), rules).sections
    chapters = [(s["label"], s["title"]) for s in rows if s["kind"] != "article"]
    assert chapters == [("第一章", "总则"), ("第二章", "规划建设"), ("第三章", "附则")]


def test_a_wide_blank_sets_a_heading_off_from_its_text(rules: Rules) -> None:
    text = f"一、总体要求　坚持市场为主。{BODY}\n二、重点任务\n（一）以旧换新　加大支持力度。\n（二）资金 2亿元由市财政安排。"
    assert [s["title"] for s in structure(text, rules).sections] == ["总体要求", "重点任务", "以旧换新", None]


def test_a_number_printed_twice_is_a_misprint(rules: Rules) -> None:
    text = f"一、认识\n{BODY}\n二、责任\n（一）明确。{BODY}\n（二）考核。{BODY}\n（二）问责。{BODY}\n三、体系\n{BODY}\n三、宣传\n{BODY}"
    assert labels(text, rules) == ["一、", "二、", "（一）", "（二）", "（二）", "三、", "三、"]
    assert [f["code"] for f in structure(text, rules).documents[0]["findings"]] == ["numbering_repeat"] * 2


def test_a_preface_behind_glued_contents(rules: Rules) -> None:
    acts = ["序言", "各族人民团结奋斗。", "第一章 总则", f"第一条 {BODY}", "第二章 附则", f"第二条 {BODY}"]
    result = structure("".join(["海州条例", "目录", "序言", "第一章 总则", "第二章 附则", *acts]), rules)
    assert [s["title"] for s in result.sections if s["kind"] == "chapter"] == ["序言", "总则", "附则"]


def test_unnumbered_halves_of_a_report_stand_side_by_side(rules: Rules) -> None:
    text = (
        f"临江区工作报告\n各位代表：\n现在报告工作，请予审议。\n2025年工作回顾\n{BODY}\n2026年工作安排\n{BODY}\n"
        f"（一）扩大内需。{BODY}\n（二）科技创新。{BODY}\n政府自身建设\n{BODY}全体人员要依法履职。"
    )
    rows = [s for s in structure(text, rules).sections if s["kind"] == "subhead"]
    assert [(s["title"], s["parent_id"]) for s in rows] == [
        ("2025年工作回顾", None),
        ("2026年工作安排", None),
        ("政府自身建设", None),
    ]


@pytest.mark.parametrize("row", ["行政许可 35600", "HJ 91.1 污水监测技术规范"])
def test_a_row_of_figures_or_a_standard_that_is_cited_heads_nothing(row: str, rules: Rules) -> None:
    text = f"停车工作报告\n一、总体情况\n{BODY}\n{row}\n{BODY}\n二、存在问题\n{BODY}"
    assert "subhead" not in {s["kind"] for s in structure(text, rules).sections}


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_number_printed_twice_is_a_misprint_in_flattened_text_too(glue: str, rules: Rules) -> None:
    lines = ["停车工作方案", "一、目标任务", BODY, "二、工作重点", *(f"（{n}）抓好停车。{BODY}" for n in "一二二四")]
    assert labels(glue.join([*lines, f"三、工作要求{glue}{BODY}"]), rules)[2:6] == [
        "（一）",
        "（二）",
        "（二）",
        "（四）",
    ]
