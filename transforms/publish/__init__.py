"""publish: a release appears whole or not at all, and never changes.

    releases/2026.11.22-3f9c2a1b/    created by one rename of a finished, fsynced folder; never written again
    latest.json                      the only authority on what is current; swapped last, by one os.replace
    latest -> releases/...           a courtesy to people; may lag or be missing
    pins.json                        releases that are cited, and why: pruning leaves them
    runs/<run>/report.json           written for every run, failed ones too
    .staging/<run>/                  what a run has not finished; safe to delete when no run is going

On an object store (`objects`) the same names are objects: a release is there when its descriptor is, which is put last and
only if there is none; `latest.json` is put only over the version that was read. `storage` has the few verbs of both.

The suffix of a release is the digest of its *content*: the bytes of the Parquet files (three datasets and the
quarantine list) and the versions of the reference tables. Parquet is written so that equal tables give equal bytes: rows sorted,
chunks combined, no clock. The date is for people and plays no part; it comes in as an argument, for there is no
clock here. Content that is already released is not released again: `latest` is pointed at it and the result says so.

What a release is made of can be checked for ever (`verify`): SHA256SUMS names every file but the descriptor, the descriptor
carries a seal, the name of the release the digest of the content. What is removed (`keeping`) leaves releases/ by one rename.

A crash before the rename leaves a staging folder and nothing else; between the rename and the swap, a whole release that
is not current yet, which the next run finds by its digest. Two runs at once stage in folders of their own; of two equal
ones the second finds the first.
"""

from transforms.publish.copies import COLUMNS as COPY_COLUMNS
from transforms.publish.copies import mark_copies
from transforms.publish.pages import findings, formats
from transforms.publish.releases import Published, point, write_release
from transforms.publish.runs import write_report
from transforms.publish.sketches import TEXTS, among, sketch
from transforms.publish.storage import Folder, Storage, is_remote, storage
from transforms.publish.store import Release, current, find, listing, read_columns, read_each, read_parts, read_tables
from transforms.publish.verify import differences

__all__ = [
    "COPY_COLUMNS",
    "TEXTS",
    "Folder",
    "Published",
    "Release",
    "Storage",
    "among",
    "current",
    "differences",
    "find",
    "findings",
    "formats",
    "is_remote",
    "listing",
    "mark_copies",
    "point",
    "read_columns",
    "read_each",
    "read_parts",
    "read_tables",
    "sketch",
    "storage",
    "write_release",
    "write_report",
]
