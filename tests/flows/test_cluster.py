"""Batches on a real Dask cluster: a scheduler and two workers, all of them processes on loopback."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from flows import cluster, watch, work
from flows.checking import releases
from flows.errors import UsageError
from flows.sources import File
from tests import buckets
from tests.flows.command import exit_code
from tests.flows.conftest import NOTICE
from tests.flows.plain import put_fault, run
from tests.flows.processes import PATIENCE, end, wait

pytestmark = pytest.mark.xdist_group("cluster")

ROOT = Path(__file__).parents[2]
DASK = str(Path(sys.executable).parent / "dask")
MARKER = "此处有害"


@contextmanager
def process(*words: str, log: Path, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a part of the cluster."""
    # The dashboard would need more than the extra has; nannies with their daemons are what users have.
    with log.open("ab") as stream:
        started = subprocess.Popen(
            [DASK, *words, "--no-dashboard"],
            stdout=stream,
            stderr=stream,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            cwd=log.parent,
        )
    try:
        yield started
    finally:
        end(started)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def scheduler(place: Path) -> Iterator[str]:
    """Address of a scheduler with two workers, in whose processes one document does harm where its fault is switched on."""
    note = place / "scheduler.json"
    exists = "os.path.exists"
    what = f"{exists}({str(place / 'kill')!r}) and os.kill(os.getpid(), 9)"
    what += f"; [time.sleep(0.1) for _ in iter(lambda: {exists}({str(place / 'wait')!r}), False)]"
    fault = put_fault(place / "fault", stage="segment", marker=MARKER, what=what)
    with process("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(note), log=place / "log"):
        wait(lambda: note.exists() and note.stat().st_size)
        address = str(json.loads(note.read_text())["address"])
        with pytest.raises(UsageError, match="no workers"):
            cluster.check(address)
        worker = ("worker", address, "--nthreads", "1", "--local-directory", str(place))
        with (
            process(*worker, log=place / "log", PYTHONPATH=fault),
            process(*worker, log=place / "log", PYTHONPATH=fault),
        ):
            wait(lambda: _ready(address))
            yield address
            cluster.close()


def _ready(address: str) -> bool:
    try:
        return cluster.check(address) == 2
    except UsageError:
        return False


def _documents(folder: Path) -> Path:
    folder.mkdir()
    for number in range(6):
        text = NOTICE.replace("水库", MARKER if number == 3 else f"水库{number}")
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_the_same_release_as_on_one_machine(prefect_server: str, scheduler: str, tmp_path: Path) -> None:
    del prefect_server
    from flows.structure import structure  # noqa: PLC0415 - imports Prefect

    documents = _documents(tmp_path / "documents")
    report = structure([str(documents)], str(tmp_path / "cluster"), batch_bytes=1, dask=scheduler)
    assert report["batches"] == 6
    assert not report["quarantine"]
    assert report["digest"] == run(documents, output=tmp_path / "here")["digest"]
    # Both have worked.
    cluster.check(scheduler)
    assert set(cluster._client(scheduler).run(_has_worked).values()) == {True}


def _has_worked() -> bool:
    from flows import pools  # noqa: PLC0415 - that of the worker

    return bool(pools._pools)


def test_a_document_that_ends_its_process_is_set_aside(scheduler: str, place: Path, tmp_path: Path) -> None:
    (place / "kill").touch()
    report = run(_documents(tmp_path / "documents"), output=tmp_path / "cluster", dask=scheduler)
    (place / "kill").unlink()
    (row,) = report["quarantine"]
    assert (row["source_uri"], row["stage"], row["code"]) == ("3.txt", "segment", "worker_died")
    assert report["rows"]["documents"] == 5


def test_a_document_that_hangs_is_set_aside(scheduler: str, place: Path, tmp_path: Path) -> None:
    (place / "wait").touch()
    report = run(_documents(tmp_path / "documents"), output=tmp_path / "cluster", dask=scheduler, max_seconds=10)
    (place / "wait").unlink()
    assert [(row["source_uri"], row["code"]) for row in report["quarantine"]] == [("3.txt", "timed_out")]


def test_a_worker_that_is_killed_costs_its_batch_alone(scheduler: str, place: Path, tmp_path: Path) -> None:
    documents, output = _documents(tmp_path / "documents"), tmp_path / "cluster"
    (place / "wait").touch()
    reports: list[dict[str, Any]] = []

    def on_the_cluster() -> None:
        reports.append(run(documents, output=output, dask=scheduler, batch_bytes=1))

    thread = threading.Thread(target=on_the_cluster)
    thread.start()
    logs = output / ".cache" / "work"
    wait(lambda: any("3.txt" in log.read_text("utf-8") for log in logs.glob("*/working-segment.log")))
    done = {path: path.stat().st_mtime_ns for path in logs.glob("*/done-*.json")}
    assert done
    client = cluster._client(scheduler)
    (busy,) = [address for address, keys in client.processing().items() if keys]
    os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
    (place / "wait").unlink()
    thread.join()
    assert reports[0]["digest"] == run(documents, output=tmp_path / "here")["digest"]
    assert not reports[0]["quarantine"]
    assert {path: path.stat().st_mtime_ns for path in done} == done


@pytest.mark.parametrize("store", ["folder", "bucket"])
def test_the_command_publishes_what_one_machine_would(store: str, scheduler: str, place: Path, tmp_path: Path) -> None:
    """The whole command as a process; one worker is killed in the middle."""
    documents, work_place = _documents(tmp_path / "documents"), tmp_path / "shared"
    with buckets.served() if store == "bucket" else nullcontext(str(tmp_path / "output")) as output:
        (place / "wait").touch()
        command = [sys.executable, "-m", "flows.cli", "run", str(documents), "--output", output]
        command += ["--work", str(work_place), "--dask", scheduler, "--json"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            logs = work_place / ".cache" / "work"
            wait(lambda: any("3.txt" in log.read_text("utf-8") for log in logs.glob("*/working-segment.log")))
            client = cluster._client(scheduler)
            (busy,) = [address for address, keys in client.processing().items() if keys]
            os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
            (place / "wait").unlink()
            said, _ = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
        report = json.loads(said)
        assert (report["state"], report["quarantine"], report["rows"]["documents"]) == ("published", [], 6)
        (release,) = releases(output)
        assert release["latest"]
        here = run(documents, output=tmp_path / "here")
        assert (release["digest"], release["digest"][:8]) == (here["digest"], here["release"].rpartition("-")[2])
        assert exit_code(["verify", "--output", output]) == 0


def test_a_worker_refuses_what_it_cannot_do_as_we_would(scheduler: str, tmp_path: Path) -> None:
    given: dict[str, Any] = {"workers": 0, "dask": scheduler}
    with pytest.raises(RuntimeError, match="does not see"):
        watch.run_stage("extract", str(tmp_path / "elsewhere"), version="1", **given)
    file = File(str(tmp_path / "gone" / "a.txt"), "a.txt", 1)
    with pytest.raises(RuntimeError, match=r"does not see .*gone, where sources are"):
        watch.run_stage("extract", str(work.prepare(tmp_path / "batch", [file])), version="1", **given)
    with pytest.raises(RuntimeError, match="another version of extract"):
        watch.run_stage("extract", str(work.prepare(tmp_path / "empty", [])), version="1", **given)


def test_a_scheduler_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    (tmp_path / "a.txt").write_text(NOTICE, encoding="utf-8")
    assert exit_code(["run", str(tmp_path / "a.txt"), "--output", str(tmp_path), "--dask", "tcp://127.0.0.1:9"]) == 2
    with pytest.raises(UsageError, match="does not answer"):
        cluster.check("tcp://127.0.0.1:9")
