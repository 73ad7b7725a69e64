"""Processes for work, and what they make of Ctrl-C, which a terminal sends to all of them."""

import os
import signal

import psutil
import pytest

from flows import pools


def test_ctrl_c_while_a_process_starts_is_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    pools.close()
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
