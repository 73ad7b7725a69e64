"""The steps of a run without Prefect, for tests: in this process, or in a process of its own with a fault put into it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from flows import pipeline, pools
from transforms.validate import run as judging
from transforms.validate.report import Outcome

FAULTS = """
import os, time
marker = {marker!r}
def fault(text):
    if marker in text:
        {what}
from transforms import {stage} as stage
real = stage.{stage}
def faulty(first, *rest, **more):
    texts = first["text"].to_pylist() if {stage!r} == "classify" else [first["text"]]
    for text in texts:
        fault(text)
    return real(first, *rest, **more)
stage.{stage} = faulty
"""
"""Read by every Python that starts with it in its path (sitecustomize): real workers, with a fault in one stage."""


def run(*sources: Path, output: Path | str, **options: Any) -> dict[str, Any]:
    """Run in this process; without workers, where `options` name none."""
    given = {"workers": 0, **options}
    settings = pipeline.Settings(sources=tuple(map(str, sources)), output=str(output), **given)
    return pipeline.run(settings, pipeline.Plain())


def quick(expectations: Any, frames: Any, breaches: dict[str, Any]) -> list[Outcome]:
    """Judge the checks by their rows alone, without Great Expectations: for tests of everything else, twenty times as fast."""
    del frames
    return [
        Outcome(
            name=e["name"],
            frame=e["frame"],
            type=e["type"],
            severity=e["severity"],
            description=e["description"],
            success=not breaches[e["name"]].count,
            failures=breaches[e["name"]].count,
        )
        for e in expectations
        if e["name"] in breaches
    ]


def put_fault(folder: Path, *, stage: str, marker: str, what: str) -> str:
    """Make a folder for PYTHONPATH whose fault befalls documents that hold the marker."""
    folder.mkdir(parents=True)
    (folder / "sitecustomize.py").write_text(FAULTS.format(stage=stage, marker=marker, what=what), encoding="utf-8")
    return os.pathsep.join([str(folder), str(Path(__file__).parents[2])])


def process(
    *sources: Path,
    output: Path | str,
    environment: dict[str, str] | None = None,
    cwd: Path | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Run in a process of its own; gives the report."""
    arguments = json.dumps([[str(source) for source in sources], str(output), options])
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.plain", arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": root, **(environment or {})},
        cwd=cwd or root,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def main() -> None:
    """Run what the argument says and print the report."""
    sources, output, options = json.loads(sys.argv[1])
    judging.judge = quick
    try:
        report = run(*map(Path, sources), output=output, **options)
    finally:
        pools.close()
    print(json.dumps(report, ensure_ascii=True))  # noqa: T201


if __name__ == "__main__":
    main()
