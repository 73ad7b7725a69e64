"""Labelled clauses of real documents: the project holds their places and labels, the texts stay where they are.

`benchmarks/training/corpus.csv` names a document below the folder of real documents (GANGMU_REAL), the characters of the
clause in it, and the labels that a reader gave. The pipeline itself cuts the document, so that a clause has the
surroundings here that it has in a run.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flows import tables, work
from flows.sources import File
from schemas.vocabularies import AXES

LEAST_OVERLAP = 0.8
"""Share of its characters that a clause must have in common with the place of a label: the cuts may have moved a little."""

Row = dict[str, Any]


def labelled(table: Path, real: Path) -> list[Row]:
    """Rows for the training, in the order of the table; clauses that the pipeline cuts otherwise are left out.

    Args:
        table: CSV with the columns document, start, end, function, modality, themes, instrument; some rows also hold
            what a second reader said, who did not see the first one's labels (second_function, …).
        real: Folder that `document` is below.

    Raises:
        FileNotFoundError: A document is not there; it names it.

    """
    with table.open(encoding="utf-8", newline="") as handle:
        told = list(csv.DictReader(handle))
    own: dict[str, list[Row]] = defaultdict(list)
    for name, clause in clauses(real, sorted({row["document"] for row in told})):
        own[name].append(clause)
    found = ((row, _at(own[row["document"]], int(row["start"]), int(row["end"]))) for row in told)
    return [clause | _labels(row) for row, clause in found if clause is not None]


def readers(table: Path) -> dict[str, list[tuple[str, str]]]:
    """(first, second) labels by axis of the clauses that two readers labelled; for themes the main one."""
    with table.open(encoding="utf-8", newline="") as handle:
        told = [row for row in csv.DictReader(handle) if row["second_function"]]
    pairs = {axis: [(row[name], row[f"second_{name}"]) for row in told] for axis, name in COLUMNS.items()}
    pairs["theme"] = [(one.split()[0], other.split()[0]) for one, other in pairs["theme"]]
    return pairs


COLUMNS = {axis: "themes" if axis == "theme" else axis for axis in AXES}
"""axis -> its column in the table."""


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Agreement beyond chance (Cohen 1960)."""
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    first, second = (Counter(pair[i] for pair in pairs) for i in (0, 1))
    chance = sum(first[label] * second[label] for label in first) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance)


def _at(own: Iterable[Row], start: int, end: int) -> Row | None:
    def shared(clause: Row) -> float:
        common = min(clause["end"], end) - max(clause["start"], start)
        return max(common, 0) / (max(clause["end"], end) - min(clause["start"], start))

    best = max(own, key=shared, default=None)
    return best if best is not None and shared(best) >= LEAST_OVERLAP else None


def _labels(row: Mapping[str, str]) -> Row:
    return {name: row[name] for name in COLUMNS.values()} | {"themes": row["themes"].split()}


def clauses(real: Path, documents: Iterable[str]) -> Iterator[tuple[str, Row]]:
    """Clauses of documents, each with its document and its surroundings, as gold has them; `start` and `end` count in the source's text.

    Raises:
        FileNotFoundError: A document is not there; it names it.

    """
    files = [File(path=str(real / name), uri=name, size=(real / name).stat().st_size) for name in documents]
    with TemporaryDirectory(prefix="gangmu-labels-") as folder:
        batch = work.prepare(Path(folder), files)
        for stage in ("extract", "clean", "segment"):
            work.run_stage(stage, str(batch))
        held = {name: _rows(batch / f"{name}.arrow") for name in ("documents", "sections", "clauses")}
    sections = {row["section_id"]: row for row in held["sections"]}
    texts = {row["clause_id"]: row["text"] for row in held["clauses"]}
    of_document: dict[str, list[Row]] = defaultdict(list)
    for clause in held["clauses"]:
        of_document[clause["document_id"]].append(clause)
    for document in held["documents"]:
        begin = document["fragments"][0]["start"]
        whole = len(document["fragments"]) == 1
        own = of_document[document["document_id"]] if whole else []
        labels_told: set[str] = set()
        for before, clause, after in zip([None, *own], own, [*own[1:], None], strict=False):
            section = sections.get(clause["section_id"], {"title": "", "label": ""})
            first = clause["section_id"] not in labels_told
            labels_told.add(clause["section_id"])
            # Gold prints the label of an article or item in front of its first clause.
            label = section["label"] if first and not section["title"] else ""
            yield (
                document["source_uri"],
                {
                    "doc": _name(document["source_uri"]),
                    "start": begin + clause["start"],
                    "end": begin + clause["end"],
                    "genre": document["genre"],
                    "title": document["title_reading"] or document["title"] or "",
                    "path": _titles(clause["section_id"], sections),
                    "stem": texts.get(clause["stem_id"], ""),
                    "prev": before["text"] if before else "",
                    "text": f"{label or ''}{clause['text']}",
                    "next": after["text"] if after else "",
                },
            )


def _titles(section: str | None, sections: Mapping[str, Row]) -> list[str]:
    """Titles above a clause, outermost first, as the pipeline reads them: sections without title are passed over."""
    found: list[str] = []
    while section:
        if title := sections[section]["title"]:
            found.append(title)
        section = sections[section]["parent_id"]
    return found[::-1]


def _name(document: str) -> str:
    """Name of a document in the gold, so that its clauses share a fold: `seeds/000_….txt` is `seed-000` there."""
    path = Path(document)
    return f"seed-{path.stem.partition('_')[0]}" if path.parts[0] == "seeds" else path.stem


def _rows(path: Path) -> list[Row]:
    return [row for chunk in tables.chunks(path) for row in chunk.to_pylist()]
