"""Tables of the speed, and the other libraries: found, missing or broken."""

import sys
from pathlib import Path

import pytest

from benchmarks import report, speed
from benchmarks.corpus import corpus
from flows.work import STAGES


def test_no_time_has_no_rate() -> None:
    assert (report.rate(1, 0), report.ratio(1, 0)) == ("–", "–")
    assert [report.rate(amount, 1) for amount in (1234, 12.34, 1.234, 0.01234)] == ["1,234", "12.3", "1.23", "0.012"]
    assert report.ratio(3, 2) == "1.50×"


def test_stages_that_take_no_time() -> None:
    names = (*STAGES, *speed.ACROSS, speed.JIEBA, speed.SPLITTER)
    lines = speed.stages({name: [(0.0, 0.0)] for name in names}, 1.0, 3)
    assert "| segment | 0.00 | 0.00 | – | – | – | – |" in lines
    lines = speed.stages({name: [(2.0, 3.0), (1.0, 4.0)] for name in names}, 1.0, 3)
    assert "| segment | 1.00 | 3.00 | 1.00 | 3.00 | 1.00× | 1.00× |" in lines
    assert "Validation takes 14% of the CPU seconds of all stages." in lines


def test_alternatives_that_do_not_run_say_why() -> None:
    gangmu = speed.taken([(3.0, 9.0), (2.0, 8.0)], 7, 1.0, 4)
    lines = speed.beside({"gangmu": gangmu, "docling": {"missing": "not installed"}})
    assert "| gangmu | 1.0 | 2.00 | 0.50 | 2.00 | 7 |" in lines
    assert lines[-1] == "docling: not installed."


def test_an_environment_without_the_other_libraries(tmp_path: Path) -> None:
    # Ours has none of them.
    found = speed.ask(Path(sys.executable), corpus(tmp_path, 0.0), 1)
    assert found == {name: {"missing": "not installed"} for name in found}
    assert list(found) == ["langchain-text-splitters", "unstructured", "docling"]


def test_a_library_that_does_not_run_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docling.py").write_text("raise ImportError('no torch\\n here')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = speed.ask(Path(sys.executable), corpus(tmp_path / "corpus", 0.0), 1)
    assert found["docling"]["missing"].startswith("does not run: ")
    assert "\n" not in found["docling"]["missing"]


def test_no_environment_of_that_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["speed", "--peers", "nowhere/python"])
    with pytest.raises(SystemExit):
        speed.main()
    assert "--peers nowhere/python: is no file" in capsys.readouterr().err
