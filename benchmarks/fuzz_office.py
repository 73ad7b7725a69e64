"""Damaged DOC and WPS, for `benchmarks/fuzz_readers.py`: LibreOffice converts many in one call, for its start is what takes time.

Profile, limits and command are those of the reader. Where a call ends badly, or one file takes long, the files that may have
caused it are read again one by one by the reader itself: what counts is what a user would see.
"""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector

from transforms.extract import office

_TOGETHER = 200
_SILENCE = 5.0
"""Seconds without a word about the next file after which a call is ended, and the file read by itself."""
_REFUSED = b"Error: source file could not be loaded"
_CONVERTED = b"convert "

Verdict = Callable[[bytes, str], str]


def fuzz_office(
    mutated: Callable[[int], bytes], name: str, seeds: range, verdict: Verdict, most_seconds: float
) -> dict[str, object]:
    """Read all mutations; gives outcomes, failures with their seeds, longest time and most memory, and how many were read singly."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    singly: Counter[str] = Counter()
    longest = 0.0

    def judge(seed: int, data: bytes, name: str) -> str:
        nonlocal longest
        began, outcome = _processor_time(), "fault"
        try:
            outcome = verdict(data, name)
        except Exception as error:  # noqa: BLE001 - it is what is looked for
            failures.append(f"seed {seed}: {type(error).__name__}: {error}"[:200])
        spent = _processor_time() - began
        longest = max(longest, spent)
        if spent > most_seconds:
            failures.append(f"seed {seed}: took {spent:.1f} s")
        elif outcome == "timeout":
            failures.append(f"seed {seed}: LibreOffice neither worked nor ended")
        outcomes[outcome] += 1
        return outcome

    began = time.monotonic()
    for first in range(seeds.start, seeds.stop, _TOGETHER):
        with tempfile.TemporaryDirectory(prefix="fuzz-office-") as folder:
            rest: dict[int, Path] = {}
            for seed in range(first, min(first + _TOGETHER, seeds.stop)):
                data = mutated(seed)
                if office.is_old_word(data):
                    rest[seed] = Path(folder, f"{seed}.doc")
                    rest[seed].write_bytes(data)
                else:
                    judge(seed, data, name)
            while rest:
                place = Path(folder, f"call-{next(iter(rest))}")
                words, sound = _call(list(rest.values()), place)
                done, suspects = (
                    dict(zip(rest, words, strict=False)),
                    list(rest)[max(len(words) - 1, 0) : len(words) + 1],
                )
                for seed in list(rest)[: len(words) + 1]:
                    given = rest.pop(seed)
                    made = place / "made" / f"{seed}.docx"
                    if (not sound and seed in suspects) or (done[seed] == _CONVERTED and not made.is_file()):
                        singly[judge(seed, given.read_bytes(), name)] += 1
                    elif done[seed] == _CONVERTED:
                        judge(seed, made.read_bytes(), f"{name}.docx")
                    else:
                        outcomes["damaged"] += 1
    return {
        "file": name,
        "outcomes": dict(outcomes.most_common()),
        "read_singly": dict(singly.most_common()),
        "longest_seconds": round(longest, 2),
        "most_megabytes": max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024,
        "wall_seconds_of_each": round((time.monotonic() - began) / len(seeds), 3),
        "failures": failures,
    }  # fmt: skip


def _processor_time() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _call(files: list[Path], place: Path) -> tuple[list[bytes], bool]:
    """What LibreOffice says of each file in turn, and whether it ended by itself and said something of all."""
    words: list[bytes] = []
    program = shutil.which("soffice") or "libreoffice"
    with (
        subprocess.Popen(
            office.command(program, files, place),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            bufsize=0,
        ) as running,
        DefaultSelector() as ready,
    ):
        assert running.stdout is not None
        ready.register(running.stdout, EVENT_READ)
        said = b""
        while ready.select(_SILENCE):
            piece = os.read(running.stdout.fileno(), 65536)
            if not piece:
                break
            *lines, said = (said + piece).split(b"\n")
            words += [word for line in lines for word in (_REFUSED, _CONVERTED) if line.startswith(word)]
        else:
            os.killpg(running.pid, signal.SIGKILL)
        code = running.wait()
    return words, code == 0 and len(words) == len(files)
