"""Words of the commands about releases: report, diff, verify, rollback, prune, pin, unpin."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from flows.errors import Exit
from flows.hiding import without_pandas

Add = Callable[[str, str, str], argparse.ArgumentParser]
"""(name, what it does, examples) -> the command's parser."""

REPORT_EXAMPLES = """\
The pages are opened from the disk, without a server; they load nothing from elsewhere. The same release gives the same bytes.

examples:
  gangmu report                              pages of the latest release, in output/reports/<release>/
  gangmu report previous --to /srv/www/plans   into another folder; what `report` wrote there is replaced
  gangmu report --output s3://bucket/plans --to pages/

"""
LEVELS = ("documents", "sections", "clauses")
DIFF_EXAMPLES = """\
what is told:
  documents  added, removed, changed (which fields, from what to what; a renamed source is changed)
  sections   added, removed, moved, retitled, renumbered
  clauses    added, removed, moved, reworded (similarity 0 to 1, with marks inside the sentence), split, merged,
             relabelled (axis, from, to; a modality is strengthened or weakened by the column `binds` of
             seeds/codebook/labels.csv: prohibition and obligation bind most, then directive, encouragement, exploration, permission)
  Clauses of documents that came or went are counted, not listed. Exit code 0 whether or not anything differs.

json: {"from", "to", "counts": {level: {change: number, "unchanged": …}}, and for each level its rows}
  documents  change, from, to (ids), source_uri, title, text_changed, fields [{field, from, to}]
  sections   changes, document, from, to {section, kind, label, title, path, ordinal} or null
  clauses    changes, document, similarity, labels [{axis, from, to, force}], from, to [{clause, section, ordinal, text}],
             marks [{op, from, to}] for reworded ones: equal, delete, insert, replace; [start, end) in the two texts

examples:
  gangmu diff 2026.11.22 2026.11.23-3f9c2a1b     two releases; the beginning or end of an id is enough where it is one's own
  gangmu diff previous latest --clauses          what the last run changed
  gangmu diff plan-2025.txt plan-2026.txt        two documents, at once, without a release
  gangmu diff previous latest --html changes.html    a page that holds all it needs, both sides beside each other
  gangmu diff A B --json | jq '.clauses[] | select(.changes[] == "reworded")'

"""
VERIFY_EXAMPLES = """\
examples:
  gangmu verify                        every file of the latest release, and latest.json
  gangmu verify 2026.11.22-3f9c2a1b    another one; the beginning or end of an id is enough where it is one's own
  gangmu verify --all --json           all of them; {"success", "releases": [{"release", "success", "damage":
                                       [{"file", "expected", "found"}]}], "pointer": [{"file", "expected", "found"}]}

"""
ROLLBACK_EXAMPLES = """\
A release that is damaged does not become current. A later run whose content is known makes that release current again.

examples:
  gangmu rollback                        to the release before the latest
  gangmu rollback 2026.11.22-3f9c2a1b    to another one, forward too

"""
PRUNE_EXAMPLES = """\
The current release, the one before it and pinned ones always stay. Pin what is cited.

examples:
  gangmu prune --keep 3 --dry-run     tell what would go
  gangmu prune --keep 3               leave the newest three and what always stays

"""
PIN_EXAMPLES = """\
examples:
  gangmu pin latest --reason "cited in the annual report"    kept in pins.json
  gangmu unpin 2026.11.22-3f9c2a1b

"""


def add(command: Add, output: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the commands."""
    report = command("report", "write pages of a release, to be read in a browser", REPORT_EXAMPLES)
    report.add_argument("release", nargs="?", metavar="RELEASE", help="id or folder (default: the latest)")
    output(report)
    report.add_argument("--to", metavar="FOLDER", help="folder of the pages (reports/<release> in the output)")
    report.set_defaults(command=_report)

    diff = command("diff", "tell what changed between two releases or two documents", DIFF_EXAMPLES)
    diff.add_argument("before", metavar="A", help="release (id, beginning or end of one, latest, folder) or document")
    diff.add_argument("after", metavar="B", help="the same")
    for level in LEVELS:
        diff.add_argument(
            f"--{level}", action="store_true", help=f"only {level}; may be combined (default: all levels)"
        )
    output(diff)
    shown = diff.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print everything as JSON")
    shown.add_argument("--html", metavar="FILE", help="write a page that shows both sides beside each other")
    diff.set_defaults(command=_diff)

    verify = command("verify", "check every hash and row count of a release", VERIFY_EXAMPLES)
    verify.add_argument("release", nargs="?", metavar="RELEASE", help="id or folder (default: the latest)")
    verify.add_argument("--all", action="store_true", help="all releases of the output folder")
    output(verify)
    verify.add_argument("--json", action="store_true", help="print the results as JSON")
    verify.set_defaults(command=_verify)

    rollback = command("rollback", "make an earlier release the latest", ROLLBACK_EXAMPLES)
    rollback.add_argument("release", nargs="?", metavar="ID", help="release (default: the one before the latest)")
    output(rollback)
    rollback.set_defaults(command=_rollback)

    prune = command("prune", "remove old releases", PRUNE_EXAMPLES)
    prune.add_argument("--keep", type=count, default=10, metavar="N", help="newest releases that stay (10)")
    prune.add_argument("--dry-run", action="store_true", help="tell what would be removed, remove nothing")
    output(prune)
    prune.add_argument("--json", action="store_true", help="print the fate of every release as JSON")
    prune.set_defaults(command=_prune)

    pin = command("pin", "keep a release from being pruned", PIN_EXAMPLES)
    pin.add_argument("release", metavar="ID", help="release")
    pin.add_argument("--reason", default="", help="why: who cites it")
    output(pin)
    pin.set_defaults(command=_pin)
    unpin = command("unpin", "let a release be pruned again", PIN_EXAMPLES)
    unpin.add_argument("release", metavar="ID", help="release")
    output(unpin)
    unpin.set_defaults(command=_unpin)


def _report(options: argparse.Namespace) -> int:
    with without_pandas():
        from flows import reporting  # noqa: PLC0415

        print(reporting.report(options.release, output=options.output, to=options.to))
    return Exit.FINE


def _diff(options: argparse.Namespace) -> int:
    with without_pandas():
        from flows import comparing, differing, paint  # noqa: PLC0415

        if options.html is not None:
            print(comparing.write_page(options.before, options.after, output=options.output, file=options.html))
            return Exit.FINE
        found = comparing.difference(options.before, options.after, output=options.output)
    levels = [level for level in LEVELS if getattr(options, level)] or list(LEVELS)
    if options.json:
        _print_json(found.as_dict(levels))
    else:
        for one in differing.text(found, levels=levels, paint=paint.for_output()):
            print(one)
    return Exit.FINE


def _verify(options: argparse.Namespace) -> int:
    from flows import versions  # noqa: PLC0415

    result = versions.verify(options.release, output=options.output, everything=options.all)
    if options.json:
        _print_json(result)
    versions.check_whole(result)
    if not options.json:
        for row in result["releases"]:
            folder = row["path"].rsplit("/", 1)[-1]
            copy = "" if folder == row["release"] else f"; the folder of this copy is named {folder}"
            print(f"{row['release']}: whole, every file is as it was published{copy}")
    return Exit.FINE


def _rollback(options: argparse.Namespace) -> int:
    from flows import versions  # noqa: PLC0415

    done = versions.rollback(options.release, output=options.output)
    print(f"latest is {done['release']} now (before: {done['before'] or 'none'})")
    return Exit.FINE


def _prune(options: argparse.Namespace) -> int:
    from flows import versions  # noqa: PLC0415

    done = versions.prune(output=options.output, keep=options.keep, dry_run=options.dry_run)
    if options.json:
        _print_json(done)
        return Exit.FINE
    for row in done["releases"]:
        removed = "would go" if done["dry_run"] else "removed"
        print(f"{removed if row['removed'] else 'kept':8} {row['release']}  {row['why']}")
    return Exit.FINE


def _pin(options: argparse.Namespace) -> int:
    from flows import versions  # noqa: PLC0415

    print(f"{versions.pin(options.release, output=options.output, reason=options.reason)} is pinned")
    return Exit.FINE


def _unpin(options: argparse.Namespace) -> int:
    from flows import versions  # noqa: PLC0415

    print(f"{versions.unpin(options.release, output=options.output)} is not pinned any more")
    return Exit.FINE


def count(text: str) -> int:
    """Read a number from 0."""
    if not text.strip().isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: give a number from 0")
    return int(text)


def _print_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
