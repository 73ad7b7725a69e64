"""What one more document costs in a release of two thousand, as a share of the full run.

python -m benchmarks.incremental [--documents 2000] [--command]     writes benchmarks/incremental.md

Processing only: what a run does from the look at its sources to the pointer, without the start of Prefect, of the workers and of
Great Expectations. Measured in one process, so that CPU seconds are those of all the work; with --command also as the command
reports it, with its workers.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import seeds
from benchmarks.report import header, table, write
from benchmarks.speed import varied
from flows import pipeline, work
from transforms.validate.engine import warm

DOCUMENTS = 2000
STEPS = ("plan", "stages", "join", "validate", "publish")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help=f"documents of the release ({DOCUMENTS})")
    parser.add_argument("--command", action="store_true", help="run the command too, Prefect and all")
    options = parser.parse_args()
    warm()
    work.warm()
    command = f"python -m benchmarks.incremental --documents {options.documents}"
    with tempfile.TemporaryDirectory(prefix="gangmu-incremental-") as folder:
        lines = measure(Path(folder), documents=options.documents, command=options.command)
    command += " --command" * options.command
    print(
        write("incremental.md", [*header("Incremental", command, ("pyarrow", "polars", "great-expectations")), *lines])
    )


def measure(folder: Path, *, documents: int, command: bool) -> list[str]:
    """Run over all documents, over one more, and once more over the same; gives the report as Markdown."""
    sources = folder / "sources"
    make(sources, documents)
    ways = {"in one process": _here}
    if command:
        ways["the command"] = _command
    lines: list[str] = []
    for way, run in ways.items():
        output = folder / way.replace(" ", "-")
        (sources / "another.txt").unlink(missing_ok=True)
        full = run(sources, output)
        sample = seeds.folder() / "documents" / "opinion.txt"
        (sources / "another.txt").write_text(varied(sample.read_text(encoding="utf-8"), 9_999), encoding="utf-8")
        more, same = run(sources, output), run(sources, output)
        assert (full["reused"], more["reused"], same["reused"]) == (0, documents, documents + 1)
        assert more["digest"] == same["digest"] != full["digest"]
        heads = ("", "CPU s", "wall s", *STEPS, "share of the full run")
        named = ((f"all {documents:,}", full), ("one more", more), ("nothing new", same))
        rows = [_row(name, report, full) for name, report in named]
        lines += [f"**{way.capitalize()}**; the steps are wall seconds.", "", *table(heads, rows), ""]
    counts = ", ".join(f"{count:,} {name}" for name, count in more["rows"].items())
    return [*lines, f"The release holds {counts}."]


def make(folder: Path, documents: int) -> None:
    """Write documents made from the shipped samples, a hundred in each folder, none like another."""
    samples = sorted((seeds.folder() / "documents").iterdir())
    for number in range(documents):
        sample = samples[number % len(samples)]
        path = folder / f"{number // 100:02}" / f"{number:04}-{sample.name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(varied(sample.read_text(encoding="utf-8"), number // len(samples)), encoding="utf-8")


def _here(sources: Path, output: Path) -> dict[str, Any]:
    began = time.process_time()
    settings = pipeline.Settings(sources=(str(sources),), output=str(output), workers=0)
    report = pipeline.run(settings, pipeline.Plain())
    return {**report, "cpu": time.process_time() - began}


def _command(sources: Path, output: Path) -> dict[str, Any]:
    line = [sys.executable, "-m", "flows.cli", "run", str(sources), "--output", str(output), "--json", "--quiet"]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _row(name: str, report: dict[str, Any], full: dict[str, Any]) -> list[str]:
    key = "cpu" if "cpu" in report else "seconds"
    return [
        name,
        f"{report['cpu']:.1f}" if "cpu" in report else "",
        f"{report['seconds']:.1f}",
        *(f"{report['steps'][step]:.2f}" for step in STEPS),
        f"{report[key] / full[key] * 100:.1f} %",
    ]


if __name__ == "__main__":
    main()
