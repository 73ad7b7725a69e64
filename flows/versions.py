"""`gangmu verify`, `rollback`, `prune`, `pin`, `unpin`: the releases of an output."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.checking import current_id, find_key, locate, place_of
from flows.errors import RefusedError, UsageError
from transforms.publish import Storage, keeping, listing, point
from transforms.publish.store import POINTER, RELEASES, read_release
from transforms.publish.verify import Damage, damages, pointer_damages

Place = str | Path
Checked = tuple[str, str, list[Damage]]
"""Release, its address, what is damaged in it."""


def verify(name: str | None, *, output: Place, everything: bool) -> dict[str, Any]:
    """Check every file of a release, or of all; the pointer too, where the release is the current one.

    Raises:
        UsageError: There is no such release.

    """
    place = place_of(output)
    if everything:
        keys = [(place, f"{RELEASES}/{one}") for one in place.children(RELEASES)]
        if not keys:
            raise UsageError(f"{output}: holds no release. 'gangmu run --output {output}' makes one.")
        return _result([_checked(*one) for one in keys], pointer_damages(place))
    pointer = pointer_damages(place)
    if name is None and any(damage.file == POINTER for damage in pointer) and place.children(RELEASES):
        # Which release is meant cannot be known.
        return _result([], pointer)
    where, key = find_key(name, output=output)
    is_latest = key == f"{RELEASES}/{_current(output)}"
    return _result([_checked(where, key)], pointer if is_latest else [])


def _checked(place: Storage, key: str) -> Checked:
    try:
        name = read_release(place, key).id
    except ValueError:
        # It is what `damages` says first.
        name = key.rsplit("/", 1)[-1]
    return name, f"{place.address}/{key}", damages(place.fetch(key), name)


def _result(checked: Sequence[Checked], pointer: list[Damage]) -> dict[str, Any]:
    releases = [
        {"release": name, "path": address, "success": not found, "damage": [asdict(one) for one in found]}
        for name, address, found in checked
    ]
    reasons = [f"{name}: {one.sentence()}" for name, _, found in checked for one in found]
    reasons += [one.sentence() for one in pointer]
    return {
        "success": not reasons,
        "releases": releases,
        "pointer": [asdict(one) for one in pointer],
        "reasons": reasons,
    }


def _current(output: Place) -> str | None:
    try:
        return current_id(output)
    except UsageError:
        return None


def check_whole(result: Mapping[str, Any]) -> None:
    """Refuse what `verify` found damaged.

    Raises:
        RefusedError: Something is; its reasons name every file.

    """
    if not result["success"]:
        many = len(result["reasons"])
        found = "1 thing is" if many == 1 else f"{many:,} things are"
        message = f"{found} damaged. Restore it from a copy, or go back to a whole release: 'gangmu rollback ID'."
        raise RefusedError(message, reasons=tuple(result["reasons"]))


def rollback(name: str | None, *, output: Place) -> dict[str, Any]:
    """Make a release current; without a name the one before the current.

    Raises:
        UsageError: There is no such release in the output.
        RefusedError: It is damaged.

    """
    # A latest.json that is damaged is what a rollback to a named release mends.
    before = current_id(output) if name is None else _current(output)
    release = locate(name or "previous", output=output)
    if release.key != f"{RELEASES}/{release.id}":
        raise UsageError(f"{name}: is not in {output}. Name its folder with --output.")
    if found := damages(release.path, release.id):
        raise RefusedError(
            f"{release.id} is damaged. latest stays as it is.", reasons=tuple(damage.sentence() for damage in found)
        )
    point(release, new=False)
    return {"release": release.id, "before": before, "path": release.address}


def prune(*, output: Place, keep: int, dry_run: bool) -> dict[str, Any]:
    """Remove old releases; gives the fate of each.

    Raises:
        UsageError: latest.json, pins.json or a descriptor cannot be read: nothing is removed then.

    """
    place = place_of(output)
    try:
        releases, pinned = listing(place), keeping.pins(place)
    except ValueError as error:
        raise UsageError(f"{error}. Nothing was removed; 'gangmu verify --all' tells more.") from error
    latest = current_id(output)
    if releases and latest not in {one.id for one in releases}:
        raise UsageError(
            f"{output}/{POINTER}: names no release that is there. Nothing was removed; 'gangmu rollback ID' mends it."
        )
    rows = []
    for fate in keeping.plan(releases, latest=latest, pins=pinned, keep=keep):
        gone = not fate.kept
        if gone and not dry_run:
            # Somebody may have gone back to it since.
            gone = place.remove(f"{RELEASES}/{fate.release}", unless=lambda: current_id(output) == fate.release)  # noqa: B023
        why = fate.why if gone or fate.kept else "the current release since a moment ago"
        rows.append({"release": fate.release, "removed": gone, "why": why})
    return {"dry_run": dry_run, "releases": rows}


def pin(name: str, *, output: Place, reason: str) -> str:
    """Keep a release from being pruned; gives its id.

    Raises:
        UsageError: There is no such release, or pins.json cannot be read.

    """
    release = locate(name, output=output)
    _set_pin(release.storage, release.id, reason)
    return release.id


def unpin(name: str, *, output: Place) -> str:
    """Let a release be pruned again; gives its id.

    Raises:
        UsageError: There is no such release, it is not pinned, or pins.json cannot be read.

    """
    release = locate(name, output=output)
    if not _set_pin(release.storage, release.id, None):
        raise UsageError(f"{release.id}: is not pinned. {output}/pins.json holds what is.")
    return release.id


def _set_pin(place: Storage, release: str, reason: str | None) -> bool:
    try:
        return keeping.set_pin(place, release, reason)
    except ValueError as error:
        raise UsageError(f"{place.address}: {error}. Mend or remove it.") from error
