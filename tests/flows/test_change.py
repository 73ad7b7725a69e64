"""A release beside the former one, in real runs without Prefect."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import seeds
from flows import change, cli
from flows.errors import RefusedError, UsageError
from flows.pipeline import Plain, Settings
from flows.pipeline import run as run_pipeline
from tests.flows.command import exit_code
from transforms.publish import current
from transforms.validate.change import load_rules

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the pipeline in this process, by the shipped rules without their minimum: the corpora are of three documents."""
    table = (seeds.folder() / "quality" / "changes.csv").read_text(encoding="utf-8")
    small = tmp_path / "changes.csv"
    small.write_text(table.replace(",50,", ",1,").replace(",500,", ",1,"), encoding="utf-8")
    monkeypatch.setattr(change, "rules", lambda: load_rules(small))

    def started(*sources: Path, **more: Any) -> dict[str, Any]:
        settings = Settings(tuple(map(str, sources)), output=str(tmp_path / "output"), workers=0, **more)
        return run_pipeline(settings, Plain())

    return started


def descriptor(report: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((Path(report["path"]) / "datapackage.json").read_text(encoding="utf-8"))[
        "gangmu"
    ]
    return facts


def test_the_first_release_is_not_judged_and_says_so(run: Run, documents: Path) -> None:
    report = run(documents)
    told = report["validation"]["change"]
    assert (told["former"], told["rules"]) == (None, 0)
    assert told["not_judged"] == "there is no former release"
    assert descriptor(report)["change"] == told


def test_a_collapse_is_refused_and_may_be_accepted_by_name(run: Run, documents: Path, tmp_path: Path) -> None:
    first = run(documents)
    alone = documents / "市级" / "rules.md"
    with pytest.raises(RefusedError, match="Nothing was published") as refused:
        run(alone)
    broken = sorted({reason.split(":")[1].strip() for reason in refused.value.reasons})
    assert {"clauses_fall", "documents_fall"} <= set(broken)
    assert any("rows=documents: 3 → 1" in reason for reason in refused.value.reasons)
    assert current(tmp_path / "output") == first["release"]
    names = [f"change:{name}" for name in broken]
    # One that is not accepted is enough.
    with pytest.raises(RefusedError):
        run(alone, accept=tuple(names[1:]))
    report = run(alone, accept=tuple(names))
    assert report["state"] == "published"
    assert report["validation"]["change"]["accepted"] == names
    assert any("(accepted)" in remark for remark in report["validation"]["remarks"])
    facts = descriptor(report)
    assert facts["change"]["accepted"] == names
    assert facts["change"]["former"] == first["release"]
    # What was accepted is the measure of the next run.
    assert run(alone)["state"] == "unchanged"


def test_the_same_documents_break_nothing(run: Run, documents: Path) -> None:
    run(documents)
    (documents / "more.txt").write_text("第一条 本规定自公布之日起施行。\n", encoding="utf-8")
    report = run(documents)
    assert report["state"] == "published"
    assert report["validation"]["change"]["rules"] >= 8


@pytest.mark.parametrize("text", ["{", "{}", '{"measures": 1}', '{"measures": {"rows=clauses": "many"}}'])
def test_a_former_release_that_cannot_be_read_is_not_compared_with(run: Run, documents: Path, text: str) -> None:
    first = run(documents)
    (Path(first["path"]) / "quality" / "validation.json").write_text(text)
    (documents / "more.txt").write_text("第一条 本规定自公布之日起施行。\n", encoding="utf-8")
    report = run(documents)
    assert report["state"] == "published"
    assert "cannot be read" in report["validation"]["change"]["not_judged"]


def test_an_unknown_rule_is_wrong_usage(run: Run, documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="change:nothing"):
        run(documents, accept=("change:nothing",))
    assert exit_code(["run", str(documents), "--accept", "change:nothing"]) == 2
    assert "--accept change:nothing: there is no such rule" in capsys.readouterr().err


def test_thresholds_are_no_part_of_the_identity() -> None:
    from flows import reference  # noqa: PLC0415

    assert not any(name.startswith("quality/") for name in reference.versions())


def test_help_tells_of_acceptance(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["run", "--help"])
    assert "--accept" in capsys.readouterr().out
