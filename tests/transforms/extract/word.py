"""Writes Word documents part by part, as Word does: what tests need is in the parts, not in a library's API."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def word(body: str, **parts: str) -> bytes:
    """A document: XML of the body, and of other parts by their name (numbering, styles, footnotes, header1, …)."""
    files = {"document": _root("document", f"<w:body>{body}</w:body>")}
    files |= {name: _root(re.sub(r"\d", "", name), xml) for name, xml in parts.items()}
    links = "".join(
        f'<Relationship Id="r{n}" Type="{R}/{re.sub(chr(92) + "d", "", name)}" Target="{name}.xml"/>'
        for n, name in enumerate(parts)
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'wordprocessingml.{"document.main" if name == "document" else re.sub(chr(92) + "d", "", name)}+xml"/>'
        for name in files
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        )
        archive.writestr(
            "_rels/.rels", _links(f'<Relationship Id="r0" Type="{R}/officeDocument" Target="word/document.xml"/>')
        )
        archive.writestr("word/_rels/document.xml.rels", _links(links))
        for name, xml in files.items():
            archive.writestr(f"word/{name}.xml", xml)
    return buffer.getvalue()


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _root(name: str, xml: str) -> str:
    tag = {"header": "hdr", "footer": "ftr"}.get(name, name)
    spaces = (
        f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{tag} {spaces}>{xml}</w:{tag}>'


def p(text: str = "", *, num: tuple[int, int] | None = None, style: str = "", more: str = "") -> str:
    """A paragraph; `num`: list and level; `more`: further properties."""
    numbering = f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>' if num else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{styled}{numbering}{more}</w:pPr>{r(text) if text else ''}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def table(rows: Iterable[Iterable[str]]) -> str:
    """A table; a cell is its text, or XML that begins with `<w:tcPr`."""

    def cell(text: str) -> str:
        return f"<w:tc>{text}</w:tc>" if text.startswith("<w:tcPr") else f"<w:tc>{p(text)}</w:tc>"

    return f"<w:tbl>{''.join('<w:tr>' + ''.join(map(cell, row)) + '</w:tr>' for row in rows)}</w:tbl>"


def level(place: int, form: str, text: str, more: str = "", *, suffix: str = "nothing", start: int = 1) -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def lists(*abstracts: str, nums: Sequence[str] = ()) -> str:
    """The numbering part: abstract lists 0, 1, … and for each a list 1, 2, …; `nums` are further `w:num`."""
    made = "".join(f'<w:abstractNum w:abstractNumId="{n}">{xml}</w:abstractNum>' for n, xml in enumerate(abstracts))
    own = "".join(num(n + 1, n) for n in range(len(abstracts)))
    return made + own + "".join(nums)


def num(key: int, abstract: int, more: str = "") -> str:
    """A list."""
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract}"/>{more}</w:num>'


def style(key: str, more: str, *, kind: str = "paragraph", based: str = "") -> str:
    """A style."""
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{key}"/>{parent}{more}</w:style>'
