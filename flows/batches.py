"""How the files of a run are divided into batches: few, and about equal in bytes."""

from collections.abc import Sequence
from itertools import groupby
from math import ceil

from flows.sources import File

BATCH_BYTES = 4 * 2**20
"""Source bytes of a batch: five to ten seconds of work for a task, whose own cost is 20 ms."""
MOST_BATCHES = 24
"""Four tasks for every batch: a flow stays near a hundred task runs, beyond which the server suffers."""


def divide(files: Sequence[File], *, batch_bytes: int = BATCH_BYTES) -> list[list[File]]:
    """Divide files into batches of about equal size; the result of a run does not depend on the division.

    Neighbours stay together: a part of a release is read from few batches.
    """
    ordered = sorted(files, key=lambda file: file.uri)
    total = sum(file.size for file in ordered)
    count = max(1, min(ceil(total / batch_bytes), MOST_BATCHES, len(ordered)))
    middles = []
    before = 0
    for file in ordered:
        middles.append((before + file.size / 2, file))
        before += file.size
    share = max(total, 1) / count
    grouped = groupby(middles, key=lambda pair: min(int(pair[0] / share), count - 1))
    return [[file for _, file in group] for _, group in grouped]
