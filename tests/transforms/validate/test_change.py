"""The change since the former release: every rule can fail, and small corpora are left alone."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import seeds
from schemas import CLAUSES, DOCUMENTS
from schemas.arrow import to_table
from schemas.vocabularies import AXES, LABELS
from transforms.validate.change import Rule, change, load_rules, measure
from transforms.validate.report import Outcome
from transforms.validate.run import breaches_of, judge_counted

TABLE = seeds.folder() / "quality" / "changes.csv"
RULES = load_rules(TABLE)
HEAD = "name,measures,kind,fall,rise,minimum,severity,description\n"


def base() -> dict[str, tuple[int, int]]:
    """Measures of a release of 1,000 documents and 100,000 clauses, labels spread evenly."""
    found = {"rows=documents": (1000, 1000), "rows=sections": (30_000, 30_000), "rows=clauses": (100_000, 100_000)}
    found |= {"quarantine": (10, 1010), "finding=warning gap": (100, 1000)}
    for axis in AXES:
        found[f"uncertain={axis}"] = (20_000, 100_000)
        for code in LABELS[axis]:
            found[f"{axis}={code}"] = (100_000 // len(LABELS[axis]), 100_000)
    return found


def outcomes(before: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]], **more: Any) -> dict[str, Outcome]:
    made = change(RULES, before, now, **more)
    return {outcome.name: outcome for outcome in judge_counted(made.expectations, {}, breaches_of(made))}


BREACHES = {
    "change:documents_fall": {"rows=documents": (799, 799)},
    "change:documents_growth": {"rows=documents": (2001, 2001)},
    "change:sections_fall": {"rows=sections": (23_999, 23_999)},
    "change:clauses_fall": {"rows=clauses": (79_999, 79_999)},
    "change:clauses_growth": {"rows=clauses": (200_001, 200_001)},
    "change:quarantine_share": {"quarantine": (70, 1010)},
    "change:findings_share": {"finding=error lost": (101, 1000)},
    "change:uncertain_share": {"uncertain=theme": (30_100, 100_000)},
    **{
        f"change:{axis}_shares": {f"{axis}={LABELS[axis][0]}": (100_000 // len(LABELS[axis]) + 10_100, 100_000)}
        for axis in AXES
    },
}


def test_nothing_changed_breaks_nothing() -> None:
    assert all(outcome.success for outcome in outcomes(base(), base()).values())


def test_every_rule_of_the_table_is_broken_by_a_change() -> None:
    assert set(BREACHES) == {rule.name for rule in RULES}
    for name, broken in BREACHES.items():
        made = outcomes(base(), base() | broken)
        assert [one for one, outcome in made.items() if not outcome.success] == [name]
        (first, *_) = made[name].examples
        assert "→" in first["measure"]
        assert next(iter(broken)) in first["measure"]


def test_up_to_the_threshold_is_fine() -> None:
    now = base() | {
        "rows=documents": (800, 800),
        "rows=clauses": (200_000, 200_000),
        "uncertain=theme": (30_000, 100_000),
    }
    assert all(outcome.success for outcome in outcomes(base(), now).values())


def test_a_collapse_is_an_error_and_growth_is_news() -> None:
    severities = {rule.name: rule.severity for rule in RULES}
    assert severities["change:clauses_fall"] == "critical"
    assert severities["change:clauses_growth"] == "warning"


def test_what_is_accepted_by_name_is_a_warning() -> None:
    now = base() | BREACHES["change:clauses_fall"] | BREACHES["change:quarantine_share"]
    made = outcomes(base(), now, accepted=["change:clauses_fall"])
    broken = {name: outcome.severity for name, outcome in made.items() if not outcome.success}
    assert broken == {"change:clauses_fall": "warning", "change:quarantine_share": "critical"}
    assert made["change:clauses_fall"].description.endswith("(accepted)")


def test_small_corpora_are_not_judged() -> None:
    before = {name: (count // 1000, of // 1000) for name, (count, of) in base().items()}
    now = {name: (0, of) for name, (_, of) in before.items()}
    made = change(RULES, before, now)
    assert all(frame.height == 0 for frame in made.frames.values())
    assert all(outcome.success for outcome in judge_counted(made.expectations, {}, breaches_of(made)))


def test_a_finding_that_is_new_or_gone_has_a_share_of_nothing() -> None:
    rule = next(rule for rule in RULES if rule.name == "change:findings_share")
    new = change([rule], {"rows=documents": (100, 100)}, {"rows=documents": (100, 100), "finding=warning x": (11, 100)})
    assert new.frames[rule.name].to_dicts() == [{"measure": "finding=warning x: 0.0 % → 11.0 %", "change": 11.0}]
    gone = change(
        [rule], {"rows=documents": (100, 100), "finding=warning x": (11, 100)}, {"rows=documents": (100, 100)}
    )
    assert gone.frames[rule.name]["change"].to_list() == [-11.0]


def test_measures_of_tables(sound_tables: dict[str, pa.Table]) -> None:
    found = measure(sound_tables["documents"], [sound_tables["clauses"]], sections=3, quarantine=1)
    assert found["rows=documents"] == (2, 2)
    assert found["rows=sections"] == (3, 3)
    assert found["quarantine"] == (1, 3)
    assert found["function=measure"] == (3, 3)
    assert found["uncertain=theme"] == (3, 3)
    assert found["uncertain=function"] == (0, 3)
    assert found["finding=info note"] == (1, 2)
    for axis in AXES:
        assert sum(count for name, (count, _) in found.items() if name.startswith(f"{axis}=")) == 3
    # Every rule of the table has something to look at, findings apart.
    for rule in RULES:
        made = change(
            [Rule(rule.name, rule.measures, rule.kind, rule.fall, rule.rise, 0, rule.severity, "")], found, found
        )
        assert made.frames[rule.name].height, rule.name


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("change:x,rows=clauses,relative,ten,,1,critical,d", "line 2: fall is 'ten'"),
        ("change:x,rows=clauses,relative,-1,,1,critical,d", "line 2: fall is '-1'"),
        ("change:x,rows=clauses,twice,10,,1,critical,d", "line 2: kind is 'twice'; give relative or points"),
        ("change:x,rows=clauses,points,10,,1,fatal,d", "line 2: severity is 'fatal'"),
        ("x,rows=clauses,points,10,,1,critical,d", "name is change:…"),
        ("change:x,rows=clauses,points,,,1,critical,d", "cannot fail"),
        ("change:x,a,points,1,,1,critical,d\nchange:x,a,points,1,,1,critical,d", "change:x stands there twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "changes.csv"
    path.write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"changes\.csv") as refused:
        load_rules(path)
    assert said in str(refused.value)


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    path.write_text("name,measures\nchange:x,a\n", encoding="utf-8")
    with pytest.raises(ValueError, match="there is no column 'kind'"):
        load_rules(path)


def test_a_document_counts_once_for_a_finding_that_it_has_twice() -> None:
    def finding(severity: str, code: str) -> dict[str, Any]:
        return {"severity": severity, "code": code}

    gap, lost = finding("warning", "gap"), finding("error", "lost")
    lists = [[gap, gap, lost], [], [gap], [finding("info", "gap")]]
    documents = to_table(DOCUMENTS, []).select(["source_uri", "findings"])
    documents = pa.table(
        {"source_uri": ["a", "a", "b", "c"], "findings": pa.array(lists, documents.schema.field("findings").type)}
    )
    for table in (documents, pa.concat_tables([documents.slice(0, 1), documents.slice(1)])):
        found = measure(table, [to_table(CLAUSES, [])], sections=0, quarantine=1)
        told = {name: value for name, value in found.items() if name.startswith("finding=")}
        assert told == {"finding=error lost": (1, 4), "finding=info gap": (1, 4), "finding=warning gap": (2, 4)}
        assert list(told) == sorted(told)
        assert found["quarantine"] == (1, 4)
    assert not any(name.startswith("finding=") for name in measure(documents.slice(1, 1), [], sections=0, quarantine=0))
