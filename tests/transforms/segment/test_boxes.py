"""Where a 专栏 box of a plan ends: prose below its members is text of the section again."""

import pytest

from tests.promise import structure
from transforms.segment import Rules

BEFORE = "第一章 重点任务\n第一节 目标\n推动产业结构优化升级，培育新的增长点，提升发展质量。\n专栏1 重点工程\n"
BELOW = "到2030年，产业增加值占全市的比重达到四成，建成三个产业集群。"
MEMBERS = {
    "numbered": "1.停车设施。新建停车场十座。\n2.充电设施。新建充电桩百台。\n",
    "headed": "01 停车设施\n新建停车场十座，改造老旧停车场；完善引导标识。\n02 充电设施\n新建充电桩百台，覆盖主要街道；完善收费标准。\n",
    "named": "停车设施工程。新建停车场十座。\n充电设施工程：新建充电桩百台。\n",
}


def box_text(text: str, rules: Rules) -> str:
    """Text of the box."""
    result = structure(text, rules)
    box = next(s for s in result.sections if s["kind"] == "box")
    return str(result.documents[0]["text"][box["start"] : box["end"]])


@pytest.mark.parametrize("members", MEMBERS.values(), ids=MEMBERS)
def test_prose_below_the_members_belongs_to_the_section(members: str, rules: Rules) -> None:
    text = f"{BEFORE}{members}{BELOW}\n第二节 任务\n各部门要压实责任。"
    assert box_text(text, rules) == f"专栏1 重点工程\n{members}"
    result = structure(text, rules)
    below = next(c for c in result.clauses if c["start"] == text.index(BELOW))
    assert below["section_id"] == next(s["section_id"] for s in result.sections if s["label"] == "第一节")


@pytest.mark.parametrize(
    "members",
    [
        f"1.停车设施。新建停车场十座。\n{BELOW}\n2.充电设施。新建充电桩百台。\n",
        "1.停车设施\n新建停车场十座。\n2.充电设施\n新建充电桩百台。\n",
        f"01 停车设施\n新建停车场十座，改造老旧停车场；完善标识。\n{BELOW}\n02 充电设施\n新建充电桩百台，覆盖主要街道；完善标准。\n",
        f"停车设施工程。新建停车场十座。\n{BELOW}\n充电设施工程：新建充电桩百台。\n",
        f"{BELOW}\n",
    ],
)
def test_members_after_a_paragraph_are_still_of_the_box(members: str, rules: Rules) -> None:
    assert box_text(f"{BEFORE}{members}第二节 任务\n各部门要压实责任。", rules) == f"专栏1 重点工程\n{members}"
