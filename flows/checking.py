"""`gangmu validate` and `gangmu releases`: what is published, looked at again."""

from pathlib import Path
from typing import Any

from flows.errors import UsageError
from transforms.publish import Release, Storage, current, differences, listing, read_tables, storage
from transforms.publish.storage import DESCRIPTOR
from transforms.publish.store import RELEASES, open_release, read_release


def releases(output: str | Path) -> list[dict[str, Any]]:
    """Releases of an output folder, oldest first."""
    latest = _current(output)
    return [
        {"release": r.id, "path": r.address, "digest": r.digest, "rows": r.rows, "latest": r.id == latest}
        for r in listing(_storage(output))
    ]


def locate(name: str | None, *, output: str | Path) -> Release:
    """Find a release by id or folder; without a name, the latest.

    Raises:
        UsageError: There is no such release, or it cannot be read.

    """
    place = _storage(output)
    key = f"{RELEASES}/{_current(output) if name in (None, 'latest') else name}"
    if name in (None, "latest") and key == f"{RELEASES}/None":
        raise UsageError(f"{output}: holds no release. 'gangmu run --output {output}' makes one.")
    try:
        if place.exists(f"{key}/{DESCRIPTOR}"):
            return read_release(place, key)
        if name is not None and (Path(name) / DESCRIPTOR).is_file():
            return open_release(Path(name))
    except ValueError as error:
        raise UsageError(str(error)) from error
    raise UsageError(f"{name or key}: is no release. 'gangmu releases --output {output}' lists them.")


def check(name: str | None, *, output: str | Path) -> dict[str, Any]:
    """Check the files of a release against its descriptor, and its data against all expectations."""
    release = locate(name, output=output)
    changed = differences(release)
    if changed:
        # What is in files that were changed is not what was released: there is nothing more to say.
        return {"release": release.id, "success": False, "checks": 0, "reasons": changed, "remarks": [], "outcomes": []}
    from transforms.validate import validate  # noqa: PLC0415

    report = validate(**read_tables(release.path))
    return {
        "release": release.id,
        **report.as_dict(),
        "reasons": [outcome.sentence() for outcome in report.failures],
        "remarks": [outcome.sentence() for outcome in report.warnings],
    }


def _storage(output: str | Path) -> Storage:
    try:
        return storage(output)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _current(output: str | Path) -> str | None:
    try:
        return current(_storage(output))
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{output}/latest.json: cannot be read ({error}). 'gangmu run' writes it anew.") from error
