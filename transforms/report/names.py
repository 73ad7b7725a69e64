"""What things are called on the pages, in Chinese and English."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from schemas.tables import read_toml
from schemas.vocabularies import AXES, CODEBOOK

Pair = tuple[str, str]
"""Chinese, English."""


@cache
def words() -> Mapping[str, Mapping[str, Pair]]:
    """Words of the pages: group -> key -> both languages."""
    read = read_toml(files("transforms.report").joinpath("words.toml"))
    labels = {axis: {label.code: (label.zh, label.en) for label in CODEBOOK if label.axis == axis} for axis in AXES}
    return {group: {key: (zh, en) for key, (zh, en) in table.items()} for group, table in read.items()} | labels


def name(group: str, key: str | None) -> str:
    """Give the Chinese name, with which pages are written; what has none is called by its code."""
    pair = words()[group].get(key or "")
    return pair[0] if pair else key or ""


def known(group: str, key: str | None) -> bool:
    """Whether there is a name for a code."""
    return key in words()[group]


def for_scripts() -> dict[str, Any]:
    """All words, for the switch of the language."""
    return {group: {key: list(pair) for key, pair in table.items()} for group, table in words().items()}
