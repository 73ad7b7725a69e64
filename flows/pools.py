"""Processes for work that needs a processor. They import no Prefect, which would cost each of them two seconds.

The validator is a process of its own that imports Great Expectations (five seconds) while the run does other things.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing.util import Finalize
from typing import Any

_pools: dict[str, Executor] = {}
_lock = threading.Lock()


def start_validator() -> None:
    """Start the process that validates, so that it has imported what it needs when it is wanted."""
    pool, new = _pool("validator", 1)
    if new:
        pool.submit(_warm)


def in_validator(function: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - what the function gives
    """Run a function in the process that validates."""
    pool, _ = _pool("validator", 1)
    return pool.submit(function, *args).result()


def in_worker(function: Callable[..., Any], *args: Any, workers: int) -> Any:  # noqa: ANN401 - what the function gives
    """Run a function in a worker process; with fewer than two workers, here."""
    if workers < 2:
        return function(*args)
    pool, _ = _pool("workers", workers)
    return pool.submit(function, *args).result()


def close() -> None:
    """Stop all processes."""
    with _lock:
        pools = list(_pools.values())
        _pools.clear()
    for pool in pools:
        pool.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool(name: str, size: int) -> tuple[Executor, bool]:
    with _lock:
        if name in _pools:
            return _pools[name], False
        # Spawned: a fork of a process with threads (Prefect, Arrow) may hang.
        context = multiprocessing.get_context("spawn")
        _pools[name] = ProcessPoolExecutor(size, mp_context=context, initializer=_settle)
        return _pools[name], True


def _settle() -> None:
    """End at Ctrl-C without a word, which the parent says, and do not outlive it."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    # A worker has nothing to put in order; taking Great Expectations down as Python does costs two seconds.
    Finalize(None, os._exit, args=(0,), exitpriority=-1000)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _warm() -> None:
    # Imports alone: a rehearsal on empty tables costs the other processes more than it gains.
    from flows import assembly  # noqa: F401, PLC0415 - in the validator only
    from transforms.validate.engine import warm  # noqa: PLC0415

    warm()
