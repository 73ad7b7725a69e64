"""Commands that are at once do without pandas."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _NoPandas:
    """Finds no pandas. None in sys.modules would not do: compiled imports take it for the module."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not needed here", name=name)


@contextmanager
def without_pandas() -> Iterator[None]:
    """Hide pandas: pyarrow imports it when it first makes an array, which is a third of the time that `show` takes."""
    finder: Any = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
