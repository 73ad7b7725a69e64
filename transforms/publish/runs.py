"""The report of a run, kept whatever its end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transforms.publish.files import to_json
from transforms.publish.storage import Storage, storage


def write_report(report: Mapping[str, Any], *, output: str | Path | Storage, run: str) -> str:
    """Write runs/<run>/report.json and give its address; a later report of the same run replaces it."""
    place, key = storage(output), f"runs/{run}/report.json"
    place.write(key, to_json(report).encode())
    return f"{place.address}/{key}"
