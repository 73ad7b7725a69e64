"""Speed of every stage, beside a plain word segmenter and a plain sentence splitter over the same text.

python -m benchmarks.speed [--megabytes 8] [--rounds 3]     writes benchmarks/speed.md

The corpus is made of the shipped samples, repeated. Every sentence of every copy is given two characters of its own: the
labeller looks at equal clauses of a batch but once, so plain copies would flatter it.
"""

import argparse
import logging
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import jieba

import seeds
from benchmarks.report import header, table, write
from flows import assembly, judging, work
from flows.batches import BATCH_BYTES, divide
from flows.sources import File

MEGABYTE = 1_000_000
"""Bytes of UTF-8."""
NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
ROUNDS = 3
SIZE = 8.0
EXPLAINED = """\
Measured in one process, without Prefect and without worker processes: {megabytes:.1f} MB (10⁶ bytes of UTF-8) of text in
{files:,} files, {characters:,} characters, made from the shipped samples. CPU seconds are those of all threads of the
process, the least of the rounds ({rounds}), so that other work on the machine plays no part; MB/s per core is MB by CPU seconds.
A stage includes reading its input and writing its output (Arrow files). Modules and tables are loaded before. Beside them
`jieba.cut` with its own dictionary, all words taken, and a sentence splitter, `re.findall` with one regular expression;
the last two columns say how many times as long as these a stage takes.
"""

Times = dict[str, list[tuple[float, float]]]
"""Name -> CPU and wall seconds of every round."""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=SIZE, help=f"size of the corpus ({SIZE:g})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds, of which the fastest counts ({ROUNDS})")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: give 1 or more")
    jieba.setLogLevel(logging.WARNING)
    command = f"python -m benchmarks.speed --megabytes {options.megabytes:g} --rounds {options.rounds}"
    with tempfile.TemporaryDirectory(prefix="gangmu-speed-") as folder:
        page = measure(Path(folder), megabytes=options.megabytes, rounds=options.rounds, command=command)
    print(write("speed.md", page))


def measure(folder: Path, *, megabytes: float, rounds: int, command: str) -> list[str]:
    """Make the corpus, measure and write the report as Markdown."""
    _round(corpus(folder / "warm", 0.0), folder / "warm-round", {})
    files = corpus(folder / "corpus", megabytes)
    times: Times = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        rows = _round(files, folder / f"round-{number}", times)
    size = sum(file.size for file in files) / MEGABYTE
    characters = sum(len(_text(file)) for file in files)
    facts = {"megabytes": size, "files": len(files), "characters": characters, "rounds": rounds}
    lines = header("Speed", command, ("jieba", "pyarrow", "polars", "great-expectations"))
    lines += [EXPLAINED.format(**facts), *_tables(times, size)]
    counts = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    return [*lines, f"The release holds {counts}. Peak memory of the process: {peak:,.0f} MiB."]


def corpus(folder: Path, megabytes: float) -> list[File]:
    """Write copies of the shipped samples, each sample once at least, until there are so many megabytes."""
    samples = sorted(path for path in (seeds.folder() / "documents").iterdir() if path.suffix in (".txt", ".md"))
    files: list[File] = []
    size, copy = 0, 0
    while not files or size < megabytes * MEGABYTE:
        for sample in samples:
            path = folder / f"{copy:05}" / sample.name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = varied(sample.read_text(encoding="utf-8"), copy).encode("utf-8")
            path.write_bytes(data)
            files.append(File(str(path), f"{copy:05}/{sample.name}", len(data)))
            size += len(data)
        copy += 1
    return files


def varied(text: str, copy: int) -> str:
    """Put two characters that tell the copy before every full stop."""
    high, low = divmod(copy, len(NAMES))
    return text.replace("。", f"{NAMES[high % len(NAMES)]}{NAMES[low]}。")


def _round(files: Sequence[File], folder: Path, times: Times) -> dict[str, int]:
    """Do everything once and note the times; gives the rows of the release."""
    texts = [_text(file) for file in files]
    _timed(times, "jieba.cut", lambda: sum(1 for text in texts for _ in jieba.cut(text)))
    _timed(times, "sentence splitter", lambda: sum(len(SENTENCE.findall(text)) for text in texts))
    batches = [
        work.prepare(folder / f"batch-{number:04}", batch)
        for number, batch in enumerate(divide(files, batch_bytes=BATCH_BYTES))
    ]
    for stage in work.STAGES:
        _timed(times, stage, partial(_stage, stage, batches))
    assembly.collect(folder, {}, batches, [], sources=len(files))
    rows: dict[str, int] = _timed(times, "join", lambda: assembly.join(folder))
    validation = _timed(times, "validate", lambda: judging.judge(str(folder)))
    if not validation["success"] or rows["quarantine"]:
        raise RuntimeError("\n".join(["The samples are not fit to be published.", *validation["reasons"]]))
    day = date(2000, 1, 1)  # the release is thrown away
    _timed(times, "publish", partial(_publish, folder, day, validation))
    return rows


def _stage(stage: str, batches: Iterable[Path]) -> None:
    for batch in batches:
        work.run_stage(stage, str(batch))


def _publish(folder: Path, day: date, validation: dict[str, Any]) -> None:
    cache, output = folder / "cache", folder / "output"
    for part in assembly.missing_parts(assembly.Joined.read(folder), cache):
        assembly.encode(str(folder), part, cache=str(cache))
    assembly.publish(folder, output=output, home=output, cache=cache, run="speed", day=day, validation=validation)


def _timed(times: Times, name: str, work_to_do: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the work gives
    cpu, wall = time.process_time(), time.perf_counter()
    result = work_to_do()
    times.setdefault(name, []).append((time.process_time() - cpu, time.perf_counter() - wall))
    return result


def _tables(times: Times, megabytes: float) -> list[str]:
    cpu = {name: min(seconds for seconds, _ in rounds) for name, rounds in times.items()}
    wall = {name: min(seconds for _, seconds in rounds) for name, rounds in times.items()}
    plain = ("jieba.cut", "sentence splitter")
    stages = [name for name in cpu if name not in plain]
    sums = {"extract to classify": list(work.STAGES), "all stages": stages}
    for seconds in (cpu, wall):
        seconds.update({name: sum(seconds[part] for part in parts) for name, parts in sums.items()})
    rows = [
        [
            name,
            f"{cpu[name]:.2f}",
            f"{wall[name]:.2f}",
            f"{megabytes / cpu[name]:,.2f}",
            *(f"{_digits(cpu[name] / cpu[other])}×" for other in plain),
        ]
        for name in (*plain, *stages, *sums)
    ]
    heads = ("", "CPU s", "wall s", "MB/s per core", "time by jieba.cut", "time by sentence splitter")
    return table(heads, rows)


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _text(file: File) -> str:
    return Path(file.path).read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
