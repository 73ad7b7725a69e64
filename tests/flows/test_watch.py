"""Documents that hang, crash or eat the memory: real worker processes, with a fault put into a stage."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import pools, watch, work
from flows.sources import File
from tests.flows.conftest import NOTICE
from tests.flows.plain import put_fault

MARKER = "此处有害"
HANG = "time.sleep(1000)"
CRASH = "os.kill(os.getpid(), 11)"
KILLED = "os.kill(os.getpid(), 9)"
STEPS = ("extract", "clean", "segment", "classify")


@pytest.fixture(autouse=True)
def _new_workers() -> Iterator[None]:
    pools.close()
    yield
    pools.close()


def batch(folder: Path, texts: dict[str, str]) -> Path:
    files = []
    for uri, text in texts.items():
        path = folder / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        files.append(File(str(path), uri, len(text)))
    return work.prepare(folder / "batch", files)


def harmful(count: int, *bad: int) -> dict[str, str]:
    return {f"{n}.txt": NOTICE.replace("水库", MARKER if n in bad else f"水库{n}") for n in range(count)}


def all_stages(folder: Path, *, max_seconds: float = 60.0) -> dict[str, tuple[str, str]]:
    """Run the stages; gives stage and code of what was set aside."""
    aside = {}
    for stage in STEPS:
        watch.run_stage(stage, str(folder), workers=1, max_seconds=max_seconds)
        aside |= {row["source_uri"]: (stage, row["code"]) for row in work.read_done(folder, stage).aside}
    return aside


@pytest.mark.parametrize(
    ("stage", "what", "code", "bad"),
    [
        ("clean", CRASH, "worker_died", {1, 3}),
        ("classify", KILLED, "worker_died", {3}),
        ("segment", HANG, "timed_out", {1}),
    ],
)
def test_the_one_to_blame_is_set_aside_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, what: str, code: str, bad: set[int]
) -> None:
    monkeypatch.setenv("PYTHONPATH", put_fault(tmp_path / "fault", stage=stage, marker=MARKER, what=what))
    folder = batch(tmp_path, harmful(5, *bad))
    named = {f"{number}.txt" for number in bad}
    # Long enough for the honest ones on a busy machine.
    assert all_stages(folder, max_seconds=10.0) == dict.fromkeys(named, (stage, code))
    last = work.read_done(folder, "classify")
    assert (
        set(last.sources) - {row["source_uri"] for row in last.aside}
        == {f"{number}.txt" for number in range(5)} - named
    )
    # For reasons outside the document: it is not dealt with for good.
    assert not named & work.read_done(folder, stage).sources.keys()
    for row in work.read_done(folder, stage).aside:
        assert row["reason"].endswith((".", "run."))
        assert "0x" not in row["reason"]


def test_a_file_that_never_ends_is_set_aside(tmp_path: Path) -> None:
    """A pipe took the place of a file after it was found: reading waits for ever."""
    folder = batch(tmp_path, harmful(3))
    (tmp_path / "1.txt").unlink()
    os.mkfifo(tmp_path / "1.txt")
    assert watch.run_stage("extract", str(folder), workers=1, max_seconds=3.0) == 1
    (row,) = work.read_done(folder, "extract").aside
    assert (row["source_uri"], row["code"]) == ("1.txt", "timed_out")
    assert "--max-seconds" in row["reason"]


def test_slow_batches_of_quick_documents_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is one of a document: ten of half a second each are no document of five."""
    slow = "time.sleep(0.5)"
    monkeypatch.setenv("PYTHONPATH", put_fault(tmp_path / "fault", stage="segment", marker="通知", what=slow))
    folder = batch(tmp_path, harmful(10))
    for stage in ("extract", "clean"):
        work.run_stage(stage, str(folder))
    assert watch.run_stage("segment", str(folder), workers=1, max_seconds=4.0) == 0


def test_a_worker_that_dies_of_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = tmp_path / "fault"
    fault.mkdir()
    code = "import os\nfrom flows import work\nwork.plan = lambda folder: os.kill(os.getpid(), 9)\n"
    (fault / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(fault), str(Path(__file__).parents[2])]))
    with pytest.raises(RuntimeError, match="no source is to blame"):
        watch.run_stage("extract", str(batch(tmp_path, harmful(2))), workers=1)


def test_errors_of_a_stage_come_back(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        watch.run_stage("clean", str(batch(tmp_path, harmful(1))), workers=1)


def test_workers_end_with_their_parent() -> None:
    """A run that is killed leaves no process at work."""
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = (
        "import sys, time; from flows import pools; "
        "f = pools.in_worker(time.sleep, 1000, workers=1); g = pools.in_worker(__import__('os').getpid, workers=1); "
        "time.sleep(0.5); p = next(iter(pools._pools['workers'][0]._pool_manager.worker_manager.workers)); "
        "print(p, flush=True); time.sleep(1000)"
    )
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root)
    assert process.stdout
    worker = int(process.stdout.readline())
    # The worker follows its parent once it has settled.
    time.sleep(3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    for _ in range(100):
        if not _alive(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlives its parent")


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_cancelling_leaves_no_work_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle: the worker is ended, the next work finds another."""
    monkeypatch.setenv("PYTHONPATH", put_fault(tmp_path / "fault", stage="segment", marker=MARKER, what=HANG))
    folder = batch(tmp_path, harmful(2, 1))
    for stage in ("extract", "clean"):
        work.run_stage(stage, str(folder))
    real: Any = watch._in_hand

    def interrupted(log: Path) -> Any:
        since, uris = real(log)
        if uris == ["1.txt"]:
            raise KeyboardInterrupt
        return since, uris

    monkeypatch.setattr(watch, "_in_hand", interrupted)
    with pytest.raises(KeyboardInterrupt):
        watch.run_stage("segment", str(folder), workers=1)
    assert pools.in_worker(os.getpid, workers=1).result(timeout=60)
    assert threading.active_count() < 20


def test_workers_of_another_version_are_replaced() -> None:
    """A process that serves for weeks does not go on with the tables of its first day."""
    pools.start_workers(1, version="a")
    first = pools.in_worker(os.getpid, workers=1).result(timeout=120)
    pools.start_workers(1, version="a")
    assert pools.in_worker(os.getpid, workers=1).result(timeout=120) == first
    pools.start_workers(1, version="b")
    assert pools.in_worker(os.getpid, workers=1).result(timeout=120) != first
