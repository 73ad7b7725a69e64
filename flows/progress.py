"""How far a run is, for whoever listens."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

Listener = Callable[[str, int, int, int], None]
"""Takes stage, steps done, steps in all, sources done (0 where steps are no batches of sources)."""
SELDOM = 2.0
"""Seconds between two lines about a stage, at least."""

_listeners: list[Listener] = []
_done: Counter[str] = Counter()
_sources: Counter[str] = Counter()
_lock = Lock()


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of every step meanwhile."""
    with _lock:
        _done.clear()
        _sources.clear()
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def step(stage: str, total: int, *, sources: int = 0) -> None:
    """Say that one more of `total` steps of a stage is done. Tasks run in threads; listeners hear one at a time."""
    with _lock:
        _done[stage] += 1
        _sources[stage] += sources
        for listener in _listeners:
            listener(stage, _done[stage], total, _sources[stage])


class _Clock:
    """When each stage began: its first step is done already when it is heard of, so it began at the step before, of any stage."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.now = clock
        self._latest = clock()
        self._began: dict[str, float] = {}

    def hear(self, stage: str) -> tuple[float, float]:
        """Take a step of a stage; gives when that stage began, and now."""
        now = self.now()
        began = self._began.setdefault(stage, self._latest)
        self._latest = now
        return began, now


class Lines:
    """Writes progress as lines, for a log: each stage's first and last step, and in between one now and then.

    A line tells steps, and where there are several how many sources were done in a second and how long it will take:
    `segment 3/12, 140 sources/s, 0:21 left`. The rate is that since the stage before had its first batch done.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = _Clock(clock)
        self._told: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int, sources: int) -> None:
        """Take a step."""
        began, now = self._clock.hear(stage)
        if done > 1 and done < total and now - self._told.get(stage, 0.0) < SELDOM:
            return
        self._told[stage] = now
        rate = _rate(sources, now - began) if total > 1 else ""
        pace = f", {rate}" * bool(rate) + f", {_left(now - began, done, total)}" * (bool(rate) and done < total)
        self._stream.write(f"{stage} {done}/{total}{pace}\n")
        self._stream.flush()


def _left(seconds: float, done: int, total: int) -> str:
    left = round(seconds / done * (total - done))
    return f"{left // 60}:{left % 60:02} left"


def _rate(sources: int, seconds: float) -> str:
    return f"{sources / seconds:,.0f} sources/s" if sources and seconds > 0 else ""


@contextmanager
def bar(
    *stages: str, console: "Console | None" = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Listener]:
    """Give a listener that shows bars, on the terminal of standard error if no other is given; those of `stages` from the beginning.

    Steps, sources in a second, time taken and time left.
    """
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description:9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]:>15}"),
        TimeElapsedColumn(),
        # Not the column of rich: it says nothing before the second step, and a step may take minutes.
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=console or Console(stderr=True), transient=True, get_time=clock) as shown:
        rows = {stage: shown.add_task(stage, total=1, pace="", left="") for stage in stages}
        heard = _Clock(clock)

        def listen(stage: str, done: int, total: int, sources: int) -> None:
            began, now = heard.hear(stage)
            if stage not in rows:
                rows[stage] = shown.add_task(stage, total=total, pace="", left="")
                # Not now, when its first step is done.
                shown.tasks[list(rows).index(stage)].start_time = began
            left = _left(now - began, done, total) if 0 < done < total else ""
            shown.update(rows[stage], completed=done, total=total, pace=_rate(sources, now - began), left=left)

        yield listen
