"""Themes and instruments (own sentences)."""

from collections.abc import Callable

import pytest

from transforms.classify import Codebook, Labels

PLAN = {"genre": "plan", "title": "绿洲市国民经济和社会发展规划"}


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("扩大茶园灌溉面积，改良农田土壤。", "T06"),
        ("新建两所幼儿园，扩充教师队伍。", "T11"),
        ("提高社区医院诊疗能力，做好疫苗接种。", "T13"),
        ("加强国防动员和民兵训练。", "T21"),
        ("做好香港、澳门同胞服务。", "T20"),
        ("抓好基层党组织建设，从严教育管理党员。", "P01"),
        ("改造老旧小区，治理污水垃圾。", "T10"),
        ("扶持跨境电商，稳定外贸出口。", "T08"),
    ],
)
def test_theme_of_the_object(label: Callable[..., Labels], text: str, theme: str) -> None:
    found = label(text, **PLAN)
    assert found.theme == theme == found.themes[0]
    assert 1 <= len(found.themes) <= 3


def test_without_an_object_of_its_own_the_heading_decides(label: Callable[..., Labels]) -> None:
    assert label("持续抓出新成效。", path=("加强水利建设",), **PLAN).theme == "T06"
    assert label("持续抓出新成效。", path=("加强文物保护",), **PLAN).theme == "T12"


@pytest.mark.parametrize(
    ("text", "instrument"),
    [
        ("开展茶艺师技能培训，引进制茶人才。", "supply/talent"),
        ("安排专项资金，对种苗给予财政补贴。", "supply/funding"),
        ("落实茶企减税降费政策。", "environment/tax"),
        ("引导银行扩大茶企信贷投放。", "environment/finance"),
        ("加大政府购买服务力度。", "demand/procurement"),
        ("培育茶旅消费热点，打造茶叶商圈。", "demand/consumption"),
        ("编制茶园布局专项规划。", "environment/planning"),
    ],
)
def test_instrument_of_a_measure(label: Callable[..., Labels], text: str, instrument: str) -> None:
    assert label(text, **PLAN).instrument == instrument


def test_only_measures_safeguards_and_norms_use_instruments(label: Callable[..., Labels]) -> None:
    assert (
        label("五年来，财政补贴茶苗资金累计增长两成。", path=("工作回顾",), genre="report", title="工作报告").instrument
        == "none"
    )


def test_official_names_are_complete(codebook: Codebook) -> None:
    top = [name for _, level, name in codebook.themes if level == 1]
    second = [name for _, level, name in codebook.themes if level == 2]
    assert (len(top), len(second)) == (23, 121)
    assert "国民经济管理、国有资产监管" in top
    assert {code for code, level, _ in codebook.themes if level == 1} == set(codebook.labels["theme"])


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("县人民政府可以将这项巡查交给专人。", "T22"),  # 民政 stands inside 人民政府
        ("茶叶社会组织由县人民政府民政部门登记。", "T17"),
        ("营造茶企安心经营的营商环境。", "T03"),  # not the environment
    ],
)
def test_a_word_inside_a_longer_one_says_nothing(label: Callable[..., Labels], text: str, theme: str) -> None:
    assert label(text).theme == theme
