"""What all pages have in common: templates, data inside pages, and what a page may load."""

import base64
import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from transforms.report.names import name

POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What a page of the site may load: files beside it. `file:` because browsers differ in what `self` is on a disk; inline
styles because the charts set some; never an inline script."""
WEB = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
IDENTIFIER = re.compile(r"[0-9A-Za-z_-]{1,64}")


@cache
def templates() -> Environment:
    """Templates of the pages; all that they are given is escaped."""
    made = Environment(
        loader=PackageLoader("transforms.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"t": word, "policy": POLICY}
    made.filters |= {"thousands": lambda number: f"{number:,}", "address": address, "plain": plain}
    return made


def word(key: str, group: str = "ui") -> Markup:
    """Write a word of the pages in Chinese; the script puts the English one in its place."""
    return Markup('<span data-t="{}:{}">{}</span>').format(group, key, name(group, key))


def address(text: str | None) -> str | None:
    """Give an address of the web, None for anything else: `javascript:` is an address too."""
    return text if text and WEB.fullmatch(text) else None


def plain(value: object) -> str:
    """Write a value of a column for people."""
    if isinstance(value, list):
        return "、".join(str(one["text"] if isinstance(one, dict) else one) for one in value) or "—"
    return "—" if value is None else str(value)


def as_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON that may stand inside <script>: it holds no `<`, and no line ends that scripts take for their own."""
    return inert(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def inert(written: str) -> str:
    """Escape in written JSON what could end a script."""
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def asset(path: str) -> str:
    """Text of a script or style of the site."""
    return files("transforms.report").joinpath("static", path).read_text(encoding="utf-8")


def inline_policy(*, scripts: list[str], styles: list[str]) -> str:
    """What a page that holds everything itself may run: these very scripts and styles."""
    hashes = [" ".join(f"'sha256-{_digest(text)}'" for text in texts) for texts in (scripts, styles)]
    return f"default-src 'none'; script-src {hashes[0]}; style-src {hashes[1]}; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def file_name(document_id: str) -> str:
    """Name of a document's page, safe on every system.

    Raises:
        ValueError: The id is none of ours.

    """
    if not IDENTIFIER.fullmatch(document_id):
        raise ValueError(f"{document_id!r} is no document_id that could be the name of a file")
    return f"{document_id}.html"


def text(value: object) -> str:
    """Escape for HTML."""
    return str(escape(value))
