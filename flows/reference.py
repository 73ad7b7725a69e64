"""Versions of the reference tables: part of the identity of a release."""

import hashlib

import seeds

SUFFIXES = (".csv", ".toml", ".txt", ".json")


def versions() -> dict[str, str]:
    """Digest of every shipped table, by its path; the sample documents are no tables."""
    root = seeds.folder()
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and path.suffix in SUFFIXES and not name.startswith("documents/"):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return found
