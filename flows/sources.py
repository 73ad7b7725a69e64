"""Which files a run reads, and under which name each is known.

A source is a file, a folder (searched recursively, hidden entries left out), a glob, a URL, or a list of such (`@list.txt`).
An archive or a dump is not one source but many: each member and each record is a `File` of its own. A file that cannot be a
document is not left out silently: it is *set aside* with a reason, and stands in the release's quarantine list.

The name, `source_uri`, says nothing of the machine: the path below the folder that was given, for a file its own name,
and where two would be equal the shortest path that tells them apart; a member is named behind its archive
(`laws.zip!/a/b.txt`), a record by its number (`dump.jsonl#17`). It depends on the set of files, not on the order.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import seeds
from flows.errors import UsageError
from flows.places import Place, expand, is_url
from transforms.extract import READ, container_of, refusal
from transforms.extract.containers import Limits

MAX_BYTES = Limits().document
"""Default limit for one source."""


@dataclass(frozen=True, slots=True)
class File:
    """A source to read.

    Attributes:
        path: Path or URL of the file.
        uri: Its name in the datasets.
        size: Bytes, as far as they are known without reading them.
        limit: The most bytes that are read of it.
        inside: Way into the file for a member of an archive or a record of a dump: `kind:locator` for each step.
        encoding: Encoding of the dump that a record comes from.
        text_column: Column of the dump that holds the text.
        sha256: Digest of what is read, once it was looked at (`members.hashed`); None where it cannot be read.

    """

    path: str
    uri: str
    size: int
    limit: int = MAX_BYTES
    inside: tuple[str, ...] = ()
    encoding: str | None = None
    text_column: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that is not read, and why."""

    uri: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """Files below the sources that were given."""

    files: tuple[File, ...]
    set_aside: tuple[SetAside, ...]


def find(sources: Sequence[str], *, max_bytes: int = MAX_BYTES, text_column: str | None = None) -> Found:
    """Find the files of all sources, and what their archives and dumps hold; without sources, the shipped samples.

    Args:
        sources: Files, folders, patterns, URLs and lists.
        max_bytes: Larger sources are set aside.
        text_column: Column that holds the text in dumps.

    Raises:
        UsageError: A source does not exist, a dump has no such column, or there is nothing to read.

    """
    given = list(sources) or [str(seeds.folder() / "documents")]
    depths: dict[Place, int] = {}
    for source in given:
        for place, depth in expand(source):
            depths[place] = max(depth, depths.get(place, 0))
    limits = Limits(document=max_bytes)
    named = sorted(_names(depths).items(), key=lambda item: item[1])
    judged = [one for place, uri in named for one in _unfolded(_judge(place, uri, limits), limits, text_column)]
    files = tuple(one for one in judged if isinstance(one, File))
    aside = tuple(one for one in judged if isinstance(one, SetAside))
    if not files:
        raise UsageError(_nothing(given, aside))
    return Found(files, aside)


def _unfolded(one: File | SetAside, limits: Limits, text_column: str | None) -> Iterable[File | SetAside]:
    if isinstance(one, SetAside) or container_of(one.uri) is None:
        return [one]
    from flows.members import unfold  # noqa: PLC0415 - only where there are archives or dumps

    return unfold(one, limits, text_column=text_column)


def _names(depths: dict[Place, int]) -> dict[Place, str]:
    """Name every file by its last parts, as few as tell it from all others."""
    depths = dict(depths)
    while True:
        names = {place: "/".join(place.parts[-depth:]) for place, depth in depths.items()}
        often = Counter(names.values())
        equal = [place for place, name in names.items() if often[name] > 1]
        if not equal:
            return {place: _utf8(name) for place, name in names.items()}
        for place in equal:
            depths[place] += 1


def _utf8(name: str) -> str:
    """Show bytes of a file name that are no UTF-8 as escapes: names are text in the datasets."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def _judge(place: Place, uri: str, limits: Limits) -> File | SetAside:
    size = place.size or 0
    if not is_url(place.address):
        path = Path(place.address)
        try:
            size = path.stat().st_size
        except OSError as error:
            return SetAside(
                uri, "not_readable", f"The file cannot be read: {error.strerror}. Check the link or permissions."
            )
        if not path.is_file():
            return SetAside(uri, "unsupported_format", "This is no regular file. Give a file or a folder.")
    is_container = container_of(uri) is not None
    if not is_container and (refused := unsupported(uri)) is not None:
        return refused
    # Of a container the members are measured, one by one.
    most = limits.unpacked if is_container else limits.document
    if size > most:
        reason = f"The file has {size:,} bytes, more than the limit of {most:,}. Raise --max-bytes or divide it."
        return SetAside(uri, "source_too_large", reason)
    return File(place.address, uri, size, limits.document)


def unsupported(uri: str) -> SetAside | None:
    """Set a file aside whose format is not read."""
    refused = refusal(uri)
    return None if refused is None else SetAside(uri, "unsupported_format", refused)


def _nothing(given: Iterable[str], aside: Sequence[SetAside]) -> str:
    places = ", ".join(given)
    if not aside:
        return f"{places}: no documents found. Put some there, or name another place. Read are: {READ}"
    shown = [f"  {one.uri}: {one.reason}" for one in aside[:10]]
    more = [f"  … and {len(aside) - 10} more"] if len(aside) > 10 else []
    return "\n".join([f"{places}: nothing here can be read.", *shown, *more])
