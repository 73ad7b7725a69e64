"""`gangmu run --report` gets Ctrl-C at a moment that is known: a real signal, sent when Python does a certain thing."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from flows.checking import releases

ROOT = Path(__file__).parents[2]
MOMENT = """
import os, signal, sys
event, word = os.environ["MOMENT"].split()
if not os.environ.get("MAIN"):
    # Not in the processes that it starts.
    os.environ["MAIN"] = "1"
    def hear(name, given):
        global event
        if name == event and word in str(given[0]):
            event = ""
            os.kill(os.getpid(), signal.Signals[os.environ["ORDER"]])
    sys.addaudithook(hear)
"""


def start(documents: Path, output: Path, **environment: str) -> "subprocess.Popen[str]":
    given = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", documents, "--output", output, "--report"],
        env=given | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


@pytest.mark.parametrize("order", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(
    ("moment", "state", "said"),
    [
        ("import prefect", None, "gangmu: stopped; nothing was published, and the next run takes over"),
        ("os.mkdir .staging", "failed", "gangmu: stopped; nothing was published, and the next run takes over"),
        ("os.symlink releases/", "published", "gangmu: stopped; 20"),
        ("tempfile.mkdtemp /reports/", "published", "is published, but its pages are not written: gangmu report"),
    ],
    ids=["start", "stages", "published", "pages"],
)
def test_what_was_stopped_says_what_it_leaves(
    moment: str, state: str | None, said: str, order: str, documents: Path, tmp_path: Path
) -> None:
    (tmp_path / "fault").mkdir()
    (tmp_path / "fault" / "sitecustomize.py").write_text(MOMENT, encoding="utf-8")
    path, output = os.pathsep.join([str(tmp_path / "fault"), str(ROOT)]), tmp_path / "output"
    stopped = start(documents, output, PYTHONPATH=path, MOMENT=moment, ORDER=order)
    _, complained = stopped.communicate(timeout=300)
    assert stopped.returncode == 130
    assert said in complained.splitlines()[-1]
    assert "Traceback" not in complained
    states = [json.loads(report.read_text())["state"] for report in output.glob("runs/*/report.json")]
    assert states == [state] * (state is not None)
    assert len(releases(str(output))) == (state == "published")
    assert not list(output.glob("reports/*"))
    assert not list(output.glob(".staging/*/"))


def test_ctrl_c_when_all_is_said_is_no_traceback(documents: Path, tmp_path: Path) -> None:
    done = start(documents, tmp_path / "output")
    assert done.stdout
    assert any(line.startswith("Read it") for line in done.stdout)
    with suppress(ProcessLookupError):
        os.killpg(done.pid, signal.SIGINT)
    _, complained = done.communicate(timeout=300)
    assert "Traceback" not in complained
