"""Chapters of a flattened plan whose headings are lost."""

from tests.promise import structure
from transforms.segment import Rules

ENTRY = "建设一批便民停车设施,推动共享停位,方便群众出行。完善收费机制,规范路内停车。"
LEAD_INS = {
    4: "坚持创新驱动发展,聚力打造现代化产业体系,不断增强发展新动能。",
    7: "围绕人民群众对美好生活的向往,办好民生实事,扎实推动共同富裕。",
}


def plan(extra: dict[int, str] | None = None) -> str:
    parts = []
    for number in range(1, 11):
        lead_in = LEAD_INS.get(number)
        parts += [lead_in] if lead_in else []
        parts.append(f"{number}.推进第{number}项工作。 {ENTRY}")
        if extra and number in extra:
            parts.append(extra[number])
    return "关于制定第十五个五年规划的建议\n" + " ".join(parts)


def chapters(text: str, rules: Rules) -> list[list[str]]:
    rows = structure(text, rules).sections
    return [
        [s["label"] for s in rows if s["parent_id"] == c["section_id"] and s["label"]]
        for c in rows
        if c["kind"] == "chapter"
    ]


def test_lead_ins_open_chapters(rules: Rules) -> None:
    text = plan()
    rows = structure(text, rules).sections
    found = [text[s["start"] : s["end"]].strip() for s in rows if s["kind"] == "lead_in"]
    assert found == list(LEAD_INS.values())
    assert all(s["inferred"] for s in rows if s["kind"] == "chapter")
    assert chapters(text, rules) == [["1.", "2.", "3."], ["4.", "5.", "6."], ["7.", "8.", "9.", "10."]]


def test_a_paragraph_that_looks_back_closes_its_entry(rules: Rules) -> None:
    """It stands where a lead-in would, but names a subject or refers to what was said."""
    for closing in (
        "全区上下要统一思想,凝聚共识,奋力开创新局面。",
        "在此基础上再奋斗五年,全面建成现代化新区。",
        "同时推进设施共享,提升管理水平。",
    ):
        text = plan({5: closing})
        rows = structure(text, rules).sections
        assert [text[s["start"] : s["end"]].strip() for s in rows if s["kind"] == "lead_in"] == list(LEAD_INS.values())


def test_an_entry_without_its_final_stop_ends_before_the_lead_in(rules: Rules) -> None:
    text = plan().replace(f"{ENTRY} {LEAD_INS[4]}", f"{ENTRY.rstrip('。')} {LEAD_INS[4]}")
    assert chapters(text, rules) == [["1.", "2.", "3."], ["4.", "5.", "6."], ["7.", "8.", "9.", "10."]]


def test_one_such_paragraph_infers_nothing(rules: Rules) -> None:
    text = plan().replace(f"{LEAD_INS[7]} ", "")
    assert chapters(text, rules) == []


def test_the_entry_on_guiding_thought_opens_the_second_chapter(rules: Rules) -> None:
    text = plan().replace("推进第3项工作", "“十五五”时期发展的指导思想")
    assert chapters(text, rules)[:2] == [["1.", "2."], ["3."]]


def test_bullets_of_an_entry(rules: Rules) -> None:
    bullets = "——坚持以人为本。把方便群众放在首位。 ——坚持统筹兼顾。实现动静平衡。"
    text = plan({2: bullets + " 到二〇三五年,基本建成现代停车体系,群众满意度达到95%。"})
    rows = structure(text, rules).sections
    found = [s for s in rows if s["kind"] == "bullet"]
    assert [(s["label"], s["number"]) for s in found] == [("——", "1"), ("——", "2")]
    assert text[found[1]["start"] : found[1]["end"]].strip() == "——坚持统筹兼顾。实现动静平衡。"
