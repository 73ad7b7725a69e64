"""When `gangmu serve` runs the flows: what the command line offers before anything heavy is imported."""

from dataclasses import dataclass

NIGHTLY = "30 2 * * *"
WEEKLY = "30 5 * * 0"
TIMEZONE = "Asia/Shanghai"
NAME = "gangmu"
PORT = 4200
"""Prefect's own."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the flows run.

    Attributes:
        cron: When the sources are structured.
        verify: When all releases are verified.
        timezone: Zone that both are told in.
        name: Name of the deployments; two outputs on one server need two.

    """

    cron: str = NIGHTLY
    verify: str = WEEKLY
    timezone: str = TIMEZONE
    name: str = NAME
