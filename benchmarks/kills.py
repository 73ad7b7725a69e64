"""Runs that are killed (SIGKILL) at random moments, and what is left of them.

python -m benchmarks.kills [--kills 200] [--seed 1]     writes benchmarks/kills.md

Over and over a folder of documents is changed and a run begun that is killed after a random time, until one is let through.
After every kill the pointer must name a whole release with the right digests; the run that is let through must give the
release that an undisturbed run gives elsewhere, and take over the batches that killed runs had finished. The runs are forks of
one process that has everything loaded: the steps are those of `gangmu run`, without Prefect's twelve seconds.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import seeds
from benchmarks.corpus import varied
from benchmarks.report import header, table, write
from flows import pipeline, work
from transforms.publish import current, differences, listing
from transforms.publish.files import sha256
from transforms.validate.engine import warm

KILLS = 200
COPIES = 1
"""Times that the twelve samples are in the folder."""
BATCH_BYTES = 25_000
MOST = 12
"""Kills before a run is let through."""


class Telling(pipeline.Plain):
    """The steps, each telling a file that it has begun."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self._place = place

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - any step
        if name in {"stage", "join", "validate", "encode", "publish"}:
            object.__getattribute__(self, "_place").write_text(name)
        return super().__getattribute__(name)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=KILLS, help=f"runs to kill ({KILLS})")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments (1)")
    options = parser.parse_args()
    warm()
    work.warm()
    with tempfile.TemporaryDirectory(prefix="gangmu-kills-") as folder:
        facts = kill(Path(folder), kills=options.kills, seed=options.seed)
    print(write("kills.md", page(facts, f"python -m benchmarks.kills --kills {options.kills} --seed {options.seed}")))


def kill(folder: Path, *, kills: int, seed: int) -> dict[str, Any]:
    """Kill so many runs.

    Raises:
        AssertionError: Something is left that must not be.

    """
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    sources, output, step = folder / "sources", folder / "output", folder / "step"
    documents = list(_documents(sources))
    _run(sources, output, step)
    took = 1.0
    facts: dict[str, Any] = {
        "kills": 0,
        "late": 0,
        "rounds": 0,
        "taken_over": 0,
        "steps": Counter(),
        "documents": len(documents),
    }
    version = 0
    while facts["kills"] < kills:
        version += 1
        for path in chance.sample(documents, len(documents) // 2):
            path.write_text(varied(path.read_text(encoding="utf-8"), version), encoding="utf-8")
        for _ in range(min(MOST, kills - facts["kills"])):
            if not _killed(sources, output, step, chance.uniform(0, took), facts):
                break
        report = _run(sources, output, step)
        facts["rounds"] += 1
        facts["taken_over"] += report["reused"] > len(documents) - len(documents) // 2
        _check(output)
        began = time.monotonic()
        alone = _run(sources, folder / f"alone-{version}", step)
        # The moments of the next kills lie all over the time that a run takes now.
        took = time.monotonic() - began
        assert report["digest"] == alone["digest"], "another release than that of an undisturbed run"
        assert not list((output / ".staging").glob("*/")), "a folder of a dead run is left"
        shutil.rmtree(folder / f"alone-{version}")
        print(f"{facts['kills']} kills, {facts['rounds']} rounds", file=sys.stderr)
    return facts


def page(facts: dict[str, Any], command: str) -> list[str]:
    """Report as Markdown."""
    lines = header("Kills", command, ("pyarrow", "polars", "great-expectations"))
    lines.append(
        f"{facts['kills']} runs over {facts['documents']} documents were killed (SIGKILL) at random moments; {facts['late']} more were done "
        f"before their moment came. After {facts['kills']} of {facts['kills']} kills `latest.json` named a whole release, every digest and "
        f"row count right, and no folder that lacks something was among the releases. {facts['rounds']} times a run was let through "
        "then: each gave the release that an undisturbed run gives in an empty folder, and left no folder of a dead run. "
        f"{facts['taken_over']} of them found batches that killed runs had finished."
    )
    rows = [[name, str(count)] for name, count in sorted(facts["steps"].items(), key=lambda item: -item[1])]
    return [*lines, "", *table(("step that was killed", "kills"), rows)]


def _documents(sources: Path) -> Iterator[Path]:
    for copy in range(COPIES):
        for sample in sorted((seeds.folder() / "documents").iterdir()):
            path = sources / str(copy) / sample.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(varied(sample.read_text(encoding="utf-8"), copy), encoding="utf-8")
            yield path


def _killed(sources: Path, output: Path, step: Path, delay: float, facts: dict[str, Any]) -> bool:
    """Begin a run and kill it after a time; whether it was still at work."""
    step.write_text("plan")
    child = _fork(sources, output, step)
    ended = _wait(child, delay)
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        facts["kills"] += 1
        facts["steps"][step.read_text() or "plan"] += 1
    facts["late"] += ended
    _check(output)
    return not ended


def _run(sources: Path, output: Path, step: Path) -> dict[str, Any]:
    """Run to the end; gives the report."""
    known = set(output.glob("runs/*"))
    _, status = os.waitpid(_fork(sources, output, step), 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the run failed"
    (new,) = set(output.glob("runs/*")) - known
    report: dict[str, Any] = json.loads((new / "report.json").read_text(encoding="utf-8"))
    return report


def _fork(sources: Path, output: Path, step: Path) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        settings = pipeline.Settings(sources=(str(sources),), output=str(output), workers=0, batch_bytes=BATCH_BYTES)
        pipeline.run(settings, Telling(step))
        code = 0
    finally:
        # Not the end of the process it was forked from: no handlers, no flushing of its streams.
        os._exit(code)


def _wait(child: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0, "the run failed by itself"
            return True
        time.sleep(0.005)
    return False


def _check(output: Path) -> None:
    """Check that the pointer names a whole release and that every release is whole."""
    pointer = json.loads((output / "latest.json").read_text(encoding="utf-8"))
    assert sha256(output / pointer["path"] / "datapackage.json") == pointer["datapackage_sha256"]
    releases = listing(output)
    assert len(releases) == len(list((output / "releases").iterdir())), "a folder of releases is no release"
    assert current(output) in {release.id for release in releases}
    newest = next(release for release in releases if release.id == current(output))
    for release in (newest, *releases[-2:]):
        assert not differences(release), differences(release)


if __name__ == "__main__":
    main()
