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
