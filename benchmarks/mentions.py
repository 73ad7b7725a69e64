"""Precision and recall of mentions, ours and those of other libraries.

python -m benchmarks.mentions [GOLD.jsonl …] [--errors]     writes benchmarks/mentions.md

Without a file the gold of composed sentences is taken, `benchmarks/gold/mentions.jsonl`; others of the same form are
reported after it. A library that is not installed is left out: uv pip install --group bench, in an environment of its own.
"""

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.extractors import EXTRACTORS, Extractor, Mention
from benchmarks.report import FOLDER, generic, header, table, write
from transforms.classify.numerals import value_of

GOLD = FOLDER / "gold" / "mentions.jsonl"
NUMERALS = ("cn2an", "wetext")
KINDS = ("quantity", "date", "document_number", "document", "organ", "place")
EXPLAINED = """\
*exact*: the span is that of the gold, character for character. *value*: a span that overlaps one of the gold and has its
value (number and unit; first and last day), so that a library that draws spans otherwise is not the worse for it. Only the
kinds that a library promises are counted. Conventions of the gold: quantities are amounts with a unit or a word that counts, in digits or
in Chinese numerals (of two or more, where they count things); dates have a year; no character is of two mentions, so that 杭州市人民政府 is an
organ and no place. The labels are by one reader, the author of the rules, who also
wrote the composed sentences. The rules were mended with these and with `mentions-real.jsonl` in view. `mentions-held.jsonl` was
labelled after that and scored first (exact F1: quantity 0.77, date 0.83, organ 0.88, place 0.63); then the rules were mended with it, too.
The real sentences are no part of the project.
CPU seconds are those of the whole file, after a first call that loads the tables.
"""


class Score(NamedTuple):
    """Counts of one kind: mentions of the gold, found, equal spans, equal values of overlapping spans."""

    gold: int
    found: int
    exact: int
    value: int

    def shown(self, *, values: bool) -> list[str]:
        """Precision, recall and F1 of exact spans, F1 of values."""
        cells = (_ratio(self.exact, self.found), _ratio(self.exact, self.gold), _f1(self.exact, self.gold, self.found))
        return [*cells, _f1(self.value, self.gold, self.found) if values else ""]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="*", metavar="GOLD.jsonl", help="more labelled sentences")
    parser.add_argument("--errors", action="store_true", help="print what gangmu missed and what it made up")
    options = parser.parse_args()
    command = " ".join(["python -m benchmarks.mentions", *map(generic, options.gold)])
    files = [GOLD, *options.gold]
    if options.errors:
        for file in files:
            print("\n".join(errors(read(file))))
    print(write("mentions.md", page(files, command)))


def read(file: Path) -> list[dict[str, Any]]:
    """Sentences with their mentions.

    Raises:
        ValueError: A mention lies outside its sentence or is of an unknown kind; the message names it.

    """
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    for row in rows:
        for m in row["mentions"]:
            if m["kind"] not in KINDS or not 0 <= m["start"] < m["end"] <= len(row["text"]):
                raise ValueError(f"{file.name}: {row['id']}: {m}: kind one of {', '.join(KINDS)}, offsets in the text")
    return rows


def gold_mention(m: Mapping[str, Any]) -> Mention:
    """A mention of the gold in the form of the extractors."""
    value: Any = m.get("role") or m.get("level")
    if m["kind"] == "quantity":
        value = (m["value"], m["unit"])
    elif m["kind"] == "date":
        value = (m["from"], m["to"])
    return Mention(m["kind"], m["start"], m["end"], value, (m.get("indicator"), m.get("year")))


def page(files: Sequence[Path], command: str) -> list[str]:
    """Write the scores as Markdown."""
    installed = [extractor for extractor in EXTRACTORS if extractor.installed]
    lines = header("Mentions", command, [*(e.package for e in installed[1:]), *filter(find_spec, NUMERALS)])
    missing = [extractor.package for extractor in EXTRACTORS if not extractor.installed]
    lines += [EXPLAINED, *([f"Not installed: {', '.join(missing)}.", ""] if missing else [])]
    for file in files:
        rows = read(file)
        lines += [f"## {generic(file)}: {len(rows)} sentences", ""]
        lines += _tables(rows, installed)
    return lines


def _tables(rows: Sequence[Mapping[str, Any]], installed: Sequence[Extractor]) -> list[str]:
    texts = [row["text"] for row in rows]
    wanted = [[gold_mention(m) for m in row["mentions"]] for row in rows]
    found, seconds = {}, {}
    for extractor in installed:
        extractor.find(texts[:1])
        begin = time.process_time()
        found[extractor.package] = extractor.find(texts)
        seconds[extractor.package] = time.process_time() - begin
    lines: list[str] = []
    heads = ("library", "precision", "recall", "F1 exact", "F1 value", "CPU s")
    for kind in KINDS:
        own = [extractor for extractor in installed if kind in extractor.kinds]
        shares = [(e, score(wanted, found[e.package], kind)) for e in own]
        if not shares[0][1].gold:
            continue
        lines += [f"### {kind}: {shares[0][1].gold}", ""]
        cells = [[e.package, *s.shown(values=e.values), f"{seconds[e.package]:.2f}"] for e, s in shares]
        lines += table(heads, cells)
    return [*lines, *_details(wanted, found["gangmu"]), *_numerals(rows)]


def score(wanted: Sequence[Sequence[Mention]], found: Sequence[Sequence[Mention]], kind: str) -> Score:
    """Count one kind; a mention of the gold is found once at most."""
    gold = found_of_kind = exact = value = 0
    for ours, theirs in zip(wanted, found, strict=True):
        left, right = ([m for m in own if m.kind == kind] for own in (ours, theirs))
        gold, found_of_kind = gold + len(left), found_of_kind + len(right)
        exact += len({m[:3] for m in left} & {m[:3] for m in right})
        value += sum(any(_overlap(m, other) and _same(m.value, other.value) for other in right) for m in left)
    return Score(gold, found_of_kind, exact, value)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - values of any kind
    if isinstance(one, tuple) and isinstance(one[0], float) and isinstance(other, tuple):
        number = other[0]
        return one[1] == other[1] and number is not None and abs(one[0] - number) <= 1e-6 * max(abs(one[0]), 1)
    return bool(one == other)


def _pairs(
    wanted: Sequence[Sequence[Mention]], found: Sequence[Sequence[Mention]]
) -> Iterator[tuple[Mention, Mention]]:
    """Mentions of the gold and ours of the same kind and span."""
    for ours, theirs in zip(wanted, found, strict=True):
        spans = {m[:3]: m for m in theirs}
        for m in ours:
            if other := spans.get(m[:3]):
                yield m, other


def _details(wanted: Sequence[Sequence[Mention]], found: Sequence[Sequence[Mention]]) -> list[str]:
    """What ours say of the mentions that they found exactly."""
    pairs = list(_pairs(wanted, found))
    figures = [(a, b) for a, b in pairs if a.kind == "quantity"]
    named = [(a.more[0], b.more[0]) for a, b in figures]
    told, said = sum(a is not None for a, _ in named), sum(b is not None for _, b in named)
    equal = sum(a is not None and a == b for a, b in named)
    near = sum(a is not None and b is not None and (a in b or b in a) for a, b in named)
    rows = [["indicator, the same words", _ratio(equal, said), _ratio(equal, told), str(told)]]
    rows += [["indicator, one inside the other", _ratio(near, said), _ratio(near, told), str(told)]]
    years = [(a.more[1], b.more[1]) for a, b in figures]
    right = sum(a == b for a, b in years if a is not None)
    told, said = sum(a is not None for a, _ in years), sum(b is not None for _, b in years)
    rows += [["target year", _ratio(right, said), _ratio(right, told), str(told)]]
    for kind, name in (("organ", "role of organs"), ("place", "level of places")):
        own = [(a, b) for a, b in pairs if a.kind == kind]
        same = sum(a.value == b.value for a, b in own)
        rows += [[name, _ratio(same, len(own)), _ratio(same, len(own)), str(len(own))]]
    return ["### gangmu, of the spans that are exact", "", *table(("", "precision", "recall", "in the gold"), rows)]


def _numerals(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Values of the Chinese numerals of the quantities, by libraries that turn numerals into numbers."""
    words = [
        (row["text"][m["start"] : m["end"]], m) for row in rows for m in row["mentions"] if m["kind"] == "quantity"
    ]
    told = [(t.removesuffix(m["unit"] or ""), m["value"]) for t, m in words if not t[0].isdigit() and "分之" not in t]
    numerals = [
        (text, value) for text, value in told if text and all(c in "一二两三四五六七八九十百千万亿零〇" for c in text)
    ]
    if not numerals:
        return []
    cells = [["gangmu", _ratio(sum(value_of(text) == value for text, value in numerals), len(numerals))]]
    for package, convert in _converters():
        cells.append([package, _ratio(sum(convert(text) == value for text, value in numerals), len(numerals))])
    return [f"### Chinese numerals: {len(numerals)}", "", *table(("", "right"), cells)]


def _converters() -> Iterator[tuple[str, Any]]:
    """Libraries that are installed and turn 三千五百 into a number; None where they don't."""
    try:
        import cn2an  # noqa: PLC0415

        yield "cn2an", lambda text: _tried(lambda: float(cn2an.cn2an(text, "smart")))
    except ImportError:
        pass
    try:
        from wetext import Normalizer  # noqa: PLC0415

        inverse = Normalizer(lang="zh", operator="itn")
        yield "wetext", lambda text: _tried(lambda: _scaled(inverse.normalize(text)))
    except ImportError:
        pass


def _tried(convert: Any) -> float | None:  # noqa: ANN401 - a function without arguments
    try:
        return float(convert())
    except ValueError:
        return None


def _scaled(text: str) -> float:
    """Number from the words of wetext, which leaves 万 and 亿 as they are: 10万."""
    scale = {"万": 1e4, "亿": 1e8}.get(text[-1:])
    return float(text[:-1]) * scale if scale else float(text)


def errors(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What ours missed and made up, one line a sentence."""
    found = EXTRACTORS[0].find([row["text"] for row in rows])
    lines = []
    for row, theirs in zip(rows, found, strict=True):
        gold, ours = ({m[:3] for m in own} for own in (map(gold_mention, row["mentions"]), theirs))
        for sign, extra in (("missed", gold - ours), ("made up", ours - gold)):
            lines += [f"{row['id']} {sign} {kind}: {row['text'][start:end]}" for kind, start, end in sorted(extra)]
    return lines


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "–"


def _f1(hits: int, gold: int, found: int) -> str:
    return f"{2 * hits / (gold + found):.3f}" if gold + found else "–"


if __name__ == "__main__":
    main()
