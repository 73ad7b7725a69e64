"""Which releases are kept, and how the others go.

`pins.json` beside `latest.json` names what is cited, `{"release": "reason"}`; it is swapped only over what was seen, so that
two people who pin at once do not lose each other's. The current release, the one before it, those after it and what is pinned always stay.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transforms.publish.files import to_json
from transforms.publish.storage import Storage
from transforms.publish.store import Release

PINS = "pins.json"
TRIES = 20
"""Times that the pins are swapped anew when somebody else was faster."""
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
    """Decide for every release, oldest first; the newest `keep` stay besides those that always do.

    Always does what is newer than the current one: a run may be about to point to it, or somebody went back for a time.
    """
    ids = [one.id for one in by_age(releases)]
    newest = set(ids[max(0, len(ids) - keep) :])
    before = predecessor(releases, latest)
    newer = set(ids[ids.index(latest) + 1 :]) if latest in ids else set()
    fates = []
    for name in ids:
        why = (
            "the current release"
            if name == latest
            else "the one before the current"
            if name == before
            else "newer than the current release"
            if name in newer
            else why_pinned(pins[name])
            if name in pins
            else f"one of the newest {keep}"
            if name in newest
            else ""
        )
        fates.append(Fate(name, bool(why), why or "old"))
    return fates


def why_pinned(reason: str) -> str:
    """Say that a release is pinned, and why."""
    return f"pinned: {reason or 'no reason given'}"


def pins(place: Storage) -> dict[str, str]:
    """Pinned releases and the reasons.

    Raises:
        ValueError: pins.json cannot be read.

    """
    return _read(_seen(place))


def set_pin(place: Storage, release: str, reason: str | None) -> bool:
    """Pin a release, or take its pin away (no reason at all); False where nothing was to be done.

    Raises:
        ValueError: pins.json cannot be read.
        OSError: Others were faster each time.

    """
    for _ in range(TRIES):
        seen = _seen(place)
        pinned = _read(seen)
        changed = {name: why for name, why in pinned.items() if name != release}
        if reason is not None:
            changed[release] = reason.strip()
        if changed == pinned:
            return False
        if place.swap(PINS, to_json(dict(sorted(changed.items()))).encode(), seen=seen):
            return True
    raise OSError(f"{place.address}/{PINS}: others were faster {TRIES} times. Try again.")


def _seen(place: Storage) -> bytes | None:
    try:
        return place.read(PINS)
    except FileNotFoundError:
        return None


def _read(data: bytes | None) -> dict[str, str]:
    try:
        found = {} if data is None else json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise ValueError(f"{PINS} cannot be read: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(why, str) for why in found.values()):
        raise ValueError(f'{PINS} is not of the form {{"release": "reason"}}')
    return found
