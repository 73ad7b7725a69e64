"""Archives and dumps: what they hold, and reading it. Members are read when they are wanted, one after the other.

Nothing that a file says of itself is trusted: size, number and depth of its members, and the time that it takes, have
limits (`Limits`, `SECONDS`), and what lies beyond them is set aside with the reason.
"""

import hashlib
import io
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import IO

from flows.errors import UsageError
from flows.places import is_url, opened
from flows.sources import File, SetAside, unsupported
from transforms.extract import Unreadable, archives, container_of, dumps
from transforms.extract.containers import Budget, Limits, Member, Refused, is_dump

SMALL = 2**20
"""Bytes of a file that is read at once."""
SECONDS = 600.0
"""Time for listing one file, and for reading what a batch wants of it."""


def unfold(file: File, limits: Limits, *, text_column: str | None = None) -> Iterator[File | SetAside]:
    """List what an archive or a dump holds, archives and dumps inside it included.

    Raises:
        UsageError: A dump has no such text column.

    """
    budget = Budget(limits, file.uri, file.size, _clock(file.uri))
    try:
        with opened(file.path) as stream:
            yield from _listed(file, stream, budget, text_column, depth=1)
    except OSError as error:
        yield SetAside(
            file.uri, "not_readable", f"The file cannot be read: {error.strerror or error}. Try again later."
        )


def _listed(
    file: File, stream: IO[bytes], budget: Budget, text_column: str | None, *, depth: int
) -> Iterator[File | SetAside]:
    kind = container_of(file.uri) or ""
    records = is_dump(kind)
    found = 0
    try:
        if records:
            dump = dumps.Dump(stream, kind, file.uri, budget, text=text_column)
            file = replace(file, encoding=dump.encoding, text_column=dump.text_column)
        listing = dump.members() if records else archives.members(stream, kind, file.uri, budget)
        for member in listing:
            found += 1
            uri = f"{file.uri}{'#' if records else '!/'}{member.name}"
            if isinstance(member, Refused):
                yield SetAside(uri, member.code, member.reason)
                continue
            step = f"{kind}:{member.locator}"
            inner = replace(file, uri=uri, size=member.size, inside=(*file.inside, step))
            yield from [inner] if records else _judged(inner, stream, member, budget, text_column, depth=depth)
        if not found:
            yield SetAside(file.uri, "empty", "Nothing is in it that could be read; remove it or pack it anew.")
    except dumps.NoSuchColumnError as error:
        raise UsageError(f"--text-column: {error}") from error
    except Unreadable as error:
        yield SetAside(file.uri, error.code, error.reason)


def _judged(
    file: File, stream: IO[bytes], member: Member, budget: Budget, text_column: str | None, *, depth: int
) -> Iterator[File | SetAside]:
    """Tell whether a member of an archive is read, and unfold it where it is a container itself."""
    kind = container_of(file.uri)
    if kind is None:
        yield unsupported(file.uri) or file
    elif not is_dump(kind) and depth >= budget.limits.nesting:
        yield SetAside(file.uri, "nested_too_deep", "An archive inside an archive inside an archive; unpack it first.")
    else:
        outer, _, _ = file.inside[-1].partition(":")
        # The outer archive is read anew for each archive in it: that alone makes no bomb.
        again = Budget(budget.limits, budget.name, budget.size, budget.tick)
        place = stream.tell()
        stream.seek(0)
        data: bytes | Unreadable = Unreadable("archive_damaged", f"{file.uri}: cannot be read; fetch it again.")
        for _, data in archives.read(stream, outer, file.uri.rpartition("!/")[0], [member.locator], again):  # noqa: B007
            pass
        stream.seek(place)
        if isinstance(data, Unreadable):
            yield SetAside(file.uri, data.code, data.reason)
        else:
            yield from _listed(file, io.BytesIO(data), budget, text_column, depth=depth + 1)


def each(files: Iterable[File]) -> Iterator[tuple[File, bytes | Exception]]:
    """Read files, the members of one container together; with the bytes of each, or the error that they cannot be had for."""
    ordered = sorted(files, key=lambda file: (file.path, file.inside[:-1], file.uri))
    for (path, outer, inside), group in groupby(ordered, key=lambda f: (f.path, f.inside[:-1], bool(f.inside))):
        members = list(group)
        limits = Limits(document=members[0].limit)
        if not inside:
            for file in members:
                yield file, _whole(path, limits)
            continue
        left = {file.inside[-1].partition(":")[2]: file for file in members}
        try:
            with _inner(path, outer, members[0], limits) as (stream, budget):
                for locator, data in _read(stream, members[0], list(left), budget):
                    yield left.pop(locator), data
            fault: Exception = Unreadable("archive_changed", "The file does not hold it any more; run again.")
        except (Unreadable, OSError, UsageError) as error:
            fault = error
        for file in left.values():
            yield file, fault


def digest(file: File, data: bytes) -> str:
    """Digest of what a source is made of: its bytes and, for a record, how they are read."""
    read = hashlib.sha256(data)
    if file.text_column is not None:
        read.update(f"\0{file.encoding}\0{file.text_column}".encode())
    return read.hexdigest()


def hashed(files: Iterable[File]) -> list[File]:
    """Look at the bytes of all files. Always, and not at their dates: a file may change without."""
    listed = list(files)
    plain = [file for file in listed if not file.inside and not is_url(file.path)]
    found = [_hashed(file) for file in plain]
    for file, data in each(file for file in listed if file.inside or is_url(file.path)):
        # Whoever reads what cannot be read says so, after some tries.
        found.append(replace(file, sha256=digest(file, data)) if isinstance(data, bytes) else file)
    return found


def _hashed(file: File) -> File:
    try:
        with Path(file.path).open("rb") as stream:
            # Most are small: read at once, they take a third of the time.
            found = hashlib.sha256(stream.read()) if file.size < SMALL else hashlib.file_digest(stream, "sha256")
    except OSError:
        return file
    return replace(file, sha256=found.hexdigest())


def _read(
    stream: IO[bytes], file: File, locators: list[str], budget: Budget
) -> Iterator[tuple[str, bytes | Unreadable]]:
    kind = file.inside[-1].partition(":")[0]
    if is_dump(kind):
        dump = dumps.Dump(stream, kind, budget.name, budget, text=file.text_column, encoding=file.encoding)
        return dump.read(locators)
    return archives.read(stream, kind, budget.name, locators, budget)


@contextmanager
def _inner(path: str, outer: tuple[str, ...], file: File, limits: Limits) -> Iterator[tuple[IO[bytes], Budget]]:
    """Open the innermost container of a file."""
    name = file.uri.rpartition("#" if file.encoding else "!/")[0]
    with opened(path) as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        budget = Budget(limits, name, size, _clock(name))
        inner = stream
        for step in outer:
            kind, _, locator = step.partition(":")
            for _, data in archives.read(inner, kind, name, [locator], budget):
                if isinstance(data, Unreadable):
                    raise data
                inner = io.BytesIO(data)
                break
            else:
                raise Unreadable("archive_changed", f"{name}: the file does not hold it any more; run again.")
        yield inner, budget


def _whole(path: str, limits: Limits) -> bytes | Exception:
    try:
        with opened(path) as stream:
            data = stream.read(limits.document + 1)
    except (OSError, UsageError) as error:
        return error
    if len(data) > limits.document:
        return Unreadable(
            "source_too_large", f"The file has more than {limits.document:,} bytes. Raise --max-bytes or divide it."
        )
    return data


def _clock(name: str) -> Callable[[], None]:
    end = time.monotonic() + SECONDS

    def tick() -> None:
        if time.monotonic() > end:
            raise Unreadable("time_limit", f"{name}: takes more than {SECONDS:.0f} s to read; divide it.")

    return tick
