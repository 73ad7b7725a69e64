"""The flow that looks whether releases are as they were published; `gangmu verify` does the same on the terminal."""

from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact

from flows import notices, versions
from flows.parameters import Output


@flow(
    name="verify",
    description="Every hash and row count of all releases, and the pointer to the latest.",
    persist_result=False,
    **notices.HOOKS,
)
def verify(output: Output = "output") -> dict[str, Any]:
    """Check all releases of an output.

    Raises:
        UsageError: There is no release.
        RefusedError: Something is damaged.

    """
    result = versions.verify(None, output=output, everything=True)
    table = [{"release": row["release"], "whole": row["success"], "path": row["path"]} for row in result["releases"]]
    create_table_artifact(table, key="gangmu-releases", description="Releases, and whether they are whole.")
    versions.check_whole(result)
    return result
