"""Speed of every stage, and of a document by itself beside other libraries that cut or convert the same texts.

python -m benchmarks.speed [--megabytes 8] [--rounds 3] [--peers PYTHON]     writes benchmarks/speed.md

PYTHON is one of an environment that has the libraries of `benchmarks/peers.py`; without it they are left out:
.venv/bin/uv venv .venv-peers && .venv/bin/uv pip install --python .venv-peers --group peers
"""

import argparse
import json
import logging
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import jieba
import rjieba

import seeds
from benchmarks.corpus import MEGABYTE, corpus
from benchmarks.report import header, rate, ratio, table, write
from flows import assembly, judging, work
from flows.batches import BATCH_BYTES, divide
from flows.sources import File
from transforms.classify import classify
from transforms.classify.codebook import load
from transforms.clean import clean
from transforms.extract import extract
from transforms.segment import load_rules, segment, tables_of

SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")
ACROSS = ("join", "validate", "publish")
"""What is done after the stages, over all documents."""
ROUNDS = 3
SIZE = 8.0
SPLITTER = "sentence splitter"
JIEBA = f"jieba.cut {version('jieba')}"
GANGMU = "gangmu"
EXPLAINED = """\
Measured in one process, without Prefect and without worker processes: {megabytes:.1f} MB (10⁶ bytes of UTF-8) of text in
{files:,} files, {characters:,} characters, made from the shipped samples (`benchmarks/corpus.py`). CPU seconds are those of all
threads of the process, the least of the rounds ({rounds}), so that other work on the machine plays no part; MB/s per core is MB by
CPU seconds. Modules and tables are loaded before.

## Stages

A stage includes reading its input and writing its output (Arrow files). Documents are those of the release; the last columns say
how many times as long as `jieba.cut` and the sentence splitter over the same texts (below) a stage takes.
"""
BESIDE = """\
## A text by itself

From a text in memory to what comes of it, in memory, one text after the other, warm. A library that is slow stopped after 20 CPU
seconds; the MB are those that it did. Not the same is done:

- *sentence splitter*: `re.findall` with one regular expression. Sentences.
- *jieba*, *rjieba*: `cut` with the own dictionary, all words taken. Words.
- *langchain-text-splitters*: `RecursiveCharacterTextSplitter`, 500 characters at most, with Chinese separators. Chunks: strings,
  without outline, places or labels.
- *unstructured*: `partition_text` and `chunk_by_title`, 500 characters at most. Lines as elements (title, list item, text …, told by
  rules and a model for English), joined to chunks; no numbering, no outline.
- *docling*: `DocumentConverter` over Markdown, each line a paragraph. A document of paragraphs; an outline only where Markdown marks
  headings, which plain official texts do not.
- *gangmu*: extract, clean, segment, classify. Outline with places of every character, clauses with four labels, their reasons
  and confidence, references, quantities, dates, organs, keywords. Pieces are clauses.
"""
LEFT_OUT = "Peers are left out: no `--peers PYTHON` was given. `benchmarks/speed.py` says how to set them up."

Times = dict[str, list[tuple[float, float]]]
"""Name -> CPU and wall seconds of every round."""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=SIZE, help=f"size of the corpus ({SIZE:g})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds, of which the fastest counts ({ROUNDS})")
    parser.add_argument(
        "--peers", type=Path, metavar="PYTHON", help="Python of an environment with the other libraries"
    )
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: give 1 or more")
    if options.peers and not options.peers.is_file():
        parser.error(f"--peers {options.peers}: is no file; give the path of a Python")
    jieba.setLogLevel(logging.WARNING)
    command = f"python -m benchmarks.speed --megabytes {options.megabytes:g} --rounds {options.rounds}"
    command += " --peers PYTHON" * bool(options.peers)
    with tempfile.TemporaryDirectory(prefix="gangmu-speed-") as folder:
        measured = measure(Path(folder), megabytes=options.megabytes, rounds=options.rounds, peers=options.peers)
    print(write("speed.md", [*header("Speed", command, ("pyarrow", "polars", "great-expectations")), *measured]))


def measure(folder: Path, *, megabytes: float, rounds: int, peers: Path | None) -> list[str]:
    """Make the corpus, measure and write the report as Markdown."""
    _round(corpus(folder / "warm", 0.0), folder / "warm-round", {})
    files = corpus(folder / "corpus", megabytes)
    times: Times = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        rows, pieces = _round(files, folder / f"round-{number}", times)
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    size = sum(file.size for file in files) / MEGABYTE
    characters = sum(len(_text(file)) for file in files)
    facts = {"megabytes": size, "files": len(files), "characters": characters, "rounds": rounds}
    lines = [EXPLAINED.format(**facts), *stages(times, size, rows["documents"])]
    counts = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    lines += [f"The release holds {counts}. Peak memory of the process: {peak:,.0f} MiB.", ""]
    own = {name: taken(times[name], pieces[name], size, len(files)) for name in pieces}
    theirs = ask(peers, files, rounds) if peers else {}
    return [*lines, BESIDE, *beside(own | theirs), *([] if peers else [LEFT_OUT])]


def ask(python: Path, files: Sequence[File], rounds: int) -> dict[str, dict[str, Any]]:
    """Have `benchmarks/peers.py` measure the other libraries, in their own environment."""
    copies = [[file.path for file in copy] for _, copy in groupby(files, key=lambda file: Path(file.uri).parent)]
    # -P: the modules beside the script are not for other libraries to find.
    command = [str(python), "-P", str(Path(__file__).with_name("peers.py"))]
    asked = json.dumps({"rounds": rounds, "copies": copies})
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def taken(times: Sequence[tuple[float, float]], pieces: int, megabytes: float, texts: int) -> dict[str, Any]:
    """What was measured here, as the peers tell it."""
    least = min(cpu for cpu, _ in times)
    return {"cpu": least, "bytes": megabytes * MEGABYTE, "documents": texts, "pieces": pieces}


def beside(measured: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Table of the alternatives; those that do not run have a line that says why."""
    done = {name: facts for name, facts in measured.items() if "missing" not in facts}
    rows = [
        [
            f"{name} {facts['version']}" if "version" in facts else name,
            f"{facts['bytes'] / MEGABYTE:.1f}",
            f"{facts['cpu']:.2f}",
            rate(facts["bytes"] / MEGABYTE, facts["cpu"]),
            rate(facts["documents"], facts["cpu"]),
            f"{facts['pieces']:,}",
        ]
        for name, facts in done.items()
    ]
    missing = [f"{name}: {facts['missing']}." for name, facts in measured.items() if "missing" in facts]
    heads = ("", "MB", "CPU s", "MB/s per core", "texts/s", "pieces")
    return [*table(heads, rows), *missing]


def _round(files: Sequence[File], folder: Path, times: Times) -> tuple[dict[str, int], dict[str, int]]:
    """Do everything once and note the times; gives the rows of the release, and the pieces of the alternatives."""
    texts = [_text(file) for file in files]
    ways: dict[str, Callable[[str], int]] = {
        SPLITTER: lambda text: len(SENTENCE.findall(text)),
        JIEBA: lambda text: sum(1 for _ in jieba.cut(text)),
        f"rjieba.cut {version('rjieba')}": lambda text: len(rjieba.cut(text)),
        GANGMU: _structurer(),
    }
    pieces = {name: _timed(times, name, lambda way=way: sum(map(way, texts))) for name, way in ways.items()}
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
    return rows, pieces


def _structurer() -> Callable[[str], int]:
    """Structure a text and label its clauses, as `gangmu show` does; gives their number."""
    rules, codebook = load_rules(seeds.folder()), load(seeds.folder() / "codebook")

    def structure(text: str) -> int:
        source = extract(text.encode(), source_uri="text.txt")
        cut = segment(source, clean(source), rules)
        _, _, clauses = classify(*tables_of(cut.found), codebook)
        return int(clauses.num_rows)

    return structure


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


def stages(times: Times, megabytes: float, documents: int) -> list[str]:
    """Table of the stages."""
    cpu = {name: min(seconds for seconds, _ in rounds) for name, rounds in times.items()}
    wall = {name: min(seconds for _, seconds in rounds) for name, rounds in times.items()}
    sums = {"extract to classify": work.STAGES, "all stages": (*work.STAGES, *ACROSS)}
    for seconds in (cpu, wall):
        seconds.update({name: sum(seconds[part] for part in parts) for name, parts in sums.items()})
    rows = [
        [
            name,
            f"{cpu[name]:.2f}",
            f"{wall[name]:.2f}",
            rate(megabytes, cpu[name]),
            rate(documents, cpu[name]),
            *(ratio(cpu[name], cpu[other]) for other in (JIEBA, SPLITTER)),
        ]
        for name in (*work.STAGES, *ACROSS, *sums)
    ]
    heads = ("", "CPU s", "wall s", "MB/s per core", "documents/s", "time by jieba.cut", "time by sentence splitter")
    share = cpu["validate"] / cpu["all stages"] if cpu["all stages"] else 0.0
    return [*table(heads, rows), f"Validation takes {share:.0%} of the CPU seconds of all stages.", ""]


def _text(file: File) -> str:
    return Path(file.path).read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
