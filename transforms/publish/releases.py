"""Writing a release."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.descriptor import FileFacts, descriptor
from transforms.publish import pages
from transforms.publish.files import sha256, swap_text, sync, sync_tree, to_json, write_sums, write_text
from transforms.publish.parquet import write_dataset
from transforms.publish.store import CONTENT, DESCRIPTOR, Release, find

SHORT = 8
"""Hex digits of the digest in the name of a release."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    Attributes:
        release: Id of the release that is current now.
        path: Its folder.
        digest: Full digest of the content.
        new: False when a release with this content was there already.

    """

    release: str
    path: Path
    digest: str
    new: bool


def write_release(
    tables: Mapping[str, pa.Table],
    *,
    output: Path,
    run: str,
    day: date,
    reference: Mapping[str, str],
    validation: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> Published:
    """Publish the tables of a run and make them current.

    Args:
        tables: The three datasets and `quarantine`, by name.
        output: Folder that holds the releases.
        run: Id of the run; names the staging folder.
        day: Date in the name of the release.
        reference: Versions of the reference tables, by name; part of the identity.
        validation: Report of the validation, as JSON values.
        facts: Facts of the run for the descriptor; no part of the identity.

    Raises:
        FileExistsError: Another content has the same name: two digests of a day begin alike.

    """
    staging = output / ".staging" / run / "release"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    files = {dataset.name: write_dataset(dataset, tables[dataset.name], folder=staging) for dataset in CONTENT}
    digest = content_digest(files, reference)
    if existing := find(output, digest):
        shutil.rmtree(staging)
        point(output, existing, run=run)
        return Published(existing.id, existing.path, digest, new=False)
    name = f"{day:%Y.%m.%d}-{digest[:SHORT]}"
    all_facts = {"release": name, "digest": digest, "reference": dict(reference), **facts}
    package = descriptor(
        version=name,
        files={dataset.name: (dataset, files[dataset.name]) for dataset in CONTENT},
        facts=all_facts,
    )
    write_text(staging / DESCRIPTOR, to_json(package))
    write_text(staging / "quality" / "validation.json", to_json(validation))
    write_text(staging / "quality" / "index.html", pages.quality(name, validation))
    write_text(staging / "README.md", pages.readme(name, package, tables))
    write_sums(staging)
    sync_tree(staging)
    path = output / "releases" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        staging.rename(path)
    except OSError as error:
        # A run at the same time was faster with the same content; anything else is an error.
        existing = find(output, digest)
        if existing is None:
            raise FileExistsError(f"{path} cannot be created: {error}") from error
        shutil.rmtree(staging, ignore_errors=True)
        point(output, existing, run=run)
        return Published(existing.id, existing.path, digest, new=False)
    sync(path.parent)
    point(output, Release(name, path, package), run=run)
    return Published(name, path, digest, new=True)


def content_digest(files: Mapping[str, FileFacts], reference: Mapping[str, str]) -> str:
    """Digest of the Parquet files and the versions of the reference tables, as lines `name value`."""
    lines = [f"{name} {file.sha256}" for name, file in sorted(files.items())]
    lines += [f"reference/{name} {version}" for name, version in sorted(reference.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def point(output: Path, release: Release, *, run: str) -> None:
    """Make a release current: latest.json first, it alone counts."""
    path = f"releases/{release.id}"
    pointer = {
        "release": release.id,
        "path": path,
        "datapackage_sha256": sha256(output / path / DESCRIPTOR),
    }
    swap_text(output / "latest.json", to_json(pointer), token=run)
    link = output / "latest"
    if link.exists() and not link.is_symlink():
        # Somebody's own file or folder: not ours to replace.
        return
    draft = output / f".latest.{run}"
    try:
        draft.unlink(missing_ok=True)
        draft.symlink_to(path, target_is_directory=True)
        draft.replace(link)
    except OSError:
        # Where links do not exist, latest.json is enough.
        draft.unlink(missing_ok=True)
