"""Runs over corpora of growing size: what is kept of them, the page, the chart, and the memory of real processes."""

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks import chart, memory, scale


def _row(size: float = 1.0, cores: int = 2, **other: Any) -> dict[str, Any]:
    seconds = {**dict.fromkeys(scale.STEPS, 2.0), "run": 10.0, "process": 20.0}
    held = {role: {"peak": 100.0 * size, "own": 50.0} for role in memory.ROLES}
    facts = {"made_with": "A machine.", "files": 3, "documents": 4, "clauses": 5, "digest": "a", "load": 0.5}
    return {"size": size, "cores": cores, "megabytes": size, **facts, "seconds": seconds, "memory": held, **other}


def test_a_run_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    file = tmp_path / "scale.json"
    assert scale.read(file) == []
    for row in (_row(10.0), _row(1.0), _row(1.0, cores=1), _row(1.0, clauses=6)):
        scale.keep(file, row)
    kept = scale.read(file)
    assert [(row["size"], row["cores"], row["clauses"]) for row in kept] == [(1.0, 1, 5), (1.0, 2, 6), (10.0, 2, 5)]


def test_page() -> None:
    slow = _row(cores=1, made_with="Another machine.")
    slow["seconds"] = {**slow["seconds"], "plan": 0.0, "run": 20.0, "process": 30.0}
    lines = scale.page([slow, _row(), _row(10.0)])
    assert "| 1 | 1 | 4 | 5 | 0.0 | 2.0 | 2.0 | 2.0 | 2.0 | 20.0 | 30.0 | 0.033 | 0.13 | 10% |" in lines
    # Plan took no time on two cores' one.
    assert "| 1 | 1 → 2 | 0× | 1.00× | 1.00× | 1.00× | 1.00× | 2.00× | 1.50× |" in lines
    assert "| worker | 100 | 1,000 | 10.0× |" in lines
    assert "| worker, own | 50 | 50 | 1.00× |" in lines
    assert {"A machine.", "Another machine."} <= set(lines)


def test_steps_that_take_no_time() -> None:
    row = _row()
    row["seconds"] = dict.fromkeys(row["seconds"], 0.0)
    lines = scale.page([row | {"cores": 1}, row])
    assert any(line.endswith("| – | – | – |") for line in lines)
    assert "| 1 | 1 → 2 | – | – | – | – | – | – | – |" in lines


def test_growth_needs_two_sizes() -> None:
    assert [scale.growth(sizes) for sizes in ([], [1.0], [None, 1.0], [1.0, None], [0.0, 1.0])] == ["–"] * 5
    assert scale.growth([5.0, 2.0, 3.0]) == "1.50×"


def test_a_process_that_was_not_seen_has_no_line() -> None:
    row = _row()
    row["memory"] = {"worker": {"peak": 7.0}}
    lines = scale.page([row])
    assert "| worker | 7 | – |" in lines
    assert not any("validator |" in line or "worker, own" in line for line in lines)


def test_the_chart_is_the_same_every_time(tmp_path: Path) -> None:
    rows = [_row(cores=1), _row(), _row(10.0)]
    for name in ("one.svg", "two.svg"):
        chart.draw(rows, tmp_path / name)
    text = (tmp_path / "one.svg").read_text(encoding="utf-8")
    assert text == (tmp_path / "two.svg").read_text(encoding="utf-8")
    assert "<dc:date>" not in text
    for words in ("MB a second", "MiB", "corpus, MB (logarithmic)", "1 core", "2 cores", *memory.ROLES):
        assert f">{words}<" in text


def test_no_page_without_runs(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="holds no runs; measure some"):
        scale.publish(tmp_path / "scale.json")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--cores", "9999"], "--cores 9999: this process may use 1 to"),
        (["--megabytes", "0"], "--megabytes and --times: give more than 0"),
        (["--times", "0"], "--megabytes and --times: give more than 0"),
    ],
)
def test_wrong_usage(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["scale", *words])
    with pytest.raises(SystemExit):
        scale.main()
    assert told in capsys.readouterr().err


def test_memory_that_was_given_back_is_seen() -> None:
    code = "held = bytearray(b'x') * 90_000_000; del held; print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        peaks = memory.Peaks(process.pid)
        peaks.look()
        process.stdin.write("\n")
        process.stdin.flush()
        process.wait()
        peaks.look()
    found = peaks.found()
    assert found["main process"]["peak"] > 85 > found["main process"]["own"]
    assert 0 < found["all together"]["peak"] < found["main process"]["peak"]


def test_the_validator_is_the_first_that_was_spawned_and_stays_it() -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=time.sleep, args=(60,)) for _ in range(3)]
    for process in processes:
        process.start()
    peaks = memory.Peaks(os.getpid())
    first, *others = (psutil.Process(process.pid) for process in processes)
    try:
        # A process bears the words of its parent until its own program has begun.
        deadline = time.monotonic() + 60
        while not all("spawn_main" in " ".join(process.cmdline()) for process in (first, *others)):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        found = peaks.roles([*others, first])
        assert [found[process] for process in (first, *others)] == ["validator", "worker", "worker"]
        assert peaks.roles(others) == {psutil.Process(): "main process", **dict.fromkeys(others, "worker")}
    finally:
        for process in processes:
            process.kill()
            process.join()


def test_two_releases_of_one_corpus_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    digests = iter("ab")
    monkeypatch.setattr(scale, "_run", lambda *_: _row(digest=next(digests)))
    with pytest.raises(RuntimeError, match="Several releases of one corpus: a, b"):
        list(scale.measured([0.1], [1, 2]))


def test_a_real_run_on_one_core() -> None:
    (row,) = scale.measured([0.1], [1])
    assert row["documents"] > row["files"] > 10
    assert row["seconds"]["process"] > row["seconds"]["run"] > row["seconds"]["stages"] > 0
    assert list(row["memory"]) == list(memory.ROLES)
    assert "| worker |" in "\n".join(scale.page([row]))
