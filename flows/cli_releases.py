"""Words of the commands about releases: diff, verify, rollback, prune, pin, unpin."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.errors import Exit
from flows.hiding import without_pandas

Add = Callable[[str, str, str], argparse.ArgumentParser]
"""(name, what it does, examples) -> the command's parser."""

LEVELS = ("documents", "sections", "clauses")
DIFF_EXAMPLES = """\
what is told:
  documents  added, removed, changed (which fields, from what to what; a renamed source is changed)
  sections   added, removed, moved, retitled, renumbered
  clauses    added, removed, moved, reworded (similarity 0 to 1, with marks inside the sentence), split, merged,
             relabelled (axis, from, to; for the modality whether it binds more or less)
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
  gangmu diff A B --json | jq '.clauses[] | select(.changes[] == "reworded")'

"""


def add(command: Add, output: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the commands."""
    diff = command("diff", "tell what changed between two releases or two documents", DIFF_EXAMPLES)
    diff.add_argument("before", metavar="A", help="release (id, beginning or end of one, latest, folder) or document")
    diff.add_argument("after", metavar="B", help="the same")
    for level in LEVELS:
        diff.add_argument(
            f"--{level}", action="store_true", help=f"only {level}; may be combined (default: all levels)"
        )
    output(diff)
    diff.add_argument("--json", action="store_true", help="print everything as JSON")
    diff.set_defaults(command=_diff)


def _diff(options: argparse.Namespace) -> int:
    with without_pandas():
        from flows import comparing, differing, paint  # noqa: PLC0415

        found = comparing.difference(options.before, options.after, output=Path(options.output))
    levels = [level for level in LEVELS if getattr(options, level)] or list(LEVELS)
    if options.json:
        _print_json(found.as_dict(levels))
    else:
        for one in differing.text(found, levels=levels, paint=paint.for_output()):
            print(one)
    return Exit.FINE


def _print_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
