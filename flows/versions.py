"""`gangmu verify`, `rollback`, `prune`, `pin`, `unpin`: the releases of an output folder."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows.checking import current_id, find_path, locate
from flows.errors import RefusedError, UsageError
from transforms.publish import keeping, listing, point
from transforms.publish.verify import Damage, damages, pointer_damages

KEEP = 10
"""Newest releases that `gangmu prune` leaves where it is told no number."""


def verify(name: str | None, *, output: Path, everything: bool) -> dict[str, Any]:
    """Check every file of a release, or of all; the pointer too, where the release is the current one.

    Raises:
        UsageError: There is no such release.

    """
    if everything:
        folder = output / "releases"
        paths = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
        if not paths:
            raise UsageError(f"{output}: holds no release. 'gangmu run --output {output}' makes one.")
    elif name is None:
        # What latest.json says cannot be trusted before it is checked.
        pointer = pointer_damages(output)
        if any(damage.file == "latest.json" for damage in pointer) and (output / "releases").is_dir():
            return _result([], pointer)
        paths = [find_path(None, output=output)]
    else:
        paths = [find_path(name, output=output)]
    checked = [(path, damages(path)) for path in paths]
    inside = [path for path in paths if path.resolve().parent == (output / "releases").resolve()]
    watched = everything or any(path.name == _current(output) for path in inside)
    return _result(checked, pointer_damages(output) if watched else [])


def _result(checked: Sequence[tuple[Path, list[Damage]]], pointer: list[Damage]) -> dict[str, Any]:
    releases = [
        {"release": path.resolve().name, "path": str(path), "success": not found, "damage": [asdict(d) for d in found]}
        for path, found in checked
    ]
    lines = [f"{path.resolve().name}: {damage.sentence()}" for path, found in checked for damage in found]
    lines += [damage.sentence() for damage in pointer]
    return {
        "success": not lines,
        "releases": releases,
        "pointer": [asdict(damage) for damage in pointer],
        "reasons": lines,
    }


def _current(output: Path) -> str | None:
    try:
        return current_id(output)
    except UsageError:
        return None


def rollback(name: str | None, *, output: Path) -> dict[str, Any]:
    """Make a release current; without a name the one before the current.

    Raises:
        UsageError: There is no such release in the folder.
        RefusedError: It is damaged.

    """
    # A latest.json that is damaged is what a rollback to a named release mends.
    before = current_id(output) if name is None else _current(output)
    release = locate(name or "previous", output=output)
    if release.path.resolve().parent != (output / "releases").resolve():
        raise UsageError(f"{name}: is not in {output}. Name its folder with --output.")
    if found := damages(release.path):
        raise RefusedError(
            f"{release.id} is damaged. latest stays as it is.", reasons=tuple(damage.sentence() for damage in found)
        )
    point(output, release, run=f"rollback-{secrets.token_hex(3)}")
    return {"release": release.id, "before": before, "path": str(output / "releases" / release.id)}


def prune(*, output: Path, keep: int, dry_run: bool) -> dict[str, Any]:
    """Remove old releases; gives the fate of each.

    Raises:
        UsageError: latest.json or a descriptor cannot be read: nothing is removed then.

    """
    try:
        releases = listing(output)
    except ValueError as error:
        raise UsageError(f"{error}. Nothing was removed; 'gangmu verify --all' tells more.") from error
    latest = current_id(output)
    if releases and latest not in {one.id for one in releases}:
        raise UsageError(f"{output / 'latest.json'}: names no release that is there. Nothing was removed.")
    fates = keeping.plan(releases, latest=latest, pins=keeping.pins(output), keep=keep)
    token = secrets.token_hex(3)
    rows = []
    for fate in fates:
        gone = not fate.kept and (dry_run or keeping.remove(output, fate.release, token=token))
        why = fate.why if gone or fate.kept else "became current meanwhile"
        rows.append({"release": fate.release, "removed": gone, "why": why})
    return {"dry_run": dry_run, "releases": rows}


def pin(name: str, *, output: Path, reason: str) -> str:
    """Keep a release from being pruned; gives its id.

    Raises:
        UsageError: There is no such release in the folder.

    """
    path = find_path(name, output=output)
    keeping.pin(output, path.name, reason=reason, token=secrets.token_hex(3))
    return path.name


def unpin(name: str, *, output: Path) -> str:
    """Let a release be pruned again; gives its id.

    Raises:
        UsageError: It is not pinned.

    """
    pinned = keeping.pins(output)
    found = [one for one in pinned if name == one or one.startswith(name) or one.endswith(name)]
    if len(found) != 1:
        listed = ", ".join(found or pinned) or "none"
        raise UsageError(f"{name}: {'names several pins' if found else 'is not pinned'}. Pinned: {listed}.")
    keeping.unpin(output, found[0])
    return found[0]
