"""Whether a release is what was published: every file, row count and digest, and what points at it.

Each file is named by `SHA256SUMS` (which `sha256sum -c` reads too); the Parquet files also by `datapackage.json`, so that of
two that differ it can be told which is damaged. The descriptor of the current release is held by `latest.json`, the content
by the digest in the name of the release.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.descriptor import FileFacts
from transforms.publish.files import SUMS, read_sums, sha256
from transforms.publish.releases import SHORT, content_digest
from transforms.publish.store import DESCRIPTOR, Release, open_release

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was published.

    Attributes:
        file: Path in the release; for `latest.json` and the link `latest`, in the output folder.
        expected: What should be there.
        found: What is there.

    """

    file: str
    expected: str
    found: str

    def sentence(self) -> str:
        """One line for a person."""
        return f"{self.file}: expected {self.expected}, found {self.found}"


def differences(release: Release) -> list[str]:
    """Say what differs between the files of a release and what was published; empty when all is well."""
    return [damage.sentence() for damage in damages(release.path)]


def damages(path: Path) -> list[Damage]:
    """Find what is damaged in the folder of a release."""
    try:
        release = open_release(path)
        resources = _resources(release.descriptor)
        facts = dict(release.descriptor["gangmu"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        release, resources, facts = None, {}, {}
        yield_first = [Damage(DESCRIPTOR, "the descriptor of a release", " ".join(str(error).split()))]
    else:
        yield_first = []
    sums, found = _sums(path)
    found = [*yield_first, *found]
    actual = {name: sha256(path / name) for name in _files(path)}
    for name in sorted({*sums, *resources, *actual} - {SUMS}):
        if name == DESCRIPTOR and yield_first:
            continue
        found.extend(_file(path / name, name, actual.get(name), sums, resources))
    if release is not None and all(actual.get(name) == one["sha256"] for name, one in resources.items()):
        found.extend(_identity(path, resources, facts, str(release.descriptor.get("version"))))
    return found


def pointer_damages(output: Path) -> list[Damage]:
    """Find what is wrong with `latest.json` and the link `latest` of an output folder."""
    name = "latest.json"
    try:
        text = (output / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return [Damage(name, "the name of the current release", NOTHING)]
    except (OSError, UnicodeDecodeError) as error:
        return [Damage(name, "the name of the current release", f"a file that cannot be read ({error})")]
    try:
        pointer = json.loads(text)
        release, path, digest = (str(pointer[key]) for key in ("release", "path", "datapackage_sha256"))
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        return [Damage(name, "release, path and datapackage_sha256", f"{type(error).__name__}: {error}")]
    found = []
    if path != f"releases/{release}":
        found.append(Damage(name, f"path releases/{release}", path))
    if not (output / path / DESCRIPTOR).is_file():
        return [*found, Damage(name, f"the release {path}", NOTHING)]
    if (actual := sha256(output / path / DESCRIPTOR)) != digest:
        found.append(Damage(f"{path}/{DESCRIPTOR}", f"sha256 {digest} (latest.json)", f"sha256 {actual}"))
    link = output / "latest"
    # It may be missing, where links do not exist; what it must not do is to lead elsewhere.
    if link.is_symlink() and link.resolve() != (output / path).resolve():
        found.append(Damage("latest", f"a link to {path}", f"a link to {link.readlink().as_posix()}"))
    return found


def _resources(descriptor: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Files that a descriptor names: name of the dataset, bytes, sha256 and rows of each."""
    return {
        str(one["path"]): {
            "name": str(one["name"]),
            "bytes": int(one["bytes"]),
            "sha256": str(one["hash"]).removeprefix("sha256:"),
            "rows": int(one["rows"]),
        }
        for one in descriptor["resources"]
    }


def _sums(path: Path) -> tuple[dict[str, str], list[Damage]]:
    try:
        return read_sums(path), []
    except FileNotFoundError:
        return {}, [Damage(SUMS, "a list of all files", NOTHING)]
    except (OSError, ValueError) as error:
        return {}, [Damage(SUMS, "lines of digest and path", str(error))]


def _files(path: Path) -> list[str]:
    return sorted(one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file() or one.is_symlink())


def _file(
    path: Path, name: str, actual: str | None, sums: Mapping[str, str], resources: Mapping[str, Mapping[str, Any]]
) -> Iterator[Damage]:
    listed, resource = sums.get(name), resources.get(name)
    declared = resource["sha256"] if resource else None
    if actual is None:
        yield Damage(name, f"a file of {resource['bytes']} bytes" if resource else "a file", NOTHING)
    elif listed is None and declared is None:
        # Without the list it cannot be known what belongs to the release.
        if sums or name.endswith(".parquet"):
            yield Damage(name, NOTHING, f"a file of {path.stat().st_size} bytes")
    elif actual not in {listed, declared}:
        yield Damage(name, f"sha256 {declared or listed}{_size(resource)}", f"sha256 {actual}{_size(path)}")
    elif declared is not None and actual != declared:
        yield Damage(DESCRIPTOR, f"sha256 {actual} for {name}", f"sha256 {declared}")
    elif listed is not None and actual != listed:
        yield Damage(SUMS, f"sha256 {actual} for {name}", f"sha256 {listed}")
    elif resource:
        yield from _rows(path, name, resource)


def _size(of: Mapping[str, Any] | Path | None) -> str:
    if of is None:
        return ""
    return f" ({of.stat().st_size if isinstance(of, Path) else of['bytes']} bytes)"


def _rows(path: Path, name: str, resource: Mapping[str, Any]) -> Iterator[Damage]:
    if (size := path.stat().st_size) != resource["bytes"]:
        yield Damage(DESCRIPTOR, f"{size} bytes for {name}", f"{resource['bytes']} bytes")
    try:
        rows = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowInvalid) as error:
        yield Damage(name, "a Parquet file", str(error))
    else:
        if rows != resource["rows"]:
            yield Damage(DESCRIPTOR, f"{rows} rows for {name}", f"{resource['rows']} rows")


def _identity(
    path: Path, resources: Mapping[str, Mapping[str, Any]], facts: Mapping[str, Any], version: str
) -> Iterator[Damage]:
    """Check the digest of the content against the descriptor and the name of the release."""
    files = {one["name"]: FileFacts(name, one["bytes"], one["sha256"], one["rows"]) for name, one in resources.items()}
    digest = content_digest(files, dict(facts.get("reference") or {}))
    name = path.resolve().name
    if facts.get("digest") != digest:
        yield Damage(DESCRIPTOR, f"digest {digest} of the content", f"digest {facts.get('digest')}")
    if not name.endswith(f"-{digest[:SHORT]}"):
        yield Damage(".", f"a folder whose name ends with -{digest[:SHORT]}", name)
    if version != name:
        yield Damage(DESCRIPTOR, f"version {name}", f"version {version}")
