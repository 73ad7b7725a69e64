"""Files that are on the disk when they are said to be."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SUMS = "SHA256SUMS"
NO_SEAL = "0" * 64
SEAL = re.compile(r'"seal": "[0-9a-f]{64}"')
SUM_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def sha256(path: Path) -> str:
    """Hex digest of the bytes of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def to_json(value: Mapping[str, Any]) -> str:
    """JSON as people read it, keys in their order."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file and wait until it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8 and wait until it is on the disk."""
    write_bytes(path, text.encode())


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


def write_sums(folder: Path, known: Mapping[str, str], *, without: str) -> None:
    """List the digest of every file of a folder but one, in the form of `sha256sum`, which can check it.

    Args:
        folder: The folder.
        known: Digests that were just taken, by path.
        without: Path of the file that is left out.

    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = {name: known.get(name) or sha256(folder / name) for name in names if name not in {SUMS, without}}
    lines = [f"{told}  {name}\n" for name, told in sums.items()]
    write_text(folder / SUMS, "".join(lines))


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


def sealed(text: str) -> str:
    """Put into a JSON text that has a field `seal` the digest of all the rest of it."""
    open_text = SEAL.sub(f'"seal": "{NO_SEAL}"', text)
    return SEAL.sub(f'"seal": "{hashlib.sha256(open_text.encode()).hexdigest()}"', open_text)
