"""What became of clauses, sections and documents, on documents of a few lines."""

from typing import Any

import pytest

from tests.transforms.compare.conftest import Build, Diff, Outline
from transforms.compare import compare

A = "各县人民政府应当加强对水利工程建设的组织领导。"
B = "市财政局会同有关部门制定资金管理办法并组织实施。"
C = "到2030年,全市建成中型水库三座、小型水库十二座。"
D = "鼓励社会资本参与灌溉设施的建设和运营。"
E = "本通知自印发之日起施行,有效期五年。"
REWORDED = "各县人民政府必须加强对水利工程建设的统筹领导。"
ONE: Outline = [("一、", "总体要求"), A, B, ("二、", "主要任务"), C, D, E]


def told(rows: list[dict[str, Any]]) -> list[tuple[str, list[str], list[str]]]:
    return [
        (" ".join(row["changes"]), [c["text"] for c in row["from"]], [c["text"] for c in row["to"]]) for row in rows
    ]


def test_the_same_is_equal(diff: Diff) -> None:
    found = diff({"a": ONE}, {"a": ONE})
    assert found.equal
    assert found.counts["clauses"] == {"unchanged": 5, "in_added_documents": 0, "in_removed_documents": 0}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (
            [("一、", "总体要求"), A, B, ("二、", "主要任务"), C, D, E, "新增的一句话与别处毫无关系。"],
            [("added", [], ["新增的一句话与别处毫无关系。"])],
        ),
        ([("一、", "总体要求"), A, ("二、", "主要任务"), C, D, E], [("removed", [B], [])]),
        ([("一、", "总体要求"), REWORDED, B, ("二、", "主要任务"), C, D, E], [("reworded", [A], [REWORDED])]),
        ([("一、", "总体要求"), A, B, D, ("二、", "主要任务"), C, E], [("moved", [D], [D])]),
        ([("一、", "总体要求"), B, A, ("二、", "主要任务"), C, D, E], [("moved", [A], [A])]),
        (
            [("一、", "总体要求"), A, B, ("二、", "主要任务"), C, D, E + "#modality=obligation"],
            [("relabelled", [E], [E])],
        ),
        (
            [("一、", "总体要求"), A, B, ("二、", "主要任务"), C[:11] + "。", "全市" + C[11:], D, E],
            [("split", [C], [C[:11] + "。", "全市" + C[11:]])],
        ),
        (
            [("一、", "总体要求"), A[:-1] + "," + B, ("二、", "主要任务"), C, D, E],
            [("merged", [A, B], [A[:-1] + "," + B])],
        ),
    ],
    ids=["added", "removed", "reworded", "moved to a section", "moved within", "relabelled", "split", "merged"],
)
def test_one_change_is_told_alone(diff: Diff, after: Outline, expected: list[Any]) -> None:
    found = diff({"a": ONE}, {"a": after})
    assert told(found.clauses) == expected
    assert found.sections == []
    assert [row["change"] for row in found.documents] == ["changed"]


def test_a_reworded_clause_has_marks_and_similarity(diff: Diff) -> None:
    (row,) = diff({"a": ONE}, {"a": [("一、", "总体要求"), REWORDED, B, *ONE[3:]]}).clauses
    assert 0.7 < row["similarity"] < 1
    changed = [(A[slice(*m["from"])], REWORDED[slice(*m["to"])]) for m in row["marks"] if m["op"] != "equal"]
    assert changed == [("应当", "必须"), ("组织", "统筹")]


@pytest.mark.parametrize(
    ("old", "new", "force"),
    [
        ("encouragement", "obligation", "strengthened"),
        ("obligation", "directive", "weakened"),
        ("obligation", "prohibition", None),
        ("none", "obligation", None),
        ("permission", "obligation", "strengthened"),
        ("prohibition", "permission", "weakened"),
    ],
)
def test_a_modality_that_binds_more_or_less_is_told(diff: Diff, old: str, new: str, force: str | None) -> None:
    (row,) = diff({"a": [f"{A}#modality={old}"]}, {"a": [f"{A}#modality={new},theme=T07"]}).clauses
    assert row["labels"] == [
        {"axis": "modality", "from": old, "to": new, "force": force},
        {"axis": "theme", "from": "T06", "to": "T07", "force": None},
    ]


def test_an_insertion_renumbers_and_moves_nothing(diff: Diff) -> None:
    after: Outline = [
        ("一、", "总体要求"),
        A,
        B,
        ("二、", "保障措施"),
        "各部门按照职责分工落实经费。",
        ("三、", "主要任务"),
        C,
        D,
        E,
    ]
    found = diff({"a": ONE}, {"a": after})
    assert [(row["changes"], (row["to"] or {}).get("title")) for row in found.sections] == [
        (["added"], "保障措施"),
        (["renumbered"], "主要任务"),
    ]
    assert [row["changes"] for row in found.clauses] == [["added"]]


def test_untitled_articles_are_known_by_their_clauses(diff: Diff) -> None:
    before: Outline = [("第一条", None), A, ("第二条", None), B, ("第三条", None), C]
    after: Outline = [("第一条", None), D, ("第二条", None), A, ("第三条", None), B, ("第四条", None), C]
    found = diff({"a": before}, {"a": after})
    steps = [
        (row["changes"], (row["from"] or {}).get("label"), (row["to"] or {}).get("label")) for row in found.sections
    ]
    assert steps == [
        (["added"], None, "第一条"),
        (["renumbered"], "第一条", "第二条"),
        (["renumbered"], "第二条", "第三条"),
        (["renumbered"], "第三条", "第四条"),
    ]
    assert told(found.clauses) == [("added", [], [D])]


def test_a_retitled_section_is_known_by_what_is_in_it(diff: Diff) -> None:
    found = diff({"a": ONE}, {"a": [("一、", "指导思想"), *ONE[1:]]})
    assert [(row["changes"], row["from"]["title"], row["to"]["title"]) for row in found.sections] == [
        (["retitled"], "总体要求", "指导思想")
    ]
    assert found.clauses == []


def test_a_section_that_moves_is_told_once(diff: Diff) -> None:
    before: Outline = [("甲", "第一部分"), A, ("乙", "第二部分"), B, C, ("丙", "第三部分"), D]
    after: Outline = [("乙", "第二部分"), B, C, ("丙", "第三部分"), D, ("甲", "第一部分"), A]
    found = diff({"a": before}, {"a": after})
    assert [(row["changes"], row["to"]["title"]) for row in found.sections] == [(["moved"], "第一部分")]
    assert found.clauses == []


def test_a_dissolved_section_moves_no_clause(diff: Diff) -> None:
    found = diff({"a": ONE}, {"a": [ONE[0], A, B, C, D, E]})
    assert [row["changes"] for row in found.sections] == [["removed"]]
    assert found.clauses == []


def test_a_renamed_source_keeps_its_clauses(diff: Diff) -> None:
    found = diff({"old/a.txt": ONE, "b.txt": [C]}, {"new/a.txt": ONE, "b.txt": [C]})
    (row,) = found.documents
    assert row["change"] == "changed"
    assert row["fields"] == [{"field": "source_uri", "from": "old/a.txt", "to": "new/a.txt"}]
    assert not row["text_changed"]
    assert (found.sections, found.clauses) == ([], [])


def test_documents_that_come_and_go_are_counted_apart(diff: Diff) -> None:
    found = diff({"a": [A], "gone": [B, C]}, {"a": [A], "come": [D]})
    assert [(row["change"], row["source_uri"]) for row in found.documents] == [("added", "come"), ("removed", "gone")]
    assert found.clauses == []
    assert found.counts["clauses"] == {"unchanged": 1, "in_added_documents": 1, "in_removed_documents": 2}


def test_changed_metadata_is_told_field_by_field(build: Build) -> None:
    before = build({"a": [A]}, a={"title": "旧", "issuer": "某市", "keywords": ["水"]})
    after = build({"a": [A]}, a={"title": "新", "issuer": "某市", "bylines": ["某人"]})
    (row,) = compare(before, after).documents
    assert row["fields"] == [
        {"field": "title", "from": "旧", "to": "新"},
        {"field": "bylines", "from": None, "to": ["某人"]},
    ]


def test_an_article_that_is_put_before_others_of_a_page(build: Build) -> None:
    """Ids count the documents of a source: the article is known by its text and title, not by its place."""
    one, other, new = ({"source_uri": "page", "title_reading": t, "text_sha256": t} for t in ("甲", "乙", "丙"))
    before = build({"0": [A, B], "1": [C, D]}, **{"0": one, "1": other})
    after = build(
        {"0": [E], "1": [A, B], "2": [C, REWORDED]}, **{"0": new, "1": one, "2": {**other, "text_sha256": "x"}}
    )
    found = compare(before, after)
    assert [(row["change"], row["title"]) for row in found.documents] == [("added", "丙"), ("changed", "乙")]
    assert {change for row in found.clauses for change in row["changes"]} == {"added", "removed"}
    assert found.counts["clauses"]["unchanged"] == 3


def test_empty_sides(diff: Diff) -> None:
    assert diff({}, {}).equal
    assert [row["change"] for row in diff({}, {"a": ONE}).documents] == ["added"]
    assert diff({"a": []}, {"a": ONE}).counts["clauses"]["added"] == 5
    assert diff({"a": ONE}, {"a": []}).counts["clauses"]["removed"] == 5


def test_a_level_alone(diff: Diff) -> None:
    found = diff({"a": ONE}, {"a": [*ONE, D]})
    assert set(found.as_dict(["clauses"])) == {"from", "to", "counts", "clauses"}
    assert set(found.as_dict(["clauses"])["counts"]) == {"clauses"}
