"""`gangmu validate` and `gangmu releases`: what is published, looked at again."""

from pathlib import Path
from typing import Any

from flows.errors import UsageError
from transforms.publish import Release, current, differences, keeping, listing, read_tables
from transforms.publish.store import DESCRIPTOR, open_release


def releases(output: Path) -> list[dict[str, Any]]:
    """Releases of an output folder, oldest first."""
    latest = current_id(output)
    return [
        {"release": r.id, "path": str(r.path), "digest": r.digest, "rows": r.rows, "latest": r.id == latest}
        for r in listing(output)
    ]


def locate(name: str | None, *, output: Path) -> Release:
    """Find a release and read its descriptor; names are those of `find_path`.

    Raises:
        UsageError: There is no such release, or it cannot be read.

    """
    try:
        return open_release(find_path(name, output=output))
    except ValueError as error:
        raise UsageError(str(error)) from error


def find_path(name: str | None, *, output: Path) -> Path:
    """Find the folder of a release.

    Args:
        name: Its id, the beginning or end of one that no other has, `latest` (also without a name), `previous` (the one
            made before the latest), or its folder.
        output: Folder of the releases.

    Raises:
        UsageError: There is no such release, or there are several.

    """
    if name is None or name == "latest":
        return output / "releases" / _known(current_id(output), output)
    if name == "previous":
        before = keeping.predecessor(listing(output), _known(current_id(output), output))
        if before is None:
            raise UsageError(f"{output}: holds no release before the latest. 'gangmu releases' lists them.")
        return output / "releases" / before
    folder = output / "releases"
    ids = [path.name for path in sorted(folder.iterdir()) if path.is_dir()] if folder.is_dir() else []
    if name in ids:
        return folder / name
    if Path(name).is_dir() and (Path(name) / DESCRIPTOR).is_file():
        return Path(name)
    found = [one for one in ids if one.startswith(name) or one.endswith(name)]
    if len(found) == 1:
        return folder / found[0]
    if found:
        raise UsageError(f"{name}: is the beginning or end of several releases: {', '.join(found)}. Write more of it.")
    raise UsageError(f"{name}: is no release. 'gangmu releases --output {output}' lists them.")


def check(name: str | None, *, output: Path) -> dict[str, Any]:
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


def current_id(output: Path) -> str | None:
    """Id of the current release, None before the first.

    Raises:
        UsageError: latest.json cannot be read.

    """
    try:
        return current(output)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{output / 'latest.json'}: cannot be read ({error}). 'gangmu rollback ID' or a run writes it anew."
        raise UsageError(message) from error


def _known(latest: str | None, output: Path) -> str:
    if latest is None:
        raise UsageError(f"{output}: holds no release. 'gangmu run --output {output}' makes one.")
    return latest
