"""Reading text: what is left out, what is joined, how it reads."""

import textwrap

import pytest

from tests.promise import check_reading
from transforms.clean import clean
from transforms.clean.furniture import find_marks
from transforms.clean.joins import find_joins
from transforms.clean.script import script_of, to_simplified
from transforms.extract import extract

PROSE = (
    "本市鼓励社会力量参与公共停车场的投资建设，依法享受土地、规费等方面的优惠，具体办法由市交通运输部门会同发展改革、"
    "财政、自然资源等部门另行制定并向社会公布。"
)


def read(text: str, name: str = "a.txt") -> tuple[str, str]:
    source = extract(text.encode(), source_uri=name)
    reading = clean(source)
    check_reading(source, reading)
    return reading["text"], reading["layout"]


def test_traditional_reads_in_simplified_character_by_character() -> None:
    assert to_simplified("為規範臺灣地區停車場管理") == "为规范台湾地区停车场管理"
    assert to_simplified("乾隆年间晒乾的粮食")[:2] == "乾隆"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("为规范停车场管理", "hans"),
        ("為規範停車場管理", "hant"),
        ("為規範停車場管理" + "为规范停车场管理" * 4, "mixed"),
        ("2025", "hans"),
    ],
)
def test_script(text: str, script: str) -> None:
    assert script_of(text, to_simplified(text)) == script


def test_one_stray_traditional_character_does_not_make_a_text_mixed() -> None:
    text = "坚持绿色发展，" * 60 + "強"
    assert script_of(text, to_simplified(text)) == "hans"


def marks(text: str, form: str = "text") -> list[tuple[str, str]]:
    return [(text[a:b], code) for a, b, _, code in find_marks(text, form)]


def test_page_numbers_and_running_heads_are_furniture() -> None:
    page = f"{PROSE}\n临江区人民政府文件\n— 1 —\n{PROSE}\n临江区人民政府文件\n— 2 —\n{PROSE}\n"
    found = marks(page)
    assert ("— 1 —", "page_number") in found
    assert [c for t, c in found if t == "临江区人民政府文件"] == ["running_head"] * 2


def test_a_line_that_is_no_page_number_stays() -> None:
    assert marks(f"{PROSE}\n2025\n——坚持绿色发展。\n3月5日\n") == []


def test_heading_marks_of_markdown_also_under_txt_when_there_are_two() -> None:
    assert marks("# 标题\n\n## 第二\n正文。") == [("# ", "heading_mark"), ("## ", "heading_mark")]
    assert marks("# 只有一个井号的一行\n正文。") == []
    assert marks("# 标题\n正文。", "markdown") == [("# ", "heading_mark")]


def test_invisible_characters_are_not_read() -> None:
    assert read("第一\u200b条 规定。")[0] == "第一条 规定。"


def test_hard_wrapped_lines_are_joined_and_paragraphs_kept() -> None:
    paragraphs = [PROSE, "第二条 " + PROSE, "（一）设置标志；", "（二）保持畅通。", PROSE * 2]
    wrapped = "\n".join("\n".join(textwrap.wrap(p, 36, break_on_hyphens=False)) for p in paragraphs)
    text, layout = read(wrapped)
    assert layout == "wrapped"
    assert text.split("\n") == paragraphs


def test_wrapped_text_with_indented_paragraphs_goes_by_the_indent() -> None:
    lines = []
    for _ in range(6):
        body = "\u3000\u3000" + PROSE
        lines += [body[i : i + 30] for i in range(0, len(body), 30)]
    text, layout = read("\n".join(lines))
    assert layout == "wrapped"
    assert [line.strip() for line in text.split("\n")] == [PROSE] * 6


def test_normal_paragraphs_are_not_taken_for_wrapped_lines() -> None:
    text = "\n".join(PROSE[:n] + "。" for n in (20, 35, 41, 28, 60, 33, 52, 47, 25, 58))
    assert find_joins(text, []) == ("lines", [])


def test_a_column_break_inside_a_sentence_is_joined() -> None:
    left, right = "会议强调，要把保障和改善民生作为出发点，让发展成果", "更多更公平惠及全体人民。"
    text, _ = read(f"{PROSE}\n\n{left}\n\n{right}\n\n{PROSE}")
    assert left + right in text


@pytest.mark.parametrize(
    "heading", ["一、总体要求，主要目标", "加强组织领导", "# 要闻，简讯一束不断开", "——坚持统筹兼顾，协调推进发展"]
)
def test_a_heading_without_a_stop_is_not_joined_to_its_text(heading: str) -> None:
    text, _ = read(f"{PROSE}\n{heading}\n{PROSE}\n{PROSE}")
    assert f"{heading.removeprefix('# ')}{PROSE}" not in text


def test_a_heading_of_two_halves_over_a_longer_paragraph_is_not_joined_to_it() -> None:
    heading = "坚持创新驱动，加快发展新产业"
    text, _ = read(f"{PROSE}\n{heading}\n{PROSE}\n{PROSE}")
    assert f"{heading}{PROSE}" not in text


def test_the_last_words_of_a_sentence_are_joined_to_the_short_line_before() -> None:
    text, _ = read(f"{PROSE}\n宴会大厅里，灯火明亮，气氛\n热烈。\n{PROSE}")
    assert "气氛热烈。" in text


def test_what_a_line_says_of_something_on_the_next_is_joined() -> None:
    assert read("（一）依照本条例\n第四条规定的程序办理；\n（二）其他。")[0].startswith(
        "（一）依照本条例第四条规定的程序办理；\n"
    )
    assert "不少于15人。" in read("第三条　委员会人数不少于\n15人。\n第四条　依法办理。")[0]
    assert read("一、总则\n第四条 各区应当做好工作。\n第五条 依法办理。")[0].count("\n") == 2


def test_a_short_document_of_short_lines_is_not_hard_wrapped() -> None:
    lines = [
        "江城停车场应急工作预案",
        "1 总则",
        "1.1 编制目的和依据",
        "为做好工作，制定本预案。",
        "2 附则",
        "本预案自印发之日起施行。",
    ]
    assert read("\n".join(lines)) == ("\n".join(lines), "lines")


def test_the_head_of_a_gazette_beside_a_page_number_is_furniture() -> None:
    text = f"{PROSE}\n- 2 -\n江城市人民政府公报　2026年第2号\n{PROSE}\n"
    assert ("江城市人民政府公报　2026年第2号", "running_head") in marks(text)
    assert marks(f"{PROSE}\n江城市人民政府公报　2026年第2号\n{PROSE}\n") == []


def test_a_line_that_begins_with_a_closing_mark_goes_on() -> None:
    text = "主管机关在县（市\n）为县（市）政府，在直辖市为直辖市政府。\n另一段文字。\n又一段文字。"
    assert read(text)[0] == text.replace("（市\n）", "（市）")


def test_a_short_text_is_hard_wrapped_where_its_longest_lines_break_off() -> None:
    paragraphs = [
        "江城市人民法院关于停车纠纷问题的批复",
        "你院《关于停车纠纷问题的请示》收悉，经研究，现就停车纠纷案件的管辖与审查问题批复如下：",
        "一、当事人申请执行停车裁决的，由住所地人民法院管辖。",
        "二、案外人申请不予执行停车裁决的，人民法院应当依照民事诉讼法的有关规定予以审查。",
        "此复。",
    ]
    wrapped = "\n".join(p[i : i + 30] for p in paragraphs for i in range(0, len(p), 30))
    assert read(wrapped) == ("\n".join(paragraphs), "wrapped")


def test_lines_of_the_same_greatest_length_are_not_cut_where_a_label_follows() -> None:
    text = "一、加快推进全市停车设施建设和管理工作\n（一）完善规划。\n二、全面提升全市停车服务质量和管理水平\n（一）加强培训。"
    assert read(text) == (text, "lines")


@pytest.mark.parametrize("glue", ["\n", " "])
def test_name_date_and_page_number_over_a_newspaper_page_are_furniture(glue: str) -> None:
    head = ["临江日报", "2026年1月9日 星期五", "第2版 要闻"]
    text = glue.join([*head, "全市停车工作会议召开", f"本报讯（记者 李明）{PROSE}"])
    assert [found for found in marks(text) if found[1] == "page_head"] == [(line, "page_head") for line in head]


@pytest.mark.parametrize("line", ["2026年1月9日", "临江日报社", "第2版权法"])
def test_a_single_line_like_a_masthead_is_text(line: str) -> None:
    assert not marks(f"{line}\n{PROSE}\n{PROSE}")
