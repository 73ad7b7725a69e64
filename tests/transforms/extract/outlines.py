"""Outlines of files, to compare a container with the typed text."""

import re
from collections import Counter
from functools import cache
from typing import Any

import seeds
from transforms.clean import clean
from transforms.extract import extract
from transforms.segment import Rules, load_rules, segment

Heading = tuple[Any, ...]


@cache
def _rules() -> Rules:
    return load_rules(seeds.folder())


def outline_of(data: bytes, name: str) -> list[Heading]:
    """Kind, depth, label, title and path of the sections of a file, without blanks."""
    source = extract(data, source_uri=name)
    cut = segment(source, clean(source), _rules())
    return [
        (s["kind"], s["depth"], _bare(s["label"]), _bare(s["title"]), tuple(map(_bare, s["path"])))
        for s in cut.sections
    ]


def alike(one: list[Heading], other: list[Heading]) -> int:
    """Sections that both hold."""
    return (Counter(one) & Counter(other)).total()


def _bare(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")
