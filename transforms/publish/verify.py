"""Whether a release is what was published: every file, row count and digest, and what points at it.

The files are named by `SHA256SUMS` (which `sha256sum -c` reads too), the Parquet files also by `datapackage.json`, so that of two
that differ it can be told which is damaged. The descriptor is not in the list but has a seal, the digest of all the rest of it:
two runs that put the same content into a bucket at once write the same list, but descriptors of their own. The descriptor
of the current release is held by `latest.json` too, the content by the digest in the name of the release.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.descriptor import FileFacts
from transforms.publish.files import SEAL, SUMS, read_sums, sealed, sha256
from transforms.publish.releases import SHORT, content_digest
from transforms.publish.storage import DESCRIPTOR, Folder, Storage
from transforms.publish.store import POINTER, RELEASES, Release, open_release

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
    return [damage.sentence() for damage in damages(release.path, release.id)]


def damages(path: Path, name: str) -> list[Damage]:
    """Find what is damaged in a release: the folder that it or a copy of it lies in, and its id (`Release.id`)."""
    sums, found = _sums(path)
    opened: Release | None
    try:
        opened = open_release(path)
        resources, facts = _described(opened)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        opened, resources, facts = None, {}, {}
        found = [Damage(DESCRIPTOR, "the descriptor of a release", " ".join(str(error).split())), *found]
    actual = {file: _digest(path / file) for file in _files(path)}
    if opened is not None:
        found.extend(_seal((path / DESCRIPTOR).read_text(encoding="utf-8")))
    for file in sorted({*(sums or ()), *resources, *actual} - {SUMS, DESCRIPTOR}):
        found.extend(_file(path / file, file, actual.get(file), sums, resources))
    if opened is not None and all(actual.get(file) == one["sha256"] for file, one in resources.items()):
        found.extend(_identity(name, resources, facts, str(opened.descriptor.get("version"))))
    return found


def pointer_damages(place: Storage) -> list[Damage]:
    """Find what is wrong with `latest.json` and the link `latest`."""
    wanted = "the name of the current release"
    try:
        pointer = json.loads(place.read(POINTER).decode("utf-8"))
        release, key, digest = (str(pointer[name]) for name in ("release", "path", "datapackage_sha256"))
    except FileNotFoundError:
        return [Damage(POINTER, wanted, NOTHING)]
    except OSError as error:
        return [Damage(POINTER, wanted, f"a file that cannot be read ({error})")]
    except (ValueError, KeyError, TypeError) as error:
        return [Damage(POINTER, "release, path and datapackage_sha256", f"{type(error).__name__}: {error}")]
    found = []
    if key != f"{RELEASES}/{release}":
        found.append(Damage(POINTER, f"path {RELEASES}/{release}", key))
    try:
        actual = hashlib.sha256(place.read(f"{key}/{DESCRIPTOR}")).hexdigest()
    except OSError:
        return [*found, Damage(POINTER, f"the release {key}", NOTHING)]
    if actual != digest:
        found.append(Damage(f"{key}/{DESCRIPTOR}", f"sha256 {digest} ({POINTER})", f"sha256 {actual}"))
    if isinstance(place, Folder):
        link = place.root / "latest"
        # It may be missing, where links do not exist; what it must not do is to lead elsewhere.
        if link.is_symlink() and link.resolve() != (place.root / key).resolve():
            found.append(Damage("latest", f"a link to {key}", f"a link to {link.readlink().as_posix()}"))
    return found


def _described(release: Release) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Files that a descriptor names (dataset, bytes, sha256 and rows of each), and the facts of the run."""
    files = {
        str(part["path"]): {
            "name": str(resource["name"]),
            "bytes": int(part["bytes"]),
            "sha256": str(part["hash"]).removeprefix("sha256:"),
            "rows": int(part["rows"]),
        }
        for resource in release.descriptor["resources"]
        # Releases of before had one part and said so of the resource itself.
        for part in resource.get("parts") or [resource]
    }
    return files, dict(release.descriptor["gangmu"])


def _sums(path: Path) -> tuple[dict[str, str] | None, list[Damage]]:
    try:
        return read_sums(path), []
    except FileNotFoundError:
        return None, [Damage(SUMS, "a list of all files", NOTHING)]
    except (OSError, ValueError) as error:
        return None, [Damage(SUMS, "lines of digest and path", str(error))]


def _files(path: Path) -> list[str]:
    return sorted(one.relative_to(path).as_posix() for one in path.rglob("*") if one.is_file() or one.is_symlink())


def _seal(text: str) -> Iterator[Damage]:
    wanted, found = SEAL.search(sealed(text)), SEAL.findall(text)
    if wanted is None or len(found) != 1:
        yield Damage(DESCRIPTOR, "one seal", f"{len(found)} seals")
    elif found[0] != wanted[0]:
        yield Damage(DESCRIPTOR, wanted[0], found[0])


def _digest(path: Path) -> str:
    """Digest of a file; a link is none, whatever it leads to."""
    return f"a link to {path.readlink().as_posix()}" if path.is_symlink() else sha256(path)


def _file(
    path: Path,
    name: str,
    actual: str | None,
    sums: Mapping[str, str] | None,
    resources: Mapping[str, Mapping[str, Any]],
) -> Iterator[Damage]:
    """Judge one file by the list (None where it cannot be read) and by the descriptor."""
    listed, resource = (sums or {}).get(name), resources.get(name)
    declared = resource["sha256"] if resource else None
    if listed is None and declared is None:
        # Without the list it cannot be known what belongs to the release.
        if sums is not None or name.endswith(".parquet"):
            yield Damage(name, NOTHING, _what(path, actual))
    elif actual is None:
        yield Damage(name, f"a file of {resource['bytes']} bytes" if resource else "a file", NOTHING)
    elif listed is None and sums is not None:
        yield Damage(SUMS, f"a line for {name}", NOTHING)
    elif actual not in {listed, declared}:
        yield Damage(name, f"sha256 {declared or listed}{_size(resource)}", _what(path, actual))
    elif declared is not None and actual != declared:
        yield Damage(DESCRIPTOR, f"sha256 {actual} for {name}", f"sha256 {declared}")
    elif listed is not None and actual != listed:
        yield Damage(SUMS, f"sha256 {actual} for {name}", f"sha256 {listed}")
    elif resource:
        yield from _rows(path, name, resource)


def _what(path: Path, actual: str | None) -> str:
    return str(actual) if path.is_symlink() else f"sha256 {actual}{_size(path)}"


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
    name: str, resources: Mapping[str, Mapping[str, Any]], facts: Mapping[str, Any], version: str
) -> Iterator[Damage]:
    """Check the digest of the content against the descriptor and the name of the release."""
    files: dict[str, list[FileFacts]] = {}
    for file, one in sorted(resources.items()):
        files.setdefault(one["name"], []).append(FileFacts(file, one["bytes"], one["sha256"], one["rows"]))
    digest = content_digest(files, dict(facts.get("reference") or {}))
    if facts.get("digest") != digest:
        yield Damage(DESCRIPTOR, f"digest {digest} of the content", f"digest {facts.get('digest')}")
    if not name.endswith(f"-{digest[:SHORT]}"):
        yield Damage(".", f"a release whose id ends with -{digest[:SHORT]}", name)
    if version != name:
        yield Damage(DESCRIPTOR, f"version {name}", f"version {version}")
