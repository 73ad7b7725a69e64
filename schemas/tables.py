"""Tables of `seeds/` as experts edit them: read, or refused with a message that names file and line."""

import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any


class TableError(ValueError):
    """A table cannot be used; the message names the file, the place and what to do."""


def read_toml(path: Path | Traversable) -> dict[str, Any]:
    """Read a table.

    Raises:
        TableError: It is no TOML in UTF-8.

    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}: cannot be read: {error}. Mend it, or take the shipped one again.") from error
