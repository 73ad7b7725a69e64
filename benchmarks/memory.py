"""Peak memory of a run and of each of its processes, by looking at /proc while it goes on."""

import re
import time
from pathlib import Path

import psutil

ROLES = ("main process", "Prefect server", "validator", "worker", "all together")
_LINE = re.compile(r"^(VmHWM|RssAnon):\s+(\d+) kB$", re.MULTILINE)
_MIB = 2**10
"""In kB."""


class Peaks:
    """What was the most so far, in MiB."""

    PAUSE = 0.25
    """Seconds between two looks; the peak of a process itself is kept by the kernel."""
    TOGETHER = 1.0
    """Seconds between two sums over all processes, for which the kernel walks through their pages."""

    def __init__(self, pid: int) -> None:
        self._main = psutil.Process(pid)
        self._most: dict[str, dict[str, float]] = {}
        self._summed = 0.0
        self._validator: psutil.Process | None = None

    def look(self) -> None:
        """Look at the process and at those below it; one that ends meanwhile is passed over."""
        try:
            below = self._main.children(recursive=True)
        except psutil.NoSuchProcess:
            return
        for process, role in self.roles(below).items():
            if held := _held(process.pid):
                self._note(role, held)
        if time.monotonic() - self._summed >= self.TOGETHER:
            self._note(ROLES[-1], {"peak": sum(_proportional(process) for process in [self._main, *below])})
            self._summed = time.monotonic()

    def roles(self, below: list[psutil.Process]) -> dict[psutil.Process, str]:
        """What the processes of the run do. The validator is the first that is spawned (`running.run`), the others are workers."""
        found, spawned = {self._main: ROLES[0]}, []
        for process in below:
            try:
                line, began = " ".join(process.cmdline()), process.create_time()
            except psutil.Error:
                continue
            if "flows.server_process" in line:
                found[process] = ROLES[1]
            elif "spawn_main" in line:
                spawned.append((began, process.pid, process))
        for *_, process in sorted(spawned):
            # Known from then on: it may end before the workers do.
            self._validator = self._validator or process
            found[process] = ROLES[2] if process == self._validator else ROLES[3]
        return found

    def found(self) -> dict[str, dict[str, float]]:
        """Role -> `peak` and `own` of its largest process, in MiB."""
        return {
            role: {kind: round(value, 1) for kind, value in self._most[role].items()}
            for role in ROLES
            if role in self._most
        }

    def _note(self, role: str, held: dict[str, float]) -> None:
        most = self._most.setdefault(role, {})
        for kind, value in held.items():
            most[kind] = max(value, most.get(kind, 0.0))


def _held(pid: int) -> dict[str, float]:
    try:
        told = dict(_LINE.findall(Path(f"/proc/{pid}/status").read_text(encoding="utf-8")))
    except OSError:
        return {}
    # One that ended has no memory any more.
    return {"peak": int(told["VmHWM"]) / _MIB, "own": int(told["RssAnon"]) / _MIB} if len(told) == 2 else {}


def _proportional(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 2**20
    except psutil.Error:
        return 0.0
