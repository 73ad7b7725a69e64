"""A thousand documents of which a hundred are damaged in ten ways: where each of them is found again.

python -m benchmarks.damage [--documents 1000] [--damaged 100]     writes benchmarks/damage.md

Nothing may be lost without a word: every source has documents, or stands in the quarantine list with a stage and a reason. Two
of the ten ways are faults in the program and not in the file, put into real worker processes: a stage that raises, and one that
kills its process.
"""

import argparse
import os
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.corpus import varied
from benchmarks.report import header, table, write
from flows import pipeline, pools
from seeds import folder as seeds_folder

MARKER = "此处有害"
RAISES = "此处出错"
FAULT = f"""
import os
from transforms import segment as stage
real = stage.segment
def faulty(source, *rest):
    if {MARKER!r} in source["text"]:
        os.kill(os.getpid(), 9)
    if {RAISES!r} in source["text"]:
        raise ValueError("a fault put into the stage")
    return real(source, *rest)
stage.segment = faulty
"""


def _pipe(path: Path, data: bytes) -> None:
    del data
    os.mkfifo(path)


WAYS: dict[str, Callable[[Path, bytes], object]] = {
    "empty": lambda path, _: path.write_bytes(b""),
    "white space alone": lambda path, _: path.write_text(" \n\u3000\n" * 50, encoding="utf-8"),
    "random bytes": lambda path, data: path.write_bytes(random.Random(len(data)).randbytes(len(data))),  # noqa: S311
    "a PDF called .txt": lambda path, data: path.write_bytes(b"%PDF-1.7\n\x00\xff\xfe" + data[::-1]),
    "another suffix": lambda path, data: path.with_suffix(".pdf").write_bytes(data),
    "too large": lambda path, data: path.write_bytes(data * (300_000 // len(data) + 1)),
    "a link to nowhere": lambda path, _: path.symlink_to("nowhere.txt"),
    "a pipe": _pipe,
    "a stage raises": lambda path, data: path.write_bytes(data + RAISES.encode()),
    "a worker dies": lambda path, data: path.write_bytes(data + MARKER.encode()),
}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000, help="documents in all (1000)")
    parser.add_argument("--damaged", type=int, default=100, help="of them damaged (100)")
    options = parser.parse_args()
    command = f"python -m benchmarks.damage --documents {options.documents} --damaged {options.damaged}"
    with tempfile.TemporaryDirectory(prefix="gangmu-damage-") as folder:
        page = measure(Path(folder), documents=options.documents, damaged=options.damaged)
    print(write("damage.md", [*header("Damage", command, ("pyarrow", "polars", "great-expectations")), *page]))


def measure(folder: Path, *, documents: int, damaged: int) -> list[str]:
    """Make the documents, run and look where each came out.

    Raises:
        AssertionError: A source was lost, or a sound one set aside, or a damaged one published as if it were sound.

    """
    ways = make(folder / "sources", documents=documents, damaged=damaged)
    (folder / "fault").mkdir()
    (folder / "fault" / "sitecustomize.py").write_text(FAULT, encoding="utf-8")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder / "fault"), str(Path(__file__).parents[1])])
    try:
        settings = pipeline.Settings(
            sources=(str(folder / "sources"),), output=str(folder / "output"), max_bytes=200_000
        )
        report = pipeline.run(settings, pipeline.Plain())
    finally:
        pools.close()
    return found(report, ways)


def make(folder: Path, *, documents: int, damaged: int) -> dict[str, str]:
    """Write the documents; gives source_uri -> way of the damaged ones."""
    samples = sorted((seeds_folder() / "documents").iterdir())
    names = list(WAYS)
    ways = {}
    for number in range(documents):
        sample = samples[number % len(samples)]
        path = folder / f"{number // 100:02}" / f"{number:04}-{sample.name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = varied(sample.read_text(encoding="utf-8"), number).encode()
        # Spread over the folder, every way equally often.
        share = number * damaged // documents
        if (number + 1) * damaged // documents == share:
            path.write_bytes(data)
            continue
        way = names[share % len(names)]
        WAYS[way](path, data)
        uri = path.with_suffix(".pdf") if way == "another suffix" else path
        ways[uri.relative_to(folder).as_posix()] = way
    return ways


def found(report: dict[str, Any], ways: dict[str, str]) -> list[str]:
    """Compare what was made with what came out."""
    published = set(pl.read_parquet(f"{report['path']}/documents/*.parquet")["source_uri"])
    listed = pl.read_parquet(f"{report['path']}/quarantine/*.parquet").to_dicts()
    aside = {row["source_uri"]: row for row in listed}
    assert len(aside) == len(listed)
    assert not published & aside.keys(), "a source came out twice"
    assert len(published) + len(aside) == report["sources"], "a source was lost"
    assert aside.keys() == ways.keys(), sorted(aside.keys() ^ ways.keys())[:5]
    assert all(row["reason"] and row["stage"] for row in listed)
    codes: dict[str, Counter[str]] = defaultdict(Counter)
    for uri, way in ways.items():
        codes[way][f"{aside[uri]['stage']}, {aside[uri]['code']}"] += 1
    rows = [[way, "; ".join(f"{count} × {code}" for code, count in codes[way].most_common())] for way in WAYS]
    summary = (
        f"{report['sources']:,} sources, {len(ways)} of them damaged: {len(published):,} have documents, {len(aside)} stand in the "
        "quarantine list, 0 are lost, and no sound one was set aside."
    )
    return [summary, "", *table(("damage", "set aside in"), rows)]


if __name__ == "__main__":
    main()
