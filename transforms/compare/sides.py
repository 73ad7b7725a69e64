"""One side of a comparison: datasets that are read column by column."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

Reader = Callable[[str, Sequence[str], tuple[str, Sequence[str]] | None], pa.Table]
"""(dataset, columns, (key column, keys) or None for all rows) -> table."""


@dataclass(frozen=True, slots=True)
class Side:
    """A release or a document, named for people."""

    name: str
    read: Reader

    def frame(
        self, dataset: str, columns: Sequence[str], *, only: tuple[str, Sequence[str]] | None = None
    ) -> pl.DataFrame:
        """Columns of a dataset; `only` names a key column and the keys that are wanted.

        Raises:
            KeyError: The dataset has no such column.

        """
        frame = pl.from_arrow(self.read(dataset, columns, only))
        if not isinstance(frame, pl.DataFrame):
            raise TypeError(f"{dataset} is not a table")
        return frame.select(columns)
