"""Work that is kept from run to run, so that what is unchanged is not done again.

A *pack* is the folder of a batch (`work`) below `.cache/work/`, with the files of every stage. When a stage is done, the
file done-<stage>.json says so: the version of the stage (`reference`), the digest of every file that it wrote, the
bytes (sha256) of every source that it dealt with, and what it set aside. It is written last, by one rename, and carries
its own digest. So a run that was killed leaves the stages that were finished, and nothing of a stage that was not.

Nothing here is trusted: before a file is read its digest is compared, and what is damaged counts as not done. A pack is
written by one run alone; others read it. Packs that the last runs did not use are removed.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from flows.quarantine import OUTSIDE
from flows.sealed import read_sealed, write_sealed
from flows.sources import File
from flows.work import STAGES, WRITTEN, Done, prepare
from transforms.publish.files import sha256

READ = {
    "clean": ("extract",),
    "segment": ("extract", "clean"),
    "classify": ("segment",),
    "join": ("classify",),
}
"""Whose files a stage reads."""
KEEP_RUNS = 5
"""Runs whose packs are kept."""
GRACE = 6 * 3600
"""Seconds for which nothing is removed that was used: another run may be reading it."""


@dataclass(frozen=True)
class Pack:
    """A batch of before."""

    folder: Path

    @cached_property
    def done(self) -> dict[str, Done]:
        """What is said of every stage that was finished."""
        found = {}
        for stage in STAGES:
            content = read_sealed(self.folder / f"done-{stage}.json")
            if content is None:
                break
            found[stage] = Done(**content)
        return found

    def sound(self, stage: str) -> bool:
        """Whether the files of a stage are those that it wrote."""
        try:
            return all(sha256(self.folder / name) == digest for name, digest in self.done[stage].files.items())
        except OSError:
            return False


@dataclass
class Plan:
    """What is there already, and what is to be done.

    Attributes:
        ready: Sources that need no work, by pack.
        todo: Files that need work, by the pack to begin with (None: with the files) and the first stage that they need.

    """

    ready: dict[Path, dict[str, str]] = field(default_factory=dict)
    todo: dict[tuple[Path | None, str], list[File]] = field(default_factory=dict)


def find(root: Path) -> Iterator[Pack]:
    """All packs, the newest first, each only as long as it is looked at: it names all its sources, stage by stage."""
    folder = root / "work"
    if not folder.is_dir():
        return
    dated = []
    for entry in folder.iterdir():
        with suppress(OSError):
            if entry.is_dir():
                dated.append((-entry.stat().st_mtime_ns, entry.name, entry))
    yield from (Pack(path) for *_, path in sorted(dated))


def plan(files: Iterable[File], packs: Iterable[Pack], versions: Mapping[str, str]) -> Plan:
    """Find for every file how far the work on it has come.

    Args:
        files: What is to be read, each with the digest of its bytes, where they could be read.
        packs: What is kept.
        versions: Version of every stage as it is now.

    """
    listed = list(files)
    wanted = {(file.uri, file.sha256 or "") for file in listed}
    known: dict[tuple[str, str], tuple[int, Path, bool]] = {}
    for pack in packs:
        _learn(pack, versions, wanted, known)
    made = Plan()
    for file in listed:
        depth, folder, final = known.get((file.uri, file.sha256 or ""), (0, None, False))
        if folder is not None and (final or depth == len(STAGES)):
            made.ready.setdefault(folder, {})[file.uri] = file.sha256 or ""
        else:
            made.todo.setdefault((folder, STAGES[depth]), []).append(file)
    return made


def _learn(
    pack: Pack,
    versions: Mapping[str, str],
    wanted: set[tuple[str, str]],
    known: dict[tuple[str, str], tuple[int, Path, bool]],
) -> None:
    """Note how far the sources of a pack are, where that is further than in other packs."""
    depth = 0
    for stage in STAGES:
        done = pack.done.get(stage)
        if done is None or done.version != versions[stage] or wanted.isdisjoint(done.sources.items()):
            break
        depth += 1
    # What was made from files that are damaged now may be whole, so the last stage is looked at first.
    while depth and not all(pack.sound(stage) for stage in READ[(*STAGES, "join")[depth]]):
        depth -= 1
    refused: set[str] = set()
    for place, stage in enumerate(STAGES[:depth], start=1):
        done = pack.done[stage]
        refused |= {row["source_uri"] for row in done.aside if row["code"] not in OUTSIDE}
        for source in wanted & done.sources.items():
            if place > known.get(source, (0, None, False))[0]:
                known[source] = (place, pack.folder, source[0] in refused)


def new_batch(root: Path, files: Iterable[File], *, base: Path | None, first: str) -> Path:
    """Make the folder of a batch that begins with a stage; what comes before is taken from another pack."""
    folder = prepare(root / "work" / f"{int(time.time())}-{secrets.token_hex(6)}", files)
    if base is not None:
        for stage in STAGES[: STAGES.index(first)]:
            for name in (*WRITTEN[stage], f"done-{stage}.json"):
                _link(base / name, folder / name)
    return folder


def keep(root: Path, used: Iterable[Path], *, run: str) -> None:
    """Note which packs and parts a run used, and remove what none of the last runs used."""
    lists = root / "runs"
    write_sealed(lists / f"{run}.json", {"used": sorted(path.name for path in used)})
    noted = sorted(lists.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    for path in noted[:-KEEP_RUNS]:
        path.unlink(missing_ok=True)
    wanted = {name for path in noted[-KEEP_RUNS:] for name in (read_sealed(path) or {}).get("used", ())}
    for folder in (*(root / "work").glob("*"), *(root / "parts").glob("*")):
        if folder.name not in wanted and _age(folder) > GRACE:
            shutil.rmtree(folder, ignore_errors=True)


def touch(folders: Iterable[Path]) -> None:
    """Say that packs are in use, so that another run does not remove them meanwhile."""
    for folder in folders:
        with suppress(OSError):
            os.utime(folder)


def passed(folder: Path, version: str) -> set[tuple[str, str]]:
    """Sources of a pack whose rows passed the validation in this version: uri and digest."""
    content = read_sealed(folder / f"passed-{version}.json")
    return {(uri, digest) for uri, digest in (content or {}).get("sources", ())}


def write_passed(folder: Path, version: str, sources: Iterable[tuple[str, str]]) -> None:
    """Note that the rows of sources passed the validation."""
    together = sorted(passed(folder, version) | set(sources))
    write_sealed(folder / f"passed-{version}.json", {"sources": together})


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _link(old: Path, new: Path) -> None:
    # Files of a pack never change in place, so that two packs can share them.
    try:
        os.link(old, new)
    except FileNotFoundError:
        # What is read again was looked at; the rest may be gone.
        return
    except OSError:
        shutil.copyfile(old, new)
