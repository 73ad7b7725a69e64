"""A whole run over corpora of growing size, on one core and on more: time of every step, and peak memory of every process.

python -m benchmarks.scale [--megabytes 10] [--times 1 10 100] [--cores 2]     writes benchmarks/scale.md, .json and .svg
python -m benchmarks.scale --page     only the page and the chart, from scale.json

Every run is the command with a new output folder: Prefect, its server and Great Expectations included. A run that is done stands in
`scale.json`, where one of the same size and cores takes its place: what takes long can be measured bit by bit. The temporary folder
(TMPDIR) needs about ten times the size of the corpus. Linux only: memory is read from /proc.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.chart import draw
from benchmarks.corpus import MEGABYTE, corpus
from benchmarks.memory import ROLES, Peaks
from benchmarks.report import FOLDER, made_with, rate, ratio, table, write

SIZE = 10.0
TIMES = (1, 10, 100)
STEPS = ("plan", "stages", "join", "validate", "publish")
LIBRARIES = ("prefect", "great-expectations", "pyarrow", "polars")
EXPLAINED = """\
MB are 10⁶ bytes of UTF-8, in files of some 8 kB made from the shipped samples (`benchmarks/corpus.py`). *On n cores* the run and all its
processes are bound to n processors and it has n workers: on one, Prefect's server and the validator share it with the worker. `run` is
the flow, from finding the sources to the release; `process` is the command with its start-up. MB/s and documents/s are by the
seconds of the process. The step validate includes the encoding of the Parquet files, which goes on beside it; how much processor time
each takes by itself tells `speed.md`.

![Speed and peak memory by size of the corpus](scale.svg)

## Time

Wall seconds.
"""
CORES = """\
## Cores

How many times as fast as on the fewest cores: seconds there by seconds here.
"""
MEMORY = """\
## Memory

On {cores} cores, in MiB. A process' peak is the one that the kernel keeps (VmHWM): resident pages, shared libraries and mapped
Arrow files included, which the system may drop when it wants; *own* is the largest anonymous part seen, looked at four times a
second, which it may not. Of several workers the largest counts. *All together* is the largest sum of proportional sizes (PSS), looked
at every second: what is shared counts once. The last column is the largest corpus by the one before.
"""

Row = Mapping[str, Any]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=SIZE, help=f"size of the smallest corpus ({SIZE:g})")
    parser.add_argument("--times", type=int, nargs="+", default=TIMES, help="sizes, by the smallest (1 10 100)")
    here = len(os.sched_getaffinity(0))
    parser.add_argument("--cores", type=int, nargs="+", default=[here], help=f"processors and workers ({here}, all)")
    parser.add_argument(
        "--page", action="store_true", help="measure nothing; make page and chart from what was measured"
    )
    options = parser.parse_args()
    if wrong := [cores for cores in options.cores if not 1 <= cores <= here]:
        parser.error(f"--cores {wrong[0]}: this process may use 1 to {here}")
    if min(options.megabytes, *options.times) <= 0:
        parser.error("--megabytes and --times: give more than 0")
    file = FOLDER / "scale.json"
    if not options.page:
        for row in measured([options.megabytes * times for times in options.times], options.cores):
            keep(file, row)
            publish(file)
    print(publish(file))


def measured(sizes: Iterable[float], cores: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Run over corpora of these megabytes, each on these numbers of cores.

    Raises:
        RuntimeError: Two runs over one corpus gave two releases.

    """
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="gangmu-scale-") as name:
            folder = Path(name)
            files = corpus(folder / "corpus", size)
            facts = {"megabytes": sum(file.size for file in files) / MEGABYTE, "files": len(files)}
            digests = set()
            for number in cores:
                row = {
                    "made_with": made_with(LIBRARIES),
                    "size": size,
                    "cores": number,
                    **facts,
                    **_run(folder, number),
                }
                digests.add(row["digest"])
                if len(digests) > 1:
                    raise RuntimeError(f"Several releases of one corpus: {', '.join(sorted(digests))}")
                print({name: row[name] for name in ("size", "cores", "seconds", "memory")}, file=sys.stderr)
                yield row


def _run(folder: Path, cores: int) -> dict[str, Any]:
    """Run the command over the corpus of a folder."""
    output = folder / "output"
    line = [
        sys.executable,
        "-m",
        "flows.cli",
        "run",
        str(folder / "corpus"),
        "--output",
        str(output),
        "--json",
        "--quiet",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    load = os.getloadavg()[0]
    began = time.perf_counter()
    # A file takes what a pipe would not: nobody reads before the end.
    with (folder / "report.json").open("w+", encoding="utf-8") as told:
        with _bound(cores):
            process = subprocess.Popen(line, stdout=told, env=environment, cwd=FOLDER.parent)
        peaks = Peaks(process.pid)
        while process.poll() is None:
            peaks.look()
            time.sleep(peaks.PAUSE)
        whole = time.perf_counter() - began
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, line)
        told.seek(0)
        report = json.load(told)
    shutil.rmtree(output)
    return {
        "load": round(load, 2),
        "documents": report["rows"]["documents"],
        "clauses": report["rows"]["clauses"],
        "digest": report["digest"],
        "seconds": {**report["steps"], "run": report["seconds"], "process": round(whole, 2)},
        "memory": peaks.found(),
    }


@contextmanager
def _bound(cores: int) -> Iterator[None]:
    """Bind what is started here to the first processors of those that may be used."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def keep(file: Path, row: Row) -> None:
    """Put a run into the file, in the place of an older one of the same size and cores."""
    others = [other for other in read(file) if _key(other) != _key(row)]
    rows = sorted([*others, row], key=_key)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    part.replace(file)


def read(file: Path) -> list[dict[str, Any]]:
    """Runs that were measured, by size and cores."""
    rows: list[dict[str, Any]] = []
    with suppress(FileNotFoundError):
        rows = json.loads(file.read_text(encoding="utf-8"))
    return rows


def _key(row: Row) -> tuple[float, int]:
    return row["size"], row["cores"]


def publish(file: Path) -> Path:
    """Write page and chart beside each other; gives the page."""
    rows = read(file)
    if not rows:
        raise SystemExit(f"{file} holds no runs; measure some: python -m benchmarks.scale --times 1")
    draw(rows, file.with_suffix(".svg"))
    return write("scale.md", page(rows))


def page(rows: Sequence[Row]) -> list[str]:
    """Report as Markdown."""
    size = min(row["size"] for row in rows)
    sizes = " ".join(f"{times:g}" for times in sorted({row["size"] / size for row in rows}))
    cores = " ".join(str(number) for number in sorted({row["cores"] for row in rows}))
    command = f"python -m benchmarks.scale --megabytes {size:g} --times {sizes} --cores {cores}"
    lines = ["# Scale", "", f"Made by `{command}`, or bit by bit.", ""]
    for words in dict.fromkeys(row["made_with"] for row in rows):
        lines += [words, ""]
    return [*lines, EXPLAINED, *_time(rows), *_cores(rows), *_memory(rows)]


def _time(rows: Sequence[Row]) -> list[str]:
    heads = ("MB", "cores", "documents", "clauses", *STEPS, "run", "process", "MB/s", "documents/s", "validate by run")
    cells = []
    for row in rows:
        seconds = row["seconds"]
        share = f"{seconds['validate'] / seconds['run']:.0%}" if seconds["run"] else "–"
        cells.append(
            [
                f"{row['megabytes']:,.0f}",
                str(row["cores"]),
                *(f"{row[name]:,}" for name in ("documents", "clauses")),
                *(f"{seconds[name]:,.1f}" for name in (*STEPS, "run", "process")),
                *(rate(row[name], seconds["process"]) for name in ("megabytes", "documents")),
                share,
            ]
        )
    load = max(row["load"] for row in rows)
    return [*table(heads, cells), f"The load of the machine before a run was {load:.1f} at most.", ""]


def _cores(rows: Sequence[Row]) -> list[str]:
    cells = []
    for size in sorted({row["size"] for row in rows}):
        few, *more = (row for row in rows if row["size"] == size)
        for row in more:
            ratios = (ratio(few["seconds"][name], row["seconds"][name]) for name in (*STEPS, "run", "process"))
            cells.append([f"{row['megabytes']:,.0f}", f"{few['cores']} → {row['cores']}", *ratios])
    return [CORES, *table(("MB", "cores", *STEPS, "run", "process"), cells)] if cells else []


def _memory(rows: Sequence[Row]) -> list[str]:
    cores = max(row["cores"] for row in rows)
    mine = [row for row in rows if row["cores"] == cores]
    cells = []
    for role in ROLES:
        for kind, name in (("peak", role), ("own", f"{role}, own")):
            sizes = [row["memory"].get(role, {}).get(kind) for row in mine]
            if any(sizes):
                cells.append([name, *(f"{value:,.0f}" if value else "" for value in sizes), growth(sizes)])
    heads = ("", *(f"{row['megabytes']:,.0f} MB" for row in mine), "growth")
    return [MEMORY.format(cores=cores), *table(heads, cells)]


def growth(sizes: Sequence[float | None]) -> str:
    """Last by the one before."""
    if len(sizes) < 2 or not sizes[-1] or not sizes[-2]:
        return "–"
    return ratio(sizes[-1], sizes[-2])


if __name__ == "__main__":
    main()
