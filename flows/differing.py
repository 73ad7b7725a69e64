"""A difference in words, for the terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flows.paint import Paint, line
from transforms.compare import Difference, marked

Row = Mapping[str, Any]

MOST = 200
"""Rows of a document that are shown; the rest is counted, and complete in --json."""
EXCERPT = 120
"""Characters of a clause that is shown for its place or labels alone."""
SIGNS = {"added": "+", "removed": "-", "changed": "~"}
HIDDEN = ("unchanged", "in_added_documents", "in_removed_documents")


def text(difference: Difference, *, levels: Sequence[str], paint: Paint) -> Iterator[str]:
    """Lines: the counts first, then what changed, document by document."""
    yield paint.bold(f"{difference.before} → {difference.after}")
    for level in levels:
        yield f"{level}: {_counts(difference.counts[level])}"
    if difference.equal:
        return
    documents = {row["to"] or row["from"]: row for row in difference.documents}
    sections, clauses = _grouped(difference.sections), _grouped(difference.clauses)
    places = [row["to"] or row["from"] for row in difference.documents]
    for key in dict.fromkeys([*places, *sections, *clauses]):
        shown: list[str] = []
        if "documents" in levels and key in documents:
            shown += _fields(documents[key], paint)
        if "sections" in levels:
            shown += _limited([_section(row, paint) for row in sections.get(key, ())], paint)
        if "clauses" in levels:
            shown += _limited([_clause(row, paint) for row in clauses.get(key, ())], paint)
        alone = documents.get(key, {}).get("change") in {"added", "removed"}
        if shown or (alone and "documents" in levels):
            yield ""
            yield _heading(key, documents.get(key), paint)
            yield from shown


def _counts(counts: Mapping[str, int]) -> str:
    parts = [f"{count:,} {name}" for name, count in counts.items() if count and name not in HIDDEN]
    parts.append(f"{counts['unchanged']:,} unchanged")
    parts += [f"{counts[name]:,} {name.replace('_', ' ')}" for name in HIDDEN[1:] if counts.get(name)]
    return ", ".join(parts)


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["document"], []).append(row)
    return groups


def _heading(key: str, document: Row | None, paint: Paint) -> str:
    if document is None:
        return paint.bold(f"  {key}")
    sign = SIGNS[document["change"]]
    return paint.bold(line(f"{sign} {document['title'] or '(no title)'}  {document['source_uri']}").rstrip())


def _fields(document: Row, paint: Paint) -> Iterator[str]:
    for field in document["fields"]:
        old, new = (_value(field[side]) for side in ("from", "to"))
        yield f"  {field['field']}: {paint.gone(old)} → {paint.come(new)}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(line(str(one)) for one in value) or "(none)"
    return "(none)" if value is None else line(str(value))


def _limited(rows: Sequence[str], paint: Paint) -> list[str]:
    left = len(rows) - MOST
    return [*rows[:MOST], *([paint.dim(f"  … and {left:,} more; --json lists all")] if left > 0 else [])]


def _section(row: Row, paint: Paint) -> str:
    old, new = row["from"], row["to"]
    if old is None or new is None:
        sign, show = ("+", paint.come) if old is None else ("-", paint.gone)
        return f"  {sign} {show(_name(new or old))}"
    where = f"  {paint.dim(_path(old) + ' → ' + _path(new))}" if "moved" in row["changes"] else ""
    said = f"{_name(old)} → {_name(new)}" if _name(old) != _name(new) else _name(new)
    return f"  § {said}  {paint.label(', '.join(row['changes']))}{where}"


def _name(section: Row) -> str:
    return line(f"{section['label'] or '[' + section['kind'] + ']'} {section['title'] or ''}").strip()


def _path(section: Row) -> str:
    return line(" › ".join(section["path"])) or "(top)"


def _clause(row: Row, paint: Paint) -> str:
    changes, olds, news = row["changes"], row["from"], row["to"]
    if changes == ["added"]:
        return f"  + {paint.come(line(news[0]['text']))}"
    if changes == ["removed"]:
        return f"  - {paint.gone(line(olds[0]['text']))}"
    notes = [paint.label(_change(name, row)) for name in changes]
    notes += [f"{label['axis']}: {label['from']} → {label['to']}" + _force(label) for label in row["labels"]]
    if row["marks"]:
        old, new = olds[0]["text"], news[0]["text"]
        said = marked(old, new, row["marks"], kept=line, gone=paint.deleted, come=paint.inserted)
    elif len(olds) + len(news) > 2:
        said = " ⏐ ".join(paint.gone(line(one["text"])) for one in olds)
        said += " → " + " ⏐ ".join(paint.come(line(one["text"])) for one in news)
    else:
        said = _excerpt(line(news[0]["text"]))
    return f"  ~ {said}\n      {'; '.join(notes)}"


def _change(name: str, row: Row) -> str:
    if name in {"reworded", "split", "merged"}:
        return f"{name} {row['similarity']:.2f}"
    return f"{name} {_step(row)}" if name == "moved" else name


def _step(row: Row) -> str:
    """Tell from which section to which, by the structural part of their ids."""
    old, new = ((row[side][0]["section"] or "/(top)").partition("/")[2] for side in ("from", "to"))
    return f"{old} → {new}" if old != new else f"within {new}"


def _force(label: Row) -> str:
    return f" ({label['force']})" if label["force"] else ""


def _excerpt(words: str) -> str:
    return words if len(words) <= EXCERPT else words[:EXCERPT] + "…"
