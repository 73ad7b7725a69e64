"""Damages files in thousands of ways and reads them: a reader gives text or says why not, and never hangs.

    python -m benchmarks.fuzz_readers FILE … [--mutations 10000] [--seed 1]

Each file is read by the reader of its suffix in a process of its own. A mutation fails when the reader raises anything but
`Unreadable`, ends the process, takes more than 5 s of processor time or more than 1 GB of memory, or gives offsets outside
its text. The seed of each failure is printed: the same seed makes the same bytes.
"""

import argparse
import io
import json
import multiprocessing
import random
import resource
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.fuzz_office import fuzz_office
from transforms.extract import FORMATS, Unreadable, extract

MOST_SECONDS = 5.0
"""Of processor time, for one mutation."""
MOST_MEGABYTES = 1024
_SILENCE = 120.0
"""Seconds without an answer after which a process is ended."""
_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9)
) + b"]>"  # fmt: skip
_SECTORS = b"\xd0\xcf\x11\xe0"
"""Begins a DOC or WPS; a byte more or less there, and nothing behind it is found."""
_NUMBERS = (b"0", b"-1", b"65535", b"2147483647", b"4294967296", b"99999999999999999999", b"1e300", b"NaN")

Damage = Callable[[bytes, random.Random], bytes]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 20, 200)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _drop(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.randrange(1, 2000) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    piece = data[at : at + chance.randrange(1, 3000)]
    return data[:at] + piece * chance.choice((2, 10, 100)) + data[at:]


def _noise(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.randrange(1, 300)) + data[at:]


def _number(data: bytes, chance: random.Random) -> bytes:
    """A number becomes another: lengths, places, references."""
    places = [at for at in range(len(data)) if 48 <= data[at] <= 57 and not 48 <= data[at - 1] <= 57]
    for at in sorted(chance.sample(places, min(len(places), chance.choice((1, 3, 10)))), reverse=True):
        end = at
        while end < len(data) and 48 <= data[end] <= 57:
            end += 1
        data = data[:at] + chance.choice(_NUMBERS) + data[end:]
    return data


def _nest(data: bytes, chance: random.Random) -> bytes:
    """An element many times inside itself, or a bracket."""
    at = data.find(b">", chance.randrange(len(data) + 1)) + 1
    deep = chance.choice((10, 300, 20_000))
    if data[:1] != b"<" and b"<" not in data[:200]:
        return data[:at] + b"[" * deep + data[at:]
    name = chance.choice((b"w:tbl", b"w:p", b"w:sdt", b"div", b"table", b"a"))
    return data[:at] + b"<%s>" % name * deep + data[at:]


def _entities(data: bytes, chance: random.Random) -> bytes:
    head = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
    at = data.find(b">", chance.randrange(len(data) + 1)) + 1
    return data[:head] + _BOMB + data[head : max(at, head)] + b"&j;" + data[max(at, head) :]


def _overwrite(data: bytes, chance: random.Random) -> bytes:
    """Noise, zeros or another piece of the file, in place of as many bytes: the sectors of an old Word file stay where they are."""
    at, long = chance.randrange(len(data) + 1), chance.choice((1, 4, 30, 600))
    old, other = data[at : at + long], chance.randrange(len(data) + 1)
    new = chance.choice((chance.randbytes(long), bytes(long), b"\xff" * long, data[other : other + long]))
    return data[:at] + new[: len(old)].ljust(len(old), b"\0") + data[at + long :]


_PLAIN: tuple[Damage, ...] = (_cut, _flip, _drop, _repeat, _noise, _number)
_MARKUP: tuple[Damage, ...] = (*_PLAIN, _nest, _entities)
_IN_PLACE: tuple[Damage, ...] = (_flip, _overwrite)


def _in_part(data: bytes, chance: random.Random) -> bytes:
    """A sound container of which one part is damaged, missing, or far too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    kind = chance.randrange(20)
    if kind == 0:
        del parts[name]
    elif kind == 1:
        parts[name] = parts[name] + b" " * 70_000_000
    elif kind == 2:
        parts[name] = parts[name].replace(b">", b">" + b"<a/>" * 50_000, 1)
    else:
        parts[name] = chance.choice(_MARKUP)(parts[name], chance)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for key, value in parts.items():
            archive.writestr(key, value)
    return made.getvalue()


def mutate(data: bytes, seed: int) -> bytes:
    """The mutation of that seed; containers are damaged inside as often as outside."""
    chance = random.Random(seed)  # noqa: S311 - the same seed makes the same bytes
    if data.startswith(b"PK") and chance.random() < 0.6:
        return _in_part(data, chance)
    inside = data.startswith(_SECTORS) and chance.random() < 0.6
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        kinds = _IN_PLACE if inside else _MARKUP if data[:200].lstrip()[:1] == b"<" else _PLAIN
        data = chance.choice(kinds)(data, chance)
    return data


def verdict(data: bytes, name: str) -> str:
    """Read; gives `read` or the code of the refusal.

    Raises:
        Exception: Whatever the reader raises that is no refusal; AssertionError where its offsets are wrong.

    """
    try:
        row = extract(data, source_uri=name)
    except Unreadable as error:
        return error.code
    text = row["text"]
    text.encode("utf-8")
    for span in (*row["hints"], *row["tables"]):
        if not 0 <= span["start"] <= span["end"] <= len(text):
            message = f"offsets {span['start']}–{span['end']} in a text of {len(text)} characters"
            raise AssertionError(message)
    return "read"


def _recognise_small() -> None:
    """Recognise on one thread, and enlarge no picture: what is damaged is the file, and a second each is three hours of all."""
    from rapidocr import RapidOCR  # noqa: PLC0415 - comes with an extra

    from transforms.extract import ocr  # noqa: PLC0415

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={"Global.log_level": "error", "Det.limit_side_len": 64, **threads})
    ocr._engine = lambda: engine  # type: ignore[assignment]  # noqa: SLF001 - the product has one size


def _work(pipe: Connection, data: bytes, name: str, first: int, last: int, full_size: bool) -> None:  # noqa: FBT001
    if not full_size and FORMATS[Path(name).suffix.lower()] == "image":
        _recognise_small()
    for seed in range(first, last):
        changed = mutate(data, seed)
        began = time.process_time()
        try:
            outcome, fault = verdict(changed, name), ""
        except Exception as error:  # noqa: BLE001 - it is what is looked for
            outcome, fault = "fault", f"{type(error).__name__}: {error}"[:200]
        spent = time.process_time() - began
        pipe.send((seed, outcome, fault, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
    pipe.send(None)


def fuzz(data: bytes, name: str, *, mutations: int, seed: int, full_size: bool = False) -> dict[str, object]:
    """Read all mutations of a file; gives the outcomes, the failures with their seeds, the longest time and most memory."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    longest, most = 0.0, 0
    at, end = seed, seed + mutations
    context = multiprocessing.get_context("spawn")
    while at < end:
        mine, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=_work, args=(theirs, data, name, at, end, full_size))
        worker.start()
        theirs.close()
        finished = False
        try:
            while mine.poll(_SILENCE):
                answer = mine.recv()
                if answer is None:
                    finished = True
                    break
                at, outcome, fault, spent, megabytes = answer
                at += 1
                outcomes[outcome] += 1
                longest, most = max(longest, spent), max(most, megabytes)
                if fault:
                    failures.append(f"seed {at - 1}: {fault}")
                if spent > MOST_SECONDS:
                    failures.append(f"seed {at - 1}: took {spent:.1f} s")
            else:
                failures.append(f"seed {at}: no answer")
        except EOFError:
            worker.join()
            failures.append(f"seed {at}: the process ended ({worker.exitcode})")
        worker.kill()
        worker.join()
        if finished:
            break
        at += 1
    if most > MOST_MEGABYTES:
        failures.append(f"took {most} MB")
    return {
        "file": name,
        "outcomes": dict(outcomes.most_common()),
        "longest_seconds": round(longest, 2),
        "most_megabytes": most,
        "failures": failures,
    }


def report_of(data: bytes, name: str, *, mutations: int, seed: int, full_size: bool) -> dict[str, object]:
    """Report of `fuzz`, by many mutations in one call where LibreOffice reads them."""
    if Path(name).suffix.lower() not in {".doc", ".wps"}:
        return fuzz(data, name, mutations=mutations, seed=seed, full_size=full_size)
    return fuzz_office(
        lambda one: mutate(data, one), name, range(seed, seed + mutations), verdict, most_seconds=MOST_SECONDS
    )


def main() -> int:
    """Command line; 1 where a mutation failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full-size", action="store_true", help="recognise pictures as the product does")
    options = parser.parse_args()
    failed = False
    for file in options.files:
        report = report_of(
            file.read_bytes(),
            file.name,
            mutations=options.mutations,
            seed=options.seed,
            full_size=options.full_size,
        )
        failed = failed or bool(report["failures"])
        print(json.dumps(report, ensure_ascii=False, indent=1))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
