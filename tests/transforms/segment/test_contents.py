"""Tables of contents: kept, linked, no structure."""

import pytest

from tests.promise import structure
from transforms.segment import Rules

BODY = "各部门应当按照职责分工，做好停车场管理的相关工作。"
ACT = [
    "停车场条例",
    "目　录",
    "第一章　总则…………1",
    "第二章　规划和建设…………3",
    "第一节　规划…………3",
    "第二节　建设…………5",
    "第三章　附则…………8",
    "第一章　总则",
    f"第一条　{BODY}",
    "第二章　规划和建设",
    "第一节　规划",
    f"第二条　{BODY}",
    "第二节　建设",
    f"第三条　{BODY}",
    "第三章　附则",
    f"第四条　{BODY}",
]


def links(text: str, rules: Rules) -> list[tuple[str, str | None]]:
    result = structure(text, rules)
    contents = [s for s in result.sections if s["kind"] == "toc"]
    assert len(contents) == 1
    assert all(s["links"] is None for s in result.sections if s["kind"] != "toc")
    document = result.documents[0]["text"]
    assert all(document[link["start"] : link["end"]] == link["text"] for link in contents[0]["links"])
    return [(link["text"], link["target_id"] and link["target_id"].split("/")[1]) for link in contents[0]["links"]]


@pytest.mark.parametrize("glue", ["\n", " "])
def test_entries_name_their_divisions(glue: str, rules: Rules) -> None:
    assert links(glue.join(ACT), rules) == [
        ("第一章　总则", "chp_1"),
        ("第二章　规划和建设", "chp_2"),
        ("第一节　规划", "chp_2__sec_1"),
        ("第二节　建设", "chp_2__sec_2"),
        ("第三章　附则", "chp_3"),
    ]


def test_an_entry_that_no_division_answers(rules: Rules) -> None:
    text = "\n".join(line for line in ACT if line not in ("第二节　建设", f"第三条　{BODY}"))
    assert links(text, rules)[3] == ("第二节　建设", None)
    codes = [f["code"] for f in structure(text, rules).documents[0]["findings"]]
    assert "contents_unanswered" in codes


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_contents_whose_word_was_lost(glue: str, rules: Rules) -> None:
    lines = [
        "停车场条例",
        "第一章 总则",
        "第二章 规划",
        "第三章 附则",
        "第一章 总则",
        f"第一条 {BODY}",
        "第二章 规划",
        f"第二条 {BODY}",
        "第三章 附则",
        f"第三条 {BODY}",
    ]
    assert links(glue.join(lines), rules) == [
        ("第一章 总则", "chp_1"),
        ("第二章 规划", "chp_2"),
        ("第三章 附则", "chp_3"),
    ]


def test_chapters_without_text_are_no_contents_unless_they_are_printed_again(rules: Rules) -> None:
    text = f"停车场条例\n第一章 总则\n第二章 规划\n第三章 附则\n第一条 {BODY}"
    kinds = [s["kind"] for s in structure(text, rules).sections]
    assert kinds == ["chapter", "chapter", "chapter", "article"]


def test_contents_of_chapters_end_before_the_first_part(rules: Rules) -> None:
    lines = [
        "停车场条例",
        "目录",
        "第一章 总则",
        "第二章 附则",
        "第一编 通则",
        "第一章 总则",
        f"第一条 {BODY}",
        "第二章 附则",
        f"第二条 {BODY}",
    ]
    assert links("\n".join(lines), rules) == [("第一章 总则", "part_1__chp_1"), ("第二章 附则", "part_1__chp_2")]


@pytest.mark.parametrize("leader", ["……（{}）", " ........ {}", "…………{}"])
@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_page_numbers_are_no_entries(glue: str, leader: str, rules: Rules) -> None:
    entries = [f"第{n}章　{title}" for n, title in zip("一二三", ("总则", "建设", "附则"), strict=True)]
    printed = [entry + leader.format(n) for n, entry in enumerate(entries, start=1)]
    acts = [line for n, entry in enumerate(entries) for line in (entry, f"第{'一二三'[n]}条　{BODY}")]
    assert links(glue.join(["停车场条例", "目　录", *printed, *acts]), rules) == [
        (entry, f"chp_{n}") for n, entry in enumerate(entries, start=1)
    ]


@pytest.mark.parametrize("glue", ["\n", " ", ""])
def test_contents_hold_their_last_entry_without_a_number(glue: str, rules: Rules) -> None:
    acts = ["第一章　总则", f"第一条　{BODY}", "第二章　建设", f"第二条　{BODY}", "附则", f"第三条　{BODY}"]
    result = structure(glue.join(["停车场条例", "目　录", "第一章　总则", "第二章　建设", "附则", *acts]), rules)
    tops = [(s["kind"], s["label"] or s["title"]) for s in result.sections if s["parent_id"] is None]
    assert tops == [("toc", None), ("chapter", "第一章"), ("chapter", "第二章"), ("chapter", "附则")]
