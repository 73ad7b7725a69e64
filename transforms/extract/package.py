"""Zip containers of office formats, read with limits: no bomb unpacks, no entity resolves, nothing leaves the file."""

import io
import posixpath
import struct
import zipfile
import zlib

from lxml import etree

from transforms.extract.decoding import Unreadable

MAX_PART = 64 * 2**20
"""Bytes of one unpacked part."""
MAX_TAGS = 2_000_000
"""Tags of one part: a tree takes about 200 bytes for each, whatever its text."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)
_RELATIONSHIP = "Relationship"


class Package:
    """Parts of a container by name."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._parts = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        except _DAMAGE as error:
            raise self.damaged(str(error)) from error

    def damaged(self, what: str) -> Unreadable:
        """The refusal of a container that cannot be read."""
        return Unreadable("damaged", f"{self.name}: the file is damaged ({what}); fetch it again or save it anew.")

    def read(self, part: str) -> bytes | None:
        """Bytes of a part; None where there is none.

        Raises:
            Unreadable: `damaged`, `encrypted` or `too_large`.

        """
        info = self._parts.get(part)
        if info is None:
            return None
        if info.flag_bits & 1:
            raise Unreadable("encrypted", f"{self.name}: the file is locked by a password; save it without one.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.damaged(f"{part} is packed in a way that office programs do not use")
        try:
            with self._zip.open(info) as stream:
                data = stream.read(MAX_PART + 1)
        except _DAMAGE as error:
            raise self.damaged(f"{part}: {error}") from error
        if len(data) > MAX_PART:
            raise self._too_large(part)
        return data

    def survey(self) -> None:
        """Refuse a container whose XML is larger than that of a document, before another library unpacks it.

        Raises:
            Unreadable: `damaged`, `encrypted` or `too_large`.

        """
        whole = 0
        for part in self._parts:
            if part.lower().endswith(".xml"):
                data = self.read(part) or b""
                whole += data.count(b"<")
                if whole > MAX_TAGS:
                    raise self._too_large(part)

    def xml(self, part: str) -> etree._Element | None:
        """Root of an XML part; None where there is none.

        Raises:
            Unreadable: `damaged`, `encrypted` or `too_large`.

        """
        data = self.read(part)
        if data is None:
            return None
        if data.count(b"<") > MAX_TAGS:
            raise self._too_large(part)
        # Without huge_tree libxml2 refuses nesting deeper than 256 and text nodes over 10 MB.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"{part}: {error}") from error

    def related(self, part: str) -> dict[str, list[str]]:
        """Parts that a part names, by the last word of the relationship's type (styles, numbering, footnotes, …)."""
        folder, file = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, list[str]] = {}
        for link in root if root is not None else ():
            if local(link) == _RELATIONSHIP and link.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
                found.setdefault(link.get("Type", "").rpartition("/")[2], []).append(target)
        return found

    def _too_large(self, part: str) -> Unreadable:
        reason = (
            f"{self.name}: {part} unpacks to more than a document holds; divide the document or check where it is from."
        )
        return Unreadable("too_large", reason)


def local(element: etree._Element) -> str:
    """Name without namespace: the transitional and the strict form of the standard differ in nothing else."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str | None:
    """Attribute by its name without namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """First child of that name."""
    if element is None:
        return None
    return next((one for one in element if local(one) == name), None)


def value_of(element: etree._Element | None, name: str) -> str | None:
    """Attribute `val` of the first child of that name."""
    found = child(element, name)
    return None if found is None else attribute(found, "val")


def number_of(text: str | None) -> int | None:
    """A whole number as XML writes it, or None."""
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None
