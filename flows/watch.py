"""A stage over a batch in a worker process, which may hang or die: the source to blame is set aside, the others go on.

The worker notes what it has in hand (`work.Notes`). If it is at one note for longer than the limit, it is ended; if it
dies, by a crash or for want of memory, that is seen too. When the note names one source, that one is set aside and the
batch is done again without it; when it names several, the batch is done again with one source at a time.
"""

import json
import time
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path
from typing import Any

from pebble import ProcessExpired

from flows import pools, work

MAX_SECONDS = 600.0
"""Default limit for one document in one stage; the longest of some thousand took two."""
LOOK = 0.1
"""Seconds between two looks."""


class _Overdue(Exception):  # noqa: N818 - an event, no error of ours
    """A worker was ended because it took too long."""


def run_stage(
    stage: str,
    folder: str,
    *,
    workers: int,
    max_seconds: float = MAX_SECONDS,
    dask: str | None = None,
    **options: Any,  # noqa: ANN401
) -> int:
    """Run a stage over a batch (`work.run_stage`) in a worker; without workers, here and without a limit.

    Args:
        stage: extract, clean, segment or classify.
        folder: Folder of the batch.
        workers: Processes of this machine.
        max_seconds: Limit for one document.
        dask: Scheduler of a cluster whose machines do it instead.
        options: For `work.run_stage`.

    Raises:
        RuntimeError: Workers die and no source is to blame.

    """
    if dask is not None:
        from flows import cluster  # noqa: PLC0415 - it calls this function there

        return cluster.run_stage(stage, folder, scheduler=dask, max_seconds=max_seconds, **options)
    if not workers:
        return work.run_stage(stage, folder, **options)
    log = Path(folder) / f"working-{stage}.log"
    care = work.Care()
    while True:
        log.unlink(missing_ok=True)
        future = pools.in_worker(work.run_stage, stage, folder, workers=workers, care=care, **options)
        try:
            return int(_watched(future, log, max_seconds))
        except (_Overdue, ProcessExpired) as end:
            care = _after(care, _in_hand(log)[1], _reason(end, max_seconds), stage)


def _watched(future: Any, log: Path, max_seconds: float) -> Any:  # noqa: ANN401 - what the work gives
    try:
        while not future.done():
            wait([future], timeout=LOOK)
            since, uris = _in_hand(log)
            if uris and not future.done() and time.monotonic() - since > max_seconds:
                raise _Overdue
        return future.result()
    finally:
        # Ends the worker, where it is still at work.
        future.cancel()


def _in_hand(log: Path) -> tuple[float, list[str]]:
    """Read the last whole note: since when, and which sources."""
    try:
        lines = log.read_bytes().split(b"\n")
    except FileNotFoundError:
        return time.monotonic(), []
    if len(lines) < 2:
        return time.monotonic(), []
    since, uris = json.loads(lines[-2])
    return since, uris


def _after(care: work.Care, in_hand: list[str], reason: tuple[str, str], stage: str) -> work.Care:
    """How the batch is done again."""
    if len(in_hand) == 1 and in_hand[0] not in care.culprits:
        return replace(care, culprits={**care.culprits, in_hand[0]: reason})
    if not care.singly:
        return replace(care, singly=True)
    raise RuntimeError(f"A worker died in {stage} and no source is to blame. Is there enough memory?")


def _reason(end: _Overdue | ProcessExpired, max_seconds: float) -> tuple[str, str]:
    if isinstance(end, _Overdue):
        return "timed_out", f"It took longer than {max_seconds:g} s. Raise --max-seconds, or divide the document."
    return (
        "worker_died",
        "The process that worked on it died: not enough memory, or a crash. It is tried again in the next run.",
    )
