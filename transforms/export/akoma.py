"""A document as Akoma Ntoso 3.0 (OASIS LegalDocML).

The text of the XML, concatenated, is the canonical text: nothing is laid out, nothing left out. What XML forbids (U+000C and
other control characters, U+FFFE) is the processing instruction `<?char 000C?>` at its place; `text_of` reads it back.

- laws, regulations, rules are `act` with a `body`; decisions, interpretations, opinions, notices and replies `statement`; all
  others `doc`, with a `mainBody`. What stands before the first section or clause is the `preface`.
- `eId` is the path of section_id, `GUID` the whole of it, `class` the kind. 编 part, 分编 subpart, 章 chapter, 节 section,
  条 article, 款 paragraph, 项 point, 目 and bullets indent, numbered headings and entries level; other kinds are `hcontainer`s named so.
- Text before the parts of a section is its `intro`, between them a `hcontainer` named text, after them its `wrapUp`.
- A clause is `<span class="clause" g:clause="clause_id">`, one for each stretch of it. Other roles of text are spans, too.
- A citation is `ref` where its target is known (`#eId`, or `document_id.xml#eId`), else an `inline` named by its kind.
- A date of the work that is not known is 0001-01-01, named `unknown`: the schema wants one.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OURS = "urn:gangmu"
NAMES: Any = {None: AKN, "g": OURS}
CLAUSE = f"{{{OURS}}}clause"
FORMS = {
    **dict.fromkeys(("law", "regulation", "rules"), "act"),
    **dict.fromkeys(("decision", "interpretation", "opinion", "notice", "reply"), "statement"),
}
"""genre -> element of the document; others are `doc`."""
ELEMENTS = {
    "part": "part",
    "subpart": "subpart",
    "chapter": "chapter",
    "section": "section",
    "article": "article",
    "paragraph": "paragraph",
    "item": "point",
    "point": "indent",
    "bullet": "indent",
    "heading": "level",
    "entry": "level",
}
"""kind of section -> element; others are `hcontainer`."""
BARE = {"label", "heading", "gap", "clause"}
"""Roles that are no span of their own."""
DATES = (
    ("written_on", "written"),
    ("adopted_on", "adopted"),
    ("published_on", "published"),
    ("effective_on", "effective"),
)
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INSTRUCTION = "char"

Row = Mapping[str, Any]


@dataclass(slots=True)
class Node:
    """A section with those inside it."""

    row: Row
    children: list["Node"] = field(default_factory=list)


def akoma_ntoso(document: Row, sections: Sequence[Row], clauses: Sequence[Row], *, day: str) -> bytes:
    """Write a document as XML.

    Args:
        document: Row of documents.
        sections: Its sections, in reading order.
        clauses: Its clauses, in reading order.
        day: Date of the release, ISO 8601: that of the manifestation.

    """
    return etree.tostring(_Writer(document, sections, clauses).root(day), encoding="utf-8", xml_declaration=True)


def text_of(data: bytes) -> str:
    """Canonical text of a document that `akoma_ntoso` wrote."""
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True, resolve_entities=False))
    body = [e for part in ("preface", "body", "mainBody") for e in root.iterfind(f"*/{{{AKN}}}{part}")]
    return "".join(piece for element in body for piece in _texts(element))


def _texts(element: Any) -> Iterator[str]:  # noqa: ANN401 - an element of lxml
    yield element.text or ""
    for child in element:
        if isinstance(child, etree._ProcessingInstruction):  # noqa: SLF001 - has no public name
            yield chr(int(child.text or "", 16))
        else:
            yield from _texts(child)
        yield child.tail or ""


class _Writer:
    def __init__(self, document: Row, sections: Sequence[Row], clauses: Sequence[Row]) -> None:
        self.document, self.text = document, document["text"]
        self.spans = document["spans"]
        self.starts = [span["start"] for span in self.spans]
        self.tops = _tree(sections)
        self.ids = {section["section_id"] for section in sections}
        stretches = [(f["start"], f["end"], c) for c in clauses for f in c["fragments"]]
        self.stretches = sorted(stretches, key=lambda stretch: stretch[:2])
        self.stretch_starts = [start for start, _, _ in self.stretches]
        self.last: Any = None
        self.between = 0

    def root(self, day: str) -> Any:  # noqa: ANN401 - an element of lxml
        root = etree.Element(f"{{{AKN}}}akomaNtoso", nsmap=NAMES)
        form = FORMS.get(self.document["genre"], "doc")
        top = _sub(root, form, name=self.document["genre"])
        _Meta(self.document, form=form, day=day).write(top)
        first = self.tops[0].row["start"] if self.tops else len(self.text)
        start = min(first, self.stretch_starts[0] if self.stretches else first)
        if start:
            self.blocks(_sub(top, "preface"), 0, start, title=True)
        body = _sub(top, "body" if form == "act" else "mainBody")
        end = self.inside(body, self.tops, start, len(self.text), path="body")
        self.loose(body, end, len(self.text), path="body")
        if not len(body):
            _sub(body, "hcontainer", name="empty")
        return root

    def inside(self, parent: Any, nodes: Sequence[Node], start: int, end: int, *, path: str) -> int:  # noqa: ANN401 - an element of lxml
        """Write sections and the text between them; gives where the last one ends."""
        for place, node in enumerate(nodes):
            first = max(start, node.row["start"])
            self.loose(parent, start, first, path=path)
            after = nodes[place + 1].row["start"] if place + 1 < len(nodes) else end
            start = max(first, min(node.row["end"], after, end))
            self.section(parent, node, first, start)
        return start

    def section(self, parent: Any, node: Node, start: int, end: int) -> None:  # noqa: ANN401 - an element of lxml
        row = node.row
        path = row["section_id"].partition("/")[2]
        attributes = {"eId": path, "GUID": row["section_id"], "class": row["kind"]}
        tag = ELEMENTS.get(row["kind"], "hcontainer")
        element = _sub(parent, tag, **({"name": row["kind"]} if tag == "hcontainer" else {}), **attributes)
        first = max(start, min(node.children[0].row["start"], end)) if node.children else end
        title = (row["title_start"], row["title_end"])
        titled = None not in title and start <= title[0] < title[1] <= first
        at = start
        label = self.label_end(start)
        if label is not None:
            stop = title[0] if titled else self.blank_end(min(label, first), first)
            if start < stop:
                self.inline(_sub(element, "num"), start, stop)
                at, self.last = stop, element[-1]
        if titled and title[0] == at:
            self.inline(_sub(element, "heading"), at, title[1])
            at, self.last = title[1], element[-1]
        if node.children:
            self.held(element, "intro", at, first)
            at = self.inside(element, node.children, first, end, path=path)
            self.held(element, "wrapUp", at, end)
        else:
            self.held(element, "content", at, end)

    def label_end(self, start: int) -> int | None:
        """Where the printed label that begins here ends; None where a section has none of its own."""
        span = self.spans[bisect_right(self.starts, start) - 1] if self.spans else None
        return int(span["end"]) if span and span["role"] == "label" and span["start"] <= start < span["end"] else None

    def blank_end(self, start: int, end: int) -> int:
        """Where the space behind a label ends."""
        rest = self.text[start:end]
        stop = start + len(rest) - len(rest.lstrip(" \t\u3000"))
        clause = bisect_right(self.stretch_starts, start)
        return min(stop, self.stretch_starts[clause]) if clause < len(self.stretches) else stop

    def held(self, parent: Any, tag: str, start: int, end: int) -> None:  # noqa: ANN401 - an element of lxml
        """Write text into a part of a section; white space alone goes to what stands before it."""
        if start < end and not self.joined(start, end):
            self.blocks(_sub(parent, tag), start, end)

    def loose(self, parent: Any, start: int, end: int, *, path: str) -> None:  # noqa: ANN401 - an element of lxml
        """Write text that no section holds."""
        if start < end and not self.joined(start, end):
            self.between += 1
            name = f"{path}__text_{self.between}"
            while f"{self.document['document_id']}/{name}" in self.ids:
                name += "_"
            box = _sub(parent, "hcontainer", name="text", eId=name)
            self.blocks(_sub(box, "content"), start, end)

    def joined(self, start: int, end: int) -> bool:
        if self.last is None or self.text[start:end].strip(" \t\r\n\u3000"):
            return False
        _append(self.last, self.text[start:end])
        return True

    def blocks(self, parent: Any, start: int, end: int, *, title: bool = False) -> None:  # noqa: ANN401 - an element of lxml
        """Write paragraphs: a line each, but no break inside a clause or a span."""
        at = start
        while at < end:
            stop = self.line_end(at, end)
            self.last = _sub(parent, "p")
            self.inline(self.last, at, stop, title=title)
            at = stop

    def line_end(self, start: int, end: int) -> int:
        at = self.text.find("\n", start, end)
        while at >= 0:
            stretch = bisect_right(self.stretch_starts, at) - 1
            if stretch < 0 or self.stretches[stretch][1] <= at:
                break
            at = self.text.find("\n", at + 1, end)
        if at < 0:
            return end
        # Empty lines go with the line before them.
        after = at + 1
        while after < end and self.text[after] in "\r\n":
            after += 1
        return after if self.text[after:end].strip() else end

    def inline(self, parent: Any, start: int, end: int, *, title: bool = False) -> None:  # noqa: ANN401 - an element of lxml
        """Write text with its spans."""
        place = max(0, bisect_right(self.starts, start) - 1)
        at = start
        while at < end:
            span: Row = self.spans[place] if place < len(self.spans) else {"end": end, "role": "gap"}
            stop = max(at, min(span["end"], end))
            if span["role"] == "clause":
                self.clauses(parent, at, stop)
            elif title and span["role"] == "heading":
                _append(_sub(parent, "docTitle"), self.text[at:stop])
            elif span["role"] in BARE:
                _append(parent, self.text[at:stop])
            else:
                self.other(parent, span["role"], at, stop)
            at, place = stop, place + 1

    def other(self, parent: Any, role: str, start: int, end: int) -> None:  # noqa: ANN401 - an element of lxml
        number = self.document["document_number"]
        if role == "metadata" and number and number in self.text[start:end]:
            at = self.text.index(number, start)
            box = _sub(parent, "span", **{"class": role})
            _append(box, self.text[start:at])
            _append(_sub(box, "docNumber"), number)
            _append(box, self.text[at + len(number) : end])
        elif start < end:
            _append(_sub(parent, "span", **{"class": role}), self.text[start:end])

    def clauses(self, parent: Any, start: int, end: int) -> None:  # noqa: ANN401 - an element of lxml
        place = max(0, bisect_right(self.stretch_starts, start) - 1)
        at = start
        for begin, stop, clause in self.stretches[place:]:
            if begin >= end:
                break
            first, last = max(at, begin), min(stop, end)
            if first >= last:
                continue
            _append(parent, self.text[at:first])
            box = _sub(parent, "span", **{"class": "clause", CLAUSE: clause["clause_id"]})
            self.cited(box, clause, first, last)
            at = last
        _append(parent, self.text[at:end])

    def cited(self, parent: Any, clause: Row, start: int, end: int) -> None:  # noqa: ANN401 - an element of lxml
        """Write a stretch of a clause with its citations; of two that overlap, the first."""
        at = start
        for reference in sorted(clause["references"] or (), key=lambda r: (r["start"], -r["end"])):
            if reference["start"] < at or reference["end"] > end:
                continue
            _append(parent, self.text[at : reference["start"]])
            target = reference["target_id"]
            tag, said = (
                ("ref", {"href": self.address(target)})
                if target
                else ("inline", {"name": reference["kind"] or "reference"})
            )
            box = _sub(parent, tag, **said)
            _append(box, self.text[reference["start"] : reference["end"]])
            at = reference["end"]
        _append(parent, self.text[at:end])

    def address(self, target: str) -> str:
        document, _, path = target.partition("/")
        place = "" if document == self.document["document_id"] and path else f"{document}.xml"
        return f"{place}#{path}" if path else place


@dataclass(frozen=True, slots=True)
class _Meta:
    document: Row
    form: str
    day: str

    def write(self, parent: Any) -> None:  # noqa: ANN401 - an element of lxml
        meta = _sub(parent, "meta")
        identification = _sub(meta, "identification", source="#gangmu")
        dates = [(str(self.document[name]), what) for name, what in DATES if self.document[name]]
        date = dates[0][0] if dates else "unknown"
        work = f"/akn/cn/{self.form}/{self.document['genre']}/{date}/{self.document['document_id']}"
        expression, manifestation = f"{work}/zho@", f"{work}/zho@.xml"
        author = "#issuer" if self.document["issuer"] else "#unknown"
        known = dates or [("0001-01-01", "unknown")]
        level = self.level(identification, "FRBRWork", work, known, author)
        _sub(level, "FRBRcountry", value="cn")
        _sub(level, "FRBRsubtype", value=self.document["genre"])
        if self.document["document_number"]:
            _sub(
                level,
                "FRBRnumber",
                value=_plain(self.document["document_number_norm"] or self.document["document_number"]),
            )
        if self.document["title_reading"]:
            _sub(level, "FRBRname", value=_plain(self.document["title_reading"]))
        level = self.level(identification, "FRBRExpression", expression, known, author)
        script = {"hans": "zh-Hans", "hant": "zh-Hant"}.get(self.document["script"], "zh")
        _sub(level, "FRBRlanguage", language=script)
        self.level(identification, "FRBRManifestation", manifestation, [(self.day, "release")], "#gangmu")
        references = _sub(meta, "references", source="#gangmu")
        organs = [("gangmu", "Gangmu"), (author[1:], _plain(self.document["issuer"] or "unknown"))]
        for key, shown in organs:
            _sub(references, "TLCOrganization", eId=key, href=f"/akn/ontology/organization/cn/{key}", showAs=shown)

    def level(self, parent: Any, name: str, uri: str, dates: Sequence[tuple[str, str]], author: str) -> Any:  # noqa: ANN401 - elements of lxml
        level = _sub(parent, name)
        _sub(level, "FRBRthis", value=f"{uri}/!main")
        _sub(level, "FRBRuri", value=uri)
        if name == "FRBRWork":
            _sub(level, "FRBRalias", name="document_id", value=self.document["document_id"])
            _sub(level, "FRBRalias", name="source_uri", value=_plain(self.document["source_uri"]))
        for date, what in dates:
            _sub(level, "FRBRdate", date=date, name=what)
        _sub(level, "FRBRauthor", href=author)
        return level


def _tree(sections: Sequence[Row]) -> list[Node]:
    nodes = {row["section_id"]: Node(row) for row in sections}
    tops: list[Node] = []
    for row in sections:
        around = nodes.get(row["parent_id"])
        (tops if around is None else around.children).append(nodes[row["section_id"]])
    return tops


def _sub(parent: Any, tag: str, **attributes: str) -> Any:  # noqa: ANN401 - elements of lxml
    return etree.SubElement(parent, f"{{{AKN}}}{tag}", attributes)


def _append(element: Any, text: str) -> None:  # noqa: ANN401 - an element of lxml
    """Append text behind all that an element holds."""
    at = 0
    for match in FORBIDDEN.finditer(text):
        _append_plain(element, text[at : match.start()])
        element.append(etree.ProcessingInstruction(INSTRUCTION, f"{ord(match[0]):04X}"))
        at = match.end()
    _append_plain(element, text[at:])


def _append_plain(element: Any, text: str) -> None:  # noqa: ANN401 - an element of lxml
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _plain(text: str) -> str:
    """Text as an attribute can hold it: the text of the document has the exact characters."""
    return " ".join(FORBIDDEN.sub("\ufffd", text).split())
