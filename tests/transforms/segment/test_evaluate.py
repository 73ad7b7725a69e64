"""Scores of outlines on small outlines of our own."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promise import structure
from transforms.segment import Rules
from transforms.segment.evaluate import (
    ASPECTS,
    Comparison,
    Item,
    Items,
    compare,
    form,
    found_items,
    gold_items,
    normalised,
    rates,
    relaid,
    similarity,
    tree_distance,
)

TEXT = """某市河道管理办法
第一章　总　则
第一条 为了加强河道管理，保障防洪安全，制定本办法。
第二条 本办法适用于本市行政区域内的河道管理。
第二章 保护
第三条 任何单位和个人不得在河道内倾倒垃圾。
（一）禁止在堤防上种植农作物；
（二）禁止在河道内堆放物料。
第三章 附则
第四条 本办法自2026年5月1日起施行。
"""
GOLD: dict[str, Any] = {
    "category": "规章",
    "sections": [
        {"kind": "章", "label": "第一章", "title": "总　则", "level": 1, "start": TEXT.index("第一章")},
        {"kind": "章", "label": "第二章", "title": "保护", "level": 1, "start": TEXT.index("第二章")},
        {"kind": "章", "label": "第三章", "title": "附则", "level": 1, "start": TEXT.index("第三章")},
    ],
    "articles": ["第一条", "第二条", "第三条", "第四条"],
    "article_starts": [TEXT.index(f"第{number}条") for number in "一二三四"],
}


def compared(gold: list[Item], found: list[Item], text: str = "") -> Comparison:
    return compare(_items(gold), _items(found), text)


def _items(sections: list[Item]) -> Items:
    return {"sections": sections, "articles": [], "pages": []}


def _gold(text: str = TEXT) -> Items:
    return gold_items(GOLD, range(len(text) + 1))


A = Item(2, "章", "第一章", "总则", 1)
B = Item(20, "节", "第一节", "范围", 2, parent=2)


def test_perfect_is_one() -> None:
    result = compare(_gold(), _gold(), TEXT)
    for group, count in (("sections", 3), ("articles", 4)):
        scores = rates(result.counts[group])
        assert (scores["gold"], scores["found"], scores["matched"]) == (count, count, count)
        assert scores["precision"] == scores["recall"] == scores["f1"] == 1
        assert scores["label"] == scores["parent"] == 1
    assert rates(result.counts["sections"])["title_strict"] == 1
    assert result.differences == []
    assert result.distance == (0, 14)


def test_empty_is_zero() -> None:
    result = compare(_gold(), _items([]), TEXT)
    scores = rates(result.counts["sections"])
    assert scores["precision"] == scores["recall"] == scores["f1"] == 0
    assert scores["label"] is None
    assert [d.sign for d in result.differences] == ["-"] * 7
    assert result.differences[0].what == "第一章 总　则"
    assert result.distance == (7, 7)
    assert similarity([(7, 7)]) == 0


def test_nothing_to_find_has_no_score() -> None:
    assert rates({})["f1"] is None
    assert set(ASPECTS) <= set(rates({}))
    assert rates({"found": 1})["f1"] == 0
    assert similarity([]) is None


def test_our_outline_of_the_text(rules: Rules) -> None:
    rows = structure(TEXT, rules)
    result = compare(_gold(), found_items(rows.documents, rows.sections), TEXT)
    assert result.differences == []
    assert rates(result.counts["articles"])["f1"] == 1


@pytest.mark.parametrize("layout", ["lines", "flat", "wrapped"])
def test_layouts(layout: str, rules: Rules) -> None:
    text, places = relaid(TEXT, layout)
    rows = structure(text, rules)
    result = compare(gold_items(GOLD, places), found_items(rows.documents, rows.sections), text)
    assert rates(result.counts["sections"])["f1"] == 1
    assert rates(result.counts["articles"])["f1"] == 1


def test_relaid() -> None:
    text = "甲" * 40 + "\n乙"
    assert relaid(text, "lines") == (text, list(range(43)))
    flat, places = relaid(text, "flat")
    assert flat == "甲" * 40 + " 乙"
    assert places[41] == 41
    glued, places = relaid(text, "glued")
    assert glued == "甲" * 40 + "乙"
    assert glued[places[41]] == "乙"
    wrapped, places = relaid(text, "wrapped")
    assert wrapped == "甲" * 36 + "\n" + "甲" * 4 + "\n乙"
    assert [wrapped[place] for place in places[:-1]] == list(text)
    assert places[-1] == len(wrapped)


def test_shifted_start_is_not_found() -> None:
    result = compared([A], [Item(3, "章", "第一章", "总则", 1)], "甲乙第一章总则")
    assert rates(result.counts["sections"])["f1"] == 0
    assert [(d.sign, d.start, d.before, d.after) for d in result.differences] == [
        ("-", 2, "甲乙", "第一章总则"),
        ("+", 3, "甲乙第", "一章总则"),
    ]


def test_wrong_label_counts() -> None:
    result = compared([A], [Item(2, "章", "第二章", "总则", 1)])
    scores = rates(result.counts["sections"])
    assert scores["f1"] == 1
    assert scores["label"] == 0
    assert scores["title_strict"] == 1
    assert [(d.sign, d.what) for d in result.differences] == [("~", "label 第一章 → 第二章")]


def test_level_and_parent() -> None:
    result = compared([A, B], [A, Item(20, "节", "第一节", "范围", 1)])
    scores = rates(result.counts["sections"])
    assert scores["level"] == 0.5
    assert scores["parent"] == 0.5
    assert [d.what for d in result.differences] == ["level 2 → 1; parent 第一章 → none"]


def test_titles_strict_and_normalised() -> None:
    result = compared([A, B], [Item(2, "章", "第一章", "总　则", 1), Item(20, "节", "第一节。", "范围：", 2, 2)])
    scores = rates(result.counts["sections"])
    assert (scores["title_strict"], scores["title_normalised"], scores["label"]) == (0, 1, 1)
    assert result.differences == []
    assert normalised("（１） 总　则。；") == "(1)总则"


def test_guessed_titles_are_not_compared() -> None:
    sections = [{"kind": "一、", "label": "一、", "title": "甲", "level": 1, "start": 0, "title_scored": False}]
    (item,) = gold_items({"sections": sections}, range(9))["sections"]
    assert item.title is None


def test_one_gold_start_counts_once() -> None:
    twice = [Item(2, "条", "第一条"), A]
    scores = rates(compared([A], twice).counts["sections"])
    assert (scores["precision"], scores["recall"], scores["label"]) == (0.5, 1, 1)


def test_gold_parent_is_the_nearest_of_a_smaller_level() -> None:
    levels = [(0, 1), (5, 2), (9, 3), (12, 2), (20, 1)]
    sections = [{"kind": "章", "label": "第一章", "title": "", "level": level, "start": at} for at, level in levels]
    items = gold_items({"sections": sections, "articles": ["第一条"], "article_starts": [15]}, range(30))
    assert [item.parent for item in items["sections"]] == [None, 0, 5, 0, None]
    assert items["articles"][0].parent == 12


def _section(
    name: str, kind: str, *, above: str | None = None, label: str | None = None, **more: Any
) -> dict[str, Any]:
    row = {"section_id": name, "document_id": "d", "parent_id": above, "kind": kind, "label": label}
    return row | {"title": None, "start": 0, "depth": 1} | more


def test_which_sections_count() -> None:
    document = {"document_id": "d", "fragments": [{"start": 0, "end": 5}, {"start": 10, "end": 50}]}
    rows = [
        _section("box", "box"),
        _section("chapter", "chapter", above="box", label="第一章", start=7),
        _section("article", "article", above="chapter", label="第一条", start=8),
        _section("item", "item", above="article", label="（一）"),
        _section("inside", "heading", above="item", label="一、"),
        _section("untitled", "heading", title="说明"),
        _section("last", "heading", title="附 则"),
        _section("note", "inline", label="1."),
    ]
    items = found_items([document], rows)
    assert [(item.start, item.kind, item.parent) for item in items["articles"]] == [(13, "条", 12)]
    assert [(item.start, item.kind, item.parent) for item in items["sections"]] == [(0, "无号", None), (12, "章", None)]


def test_newspaper_pages() -> None:
    gold = {
        "sections": [
            {"kind": "文章", "label": "", "title": "春耕", "level": 1, "start": 2},
            {"kind": "文章", "label": "", "title": "秋收", "level": 1, "start": 9},
        ]
    }
    documents = [
        {"document_id": "b", "title": "秋 收", "text": "秋收\n", "fragments": [{"start": 9, "end": 12}]},
        {"document_id": "a", "title": "# 春耕", "text": "# 春耕\n甲乙", "fragments": [{"start": 0, "end": 7}]},
    ]
    result = compare(gold_items(gold, range(20)), found_items(documents, [], page=True), "")
    scores = rates(result.counts["pages"])
    assert (scores["f1"], scores["title_strict"], scores["title_normalised"]) == (1, 0.5, 1)
    assert scores["label"] is None
    assert result.counts["sections"]["gold"] == 0


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("第十二条之一", "条"),
        ("第 3-1 條", "条"),
        ("第二编", "编"),
        ("第一分编", "分编"),
        ("第三節", "节"),
        ("一、", "一、"),
        ("（十一）", "（一）"),
        ("(2)", "（1）"),
        ("３．", "1."),
        ("1.2", "1.1"),
        ("", "无号"),
        ("甲", "其他"),
    ],
)
def test_form(label: str, kind: str) -> None:
    assert form(label) == kind


def test_kinds_count_spurious_items_as_their_own() -> None:
    result = compared([A], [A, Item(30, "一、", "一、")])
    assert result.kinds == {"章": {"gold": 1, "found": 1, "matched": 1}, "一、": {"found": 1}}


def test_tree_distance_of_the_paper() -> None:
    # f(d(a c(b)) e) and f(c(d(a b)) e)
    one = [("f", -1), ("d", 0), ("a", 1), ("c", 1), ("b", 3), ("e", 0)]
    other = [("f", -1), ("c", 0), ("d", 1), ("a", 2), ("b", 2), ("e", 0)]
    assert tree_distance(one, other) == 2
    assert tree_distance(one, []) == tree_distance([], one) == 6
    assert tree_distance([], []) == 0


Nested = tuple[str, tuple[Any, ...]]


def _flat(
    forest: tuple[Nested, ...], parent: int = -1, into: list[tuple[str, int]] | None = None
) -> list[tuple[str, int]]:
    nodes: list[tuple[str, int]] = [] if into is None else into
    for name, children in forest:
        nodes.append((name, parent))
        _flat(children, len(nodes) - 1, nodes)
    return nodes


@cache
def _plain_distance(one: tuple[Nested, ...], other: tuple[Nested, ...]) -> int:
    """Give the distance of two forests by the definition: what becomes of the last roots."""
    if not one or not other:
        return len(_flat(one)) + len(_flat(other))
    (a, below_a), (b, below_b) = one[-1], other[-1]
    return min(
        _plain_distance(one[:-1] + below_a, other) + 1,
        _plain_distance(one, other[:-1] + below_b) + 1,
        _plain_distance(one[:-1], other[:-1]) + _plain_distance(below_a, below_b) + (a != b),
    )


NAMES = st.sampled_from("ab")
FORESTS = st.recursive(
    st.just(()),
    lambda below: st.lists(st.tuples(NAMES, below), max_size=3).map(tuple),
    max_leaves=5,
)


@given(FORESTS, FORESTS)
def test_tree_distance_is_the_definition(one: tuple[Nested, ...], other: tuple[Nested, ...]) -> None:
    assert tree_distance(_flat(one), _flat(other)) == _plain_distance(one, other)
