"""The reading text of a document as HTML: sections inside each other, clauses as links to themselves.

Text that is no clause and no heading but has content - metadata, quotes, lines of contents, cells of tables that no section
holds - stands where it is printed, and so do the findings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.vocabularies import AXES
from transforms.report.names import known, name
from transforms.report.pages import text as esc
from transforms.report.pages import word

Row = Mapping[str, Any]
BESIDE = {"metadata": "meta", "quote": "quote", "toc": "tocline", "table": "tableline"}
"""Roles that are shown between the clauses, and their classes."""
DEEPEST_HEADING = 6
EXCERPT = 14
"""Characters of a section without a title that stand for it in the outline."""
TITLE = 60
"""Characters of a title there."""
BARE = ("article", "toc", "signature", "table")
"""Kinds that are known by their label or kind alone."""


@dataclass
class Node:
    """A section, or the document itself, with what is directly inside it: (place, rank, kind, row)."""

    section: Row | None
    inside: list[tuple[int, int, str, Any]] = field(default_factory=list)


def reading(document: Row, sections: Sequence[Row], clauses: Sequence[Row]) -> str:
    """HTML of the whole text."""
    root, nodes = _tree(sections)
    for clause in clauses:
        nodes.get(clause["section_id"], root).inside.append((clause["start"], 2, "clause", clause))
    held = [(s["kind"], s["start"], s["end"]) for s in sections if s["cells"] or s["links"]]
    _hang(root, nodes, sections, _beside(document, held))
    return "".join(_Writer(document["text"]).content(root, level=2))


def outline(sections: Sequence[Row], printed: str) -> str:
    """Outline as nested lists, all of it open where no script runs. `printed` is the text of the document."""
    children: dict[str | None, list[Row]] = {}
    ids = {section["section_id"] for section in sections}
    for section in sections:
        parent = section["parent_id"] if section["parent_id"] in ids else None
        children.setdefault(parent, []).append(section)
    return "".join(_branch(None, children, printed, depth=0))


def _branch(parent: str | None, children: Mapping[str | None, list[Row]], printed: str, depth: int) -> Iterator[str]:
    shown = list(_listed(parent, children))
    if not shown:
        return
    yield "<ol>"
    for row in shown:
        link = f'<a href="#{esc(row["section_id"])}">{_named(row, printed)}</a>'
        below = "".join(_branch(row["section_id"], children, printed, depth + 1))
        if below:
            opened = str(depth < 1).lower()
            fold = f'<button type="button" class="fold" aria-expanded="{opened}" data-label="fold" aria-label="展开"></button>'
            yield f"<li>{fold}{link}{below}</li>"
        else:
            yield f"<li>{link}</li>"
    yield "</ol>"


def _listed(parent: str | None, children: Mapping[str | None, list[Row]]) -> Iterator[Row]:
    """Sections that have a name; in the place of one that has none, those inside it."""
    for row in children.get(parent, ()):
        if row["label"] or row["title"] or known("ui", row["kind"]):
            yield row
        else:
            yield from _listed(row["section_id"], children)


def _named(section: Row, printed: str) -> str:
    """What a section is called in the outline: label and title; for want of a title its first words."""
    label, title = section["label"] or "", section["title"]
    if title is None and section["kind"] not in BARE:
        begin = section["start"] + len(label)
        title = _cut(printed[begin : min(section["end"], begin + 2 * EXCERPT)], EXCERPT)
    said = esc(" ".join(f"{label} {_cut(title or '', TITLE)}".split()))
    return said if label or section["title"] else f"<small>{word(section['kind'])}</small> {said}"


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most] + "…"


def _tree(sections: Sequence[Row]) -> tuple[Node, dict[str, Node]]:
    root, nodes = Node(None), {}
    for section in sections:
        node = nodes[section["section_id"]] = Node(section)
        nodes.get(section["parent_id"], root).inside.append((section["start"], 1, "section", node))
    return root, nodes


def _beside(document: Row, held: Sequence[tuple[str, int, int]]) -> Iterator[tuple[int, int, str, Any]]:
    """What stands between the clauses: text of other roles, and findings."""
    printed = document["text"]
    for span in document["spans"]:
        role = span["role"]
        shown = any(role == kind and start <= span["start"] < end for kind, start, end in held)
        if role in BESIDE and not shown and (said := printed[span["start"] : span["end"]].strip()):
            yield span["start"], 2, BESIDE[role], said
    for number, finding in enumerate(document["findings"]):
        if finding["start"] is not None:
            yield finding["start"], 0, "finding", (number, finding)


def _hang(
    root: Node, nodes: Mapping[str, Node], sections: Sequence[Row], items: Iterator[tuple[int, int, str, Any]]
) -> None:
    """Put things that know no section into the innermost one around them."""
    around: list[Row] = []
    coming = iter(sections)
    following = next(coming, None)
    for item in sorted(items, key=lambda item: item[:2]):
        while following is not None and following["start"] <= item[0]:
            around.append(following)
            following = next(coming, None)
        while around and around[-1]["end"] <= item[0]:
            around.pop()
        (nodes[around[-1]["section_id"]] if around else root).inside.append(item)


class _Writer:
    """Writes sections and clauses one after the other; knows which function was named last."""

    def __init__(self, printed: str) -> None:
        self._printed = printed
        self._function: str | None = None

    def content(self, node: Node, level: int, label: str | None = None) -> Iterator[str]:
        """What is inside a section; clauses that are printed in one line are one paragraph, the first begins with the label."""
        paragraph: list[str] = [f'<span class="label">{esc(label)}</span> '] if label else []
        before: Row | None = None
        for _, _, kind, item in sorted(node.inside, key=lambda item: item[:2]):
            if kind == "clause":
                if before is not None and "\n" in self._printed[before["end"] : item["start"]]:
                    yield _paragraph(paragraph)
                if before is None and label and item["text"].startswith(label.strip()):
                    # The dash of a bullet belongs to its clause.
                    paragraph.clear()
                paragraph.append(self._clause(item))
                before = item
                continue
            run_in = label if before is None and kind == "section" and _runs_in(item.section) else None
            if run_in:
                paragraph.clear()
            if paragraph and (kind != "finding" or before is not None):
                yield _paragraph(paragraph)
            yield from self._section(item, level, run_in) if kind == "section" else [_other(kind, item)]
            if run_in:
                label = None
        yield _paragraph(paragraph)

    def _clause(self, row: Row) -> str:
        """A clause; its function is named where it is another than before it."""
        function = row["function"] or "none"
        tag = ""
        if function != self._function:
            tag = f'<b class="tag" data-t="function:{esc(function)}">{esc(name("function", function))}</b>'
        self._function = function
        doubt = '<i class="doubt" aria-hidden="true">?</i>' if row["uncertain"] else ""
        axes = " ".join(f'data-{axis}="{esc(row[axis] or "")}"' for axis in AXES)
        flag = " data-uncertain" if row["uncertain"] else ""
        key = esc(row["clause_id"])
        said = f'<span class="said">{esc(row["text"])}</span>'
        return f'<a class="clause" id="{key}" href="#{key}" {axes}{flag}>{tag}{said}{doubt}</a>'

    def _section(self, node: Node, level: int, run_in: str | None) -> Iterator[str]:
        section = node.section or {}
        key, kind = esc(section["section_id"]), esc(section["kind"])
        yield f'<section id="{key}" class="s {kind}" data-kind="{kind}">'
        headed = bool(section["title"] or known("ui", section["kind"]))
        if headed:
            self._function = None
            yield _heading(section, min(level, DEEPEST_HEADING))
        if section["cells"]:
            yield _table(section["cells"])
        if section["links"]:
            yield _links(section["links"])
        # A heading says the label itself.
        yield from self.content(node, level + headed, label=run_in or (None if headed else section["label"]))
        yield "</section>"


def _runs_in(section: Row) -> bool:
    """Whether the label of the section around is printed at the head of this one: of an article, in its first paragraph."""
    return not section["label"] and not section["title"] and not known("ui", section["kind"])


def _heading(section: Row, rank: int) -> str:
    label = f'<span class="label">{esc(section["label"])}</span> ' if section["label"] else ""
    named = esc(" ".join(section["title"].split())) if section["title"] else "" if label else word(section["kind"])
    quiet = "" if section["title"] else ' class="quiet"'
    mark = f' <span class="inferred">{word("inferred")}</span>' if section["inferred"] else ""
    link = f'<a class="here" href="#{esc(section["section_id"])}" data-title="permalink" aria-label="#">#</a>'
    return f"<h{rank}{quiet}>{label}{named}{mark} {link}</h{rank}>"


def _paragraph(parts: list[str]) -> str:
    made = f"<p>{''.join(parts)}</p>" if parts else ""
    parts.clear()
    return made


def _table(cells: Sequence[Sequence[str | None]]) -> str:
    head, *rows = cells
    said = "".join(f'<th scope="col">{_cell(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    written = f"<table><thead><tr>{said}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0" role="group" data-label="table" aria-label="表">{written}</div>'


def _cell(cell: str | None) -> str:
    return esc(cell or "").replace("\n", "<br>")


def _links(links: Sequence[Row]) -> str:
    items = (
        f'<li><a href="#{esc(link["target_id"])}">{esc(link["text"])}</a></li>'
        if link["target_id"]
        else f"<li>{esc(link['text'])}</li>"
        for link in links
    )
    return f'<ul class="toc-links">{"".join(items)}</ul>'


def _other(kind: str, item: Any) -> str:  # noqa: ANN401 - a text or a finding
    if kind == "finding":
        number, finding = item
        severity = esc(finding["severity"])
        return (
            f'<p class="finding {severity}" id="finding-{number}"><b>{word(finding["severity"])}</b> '
            f'<code>{esc(finding["code"])}</code> <span lang="en">{esc(finding["message"])}</span></p>'
        )
    if kind == "quote":
        return f"<blockquote>{esc(item)}</blockquote>"
    return f'<p class="{kind}">{esc(item)}</p>'
