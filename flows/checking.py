"""`gangmu validate` and `gangmu releases`: what is published, looked at again."""

import json
from pathlib import Path
from typing import Any

from flows.errors import UsageError
from transforms.publish import Release, current, differences, listing, read_tables
from transforms.publish.store import open_release


def releases(output: Path) -> list[dict[str, Any]]:
    """Releases of an output folder, oldest first."""
    latest = _current(output)
    return [
        {"release": r.id, "path": str(r.path), "digest": r.digest, "rows": r.rows, "latest": r.id == latest}
        for r in listing(output)
    ]


def locate(name: str | None, *, output: Path) -> Release:
    """Find a release by id or folder; without a name, the latest.

    Raises:
        UsageError: There is no such release, or it cannot be read.

    """
    if name is None or name == "latest":
        found = _current(output)
        if found is None:
            raise UsageError(f"{output}: holds no release. 'gangmu run --output {output}' makes one.")
        path = output / "releases" / found
    else:
        path = output / "releases" / name
        if not path.is_dir():
            path = Path(name)
    if not (path / "datapackage.json").is_file():
        raise UsageError(f"{name or path}: is no release. 'gangmu releases --output {output}' lists them.")
    try:
        return open_release(path)
    except ValueError as error:
        raise UsageError(str(error)) from error


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


def _current(output: Path) -> str | None:
    try:
        return current(output)
    except (OSError, json.JSONDecodeError, KeyError) as error:
        raise UsageError(f"{output / 'latest.json'}: cannot be read ({error}). 'gangmu run' writes it anew.") from error
