"""Processes for work that needs a processor. They import no Prefect, which would cost each of them two seconds.

The validator is a process of its own that imports Great Expectations (five seconds) while the run does other things. A
process that dies or is ended is replaced, and only the work that it had is lost.
"""

import ctypes
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.util import Finalize
from typing import Any
from weakref import WeakSet

from pebble import ProcessExpired, ProcessFuture, ProcessPool

_pools: dict[str, tuple[ProcessPool, int, str]] = {}
_given: "WeakSet[ProcessFuture[Any]]" = WeakSet()
_stopped = threading.Event()
_lock = threading.Lock()


def start_validator() -> None:
    """Start the process that validates, so that it has imported what it needs when it is wanted; a run begins with it."""
    _stopped.clear()
    pool, new = _pool("validator", 1)
    if new:
        pool.schedule(_warm_validator)


def start_workers(count: int, *, version: str = "") -> None:
    """Start the processes that work on documents; each loads the tables of the stages meanwhile.

    Processes of another version are ended, for they hold the tables that they were started with; too few are replaced by more.
    """
    pool, new = _pool("workers", count, version)
    if new:
        for _ in range(count):
            pool.schedule(_warm_worker)


def renew_workers(count: int) -> None:
    """End the processes that work on documents, and what their tables and their work have left in memory; others take over.

    These load nothing before they need it: to join, examine and encode takes no table.
    """
    with _lock:
        found, *_ = _pools.pop("workers", (None,))
    if found is not None:
        _stop(found)
    _pool("workers", count)


def in_validator(function: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - what the function gives
    """Run a function in the process that validates."""
    return _given_out("validator", 1, function, args, {}).result()


def run(function: Callable[..., Any], *args: Any, workers: int, **options: Any) -> Any:  # noqa: ANN401 - as the function
    """Run a function in a worker process and wait for it; here, where there are no workers or one dies of it."""
    if workers:
        with suppress(ProcessExpired):
            return in_worker(function, *args, workers=workers, **options).result()
    return function(*args, **options)


def in_worker(function: Callable[..., Any], *args: Any, workers: int, **options: Any) -> "ProcessFuture[Any]":  # noqa: ANN401
    """Begin a function in a worker process; cancelling what comes back ends the process."""
    return _given_out("workers", workers, function, args, options)


def _given_out(
    name: str, size: int, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]
) -> "ProcessFuture[Any]":
    pool, _ = _pool(name, size)
    future: ProcessFuture[Any] = pool.schedule(_lean, args=(function, *args), kwargs=options)
    with _lock:
        _given.add(future)
    if _stopped.is_set():
        future.cancel()  # type: ignore[no-untyped-call]
    return future


def close() -> None:
    """Stop all processes, whatever they do; who wants others starts them."""
    stop()
    _stopped.clear()


def stop() -> None:
    """Stop all processes and let nobody start others until the next run: threads of this one may still be at it."""
    _stopped.set()
    with _lock:
        pools = [pool for pool, *_ in _pools.values()]
        _pools.clear()
        left = list(_given)
        _given.clear()
    for pool in pools:
        _stop(pool)
    for future in left:
        # What no process had begun yet the library leaves without an end, and somebody waiting.
        future.cancel()  # type: ignore[no-untyped-call]


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool(name: str, size: int, version: str | None = None) -> tuple[ProcessPool, bool]:
    if _stopped.is_set():
        raise CancelledError("the run was stopped")
    with _lock:
        found, workers, of_version = _pools.get(name, (None, 0, ""))
        if found is not None and found.active and (version is None or (version == of_version and size <= workers)):
            return found, False
        if found is not None:
            _stop(found)
        # Spawned: a fork of a process with threads (Prefect, Arrow) may hang.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPool(size, context=context, initializer=_settle)
        with _deaf():
            # Asking starts its processes, and the thread that replaces them.
            _ = pool.active
        _pools[name] = (pool, size, version or "")
        return pool, True


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that hear nothing of Ctrl-C before they have settled: their imports would answer with a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started with the first process else, and it lets the signals through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle() -> None:
    """End at Ctrl-C without a word, which the parent says, and do not outlive it."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # There are as many workers as processors: threads of theirs would only wait for one another.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    # What polars and pyarrow free goes back to the system at once: it takes no longer, and a process holds half as much.
    # Behind what is there, for the last counts: polars sets its own when it is imported, so in the parent too.
    told = os.environ.get("_RJEM_MALLOC_CONF", "")
    os.environ["_RJEM_MALLOC_CONF"] = f"{told},dirty_decay_ms:0,muzzy_decay_ms:0".lstrip(",")
    os.environ.setdefault("MIMALLOC_PURGE_DELAY", "0")
    # A worker has nothing to put in order; taking Great Expectations down as Python does costs two seconds.
    Finalize(None, os._exit, args=(0,), exitpriority=-1000)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _lean(function: Callable[..., Any], *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as the function
    """Run a function in a process, and hold no more memory afterwards than before."""
    try:
        return function(*args, **options)
    finally:
        give_back()


def give_back() -> None:
    """Give memory that is free back to the system, where its C library can: by itself it keeps what it may want again."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _warm_worker() -> None:
    from flows import work  # noqa: PLC0415 - in a worker only

    work.warm()


def _warm_validator() -> None:
    # Imports alone: a rehearsal on empty tables costs the other processes more than it gains.
    from flows import assembly  # noqa: F401, PLC0415 - in the validator only
    from transforms.validate.engine import warm  # noqa: PLC0415

    warm()
