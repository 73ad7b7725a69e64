"""`gangmu diff`, `verify`, `rollback`, `prune`, `pin` on releases of real files."""

import json
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest

import seeds
from flows import cli, outline, versions
from flows.checking import find_key
from flows.errors import UsageError
from schemas import QUARANTINE
from schemas.arrow import to_table
from tests import buckets
from tests.flows.command import exit_code
from tests.flows.conftest import NOTICE
from transforms.publish import Published, current, listing, storage, write_release
from transforms.publish.verify import damages, pointer_damages

VALIDATION: dict[str, Any] = {"success": True, "checks": 0, "failures": 0, "warnings": 0, "outcomes": []}
REVISED = NOTICE.replace("应当加强组织领导", "必须切实加强领导").replace("2030年", "2035年")


@cache
def structured(text: str) -> dict[str, pa.Table]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "notice.txt"
        file.write_text(text, encoding="utf-8")
        return {**outline.tables(file, labels=True), "quarantine": to_table(QUARANTINE, [])}


def publish(text: str, output: Path, *, run: str, day: int = 22) -> Published:
    output.mkdir(exist_ok=True)
    (output.parent / "notice.txt").write_text(text, encoding="utf-8")
    return write_release(
        structured(text),
        output=output,
        run=run,
        day=date(2026, 11, day),
        reference={},
        validation=VALIDATION,
        facts={"run": run},
        findings={},
        formats=[],
    )


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def three(output: Path) -> list[str]:
    """Three releases of two days, the last one current."""
    texts = (NOTICE, NOTICE + "\n各县应当按季度报送进展。\n", REVISED)
    days = (21, 22, 22)
    return [
        publish(t, output, run=f"2026-{n}", day=d).release for n, (t, d) in enumerate(zip(texts, days, strict=True))
    ]


def damage(output: Path, release: str, name: str = "clauses/part-00000.parquet") -> None:
    path = output / "releases" / release / name
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def test_diff_of_releases(three: list[str], output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff", three[0], three[2], "--output", str(output)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{three[0]} → {three[2]}\n")
    assert "各县[-应当-]{+必须切实+}加强[-组织-]领导" in said
    assert "到[-2030-]{+2035+}年" in said
    # Names may be short, and one level alone may be asked for.
    short = ["diff", three[0][-8:], "latest", "--clauses", "--json", "--output", str(output)]
    assert cli.main(short) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"from", "to", "counts", "clauses"}
    assert found["counts"]["clauses"]["reworded"] == 2
    assert cli.main(["diff", "latest", "latest", "--output", str(output)]) == 0
    assert "~" not in capsys.readouterr().out


def test_diff_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "plan-2025.txt", tmp_path / "plan-2026.md"
    old.write_text(NOTICE, encoding="utf-8")
    new.write_text(REVISED, encoding="gb18030")
    assert cli.main(["diff", str(old), str(new)]) == 0
    said = capsys.readouterr().out
    assert "2 reworded" in said
    assert "source_encoding: utf-8 → gb18030" in said
    old.write_text(REVISED, encoding="gb18030")
    assert cli.main(["diff", str(old), str(old), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["documents"], found["sections"], found["clauses"]) == ([], [], [])


def test_diff_of_files_imports_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NOTICE, encoding="utf-8")
    code = (
        "import sys; from flows.cli import main; code = main(sys.argv[1:]); "
        "slow = {'prefect', 'great_expectations', 'pandas'} & set(sys.modules); sys.exit(code or str(slow or ''))"
    )
    command = [sys.executable, "-c", code, "diff", str(tmp_path / "a.txt"), str(tmp_path / "a.txt")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert done.stderr.strip() == ""


def test_colours_only_on_a_terminal(three: list[str], output: Path) -> None:
    pty = pytest.importorskip("pty")
    command = [sys.executable, "-m", "flows.cli", "diff", three[0], three[2], "--output", str(output)]
    lead, follow = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(command, stdout=follow, env=environment) as process:
        os.close(follow)
        shown = b""
        try:
            while data := os.read(lead, 65536):
                shown += data
        except OSError:
            pass
        assert process.wait() == 0
    os.close(lead)
    assert "\x1b[9;31m应当\x1b[0m" in shown.decode()
    assert "[-" not in shown.decode()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["latest", "nowhere"], "nowhere: is no release"),
        (["2026.11", "latest"], "is the beginning or end of several releases: 2026.11.21-"),
        (["FILE", "latest"], "latest: is no file. Give two documents or two releases"),
    ],
)
def test_wrong_sides(
    three: list[str], output: Path, names: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert three
    given = [str(output.parent / "notice.txt") if name == "FILE" else name for name in names]
    assert exit_code(["diff", *given, "--output", str(output)]) == 2
    assert said in capsys.readouterr().err


def test_names_of_releases(three: list[str], output: Path) -> None:
    def key(name: str | None) -> str:
        return find_key(name, output=output)[1]

    assert key(None) == key("latest") == key(three[2]) == key(three[2][-6:]) == f"releases/{three[2]}"
    assert key("previous") == f"releases/{three[1]}"
    assert key("2026.11.21") == f"releases/{three[0]}"
    assert key(str(output / "latest")) == three[2]
    publish(NOTICE, output.parent / "other", run="r")
    with pytest.raises(UsageError, match="no release before"):
        find_key("previous", output=output.parent / "other")


def test_verify(three: list[str], output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify", "--output", str(output)]) == 0
    assert capsys.readouterr().out == f"{three[2]}: whole, every file is as it was published\n"
    damage(output, three[0])
    # Another release is none of the latest's business.
    assert cli.main(["verify", "--output", str(output)]) == 0
    capsys.readouterr()
    assert exit_code(["verify", "--all", "--json", "--output", str(output)]) == 3
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert [row["success"] for row in found["releases"]] == [False, True, True]
    assert found["releases"][0]["damage"][0]["file"] == "clauses/part-00000.parquet"
    assert f"{three[0]}: clauses/part-00000.parquet: expected sha256" in said.err
    assert (
        "gangmu: 1 thing is damaged. Restore it from a copy, or go back to a whole release: 'gangmu rollback ID'."
        in said.err
    )


def test_verify_of_a_copy_under_another_name(
    three: list[str], output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copies" / "mine"
    shutil.copytree(output / "releases" / three[0], copy)
    for command in ("verify", "validate"):
        assert cli.main([command, str(copy), "--output", str(output)]) == 0
        assert three[0] in capsys.readouterr().out
    assert cli.main(["verify", str(copy), "--output", str(output)]) == 0
    assert capsys.readouterr().out.endswith("is as it was published; the folder of this copy is named mine\n")
    with (copy / "clauses" / "part-00000.parquet").open("ab") as stream:
        stream.write(b"x")
    assert exit_code(["verify", str(copy), "--output", str(output)]) == 3
    assert f"{three[0]}: clauses/part-00000.parquet: expected sha256" in capsys.readouterr().err
    # Where releases are published the name is the identity.
    renamed = output / "releases" / "2026.11.20-00000000"
    (output / "releases" / three[1]).rename(renamed)
    assert exit_code(["verify", str(renamed), "--output", str(output)]) == 3
    assert ".: expected a release whose id ends with" in capsys.readouterr().err


def test_verify_of_an_unreadable_pointer_is_no_wrong_usage(
    three: list[str], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert three
    (output / "latest.json").write_text("{")
    assert exit_code(["verify", "--output", str(output)]) == 3
    assert "latest.json: expected" in capsys.readouterr().err
    # A release that is named is checked for itself.
    assert cli.main(["verify", three[0], "--output", str(output)]) == 0


def test_verify_of_a_release_that_lost_its_descriptor(
    three: list[str], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (output / "releases" / three[0] / "datapackage.json").unlink()
    # It is no release any more, and the list goes on without it.
    assert cli.main(["releases", "--output", str(output)]) == 0
    assert three[0] not in capsys.readouterr().out
    for arguments in (["--all"], [three[0]]):
        assert exit_code(["verify", *arguments, "--output", str(output)]) == 3
        assert f"{three[0]}: datapackage.json: expected the descriptor" in capsys.readouterr().err


def test_a_list_with_a_damaged_descriptor_says_what_to_do(
    three: list[str], output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (output / "releases" / three[0] / "datapackage.json").write_text("{")
    assert exit_code(["releases", "--output", str(output)]) == 2
    assert "gangmu verify --all" in capsys.readouterr().err


def test_rollback_and_back(three: list[str], output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rollback", "--output", str(output)]) == 0
    assert capsys.readouterr().out == f"latest is {three[1]} now (before: {three[2]})\n"
    assert current(output) == three[1]
    assert (output / "latest").resolve().name == three[1]
    assert cli.main(["rollback", three[2][-8:], "--output", str(output)]) == 0
    assert current(output) == three[2]
    assert cli.main(["verify", "--all", "--output", str(output)]) == 0


def test_no_rollback_to_what_is_damaged(three: list[str], output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage(output, three[1])
    assert exit_code(["rollback", "--output", str(output)]) == 3
    assert "latest stays as it is" in capsys.readouterr().err
    assert current(output) == three[2]
    assert exit_code(["rollback", str(output / "releases" / "nowhere"), "--output", str(output)]) == 2


def test_rollback_mends_a_pointer(three: list[str], output: Path) -> None:
    (output / "latest.json").write_text("{")
    assert exit_code(["rollback", "--output", str(output)]) == 2
    assert cli.main(["rollback", three[2], "--output", str(output)]) == 0
    assert current(output) == three[2]


def test_prune_keeps_what_is_current_before_it_and_pinned(output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = [
        publish(f"{NOTICE}第{n}次修订的补充要求应当逐项落实。\n", output, run=f"2026-{n}", day=10 + n).release
        for n in range(6)
    ]
    assert cli.main(["pin", made[0], "--reason", "cited in a paper", "--output", str(output)]) == 0
    assert cli.main(["rollback", made[4], "--output", str(output)]) == 0
    capsys.readouterr()
    assert cli.main(["releases", "--output", str(output)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition("  pinned: ")[2] for line in told] == ["cited in a paper", "", "", "", "", ""]
    assert cli.main(["releases", "--output", str(output), "--json"]) == 0
    assert [row["pinned"] for row in json.loads(capsys.readouterr().out)] == ["cited in a paper", *[None] * 5]
    assert cli.main(["prune", "--keep", "1", "--dry-run", "--output", str(output)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"kept     {made[0]}  pinned: cited in a paper",
        f"would go {made[1]}  old",
        f"would go {made[2]}  old",
        f"kept     {made[3]}  the one before the current",
        f"kept     {made[4]}  the current release",
        f"kept     {made[5]}  newer than the current release",
    ]
    assert len(list((output / "releases").iterdir())) == 6
    assert cli.main(["prune", "--keep", "0", "--output", str(output), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["releases"]
    assert [row["release"] for row in rows if row["removed"]] == [made[1], made[2]]
    assert sorted(path.name for path in (output / "releases").iterdir()) == [made[0], *made[3:]]
    assert cli.main(["verify", "--all", "--output", str(output)]) == 0
    assert not list((output / ".staging").glob("removed-*"))
    # Once it is not pinned any more it goes.
    assert cli.main(["unpin", made[0], "--output", str(output)]) == 0
    assert exit_code(["unpin", made[0], "--output", str(output)]) == 2
    assert cli.main(["prune", "--keep", "0", "--output", str(output)]) == 0
    assert not (output / "releases" / made[0]).exists()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("latest.json", "{"),
        ("latest.json", '{"release": "2026.01.01-00000000"}'),
        ("pins.json", "["),
        ("pins.json", '["a"]'),
        ("pins.json", '{"a": 1}'),
        ("releases/*/datapackage.json", "{"),
    ],
)
def test_prune_removes_nothing_where_something_is_unreadable(
    three: list[str], output: Path, file: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (next(iter(output.glob(file)), output / file)).write_text(text)
    assert exit_code(["prune", "--keep", "0", "--output", str(output)]) == 2
    assert Path(file).name in capsys.readouterr().err
    assert len(list((output / "releases").iterdir())) == len(three)


def test_a_prune_beside_runs_never_takes_the_current_release(output: Path) -> None:
    """Runs go back to contents whose releases are being removed."""
    done = threading.Event()

    def pruning() -> int:
        removed = 0
        while not done.is_set():
            with suppress(UsageError):
                removed += sum(
                    row["removed"] for row in versions.prune(output=output, keep=0, dry_run=False)["releases"]
                )
        return removed

    with ThreadPoolExecutor(1) as pool:
        beside = pool.submit(pruning)
        try:
            for number in range(60):
                made = publish(f"{NOTICE}\n附件{number % 4}。\n", output, run=f"r{number:02}")
                assert not damages(output / f"releases/{made.release}", made.release)
                assert current(output) == made.release
        finally:
            done.set()
        assert beside.result() > 10
    assert not pointer_damages(storage(output))


def test_a_prune_that_is_killed_leaves_no_half_release(three: list[str], output: Path) -> None:
    """The process dies while files are deleted: what is left is no release, and the others are whole."""
    code = (
        "import os, shutil, sys; real = os.unlink; "
        "shutil.rmtree = lambda path, **_: (real(next(p for p in path.rglob('*.parquet'))), os._exit(9)); "
        "from flows.cli import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, "prune", "--keep", "0", "--output", str(output)]
    assert subprocess.run(command, check=False, timeout=120).returncode == 9
    assert sorted(path.name for path in (output / "releases").iterdir()) == sorted(three[1:])
    assert cli.main(["verify", "--all", "--output", str(output)]) == 0


@pytest.mark.parametrize("command", ["diff", "verify", "rollback", "prune", "pin", "unpin"])
def test_help_has_examples_and_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    said = capsys.readouterr().out
    assert "examples:" in said
    assert "exit codes:" in said


def test_the_sample_and_its_revision(capsys: pytest.CaptureFixture[str]) -> None:
    """The two documents that the README compares: nothing that was not changed is told as a change of text."""
    before, after = (
        seeds.folder() / "documents" / "notice-issuing-rules.txt",
        Path(__file__).parents[1] / "documents" / "notice-revised.txt",
    )
    assert cli.main(["diff", str(before), str(after), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    old, new = (path.read_text(encoding="utf-8") for path in (before, after))
    for row in found["clauses"]:
        if row["changes"] == ["added"]:
            assert row["to"][0]["text"] not in old
        if row["changes"] == ["removed"]:
            assert row["from"][0]["text"] not in new
        if "reworded" in row["changes"]:
            assert row["from"][0]["text"] != row["to"][0]["text"]
    renumbered = [
        row["to"]["label"]
        for row in found["sections"]
        if "renumbered" in row["changes"] and row["to"]["kind"] == "article"
    ]
    assert len(renumbered) == 16


def test_commands_on_an_object_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same words with s3:// as the output; damage is found there too, and nothing current is removed."""
    with buckets.served() as address:
        output = f"{address}/plans"
        place = storage(output)
        texts = (NOTICE, NOTICE + "\n各县应当按季度报送进展。\n", REVISED)
        made = [
            write_release(
                structured(text),
                output=place,
                work=tmp_path,
                run=f"2026-{number}",
                day=date(2026, 11, 20 + number),
                reference={},
                validation=VALIDATION,
                facts={"run": f"2026-{number}"},
                findings={},
                formats=[],
            ).release
            for number, text in enumerate(texts)
        ]

        def gangmu(*words: str) -> str:
            assert cli.main([*words, "--output", output]) == 0, capsys.readouterr().err
            return capsys.readouterr().out

        assert gangmu("verify", "--all").count("whole") == 3
        changes = json.loads(gangmu("diff", "previous", "latest", "--json"))
        assert changes["counts"]["clauses"]["reworded"] >= 1
        assert made[1] in gangmu("rollback")
        assert current(place) == made[1]
        gangmu("rollback", made[2])
        gangmu("pin", made[0], "--reason", "cited")
        assert "pinned: cited" in gangmu("prune", "--keep", "0")
        gangmu("unpin", made[0])
        gangmu("prune", "--keep", "0")
        assert [release.id for release in listing(place)] == made[1:]
        assert not place.files(f"releases/{made[0]}")
        key = f"releases/{made[2]}/clauses/part-00000.parquet"
        place.write(key, place.read(key)[:-1] + b"x")
        assert exit_code(["verify", "--output", output]) == 3
        assert exit_code(["rollback", "nowhere", "--output", output]) == 2
