"""`gangmu show`: the outline of one document, at once. No Prefect, no Great Expectations, no other process."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

import seeds
from flows.errors import UsageError
from flows.paint import Paint, for_output, line
from transforms.clean import clean
from transforms.extract import Unreadable, extract
from transforms.segment import load_rules, segment, tables_of

Row = Mapping[str, Any]

EXCERPT = 36
"""Characters of a section that has no title."""
AXES = ("function", "modality", "theme", "instrument")
FACTS = ("genre", "document_number", "issuer", "addressee", "written_on", "published_on", "effective_on", "script")


def structured(file: Path, *, labels: bool) -> dict[str, list[dict[str, Any]]]:
    """Structure one file; gives the rows of the three datasets, in the order of the page.

    Raises:
        UsageError: It does not exist or cannot be read.

    """
    made = tables(file, labels=labels)
    # The tables are ordered by their ids.
    starts = {
        row["document_id"]: row["fragments"][0]["start"] for row in made["documents"].to_pylist() if row["fragments"]
    }
    return {
        name: sorted(table.to_pylist(), key=lambda row: (starts.get(row["document_id"], 0), row.get("ordinal", 0)))
        for name, table in made.items()
    }


def tables(file: Path, *, labels: bool, source_uri: str | None = None) -> dict[str, pa.Table]:
    """Structure one file; gives the three datasets. Ids derive from `source_uri`, the file's name if none is given.

    Raises:
        UsageError: It does not exist or cannot be read.

    """
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"{file}: does not exist. Give a document, such as a .txt, .docx or .pdf file.") from error
    except IsADirectoryError as error:
        raise UsageError(f"{file}: is a folder. Give a file; 'gangmu run {file}' takes folders.") from error
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}). Check its permissions.") from error
    try:
        source = extract(data, source_uri=file.name)
    except Unreadable as error:
        raise UsageError(str(error.reason)) from error
    source["source_uri"] = file.name if source_uri is None else source_uri
    cut = segment(source, clean(source), load_rules(seeds.folder()))
    documents, sections, clauses = tables_of(cut.found)
    if labels:
        from transforms.classify import classify  # noqa: PLC0415 - reads the codebook, which the bare outline needs not
        from transforms.classify.codebook import load  # noqa: PLC0415

        documents, sections, clauses = classify(documents, sections, clauses, load(seeds.folder() / "codebook"))
    return {"documents": documents, "sections": sections, "clauses": clauses}


def print_outline(tables: Mapping[str, list[dict[str, Any]]], *, clauses: bool, why: bool) -> None:
    """Print the outline of every document of a file."""
    paint = for_output()
    for place, document in enumerate(tables["documents"]):
        lines = [""] if place else []
        lines += _head(document, paint)
        lines += _body(document, tables, paint, clauses=clauses, why=why)
        lines += _notes(document, paint)
        sys.stdout.write("\n".join(lines) + "\n")


def _head(document: Row, paint: Paint) -> list[str]:
    title = document["title_reading"] or document["title"] or "(no title)"
    facts = "  ".join(f"{name}: {document[name]}" for name in FACTS if document[name])
    counts = f"{document['n_sections']} sections, {document['n_clauses']} clauses, {document['n_chars']:,} characters"
    return [paint.bold(line(title)), paint.dim(line(facts)), paint.dim(counts)]


def _body(
    document: Row, tables: Mapping[str, list[dict[str, Any]]], paint: Paint, *, clauses: bool, why: bool
) -> Iterator[str]:
    key = document["document_id"]
    sections = [row for row in tables["sections"] if row["document_id"] == key]
    leaves = [row for row in tables["clauses"] if row["document_id"] == key] if clauses else []
    levels: dict[str | None, int] = {None: -1}
    for section in sections:
        levels[section["section_id"]] = levels.get(section["parent_id"], -1) + 1
    rows: list[tuple[int, int, str, Row]] = [(row["start"], 0, "section", row) for row in sections]
    rows += [(row["start"], 1, "clause", row) for row in leaves]
    for _, _, kind, row in sorted(rows, key=lambda item: item[:2]):
        if kind == "section":
            yield from _section(row, document["text"], levels[row["section_id"]], paint, why=why)
        else:
            yield from _clause(row, levels.get(row["section_id"], -1) + 1, paint, why=why)


def _section(row: Row, text: str, level: int, paint: Paint, *, why: bool) -> Iterator[str]:
    indent = "  " * (level + 1)
    label = paint.label(row["label"] or f"[{row['kind']}]")
    if row["title"]:
        words = line(row["title"])
    else:
        begin = row["start"] + len(row["label"] or "")
        words = paint.dim(_excerpt(text[begin : row["end"]]))
    mark = paint.warn(" (inferred)") if row["inferred"] else ""
    yield f"{indent}{label} {words}{mark} {paint.dim(_place(row))}"
    if why:
        yield paint.dim(f"{indent}  {row['kind']}, depth {row['depth']}: {'; '.join(row['evidence'])}")


def _clause(row: Row, level: int, paint: Paint, *, why: bool) -> Iterator[str]:
    indent = "  " * (level + 1)
    yield f"{indent}· {line(row['text'])} {paint.dim(_place(row))}"
    doubtful = set(row["uncertain"] or ())
    labels = [f"{row[axis]}{'?' if axis in doubtful else ''}" for axis in AXES if row[axis]]
    yield f"{indent}  {paint.label('  '.join(labels))}"
    if why:
        for evidence in row["evidence"] or ():
            at = "" if evidence["start"] is None else f" {_place(evidence)}"
            yield paint.dim(
                f"{indent}  {evidence['axis']} = {evidence['label']}: {evidence['rule']} {evidence['weight']:+.2f}{at}"
            )
        for other in row["runner_up"] or ():
            sure = row[f"{other['axis']}_confidence"]
            yield paint.dim(
                f"{indent}  {other['axis']} {sure:.2f} sure, before {other['label']} by {other['margin']:.2f}"
            )


def _notes(document: Row, paint: Paint) -> Iterable[str]:
    for finding in document["findings"]:
        at = "" if finding["start"] is None else f" {_place(finding)}"
        yield paint.warn(f"{finding['severity']} {finding['code']}: {finding['message']}{at}")


def _excerpt(text: str) -> str:
    words = line(text[: EXCERPT * 2])
    return words if len(words) <= EXCERPT and len(text) <= EXCERPT * 2 else words[:EXCERPT] + "…"


def _place(row: Row) -> str:
    return f"{row['start']}–{row['end']}"
