"""Documents revised by construction, so that it is known what became of every clause."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from transforms.segment.rows import digest

Row = dict[str, Any]
SHARES = {"keep": 0.60, "reword": 0.18, "remove": 0.06, "add": 0.06, "move": 0.04, "split": 0.03, "merge": 0.03}
"""What becomes of a clause, and how often."""
LEAST = 12
"""Shorter clauses are kept or removed: nothing of them is left when they are reworded."""
RETOLD = (0.1, 0.6)
"""Share of the characters of a reworded clause that are others, from and to."""


@dataclass(slots=True)
class Truth:
    """What was done: clause ids of the older and the newer side.

    Attributes:
        reworded: (old, new) -> share of the characters that were changed.
        moved: Ids of clauses that stand elsewhere.
        split: old -> its parts.
        merged: (one, other) -> what they became.
        removed: Ids that are gone.
        added: Ids that are new.

    """

    reworded: dict[tuple[str, str], float] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
    split: dict[str, tuple[str, ...]] = field(default_factory=dict)
    merged: dict[tuple[str, ...], str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)


def revise(clauses: Sequence[Row], *, strange: Sequence[str], dice: random.Random) -> tuple[list[Row], Truth]:
    """Revise the clauses of one document, in reading order.

    Args:
        clauses: Rows of clauses; needed are clause_id, document_id, section_id, ordinal and text.
        strange: Sentences of other documents: what is added, and words for what is reworded.
        dice: Decides.

    Returns:
        The rows of the revised document with ids of their own, and what was done.

    """
    made: list[tuple[Row, str, Any]] = []
    away: list[tuple[Row, str, Any]] = []
    at = 0
    while at < len(clauses):
        row = clauses[at]
        text = row["text"]
        act = dice.choices(list(SHARES), list(SHARES.values()))[0]
        long = len(text) >= LEAST
        following = clauses[at + 1] if at + 1 < len(clauses) else None
        at += 1
        if act == "reword" and long:
            share = dice.uniform(*RETOLD)
            made.append(({**row, "text": retold(text, share, strange, dice)}, act, (row["clause_id"], share)))
        elif act == "remove":
            made.append((row, act, row["clause_id"]))
        elif act == "add":
            made += [(row, "keep", None), ({**row, "text": dice.choice(strange)}, act, None)]
        elif act == "move":
            away.append((row, act, None))
        elif act == "split" and (parts := halves(text)):
            made += [({**row, "text": part}, act, row["clause_id"]) for part in parts]
        elif act == "merge" and long and following and len(following["text"]) >= LEAST:
            joined = text.rstrip("。；;，") + "，" + following["text"]
            made.append(({**row, "text": joined}, act, (row["clause_id"], following["clause_id"])))
            at += 1
        else:
            made.append((row, "keep", None))
    for one in away:
        made.insert(dice.randrange(len(made) + 1), one)
    return _numbered(made)


def retold(text: str, share: float, strange: Sequence[str], dice: random.Random) -> str:
    """Replace a share of the characters, in stretches of one to four, by words of other texts."""
    characters: list[str | None] = list(text)
    left = max(1, round(share * len(text)))
    while left > 0:
        size = min(left, dice.randint(1, 4))
        start = dice.randrange(max(1, len(text) - size))
        if None in characters[start : start + size]:
            size = 1
            start = dice.choice([at for at, kept in enumerate(characters) if kept is not None])
        characters[start : start + size] = [None] * size
        left -= size
    parts: list[str] = []
    for at, kept in enumerate(characters):
        if kept is not None:
            parts.append(kept)
        elif at == 0 or characters[at - 1] is not None:
            other = dice.choice(strange)
            begin = dice.randrange(max(1, len(other) - 4))
            run = next((i for i in range(at, len(characters)) if characters[i] is not None), len(characters)) - at
            parts.append(other[begin : begin + max(0, run + dice.randint(-1, 1))])
    return "".join(parts)


def halves(text: str) -> tuple[str, str] | None:
    """Divide a sentence at the inner comma next to its middle, into two of ten characters or more."""
    cuts = [at for at, c in enumerate(text) if c in "，；" and at >= LEAST - 3 and len(text) - at > LEAST - 2]
    if not cuts:
        return None
    cut = min(cuts, key=lambda at: abs(at - len(text) // 2))
    return text[:cut] + "。", text[cut + 1 :]


def _numbered(made: Sequence[tuple[Row, str, Any]]) -> tuple[list[Row], Truth]:
    rows: list[Row] = []
    truth = Truth()
    times: Counter[str] = Counter()
    parts: dict[Any, list[str]] = {}
    for row, act, facts in made:
        if act == "remove":
            truth.removed.add(facts)
            continue
        key = "".join(row["text"].split())
        times[key] += 1
        new = digest(row["document_id"], key, str(times[key]))
        # A clause that is moved among the others belongs to the section that it comes into.
        section = rows[-1]["section_id"] if act == "move" and rows else row["section_id"]
        rows.append({**row, "clause_id": new, "ordinal": len(rows), "section_id": section})
        if act == "reword":
            truth.reworded[facts[0], new] = facts[1]
        elif act == "move":
            truth.moved.add(new)
        elif act == "add":
            truth.added.add(new)
        elif act in {"split", "merge"}:
            parts.setdefault((act, facts), []).append(new)
    for (act, facts), news in parts.items():
        if act == "split":
            truth.split[facts] = tuple(news)
        else:
            truth.merged[facts] = news[0]
    return rows, truth


def scores(found: Mapping[str, int]) -> tuple[float, float]:
    """Precision and recall of counts `true` (said and so), `said` and `so`."""
    return found["true"] / (found["said"] or 1), found["true"] / (found["so"] or 1)
