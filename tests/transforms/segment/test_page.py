"""Newspaper pages."""

from pathlib import Path
from typing import Any

import pytest

from tests.promise import structure
from transforms.segment import Rules
from transforms.segment.press import load_press

PROSE = "全市各地抓住枯水期有利时机，加快推进堤防加固和河道清淤，确保工程如期完工。"
PAGE = f"""# 一江碧水向東流

## ——沧江治理工程建設紀實

滄江兩岸，機器轟鳴，建設者們正在搶抓工期。{PROSE}

### 把岸线还给自然

“我们要让子孙后代看得见江、摸得着水”

会议强调，要统筹上下游、左右岸，把生态修复摆在压倒性

位置。

云陵社记者 江知秋 陆文舟（云陵社云陵3月2日电）

## 《沧江志》出版发行

（上接第一版）{PROSE}{PROSE}

## 专项工作会议召开

### 孟澄远出席并讲话

据云陵社云陵3月2日电 专项工作会议1日在云陵召开。{PROSE}

（上接第一版）三是聚焦航运，{PROSE}

### 再推12项政策

为更好发挥大江港作为

## 大江港打造“三港五园”体系

区域枢纽的作用，云陵市结合区位条件推出一批政策。{PROSE}
"""


def page(text: str, rules: Rules) -> tuple[list[dict[str, Any]], Any]:
    result = structure(text, rules, uri="page.md")
    return result.documents, result


def test_articles_of_a_page(rules: Rules) -> None:
    documents, _ = page(PAGE, rules)
    assert [d["title"] for d in documents] == [
        "一江碧水向東流",
        "《沧江志》出版发行",
        "专项工作会议召开",
        "大江港打造“三港五园”体系",
    ]
    assert all(d["genre"] == "news" for d in documents)
    assert documents[0]["title_reading"] == "一江碧水向东流"
    assert (documents[0]["subtitle"], documents[2]["subtitle"]) == ("——沧江治理工程建設紀實", "孟澄远出席并讲话")
    assert documents[0]["bylines"] == ["江知秋", "陆文舟"]
    assert [d.get("dateline") for d in documents] == ["云陵社云陵3月2日电", None, "云陵社云陵3月2日电", None]
    assert [d.get("continues") for d in documents] == [None, "from:第一版", None, "from:第一版"]


def test_a_headline_inside_a_sentence_goes_to_the_front(rules: Rules) -> None:
    documents, result = page(PAGE, rules)
    last = documents[-1]
    assert len(last["fragments"]) == 3
    assert last["text"].startswith("## 大江港打造")
    joined = [c["text"] for c in result.clauses if c["document_id"] == last["document_id"]]
    assert "为更好发挥大江港作为区域枢纽的作用，云陵市结合区位条件推出一批政策。" in joined
    assert "再推12项政策" in [s["title"] for s in result.sections]


def test_pull_quote_column_break_and_reading_text(rules: Rules) -> None:
    documents, result = page(PAGE, rules)
    first = documents[0]
    quotes = [first["text"][s["start"] : s["end"]] for s in first["spans"] if s["role"] == "quote"]
    assert quotes == ["“我们要让子孙后代看得见江、摸得着水”"]
    clauses = {c["text"]: c for c in result.clauses}
    joined = clauses["会议强调，要统筹上下游、左右岸，把生态修复摆在压倒性位置。"]
    assert joined["text_raw"].count("\n") == 2
    assert clauses["沧江两岸，机器轰鸣，建设者们正在抢抓工期。"]["text_raw"].startswith("滄江兩岸")


def test_a_page_without_marks(rules: Rules) -> None:
    text = (
        f"沧江大桥合龙\n本报云陵１月２４日电记者江知秋报道：沧江大桥２３日合龙。{PROSE}\n{PROSE}\n"
        f"冬修水利掀高潮\n本报讯{PROSE}\n"
        f"江上人家（图片）\n图为船民在检修船只。{PROSE}\n（云陵社记者江知秋摄）\n"
        f"据云陵社成都电（记者陆文舟）{PROSE}\n"
    )
    documents, result = page(text, rules)
    assert [d.get("title") for d in documents] == ["沧江大桥合龙", "冬修水利掀高潮", "江上人家（图片）", None]
    assert documents[0]["bylines"] == ["江知秋"]
    assert [s["kind"] for s in result.sections] == ["caption"]


def test_a_second_dateline_inside_an_article_is_a_second_item_under_one_headline(rules: Rules) -> None:
    text = (
        f"沧江汛情平稳\n新华社云陵１月２４日电（记者江知秋）{PROSE}\n{PROSE}\n本报云陵１月２５日电记者陆文舟报道：{PROSE}\n"
        f"堤防加固开工\n本报讯{PROSE}\n"
    )
    assert [d["title"] for d in page(text, rules)[0]] == ["沧江汛情平稳", "堤防加固开工"]


def test_briefs_that_end_with_a_name_and_nothing_else(rules: Rules) -> None:
    text = f"沧江大桥合龙\n本报讯{PROSE}（江知秋）\n{PROSE}（陆文舟）\n{PROSE}（林知远）\n"
    assert [d["title"] for d in page(text, rules)[0]] == ["沧江大桥合龙", None, None]
    # Who is in charge is no signature.
    text = f"沧江大桥合龙\n本报讯{PROSE}\n{PROSE}（市水利局）\n{PROSE}（市财政局牵头）\n汛前检查开始\n本报讯{PROSE}\n"
    assert [d["title"] for d in page(text, rules)[0]] == ["沧江大桥合龙", "汛前检查开始"]


def test_letters_are_signed_in_brackets_and_answered(rules: Rules) -> None:
    text = (
        f"渡口何时修好\n编辑同志：\n{PROSE}\n（云陵县读者江知秋）\n江知秋同志：\n{PROSE}（云陵县交通局陆文舟）\n"
        f"请管一管噪声\n最近，{PROSE}（云陵县沿江镇林知远）\n"
    )
    assert [d["title"] for d in page(text, rules)[0]] == ["渡口何时修好", "请管一管噪声"]


def test_subheads_are_no_headlines_and_a_poem_is_one_article(rules: Rules) -> None:
    text = (
        f"治水四年间\n本报记者江知秋\n{PROSE}\n换个思路找出路\n{PROSE}\n依靠群众强堤防\n{PROSE}\n"
        "江上\n陆文舟\n船儿还没有归来\n灯火已经亮起\n江水静静地流着\n像一首旧时的歌\n在岸边低声回响\n"
        f"小议担当\n林知远\n{PROSE}\n"
    )
    documents, result = page(text, rules)
    assert [d["title"] for d in documents] == ["治水四年间", "江上", "小议担当"]
    assert [s["title"] for s in result.sections if s["kind"] == "subhead"] == ["换个思路找出路", "依靠群众强堤防"]


def test_kicker_headline_and_subtitle(rules: Rules) -> None:
    text = (
        f"孟澄远在治水工作会议上强调\n加快补齐防洪短板\n——全市治水工作会议侧记\n本报云陵１月２４日电记者江知秋报道：{PROSE}\n"
        f"冬修水利掀高潮\n本报讯{PROSE}\n"
    )
    documents, result = page(text, rules)
    assert [d["title"] for d in documents] == ["加快补齐防洪短板", "冬修水利掀高潮"]
    assert documents[0]["subtitle"] == "——全市治水工作会议侧记"
    assert next((s["kind"], s["title"]) for s in result.sections) == ("kicker", "孟澄远在治水工作会议上强调")


def test_an_article_that_breaks_off_goes_on_where_text_has_no_headline(rules: Rules) -> None:
    head, tail = "为了守住安全底线，云陵市把沿江三十六处险工险段逐一登记，建立了市县两级", "巡查台账，明确了责任人。"
    text = (
        f"沧江大桥合龙\n本报讯{PROSE}\n{head}\n冬修水利掀高潮\n本报讯{PROSE}（江知秋）\n{tail}\n"
        f"渔民上岸安新居\n本报讯{PROSE}\n"
    )
    documents, result = page(text, rules)
    assert [d["title"] for d in documents] == ["沧江大桥合龙", "冬修水利掀高潮", "渔民上岸安新居"]
    assert [len(d["fragments"]) for d in documents] == [2, 1, 1]
    assert head + tail in [c["text"] for c in result.clauses]


def test_a_page_whose_line_breaks_were_deleted(rules: Rules) -> None:
    lines = [
        *("沧江大桥合龙", f"本报云陵１月２４日电记者江知秋报道：{PROSE}", PROSE),
        *("冬修水利掀高潮", f"本报讯{PROSE}（陆文舟）", f"本报讯{PROSE}"),
    ]
    documents, _ = page("".join(lines), rules)
    assert [d["title"] for d in documents] == ["沧江大桥合龙", "冬修水利掀高潮", None]
    notice = f"关于治水的通知一、总体要求{PROSE}（市水利局）二、工作任务{PROSE}（市财政局）三、保障措施{PROSE}"
    assert len(page(notice, rules)[0]) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("年货采购旺", f"据新华社云陵１月２４日电{PROSE}"),
        ("年货采购旺", f"新华社云陵１月２４日电（记者江知秋）{PROSE}"),
        ("年货采购旺", "本报记者江知秋", f"{PROSE}（完）"),
        ("年货采购旺（图片）", PROSE),
        ("年货采购旺（附图片２张）", f"去年底，{PROSE}"),
    ],
)
@pytest.mark.parametrize("before", ["（陆文舟）", "他说：“祝大家新春快乐！”", "（下转第三版）", "本报记者孟远摄"])
def test_where_a_headline_begins_and_ends_without_line_breaks(
    lines: tuple[str, ...], before: str, rules: Rules
) -> None:
    others = ["沧江大桥合龙", f"本报讯{PROSE}", f"{PROSE}{before}"], ["冬修水利掀高潮", f"本报讯{PROSE}"]
    documents, _ = page("".join([*others[0], *lines, *others[1]]), rules)
    assert [d["title"] for d in documents] == ["沧江大桥合龙", lines[0], "冬修水利掀高潮"]


FRONT_PAGE = [
    *("今日导读", "全省春耕备耕有序推进（第二版）", "沧江大桥通车（第３版）"),
    *("省委常委会召开会议强调", "扎实推进沧江治理", "加快建设水利强省", "孟澄远主持会议"),
    f"本报讯（记者 江知秋 陆文舟）省委常委会1日召开会议。{PROSE}",
    f"{PROSE}（下转第三版）",
    "沧江大桥合龙",
    f"本报讯 （通讯员 孙浩然）沧江大桥昨日合龙。{PROSE}",
    "图为大桥合龙现场。 本报记者 刘强 摄",
    "冬修水利掀高潮",
    f"据新华社云陵1月24日电 各地水利工地一派繁忙。{PROSE}",
    *("短评", "把实事办到群众心坎上", "江平", f"民之所盼，政之所向。{PROSE}"),
    "责编：吴敏　版式：郑洁　校对：钱进",
]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_front_page(glue: str, rules: Rules) -> None:
    documents, _ = page(glue.join(FRONT_PAGE), rules)
    assert [(d["title"], d.get("bylines", [])) for d in documents] == [
        ("今日导读", []),
        ("扎实推进沧江治理", ["江知秋", "陆文舟"]),
        ("沧江大桥合龙", ["孙浩然"]),
        ("冬修水利掀高潮", []),
        ("把实事办到群众心坎上", ["江平"]),
    ]
    assert documents[1]["continues"] == "to:第三版"
    assert "责编" in "".join(
        documents[-1]["text"][s["start"] : s["end"]] for s in documents[-1]["spans"] if s["role"] == "metadata"
    )


def test_four_lines_over_a_dateline_are_no_poem(rules: Rules) -> None:
    poem = ["江水东流不复回", "两岸青山相对开", "孤帆远影碧空尽", "唯见长江天际来", "春风又绿江南岸"]
    lines = ["春日（诗）", "江平", *poem, *FRONT_PAGE[3:9]]
    assert [d["title"] for d in page("\n".join(lines), rules)[0]] == ["春日（诗）", "扎实推进沧江治理"]


def test_a_marked_page_whose_line_breaks_became_blanks(rules: Rules) -> None:
    found = page(PAGE.replace("\n", " "), rules)[0]
    assert [d["title"] for d in found] == [d["title"] for d in page(PAGE, rules)[0]]


def test_a_single_news_item_is_news(rules: Rules) -> None:
    documents, _ = page(f"沧江大桥合龙\n云陵社云陵3月2日电（记者 江知秋）{PROSE}\n{PROSE}\n", rules)
    assert [(d["title"], d["genre"], d["dateline"]) for d in documents] == [
        ("沧江大桥合龙", "news", "云陵社云陵3月2日电")
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [('name = "dated"\nheading = 1', "parts are"), ('name = "no_such_form"\nheadline = 1', "no pattern")],
)
def test_a_wrong_row_of_the_table_is_named(row: str, message: str, tmp_path: Path) -> None:
    table = tmp_path / "press.toml"
    table.write_text(f"[[form]]\n{row}\n[steps.start]\nheadline = 0\n[article]\nunsigned = -1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_press(table)


def test_signed_essays(rules: Rules) -> None:
    essay = PROSE * 3
    text = "".join(
        f"{title}\n{name}\n{essay}\n"
        for title, name in (("治水要有韧劲", "江知秋"), ("小议担当", "陆文舟"), ("说实干", "林知远"))
    )
    documents, _ = page(text, rules)
    assert [(d["title"], d.get("bylines", [])) for d in documents] == [
        ("治水要有韧劲", ["江知秋"]),
        ("小议担当", ["陆文舟"]),
        ("说实干", ["林知远"]),
    ]


def test_an_official_document_is_no_page(rules: Rules) -> None:
    text = (
        "临江区人民政府关于宣传工作的通知\n临政发〔2025〕9号\n各街道办事处：\n"
        f"一、通过《云陵日报》（上接第一版）宣传。{PROSE}\n二、联系本报记者。{PROSE}"
    )
    assert len(page(text, rules)[0]) == 1


def test_a_standard_whose_line_breaks_became_blanks_is_no_page(rules: Rules) -> None:
    text = (
        "停车场运行维护规程 1 范围 本文件规定了停车场的运行维护。 2 术语 2.1 停车场 供车辆停放的场所。 2.2 车位 停放一辆车的位置。 "
        "3 巡检 3.1 每日巡检一次。 3.2 每周养护一次。 4 档案管理 档案保存期限不应少于5年。 （李明） 5 附则 本文件自发布之日起实施。 （王强）"
    )
    result = structure(text, rules)
    assert len(result.documents) == 1
    assert result.documents[0]["genre"] != "news"


@pytest.mark.parametrize("mark", ["", "■ ", "□", "●"])
def test_a_mark_before_the_reporter_is_no_part_of_the_headline(mark: str, rules: Rules) -> None:
    prose = "走进清溪镇，宽阔的街道两旁绿树成荫，新居错落有致。三年来全镇投入资金两亿元，改造道路三十公里。"
    text = f"全市停车工作会议召开\n本报讯（记者 李明）{prose}\n{prose}\n小城新变\n{mark}本报记者 陈晨\n{prose}\n{prose}"
    assert [(d["title"], d["bylines"]) for d in structure(text, rules).documents] == [
        ("全市停车工作会议召开", ["李明"]),
        ("小城新变", ["陈晨"]),
    ]


def test_the_masthead_is_no_headline(rules: Rules) -> None:
    prose = "走进清溪镇，宽阔的街道两旁绿树成荫，新居错落有致。三年来全镇投入资金两亿元，改造道路三十公里。"
    text = f"临江日报\n2026年1月9日 星期五\n第2版 要闻\n停车会议召开\n本报讯（记者 李明）{prose}\n小城新变\n本报记者 陈晨\n{prose}\n{prose}"
    assert [d["title"] for d in structure(text, rules).documents] == ["停车会议召开", "小城新变"]
