"""The command, as a user calls it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows import cli
from tests.flows.command import exit_code
from tests.flows.plain import run

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "flows.cli"]


def gangmu(
    *arguments: Path | str, server: str | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    if server:
        environment["PREFECT_API_URL"] = server
    return subprocess.run(
        [*COMMAND, *(str(argument) for argument in arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=cwd,
        timeout=300,
        check=False,
    )


def test_run_with_a_server_of_its_own(documents: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    (documents / "empty.txt").write_bytes(b"")
    done = gangmu("run", documents, "--output", output, "--report")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith(f"Read it: open {output}/reports/")
    assert Path(done.stdout.splitlines()[-1].removeprefix("Read it: open ")).is_file()
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("Published ")
    assert "3 documents" in done.stdout
    assert "Set aside: 1 of 4 sources" in done.stdout
    assert "empty.txt (extract, empty)" in done.stdout
    assert "publish 1/1" in done.stderr
    # The same steps without Prefect, in one process, give the same content.
    digest = run(documents, output=tmp_path / "plain")["digest"]
    assert done.stdout.splitlines()[0].endswith(f"-{digest[:8]}")
    # The server ended with the run.
    assert not _processes(output)
    again = gangmu("run", documents, "--output", output, "--quiet", "--json")
    assert again.returncode == 0, again.stderr
    assert again.stderr == ""
    assert json.loads(again.stdout)["state"] == "unchanged"
    _validate_and_list(output)


def _validate_and_list(output: Path) -> None:
    """Look at the release that was made; one release serves all these, a run takes its time."""
    checked = gangmu("validate", "--output", output)
    assert checked.returncode == 0, checked.stderr
    assert "checks passed" in checked.stdout
    (row,) = json.loads(gangmu("releases", "--output", output, "--json").stdout)
    assert row["latest"]
    assert f"* {row['release']}" in gangmu("releases", "--output", output).stdout
    path = output / "releases" / row["release"] / "sections" / "part-00000.parquet"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    refused = gangmu("validate", row["release"], "--output", output, "--json")
    assert refused.returncode == 3
    assert "sections/part-00000.parquet" in refused.stderr
    assert not json.loads(refused.stdout)["success"]


def _processes(output: Path) -> list[str]:
    """Command lines of processes whose PREFECT_HOME is below an output folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(output).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def test_run_with_the_users_server(documents: Path, tmp_path: Path, prefect_server: str) -> None:
    done = gangmu("run", documents, "--output", tmp_path / "output", server=prefect_server)
    assert done.returncode == 0, done.stderr
    assert not list((tmp_path / "output" / ".cache").glob("prefect*"))


def test_a_server_that_does_not_answer_is_named(documents: Path, tmp_path: Path) -> None:
    done = gangmu("run", documents, "--output", tmp_path / "output", server="http://127.0.0.1:9/api")
    assert done.returncode == 2
    assert "http://127.0.0.1:9/api does not answer" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nowhere.txt"], "nowhere.txt: does not exist"),
        (["run", "."], "no documents found"),
        (["run", "--max-quarantine", "many"], "--max-quarantine many"),
        (["run", "--max-bytes", "many"], "give a size"),
        (["show", "nowhere.txt"], "nowhere.txt: does not exist"),
        (["show", "."], "is a folder"),
        (["validate"], "holds no release"),
        (["validate", "2026.01.01-00000000"], "is no release"),
        (["frobnicate"], "invalid choice"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(arguments) == 2
    assert said in capsys.readouterr().err


def test_show_of_what_holds_many_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dump.jsonl").write_text('{"text": "第一条"}')
    assert exit_code(["show", str(tmp_path / "dump.jsonl")]) == 2
    assert "dump.jsonl: holds many sources; 'gangmu run' reads its records" in capsys.readouterr().err


def test_unexpected_failure_is_one_line(
    documents: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr("flows.outline.extract", broken)
    assert cli.main(["show", str(documents / "notice.txt")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ZeroDivisionError: a fault" in said
    kept = Path(said.split()[-1])
    assert "Traceback" in kept.read_text()
    kept.unlink()


def test_show(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(documents / "notice.txt")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "关于做好水利工程建设工作的通知"
    (heading,) = [line for line in lines if "任务" in line]
    (item,) = [line for line in lines if "水库" in line]
    assert heading.startswith("  二、")
    assert item.startswith("    （一）")
    assert cli.main(["show", str(documents / "notice.txt"), "--clauses", "--why"]) == 0
    why = capsys.readouterr().out
    assert "· 到2030年，建成水库3座。" in why
    assert "function = " in why


def test_show_json_holds_all_columns(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from schemas import DATASETS  # noqa: PLC0415

    assert cli.main(["show", str(documents / "notice.txt"), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["documents", "sections", "clauses"]
    for dataset in DATASETS:
        assert list(shown[dataset.name][0]) == [column.name for column in dataset.columns]
    document = shown["documents"][0]
    assert document["written_on"] == "2026-03-02"
    for clause in shown["clauses"]:
        pieces = "".join(document["text"][f["start"] : f["end"]] for f in clause["fragments"])
        assert pieces == clause["text_raw"]


def test_show_imports_nothing_slow(documents: Path) -> None:
    code = (
        "import sys; from flows.cli import main; code = main(sys.argv[1:]); "
        "slow = {'prefect', 'great_expectations', 'pandas', 'polars'} & set(sys.modules); sys.exit(code or str(slow or ''))"
    )
    for more in ([], ["--clauses"]):
        done = subprocess.run(
            [sys.executable, "-c", code, "show", str(documents / "notice.txt"), *more],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.stderr.strip() == ""


def test_pandas_can_be_imported_after_show(documents: Path) -> None:
    assert cli.main(["show", str(documents / "notice.txt")]) == 0
    assert "_NoPandas" not in {type(finder).__name__ for finder in sys.meta_path}


def test_reader_that_closes_early(documents: Path) -> None:
    line = f"{sys.executable} -m flows.cli schema | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False)  # noqa: S607
    assert done.stdout == "# Data dictionary\n"
    assert done.stderr == ""
    assert documents.exists()


@pytest.mark.parametrize("command", ["run", "show", "validate", "releases", "schema", "report", "diff"])
def test_help_has_examples_and_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert f"gangmu {command}" in said
    assert "examples:" in said
    assert "exit codes:" in said


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("gangmu ")


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"documents", "sections", "clauses", "quarantine"}


def test_a_dump_without_that_column_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.csv").write_text("正文,标题\n第一条,甲\n", encoding="utf-8")
    assert exit_code(["run", str(tmp_path), "--output", str(tmp_path / "o"), "--text-column", "全文"]) == 2
    assert "d.csv: has no column 全文. There are: 正文, 标题." in capsys.readouterr().err


def test_sources_from_a_list_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("nowhere/\n", encoding="utf-8")
    assert exit_code(["run", "--output", str(tmp_path / "o"), "--from-file", str(listed)]) == 2
    assert "list.txt, line 1: nowhere/: does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        (
            "numbering.toml",
            "[[family]]\nname = 'x'\nkind = \n",
            "numbering.toml: cannot be read: Invalid value (at line",
        ),
        (
            "numbering.toml",
            "[[family]]\nname = 'x'\nkind = 'chapter'\nrank = 3\n",
            "family 'x' has no 'title'; add it.",
        ),
        ("codebook/cues.csv", "function,safeguard,篱笆,6,any,any,,\n", "genre is 'any'; write one of"),
    ],
)
def test_a_table_that_an_expert_broke_is_named(tmp_path: Path, table: str, row: str, told: str) -> None:
    root = tmp_path / "checkout"
    for name in ("flows", "transforms", "schemas", "seeds"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (root / "seeds" / table).open("a", encoding="utf-8") as stream:
        stream.write("\n" * table.endswith(".toml") + row)
    command = [sys.executable, "-m", "flows.cli", "show", str(ROOT / "seeds" / "documents" / "reply.txt"), "--clauses"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr.startswith("gangmu: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
