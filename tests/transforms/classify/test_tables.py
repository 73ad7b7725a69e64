"""The stage on tables: offsets, evidence, determinism."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from schemas import CLAUSES, DOCUMENTS
from schemas.arrow import arrow_schema
from transforms.classify import Codebook, classify
from transforms.classify.printed import Printed

Build = Callable[..., tuple[pa.Table, pa.Table, pa.Table]]

TEXTS = (
    "各茶企应当建立采摘台账。",
    "到2031年，茶园面积达到20万亩。",
    "鼓励茶农参加《茶艺规程》培训（市茶办牵头，市教育局配合）。",
)


def test_schemas_and_order_stay(tables: Build, codebook: Codebook) -> None:
    documents, sections, clauses = tables(TEXTS)
    filled_documents, _, filled = classify(documents, sections, clauses, codebook)
    assert filled.schema.equals(arrow_schema(CLAUSES))
    assert filled_documents.schema.equals(arrow_schema(DOCUMENTS))
    assert filled.column("clause_id").to_pylist() == clauses.column("clause_id").to_pylist()
    for name in (
        "function",
        "modality",
        "theme",
        "themes",
        "instrument",
        "evidence",
        "references",
        "organs",
        "keywords",
    ):
        assert filled.column(name).null_count == 0
    assert filled_documents.column("keywords").to_pylist()[0]
    score = filled_documents.column("theme_predicted").to_pylist()[0]
    assert score == sorted(score, key=lambda t: -t["score"])


def test_evidence_and_mentions_point_at_their_words(tables: Build, codebook: Codebook) -> None:
    documents, sections, clauses = tables(TEXTS, heading="主要任务")
    text = documents.column("text").to_pylist()[0]
    _, _, filled = classify(documents, sections, clauses, codebook)
    rows = filled.to_pylist()
    seen = [(e["rule"], text[e["start"] : e["end"]]) for e in rows[0]["evidence"]]
    assert ("cue:应当", "应当") in seen
    for row in rows:
        for e in row["evidence"]:
            assert 0 <= e["start"] < e["end"] <= len(text)
            if e["rule"].startswith("cue:") and "…" not in e["rule"]:
                assert text[e["start"] : e["end"]] == e["rule"].removeprefix("cue:")
        for kind in ("references", "quantities", "dates", "organs"):
            for mention in row[kind]:
                assert text[mention["start"] : mention["end"]] == mention["text"]
        for axis, default in (("function", ""), ("modality", "none"), ("theme", "T22"), ("instrument", "none")):
            if row[axis] != default:
                assert any(e["axis"] == axis and e["label"] == row[axis] for e in row["evidence"])
        assert all(0 <= row[f"{axis}_confidence"] <= 1 for axis in ("function", "modality", "theme", "instrument"))
    assert [(o["text"], o["role"]) for o in rows[2]["organs"]] == [("市茶办", "lead"), ("市教育局", "participant")]


def test_clauses_that_hold_mentions_are_found(tables: Build, codebook: Codebook) -> None:
    texts = (
        "保存期限为5年，不超过百分之六十。",
        "“十五五”时期建成，二〇三一年完工。",
        "自2031-05-01起试行三个月。",
        "茶园向杭州市和浙江省供货。",
        "依照前款规定，由市茶办会同市林业局办理。",
        "茶香四溢。",
    )
    rows = classify(*tables(texts), codebook)[2].to_pylist()
    assert [[q["text"] for q in row["quantities"]] for row in rows[:3]] == [["5年", "百分之六十"], [], ["三个月"]]
    assert [[d["text"] for d in row["dates"]] for row in rows[:3]] == [
        [],
        ["“十五五”时期", "二〇三一年"],
        ["2031-05-01"],
    ]
    assert [(p["text"], p["kind"]) for p in rows[3]["places"]] == [("杭州市", "city"), ("浙江省", "province")]
    assert [r["text"] for r in rows[4]["references"]] == ["前款"]
    assert [(o["text"], o["role"]) for o in rows[4]["organs"]] == [("市茶办", "lead"), ("市林业局", "participant")]
    assert not any(rows[5][kind] for kind in ("quantities", "dates", "places", "references", "organs"))


def test_a_heading_is_evidence_at_its_own_place(tables: Build, codebook: Codebook) -> None:
    around = {"genre": "plan", "title": "绿洲市五年发展规划"}
    documents, sections, clauses = tables(("持续抓出新成效。",), heading="加强水利建设", **around)
    _, _, filled = classify(documents, sections, clauses, codebook)
    row = filled.to_pylist()[0]
    assert row["theme"] == "T06"
    found = [(e["rule"], e["start"], e["end"]) for e in row["evidence"] if e["axis"] == "theme"]
    assert ("heading:水利", 2, 4) in found


def test_line_breaks_inside_a_clause_are_mapped_back(tables: Build, codebook: Codebook) -> None:
    documents, sections, clauses = tables(("各茶企应\n当建立采摘台账。",), ("各茶企应当建立采摘台账。",))
    text = documents.column("text").to_pylist()[0]
    _, _, filled = classify(documents, sections, clauses, codebook)
    found = next(e for e in filled.to_pylist()[0]["evidence"] if e["rule"] == "cue:应当")
    assert text[found["start"] : found["end"]] == "应\n当"


def test_an_uncertain_map_gives_the_hull(tables: Build, codebook: Codebook) -> None:
    documents, sections, clauses = tables(("各茶企应?立台账。",), ("各茶企应当建立采摘台账。",))
    _, _, filled = classify(documents, sections, clauses, codebook)
    row = filled.to_pylist()[0]
    assert all((e["start"], e["end"]) == (row["start"], row["end"]) for e in row["evidence"])


@pytest.mark.parametrize(
    ("text", "raw", "fragments", "expected"),
    [
        ("甲乙丙丁", "甲乙丙丁", [(3, 5), (9, 11)], (4, 10)),
        ("甲乙丙丁", "甲乙 丙丁", [(3, 8)], (4, 7)),
        ("甲乙丙丁", "甲乙丙", [(3, 6)], (3, 6)),  # a character that is not printed: the hull
        ("甲乙丙", "甲乙丙", [(3, 5)], (3, 5)),  # fragments that are not the print: the hull
    ],
)
def test_places_in_print(text: str, raw: str, fragments: list[tuple[int, int]], expected: tuple[int, int]) -> None:
    row = {
        "text": text,
        "text_raw": raw,
        "start": fragments[0][0],
        "end": fragments[-1][1],
        "fragments": [{"start": a, "end": b} for a, b in fragments],
    }
    kinds = {field.name: field.type for field in arrow_schema(CLAUSES)}
    table = pa.table({name: pa.array([value], kinds[name]) for name, value in row.items()})
    first, last = Printed(table).ranges(np.array([0]), np.array([1]), np.array([3]))
    assert (int(first[0]), int(last[0])) == expected


def test_equal_input_gives_equal_output_whatever_the_batch(tables: Build, codebook: Codebook) -> None:
    one = tables(TEXTS, number=1)
    two = tables(tuple(reversed(TEXTS)), number=2)
    both = tuple(pa.concat_tables([a, b]) for a, b in zip(one, two, strict=True))
    assert classify(*one, codebook)[2].equals(classify(*one, codebook)[2])
    assert classify(*both, codebook)[2].slice(0, len(TEXTS)).equals(classify(*one, codebook)[2])


def test_no_clauses(tables: Build, codebook: Codebook) -> None:
    documents, sections, clauses = tables(())
    filled_documents, _, filled = classify(documents, sections, clauses, codebook)
    assert (filled.num_rows, filled_documents.num_rows) == (0, 1)
