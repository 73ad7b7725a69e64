"""Writing a release."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.descriptor import FileFacts, descriptor
from schemas.dictionary import as_markdown
from transforms.publish import pages
from transforms.publish.files import NO_SEAL, sealed, sync_tree, to_json, write_sums, write_text
from transforms.publish.parquet import file_facts, part_name, write_parts
from transforms.publish.storage import DESCRIPTOR, Storage, storage
from transforms.publish.store import CONTENT, POINTER, RELEASES, Release, find, read_each

DICTIONARY = "DATA-DICTIONARY.md"
"""Explains every column and code, in every release; no part of its identity."""
SHORT = 8
"""Hex digits of the digest in the name of a release."""
TRIES = 20
"""Times that the pointer is swapped anew when another run was faster."""

Content = Mapping[str, pa.Table | Sequence[tuple[Path, int]]]
"""Datasets by name: a table, or the Parquet files that hold it already, each with its rows."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    Attributes:
        release: Id of the release that is current now.
        address: Its folder or the prefix of its objects.
        digest: Full digest of the content.
        new: False when a release with this content was there already.

    """

    release: str
    address: str
    digest: str
    new: bool

    @property
    def path(self) -> Path:
        """Its folder, where the output is one."""
        return Path(self.address)


def write_release(
    content: Content,
    *,
    output: str | Path | Storage,
    run: str,
    day: date,
    reference: Mapping[str, str],
    validation: Mapping[str, Any],
    facts: Mapping[str, Any],
    findings: Mapping[str, int],
    formats: Sequence[Mapping[str, Any]],
    work: Path | None = None,
) -> Published:
    """Publish the datasets of a run and make them current.

    Args:
        content: The three datasets and `quarantine`.
        output: Folder or address that holds the releases.
        run: Id of the run; names the staging folder.
        day: Date in the name of the release.
        reference: Versions of the reference tables, by name; part of the identity.
        validation: Report of the validation, as JSON values.
        facts: Facts of the run for the descriptor; no part of the identity.
        findings: What `pages.findings` counts in the documents, for the README.
        formats: What `pages.formats` counts in them.
        work: Folder on this machine for what is not finished; `output` itself where it is one.

    Raises:
        FileExistsError: Another content has the same name: two digests of a day begin alike.

    """
    place = storage(output)
    staging = (work or Path(place.address)) / ".staging" / run / "release"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    files = {dataset.name: _place(dataset.name, content[dataset.name], staging) for dataset in CONTENT}
    digest = content_digest(files, reference)
    # What is removed at this moment is published anew.
    with suppress(FileNotFoundError):
        if existing := find(place, digest):
            pointed = point(existing, new=False)
            shutil.rmtree(staging)
            return pointed
    name = f"{day:%Y.%m.%d}-{digest[:SHORT]}"
    all_facts = {"release": name, "digest": digest, "reference": dict(reference), **facts, "seal": NO_SEAL}
    package = descriptor(
        version=name,
        files={dataset.name: (dataset, files[dataset.name]) for dataset in CONTENT},
        facts=all_facts,
    )
    write_text(staging / DESCRIPTOR, sealed(to_json(package)))
    write_text(staging / DICTIONARY, as_markdown(CONTENT))
    write_text(staging / "quality" / "validation.json", to_json(validation))
    write_text(staging / "quality" / "index.html", pages.quality(name, validation))
    quarantined = pa.concat_tables(read_each(staging, "quarantine"))
    page = pages.readme(name, package, findings=findings, formats=formats, quarantine=quarantined)
    write_text(staging / "README.md", page)
    write_sums(staging, {part.path: part.sha256 for parts in files.values() for part in parts}, without=DESCRIPTOR)
    sync_tree(staging)
    key = f"{RELEASES}/{name}"
    try:
        place.adopt(staging, key)
    except FileExistsError:
        # A run at the same time was faster with the same content; anything else is an error.
        existing = find(place, digest)
        if existing is None:
            raise
        return point(existing, new=False)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    try:
        return point(Release(name, place, key, package), new=True)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}: removed before it became current. Run again; the work is kept.") from error


def content_digest(files: Mapping[str, Sequence[FileFacts]], reference: Mapping[str, str]) -> str:
    """Digest of the Parquet files and the versions of the reference tables, as lines `name value`."""
    lines = [f"{name} {part.sha256}" for name, parts in sorted(files.items()) for part in parts]
    lines += [f"reference/{name} {version}" for name, version in sorted(reference.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _place(name: str, given: pa.Table | Sequence[tuple[Path, int]], staging: Path) -> list[FileFacts]:
    """Put the parts of a dataset where they belong in the release."""
    if isinstance(given, pa.Table):
        dataset = next(dataset for dataset in CONTENT if dataset.name == name)
        return write_parts(dataset, given, folder=staging)
    (staging / name).mkdir()
    facts = []
    for number, (path, rows) in enumerate(given):
        # A copy: a link would let damage to a release reach what it was made from.
        copied = Path(shutil.copyfile(path, staging / name / part_name(number)))
        facts.append(file_facts(copied, base=staging, rows=rows))
    return facts


def point(release: Release, *, new: bool) -> Published:
    """Make a release current: latest.json first, it alone counts.

    Raises:
        FileNotFoundError: It was removed meanwhile; the pointer stays as it is.

    """
    place = release.storage
    descriptor_sha256 = hashlib.sha256(place.read(f"{release.key}/{DESCRIPTOR}")).hexdigest()
    pointer = {"release": release.id, "path": release.key, "datapackage_sha256": descriptor_sha256}
    text = to_json(pointer).encode()
    for _ in range(TRIES):
        seen = place.read(POINTER) if place.exists(POINTER) else None
        if seen == text or place.swap(POINTER, text, seen=seen, needs=f"{release.key}/{DESCRIPTOR}"):
            break
    else:
        raise OSError(f"{place.address}/{POINTER}: other runs were faster {TRIES} times. Run again when they are done.")
    place.link("latest", release.key)
    return Published(release.id, release.address, release.digest, new=new)
