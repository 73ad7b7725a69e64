"""Function: what a clause does, by its words, its heading and the kind of document (own sentences)."""

from collections.abc import Callable
from typing import Any

import pytest

from transforms.classify import Labels

LAW = {"genre": "regulation", "title": "绿洲市茶园管理条例"}
PLAN = {"genre": "plan", "title": "绿洲市茶产业发展规划"}
NEWS = {"genre": "news", "title": "绿洲晚报"}


@pytest.mark.parametrize(
    ("text", "around", "function"),
    [
        ("为了保护茶园，促进茶产业发展，制定本条例。", LAW, "purpose_scope"),
        ("本市茶园的种植、管护和监督，适用本条例。", LAW, "purpose_scope"),
        ("本条例所称古茶树，是指树龄一百年以上的茶树。", LAW, "definition"),
        ("茶园经营者应当建立采摘台账。", LAW, "norm"),
        ("损毁古茶树的，由市林业部门责令改正，处一千元罚款。", LAW, "liability"),
        ("本条例自2031年5月1日起施行。", LAW, "effect"),
        ("第三章 采摘与收购", LAW, "formal"),
        ("2031年4月2日", LAW, "formal"),
        ("推进茶园道路建设，制定茶叶分级办法。", PLAN, "measure"),
        ("到2031年，全市茶园面积达到20万亩。", PLAN, "objective"),
        ("特此通知。", {"genre": "notice", "title": "关于开展茶园普查的通知"}, "formal"),
        ("3月2日，记者在绿洲市茶博会上看到，展位前排起长队。", NEWS, "report"),
        ("“今年的春茶卖得好，价钱比去年高了两成，我们很高兴。”", NEWS, "quotation"),
        ("（市农业农村局牵头，市财政局配合）", PLAN, "safeguard"),
    ],
)
def test_by_words(label: Callable[..., Labels], text: str, around: dict[str, str], function: str) -> None:
    assert label(text, **around).function == function


@pytest.mark.parametrize(
    ("heading", "text", "function"),
    [
        ("指导思想", "全面贯彻生态优先的理念。", "guideline"),
        ("主要目标", "茶园品质明显提升。", "objective"),
        ("组织保障", "统筹各方力量。", "safeguard"),
        ("茶旅融合", "统筹各方力量。", "measure"),
        ("工作回顾", "茶园品质明显提升。", "achievement"),
        ("存在的问题", "茶园品质良莠不齐，茶叶品牌不响。", "problem"),
    ],
)
def test_by_heading(label: Callable[..., Labels], heading: str, text: str, function: str) -> None:
    assert label(text, path=(heading,), **PLAN).function == function


@pytest.mark.parametrize("text", ["——茶旅融合取得新突破。", "茶园管护水平稳步提高。", "——深化改革迈出新步伐。"])
def test_states_in_a_section_on_targets_are_objectives(label: Callable[..., Labels], text: str) -> None:
    found = label(text, path=("规划背景", "“十六五”时期茶业发展的主要目标"), **PLAN)
    assert (found.function, found.modality, found.instrument) == ("objective", "none", "none")


def test_a_heading_with_a_goal_and_a_task_orders_tasks(label: Callable[..., Labels]) -> None:
    assert label("推进茶园道路建设。", path=("目标任务",), **PLAN).function == "measure"


def test_the_title_of_an_essay_tells_argument_from_news(label: Callable[..., Labels]) -> None:
    text = "茶园的品质是关键。"
    assert label(text, path=("如何看待老茶园",), genre="news", title="绿洲晚报").function == "commentary"
    text = "茶园昨天开园，五百名游客前来采茶。"
    assert label(text, path=("老茶园开园采茶",), genre="news", title="绿洲晚报").function == "report"


def test_a_bare_noun_phrase_is_form_and_a_predicate_is_not(label: Callable[..., Labels]) -> None:
    around: dict[str, Any] = {"genre": "opinion", "title": "关于促进茶产业发展的意见"}
    assert label("（二）内容与形式。", path=("内容与形式",), **around).function == "formal"
    assert label("（二）加强品牌推广。", path=("加强品牌推广",), **around).function == "measure"


def test_the_same_reproach_is_an_obligation_in_an_act_and_news_in_the_paper(label: Callable[..., Labels]) -> None:
    assert label("茶企完成设备改造。", **NEWS).function == "report"
    assert label("茶企应当完成设备改造。", **LAW).function == "norm"
