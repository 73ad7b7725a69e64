"""Processes for work: what they hold when it is done, and what they make of Ctrl-C, which a terminal sends to all of them."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import psutil
import pyarrow as pa
import pytest

from flows import pools

MIB = 2**20
_kept: list[bytes] = []


@pytest.fixture(autouse=True)
def _new_workers() -> Iterator[None]:
    pools.close()
    yield
    pools.close()


def own() -> int:
    """Bytes that this process holds for itself."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) * 1024


def by_python() -> int:
    """Fill the heap of the C library, and leave the last piece there, so that what is free lies below it."""
    pieces = [bytes(1000) for _ in range(200_000)]
    _kept.append(pieces[-1])
    return own()


def by_polars() -> int:
    """Fill what polars allocates."""
    series = pl.Series([str(number) * 20 for number in range(100)] * 10_000)
    filled = (series + "x").str.to_uppercase()
    held = own()
    assert len(filled)
    return held


def by_arrow() -> int:
    """Fill what pyarrow allocates, in many pieces."""
    pieces = [pa.array([n] * 20_000) for n in range(1000)]
    held = own()
    assert pieces
    return held


@pytest.mark.skipif(sys.platform != "linux", reason="tells what is held by /proc, and the C library's trim is glibc's")
@pytest.mark.parametrize("fill", [by_python, by_polars, by_arrow])
def test_a_worker_gives_back_what_it_used(fill: Callable[[], int]) -> None:
    before = pools.run(own, workers=1)
    held = pools.run(fill, workers=1)
    after = pools.run(own, workers=1)
    assert held > before + 90 * MIB
    assert after - before < (held - before) / 3


def test_where_the_c_library_cannot_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools.ctypes, "CDLL", lambda _: object())
    pools.give_back()


def test_ctrl_c_while_a_process_starts_is_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(psutil.Process().children())
    pools.start_validator()
    # At once: it has not even found out what it is for.
    started = [child for child in psutil.Process().children() if child not in before]
    (process,) = [child for child in started if "spawn_main" in " ".join(child.cmdline())]
    process.send_signal(signal.SIGINT)
    assert pools.in_validator(os.getpid) == process.pid
    pools.close()
    assert capfd.readouterr().err == ""


def test_this_process_hears_ctrl_c_again() -> None:
    heard: list[int] = []
    former = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        pools.start_validator()
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, former)
        pools.close()
    assert heard == [signal.SIGINT]
