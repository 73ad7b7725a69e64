"""Which reworded clause was which: those without an equal on the other side, aligned by their characters.

The similarity of two texts is 1 - (insertions + deletions) / (length of both), 0 to 1: `rapidfuzz.fuzz.ratio` / 100 over
the texts without white space. Candidates share pairs of characters that are rare among what is left of the document, or
stand near each other in the same gap, which is what lies between the same two unchanged clauses. Pairs are taken best
first. The thresholds are measured (`benchmarks/diff.md`): a gap of both sides is evidence of its own, so that less
likeness is needed there than elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

LIKE = 0.6
"""Least similarity of a clause and what it became."""
LIKE_IN_GAP = 0.35
"""The same where both stand in the same gap."""
GAP_BONUS = 0.1
"""What the same gap adds when candidates are ranked."""
LIKE_JOINED = 0.8
"""Least similarity of a clause and the clauses that it was split into, read as one."""
JOINED_GAIN = 0.05
"""Several clauses must be so much liker than the best of them alone."""
HELD = 0.6
"""Least share of the character pairs of a part that the whole has too."""
MOST_PARTS = 5
MOST_CANDIDATES = 8
COMMON = 50
"""A pair of characters in more clauses than this tells nothing and would make candidates of all."""
NEAR = 3
"""Clauses of a gap that are compared though they share no rare pair: so far from the same place."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A clause without an equal on the other side.

    Attributes:
        row: Its row in the clauses of its side.
        ordinal: Its place in the document.
        gap: The unchanged clause of the *after* side in front of it, as a number; the same on both sides for a gap.
        place: Its place in the gap, from 0.
        text: Its text without white space.

    """

    row: int
    ordinal: int
    gap: int
    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """Clauses that belong together: one and one, one and several (split), several and one (merged)."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    similarity: float


def align(before: Sequence[Leftover], after: Sequence[Leftover]) -> list[Match]:
    """Align what is left of one document, both sides in reading order."""
    if not before or not after:
        return []
    index = _Index(after)
    candidates = [list(index.near(one)) for one in before]
    splits = list(_joined(before, after, candidates))
    taken_a, taken_b = {m.before[0] for m in splits}, {row for m in splits for row in m.after}
    rest_a = [one for one in before if one.row not in taken_a]
    rest_b = [one for one in after if one.row not in taken_b]
    backwards = _Index(rest_a)
    merges = [
        Match(m.after, m.before, m.similarity)
        for m in _joined(rest_b, rest_a, [list(backwards.near(one)) for one in rest_b])
    ]
    taken_a |= {row for m in merges for row in m.before}
    taken_b |= {m.after[0] for m in merges}
    return [*splits, *merges, *_singles(before, after, candidates, taken_a, taken_b)]


def similarity(one: str, other: str, *, least: float = 0.0) -> float:
    """Similarity of two texts, 0 to 1; 0 where it is below `least`."""
    return fuzz.ratio(one, other, score_cutoff=least * 100) / 100


def _singles(
    before: Sequence[Leftover],
    after: Sequence[Leftover],
    candidates: Sequence[Sequence[int]],
    taken_a: set[int],
    taken_b: set[int],
) -> Iterator[Match]:
    """Pair one with one, the likest first."""
    ranked = []
    for a, others in zip(before, candidates, strict=True):
        if a.row in taken_a:
            continue
        for other in others:
            b = after[other]
            same_gap = a.gap == b.gap
            like = similarity(a.text, b.text, least=LIKE_IN_GAP if same_gap else LIKE)
            if like:
                apart = abs(a.place - b.place) if same_gap else NEAR
                ranked.append((-(like + GAP_BONUS * same_gap), apart, a.row, b.row, like))
    taken_a, taken_b = set(taken_a), set(taken_b)
    for _, _, a_row, b_row, like in sorted(ranked):
        if a_row not in taken_a and b_row not in taken_b:
            taken_a.add(a_row)
            taken_b.add(b_row)
            yield Match((a_row,), (b_row,), like)


def _joined(
    wholes: Sequence[Leftover], parts: Sequence[Leftover], candidates: Sequence[Sequence[int]]
) -> Iterator[Match]:
    """Find wholes that several parts, one behind the other, make up."""
    taken: set[int] = set()
    grams = [_pairs(part.text) for part in parts]
    for whole, others in zip(wholes, candidates, strict=True):
        own = _pairs(whole.text)
        held = [
            i for i in sorted(others) if grams[i] and len(grams[i] & own) >= HELD * len(grams[i]) and i not in taken
        ]
        best: tuple[float, list[int]] | None = None
        for run in _runs(held, parts):
            like = similarity(whole.text, "".join(parts[i].text for i in run), least=LIKE_JOINED)
            alone = max(similarity(whole.text, parts[i].text) for i in run)
            if like >= alone + JOINED_GAIN and (best is None or like > best[0]):
                best = (like, run)
        if best:
            taken.update(best[1])
            yield Match((whole.row,), tuple(parts[i].row for i in best[1]), best[0])


def _runs(held: Sequence[int], parts: Sequence[Leftover]) -> Iterator[list[int]]:
    """Give runs of two to five candidates that follow each other in the document."""
    for start in range(len(held)):
        run = [held[start]]
        for following in held[start + 1 : start + MOST_PARTS]:
            if following != run[-1] + 1 or parts[following].ordinal != parts[run[-1]].ordinal + 1:
                break
            run = [*run, following]
            yield run


class _Index:
    """Finds the clauses of a side that a clause may have become."""

    def __init__(self, others: Sequence[Leftover]) -> None:
        self._holders: dict[str, list[int]] = defaultdict(list)
        self._gaps: dict[int, list[int]] = defaultdict(list)
        self._sizes: list[int] = []
        self._places = [one.place for one in others]
        for at, one in enumerate(others):
            grams = _pairs(one.text)
            self._sizes.append(len(grams))
            for gram in grams:
                self._holders[gram].append(at)
            self._gaps[one.gap].append(at)

    def near(self, one: Leftover) -> Iterable[int]:
        """Candidates for a clause: the most of shared pairs of characters, and its neighbours in the same gap."""
        grams = _pairs(one.text)
        shared: Counter[int] = Counter()
        for gram in grams:
            holders = self._holders.get(gram, ())
            if len(holders) <= COMMON:
                shared.update(holders)
        # By the share of the smaller one, so that the parts of a split clause are among them.
        ranked = sorted(shared, key=lambda at: (-shared[at] / (min(len(grams), self._sizes[at]) or 1), at))
        chosen = dict.fromkeys(ranked[:MOST_CANDIDATES])
        chosen.update(dict.fromkeys(sorted(shared, key=lambda at: (-shared[at], at))[:MOST_CANDIDATES]))
        inside = self._gaps.get(one.gap, [])
        for at in inside[max(0, one.place - NEAR) : one.place + NEAR + 1]:
            chosen.setdefault(at)
        return chosen


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}
