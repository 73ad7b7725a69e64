"""Modality: every operator with an example and a counter-example (own sentences)."""

from collections.abc import Callable

import pytest

from transforms.classify import Labels

LAW = {"genre": "regulation", "title": "绿洲市茶园管理条例"}
PLAN = {"genre": "plan", "title": "绿洲市茶产业发展规划"}


@pytest.mark.parametrize(
    ("text", "around", "modality"),
    [
        ("茶园经营者应当建立采摘台账。", LAW, "obligation"),
        ("茶园经营者不得使用禁用农药。", LAW, "prohibition"),
        ("禁止在核心茶区倾倒垃圾。", LAW, "prohibition"),
        ("任何人不得损毁古茶树。", LAW, "prohibition"),
        ("茶园经营者应当设置围栏，不得堵塞道路。", LAW, "prohibition"),
        ("承包人不得不中止采摘时，应当书面告知发包人。", LAW, "obligation"),
        ("古茶树的移植只能由专业队伍进行。", LAW, "obligation"),
        ("除抢险救灾外，不得进入核心茶区。", LAW, "prohibition"),
        ("对逾期提交的申请，不予受理。", LAW, "none"),
        ("经营者可以委托他人采摘。", LAW, "permission"),
        ("茶农有权查阅收购记录。", LAW, "permission"),
        ("已经备案的，无须重复提交材料。", LAW, "permission"),
        ("国家鼓励茶树良种选育。", LAW, "encouragement"),
        ("本市支持茶农成立合作社。", LAW, "encouragement"),
        ("市农业农村部门主管全市茶园工作。", LAW, "none"),
        ("国家建立古茶树名录制度。", LAW, "directive"),
        ("鼓励茶企开设直营门店。", PLAN, "encouragement"),
        ("推进茶园道路建设，支持茶农购置采茶机。", PLAN, "directive"),
        ("支持茶农购置采茶机，推进茶园道路建设。", PLAN, "encouragement"),
        ("探索建立茶叶期货交割机制。", PLAN, "exploration"),
        ("要加强茶园巡护。", PLAN, "obligation"),
        ("完善茶叶质量追溯体系。", PLAN, "directive"),
        ("加强重要茶区和主要茶路的巡护。", PLAN, "directive"),
        ("落实《严禁采摘古茶树若干规定》。", PLAN, "directive"),
        ("宣传《关于鼓励茶农种植良种的意见》。", PLAN, "directive"),
        ("开展“鼓励创业”主题宣传。", PLAN, "directive"),
        ("宗地相邻的，可以不设围栏。", LAW, "permission"),
        ("经营者不必重复提交采摘证明。", LAW, "permission"),
        ("经营者不得不停业的，应当提前公告。", LAW, "obligation"),
        ("采摘者不仅应当登记，还应当佩戴标识。", LAW, "obligation"),
        ("除科研需要外，任何单位不得采挖古茶树。", LAW, "prohibition"),
        ("收购者应当出具票据，不得压级压价。", LAW, "prohibition"),
        ("可以委托采摘，但是不得转包。", LAW, "prohibition"),
        ("国家鼓励良种选育，支持良种推广。", LAW, "encouragement"),
    ],
)
def test_operator(label: Callable[..., Labels], text: str, around: dict[str, str], modality: str) -> None:
    assert label(text, **around).modality == modality


def test_sanction_without_operator_is_an_obligation(label: Callable[..., Labels]) -> None:
    found = label("损毁古茶树的，处三千元以上一万元以下罚款。", **LAW)
    assert (found.function, found.modality, found.instrument) == ("liability", "obligation", "none")


def test_item_inherits_the_operator_of_its_stem(label: Callable[..., Labels]) -> None:
    stem = "茶园内禁止下列行为："
    assert label("（一）砍伐遮荫树；", stem=stem, prev=stem, **LAW).modality == "prohibition"
    assert label("（一）砍伐遮荫树；", **LAW).modality != "prohibition"


def test_a_ban_wins_over_the_duties_that_its_object_mentions(label: Callable[..., Labels]) -> None:
    text = "批发企业不得向零售者供应非法生产的烟花，不得供应按照规定应由专业人员燃放的烟花。"
    assert label(text, genre="regulation").modality == "prohibition"
