"""Character encodings of Chinese archives: UTF-8, UTF-16, GB18030 and Big5, detected and recorded."""

import codecs
import re
from typing import Any

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, Word or spreadsheet file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
)

# The commonest characters of official prose in either script: what decodes to many of them was decoded rightly.
_COMMON = re.compile("[的一是在和有国國人年第条條规規定发發会會为為以及行政应應当當法部门門市县縣，。、；：（）]")


class Unreadable(ValueError):  # noqa: N818 - a verdict on a source, not a fault of the program
    """A source that this stage refuses: `code` is stable, `reason` names the file and what to do."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def decode(data: bytes, name: str) -> tuple[str, str, list[dict[str, Any]]]:
    """Decode bytes; a byte order mark stays in the text as U+FEFF.

    Returns:
        The text, the name of the encoding, and findings (an encoding that is not declared by the bytes themselves).

    Raises:
        Unreadable: `binary` or `undecodable`; the reason names the file and the first bad byte.

    """
    for signature, what in SIGNATURES:
        if data.startswith(signature):
            raise Unreadable("binary", f"{name}: the bytes are {what}, not text; convert it to text first.")
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding, []
            except UnicodeDecodeError as error:
                raise _undecodable(name, encoding, error) from error
    if b"\x00" in data[:65536]:
        # UTF-16 without a byte order mark: its line breaks and blanks hold zero bytes.
        if (detected := detect(data, ("utf-16-le", "utf-16-be"))) is not None:
            return *detected, [detected_finding(detected[1])]
        raise Unreadable("binary", f"{name}: the file holds zero bytes and is not text; convert it to text first.")
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError as error:
        detected = detect(data, ("gb18030", "big5hkscs", "cp950"))
        if detected is None:
            raise _undecodable(name, "utf-8", error) from error
        text, encoding = detected
        return text, encoding, [detected_finding(encoding), *_ambiguous(data, text, encoding)]


# Measured on official texts the share of these characters is 0.25 and more; bytes decoded wrongly give under 0.03.
LEAST_SHARE = 0.08


def detect(data: bytes, encodings: tuple[str, ...], *, least: float = LEAST_SHARE) -> tuple[str, str] | None:
    """Text and encoding that yield most of the commonest characters; None where none reads like Chinese."""
    best: tuple[float, str, str] | None = None
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        head = text[:20000]
        wide = sum(1 for c in head if ord(c) > 127)  # ASCII says nothing about the encoding
        share = len(_COMMON.findall(head)) / wide if wide else 0.0
        if best is None or share > best[0]:
            best = (share, text, encoding)
    return (best[1], best[2]) if best and best[0] >= least else None


def detected_finding(encoding: str) -> dict[str, Any]:
    """Say that an encoding was detected."""
    return {
        "code": "encoding_detected",
        "severity": "info",
        "message": f"The bytes do not declare their encoding; {encoding} was detected.",
        "start": None,
        "end": None,
    }


def _ambiguous(data: bytes, text: str, encoding: str) -> list[dict[str, Any]]:
    """Say where Big5 of Hong Kong and of Taiwan (code page 950) read the same bytes differently: some 260 characters."""
    if encoding != "big5hkscs":
        return []
    try:
        other = data.decode("cp950")
    except UnicodeDecodeError:
        return []
    places = [n for n, (a, b) in enumerate(zip(text, other, strict=False)) if a != b]
    if not places and len(text) == len(other):
        return []
    first = places[0] if places else min(len(text), len(other))
    message = f"{max(len(places), 1)} characters are others in Big5 of Taiwan (cp950), the first is {other[first : first + 1]}."
    return [{"code": "encoding_ambiguous", "severity": "warning", "message": message, "start": first, "end": first + 1}]


def _undecodable(name: str, encoding: str, error: UnicodeDecodeError) -> Unreadable:
    return Unreadable(
        "undecodable",
        f"{name}: byte {error.start} is not valid {encoding} and the file is neither GB18030 nor Big5; "
        "fetch it again or save it as UTF-8.",
    )
