"""Scores of the labels against clauses that people have labelled.

Gold rows are dictionaries with `text, genre, title, path, prev, next` and the true `function, modality, themes,
instrument` (genres policy, law, plan, work_report, news, or ours). The gold names no stem: the clause before is taken
as the stem of a list item when it ends with a colon.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.vocabularies import AXES, GENRES
from transforms.classify.codebook import Codebook
from transforms.classify.genres import genre_of_title
from transforms.classify.records import ClauseRecord
from transforms.classify.score import Labels, label_clauses
from transforms.classify.surroundings import simplified

LEAST_SUPPORT = 8
"""Labels with fewer examples are left out of the macro average."""

_LABEL = re.compile(
    r"\s*(?:第[一二三四五六七八九十百千零〇0-9 ]{1,9}[条條](?:之[一二三四五六七八九十]{1,3})?(?![的、第规和及中])"
    r"|[（(][一二三四五六七八九十0-9]{1,4}[）)]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|[0-9]{1,3}[、.．](?![0-9])|[①-⑳])\s*"
)
"""Label in front of a clause of the gold, which was cut by a plain splitter."""

_STEMLESS_ITEM = re.compile(r"^\s*(?:[（(][一二三四五六七八九十0-9]{1,4}[）)]|[0-9]{1,3}[.、．]|[①-⑳])")


def our_genre(genre: str, title: str) -> str:
    """Translate a genre of the gold: work_report -> report, policy and law by the last word of the title."""
    if genre in ("work_report", "report"):
        return "report"
    if genre == "law":
        return genre_of_title(title, legislation=True) or "law"
    if genre == "policy":
        return genre_of_title(title) or "notice"
    return genre if genre in GENRES else "other"


def record_of(row: Mapping[str, Any]) -> ClauseRecord:
    """Read a gold row as a clause record; Traditional characters become Simplified as `clean` does."""
    text, prev = simplified(row["text"]), simplified(row.get("prev") or "")
    title = simplified(row.get("title") or "")
    stem = simplified(row.get("stem") or "")
    if not stem and prev.rstrip()[-1:] in ("：", ":") and _STEMLESS_ITEM.match(text):
        stem = prev
    # The pipeline keeps labels apart from clauses.
    label = _LABEL.match(text)
    lead = label.group() if label and label.end() < len(text) else ""
    return ClauseRecord(
        text=text[len(lead) :],
        genre=our_genre(row["genre"], title),
        title=title,
        path=tuple(simplified(p) for p in row.get("path") or ()),
        prev=_unlabelled(prev),
        next=_unlabelled(simplified(row.get("next") or "")),
        stem=stem,
        lead=lead.strip(),
    )


def _unlabelled(text: str) -> str:
    label = _LABEL.match(text)
    return text[label.end() :] if label and label.end() < len(text) else text


def evaluate(gold_rows: Iterable[Mapping[str, Any]], codebook: Codebook) -> dict[str, Any]:
    """Accuracy, macro-F1, per-label scores and the majority baseline for every axis, and for the kind of instrument.

    Args:
        gold_rows: Labelled clauses.
        codebook: Codebook.

    Returns:
        `{"rows": n, "axes": {axis: {accuracy, macro_f1, majority, labels: {label: {precision, recall, f1,
        support}}}}}` with the axes of the codebook and `instrument_kind`; `theme` is the main theme, `themes` the
        mean overlap of the lists.

    Raises:
        KeyError: A row lacks a column; it names it.

    """
    rows = list(gold_rows)
    labels = label_clauses([record_of(row) for row in rows], codebook)
    return {"rows": len(rows), "axes": {axis: _scores(pairs) for axis, pairs in _pairs(rows, labels).items()}}


def _pairs(rows: Sequence[Mapping[str, Any]], labels: Sequence[Labels]) -> dict[str, list[tuple[str, str]]]:
    """Pair true and predicted labels by axis."""
    pairs: dict[str, list[tuple[str, str]]] = {axis: [] for axis in (*AXES, "instrument_kind")}
    for row, found in zip(rows, labels, strict=True):
        pairs["function"].append((row["function"], found.function))
        pairs["modality"].append((row["modality"], found.modality))
        pairs["theme"].append((row["themes"][0], found.theme))
        pairs["instrument"].append((row["instrument"], found.instrument))
        pairs["instrument_kind"].append((row["instrument"].split("/")[0], found.instrument.split("/")[0]))
    return pairs


def _scores(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    support = Counter(true for true, _ in pairs)
    predicted = Counter(found for _, found in pairs)
    right = Counter(true for true, found in pairs if true == found)
    by_label = {}
    for label in sorted(support.keys() | predicted.keys()):
        precision = right[label] / predicted[label] if predicted[label] else 0.0
        recall = right[label] / support[label] if support[label] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        by_label[label] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1, 4),
            "support": support[label],
        }
    counted = [score["f1"] for label, score in by_label.items() if support[label] >= LEAST_SUPPORT]
    total = max(len(pairs), 1)
    return {
        "accuracy": round(sum(right.values()) / total, 4),
        "macro_f1": round(sum(counted) / max(len(counted), 1), 4),
        "majority": round(max(support.values(), default=0) / total, 4),
        "labels": by_label,
    }
