"""extract: bytes to text.

For text files the extracted text is the decoded file itself: no newline, byte order mark or compatibility character is
changed, so that offsets into it are offsets into what the archive holds. What cannot be read is refused with a reason that
names what to do (`Unreadable`); nothing is guessed silently: an encoding that was detected is a finding.
"""

import hashlib
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

from transforms.extract import docling, markdown
from transforms.extract.containers import ARCHIVES, DUMPS, container_of
from transforms.extract.decoding import Unreadable, decode
from transforms.extract.extracted import Extracted
from transforms.extract.tables_in_text import tables_of


def _text(data: bytes, source_uri: str) -> Extracted:
    text, encoding, findings = decode(data, source_uri)
    return Extracted(text, encoding, tables=tables_of(text), findings=findings)


Reader = Callable[[bytes, str], Extracted]


def _late(module: str) -> Reader:
    """The reader of a module that is loaded with its library when it is needed: `gangmu show a.txt` needs none of them."""

    def read(data: bytes, source_uri: str) -> Extracted:
        reader: Reader = import_module(f"{__name__}.{module}").read
        return reader(data, source_uri)

    return read


READERS: dict[str, Reader] = {
    "text": _text,
    "markdown": markdown.read,
    "docling": docling.read,
    "html": _late("html"),
    "docx": _late("docx"),
    "doc": _late("office"),
    "wps": _late("office"),
    "pdf": _late("pdf"),
    "ofd": _late("ofd"),
    "image": _late("ocr"),
}
"""source_format -> its reader, given the bytes and the name of the source."""

FORMATS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "docling",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".doc": "doc",
    ".wps": "wps",
    ".pdf": "pdf",
    ".ofd": "ofd",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
}
"""File suffix -> source_format of what this stage reads."""


_RECORD = re.compile(r"#\d+$")
READ = " ".join(sorted({*FORMATS, *ARCHIVES, *DUMPS}))
"""Every suffix that is read, containers too."""


def refusal(name: str) -> str | None:
    """Why a file that is no container is not read, in a sentence; None where it is."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in FORMATS:
        return None
    kind = f"Files of type {suffix}" if suffix else "Files without a suffix"
    return f"{kind} are not read; save it in a format that is (most simply .txt), or rename it: {READ}"


def extract(
    data: bytes, *, source_uri: str, encoding: str | None = None, text_column: str | None = None
) -> dict[str, Any]:
    """Read one source.

    Args:
        data: The bytes of the file, of a member of an archive or of a record of a dump.
        source_uri: Its path; the suffix tells the format.
        encoding: Encoding of the dump that a record comes from.
        text_column: Column that holds the text of a record.

    Returns:
        A row of `schemas.SOURCES`.

    Raises:
        Unreadable: The format is not supported or a container's, the file is empty or binary, or its bytes are no text in a known encoding.

    """
    suffix = PurePosixPath(_RECORD.sub("", source_uri)).suffix.lower()
    if container_of(source_uri) is not None:
        held = "records" if suffix in DUMPS else "files"
        raise Unreadable(
            "holds_many",
            f"{source_uri}: holds many sources; 'gangmu run' reads its {held}, each as one. "
            "To look at one of them, save it as a file of its own.",
        )
    kind = DUMPS.get(suffix) if _RECORD.search(source_uri) else None
    if kind is None and (refused := refusal(source_uri)) is not None:
        raise Unreadable("unsupported_format", f"{source_uri}: {refused}")
    if kind is not None:
        from transforms.extract import dumps  # noqa: PLC0415 - only where there is one

        read = dumps.record(data, source_uri, kind, encoding=encoding, text=text_column)
    else:
        kind = FORMATS[suffix]
        read = READERS[kind](data, source_uri)
    if not read.text.strip("\ufeff \t\r\n\u3000\x00"):
        raise Unreadable("empty", f"{source_uri}: the file holds no text; remove it or fetch it again.")
    return {
        "source_uri": source_uri,
        "source_sha256": hashlib.sha256(data).hexdigest(),
        "source_format": kind,
        "source_encoding": read.encoding,
        "text": read.text,
        "hints": read.hints,
        "tables": read.tables,
        "findings": read.findings,
    }


__all__ = ["FORMATS", "READ", "Extracted", "Unreadable", "container_of", "extract", "refusal"]
