"""`gangmu export`: a release in another form.

What is written appears by one rename, beside which it was drafted. What is there already is replaced only where it is an export
of ours (`MARKER` in a folder, a mark inside a file), or with `--force`; for a moment between two renames nothing is there then. What a killed
export leaves are hidden drafts beside the target (`.NAME.…`), which may be deleted.
"""

import json
import secrets
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from flows import checking, export_files
from flows.errors import RefusedError, UsageError
from flows.swapping import put, remove
from transforms.export.database import APPLICATION
from transforms.publish import Release, differences
from transforms.publish.files import sync, sync_tree, to_json, write_text

MARKER = "gangmu-export.json"
"""Says of a folder that it is an export: of which release, in which form."""


def export(
    form: str,
    name: str | None,
    *,
    output: str | Path,
    to: str | None = None,
    force: bool = False,
    bom: bool = False,
) -> dict[str, Any]:
    """Write a release in another form.

    Args:
        form: Name of the form, of `export_files.formats`.
        name: Release, as `checking.find_key` takes it.
        output: Folder or address of the releases.
        to: Where to write; `gangmu-RELEASE-FORM` in the current folder where it is not said.
        force: Replace whatever is there.
        bom: Begin CSV files with a byte order mark, by which Excel knows UTF-8.

    Returns:
        `release`, `format`, `path`, `rows` by dataset, `remarks`.

    Raises:
        UsageError: There is no such release, or the place cannot be written to.
        RefusedError: The release is damaged.

    """
    if bom and form != "csv":
        raise UsageError(f"--bom: is for csv alone, {form} needs none.")
    chosen = export_files.formats(bom=bom)[form]
    release = checking.locate(name, output=output)
    target = Path(to or f"gangmu-{release.id}{chosen.suffix or f'-{form}'}").expanduser().absolute()
    _may_write(target, release, chosen, force=force)
    if damage := differences(release):
        raise RefusedError(f"Release {release.id} is damaged and was not exported.", reasons=tuple(damage))
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            written = chosen.write(release, draft)
            _finish(draft, {"format": form, "release": release.id, "digest": release.digest, "rows": written.rows})
            put(draft, target)
        except OSError as error:
            raise UsageError(f"{target}: cannot be written ({error}). Give another place with --to.") from error
    finally:
        remove(draft)
    return {
        "release": release.id,
        "format": form,
        "path": str(target),
        "rows": written.rows,
        "remarks": list(written.remarks),
    }


def _may_write(target: Path, release: Release, chosen: export_files.Format, *, force: bool) -> None:
    """Refuse to replace what is not ours, and what must not go whoever asks."""
    home, here = release.path.resolve(), Path.cwd()
    real = target.resolve()
    if real in {home, here} or home.is_relative_to(real) or here.is_relative_to(real) or real.is_relative_to(home):
        raise UsageError(f"{target}: holds the release or the current folder, or lies in them. Give another place.")
    if not target.exists() and not target.is_symlink():
        return
    if not force and not _is_ours(target, chosen):
        raise UsageError(f"{target}: is there already and is no export of this form. Give another place, or --force.")


def _is_ours(target: Path, chosen: export_files.Format) -> bool:
    if target.is_symlink():
        return False
    try:
        if chosen.suffix == ".xlsx":
            with zipfile.ZipFile(target) as book:
                return b'name="gangmu-release"' in book.read("docProps/custom.xml")
        if chosen.suffix == ".sqlite":
            with closing(sqlite3.connect(f"{target.as_uri()}?mode=ro", uri=True)) as base:
                return bool(base.execute("PRAGMA application_id").fetchone()[0] == APPLICATION)
        note = json.loads((target / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, sqlite3.Error):
        return False
    return isinstance(note, Mapping) and {"format", "release", "digest"} <= note.keys()


def _finish(draft: Path, note: Mapping[str, Any]) -> None:
    if draft.is_dir():
        write_text(draft / MARKER, to_json(note))
        sync_tree(draft)
    else:
        sync(draft)
