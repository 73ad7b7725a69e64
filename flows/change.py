"""The former release beside the new one: what it measured, what was accepted, what comes of it.

Paths in and out as elsewhere: `prepare` notes in the folder of the run what the former release said of itself
(quality/validation.json), the validator reads it there.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import seeds
from flows.errors import UsageError
from flows.sealed import read_sealed, write_sealed
from transforms.publish import Storage, current
from transforms.publish.store import RELEASES

NOTE = "former.json"
NONE = "there is no former release"


@cache
def rules() -> Any:  # noqa: ANN401 - belongs to validate
    """Rules of the table."""
    from transforms.validate.change import load_rules  # noqa: PLC0415 - imports polars

    return load_rules(seeds.folder() / "quality" / "changes.csv")


def check_accepted(names: Sequence[str]) -> None:
    """Refuse names that no rule has.

    Raises:
        UsageError: There is one.

    """
    known = [rule.name for rule in rules()] if names else []
    for name in names:
        if name not in known:
            raise UsageError(
                f"--accept {name}: there is no such rule. seeds/quality/changes.csv has {', '.join(known)}."
            )


def prepare(folder: Path, output: Storage, accepted: Sequence[str]) -> None:
    """Note what the current release measured, or why that is not known."""
    former: str | None = None
    measures: dict[str, tuple[int, int]] | None = None
    why = NONE
    try:
        former = current(output)
        if former is not None:
            report = json.loads(output.read(f"{RELEASES}/{former}/quality/validation.json"))
            measures = {name: (int(count), int(of)) for name, (count, of) in report["measures"].items()}
            why = ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"the measures of the former release cannot be read ({type(error).__name__}: {error})"
    note = {"former": former, "measures": measures, "why": why, "accepted": sorted(set(accepted))}
    write_sealed(folder / NOTE, note)


def noted(folder: Path) -> dict[str, Any]:
    """Read the note."""
    return read_sealed(folder / NOTE) or {"former": None, "measures": None, "why": NONE, "accepted": []}


def compared(note: dict[str, Any], now: dict[str, tuple[int, int]]) -> Any:  # noqa: ANN401 - belongs to validate
    """Make the change that is judged; None where there is nothing to compare with."""
    from transforms.validate.change import change  # noqa: PLC0415

    if note["measures"] is None:
        return None
    before = {name: (count, of) for name, (count, of) in note["measures"].items()}
    return change(rules(), before, now, accepted=note["accepted"])


def told(note: dict[str, Any], judged: Any) -> dict[str, Any]:  # noqa: ANN401 - what `compared` gave
    """Say what was judged: former release, rules, rules for which the corpora are too small, what was accepted."""
    small = [] if judged is None else [name for name, frame in judged.frames.items() if not frame.height]
    return {
        "former": note["former"],
        "not_judged": note["why"] or None,
        "rules": 0 if judged is None else len(judged.frames) - len(small),
        "too_small": small,
        "accepted": note["accepted"],
    }
