"""Archives, dumps and text formats, damaged in ten thousand ways each: no crash, no hang over 5 s, memory under 1 GB.

python -m benchmarks.fuzz_sources [--count 10000] [--kind zip …]    prints a table

Every damaged file goes the way of a run: listed, read and extracted. What comes out may be text or a reason; anything else
ends the script. Mutations are drawn from a fixed seed: bytes flipped, runs cut out, doubled, moved or set to one value, the
file cut short.
"""

import argparse
import io
import random
import resource
import signal
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import seeds
from benchmarks.report import table
from flows import members
from flows.sources import File, SetAside
from transforms.extract import Unreadable, extract
from transforms.extract.containers import Limits

SECONDS = 5
TEXTS = {path.name: path.read_bytes() for path in sorted((seeds.folder() / "documents").glob("re*.txt"))}


def zipped() -> bytes:
    """Archive of a few samples, one of them packed in another archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in TEXTS.items():
            archive.writestr(f"市级/{name}", data)
        archive.writestr("inner.tar.gz", tarred("w:gz")())
    return out.getvalue()


def tarred(mode: str) -> Callable[[], bytes]:
    """Archive of a few samples."""

    def make() -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
            for name, data in TEXTS.items():
                info = tarfile.TarInfo(f"市级/{'长' * 60}/{name}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return out.getvalue()

    return make


def records() -> list[dict[str, str]]:
    """Records of a dump."""
    return [{"title": name, "date": "2026-03-02", "content": data.decode()} for name, data in TEXTS.items()]


def json_lines() -> bytes:
    """Dump as JSON Lines."""
    import json  # noqa: PLC0415

    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records()).encode()


def comma_separated() -> bytes:
    """Dump as CSV, in GB18030."""
    import csv  # noqa: PLC0415

    out = io.StringIO()
    writer = csv.DictWriter(out, ["title", "date", "content"])
    writer.writeheader()
    writer.writerows(records())
    return out.getvalue().encode("gb18030")


def parquet() -> bytes:
    """Dump as Parquet."""
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records()), out, compression="zstd")
    return out.getvalue()


def docling() -> bytes:
    """Document of Docling."""
    return (Path(__file__).parents[1] / "tests/transforms/extract/data/docling.json").read_bytes()


def markdown() -> bytes:
    """Markdown with front matter, a table and headings."""
    head = "---\ntitle: 通知\ntags: [水利]\n---\n\n# 通知\n\n| 县 | 投资 |\n|---|---|\n| 甲 | 3 |\n\n<!-- 注 -->\n"
    return (head + TEXTS["reply.txt"].decode()).encode()


KINDS: dict[str, Callable[[], bytes]] = {
    "zip": zipped,
    "tar": tarred("w"),
    "tar.gz": tarred("w:gz"),
    "tar.bz2": tarred("w:bz2"),
    "tar.xz": tarred("w:xz"),
    "jsonl": json_lines,
    "csv": comma_separated,
    "parquet": parquet,
    "json": docling,
    "md": markdown,
    "txt": lambda: TEXTS["reply.txt"].decode().encode("gb18030"),
}


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Damage a file in one to eight places."""
    made = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 4, 8))):
        if not made:
            break
        start = draw.randrange(len(made))
        end = min(len(made), start + draw.choice((1, 1, 2, 4, 16, 256, 4096)))
        kind = draw.randrange(8)
        if kind <= 2:
            made[start] ^= 1 << draw.randrange(8)
        elif kind == 3:
            made[start:end] = bytes([draw.choice((0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)))]) * (end - start)
        elif kind == 4:
            del made[start:end]
        elif kind == 5:
            made[start:start] = made[start:end] * draw.choice((1, 2, 40))
        elif kind == 6:
            other = draw.randrange(len(made))
            made[other:other] = made[start:end]
        else:
            del made[start:]
    return bytes(made)


def through(path: Path) -> Counter[str]:
    """List, read and extract one file; gives what came out: `text`, or codes of reasons."""
    out: Counter[str] = Counter()
    file = File(str(path), path.name, path.stat().st_size)
    container = path.suffix not in {".txt", ".md", ".json"}
    found = list(members.unfold(file, Limits())) if container else [file]
    out.update(one.code for one in found if isinstance(one, SetAside))
    for own, data in members.each([one for one in found if isinstance(one, File)]):
        if isinstance(data, Unreadable):
            out[data.code] += 1
            continue
        if isinstance(data, Exception):
            raise data
        try:
            extract(data, source_uri=own.uri, encoding=own.encoding, text_column=own.text_column)
            out["text"] += 1
        except Unreadable as error:
            out[error.code] += 1
    return out


def fuzz(kind: str, count: int, folder: Path) -> list[str]:
    """Damage one kind of file `count` times; gives a row of the table."""
    sound = KINDS[kind]()
    out: Counter[str] = Counter()
    longest = 0.0
    path = folder / f"a.{kind}"
    for number in range(count):
        path.write_bytes(mutated(sound, random.Random(f"{kind}{number}")))  # noqa: S311
        signal.setitimer(signal.ITIMER_REAL, 10 * SECONDS)
        started = time.process_time()
        try:
            out += through(path)
        except BaseException:
            print(f"{kind}, mutation {number}:")
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        longest = max(longest, time.process_time() - started)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = ", ".join(f"{name} {n:,}" for name, n in out.most_common())
    return [kind, f"{count:,}", f"{longest:.2f}", f"{memory:,.0f}", told]


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--kind", action="append", choices=list(KINDS))
    given = parser.parse_args(arguments)
    heads = ("file", "mutations", "longest s", "peak MB", "what came out")
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for kind in given.kind or KINDS:
            rows.append(fuzz(kind, given.count, Path(folder)))
            print("\n".join(table(heads, rows[-1:])), flush=True)
            if float(rows[-1][2]) > SECONDS or float(rows[-1][3].replace(",", "")) > 1024:
                raise SystemExit(f"{kind}: too slow or too large")


if __name__ == "__main__":
    main()
