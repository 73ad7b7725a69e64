"""A migrated database for Prefect servers to start from: `python -m flows.server_home`, run once by `make install`.

A new Prefect home costs eight seconds of migrations. The database is made once beside the installed packages, under the
version of Prefect that made it, and copied into every new home; without it a server migrates as it always does.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

DATABASE = "prefect.db"


def template() -> Path:
    """Return where the migrated database of the installed Prefect is kept."""
    return Path(sys.prefix) / "share" / "gangmu" / f"prefect-{version('prefect')}.db"


def furnish(home: Path) -> None:
    """Give a new home the migrated database, where there is one."""
    database = home / DATABASE
    if not database.exists() and template().exists():
        part = home / f"{DATABASE}.part"
        shutil.copyfile(template(), part)
        part.replace(database)


def main() -> None:
    """Make the migrated database, unless it is there."""
    target = template()
    if target.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
            "PREFECT_HOME": folder,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        # A plain copy could miss what still stands in the write-ahead log.
        source, copy = sqlite3.connect(Path(folder) / DATABASE), sqlite3.connect(part)
        source.backup(copy)
        source.close()
        copy.close()
        part.replace(target)


if __name__ == "__main__":
    main()
