"""Bytes of a saved page to its tree: the encoding by byte order mark, declaration or detection; bounds on hostile input."""

import codecs
import re
from typing import Any, TypeAlias

from lxml import etree

from transforms.extract.decoding import BYTE_ORDER_MARKS, SIGNATURES, Unreadable, decode

Element: TypeAlias = Any
"""An element of lxml, which ships no types."""

MOST_TAGS = 200_000
"""A saved page has some thousand; more cost memory and time out of proportion."""
LONGEST_TAG = 16_384
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,20})""", re.IGNORECASE
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
"""A page that declares a set of characters is read with the widest of its family, as browsers do."""
_EMBEDDED = re.compile(r"""data:[\w/+.\-]{1,60};base64,[A-Za-z0-9+/=\s%]+""")
_HUGE_TAG = re.compile(rf"<[^<>]{{{LONGEST_TAG},}}>?")
_DECLARATIONS = re.compile(r"<!\[[^\]<>]{0,200}\]>|<\?xml[^<>]{0,300}>")
_INLINE = re.compile(r"</?(?:font|span|b|i|u|em|strong|big|small|o:p|st1:\w+)\b[^<>]*>", re.IGNORECASE)
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_BAD = 0.001


def read_tree(data: bytes, name: str) -> tuple[Element, str, list[dict[str, Any]]]:
    """Parse a page.

    Returns:
        The root of its tree, the encoding, and findings.

    Raises:
        Unreadable: The bytes are no page in a known encoding, or the page is out of bounds.

    """
    text, encoding, findings = _decoded(data, name)
    text = _EMBEDDED.sub("data:", text)
    text = _HUGE_TAG.sub("", _DECLARATIONS.sub("", text))
    text = _INVALID.sub("", text)
    if (tags := text.count("<")) > MOST_TAGS:
        raise Unreadable(
            "page_too_large",
            f"{name}: the page has {tags:,} tags, more than {MOST_TAGS:,}; divide it or save its text.",
        )
    root, complete = _parse(text)
    if not complete:
        # Tags of letters that were never closed nest without end; without them the paragraphs are all there.
        root, complete = _parse(_INLINE.sub("", text))
        findings = [*findings, finding("tags_left_out", "Tags of letters nest too deeply and were left out.")]
    if not complete:
        message = (
            f"{name}: the page nests tags too deeply, or has a paragraph of ten million characters; save its text."
        )
        raise Unreadable("page_too_complex", message)
    if root is None:
        raise Unreadable("empty", f"{name}: the page holds no text; save it again when it is fully loaded.")
    return root, encoding, findings


def finding(code: str, message: str, severity: str = "info") -> dict[str, Any]:
    """Make a finding about the whole page."""
    return {"code": code, "severity": severity, "message": message, "start": None, "end": None}


def _parse(text: str) -> tuple[Element | None, bool]:
    """The tree, and whether it is whole: beyond its greatest depth the parser stops."""
    parser = etree.HTMLParser(recover=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    return root, not any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)


def _decoded(data: bytes, name: str) -> tuple[str, str, list[dict[str, Any]]]:
    if data.startswith(tuple(mark for mark, _ in (*BYTE_ORDER_MARKS, *SIGNATURES))):
        return decode(data, name)
    match = _DECLARED.search(data[:8192])
    if match is None:
        return decode(data, name)
    declared = match.group(1).decode("ascii").lower()
    try:
        encoding = _SUPERSETS.get(declared) or codecs.lookup(declared).name
        text = data.decode(encoding)
    except (LookupError, UnicodeError):
        return _against_declaration(data, name, declared)
    if encoding != "utf-8" and _is_utf8(data):
        message = f"The page declares {declared}, but its bytes are UTF-8."
        return data.decode("utf-8"), "utf-8", [finding("encoding_misdeclared", message)]
    if encoding.startswith(("iso8859", "cp125", "ascii")) and not data.isascii():
        return _against_declaration(data, name, declared)
    return text, encoding, []


def _is_utf8(data: bytes) -> bool:
    """UTF-8 with characters beyond ASCII is never an accident."""
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _against_declaration(data: bytes, name: str, declared: str) -> tuple[str, str, list[dict[str, Any]]]:
    """Bytes that are not what the page declares: what they are, or what was declared where only some are damaged."""
    try:
        text, encoding, findings = decode(data, name)
    except Unreadable:
        encoding = _SUPERSETS.get(declared, declared)
        if encoding not in {"utf-8", *_SUPERSETS.values()}:
            raise
        text = data.decode(encoding, errors="replace")
        bad = text.count("\ufffd")
        if bad > max(1, len(text) * _MOST_BAD):
            raise
        message = f"{bad} characters are damaged and stand as U+FFFD; fetch the page again."
        return text, encoding, [finding("bytes_damaged", message, "warning")]
    return (
        text,
        encoding,
        [*findings, finding("encoding_misdeclared", f"The page declares {declared}; it is {encoding}.")],
    )
