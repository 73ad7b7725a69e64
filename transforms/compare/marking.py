"""What was inserted and deleted inside a reworded clause."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from rapidfuzz.distance import Indel

SHORTEST = 2
"""Shorter stretches that both texts share between two changes are chance: they would cut the marking into confetti."""

TOKEN = re.compile(r"[0-9A-Za-z]+|.", re.DOTALL)
"""What is marked as a whole: 2026 has become 2028, not its last digit."""

Span = dict[str, Any]


def spans(before: str, after: str) -> list[Span]:
    """Stretches that were kept, deleted, inserted or replaced: `op`, `from` and `to` as (start, end) in the two texts.

    Over all spans the stretches of either text follow each other without hole or overlap.
    """
    olds, news = TOKEN.findall(before), TOKEN.findall(after)
    steps: list[tuple[bool, int, int]] = []
    for step in Indel.opcodes(olds, news):
        kept = step.tag == "equal"
        gone, come = (
            len("".join(olds[step.src_start : step.src_end])),
            len("".join(news[step.dest_start : step.dest_end])),
        )
        inner = step.src_start > 0 and step.src_end < len(olds) and step.dest_start > 0 and step.dest_end < len(news)
        if kept and inner and gone < SHORTEST:
            kept = False
        if steps and steps[-1][0] == kept:
            steps[-1] = (kept, steps[-1][1] + gone, steps[-1][2] + come)
        else:
            steps.append((kept, gone, come))
    made, a, b = [], 0, 0
    for kept, gone, come in steps:
        op = "equal" if kept else "replace" if gone and come else "delete" if gone else "insert"
        made.append({"op": op, "from": [a, a + gone], "to": [b, b + come]})
        a, b = a + gone, b + come
    return made


def marked(
    before: str,
    after: str,
    marks: Iterable[Span],
    *,
    kept: Callable[[str], str] = str,
    gone: Callable[[str], str] = lambda text: f"[-{text}-]",
    come: Callable[[str], str] = lambda text: f"{{+{text}+}}",
) -> str:
    """Both texts in one: `各县[-应当-]{+必须+}加强领导`, in the manner of `git diff --word-diff`."""
    parts = []
    for span in marks:
        old, new = before[slice(*span["from"])], after[slice(*span["to"])]
        if span["op"] == "equal":
            parts.append(kept(new))
        else:
            parts.append((gone(old) if old else "") + (come(new) if new else ""))
    return "".join(parts)
