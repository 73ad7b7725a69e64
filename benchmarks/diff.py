"""How well and how fast `gangmu diff` tells what became of clauses.

python -m benchmarks.diff [FOLDER …] [--clauses 1000000]     writes benchmarks/diff.md

Quality: documents (FOLDER: *.txt below; the shipped samples where none is given) are revised by construction, so that it
is known what became of every clause. Speed: two releases of many clauses of which one in a hundred was changed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process

import seeds
from benchmarks.report import generic, header, table, write
from benchmarks.revising import LEAST, Truth, revise
from flows import outline
from flows.errors import UsageError
from schemas import CLAUSES, DATASETS, QUARANTINE
from schemas.arrow import arrow_schema, to_table
from schemas.descriptor import descriptor
from transforms.compare import Side, alignment, compare
from transforms.publish.files import to_json
from transforms.publish.parquet import file_facts

Tables = dict[str, pa.Table]
GRID = ((0.3, 0.3), (0.4, 0.3), (0.5, 0.35), (0.6, 0.3), (0.6, 0.35), (0.6, 0.4), (0.6, 0.5), (0.7, 0.5))
"""(elsewhere, in the same gap): thresholds that are compared."""
SEED = 20261122
ROUNDS = 3
CHANGED = 100
"""One clause in so many is changed in the releases whose comparison is timed."""
MOST_COMPARED = 400
"""Clauses of a document that are compared, all with all, to learn what is chance."""
TOGETHER = 60
"""Copies of the samples that are written at a time."""
KINDS = ("reworded", "moved", "split", "merged", "removed", "added")
EXPLAINED = """\
## Quality

{documents} documents, {clauses:,} clauses, {rounds} rounds. Of the clauses 60 % are kept, 18 % reworded (10 to 60 % of the
characters replaced by stretches of other documents), 6 % removed, 6 % get a clause of another document behind them, 4 % are
moved anywhere in the document, 3 % are split at a comma and 3 % joined with the next. A pair counts only if both clauses are
right, a split or merged clause only if all its parts are.
"""

CHANCE = """\
Composed revisions flatter low thresholds, for what they add comes from other documents. In one document clauses are more
alike: so many of two different clauses reach a similarity by chance. Elsewhere a clause has the whole document to choose
from, in a gap two or three clauses, so that the threshold is higher there and lower here:
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="folders with *.txt (the samples)")
    parser.add_argument("--clauses", type=int, default=1_000_000, help="clauses of the two releases; 0 for none")
    options = parser.parse_args()
    folders = options.folders or [seeds.folder() / "documents"]
    command = " ".join(["python -m benchmarks.diff", *map(generic, folders), f"--clauses {options.clauses}"])
    lines = header("Differences", command, ("rapidfuzz", "polars", "pyarrow"))
    lines += quality(sorted(path for folder in folders for path in folder.rglob("*.txt")))
    if options.clauses:
        with tempfile.TemporaryDirectory(prefix="gangmu-diff-") as folder:
            lines += speed(Path(folder), options.clauses)
    print(write("diff.md", lines))


def quality(files: Sequence[Path]) -> list[str]:
    """Measure precision and recall, as a part of the report."""
    documents = list(structured(files))
    cases = [
        (before, revised(before, [t for t in documents if t is not before], SEED + number * ROUNDS + turn))
        for number, before in enumerate(documents)
        for turn in range(ROUNDS)
    ]
    counts = {grid: measured(cases, *grid) for grid in GRID}
    chosen = (alignment.LIKE, alignment.LIKE_IN_GAP)
    total = sum(before["clauses"].num_rows for before in documents)
    lines = EXPLAINED.format(documents=len(documents), clauses=total, rounds=ROUNDS).splitlines()
    lines += [
        "",
        f"Precision / recall with the thresholds of the code ({chosen[0]} elsewhere, {chosen[1]} in a gap):",
        "",
    ]
    used = counts.get(chosen) or measured(cases, *chosen)
    lines += table(["change", "so", "precision", "recall"], [_scored(kind, used[kind]) for kind in KINDS])
    lines += ["Reworded clauses by the share of their characters that was replaced:", ""]
    buckets = sorted(name for name in used if name.startswith("reworded "))
    lines += table(
        ["replaced", "so", "recall"], [(n.removeprefix("reworded "), *_scored(n, used[n])[1::2]) for n in buckets]
    )
    lines += ["Thresholds compared, reworded clauses:", ""]
    rows = [
        (
            f"{like} / {gap}{' (used)' if (like, gap) == chosen else ''}",
            *_scored("", found["reworded"])[2:],
            f"{_f1(found['reworded']):.3f}",
        )
        for (like, gap), found in counts.items()
    ]
    lines += table(["elsewhere / in a gap", "precision", "recall", "F1"], rows)
    return lines + chance(documents)


def chance(documents: Sequence[Tables]) -> list[str]:
    """Measure how like clauses are that have nothing to do with each other, as a part of the report."""
    best: list[float] = []
    two: list[float] = []
    for tables in documents:
        texts = ["".join(text.split()) for text in tables["clauses"]["text"].to_pylist() if len(text) >= LEAST]
        likeness = process.cdist(texts[:MOST_COMPARED], texts[:MOST_COMPARED], scorer=fuzz.ratio) / 100
        np.fill_diagonal(likeness, 0.0)
        best += likeness.max(axis=1).tolist()
        two += likeness[np.triu_indices(len(likeness), 1)].tolist()
    rows = [
        (f"{least}", f"{np.mean(np.array(best) >= least):.3f}", f"{np.mean(np.array(two) >= least):.4f}")
        for least in (0.3, 0.35, 0.4, 0.5, 0.6, 0.7)
    ]
    return [*CHANCE.splitlines(), "", *table(["similarity", "likest other clause of the document", "any two"], rows)]


def structured(files: Sequence[Path]) -> Iterator[Tables]:
    """Structure documents of which there is enough to revise."""
    for path in files:
        try:
            made = outline.tables(path, labels=True)
        except UsageError as error:
            print(f"left out: {error}", file=sys.stderr)
            continue
        if made["clauses"].num_rows >= 10:
            yield made


def revised(before: Tables, others: Sequence[Tables], seed: int) -> tuple[Tables, Truth]:
    """Revise every document of some tables by sentences of others."""
    dice = random.Random(seed)  # noqa: S311 - a benchmark is to be repeated
    strange = [text for tables in others for text in tables["clauses"]["text"].to_pylist() if len(text) >= LEAST]
    rows: list[dict[str, Any]] = []
    truth = Truth()
    clauses = before["clauses"].to_pylist()
    for key in before["documents"]["document_id"].to_pylist():
        made, done = revise([row for row in clauses if row["document_id"] == key], strange=strange, dice=dice)
        rows += made
        for name in Truth.__slots__:
            getattr(truth, name).update(getattr(done, name))
    return {**before, "clauses": to_table(CLAUSES, rows)}, truth


def measured(
    cases: Sequence[tuple[Tables, tuple[Tables, Truth]]], like: float, gap: float
) -> dict[str, dict[str, int]]:
    """Compare every case by these thresholds; counts of what is so, what is said, and what of that is true."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("so", "said", "true"), 0))
    with thresholds(like, gap):
        for before, (after, truth) in cases:
            said = _said(compare(side(before), side(after)).clauses)
            so: dict[str, set[Any]] = {
                "reworded": set(truth.reworded),
                "moved": {(new,) for new in truth.moved},
                "split": {(old, *parts) for old, parts in truth.split.items()},
                "merged": {(*olds, new) for olds, new in truth.merged.items()},
                "removed": {(old,) for old in truth.removed},
                "added": {(new,) for new in truth.added},
            }
            for kind in KINDS:
                counts[kind]["so"] += len(so[kind])
                counts[kind]["said"] += len(said[kind])
                counts[kind]["true"] += len(so[kind] & said[kind])
            for pair, share in truth.reworded.items():
                bucket = counts[f"reworded {int(share * 10) * 10}–{int(share * 10) * 10 + 10} %"]
                bucket["so"] += 1
                bucket["true"] += pair in said["reworded"]
    return counts


def side(tables: Tables) -> Side:
    """Tables in memory as a side of a comparison."""

    def read(dataset: str, columns: Sequence[str], only: tuple[str, Sequence[str]] | None) -> pa.Table:
        found = tables[dataset]
        if only is not None:
            found = found.filter(pc.is_in(found[only[0]], pa.array(only[1], pa.string())))
        return found.select(list(columns))

    return Side("", read)


@contextmanager
def thresholds(like: float, gap: float) -> Iterator[None]:
    """Set the thresholds of the alignment for a while."""
    kept = alignment.LIKE, alignment.LIKE_IN_GAP
    alignment.LIKE, alignment.LIKE_IN_GAP = like, gap
    try:
        yield
    finally:
        alignment.LIKE, alignment.LIKE_IN_GAP = kept


def _said(rows: Sequence[Mapping[str, Any]]) -> dict[str, set[Any]]:
    said: dict[str, set[Any]] = {kind: set() for kind in KINDS}
    for row in rows:
        old, new = ([one["clause"] for one in row[name]] for name in ("from", "to"))
        for change in row["changes"]:
            if change in said:
                said[change].add(tuple(new) if change == "moved" else (*old, *new))
    return said


def _scored(name: str, found: Mapping[str, int]) -> tuple[str, str, str, str]:
    precision, recall = _ratio(found["true"], found["said"]), _ratio(found["true"], found["so"])
    return name, f"{found['so']:,}", f"{precision:.3f}", f"{recall:.3f}"


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(found: Mapping[str, int]) -> float:
    return _ratio(2 * found["true"], found["said"] + found["so"])


def speed(folder: Path, wanted: int) -> list[str]:
    """Time the comparison of two releases, as a part of the report."""
    made = [outline.tables(path, labels=True) for path in sorted((seeds.folder() / "documents").glob("*.txt"))]
    base = {d.name: pa.concat_tables([tables[d.name] for tables in made]) for d in DATASETS}
    copies = -(-wanted // base["clauses"].num_rows)
    done = {"reworded": 0, "removed": 0, "added": 0, "relabelled": 0}
    _release(folder / "releases" / "2026.01.01-aaaaaaaa", base, copies, None)
    rows = _release(folder / "releases" / "2026.01.02-bbbbbbbb", base, copies, done)
    command = [sys.executable, "-m", "flows.cli", "diff", "aaaaaaaa", "bbbbbbbb", "--json", "--output", str(folder)]
    began = time.perf_counter()
    with (folder / "diff.json").open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"gangmu diff ended with {process.returncode}")
    counts = json.loads((folder / "diff.json").read_text(encoding="utf-8"))["counts"]["clauses"]
    lines = [
        "## Speed",
        "",
        (
            "Copies of the samples under other ids, one clause in a hundred changed; the whole command. Where other work shares "
            "the machine, CPU seconds tell more than seconds."
        ),
        "",
    ]
    lines += table(
        ["clauses", "documents", "seconds", "CPU seconds", "memory at most"],
        [
            (
                f"{rows:,}",
                f"{copies * base['documents'].num_rows:,}",
                f"{seconds:.1f}",
                f"{used.ru_utime + used.ru_stime:.1f}",
                f"{used.ru_maxrss / 2**20:.2f} GiB",
            )
        ],
    )
    lines += ["What was done and what was told:", ""]
    return lines + table(
        ["change", "done", "told"], [(name, f"{count:,}", f"{counts.get(name, 0):,}") for name, count in done.items()]
    )


def _release(path: Path, base: Tables, copies: int, done: dict[str, int] | None) -> int:
    """Write a release of copies of some tables; changes one clause in a hundred where `done` counts them."""
    files = {}
    total = 0
    for dataset in (*DATASETS, QUARANTINE):
        schema = arrow_schema(dataset)
        target = path / dataset.name / "part-00000.parquet"
        target.parent.mkdir(parents=True)
        rows = 0
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            numbers = range(copies if dataset is not QUARANTINE else 0)
            # Row groups as large as those of a release.
            for group in (numbers[at : at + TOGETHER] for at in range(0, len(numbers), TOGETHER)):
                parts = [_copy(base[dataset.name], f"{copy:06x}") for copy in group]
                if dataset is CLAUSES and done is not None:
                    parts = [_changed(part, copy, done) for part, copy in zip(parts, group, strict=True)]
                writer.write_table(pa.concat_tables([part.cast(schema) for part in parts]))
                rows += sum(part.num_rows for part in parts)
        total = rows if dataset is CLAUSES else total
        files[dataset.name] = (
            dataset,
            [file_facts(target, base=path, rows=rows)],
        )
    package = descriptor(version=path.name, files=files, facts={"digest": path.name[-8:]})
    (path / "datapackage.json").write_text(to_json(package), encoding="utf-8")
    return total


IDS = ("document_id", "section_id", "clause_id", "parent_id", "stem_id")


def _copy(rows: pa.Table, mark: str) -> pa.Table:
    """Give rows with ids of their own: six digits of each are the mark of the copy."""
    for name in IDS:
        if name in rows.column_names:
            at = rows.schema.get_field_index(name)
            rows = rows.set_column(at, rows.schema.field(at), pc.utf8_replace_slice(rows[name], 0, 6, mark))
    if "source_uri" in rows.column_names:
        at = rows.schema.get_field_index("source_uri")
        rows = rows.set_column(
            at, rows.schema.field(at), pc.binary_join_element_wise(pa.scalar(mark), rows["source_uri"], "/")
        )
    return rows


def _changed(rows: pa.Table, copy: int, done: dict[str, int]) -> pa.Table:
    """Change one row in a hundred: reword, remove, add and relabel in turn, beginning elsewhere in every copy."""
    chosen = list(range(-copy * 37 % CHANGED, rows.num_rows, CHANGED))
    made = []
    for at, row in zip(chosen, rows.take(chosen).to_pylist(), strict=True):
        act = list(done)[sum(done.values()) % len(done)] if len(row["text"]) >= LEAST else "keep"
        if act != "keep":
            done[act] += 1
        if act == "reworded":
            middle = len(row["text"]) // 2
            text = row["text"][:middle] + "进一步" + row["text"][middle + 2 :]
            made.append({**row, "text": text, "clause_id": f"{row['clause_id'][:15]}x"})
        elif act == "added":
            strange = "".join(chr(0x4E00 + (at * 131 + copy * 17 + i * 7919) % 20000) for i in range(30))
            made += [row, {**row, "text": strange, "clause_id": f"{row['clause_id'][:15]}y"}]
        elif act == "relabelled":
            made.append({**row, "modality": "obligation" if row["modality"] != "obligation" else "directive"})
        elif act == "keep":
            made.append(row)
    kept = pa.array(np.setdiff1d(np.arange(rows.num_rows), chosen))
    joined = pa.concat_tables([rows.take(kept).cast(arrow_schema(CLAUSES)), to_table(CLAUSES, made)])
    return joined.sort_by([("document_id", "ascending"), ("ordinal", "ascending")])


if __name__ == "__main__":
    main()
