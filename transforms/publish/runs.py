"""The report of a run, kept whatever its end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transforms.publish.files import swap_text, to_json


def write_report(report: Mapping[str, Any], *, output: Path, run: str) -> Path:
    """Write runs/<run>/report.json; a later report of the same run replaces it."""
    path = output / "runs" / run / "report.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    swap_text(path, to_json(report), token="draft")  # noqa: S106 - the name of a draft
    return path
