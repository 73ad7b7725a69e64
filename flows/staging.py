"""Folders of runs at work: .staging/<run>/, each with a lock that its run holds as long as it lives.

The system frees the lock when a process ends, however it ends. So a folder whose lock is free belongs to a run that is
dead, and is removed by the next one; that of a run at work never is.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = ".lock"
YOUNG = 3600
"""Seconds for which a folder without a lock is left alone: a run may be about to lock it."""


@contextmanager
def opened(home: Path, run: str) -> Iterator[Path]:
    """Give a run its folder; it is gone at the end, and so are those of dead runs at the beginning."""
    folder = home / ".staging" / run
    lock = _own(folder)
    try:
        sweep(home)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def sweep(home: Path) -> list[str]:
    """Remove the folders of dead runs; gives their names."""
    removed = []
    for folder in sorted((home / ".staging").glob("*/")):
        # What vanishes meanwhile is removed by another run.
        with suppress(OSError):
            if not _is_dead(folder):
                continue
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder.name)
    return removed


def _own(folder: Path) -> int | None:
    """Make a folder and lock it; None where there are no locks."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        folder.mkdir(parents=True, exist_ok=True)
        return None
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT)
            fcntl.flock(handle, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), (folder / LOCK).stat()):
                    return handle
            # Another run took it for dead before it was locked.
            os.close(handle)


def _is_dead(folder: Path) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return False
    if not (folder / LOCK).exists():
        return time.time() - folder.stat().st_mtime > YOUNG
    handle = os.open(folder / LOCK, os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        # Closing frees the lock again; a run that comes for the folder now looks whether it is still there.
        os.close(handle)
    return True
