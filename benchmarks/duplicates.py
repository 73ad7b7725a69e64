"""How well copies are told from other documents of their kind: composed reposts against composed and real neighbours.

python -m benchmarks.duplicates $GANGMU_REAL/corpus/laws $GANGMU_REAL/corpus/plans    writes duplicates.md
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa

import seeds
from benchmarks.report import generic, header, table, write
from schemas import DOCUMENTS
from schemas.arrow import to_table
from transforms.clean import clean
from transforms.extract import extract
from transforms.publish import copies
from transforms.publish.sketches import Texts
from transforms.segment import load_rules, segment

SHARES = (0.02, 0.05, 0.1, 0.15, 0.2)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
HEADER = "索 引 号：SY310107202603028\n主题分类：综合政务\\其他\n公开属性：主动公开\n发布日期：2026-03-09\n信息来源：某某市人民政府网站\n"
EXPLAINED = """\
Every document is reposted in the ways of the table; the edits are drawn at random from a seed that its name gives. *Similar*
is the similarity of the pair, linked the share of pairs that would be linked at a threshold; {threshold} is used. Of reposts
as many as possible should be linked, of other documents none. *Next year* and *next district* are the same text with its
years, or the name of its place in the title, replaced: only number, title and dates tell them. *Bare* are the same without their head,
that is without what tells them; nothing could but a person who reads both. *Real pairs* are all pairs of different documents.
"""

Variant = Callable[[str, random.Random], str | None]
"""Gives the other text; None where the document has nothing that could be changed so."""


def repost(text: str, _: random.Random) -> str:
    """With the header of another site."""
    return HEADER + text


def wrapped(text: str, _: random.Random) -> str:
    """With 36 characters a line."""
    lines = [line[i : i + 36] for line in text.splitlines() for i in range(0, max(len(line), 1), 36)]
    return "\n".join(lines)


def flat(text: str, _: random.Random) -> str:
    """With blanks for line breaks."""
    return " ".join(text.split())


def sentences(share: float) -> Variant:
    """Drop or replace a share of the sentences below the first lines."""

    def edit(text: str, draw: random.Random) -> str:
        head, rest = _divided(text)
        pieces = re.findall(r"[^。；]*[。；]?", rest)
        kept = [p if draw.random() >= share else draw.choice(("", draw.choice(pieces))) for p in pieces]
        return head + "".join(kept)

    return edit


def characters(share: float) -> Variant:
    """Replace or drop a share of the characters below the first lines: slips of a scan."""

    def edit(text: str, draw: random.Random) -> str:
        head, rest = _divided(text)
        return head + "".join(
            c if not c.isalnum() or draw.random() >= share else draw.choice(("", draw.choice(rest))) for c in rest
        )

    return edit


def next_year(text: str, _: random.Random) -> str | None:
    """All years one later, where the head names one."""
    if not _YEAR.search(_divided(text)[0]):
        return None
    return _YEAR.sub(lambda m: str(int(m.group()) + 1), text)


def next_district(text: str, _: random.Random) -> str | None:
    """The place that the title begins with renamed everywhere."""
    place = re.search(r"(?m)^[\u4e00-\u9fff]{2,4}?(?=[省市县区州旗]|人民代表大会)", _divided(text)[0])
    return text.replace(place.group(), "玉泉") if place else None


def bare(variant: Variant) -> Variant:
    """Without the head."""

    def cut(text: str, draw: random.Random) -> str | None:
        other = variant(text, draw)
        return None if other is None else _divided(other)[1]

    return cut


REPOSTS: dict[str, Variant] = {
    "header of another site": repost,
    "hard-wrapped": wrapped,
    "line breaks lost": flat,
    **{f"{share:.0%} of the sentences edited": sentences(share) for share in SHARES},
    **{f"{share:.0%} of the characters edited": characters(share) for share in SHARES},
}
NEIGHBOURS: dict[str, Variant] = {
    "next year": next_year,
    "next district": next_district,
    "next year, bare": bare(next_year),
    "next district, bare": bare(next_district),
}


def _divided(text: str) -> tuple[str, str]:
    """Head (the first fifth of the lines, at most eight) and the rest."""
    lines = text.splitlines(keepends=True)
    cut = min(8, max(1, len(lines) // 5))
    return "".join(lines[:cut]), "".join(lines[cut:])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help="folders of texts (the shipped samples)")
    given = parser.parse_args()
    folders = given.folders or [seeds.folder() / "documents"]
    command = " ".join(["python -m benchmarks.duplicates", *map(generic, folders)])
    texts = {path.stem: path.read_text(encoding="utf-8-sig") for f in folders for path in sorted(f.glob("*.txt"))}
    print(write("duplicates.md", page(texts, command)))


def page(texts: dict[str, str], command: str) -> list[str]:
    """Measure and write as Markdown."""
    read = {name: rows for name, text in texts.items() if len(rows := _structured(name, text)) == 1}
    rows = []
    measured: dict[str, list[tuple[float, bool]]] = {}
    for kinds in (REPOSTS, NEIGHBOURS):
        for kind, variant in kinds.items():
            pairs = []
            for name, own in read.items():
                text = variant(texts[name], random.Random(name))  # noqa: S311
                other = _structured(f"{name}-other", text) if text is not None else []
                pairs += [_compared(own, other)] if len(other) == 1 else []
            measured[kind] = pairs
            rows += [_row(kind, pairs)] if pairs else []
    real = [_compared(a, b) for (_, a), (_, b) in combinations(read.items(), 2)]
    measured["real pairs"] = real
    rows.append(_row("real pairs", real))
    documents = to_table(DOCUMENTS, [row for own in read.values() for row in own])
    marked = copies.mark_copies(documents)
    links = sum(key is not None for key in marked["duplicate_of"].to_pylist())
    heads = ("repost or neighbour", "pairs", "least", "mean", "most similar", *(f"linked ≥ {t}" for t in THRESHOLDS))
    return [
        *header("Copies and other documents", command, ("datasketch", "numpy")),
        EXPLAINED.format(threshold=copies.THRESHOLD),
        *table(heads, rows),
        *_scores(measured),
        f"Among the {len(read)} real documents {links} were linked by `mark_copies`.",
        "",
        *_cost(documents),
    ]


def _scores(measured: dict[str, list[tuple[float, bool]]]) -> list[str]:
    """Precision and recall by threshold, over all pairs of the table but the bare ones."""

    def linked(kinds: Sequence[str], threshold: float) -> tuple[int, int]:
        pairs = [pair for kind in kinds for pair in measured.get(kind, ())]
        return sum(value >= threshold and not against for value, against in pairs), len(pairs)

    others = [*(kind for kind in NEIGHBOURS if "bare" not in kind), "real pairs"]
    scanned = [kind for kind in REPOSTS if "characters" in kind]
    edited = [kind for kind in REPOSTS if kind not in scanned]
    rows = []
    for threshold in THRESHOLDS:
        right, _ = linked(list(REPOSTS), threshold)
        wrong, _ = linked(others, threshold)
        shares = [found / max(count, 1) for found, count in (linked(edited, threshold), linked(scanned, threshold))]
        precision = right / max(right + wrong, 1)
        rows.append([f"{threshold}", f"{precision:.4f}", *(f"{share:.4f}" for share in shares)])
    heads = ("threshold", "precision", "recall: layouts and sentences", "recall: characters")
    return ["## Precision and recall", "", *table(heads, rows)]


def _structured(name: str, text: str) -> list[dict[str, Any]]:
    source = extract(text.encode(), source_uri=f"{name}.txt")
    rows: list[dict[str, Any]] = segment(source, clean(source), load_rules(seeds.folder())).documents
    return rows


def _compared(own: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]]) -> tuple[float, bool]:
    """Similarity of two documents, and whether their facts contradict each other."""
    documents = to_table(DOCUMENTS, [*own, *other])
    rows = copies.Rows(documents, (), {}, Texts(lambda _: documents))
    return rows.similarity(0, 1), copies.contradict(rows.facts(0), rows.facts(1))


def _row(kind: str, pairs: Sequence[tuple[float, bool]]) -> list[str]:
    values = [value for value, _ in pairs]
    shares = [sum(v >= t and not against for v, against in pairs) / len(pairs) for t in THRESHOLDS]
    return [
        kind,
        str(len(pairs)),
        f"{min(values):.3f}",
        f"{sum(values) / len(values):.3f}",
        f"{max(values):.3f}",
        *(f"{share:.4f}" for share in shares),
    ]


def _cost(documents: pa.Table) -> list[str]:
    """Time by the number of documents, whose texts are made different from each other."""
    lines = []
    for count in (200, 400, 800):
        many = [documents.slice(n % documents.num_rows, 1).to_pylist()[0] for n in range(count)]
        for n, row in enumerate(many):
            draw = random.Random(n)  # noqa: S311
            row["text"] = "".join(chr(ord(c) + draw.choice((0, 0, 0, 1))) if c > "一" else c for c in row["text"])
            row |= {"document_id": f"{n:016x}", "text_sha256": f"{n:064x}", "source_uri": str(n)}
        made = to_table(DOCUMENTS, many)
        started = time.process_time()
        copies.mark_copies(made)
        seconds = time.process_time() - started
        characters_each = sum(made["n_chars"].to_pylist()) // count
        lines.append([f"{count}", f"{characters_each:,}", f"{seconds * 1000 / count:.2f}"])
    return ["## Cost", "", *table(("documents", "characters each", "ms of processor for each"), lines)]


if __name__ == "__main__":
    main()
