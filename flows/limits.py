"""How much may be set aside before a run is refused."""

import re
from dataclasses import dataclass

from flows.errors import UsageError

PATTERN = r"^\s*\d+(\.\d+)?\s*%?\s*$"
"""What a limit looks like, for us and for the schemas of deployments."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The most sources that may be set aside: a share of all, or a number."""

    value: float
    is_share: bool

    def allows(self, count: int, *, total: int) -> bool:
        """Whether `count` of `total` sources may be set aside."""
        return count <= (self.value * total if self.is_share else self.value)

    def __str__(self) -> str:
        return f"{self.value * 100:g}%" if self.is_share else f"{self.value:g}"


def parse_limit(text: str) -> Limit:
    """Read `1%` or `3`.

    Raises:
        UsageError: It is neither.

    """
    is_share = text.strip().endswith("%")
    value = float(text.strip().rstrip("%")) / (100 if is_share else 1) if re.match(PATTERN, text) else -1.0
    if value < 0 or (is_share and value > 1):
        raise UsageError(f"--max-quarantine {text}: give a share of the sources such as 1%, or a number such as 3.")
    return Limit(value, is_share)
