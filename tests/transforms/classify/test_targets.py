"""References inside a document and the sections they mean."""

import pytest

from schemas import CLAUSES, DOCUMENTS, SECTIONS
from schemas.arrow import to_table
from tests.promise import structure
from transforms.classify import classify
from transforms.classify.codebook import Codebook
from transforms.classify.targets import Targets
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


@pytest.mark.parametrize(
    ("text", "home", "target"),
    [
        ("第一条", "art_3", "chp_1__art_1"),
        ("本条例第一条第二款", "art_3", "chp_1__art_1__para_2"),
        ("第二条第一款第（二）项", "art_3", "chp_1__art_2__para_1__item_2"),
        ("第二条第二项", "art_3", "chp_1__art_2__para_1__item_2"),
        ("第二条之一", "art_3", "chp_1__art_2-1"),
        ("第三条第一款", "art_1", "chp_2__art_3"),
        ("前款", "art_2__para_2", "chp_1__art_2__para_1"),
        ("前款第（一）项", "art_2__para_2", "chp_1__art_2__para_1__item_1"),
        ("前条", "art_3", "chp_1__art_2-1"),
        ("前两条", "art_3", "chp_1__art_2"),
        ("本章", "art_3", "chp_2"),
        ("本条第一款", "art_1__para_2", "chp_1__art_1__para_1"),
        ("第二條第一項第二款", "art_3", "chp_1__art_2__para_1__item_2"),
        ("前項", "art_2__para_2", "chp_1__art_2__para_1"),
        ("第九十九条", "art_1", None),
        ("前款", "art_1__para_1", None),
        ("前条", "art_1", None),
    ],
)
def test_target(text: str, home: str, target: str | None, rules: Rules) -> None:
    sections = structure(ACT, rules).sections
    ids = [s["section_id"] for s in sections]
    own = next(i for i in ids if i.endswith((f"__{home}", f"/{home}")))
    found = Targets(sections).find(text, own)
    assert (found.split("/")[1] if found else None) == target


def test_references_of_a_run_have_their_targets(rules: Rules, codebook: Codebook) -> None:
    result = structure(ACT, rules)
    tables = [
        to_table(d, r)
        for d, r in ((DOCUMENTS, result.documents), (SECTIONS, result.sections), (CLAUSES, result.clauses))
    ]
    _, _, clauses = classify(tables[0], tables[1], tables[2], codebook)
    cited = [r for row in clauses.column("references").to_pylist() for r in row or [] if r["text"].startswith("前款")]
    assert [r["target_id"].split("/")[1] for r in cited] == ["chp_1__art_2__para_1"]
