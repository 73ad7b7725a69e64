"""What a validation says."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

CRITICAL = "critical"
WARNING = "warning"
EXAMPLES = 5
LONGEST = 80
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Rows that break a promise.

    Attributes:
        count: How many.
        examples: Some of them, as plain values: key columns and the values that matter.

    """

    count: int = 0
    examples: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Breach":
        """Count the rows and keep the first."""
        return cls(rows.height, tuple(_plain(row) for row in rows.head(EXAMPLES).to_dicts()))

    @classmethod
    def total(cls, breaches: Iterable["Breach"]) -> "Breach":
        """Add up what was found in several places."""
        found = list(breaches)
        examples = [row for breach in found for row in breach.examples]
        return cls(sum(breach.count for breach in found), tuple(examples[:EXAMPLES]))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of one expectation.

    Attributes:
        name: Stable name of the check, dataset first.
        frame: Frame that it looked at.
        type: Expectation of Great Expectations.
        severity: `critical` or `warning`.
        description: What is promised, in one sentence.
        success: Whether the promise holds.
        rows: Rows looked at, where that is known.
        failures: Rows that break it.
        examples: Some of them: key columns and the values that matter.
        error: Why the check could not be computed, else None.

    """

    name: str
    frame: str
    type: str
    severity: str
    description: str
    success: bool
    rows: int | None = None
    failures: int = 0
    examples: tuple[Mapping[str, Any], ...] = ()
    error: str | None = None

    def sentence(self) -> str:
        """One line for a person: name, promise, how many rows break it and which."""
        if self.error:
            return f"{self.name}: {self.description} The check could not be computed: {self.error}"
        shown = "; ".join(", ".join(f"{key}={value!r}" for key, value in row.items()) for row in self.examples[:3])
        some = "row breaks" if self.failures == 1 else "rows break"
        return f"{self.name}: {self.description} {self.failures} {some} it{': ' + shown if shown else ''}"


@dataclass(frozen=True, slots=True)
class Report:
    """Result of a validation.

    Attributes:
        outcomes: Result of every expectation.
        rows: Rows of every dataset.

    """

    outcomes: tuple[Outcome, ...]
    rows: Mapping[str, int]

    @property
    def ok(self) -> bool:
        """Whether the datasets may be published."""
        return not self.failures

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """Critical checks that failed."""
        return tuple(o for o in self.outcomes if not o.success and o.severity == CRITICAL)

    @property
    def warnings(self) -> tuple[Outcome, ...]:
        """Other checks that failed."""
        return tuple(o for o in self.outcomes if not o.success and o.severity != CRITICAL)

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain JSON values."""
        return {
            "success": self.ok,
            "checks": len(self.outcomes),
            "failures": len(self.failures),
            "warnings": len(self.warnings),
            "rows": dict(self.rows),
            "outcomes": [{**asdict(o), "examples": [dict(row) for row in o.examples]} for o in self.outcomes],
        }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values that JSON knows; long strings are cut."""
    plain: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, str):
            plain[key] = value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
        else:
            known = value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
            plain[key] = value if known else str(value)
    return plain
