"""Files that are on the disk when they are said to be."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SUMS = "SHA256SUMS"
SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def sha256(path: Path) -> str:
    """Hex digest of the bytes of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def to_json(value: Mapping[str, Any]) -> str:
    """JSON as people read it, keys in their order."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a file and wait until it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def swap_text(path: Path, text: str, *, token: str) -> None:
    """Replace a file in one step; `token` keeps runs at the same time from writing into each other's draft."""
    draft = path.with_name(f".{path.name}.{token}")
    write_text(draft, text)
    draft.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file or the entries of a folder are on the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        # Windows opens no folders; there the rename itself is what is promised.
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Wait until all files and folders below are on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def write_sums(folder: Path) -> None:
    """List the digest of every file of a folder, in the form of `sha256sum`, which can check it."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    write_text(folder / SUMS, "".join(f"{sha256(folder / name)}  {name}\n" for name in names if name != SUMS))


def read_sums(folder: Path) -> dict[str, str]:
    """Digest of every file by its path, as `write_sums` listed them.

    Raises:
        FileNotFoundError: There is no list.
        ValueError: A line is none of digest and path.

    """
    sums = {}
    for number, line in enumerate((folder / SUMS).read_bytes().splitlines(), start=1):
        match = SUM_LINE.fullmatch(line.decode("utf-8", "replace"))
        if match is None:
            raise ValueError(f"line {number} that is no digest and path")
        sums[match[2]] = match[1]
    return sums
