"""Schedules with a real Prefect server, a real worker and a real `gangmu serve`, all of them processes on loopback."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import psutil
import pytest

from flows import server_home
from flows.checking import releases
from tests.flows.command import exit_code
from tests.flows.conftest import NOTICE, RULES
from tests.flows.plain import put_fault, run
from tests.flows.processes import end, wait

pytestmark = pytest.mark.xdist_group("serving")

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MARKER = "此处停住"
QUICK = {
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1",
    "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "2",
    "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
AWAY_ONCE = """
import os, pathlib
from flows import work
real = work._extract
def faulty(*given, **options):
    away = pathlib.Path(os.environ["AWAY_ONCE"])
    if away.exists():
        away.unlink()
        raise OSError("the share is away")
    return real(*given, **options)
work._extract = faulty
"""


class _Hook(BaseHTTPRequestHandler):
    """Takes notices, as a chat service would."""

    told: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class Place:
    """A server with its deployments, and who is told."""

    api: str
    told: list[dict[str, Any]]
    output: Path
    sources: Path
    serve: "subprocess.Popen[bytes]"
    late: str
    notify: str = ""

    def ask(self, path: str, body: Any = None) -> Any:
        """Ask the server."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}/{path}", data, {"Content-Type": "application/json"})  # noqa: S310
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                # The database is locked just now; Prefect's own clients ask again too.
                if error.code != 503:
                    raise
                error.close()
                time.sleep(1)
        raise TimeoutError(path)

    def knows(self, deployment: str) -> bool:
        """Whether there is a deployment of this name."""
        try:
            self.ask(f"deployments/name/{deployment}")
        except urllib.error.HTTPError:
            return False
        return True

    def start(self, deployment: str, **body: Any) -> str:
        """Ask for a run; gives its id."""
        number = self.ask(f"deployments/name/{deployment}")["id"]
        return str(self.ask(f"deployments/{number}/create_flow_run", body)["id"])

    def state(self, run: str) -> dict[str, Any]:
        """State of a run."""
        found: dict[str, Any] = self.ask(f"flow_runs/{run}")["state"]
        return found

    def end(self, run: str) -> dict[str, Any]:
        """Wait for the end of a run; gives its state."""
        wait(lambda: self.state(run)["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
        return self.state(run)

    def notice(self, title: str) -> str:
        """Wait for a notice; gives its text."""
        wait(lambda: any(one["title"] == title for one in self.told))
        return next(str(one["message"]) for one in self.told if one["title"] == title)


def prefect(*words: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [BIN / "prefect", "--no-prompt", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Deployments of prefect.yaml with a worker, and those of `gangmu serve`; one run is late before anybody serves."""
    folder = tmp_path_factory.mktemp("serving")
    sources, output, home = folder / "sources", folder / "output", folder / "home"
    for path in (sources, home):
        path.mkdir()
    (sources / "notice.txt").write_text(NOTICE, encoding="utf-8")
    (sources / "rules.txt").write_text(RULES, encoding="utf-8")
    server_home.furnish(home)
    told: list[dict[str, Any]] = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "GANGMU_"))}
    environment |= QUICK | {"PREFECT_HOME": str(home), "GANGMU_OUTPUT": str(output), "GANGMU_SOURCES": str(sources)}
    with ExitStack() as stack:
        hook = ThreadingHTTPServer(("127.0.0.1", 0), type("Hook", (_Hook,), {"told": told}))
        threading.Thread(target=hook.serve_forever).start()
        stack.callback(hook.server_close)
        stack.callback(hook.shutdown)
        environment["GANGMU_NOTIFY"] = f"json://127.0.0.1:{hook.server_port}"

        log = stack.enter_context((folder / "log").open("ab"))

        def process(*words: Path | str, stdout: Any = subprocess.PIPE, **more: str) -> "subprocess.Popen[bytes]":
            started = subprocess.Popen(
                list(map(str, words)),
                cwd=folder,
                env=environment | more,
                stdin=subprocess.PIPE,
                stdout=stdout,
                stderr=log,
            )
            stack.callback(_end, started)
            return started

        server = process(sys.executable, "-m", "flows.server_process")
        assert server.stdout
        api = f"http://127.0.0.1:{int(server.stdout.readline())}/api"
        environment["PREFECT_API_URL"] = api
        wait(lambda: _answers(api))
        prefect("work-pool", "create", "gangmu", "--type", "process", environment=environment)
        prefect("deploy", "--all", environment=environment)
        prefect("automation", "create", "--from-file", "docs/prefect/dead-runs.yaml", environment=environment)
        made = Place(api, told, output, sources, server, "", environment["GANGMU_NOTIFY"])
        ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        planned = {"type": "SCHEDULED", "state_details": {"scheduled_time": ago}}
        made.late = made.start("structure/nightly", state=planned)
        wait(lambda: made.state(made.late)["name"] == "Late")
        away = folder / "away"
        away.touch()
        (folder / "fault").mkdir()
        (folder / "fault" / "sitecustomize.py").write_text(AWAY_ONCE, encoding="utf-8")
        fault = os.pathsep.join([str(folder / "fault"), str(ROOT)])
        worker = (BIN / "prefect", "worker", "start", "--pool", "gangmu")
        process(*worker, stdout=log, PYTHONPATH=fault, AWAY_ONCE=str(away))
        hang = put_fault(folder / "hang", stage="segment", marker=MARKER, what="time.sleep(1000)")
        made.serve = process(BIN / "gangmu", "serve", sources, "--output", folder / "served", PYTHONPATH=hang)
        assert made.serve.stdout
        assert made.serve.stdout.readline() == b"structure/gangmu: 30 2 * * * Asia/Shanghai\n"
        # It says what it is about to serve.
        wait(lambda: made.knows("structure/gangmu") and made.knows("verify/gangmu"))
        yield made


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin:
        process.stdin.close()
    end(process)
    if process.stdout:
        process.stdout.close()


def _answers(api: str) -> bool:
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=10) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_late_run_is_made_up_and_what_was_away_is_tried_again(place: Place, tmp_path: Path) -> None:
    assert place.end(place.late)["name"] == "Completed"
    (release,) = releases(place.output)
    # The same content as without Prefect.
    assert release["digest"] == run(place.sources, output=tmp_path / "plain")["digest"]
    tasks = place.ask("task_runs/filter", {"flow_runs": {"id": {"any_": [place.late]}}})
    counts = {task["name"]: task["run_count"] for task in tasks}
    assert counts["extract · batch 1 of 1"] == 2
    assert counts["clean · batch 1 of 1"] == 1
    found = place.ask("artifacts/filter", {"flow_runs": {"id": {"any_": [place.late]}}})
    artifacts = {row["key"]: row["data"] for row in found}
    assert set(artifacts) == {"gangmu-run", "gangmu-quality", "gangmu-release"}
    assert release["release"] in artifacts["gangmu-run"]
    assert f"[{release['release']}](file://{release['path']})" in artifacts["gangmu-release"]
    assert not place.told


def test_one_run_at_a_time_and_the_ends_of_bad_ones_are_told(place: Place, tmp_path: Path) -> None:
    (tmp_path / "hangs.txt").write_text(NOTICE.replace("水库", MARKER), encoding="utf-8")
    first = place.start("structure/gangmu", parameters={"sources": [str(tmp_path / "hangs.txt")]})
    logs = place.output.parent / "served" / ".cache" / "work"
    wait(lambda: any("hangs.txt" in log.read_text("utf-8") for log in logs.glob("*/working-segment.log")))
    second = place.start("structure/gangmu", parameters={"sources": [str(tmp_path / "nowhere")]})
    wait(lambda: place.state(second)["name"] == "AwaitingConcurrencySlot")
    assert place.state(first)["name"] == "Running"
    # Killed in the middle: nobody in the run can say anything any more.
    os.kill(_process_of(first, place.serve.pid), signal.SIGKILL)
    assert place.end(first)["type"] == "CRASHED"
    assert place.notice("Gangmu: structure crashed")
    end = place.end(second)
    assert (end["type"], "nowhere: does not exist" in end["message"]) == ("FAILED", True)
    assert "nowhere: does not exist" in place.notice("Gangmu: structure failed")


def _process_of(run: str, parent: int) -> int:
    """Find the process of a flow run below the one that serves."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            names = (folder / "environ").read_bytes().split(b"\0")
            above = int(re.search(r"PPid:\s+(\d+)", (folder / "status").read_text()).group(1))  # type: ignore[union-attr]
        except OSError:
            continue
        if above == parent and any(
            name.startswith(b"PREFECT__FLOW_RUN_ID=") and run.encode() in name for name in names
        ):
            found.append(int(folder.name))
    (process,) = found
    return process


def test_verify_tells_what_is_damaged(place: Place) -> None:
    place.end(place.late)
    assert place.end(place.start("verify/weekly"))["name"] == "Completed"
    (release,) = releases(place.output)
    (Path(release["path"]) / "clauses" / "part-00000.parquet").write_bytes(b"")
    assert place.end(place.start("verify/weekly"))["type"] == "FAILED"
    assert f"{release['release']}: clauses/part-00000.parquet" in place.notice("Gangmu: verify failed")


@pytest.mark.parametrize(
    "parameters",
    [{"max_quarantine": "some"}, {"workers": -1}, {"max_seconds": "long"}, {"sources": "one.txt"}, {"dask": "here"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_parameters_are_refused_before_a_run_exists(place: Place, parameters: dict[str, Any]) -> None:
    (name,) = parameters
    for deployment in ("structure/nightly", "structure/gangmu"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            place.start(deployment, parameters=parameters)
        assert refused.value.code in {409, 422}
        assert name in refused.value.read().decode()


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_serving_with_a_server_of_its_own(order: signal.Signals, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    command = [BIN / "gangmu", "serve", "--output", tmp_path / "output", "--port", "0", "--name", "plans"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(3)]
    assert lines[0].startswith("structure/plans: ")
    page = re.search(r"http://127\.0\.0\.1:\d+", lines[2])
    assert page
    assert _answers(f"{page.group()}/api")
    with urllib.request.urlopen(page.group(), timeout=60) as answer:  # noqa: S310
        assert b"<html" in answer.read()
    # As a terminal sends it: to all of its processes.
    os.killpg(process.pid, order)
    said, complained = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.startswith("Ended. ")
    assert complained == ""
    assert not _answers(f"{page.group()}/api")


def test_a_run_that_gave_a_sign_of_life_is_alive_and_one_that_is_silent_is_not(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415

    from flows import orphans  # noqa: PLC0415

    deployment = place.ask("deployments/name/verify/weekly")["id"]
    flow = place.ask("flows/name/verify")["id"]
    runs = {}
    for name, kind in {"silent": "RUNNING", "heard": "RUNNING", "stopping": "CANCELLING"}.items():
        runs[name] = str(place.ask("flow_runs/", {"flow_id": flow, "deployment_id": deployment})["id"])
        place.ask(f"flow_runs/{runs[name]}/set_state", {"state": {"type": kind}, "force": True})
    since = datetime.now(UTC)
    resource = f"prefect.flow-run.{runs['heard']}"
    sign = {"event": orphans.SIGN, "resource": {"prefect.resource.id": resource}, "id": str(uuid4())}
    place.ask("events", [sign | {"occurred": datetime.now(UTC).isoformat()}])
    wanted = {"filter": {"event": {"name": [orphans.SIGN]}, "resource": {"id": [resource]}}}
    wait(lambda: place.ask("events/filter", wanted)["total"])
    monkeypatch.setenv("GANGMU_NOTIFY", place.notify)
    with temporary_settings({PREFECT_API_URL: place.api}):
        asyncio.run(orphans.look({UUID(deployment): SimpleNamespace(name="verify")}, since=since))
    assert {name: place.state(run)["type"] for name, run in runs.items()} == {
        "silent": "CRASHED",
        "heard": "RUNNING",
        "stopping": "CANCELLED",
    }
    assert capsys.readouterr().out.count("Its process is gone") == 2
    assert "Its process is gone" in place.notice("Gangmu: verify crashed")
    place.ask(f"flow_runs/{runs['heard']}/set_state", {"state": {"type": "CANCELLED"}, "force": True})


def test_a_run_stopped_with_the_serving_begins_anew_and_one_that_died_with_the_machine_crashed(tmp_path: Path) -> None:
    sources, output = tmp_path / "sources", tmp_path / "output"
    sources.mkdir()
    (sources / "notice.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "hangs.txt").write_text(NOTICE.replace("水库", MARKER), encoding="utf-8")
    hang = put_fault(tmp_path / "hang", stage="segment", marker=MARKER, what="time.sleep(1000)")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "GANGMU_"))}
    environment |= QUICK | {"PYTHONPATH": hang}
    with ExitStack() as stack:

        def serve() -> Place:
            process = subprocess.Popen(
                [BIN / "gangmu", "serve", sources, "--output", output, "--port", "0"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(_end, process)
            assert process.stdout
            lines = [process.stdout.readline().decode() for _ in range(3)]
            made = Place(f"{lines[-1].split()[1].removesuffix('.')}/api", [], output, sources, process, "")
            wait(lambda: made.knows("verify/gangmu"))
            return made

        served = serve()
        hangs = served.start("structure/gangmu", parameters={"sources": [str(tmp_path / "hangs.txt")]})
        wait(lambda: served.state(hangs)["type"] == "RUNNING")
        served.serve.terminate()
        assert served.serve.stdout
        said = served.serve.stdout.read().decode()
        assert served.serve.wait() == 0
        assert "Stopped with the serving" in said

        served = serve()
        wait(lambda: served.state(hangs)["type"] == "RUNNING")
        # The machine is switched off: whoever served, its server, the run and its workers.
        for process in [psutil.Process(served.serve.pid), *psutil.Process(served.serve.pid).children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()

        served = serve()
        assert served.end(served.start("structure/gangmu"))["name"] == "Completed"
        assert served.state(hangs)["type"] == "CRASHED"
        assert len(releases(output)) == 1


def test_wrong_usage_of_serve_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        for option, value in (("--timezone", "Mars/Base"), ("--max-quarantine", "some"), ("--port", port)):
            assert exit_code(["serve", "--output", str(tmp_path), option, value]) == 2
            assert f"{option} {value}" in capsys.readouterr().err
    nowhere = tmp_path / "nowhere"
    for sources in ([str(nowhere)], [str(tmp_path), str(nowhere / "*.txt")]):
        assert exit_code(["serve", *sources, "--output", str(tmp_path)]) == 2
        assert f"{sources[-1]}: " in capsys.readouterr().err
