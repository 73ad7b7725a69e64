"""Which releases are kept, and how the others go.

A pin is a file `pins/<release>` that holds the reason: two people who pin at once do not lose each other's, and anybody can
read it. The current release, the one before it and what is pinned are always kept. A release goes by one rename to
`.staging/`, where it is no release any more, and is deleted there.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from transforms.publish.files import swap_text, sync
from transforms.publish.store import Release, current

PINS = "pins"
DAY = 10
"""Characters of the day in the name of a release."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What pruning does to a release, and why."""

    release: str
    kept: bool
    why: str


def by_age(releases: Sequence[Release]) -> list[Release]:
    """Sort releases, oldest first: by day, and within a day by the run that made them, whose id begins with the time."""
    return sorted(
        releases, key=lambda one: (one.id[:DAY], str(one.descriptor.get("gangmu", {}).get("run", "")), one.id)
    )


def predecessor(releases: Sequence[Release], latest: str | None) -> str | None:
    """Id of the release made before the current one; None where there is none."""
    ids = [one.id for one in by_age(releases)]
    if latest not in ids or ids.index(latest) == 0:
        return None
    return ids[ids.index(latest) - 1]


def plan(releases: Sequence[Release], *, latest: str | None, pins: Mapping[str, str], keep: int) -> list[Fate]:
    """Decide for every release, oldest first; the newest `keep` stay besides those that always do."""
    ids = [one.id for one in by_age(releases)]
    newest = set(ids[max(0, len(ids) - keep) :])
    before = predecessor(releases, latest)
    fates = []
    for name in ids:
        why = (
            "the current release"
            if name == latest
            else "the one before the current"
            if name == before
            else f"pinned: {pins[name] or 'no reason given'}"
            if name in pins
            else f"one of the newest {keep}"
            if name in newest
            else ""
        )
        fates.append(Fate(name, bool(why), why or "old"))
    return fates


def remove(output: Path, release: str, *, token: str) -> bool:
    """Remove a release; False when it has become current meanwhile, and stays."""
    path = output / "releases" / release
    grave = output / ".staging" / f"prune-{token}" / release
    grave.parent.mkdir(parents=True, exist_ok=True)
    path.rename(grave)
    if current(output) == release:
        grave.rename(path)
        return False
    sync(path.parent)
    shutil.rmtree(grave.parent)
    return True


def pins(output: Path) -> dict[str, str]:
    """Pinned releases and the reasons."""
    folder = output / PINS
    if not folder.is_dir():
        return {}
    return {
        path.name: path.read_text(encoding="utf-8").strip()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def pin(output: Path, release: str, *, reason: str, token: str) -> None:
    """Pin a release, or give a pinned one another reason."""
    swap_text(output / PINS / release, reason.strip() + "\n", token=token)


def unpin(output: Path, release: str) -> bool:
    """Take a pin away; False when there was none."""
    try:
        (output / PINS / release).unlink()
    except FileNotFoundError:
        return False
    return True
