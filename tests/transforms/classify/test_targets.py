"""References inside a document and the sections they mean."""

import numpy as np
import pytest

from schemas import CLAUSES, DOCUMENTS, SECTIONS
from schemas.arrow import to_table
from tests.promise import structure
from transforms.classify import classify
from transforms.classify.codebook import Codebook
from transforms.classify.mentions import references
from transforms.classify.targets import Targets, find_targets, finished, is_taiwan
from transforms.segment import Rules

ACT = """停车场条例
第一章 总则
第一条 停车场应当设置标志。
停车场应当公示价格。
第二条 停车场应当符合下列条件：
（一）有明显标志；
（二）有照明设施。
前款规定不适用于临时停车场。
第二条之一 鼓励错时开放。
第二章 附则
第三条 本章自公布之日起施行。
"""


RULES = """养蜂办法
第一章 总则
第一节 一般规定
第一条 养蜂人应当登记。
养蜂人应当具备下列条件：
（一）有蜂箱；
（二）有场地；
（三）有培训证明。
不符合前款规定的，不予登记。
有第二款情形的，应当改正。
第二节 转场
第二条 蜂群可以转场。
第三条 蜂群转场应当报告。
第二章 附则
第四条 养蜂合作社应当建档：
（一）蜂群数量；
（二）蜂蜜产量。
第五条 本办法自公布之日起施行。
"""


def meant(document: str, text: str, home: str, rules: Rules) -> list[str | None]:
    """Sections that the references of a clause in the section `home` mean."""
    sections = structure(document, rules).sections
    table = to_table(SECTIONS, sections)
    own = next(i for i, s in enumerate(sections) if s["section_id"].endswith((f"__{home}", f"/{home}")))
    found = references(text.translate(str.maketrans("條項", "条项")))
    cited = [(0, own, text[r.start : r.end]) for r in found]
    targets = find_targets(table, np.zeros(len(sections), np.int64), cited)
    return [t.split("/")[1] if t else None for t in targets]


@pytest.mark.parametrize(
    ("text", "home", "target"),
    [
        ("依照第一条", "art_3", "chp_1__art_1"),
        ("本条例第一条第二款", "art_3", "chp_1__art_1__para_2"),
        ("依照第二条第一款第（二）项", "art_3", "chp_1__art_2__para_1__item_2"),
        ("依照第二条第二项", "art_3", "chp_1__art_2__para_1__item_2"),
        ("依照第二条之一", "art_3", "chp_1__art_2-1"),
        ("依照第三条第一款", "art_1", "chp_2__art_3"),
        ("前款", "art_2__para_2", "chp_1__art_2__para_1"),
        ("前款第（一）项", "art_2__para_2", "chp_1__art_2__para_1__item_1"),
        ("前条", "art_3", "chp_1__art_2-1"),
        ("本章", "art_3", "chp_2"),
        ("本条第一款", "art_1__para_2", "chp_1__art_1__para_1"),
        ("本条例第一章", "art_3", "chp_1"),
        ("依第二條第一項第二款", "art_3", "chp_1__art_2__para_1__item_2"),
        ("前條第一項第二款", "art_2-1", "chp_1__art_2__para_1__item_2"),
        ("前項", "art_2__para_2", "chp_1__art_2__para_1"),
        ("依照第九十九条", "art_1", None),
        ("前款", "art_1__para_1", None),
        ("前条", "art_1", None),
        ("上述规定", "art_2__para_2", "chp_1__art_2__para_1"),
        ("上述情形", "art_2__para_1__item_2", "chp_1__art_2__para_1__item_1"),
        ("上述规定", "art_1__para_1", None),
        ("上述规定", "art_3", None),
    ],
)
def test_target(text: str, home: str, target: str | None, rules: Rules) -> None:
    assert meant(ACT, text, home, rules) == [target]


ONE = "chp_1__sec_1__art_1"


@pytest.mark.parametrize(
    ("text", "home", "targets"),
    [
        ("前两款", "art_1__para_3", [f"{ONE}__para_1", f"{ONE}__para_2"]),
        ("前三款", "art_1__para_3", [None, f"{ONE}__para_1", f"{ONE}__para_2"]),
        ("前两条", "art_4", ["chp_1__sec_2__art_2", "chp_1__sec_2__art_3"]),
        ("依照第一条第一款和第三款", "art_5", [f"{ONE}__para_1", f"{ONE}__para_3"]),
        ("依照第一条、第三条", "art_5", [ONE, "chp_1__sec_2__art_3"]),
        ("前款第（一）项、第（三）项", "art_1__para_3", [f"{ONE}__para_2__item_1", f"{ONE}__para_2__item_3"]),
        ("前款第（二）、（三）项", "art_1__para_3", [f"{ONE}__para_2__item_2", f"{ONE}__para_2__item_3"]),
        ("依照第一条第一、四款", "art_5", [f"{ONE}__para_1", f"{ONE}__para_4"]),
        ("依照第一条第二款第一项至第三项", "art_5", [f"{ONE}__para_2__item_1", f"{ONE}__para_2__item_3"]),
        (
            "依照第一条第二款第（一）项和第三款、第四条第二项",
            "art_5",
            [f"{ONE}__para_2__item_1", f"{ONE}__para_3", "chp_2__art_4__item_2"],
        ),
        ("依照第九条第一款、第二款", "art_5", [None, None]),
        ("依照第一条第九款、第二款", "art_5", [None, f"{ONE}__para_2"]),
        ("违反本章第一节、第二节规定", "art_3", ["chp_1__sec_1", "chp_1__sec_2"]),
        ("违反第二节的规定", "art_1", ["chp_1__sec_2"]),
        ("违反本办法第二章第一节规定", "art_1", [None]),
        ("依第一條第二項第一款、第三款", "art_5", [f"{ONE}__para_2__item_1", f"{ONE}__para_2__item_3"]),
        ("依第一條第二款第（一）項", "art_5", [f"{ONE}__para_2__item_1"]),
    ],
)
def test_each_member_of_a_series_has_its_target(text: str, home: str, targets: list[str | None], rules: Rules) -> None:
    assert meant(RULES, text, home, rules) == targets


def test_the_unit_stands_behind_the_last_member() -> None:
    assert finished(["第一条第一", "二款", "第二条之一", "第三款"]) == ["第一条第一款", "二款", "第二条之一", "第三款"]


def test_order_of_levels_tells_taiwan() -> None:
    assert is_taiwan(["第三條第一項第二款", "前項"])
    assert not is_taiwan(["第三條第一款第（二）項", "前款"])
    assert not is_taiwan(["第三条第一项"])


def test_a_series_ends_with_its_section(rules: Rules) -> None:
    sections = structure(RULES, rules).sections
    ids = [s["section_id"].split("/")[1] for s in sections]
    first, third = ids.index("chp_1__sec_1__art_1__para_1"), ids.index("chp_1__sec_2__art_3")
    home = np.zeros(len(sections), np.int64)
    cited = [(0, first, "前条"), (0, third, "第二款"), (0, third, "第一条"), (0, third, "第二款")]
    targets = find_targets(to_table(SECTIONS, sections), home, cited)
    assert [t.split("/")[1] if t else None for t in targets] == [None, None, f"{ONE}", f"{ONE}__para_2"]


def _row(section_id: str, kind: str, number: str | None, parent: str | None) -> dict[str, str | None]:
    return {"section_id": section_id, "kind": kind, "number": number, "parent_id": parent}


def test_of_two_acts_in_attachments_that_of_the_clause_comes_first() -> None:
    rows = [
        _row("att_1", "attachment", "1", None),
        _row("att_1/1", "article", "1", "att_1"),
        _row("att_1/2", "article", "2", "att_1"),
        _row("att_2", "attachment", "2", None),
        _row("att_2/1", "article", "1", "att_2"),
    ]
    targets = Targets(rows)
    assert targets.follow("第一条", "att_2/1")[-1][1] == rows[4]
    assert targets.follow("第二条", "att_2/1")[-1][1] == rows[2]
    assert targets.follow("第一条", None)[-1][1] == rows[1]
    assert targets.follow("前条", "att_2/1")[-1][1] is None


def test_a_chapter_whose_number_is_the_only_one_is_meant_from_any_part() -> None:
    rows = [
        _row("p1", "part", "1", None),
        _row("p1/1", "chapter", "1", "p1"),
        _row("p1/2", "chapter", "2", "p1"),
        _row("p2", "part", "2", None),
        _row("p2/1", "chapter", "1", "p2"),
    ]
    targets = Targets(rows)
    assert targets.follow("本法第二章", "p2/1")[-1][1] == rows[2]
    assert targets.follow("本法第一章", "p2/1")[-1][1] == rows[4]
    assert targets.follow("本法第一章", None)[-1][1] is None


def test_references_of_a_run_have_their_targets(rules: Rules, codebook: Codebook) -> None:
    result = structure(ACT, rules)
    tables = [
        to_table(d, r)
        for d, r in ((DOCUMENTS, result.documents), (SECTIONS, result.sections), (CLAUSES, result.clauses))
    ]
    _, _, clauses = classify(tables[0], tables[1], tables[2], codebook)
    cited = [r for row in clauses.column("references").to_pylist() for r in row or [] if r["text"].startswith("前款")]
    assert [r["target_id"].split("/")[1] for r in cited] == ["chp_1__art_2__para_1"]


STATUTE_RULES = """绿洲市茶叶法实施细则
第一条 本法第二条所称茶园，包括苗圃。
茶企应当建档。
第二条 本细则第一条所称苗圃，由市茶办认定。
茶企应当公示价格。
对上述规定有异议的，可以申诉。
"""


def test_a_run_knows_the_statute_and_what_stands_above(rules: Rules, codebook: Codebook) -> None:
    result = structure(STATUTE_RULES, rules)
    tables = [
        to_table(d, r)
        for d, r in ((DOCUMENTS, result.documents), (SECTIONS, result.sections), (CLAUSES, result.clauses))
    ]
    _, _, clauses = classify(tables[0], tables[1], tables[2], codebook)
    cited = [r for row in clauses.column("references").to_pylist() for r in row or []]
    assert [(r["text"], r["kind"], r["target_id"] and r["target_id"].split("/")[1]) for r in cited] == [
        ("本法第二条", "document", None),
        ("本细则第一条", "internal", "art_1"),
        ("上述规定", "internal", "art_2__para_2"),
    ]
