"""Columns of dumps: which holds the text, and which header lines the others become (`seeds/columns.toml`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from schemas.tables import read_toml


@dataclass(frozen=True, slots=True)
class Names:
    """The table: names of the text column, best first, and label of a header line by name of the column."""

    text: tuple[str, ...]
    labels: Mapping[str, str]


@lru_cache(maxsize=1)
def names() -> Names:
    """Read the table."""
    table = read_toml(files("seeds").joinpath("columns.toml"))
    labels = {folded(name): label for label, found in table["header"].items() for name in found}
    return Names(tuple(folded(name) for name in table["text"]), labels)


def folded(name: str) -> str:
    """Name of a column as it is compared."""
    return "".join(c for c in name.strip("\ufeff").lower() if not c.isspace() and c not in "_-")


def text_column(columns: Iterable[str]) -> str | None:
    """Choose the column that holds the text; None where no name says so."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(folded(column), column)
    return next((by_name[name] for name in names().text if name in by_name), None)


def header_columns(columns: Iterable[str], text: str) -> dict[str, str]:
    """Label of a header line -> column, in the order of the table; of two columns with one label the first counts."""
    found: dict[str, str] = {}
    for column in columns:
        label = names().labels.get(folded(column))
        if label and column != text:
            found.setdefault(label, column)
    order = list(dict.fromkeys(names().labels.values()))
    return {label: found[label] for label in order if label in found}
