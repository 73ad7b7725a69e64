"""Start-up of the commands: the table, and a real command."""

import os
import sys

import pytest

import seeds
from benchmarks import startup


def test_the_work_is_taken_off_runs_alone() -> None:
    lines = startup.lines({"gangmu run": [(9.0, 7.0), (4.0, 8.0), (5.0, 9.0)], "gangmu show": [(0.5, 0.25)]}, 1.5)
    assert "| gangmu run | 5.00 | 1.50 | 3.50 | 4.00–9.00 | 8.00 |" in lines
    assert "| gangmu show | 0.50 |  |  | 0.50–0.50 | 0.25 |" in lines


def test_seconds_of_a_command() -> None:
    wall, cpu = startup._show(seeds.folder() / "documents" / "regulation.txt", os.environ)
    assert wall > 0
    assert cpu > 0


def test_settings_of_the_shell_play_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("GANGMU_OTHER", "1")
    assert "GANGMU_OTHER" in startup._environment()
    assert not {"PREFECT_API_URL", "PYTHONDONTWRITEBYTECODE"} & startup._environment().keys()


def test_no_rounds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["startup", "--rounds", "0"])
    with pytest.raises(SystemExit):
        startup.main()
    assert "--rounds: give 1 or more" in capsys.readouterr().err
