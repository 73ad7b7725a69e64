"""Seconds that pass before `gangmu run` is at work on documents, and how long `gangmu show` takes.

python -m benchmarks.startup [--rounds 5]     writes benchmarks/startup.md
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import seeds
from benchmarks.report import header, table, write
from flows import pipeline, server_home, work
from flows.server import Server
from transforms.validate.engine import warm

ROUNDS = 5
EXPLAINED = """\
Wall seconds of the command from its start to its end, medians of {rounds} rounds in turn, each into a new output folder; one more came before,
so that the files lie in memory. `gangmu run` works on the {files} shipped samples. *Work* is what the same steps over them take in
one process that has everything loaded (the least of the rounds): reading, the stages, validation, the release. *Start-up* is the
rest: the interpreter, Prefect, its server, Great Expectations, the tables and processes of the workers, and their end. With a
server that runs, PREFECT_API_URL names it. `gangmu show` prints the outline of {shown}, with --clauses the labelled clauses too. The load
of the machine was {load:.1f} at the median before a command, and it had {cores} processors. CPU seconds are those of all its processes: where
the load is high they tell more.
"""

Taken = tuple[float, float]
"""Wall and CPU seconds."""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds, whose median counts ({ROUNDS})")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: give 1 or more")
    command = f"python -m benchmarks.startup --rounds {options.rounds}"
    with tempfile.TemporaryDirectory(prefix="gangmu-startup-") as folder:
        lines = measure(Path(folder), rounds=options.rounds)
    print(write("startup.md", [*header("Start-up", command, ("prefect", "great-expectations")), *lines]))


def measure(folder: Path, *, rounds: int) -> list[str]:
    """Run the commands in turn and write the report as Markdown."""
    documents = seeds.folder() / "documents"
    shown = documents / "regulation.txt"
    least = min(_work(folder / "work", documents, number) for number in range(rounds + 1))
    with _server(folder / "server") as url:
        own = _environment()
        ways: dict[str, Callable[[Path], Taken]] = {
            "gangmu run, with its own server": partial(_run, documents, own),
            "gangmu run, with a server that runs": partial(_run, documents, own | {"PREFECT_API_URL": url}),
            "gangmu show": lambda _: _show(shown, own),
            "gangmu show --clauses": lambda _: _show(shown, own, "--clauses"),
        }
        taken: dict[str, list[Taken]] = {name: [] for name in ways}
        loads = []
        for round_ in range(rounds + 1):
            for number, (name, command) in enumerate(ways.items()):
                load = os.getloadavg()[0]
                seconds = command(folder / f"output-{round_}-{number}")
                print(f"round {round_}, {name}: {seconds[0]:.2f} s", file=sys.stderr)
                if round_:
                    taken[name].append(seconds)
                    loads.append(load)
    facts = {"rounds": rounds, "load": median(loads), "cores": os.cpu_count()}
    size = shown.stat().st_size / 1000
    counts = {"files": len(list(documents.iterdir())), "shown": f"`{shown.name}` ({size:.0f} kB)"}
    return [EXPLAINED.format(**facts, **counts), *lines(taken, least)]


def lines(taken: Mapping[str, Sequence[Taken]], work_alone: float) -> list[str]:
    """Table of the commands; what is not a run has no work to be taken off."""
    rows = []
    for name, rounds in taken.items():
        wall, cpu = zip(*rounds, strict=True)
        middle = median(wall)
        rest = (f"{work_alone:.2f}", f"{middle - work_alone:.2f}") if name.startswith("gangmu run") else ("", "")
        rows.append([name, f"{middle:.2f}", *rest, f"{min(wall):.2f}–{max(wall):.2f}", f"{median(cpu):.2f}"])
    return table(("", "command, s", "work, s", "start-up, s", "command from–to, s", "command, CPU s"), rows)


def _work(folder: Path, documents: Path, number: int) -> float:
    """Seconds of a run in this process, Prefect and start-up aside."""
    warm()
    work.warm()
    settings = pipeline.Settings(sources=(str(documents),), output=str(folder / str(number)), workers=0)
    began = time.perf_counter()
    pipeline.run(settings, pipeline.Plain())
    return time.perf_counter() - began


def _run(documents: Path, environment: Mapping[str, str], output: Path) -> Taken:
    words = ("run", str(documents), "--output", str(output), "--json", "--quiet")
    seconds, told = _command(words, environment)
    report: dict[str, Any] = json.loads(told)
    assert report["state"] == "published", report
    return seconds


def _show(document: Path, environment: Mapping[str, str], *options: str) -> Taken:
    seconds, told = _command(("show", str(document), *options), environment)
    assert "第一条" in told
    return seconds


def _command(words: Sequence[str], environment: Mapping[str, str]) -> tuple[Taken, str]:
    """Seconds of a command, and what it printed."""
    line = [str(Path(sys.executable).with_name("gangmu")), *words]
    wall, cpu = time.perf_counter(), _processor_seconds()
    done = subprocess.run(line, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    return (time.perf_counter() - wall, _processor_seconds() - cpu), done.stdout


def _processor_seconds() -> float:
    """Of all processes below this one that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """Without settings of Prefect; bytecode is written, as it is for a user."""
    left_out = "PYTHONDONTWRITEBYTECODE"
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_") and name != left_out}


@contextmanager
def _server(home: Path) -> Iterator[str]:
    """A Prefect server such as a user's own, with all its services; gives its address."""
    home.mkdir()
    server_home.furnish(home)
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.server_process"],
        env=_environment() | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    server = Server(process, f"http://127.0.0.1:{int(process.stdout.readline())}/api")
    try:
        server.wait()
        yield server.url
    finally:
        server.stop()


if __name__ == "__main__":
    main()
