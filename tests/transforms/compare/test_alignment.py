"""Revised by construction: what is said of the clauses is what was done to them."""

import pytest

import seeds
from benchmarks.diff import KINDS, measured, revised, structured
from transforms.compare.alignment import COMMON, LIKE, LIKE_IN_GAP, Leftover, align

FLOORS = {
    "reworded": (0.95, 0.93),
    "moved": (0.75, 0.9),
    "split": (0.9, 0.8),
    "merged": (0.9, 0.85),
    "removed": (0.8, 0.9),
    "added": (0.8, 0.9),
}
"""Precision and recall. On real documents they are higher than this: `benchmarks/diff.md`."""


@pytest.fixture(scope="module")
def cases() -> list[tuple]:  # type: ignore[type-arg]
    folder = seeds.folder() / "documents"
    documents = list(
        structured([folder / f"{name}.txt" for name in ("plan-chapters", "opinion", "regulation", "work-report")])
    )
    return [
        (before, revised(before, [other for other in documents if other is not before], seed))
        for seed, before in enumerate(documents * 4)
    ]


def test_what_is_said_is_what_was_done(cases: list[tuple]) -> None:  # type: ignore[type-arg]
    counts = measured(cases, LIKE, LIKE_IN_GAP)
    for kind in KINDS:
        found = counts[kind]
        assert found["so"] >= 15, kind
        precision, recall = found["true"] / found["said"], found["true"] / found["so"]
        assert (precision >= FLOORS[kind][0], recall >= FLOORS[kind][1]) == (True, True), (kind, precision, recall)


def leftovers(texts: list[str], *, gap: int = 0) -> list[Leftover]:
    return [Leftover(at, at, gap, at, text) for at, text in enumerate(texts)]


def test_nothing_is_aligned_with_nothing() -> None:
    assert align([], leftovers(["甲"])) == []
    assert align(leftovers(["甲"]), []) == []


def test_each_clause_is_taken_once_and_the_likest_first() -> None:
    texts = ["各县应当加强水利工程的组织领导工作", "各县应当加强水利工程的组织领导"]
    made = align(leftovers(texts), leftovers([texts[1] + "。"]))
    assert [(m.before, m.after) for m in made] == [((1,), (0,))]


def test_unlike_texts_stay_apart() -> None:
    assert align(leftovers(["推进水库建设提升灌溉能力"]), leftovers(["完善学校食堂卫生制度要求"])) == []


def test_less_likeness_is_needed_in_the_same_gap() -> None:
    old, new = "各县应当加强水利工程的组织领导", "各县应当完善学校食堂的组织管理"
    assert align(leftovers([old]), leftovers([new])) != []
    assert align(leftovers([old], gap=1), leftovers([new], gap=2)) == []


def test_what_all_clauses_share_makes_no_candidates() -> None:
    """In a large document with one formula in every clause the comparison stays small."""
    many = [
        f"各级人民政府及其有关部门应当{chr(0x4E00 + at * 3)}{chr(0x4E01 + at * 5)}{chr(0x4E02 + at * 7)}"
        for at in range(COMMON * 8)
    ]
    old = [Leftover(at, at, at, 0, text) for at, text in enumerate(many)]
    new = [Leftover(at, at, at + 1, 0, text + "。") for at, text in enumerate(many)]
    assert {(m.before[0], m.after[0]) for m in align(old, new)} == {(at, at) for at in range(len(many))}
