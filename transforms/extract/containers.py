"""What holds many sources in one file: archives and dumps. Listed first, read later, never unpacked onto the disk.

A container is a stream of bytes that can be listed (`Member`, or `Refused` with a reason) and from which members are read
by their locators. It may be damaged or hostile: what it costs is counted by a `Budget`, from outside to inside.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from transforms.extract.decoding import Unreadable

MEBIBYTE = 2**20

ARCHIVES = {
    ".tar.gz": "tar.gz",
    ".tgz": "tar.gz",
    ".tar.bz2": "tar.bz2",
    ".tbz2": "tar.bz2",
    ".tar.xz": "tar.xz",
    ".txz": "tar.xz",
    ".tar": "tar",
    ".zip": "zip",
    ".gz": "gz",
    ".bz2": "bz2",
    ".xz": "xz",
}
"""Suffix -> kind of archive; the longer of two suffixes first."""
DUMPS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet"}
"""Suffix -> kind of dump, which is the source_format of its records."""


def container_of(name: str) -> str | None:
    """Kind of archive or dump that a file name tells; None for what is one source."""
    lower = name.lower()
    return next((kind for suffix, kind in {**ARCHIVES, **DUMPS}.items() if lower.endswith(suffix)), None)


def is_dump(kind: str) -> bool:
    """Whether what is in a container are records."""
    return kind in DUMPS.values()


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may hold.

    Attributes:
        document: Bytes of one document's source.
        unpacked: Bytes that come out of one file, archives inside it included.
        members: Members of one file.
        ratio: Bytes that come out for each that goes in, once more than `unmeasured` came out. Texts reach some 20.
        unmeasured: Bytes that may come out at any ratio.
        nesting: Archives inside each other.

    """

    document: int = 64 * MEBIBYTE
    unpacked: int = 4096 * MEBIBYTE
    members: int = 1_000_000
    ratio: int = 250
    unmeasured: int = 64 * MEBIBYTE
    nesting: int = 2


@dataclass(slots=True)
class Budget:
    """What a file has cost so far, with all that is nested in it.

    Attributes:
        limits: The most it may cost.
        name: Its name, for messages.
        size: Bytes of the file itself.
        tick: Called now and then; raises `Unreadable` when the time is over.

    """

    limits: Limits
    name: str
    size: int
    tick: Callable[[], None] = lambda: None
    unpacked: int = field(default=0, init=False)
    members: int = field(default=0, init=False)

    def spend(self, count: int) -> None:
        """Count bytes that come out; raises `Unreadable` where it is too much."""
        self.tick()
        self.unpacked += count
        limits = self.limits
        bomb = self.unpacked > limits.unmeasured and self.unpacked > limits.ratio * max(self.size, 1)
        if bomb or self.unpacked > limits.unpacked:
            raise Unreadable(
                "archive_bomb",
                f"{self.name}: {self.size:,} bytes unpack to {self.unpacked:,} and more, which is more than archives of texts do; "
                "divide it, or unpack it and give the folder.",
            )

    def count(self) -> None:
        """Count a member."""
        self.tick()
        self.members += 1
        if self.members > self.limits.members:
            raise Unreadable(
                "too_many_members", f"{self.name}: holds more than {self.limits.members:,} documents; divide it."
            )


@dataclass(frozen=True, slots=True)
class Member:
    """A source in a container.

    Attributes:
        name: Its name there: path in an archive, number in a dump.
        locator: How it is found again.
        size: Bytes, as far as they are known without reading them.

    """

    name: str
    locator: str
    size: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that is not read, and why."""

    name: str
    code: str
    reason: str


def damaged(name: str, error: BaseException | str) -> Unreadable:
    """Say that an archive cannot be read on from here."""
    return Unreadable("archive_damaged", f"{name}: the archive is damaged ({error}); fetch it again.")
