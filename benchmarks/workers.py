"""Wall time of the whole run with one, two … worker processes.

python -m benchmarks.workers [--megabytes 24] [--rounds 3] [--workers 1 2]     writes benchmarks/workers.md

Every run is a process of its own with a new output folder, Prefect, its server and Great Expectations included; the
numbers of workers take turns, so that other work on the machine meets all of them. The corpus is that of `benchmarks.speed`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.report import header, table, write
from benchmarks.corpus import MEGABYTE, corpus

ROUNDS = 3
SIZE = 24.0
STEPS = ("plan", "stages", "join", "validate", "publish")
EXPLAINED = """\
{megabytes:.1f} MB (10⁶ bytes of UTF-8) in {files:,} files, made from the shipped samples (`benchmarks/corpus.py`). Wall seconds, medians
of {rounds} rounds in turn; the machine had {cores} processors and a load of {load:.1f} at the median before a run. `run` is the flow,
from finding the sources to the release; `process` is the command with its start-up. The last column is the first
number by the last: how many times as fast.
"""
RUN = """
import json, sys
from flows import pipeline, running
if __name__ == "__main__":
    source, output, workers = sys.argv[1:]
    settings = pipeline.Settings(sources=(source,), output=output, workers=int(workers))
    print(json.dumps(running.run(settings, quiet=True)))
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=SIZE, help=f"size of the corpus ({SIZE:g})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds, whose median counts ({ROUNDS})")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="numbers of workers (1 2)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gangmu-workers-") as folder:
        page = measure(Path(folder), megabytes=options.megabytes, rounds=options.rounds, numbers=options.workers)
    print(write("workers.md", page))


def measure(folder: Path, *, megabytes: float, rounds: int, numbers: Sequence[int]) -> list[str]:
    """Make the corpus, measure and write the report as Markdown.

    Raises:
        RuntimeError: Two numbers of workers gave two releases.

    """
    files = corpus(folder / "corpus", megabytes)
    (folder / "run.py").write_text(RUN, encoding="utf-8")
    taken: dict[int, list[dict[str, float]]] = {number: [] for number in numbers}
    loads, digests = [], set()
    for round_ in range(rounds):
        for number in numbers:
            loads.append(os.getloadavg()[0])
            seconds, digest = _run(folder, f"{round_}-{number}", number)
            print(f"round {round_ + 1}, {number} workers: {seconds}", file=sys.stderr)
            taken[number].append(seconds)
            digests.add(digest)
    if len(digests) > 1:
        raise RuntimeError(f"Several releases of one corpus: {', '.join(sorted(digests))}")
    size = sum(file.size for file in files) / MEGABYTE
    command = f"python -m benchmarks.workers --megabytes {megabytes:g} --rounds {rounds}"
    facts = {"megabytes": size, "files": len(files), "rounds": rounds, "cores": os.cpu_count(), "load": median(loads)}
    rows = []
    for name in (*STEPS, "run", "process"):
        middle = [median(seconds[name] for seconds in taken[number]) for number in numbers]
        rows.append([name, *(f"{value:.1f}" for value in middle), _ratio(middle)])
    heads = ("", *(f"{number} worker{'s' if number > 1 else ''}, s" for number in numbers), "ratio")
    return [*header("Workers", command, ("prefect", "pyarrow")), EXPLAINED.format(**facts), *table(heads, rows)]


def _ratio(seconds: Sequence[float]) -> str:
    """First by last; steps are told in milliseconds, and one may take none."""
    return f"{seconds[0] / seconds[-1]:.2f}×" if seconds[-1] else "–"


def _run(folder: Path, name: str, workers: int) -> tuple[dict[str, float], str]:
    started = time.perf_counter()
    command = [sys.executable, str(folder / "run.py"), str(folder / "corpus"), str(folder / name), str(workers)]
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    report: dict[str, Any] = json.loads(done.stdout)
    seconds = {**report["steps"], "run": report["seconds"], "process": time.perf_counter() - started}
    return seconds, str(report["digest"])


if __name__ == "__main__":
    main()
