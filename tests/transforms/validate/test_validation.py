"""The validation as a whole, by the real Great Expectations."""

import json

import pyarrow as pa

from transforms.validate import validate


def test_sound_tables_pass_and_the_report_is_json(sound_tables: dict[str, pa.Table]) -> None:
    report = validate(**sound_tables)
    assert report.ok
    assert not report.failures
    assert not report.warnings
    said = json.loads(json.dumps(report.as_dict(), allow_nan=False))
    assert said["success"]
    assert said["checks"] == len(report.outcomes) > 100
    assert said["rows"] == {"documents": 2, "sections": 3, "clauses": 3, "quarantine": 1}


def test_a_failure_names_its_rows(sound_tables: dict[str, pa.Table]) -> None:
    clauses = sound_tables["clauses"]
    place = clauses.schema.get_field_index("text_raw")
    texts = clauses["text_raw"].to_pylist()
    texts[1] = "不是原文"
    damaged = clauses.set_column(place, clauses.schema.field(place), pa.array(texts))
    report = validate(**{**sound_tables, "clauses": damaged})
    assert not report.ok
    assert [outcome.name for outcome in report.failures] == ["clauses.text_raw.true"]
    assert report.failures[0].examples[0]["clause_id"] == "c2"
    assert "c2" in report.failures[0].sentence()
    assert "不是原文" in report.failures[0].sentence()


def test_a_warning_does_not_stop_publication(sound_tables: dict[str, pa.Table]) -> None:
    documents = sound_tables["documents"]
    place = documents.schema.get_field_index("spans")
    spans = documents["spans"].to_pylist()
    spans[0][0]["role"] = "furniture"
    changed = documents.set_column(place, documents.schema.field(place), pa.array(spans, documents["spans"].type))
    report = validate(**{**sound_tables, "documents": changed})
    assert report.ok
    assert [outcome.name for outcome in report.warnings] == ["documents.furniture.share"]


def test_a_table_of_another_form_is_judged_on_its_columns_alone(sound_tables: dict[str, pa.Table]) -> None:
    report = validate(**{**sound_tables, "sections": sound_tables["sections"].drop_columns("parent_id")})
    assert {outcome.name for outcome in report.failures} == {"sections.columns", "sections.types"}
    assert report.failures[0].examples[0]["column"] == "parent_id"


def test_empty_quarantine_passes(sound_tables: dict[str, pa.Table]) -> None:
    assert validate(**{**sound_tables, "quarantine": sound_tables["quarantine"].slice(0, 0)}).ok
