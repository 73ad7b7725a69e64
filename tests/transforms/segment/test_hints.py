"""Bold and 楷体 runs of a page tell the heading from its text where the text alone does not."""

import pytest

from tests.promise import structure
from transforms.segment import Rules

TEXT = "各部门要按照职责分工做好停车场管理工作，按月报送进展。"
HEADS = ("强化规划引领", "盘活存量资源", "规范收费行为")


def titles(
    rules: Rules, *, before: str = "", after: str = "", heads: tuple[str, ...] = HEADS, text: str = TEXT
) -> list[str | None]:
    lines = "".join(f"<p>{before}（{n}）{head}{after}{text}</p>" for n, head in zip("一二三", heads, strict=True))
    inner = f"<p>一、任务</p>{lines}<p>二、要求</p><p>{text}</p>"
    page = f"<html><meta charset=utf-8><body><h1>关于停车的通知</h1><div id=zoom>{inner}</div></body></html>"
    return [s["title"] for s in structure(page, rules, uri="a.html").sections if s["label"] and s["label"][0] == "（"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<b>", "</b>"),
        ("<strong>", "</strong>　"),
        ("<span style='font-family:楷体_GB2312'>", "</span>"),
        ("<span style='font-family:KaiTi;font-weight:bold'>", "：</span>"),
        ("<font face=楷体>", "</font><font face=宋体>。</font>"),
    ],
)
def test_headings_in_a_type_of_their_own(before: str, after: str, rules: Rules) -> None:
    assert titles(rules, before=before, after=after) == list(HEADS)


def test_without_hints_the_text_decides(rules: Rules) -> None:
    assert titles(rules) == [None, None, None]
    assert titles(rules, after="。") == list(HEADS)


def test_emphasis_is_no_heading(rules: Rules) -> None:
    one = ("<b>强化</b>规划引领", "盘活存量资源", "规范收费行为")
    assert titles(rules, heads=one) == [None, None, None]


def test_a_page_that_is_bold_all_over_tells_nothing(rules: Rules) -> None:
    assert titles(rules, before="<b>", after="</b><b>", text=TEXT + "</b>") == [None, None, None]
