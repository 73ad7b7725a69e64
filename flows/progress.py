"""How far a run is, for whoever listens."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

Listener = Callable[[str, int, int], None]
"""Takes stage, steps done, steps in all."""

_listeners: list[Listener] = []
_done: Counter[str] = Counter()
_lock = Lock()


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of every step meanwhile."""
    with _lock:
        _done.clear()
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


def step(stage: str, total: int) -> None:
    """Say that one more of `total` steps of a stage is done. Tasks run in threads; listeners hear one at a time."""
    with _lock:
        _done[stage] += 1
        for listener in _listeners:
            listener(stage, _done[stage], total)


@contextmanager
def bar(*stages: str) -> Iterator[Listener]:
    """Give a listener that shows bars on the terminal of standard error; those of `stages` from the beginning."""
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        rows = {stage: shown.add_task(stage, total=1) for stage in stages}

        def listen(stage: str, done: int, total: int) -> None:
            if stage not in rows:
                rows[stage] = shown.add_task(stage, total=total)
            shown.update(rows[stage], completed=done, total=total)

        yield listen
