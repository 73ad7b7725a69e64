"""`gangmu validate` as a gate of CI, on releases that are sound, doubtful, false and damaged."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import junitparser
import pyarrow as pa
import pytest
import yaml

import seeds
from tests import hostile
from tests.flows.command import exit_code
from transforms.publish import read_tables

CI = Path(__file__).parents[2] / "docs" / "ci"


def changed(sample_output: Path, output: Path, dataset: str, column: str, change: Any) -> Path:
    """Publish the samples anew with a column changed, which no validation would have let pass."""
    tables = read_tables((sample_output / "latest").resolve())
    table = tables[dataset]
    values = table[column].to_pylist()
    change(values)
    place = table.schema.get_field_index(column)
    field = table.schema.field(place)
    tables[dataset] = table.set_column(place, field, pa.array(values, field.type))
    hostile.publish(tables, output)
    return output


@pytest.fixture(scope="module")
def false(sample_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def change(values: list[str]) -> None:
        values[7] = "\x1b[31m不是原文"

    return changed(sample_output, tmp_path_factory.mktemp("false") / "output", "clauses", "text_raw", change)


@pytest.fixture(scope="module")
def doubtful(sample_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def change(values: list[list[dict[str, Any]]]) -> None:
        for span in values[0]:
            span["role"] = "furniture" if span["role"] in {"metadata", "heading"} else span["role"]

    return changed(sample_output, tmp_path_factory.mktemp("doubtful") / "output", "documents", "spans", change)


def test_a_sound_release(sample_output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "new" / "report.xml"
    arguments = [
        "validate",
        "--output",
        str(sample_output),
        "--strict",
        "--junit",
        str(report),
        "--annotations",
        "github",
    ]
    assert exit_code(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:6]] == ["release", "documents", "sections", "clauses", "quarantine"]
    assert lines[-1].endswith("138 checks passed, files are as datapackage.json says")
    xml = junitparser.JUnitXml.fromfile(str(report))
    assert (xml.tests, xml.failures, xml.errors) == (139, 0, 0)


def test_a_false_release_is_explained(
    false: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(["validate", "--output", str(false), "--annotations", "github", "--root", "plans"]) == 3
    said = capsys.readouterr()
    assert "failed its validation: 1 check." in said.err
    assert "critical clauses.text_raw.true" in said.out
    (shown,) = [line for line in said.out.splitlines() if line.startswith("  - clause_id=")]
    assert "不是原文" in shown
    after = said.out.splitlines()[said.out.splitlines().index(shown) + 1]
    assert after.strip().startswith("reply.txt, line ")
    assert "  Next: " in said.out
    assert "\x1b" not in said.out, "nothing that a terminal would obey"
    assert any(
        line.startswith("::error file=plans/reply.txt,title=clauses.text_raw.true,line=")
        for line in said.out.splitlines()
    )
    assert exit_code(["validate", "--output", str(false), "--annotations", "gitlab", "--junit", "j.xml", "--json"]) == 3
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert not result["success"]
    assert result["explained"][0]["examples"][0]["source_uri"] == "reply.txt"
    assert result["explained"][0]["step"]
    assert "clauses.text_raw.true" in said.err
    (entry,) = json.loads((tmp_path / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert entry["location"]["path"] == "reply.txt"
    assert junitparser.JUnitXml.fromfile("j.xml").failures == 1


def test_warnings_fail_only_where_they_should(
    doubtful: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["validate", "--output", str(doubtful), "--junit", str(tmp_path / "j.xml")]
    assert exit_code(arguments) == 0
    out = capsys.readouterr().out
    assert "warning documents.furniture.share" in out
    assert out.endswith("137 checks passed, files are as datapackage.json says\n")
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "j.xml")).failures == 0
    assert exit_code([*arguments, "--strict"]) == 3
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "j.xml")).failures == 1


def test_a_damaged_release(sample_output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "output"
    shutil.copytree(sample_output, output, symlinks=True)
    with next((output / "releases").iterdir()).joinpath("README.md").open("a") as stream:
        stream.write("x")
    assert exit_code(["validate", "--output", str(output), "--junit", str(tmp_path / "j.xml")]) == 3
    out = capsys.readouterr().out
    assert "critical release.files" in out
    assert "README.md: expected" in out
    assert "gangmu rollback" in out
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "j.xml")).failures == 1


def test_wrong_usage(sample_output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["validate", "--output", str(sample_output)]
    assert exit_code([*at, "--json", "--annotations", "github"]) == 2
    assert exit_code([*at, "--annotations", "jenkins"]) == 2
    (tmp_path / "file").write_text("")
    assert exit_code([*at, "--junit", str(tmp_path / "file" / "j.xml")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def commands(name: str) -> list[str]:
    """Lines of the shell in a workflow file that call the command."""
    content = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    job = content["jobs"]["data"] if "jobs" in content else content["gangmu"]
    lines = (
        [step["run"] for step in job["steps"] if "run" in step]
        if "steps" in job
        else [*job["before_script"], *job["script"]]
    )
    # What installs needs a registry that has the project.
    assert [line for line in lines if not line.startswith("gangmu ")] == ['python -m pip install "${GANGMU:-gangmu}"']
    return [line for line in lines if line.startswith("gangmu ")]


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_workflow_files_run(name: str, tmp_path: Path) -> None:
    shutil.copytree(seeds.folder() / "documents", tmp_path / "plans")
    command = str(Path(sys.executable).with_name("gangmu"))
    for line in commands(name):
        words = [command, *shlex.split(line)[1:]]
        done = subprocess.run(
            words, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False, env=dict(os.environ)
        )
        assert done.returncode == 0, done.stderr
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "reports" / "gangmu.xml")).tests > 100
    assert (tmp_path / "reports" / "plans.xlsx").is_file()
    assert list((tmp_path / "output" / "runs").iterdir())
    if name.startswith("gitlab"):
        assert json.loads((tmp_path / "gl-code-quality-report.json").read_text(encoding="utf-8")) == []
