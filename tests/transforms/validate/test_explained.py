"""What a failed check tells a person and a program."""

import csv
import json
from collections.abc import Mapping
from typing import Any

import junitparser
import pyarrow as pa
import pytest
from lxml import etree

import seeds
from flows.checking import FILES
from transforms.validate import annotations, expectations_of
from transforms.validate.explained import Explained, explain, next_step
from transforms.validate.report import Outcome

Tables = dict[str, pa.Table]
QUALITY = seeds.folder() / "quality"


def rows(name: str) -> list[dict[str, str]]:
    with (QUALITY / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


STEPS = [(row["checks"], row["step"]) for row in rows("next_steps.csv")]
HOSTILE = "a\x00b\x0c]]>%0A::error::\r\n,:\ufffe<&\u001b[31m"


def outcome(name: str = "clauses.text_raw.true", *, success: bool = False, **more: Any) -> Outcome:
    told: dict[str, Any] = {
        "frame": "checks",
        "type": "expect_column_max_to_be_between",
        "severity": "critical",
        "description": "text_raw is the fragments as printed.",
        "failures": 0 if success else 1,
        **more,
    }
    return Outcome(name=name, success=success, **told)


def one(tables: Tables, **more: Any) -> Explained:
    (explained,) = explain([outcome(**more)], tables, STEPS)
    return explained


def test_every_check_has_a_next_step_and_every_step_a_check() -> None:
    names = [e["name"] for e in expectations_of()] + [row["name"] for row in rows("changes.csv")] + [FILES]
    used = {next_step(name, STEPS) for name in names}
    assert used | {STEPS[-1][1]} == {step for _, step in STEPS}
    with pytest.raises(KeyError, match=r"next_steps\.csv"):
        next_step("clauses.odd", STEPS[:1])


@pytest.mark.parametrize(
    ("values", "line", "extract"),
    [
        ({"clause_id": "c2", "text_raw": "x"}, 3, "到2030年，建成水库3座。"),
        ({"section_id": "a" * 16 + "/1", "depth": 0}, 2, "一、总体要求 各县应当加强水利建设。到2030年，建成水库3座。"),
        ({"document_id": "a" * 16, "start": 12, "end": 14}, 2, "一、"),
        ({"document_id": "a" * 16, "start": 900, "end": 7}, 4, ""),
        ({"document_id": "b" * 16}, None, "第一条 本办法自公布之日起施行。"),
        ({"document_id": "nowhere"}, None, None),
        ({"document_id": None, "clause_id": None}, None, None),
        ({"column": "text", "is": "missing"}, None, None),
    ],
)
def test_an_example_leads_to_its_text(
    sound_tables: Tables, values: Mapping[str, Any], line: int | None, extract: str | None
) -> None:
    (example,) = one(sound_tables, examples=(values,)).examples
    assert (example.line, example.extract) == (line, extract)
    assert (example.source_uri is None) == (extract is None)


def test_lines_are_told_only_where_they_are_those_of_the_source(sound_tables: Tables) -> None:
    documents = sound_tables["documents"]
    place = documents.schema.get_field_index("source_format")
    pdf = documents.set_column(place, documents.schema.field(place), pa.array(["pdf", "pdf"]))
    (example,) = one({**sound_tables, "documents": pdf}, examples=({"clause_id": "c2"},)).examples
    assert (example.source_uri, example.line) == ("docs/a.txt", None)


def test_tables_of_another_form_are_survived(sound_tables: Tables) -> None:
    odd = {
        "documents": pa.table({"document_id": [1]}),
        "clauses": pa.table({"clause_id": [2.0], "document_id": [None]}),
    }
    for tables in ({}, odd, {**sound_tables, "clauses": sound_tables["clauses"].drop_columns(["start"])}):
        (example,) = one(tables, examples=({"clause_id": "c2"},)).examples
        assert example.extract is None


def checks(tables: Tables) -> list[Explained]:
    listed = [
        outcome(examples=({"clause_id": "c2", "text_raw": HOSTILE},)),
        outcome("documents.furniture.share", severity="warning", examples=({"document_id": "b" * 16},)),
        outcome("documents.n_chars.true", success=True),
        outcome("sections.order", error=f"broken {HOSTILE}"),
    ]
    return explain(listed, tables, STEPS)


@pytest.mark.parametrize("strict", [False, True])
def test_junit_is_read_by_others(sound_tables: Tables, *, strict: bool) -> None:
    xml = junitparser.JUnitXml.fromstring(annotations.junit("r1", checks(sound_tables), strict=strict))
    assert (xml.tests, xml.failures, xml.errors) == (4, 2 if strict else 1, 1)
    cases = {case.name: case for suite in xml for case in suite}
    assert [suite.name for suite in xml] == ["clauses", "documents", "sections"]
    assert not cases["documents.n_chars.true"].result
    (failure,) = cases["clauses.text_raw.true"].result
    assert isinstance(failure, junitparser.Failure)
    assert "docs/a.txt, line 3: 到2030年，建成水库3座。" in failure.text
    assert "Next: " in failure.text
    assert isinstance(cases["sections.order"].result[0], junitparser.Error)
    if not strict:
        assert cases["documents.furniture.share"].system_out.startswith("Warning: ")


def test_junit_is_well_formed_whatever_the_data_are(sound_tables: Tables) -> None:
    every = [
        outcome(f"documents.c{n}", error=chr(n), examples=({"document_id": chr(n)},)) for n in (*range(32), 0xFFFE)
    ]
    etree.fromstring(annotations.junit("r1", explain(every, sound_tables, STEPS), strict=True))


def test_github_commands_are_one_line_and_escaped(sound_tables: Tables) -> None:
    first, second, third = annotations.github(checks(sound_tables), root="plans/")
    assert first.startswith("::error file=plans/docs/a.txt,title=clauses.text_raw.true,line=3::text_raw is ")
    assert second.startswith("::warning file=plans/docs/b.txt,title=documents.furniture.share::")
    assert third.startswith("::error title=sections.order::")
    for command in (first, second, third):
        assert len(command.splitlines()) == 1 or "\n" not in command
        assert "\r" not in command
    # What stands in the data cannot end the command or be taken for an escape.
    assert "%0A::error" not in first.replace("%250A", "")
    odd = one(sound_tables, name="a:b,c%\n.true", examples=({"source_uri": "x:y,z\n.txt"},))
    (command,) = annotations.github([odd])
    assert command.startswith("::error file=x%3Ay%2Cz%0A.txt,title=a%3Ab%2Cc%25%0A.true::")


def test_gitlab_report(sound_tables: Tables) -> None:
    report = json.loads(json.dumps(annotations.gitlab(checks(sound_tables))))
    assert [(e["severity"], e["location"]) for e in report] == [
        ("critical", {"path": "docs/a.txt", "lines": {"begin": 3}}),
        ("minor", {"path": "docs/b.txt", "lines": {"begin": 1}}),
        ("critical", {"path": "datapackage.json", "lines": {"begin": 1}}),
    ]
    assert len({e["fingerprint"] for e in report}) == 3
    assert annotations.gitlab(checks(sound_tables)) == report, "fingerprints are stable"
    assert all(e["description"] and e["check_name"] for e in report)


def test_members_of_archives_are_shown_at_their_file(sound_tables: Tables) -> None:
    broken = [one(sound_tables, examples=({"source_uri": uri},)) for uri in ("a.zip!/b/c.txt", "d.jsonl#17", "e#f.txt")]
    assert [e["location"]["path"] for e in annotations.gitlab(broken)] == ["a.zip", "d.jsonl", "e#f.txt"]
