"""A comparison as one page: both sides beside each other, in the order of the newer one.

What was dropped stands behind what was in front of it; what was moved stands at its new place, and at its old one a row that
leads there. What did not change is there too, and hidden at first.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl
from markupsafe import Markup, escape

from transforms.report.names import for_scripts
from transforms.report.pages import as_json, asset, inline_policy, templates

Row = Mapping[str, Any]

KINDS = (
    *("added", "removed", "reworded", "strengthened", "weakened", "retargeted", "moved"),
    *("split", "merged", "relabelled", "retitled", "renumbered"),
)
"""Kinds of change that the page can be narrowed to, in its order."""
MOST = 5000
"""Changes that a page shows; a browser gets slow with more."""
STYLES = ("site.css", "comparison.css")
SCRIPTS = ("common.js", "comparison.js")


@dataclass(frozen=True, slots=True)
class Texts:
    """What the page shows of one side, at least of the documents that changed.

    Attributes:
        documents: document_id, title_reading, source_uri.
        sections: section_id, document_id, parent_id, kind, label, title, start.
        clauses: clause_id, document_id, section_id, ordinal, text, start, quantities, dates.

    """

    documents: pl.DataFrame
    sections: pl.DataFrame
    clauses: pl.DataFrame

    COLUMNS: ClassVar = {
        "documents": ("document_id", "title_reading", "source_uri"),
        "sections": ("section_id", "document_id", "parent_id", "kind", "label", "title", "start"),
        "clauses": (
            *("clause_id", "document_id", "section_id", "ordinal", "text", "start"),
            *("quantities", "dates"),
        ),
    }


@dataclass
class Line:
    """A row of the page: an old and a new cell, what changed, and the sections around it.

    Attributes:
        kinds: Kinds of change; none where nothing changed.
        old: HTML of the older side, None where it has nothing.
        new: HTML of the newer side.
        section: Whether it is the heading of a section.
        key: Anchor.
        notes: What is to be said of the change.
        around: Anchors of the sections that it is in.
        link: Anchor of the row that shows the other place of something that was moved.

    """

    kinds: list[str]
    old: Markup | None
    new: Markup | None
    section: bool
    key: str
    notes: list[tuple[str, Markup]] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    link: str | None = None


def touched(difference: Row) -> tuple[list[str], list[str]]:
    """Documents whose texts the page shows: ids on the older and on the newer side."""
    pairs = _pairs(difference)
    return [old for old, new in pairs if old and new], [new for old, new in pairs if old and new]


def comparison(difference: Row, before: Texts, after: Texts) -> bytes:
    """Page of a comparison.

    Args:
        difference: What `gangmu diff --json` prints.
        before: Texts of the older side.
        after: Texts of the newer side.

    """
    olds, news = _sides(before), _sides(after)
    rows = {row["to"] or row["from"]: row for row in difference["documents"]}
    left, hidden = MOST, 0
    documents: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    by_document = {level: _by_document(difference[level]) for level in ("sections", "clauses")}
    for number, (old, new) in enumerate(_pairs(difference)):
        key = new or old or ""
        row = rows.get(key)
        lines: list[Line] = []
        if old and new:
            aligned = _Alignment(f"d{number}", olds[old], news[new])
            lines = aligned.lines(by_document["sections"].get(key, []), by_document["clauses"].get(key, []))
        # The row at the old place of something tells of the same move.
        counts.update(
            kind for line in lines if line.new is not None or "moved" not in line.kinds for kind in line.kinds
        )
        changed = sum(bool(line.kinds) for line in lines)
        if changed > left:
            lines, hidden = _first(lines, left), hidden + changed - left
        left -= min(changed, left)
        title = (row and row["title"]) or (news.get(new or "") or olds.get(old or "") or _Side()).title
        documents.append({"title": title, "row": row, "lines": lines, "key": f"d{number}"})
    scripts, styles = [asset(name) for name in SCRIPTS], [asset(name) for name in STYLES]
    made = (
        templates()
        .get_template("comparison.html.j2")
        .render(
            difference=difference,
            documents=documents,
            kinds=[(kind, counts[kind]) for kind in KINDS if counts[kind]],
            hidden=hidden,
            scripts=scripts,
            styles=styles,
            policy=inline_policy(scripts=scripts, styles=styles),
            data=as_json({"words": for_scripts()}),
        )
    )
    return made.encode()


def _pairs(difference: Row) -> list[tuple[str | None, str | None]]:
    """Documents of which something is said, as (old, new): from their rows, else both sides have the same id."""
    found = {row["to"] or row["from"]: (row["from"], row["to"]) for row in difference["documents"]}
    for row in (*difference["sections"], *difference["clauses"]):
        found.setdefault(row["document"], (row["document"], row["document"]))
    return list(found.values())


def _by_document(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["document"], []).append(row)
    return groups


def _first(lines: list[Line], most: int) -> list[Line]:
    """Lines up to so many changes."""
    seen = 0
    for place, line in enumerate(lines):
        seen += bool(line.kinds)
        if seen > most:
            return lines[:place]
    return lines


@dataclass
class _Side:
    """A document on one side: its sections and clauses in the order of the text."""

    title: str = ""
    items: list[tuple[int, int, Row]] = field(default_factory=list)
    sections: dict[str, Row] = field(default_factory=dict)
    clauses: dict[str, Row] = field(default_factory=dict)


def _sides(texts: Texts) -> dict[str, _Side]:
    made = {
        row["document_id"]: _Side(row["title_reading"] or row["source_uri"])
        for row in texts.documents.iter_rows(named=True)
    }
    for row in texts.sections.iter_rows(named=True):
        side = made[row["document_id"]]
        side.sections[row["section_id"]] = row
        side.items.append((row["start"], 0, row))
    for row in texts.clauses.iter_rows(named=True):
        side = made[row["document_id"]]
        side.clauses[row["clause_id"]] = row
        side.items.append((row["start"], 1, row))
    for side in made.values():
        side.items.sort(key=lambda item: item[:2])
    return made


class _Alignment:
    """Both sides of a document, row by row."""

    def __init__(self, prefix: str, old: _Side, new: _Side) -> None:
        self._prefix, self._old, self._new = prefix, old, new
        self._number = 0
        self._headings: dict[str, str] = {}

    def lines(self, sections: Sequence[Row], clauses: Sequence[Row]) -> list[Line]:
        """Rows in the order of the newer side, old ones without a place there behind what was in front of them."""
        of_new: dict[str, Row] = {}
        of_old: dict[str, Row] = {}
        for row in sections:
            for side, found in (("from", of_old), ("to", of_new)):
                if row[side]:
                    found[row[side]["section"]] = row
        for row in clauses:
            for side, found in (("from", of_old), ("to", of_new)):
                found.update({one["clause"]: row for one in row[side]})
        behind = self._behind(of_old)
        made = list(self._dropped(behind.get(None, [])))
        told: set[int] = set()
        for _, is_clause, item in self._new.items:
            key = item["clause_id"] if is_clause else item["section_id"]
            change = of_new.get(key)
            # What became several, or came from several, is one row.
            if change is None or id(change) not in told:
                made.append(self._clause(item, change) if is_clause else self._section(item, change))
            if change is not None:
                told.add(id(change))
            for place in self._partners(item, change, is_clause=bool(is_clause)):
                made += self._dropped(behind.pop(place, []))
        for left in behind.values():
            made += self._dropped(left)
        return _linked(made)

    def _behind(self, changed: Mapping[str, Row]) -> dict[str | None, list[tuple[Row, Row]]]:
        """Old items that have no place on the newer side, or another: by the item in front of them that has one."""
        found: dict[str | None, list[tuple[Row, Row]]] = {}
        front: str | None = None
        for _, is_clause, item in self._old.items:
            key = item["clause_id"] if is_clause else item["section_id"]
            row = changed.get(key)
            if row is not None and (not row["to"] or (is_clause and "moved" in row["changes"])):
                found.setdefault(front, []).append((item, row))
            elif is_clause:
                front = self._same(item) if row is None else key
        return found

    def _same(self, clause: Row) -> str:
        """Key of a clause that did not change: its words."""
        return f"={''.join(clause['text'].split())}"

    def _partners(self, item: Row, row: Row | None, *, is_clause: bool) -> list[str]:
        if not is_clause:
            return []
        return [self._same(item)] if row is None else [one["clause"] for one in row["from"]]

    def _key(self) -> str:
        self._number += 1
        return f"{self._prefix}-{self._number}"

    def _around(self, section: str | None, sections: Mapping[str, Row]) -> list[str]:
        """Anchors of the headings around, the outermost first."""
        found = []
        while section is not None and section in sections:
            found.append(self._headings.get(section, ""))
            section = sections[section]["parent_id"]
        return [key for key in reversed(found) if key]

    def _dropped(self, items: Iterable[tuple[Row, Row]]) -> Iterator[Line]:
        for item, row in items:
            is_clause = "clause_id" in item
            text = escape(item["text"]) if is_clause else _heading(item)
            kinds = ["moved"] if row["to"] else ["removed"]
            line = Line(kinds, text, None, not is_clause, self._key())
            if row["to"]:
                line.link = f"to {row['to'][0]['clause']}"
            yield line

    def _section(self, item: Row, row: Row | None) -> Line:
        new = _heading(item)
        line = Line([], new, new, section=True, key=self._key())
        line.around = self._around(item["parent_id"], self._new.sections)
        self._headings[item["section_id"]] = line.key
        if row is not None:
            line.kinds = list(row["changes"])
            before = row["from"] and self._old.sections.get(row["from"]["section"])
            line.old = _heading(before) if before else None
            if "moved" in line.kinds:
                line.notes.append(("diff:moved", _path(row["from"]) + Markup(" → ") + _path(row["to"])))
        return line

    def _clause(self, item: Row, row: Row | None) -> Line:
        text = escape(item["text"])
        line = Line([], text, text, section=False, key=self._key())
        line.around = self._around(item["section_id"], self._new.sections)
        if row is None:
            return line
        olds = [self._old.clauses[one["clause"]] for one in row["from"]]
        news = [self._new.clauses[one["clause"]] for one in row["to"]]
        line.kinds = list(row["changes"])
        line.old, line.new = (_several(side) for side in (olds, news))
        if row["marks"]:
            line.old = _marked(olds[0]["text"], row["marks"], "from", "del")
            line.new = _marked(news[0]["text"], row["marks"], "to", "ins")
        if row["similarity"] is not None:
            line.notes.append(("diff:similarity", escape(f"{row['similarity']:.2f}")))
        for label in row["labels"]:
            if label["force"]:
                line.kinds.append(label["force"])
            line.notes.append((f"ui:{label['axis']}", _labels(label)))
        if len(olds) == 1 == len(news) and (targets := _targets(olds[0], news[0])):
            line.kinds.append("retargeted")
            line.notes.append(("diff:retargeted", targets))
        if "moved" in line.kinds:
            line.link = f"from {row['to'][0]['clause']}"
        return line


def _linked(lines: list[Line]) -> list[Line]:
    """Put the anchors in the place of what the two rows of something that was moved have in common."""
    ends = {line.link: line.key for line in lines if line.link}
    for line in lines:
        if line.link:
            way, _, clause = line.link.partition(" ")
            line.link = ends.get(f"{'from' if way == 'to' else 'to'} {clause}")
    return lines


def _heading(section: Row) -> Markup:
    said = " ".join(f"{section['label'] or ''} {section['title'] or ''}".split())
    return escape(said) if said else Markup('<span data-t="ui:{0}">{0}</span>').format(section["kind"])


def _path(section: Row) -> Markup:
    return escape(" › ".join(section["path"]) or "/")


def _several(clauses: Sequence[Row]) -> Markup | None:
    return Markup("").join(Markup("<p>{}</p>").format(one["text"]) for one in clauses) if clauses else None


def _marked(text: str, marks: Iterable[Row], side: str, tag: str) -> Markup:
    parts = []
    for mark in marks:
        piece = text[slice(*mark[side])]
        changed = mark["op"] != "equal" and piece
        parts.append(Markup("<{0}>{1}</{0}>").format(Markup(tag), piece) if changed else escape(piece))  # noqa: S704 - del or ins
    return Markup("").join(parts)


def _labels(label: Row) -> Markup:
    name = Markup('<span data-t="{0}:{1}">{1}</span>')
    old, new = (name.format(label["axis"], label[side] or "none") for side in ("from", "to"))
    force = Markup(' (<b data-t="diff:{0}">{0}</b>)').format(label["force"]) if label["force"] else Markup("")
    return old + Markup(" → ") + new + force


def _targets(old: Row, new: Row) -> Markup | None:
    """Numbers and dates of a clause that are others now."""
    before, now = (_said(row) for row in (old, new))
    gone = [text for key, text in before.items() if key not in now]
    come = [text for key, text in now.items() if key not in before]
    if not gone and not come:
        return None
    return escape("、".join(gone) or "—") + Markup(" → ") + escape("、".join(come) or "—")


def _said(clause: Row) -> dict[tuple[Any, ...], str]:
    """Numbers and dates of a clause by what they say, however they are written."""
    numbers = {
        (one["value"], one["unit"]): one["text"] for one in clause["quantities"] or () if one["value"] is not None
    }
    return numbers | {(one["from"], one["to"]): one["text"] for one in clause["dates"] or ()}
