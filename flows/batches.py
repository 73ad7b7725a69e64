"""How the files of a run are divided into batches: few, and equal in bytes."""

import heapq
from collections.abc import Sequence
from math import ceil

from flows.sources import File

BATCH_BYTES = 4 * 2**20
"""Source bytes of a batch: five to ten seconds of work for a task, whose own cost is 20 ms."""
MOST_BATCHES = 24
"""Four tasks for every batch: a flow stays near a hundred task runs, beyond which the server suffers."""


def divide(files: Sequence[File], *, batch_bytes: int = BATCH_BYTES) -> list[list[File]]:
    """Divide files into batches of about equal size; the result of a run does not depend on the division."""
    total = sum(file.size for file in files)
    count = max(1, min(ceil(total / batch_bytes), MOST_BATCHES, len(files)))
    batches: list[list[File]] = [[] for _ in range(count)]
    loads = [(0, place) for place in range(count)]
    for file in sorted(files, key=lambda f: (-f.size, f.uri)):
        load, place = heapq.heappop(loads)
        batches[place].append(file)
        heapq.heappush(loads, (load + file.size, place))
    return [sorted(batch, key=lambda f: f.uri) for batch in batches]
