"""`gangmu evaluate`: scores against gold files, at once. No Prefect, no Great Expectations, no other process."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import seeds
from flows.errors import UsageError
from transforms.clean import clean
from transforms.extract import Unreadable, extract
from transforms.segment import Rules, load_rules, segment
from transforms.segment.evaluate import (
    GROUPS,
    LAYOUTS,
    Comparison,
    compare,
    found_items,
    gold_items,
    is_page,
    rates,
    relaid,
    similarity,
    total,
)

Report = dict[str, Any]

GOLD_SUFFIX = ".gold.json"
WORST = 5
"""Documents whose differences are listed."""
MOST_LINES = 25
"""Differences listed of a document."""
MOST_CONFUSIONS = 8
"""Pairs of labels listed for each axis."""
PRECISIONS = (0.85, 0.9, 0.95, 0.98)
"""Accuracies for which the share of clauses is told that can be labelled so well."""
CONFIDENCES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
"""Bounds of the ranges for which the reliability is told."""
COLUMNS = ("text", "genre", "function", "modality", "themes", "instrument")
KIND_OF_INSTRUMENT = "instrument_kind"


@dataclass(frozen=True, slots=True)
class Gold:
    """A text and its gold outline; `name` is its path below the folder that was given."""

    name: str
    text: str
    outline: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """A document of the gold and how it compares."""

    gold: Gold
    comparison: Comparison

    @property
    def f1(self) -> float:
        """F1 over all groups; 1 where there is nothing to find."""
        value = rates(total(self.comparison.counts.values()))["f1"]
        return 1.0 if value is None else float(value)


def structure(folder: Path, *, layout: str = "lines", worst: int = WORST) -> Report:
    """Score the outlines of the texts of a folder.

    Args:
        folder: Holds NAME.gold.json with NAME.txt beside it, at any depth; or the gold names its text itself, as
            `text_file`, a path from its own folder.
        layout: One of LAYOUTS, or `all`.
        worst: Documents whose differences are listed.

    Raises:
        UsageError: The folder does not exist, holds no gold, or a file in it is not of its form.

    """
    golds, without_text = _golds(folder)
    rules = load_rules(seeds.folder())
    layouts = {}
    for name in LAYOUTS if layout == "all" else (layout,):
        scored = [Scored(gold, _score(gold, name, rules)) for gold in golds]
        layouts[name] = _report(scored, worst)
    return {"gold": str(folder), "documents": len(golds), "without_text": without_text, "layouts": layouts}


def labels(file: Path) -> Report:
    """Score the labels of clauses.

    Args:
        file: Labelled clauses as JSON lines: text, genre, function, modality, themes (the main one first), instrument,
            and the surroundings title, path, prev, next where they are known.

    Returns:
        What `transforms.classify.evaluate` says, and for each axis the pairs of labels that are confused most, the share
        of clauses that can be labelled at fixed accuracies going by confidence, the reliability of the confidence, the
        share that is not called uncertain and its accuracy; all again by genre of the gold.

    Raises:
        UsageError: The file does not exist or is not of its form.

    """
    from transforms.classify import evaluate, label_clauses, load  # noqa: PLC0415 - structure needs no codebook
    from transforms.classify.evaluate import record_of  # noqa: PLC0415

    rows = _rows(file)
    codebook = load(seeds.folder() / "codebook")
    report: Report = {"gold": str(file), **evaluate(rows, codebook)}
    found = label_clauses([record_of(row) for row in rows], codebook)
    report["unknown"] = _unknown(rows, codebook.labels)
    for axis, scores in report["axes"].items():
        whole = axis == KIND_OF_INSTRUMENT
        own = "instrument" if whole else axis
        judged = [
            (_truth(row, axis), _kind(getattr(one, own)) if whole else getattr(one, own), one.confidence[own])
            for row, one in zip(rows, found, strict=True)
        ]
        scores["confusions"] = _confusions(judged)
        scores["reliability"] = reliability(judged)
        scores["coverage"] = [_coverage(judged, precision) for precision in PRECISIONS]
        sure = [true == said for (true, said, _), one in zip(judged, found, strict=True) if own not in one.uncertain]
        scores["sure"] = {"share": len(sure) / len(rows), "accuracy": sum(sure) / len(sure) if sure else None}
    held = [one.theme in row["themes"] for row, one in zip(rows, found, strict=True)]
    report["axes"]["theme"]["any"] = sum(held) / len(held)
    by_genre: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_genre.setdefault(row["genre"], []).append(row)
    report["by_genre"] = {genre: _short(evaluate(own_rows, codebook)) for genre, own_rows in sorted(by_genre.items())}
    return report


def themes(folder: Path) -> Report:
    """Score the themes predicted of documents against those that their publisher declares.

    Args:
        folder: Holds NAME.meta.json with {"theme": {"main": 名称}} and NAME.txt beside it.

    Returns:
        For each document the declared top category and the predicted ones; at_1 and at_3, the shares of documents whose
        declared category is predicted first, or among the first three.

    Raises:
        UsageError: The folder holds no such document, or a file is not of its form.

    """
    from flows.outline import structured  # noqa: PLC0415 - only here

    with (seeds.folder() / "codebook" / "themes.csv").open(encoding="utf-8", newline="") as handle:
        names = {row["name"]: row["code"] for row in csv.DictReader(handle) if row["level"] == "1"}
    documents = []
    for path in sorted(folder.glob("*.meta.json")):
        beside = path.with_name(path.name.removesuffix(".meta.json") + ".txt")
        declared = names.get(_json(_read(path), str(path)).get("theme", {}).get("main"))
        if declared and beside.is_file():
            tables = structured(beside, labels=True)
            main = max(tables["documents"], key=lambda row: row["n_chars"])
            predicted = [one["code"] for one in main["theme_predicted"]]
            documents.append({"document": beside.name, "declared": declared, "predicted": predicted})
    if not documents:
        raise UsageError(f"{folder}: holds no NAME.meta.json that declares a theme, with NAME.txt beside it.")
    shares = {f"at_{n}": sum(d["declared"] in d["predicted"][:n] for d in documents) / len(documents) for n in (1, 3)}
    return {"folder": str(folder), "documents": documents, **shares}


def structure_text(report: Report) -> str:
    """Show the scores of outlines to people."""
    lines = []
    if report["without_text"]:
        lines += [f"Warning: gold outlines without a text beside them, left out: {len(report['without_text'])}", ""]
    for name, scores in report["layouts"].items():
        tree, left_out = _share(scores["tree"]["similarity"]), scores["tree"]["too_large"]
        too_large = f", {left_out} too large for this" if left_out else ""
        lines += [
            f"layout {name}: documents {scores['documents']}, all starts right in {scores['perfect']}",
            *_table(("", {group: scores[group] for group in GROUPS if scores[group]["f1"] is not None})),
            f"outlines as trees: {tree} alike (1 - edit distance / size){too_large}",
            *_table(("by kind", scores["by_kind"]), aspects=False),
        ]
        for split in ("by_category", "by_folder"):
            for group in GROUPS:
                own = {key: value[group] for key, value in scores[split].items() if value[group]["f1"] is not None}
                if own:
                    lines += _table((f"{split.replace('_', ' ')}: {group}", own))
        lines += _worst_lines(scores["worst"])
        lines.append("")
    return "\n".join(lines).rstrip()


def labels_text(report: Report) -> str:
    """Show the scores of labels to people."""
    lines = [f"clauses {report['rows']:,}"]
    lines += [
        f"Warning: {what} is no label of the codebook, clauses: {count}" for what, count in report["unknown"].items()
    ]
    lines += ["", "accuracy  macro-F1  majority  sure: share  accuracy"]
    for axis, scores in report["axes"].items():
        sure = scores["sure"]
        lines.append(
            f"{_share(scores['accuracy']):>8}  {_share(scores['macro_f1']):>8}  {_share(scores['majority']):>8}  "
            f"{_share(sure['share']):>11}  {_share(sure['accuracy']):>8}  {axis}"
        )
    lines += [f"main theme among all that the gold names: {_share(report['axes']['theme']['any'])}"]
    lines += ["", "by genre: accuracy / macro-F1"]
    for genre, scores in report["by_genre"].items():
        shown = "  ".join(
            f"{axis} {_share(own['accuracy'])} / {_share(own['macro_f1'])}" for axis, own in scores["axes"].items()
        )
        lines.append(f"  {genre} ({scores['rows']:,}): {shown}")
    for axis, scores in report["axes"].items():
        lines += ["", *_axis_lines(axis, scores)]
    return "\n".join(lines)


def _golds(folder: Path) -> tuple[list[Gold], list[str]]:
    if not folder.exists():
        raise UsageError(f"{folder}: does not exist. Give a folder with NAME{GOLD_SUFFIX} and NAME.txt.")
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file. Give the folder that holds it.")
    golds, without_text = [], []
    for path in sorted(folder.rglob(f"*{GOLD_SUFFIX}")):
        name = path.relative_to(folder).as_posix().removesuffix(GOLD_SUFFIX)
        outline = _json(_read(path), str(path))
        named = outline.get("text_file") if isinstance(outline, dict) else None
        beside = path.parent / (named or path.name.removesuffix(GOLD_SUFFIX) + ".txt")
        if beside.is_file():
            golds.append(_gold(name, path, outline, beside))
        else:
            without_text.append(name)
    if not golds:
        missing = f" {len(without_text)} gold outlines have no NAME.txt beside them." if without_text else ""
        raise UsageError(f"{folder}: holds no gold. Put NAME{GOLD_SUFFIX} and NAME.txt there.{missing}")
    return golds, without_text


def _gold(name: str, path: Path, outline: Any, beside: Path) -> Gold:  # noqa: ANN401 - JSON of any form
    text = _read(beside)
    try:
        if not all(isinstance(section["label"], str) for section in outline["sections"]):
            raise TypeError("a label is no text")  # noqa: TRY301 - said below with the other faults of form
        gold_items(outline, range(len(text) + 1))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        message = f"{path}: is no gold outline of its text ({type(error).__name__}: {error}). It needs sections with kind, label, start."
        raise UsageError(message) from error
    if outline.get("chars", len(text)) != len(text):
        lengths = f"{len(text):,} characters, its gold outline speaks of {outline['chars']:,}"
        message = f"{beside}: has {lengths}. Give the text that the outline was made from."
        raise UsageError(message)
    return Gold(name, text, outline)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8. Save it as UTF-8.") from error


def _json(text: str, name: str) -> Any:  # noqa: ANN401 - as JSON is
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{name}: is no JSON ({error}). Mend it.") from error


def _score(gold: Gold, layout: str, rules: Rules) -> Comparison:
    text, places = relaid(gold.text, layout)
    try:
        source = extract(text.encode("utf-8"), source_uri=f"{gold.name}.txt")
    except Unreadable as error:
        raise UsageError(str(error.reason)) from error
    cut = segment(source, clean(source), rules)
    found = found_items(cut.documents, cut.sections, page=is_page(gold.outline))
    return compare(gold_items(gold.outline, places), found, text)


def _report(scored: Sequence[Scored], worst: int) -> Report:
    kinds: dict[str, Counter[str]] = {}
    for one in scored:
        for kind, counts in one.comparison.kinds.items():
            kinds.setdefault(kind, Counter()).update(counts)
    report = _scores(scored)
    trees = [one.comparison.distance for one in scored]
    report["tree"] = {
        "similarity": similarity(tree for tree in trees if tree),
        "too_large": trees.count(None),
    }
    report["by_kind"] = {kind: rates(counts) for kind, counts in sorted(kinds.items(), key=_by_size)}
    report["by_category"] = _split(scored, [str(one.gold.outline.get("category") or "none") for one in scored])
    report["by_folder"] = _split(scored, [one.gold.name.rpartition("/")[0] or "." for one in scored])
    differing = [one for one in scored if one.comparison.differences]
    differing.sort(key=lambda one: (one.f1, -len(one.comparison.differences), one.gold.name))
    report["worst"] = [_document(one) for one in differing[:worst]]
    return report


def _scores(scored: Sequence[Scored]) -> Report:
    report: Report = {"documents": len(scored), "perfect": sum(one.f1 == 1 for one in scored)}
    for group in GROUPS:
        report[group] = rates(total(one.comparison.counts[group] for one in scored))
    return report


def _split(scored: Sequence[Scored], keys: Sequence[str]) -> Report:
    parts: dict[str, list[Scored]] = {}
    for key, one in zip(keys, scored, strict=True):
        parts.setdefault(key, []).append(one)
    return {key: _scores(part) for key, part in sorted(parts.items())}


def _by_size(item: tuple[str, Counter[str]]) -> tuple[int, str]:
    return -item[1]["gold"], item[0]


def _document(one: Scored) -> Report:
    distance = one.comparison.distance
    return {
        "document": one.gold.name,
        "f1": one.f1,
        "tree": similarity([distance] if distance else []),
        "differences": [asdict(difference) for difference in one.comparison.differences],
    }


def _table(named: tuple[str, Mapping[str, Mapping[str, Any]]], *, aspects: bool = True) -> list[str]:
    """Scores in columns; names stand last, for Han characters are as wide as two others."""
    name, rows = named
    heads = ["gold", "found", "right", "precision", "recall", "F1"]
    keys = ["gold", "found", "matched", "precision", "recall", "f1"]
    if aspects:
        heads += ["label", "level", "parent", "title", "(strict)"]
        keys += ["label", "level", "parent", "title_normalised", "title_strict"]
    lines = ["", "  ".join(f"{head:>6}" for head in heads) + f"  {name}".rstrip()]
    for row, scores in rows.items():
        cells = [f"{scores[k]:,}" if isinstance(scores[k], int) else _share(scores[k]) for k in keys]
        lines.append("  ".join(f"{c:>{max(len(h), 6)}}" for c, h in zip(cells, heads, strict=True)) + f"  {row}")
    return lines


def _worst_lines(documents: Iterable[Mapping[str, Any]]) -> list[str]:
    lines: list[str] = []
    for document in documents:
        if not lines:
            lines += ["", "differences, worst documents first (- missing, + spurious, ~ found, gold → ours)"]
        found = document["differences"]
        lines.append(f"{document['document']}: F1 {_share(document['f1'])}, tree {_share(document['tree'])}")
        for one in found[:MOST_LINES]:
            lines.append(
                f"  {one['sign']} {_line(one['what'])}  at {one['start']}: {_line(one['before'])}▸{_line(one['after'])}"
            )
        if len(found) > MOST_LINES:
            lines.append(f"    … and {len(found) - MOST_LINES} more")
    return lines


def _axis_lines(axis: str, scores: Mapping[str, Any]) -> list[str]:
    lines = [f"{axis}", "precision  recall      F1  support"]
    for label, own in sorted(scores["labels"].items(), key=lambda item: -item[1]["support"]):
        lines.append(
            f"{_share(own['precision']):>9}  {_share(own['recall']):>6}  {_share(own['f1']):>6}  {own['support']:>7,}  {label}"
        )
    if scores["confusions"]:
        pairs = ", ".join(f"{one['gold']} → {one['found']} {one['count']}" for one in scores["confusions"])
        lines.append(f"  confused (gold → ours): {pairs}")
    shown = [
        f"{one['accuracy']:.0%} of {one['share']:.0%} (confidence ≥ {one['confidence']:.2f})"
        if one["share"]
        else f"{one['accuracy']:.0%} of none"
        for one in scores["coverage"]
    ]
    lines.append(f"  right by confidence: {', '.join(shown)}")
    bins = [f"{one['confidence']:.2f} → {one['accuracy']:.2f} of {one['count']:,}" for one in scores["reliability"]]
    lines.append(f"  reliability (said → right): {', '.join(bins)}")
    return lines


def _rows(file: Path) -> list[dict[str, Any]]:
    if file.is_dir():
        raise UsageError(f"{file}: is a folder. Give a file of labelled clauses, one JSON object a line.")
    if not file.exists():
        raise UsageError(f"{file}: does not exist. Give a file of labelled clauses, one JSON object a line.")
    rows = []
    for number, line in enumerate(_read(file).split("\n"), start=1):
        if line.strip():
            row = _json(line, f"{file}, line {number}")
            if fault := _fault(row):
                raise UsageError(f"{file}, line {number}: {fault}. Mend the line, or take it out.")
            rows.append(row)
    if not rows:
        raise UsageError(f"{file}: holds no gold. Give labelled clauses, one JSON object a line.")
    return rows


def _fault(row: Any) -> str | None:  # noqa: ANN401 - as JSON is
    """Say why a row is no labelled clause."""
    if not isinstance(row, dict):
        return "is no JSON object"
    for column in COLUMNS:
        if column == "themes":
            if not isinstance(row.get(column), list) or not row[column]:
                return "lacks themes, a list with the main theme first"
        elif not isinstance(row.get(column), str):
            return f"lacks {column}"
    return None


def _truth(row: Mapping[str, Any], axis: str) -> str:
    if axis == "theme":
        return str(row["themes"][0])
    if axis == KIND_OF_INSTRUMENT:
        return _kind(row["instrument"])
    return str(row[axis])


def _kind(instrument: str) -> str:
    return instrument.partition("/")[0]


def _unknown(rows: Iterable[Mapping[str, Any]], known: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Count labels of the gold that the codebook lacks."""
    codes = {axis: set(of_axis) for axis, of_axis in known.items()}
    counts = Counter(
        f"{axis} {_truth(row, axis)}" for row in rows for axis in codes if _truth(row, axis) not in codes[axis]
    )
    return dict(sorted(counts.items()))


def _confusions(judged: Iterable[tuple[str, str, float]]) -> list[Report]:
    counts = Counter((true, said) for true, said, _ in judged if true != said)
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CONFUSIONS]
    return [{"gold": true, "found": said, "count": count} for (true, said), count in most]


def reliability(judged: Sequence[tuple[str, str, float]]) -> list[Report]:
    """Say how often labels of a confidence are right: mean confidence, accuracy and count by range of confidence."""
    bins: list[Report] = []
    for low, high in pairwise(CONFIDENCES):
        own = [(true == said, sure) for true, said, sure in judged if low <= sure < high]
        if own:
            mean, right = sum(sure for _, sure in own) / len(own), sum(hit for hit, _ in own) / len(own)
            bins.append({"from": low, "confidence": mean, "accuracy": right, "count": len(own)})
    return bins


def _coverage(judged: Sequence[tuple[str, str, float]], accuracy: float) -> Report:
    """Give the largest share of clauses, the most confident first, of which so many are right, and the confidence."""
    right = 0
    best: tuple[int, float | None] = (0, None)
    ordered = sorted(judged, key=lambda one: -one[2])
    for count, (true, said, confidence) in enumerate(ordered, start=1):
        right += true == said
        # Clauses of equal confidence are taken together or not at all.
        last = count == len(ordered) or ordered[count][2] < confidence
        if last and right >= accuracy * count:
            best = (count, confidence)
    return {"accuracy": accuracy, "share": best[0] / max(len(ordered), 1), "confidence": best[1]}


def _short(report: Mapping[str, Any]) -> Report:
    kept = ("accuracy", "macro_f1", "majority")
    axes = {axis: {name: scores[name] for name in kept} for axis, scores in report["axes"].items()}
    return {"rows": report["rows"], "axes": axes}


def _share(value: float | None) -> str:
    """Four digits; 1.0000 is said of all alone."""
    if value is None:
        return "-"
    return f"{value:.4f}" if value == 1 else f"{min(value, 0.9999):.4f}"


def _line(text: str) -> str:
    """Give text as one line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text.replace("\n", "⏎"))
