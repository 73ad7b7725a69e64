"""JSON files that know their own digest: damaged ones count as not there."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.write_text(f"{_digest(text)}\n{text}", encoding="utf-8")
    draft.replace(path)


def read_sealed(path: Path) -> dict[str, Any] | None:
    """Read a file; None where it is not there, or not as it was written."""
    try:
        told, _, text = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if told != _digest(text):
        return None
    content: dict[str, Any] = json.loads(text)
    return content


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
