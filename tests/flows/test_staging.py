"""Folders of runs: those of dead runs go, those of runs at work stay."""

import subprocess
import sys
from pathlib import Path

import pytest

from flows import staging

HOLD = """
import sys
from pathlib import Path
from flows import staging
with staging.opened(Path(sys.argv[1]), "other"):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_gone_at_the_end(tmp_path: Path) -> None:
    with staging.opened(tmp_path, "r") as folder:
        (folder / "file").write_text("x")
        assert folder == tmp_path / ".staging" / "r"
    assert not folder.exists()
    with pytest.raises(ZeroDivisionError), staging.opened(tmp_path, "r") as folder:
        raise ZeroDivisionError
    assert not folder.exists()


def test_dead_runs_are_swept_and_living_ones_are_not(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    other = tmp_path / ".staging" / "other"
    (other / "work").write_text("half")
    with staging.opened(tmp_path, "r"):
        assert other.exists(), "its run is alive"
    process.kill()
    process.wait()
    assert other.exists()
    assert staging.sweep(tmp_path) == ["other"]
    assert not other.exists()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


def test_a_folder_that_is_not_locked_yet_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".staging" / "new").mkdir(parents=True)
    assert staging.sweep(tmp_path) == []
    monkeypatch.setattr(staging, "YOUNG", -1)
    assert staging.sweep(tmp_path) == ["new"]
