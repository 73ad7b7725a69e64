"""JSON files that know their own digest: damaged ones count as not there."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LINE = 2 * hashlib.sha256().digest_size + 2
"""Bytes of the first line at most."""


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Bytes, once: such a file may name all sources of a release, and every copy of it counts.
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as stream:
        stream.write(f"{_digest(data)}\n".encode())
        stream.write(data)
    draft.replace(path)


def read_sealed(path: Path) -> dict[str, Any] | None:
    """Read a file; None where it is not there, or not as it was written."""
    try:
        with path.open("rb") as stream:
            told, data = stream.readline(LINE).rstrip(b"\r\n"), stream.read()
    except OSError:
        return None
    if told != _digest(data).encode():
        return None
    content: dict[str, Any] = json.loads(data)
    return content


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
