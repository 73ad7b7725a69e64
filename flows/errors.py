"""Ends of a run that are foreseen. Each has its exit code."""

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes of the command."""

    FINE = 0
    UNEXPECTED = 1
    USAGE = 2
    REFUSED = 3


class UsageError(Exception):
    """What was asked for cannot be done: a path that does not exist, nothing to read, a wrong value."""


class RefusedError(Exception):
    """The data are not fit to be published.

    Attributes:
        reasons: One line for each, naming rows.
        details: For the run's report.

    """

    def __init__(self, message: str, *, reasons: tuple[str, ...] = (), details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.reasons = reasons
        self.details = details or {}
