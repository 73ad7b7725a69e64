"""`gangmu validate` and `gangmu releases`: what is published, looked at again."""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

import seeds
from flows.errors import UsageError
from transforms.publish import (
    Folder,
    Release,
    Storage,
    current,
    differences,
    keeping,
    listing,
    read_each,
    read_parts,
    read_tables,
    storage,
)
from transforms.publish.storage import DESCRIPTOR
from transforms.publish.store import RELEASES, read_release
from transforms.validate.explained import Explained, explain
from transforms.validate.report import CRITICAL, Outcome, Report

FILES = "release.files"
"""Check of the files themselves."""


def releases(output: str | Path) -> list[dict[str, Any]]:
    """Releases of an output folder, oldest first; `pinned` is the reason why one is kept, or null.

    Raises:
        UsageError: A descriptor, latest.json or pins.json cannot be read.

    """
    latest = current_id(output)
    place = place_of(output)
    try:
        listed, pinned = listing(place), keeping.pins(place)
    except ValueError as error:
        raise UsageError(f"{error}. 'gangmu verify --all --output {output}' tells more.") from error
    return [
        {
            "release": r.id,
            "path": r.address,
            "digest": r.digest,
            "rows": r.rows,
            "latest": r.id == latest,
            "pinned": pinned.get(r.id),
        }
        for r in listed
    ]


def locate(name: str | None, *, output: str | Path) -> Release:
    """Find a release and read its descriptor; names are those of `find_key`.

    Raises:
        UsageError: There is no such release, or it cannot be read.

    """
    place, key = find_key(name, output=output)
    try:
        return read_release(place, key)
    except ValueError as error:
        raise UsageError(str(error)) from error


def find_key(name: str | None, *, output: str | Path) -> tuple[Storage, str]:
    """Find where a release lies: its storage and the key in it.

    Args:
        name: Its id, the beginning or end of one that no other has, `latest` (also without a name), `previous` (the one
            made before the latest), or its folder.
        output: Folder or address of the releases.

    Raises:
        UsageError: There is no such release, or there are several.

    """
    place = place_of(output)
    if name in {None, "latest", "previous"}:
        latest = current_id(output)
        if latest is None:
            raise UsageError(f"{output}: holds no release. 'gangmu run --output {output}' makes one.")
        found = keeping.predecessor(listing(place), latest) if name == "previous" else latest
        if found is None:
            raise UsageError(f"{output}: holds no release before the latest. 'gangmu releases' lists them.")
        return place, f"{RELEASES}/{found}"
    ids = place.children(RELEASES)
    if name in ids:
        return place, f"{RELEASES}/{name}"
    if (Path(str(name)) / DESCRIPTOR).is_file():
        folder = Path(str(name)).resolve()
        return Folder(folder.parent), folder.name
    likely = [one for one in ids if one.startswith(str(name)) or one.endswith(str(name))]
    if len(likely) == 1:
        return place, f"{RELEASES}/{likely[0]}"
    if likely:
        raise UsageError(f"{name}: is the beginning or end of several releases: {', '.join(likely)}. Write more of it.")
    raise UsageError(f"{name}: is no release. 'gangmu releases --output {output}' lists them.")


@dataclass(frozen=True, slots=True)
class Checked:
    """A release that was looked at again.

    Attributes:
        release: Its id.
        checks: All checks, those that do not hold explained.
        details: Report of the validation as JSON values; of a release that is damaged, without any check.

    """

    release: str
    checks: tuple[Explained, ...]
    details: Mapping[str, Any]

    def failed(self, *, strict: bool = False) -> list[Explained]:
        """Checks that do not hold: critical ones, with `strict` all."""
        broken = [check for check in self.checks if not check.outcome.success]
        return [check for check in broken if strict or check.outcome.severity == CRITICAL]

    def as_dict(self, *, strict: bool = False) -> dict[str, Any]:
        """Give the result as plain JSON values."""
        failed = self.failed(strict=strict)
        warnings = [c for c in self.checks if not c.outcome.success and c not in failed]
        return {
            "release": self.release,
            **self.details,
            "success": not failed,
            "reasons": [reason for check in failed for reason in _sentences(check.outcome)],
            "remarks": [reason for check in warnings for reason in _sentences(check.outcome)],
            "explained": [_as_json(check) for check in (*failed, *warnings)],
        }


def check(name: str | None, *, output: str | Path) -> Checked:
    """Check the files of a release against its descriptor, and its data against all expectations."""
    release = locate(name, output=output)
    changed = differences(release)
    files = Outcome(
        name=FILES,
        frame="release",
        type="sha256",
        severity=CRITICAL,
        description="Every file is as it was published.",
        success=not changed,
        failures=len(changed),
        examples=tuple({"file": line} for line in changed),
    )
    if changed:
        # What is in files that were changed is not what was released: there is nothing more to say.
        return Checked(release.id, tuple(explain([files], {}, _steps())), {"checks": 0, "outcomes": []})
    report = _judged(release)
    # To show what an example is about; where all is well nothing is.
    tables = {} if report.ok and not report.warnings else read_tables(release.path)
    return Checked(release.id, tuple(explain([files, *report.outcomes], tables, _steps())), report.as_dict())


def _judged(release: Release) -> Report:
    """Judge the data, part by part: a release may be larger than the memory."""
    from transforms.validate import ACROSS, Corpus, conclude, examine, gather  # noqa: PLC0415

    path = release.path

    def corpus() -> Corpus:
        return gather(
            pa.concat_tables(read_each(path, "documents", ACROSS["documents"])),
            partial(read_each, path, "clauses", ACROSS["clauses"]),
            partial(read_each, path, "sections", ACROSS["sections"]),
            partial(read_each, path, "clauses", ("clause_id",)),
        )

    (quarantine,) = read_each(path, "quarantine")
    return conclude((examine(**part) for part in read_parts(path)), quarantine, corpus)


def _steps() -> list[tuple[str, str]]:
    with (seeds.folder() / "quality" / "next_steps.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["checks"], row["step"]) for row in csv.DictReader(stream)]


def _sentences(outcome: Outcome) -> list[str]:
    return [str(row["file"]) for row in outcome.examples] if outcome.name == FILES else [outcome.sentence()]


def _as_json(check: Explained) -> dict[str, Any]:
    return {
        "name": check.outcome.name,
        "severity": check.outcome.severity,
        "failures": check.outcome.failures,
        "examples": [asdict(example) for example in check.examples],
        "step": check.step,
    }


def place_of(output: str | Path) -> Storage:
    """Storage of an output.

    Raises:
        UsageError: There is none of this kind.

    """
    try:
        return storage(output)
    except ValueError as error:
        raise UsageError(str(error)) from error


def current_id(output: str | Path) -> str | None:
    """Id of the current release, None before the first.

    Raises:
        UsageError: latest.json cannot be read.

    """
    try:
        return current(place_of(output))
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{output}/latest.json: cannot be read ({error}). 'gangmu rollback ID' or a run writes it anew."
        raise UsageError(message) from error
