"""Processes that tests start, and what they wait for."""

import subprocess
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 240
"""Seconds that a busy machine is given; a quiet one needs a tenth."""


def wait(condition: Callable[[], Any]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, kindly at first."""
    process.terminate()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
