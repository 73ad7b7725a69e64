"""What one more document costs in a release of two thousand, as a share of the full run.

python -m benchmarks.incremental [--documents 2000] [--texts FOLDER] [--command]     writes benchmarks/incremental.md

Processing only: what a run does from the look at its sources to the pointer, without the start of Prefect, of the workers and of
Great Expectations. Measured in one process, so that CPU seconds are those of all the work; with --command also as the command
reports it, with its workers. The documents are made of the shipped samples, which are short, and with --texts of all `.txt` files
of a folder besides.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import seeds
from benchmarks.corpus import varied
from benchmarks.report import header, table, write
from flows import pipeline, work
from transforms.validate.engine import warm

DOCUMENTS = 2000
STEPS = ("plan", "stages", "join", "validate", "publish")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help=f"documents of the release ({DOCUMENTS})")
    parser.add_argument("--texts", type=Path, help="folder of texts to make documents of, besides the samples")
    parser.add_argument("--command", action="store_true", help="run the command too, Prefect and all")
    options = parser.parse_args()
    warm()
    work.warm()
    command = f"python -m benchmarks.incremental --documents {options.documents}"
    samples = sorted((seeds.folder() / "documents").iterdir())
    lines = []
    with tempfile.TemporaryDirectory(prefix="gangmu-incremental-") as folder:
        lines += measure(Path(folder) / "samples", samples, documents=options.documents, command=options.command)
        if options.texts:
            texts = sorted(options.texts.rglob("*.txt"))
            lines += ["", *measure(Path(folder) / "texts", texts, documents=options.documents, command=options.command)]
            command += f" --texts {options.texts.name}"
    command += " --command" * options.command
    print(
        write("incremental.md", [*header("Incremental", command, ("pyarrow", "polars", "great-expectations")), *lines])
    )


def measure(folder: Path, samples: Sequence[Path], *, documents: int, command: bool) -> list[str]:
    """Run over all documents, over one more, and once more over the same; gives the report as Markdown."""
    sources = folder / "sources"
    make(sources, samples, documents)
    size = sum(path.stat().st_size for path in sources.rglob("*.txt")) / documents
    ways = {"in one process": _here}
    if command:
        ways["the command"] = _command
    lines = [f"## Documents of {size / 1000:.1f} kB each", ""]
    for way, run in ways.items():
        output = folder / way.replace(" ", "-")
        (sources / "another.txt").unlink(missing_ok=True)
        full = run(sources, output)
        (sources / "another.txt").write_text(
            varied(samples[len(samples) // 2].read_text(encoding="utf-8"), 9_999), encoding="utf-8"
        )
        more, same = run(sources, output), run(sources, output)
        assert (full["reused"], more["reused"], same["reused"]) == (0, documents, documents + 1)
        assert more["digest"] == same["digest"] != full["digest"]
        heads = ("", "CPU s", "wall s", *STEPS, "share of the full run")
        named = ((f"all {documents:,}", full), ("one more", more), ("nothing new", same))
        rows = [_row(name, report, full) for name, report in named]
        lines += [f"**{way.capitalize()}**; the steps are wall seconds.", "", *table(heads, rows), ""]
    counts = ", ".join(f"{count:,} {name}" for name, count in more["rows"].items())
    return [*lines, f"The release holds {counts}."]


def make(folder: Path, samples: Sequence[Path], documents: int) -> None:
    """Write documents made from others, a hundred in each folder, none like another."""
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
