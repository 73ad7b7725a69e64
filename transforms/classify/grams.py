"""Character n-grams of clauses as numbers, and their learnt points."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from schemas.vocabularies import AXES
from transforms.classify.normal import normal
from transforms.classify.weights import Weights

Ints = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_SHIFT = 21
"""Bits of a code point; a bigram is first << 21 | second, a single character stands alone."""


def gram_codes(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """(number of the text, code) of every bigram, texts framed by newlines so that begin and end are seen."""
    buffer = "\n" + "\n".join(map(normal, texts)) + "\n"
    codes = np.frombuffer(buffer.encode("utf-32-le"), np.uint32).astype(np.int64)
    bigrams = (codes[:-1] << _SHIFT) | codes[1:]
    owner = np.cumsum(codes == ord("\n")) - 1
    # The bigram that begins at the newline before a text belongs to that text; the newline after it is its last character.
    return owner[:-1], bigrams


def gram_scores(texts: Sequence[str], chosen: Ints, weights: Weights) -> dict[str, Scores]:
    """Learnt points of each label for the chosen texts; each text's sum is divided by the root of its number of n-grams."""
    wanted = np.unique(chosen)
    place = np.full(len(texts), -1, np.int64)
    place[wanted] = np.arange(len(wanted))
    owner, codes = gram_codes([texts[i] for i in wanted.tolist()])
    slot = np.searchsorted(weights.grams, codes)
    slot[slot == len(weights.grams)] = 0
    known = weights.grams[slot] == codes
    owner, slot = owner[known], slot[known]
    scores: dict[str, Scores] = {}
    counts = np.bincount(owner, minlength=len(wanted))
    scale = 1 / np.sqrt(np.maximum(counts, 1))
    first = np.searchsorted(owner, np.arange(len(wanted)))
    for axis in AXES:
        matrix = weights.sparse[axis]
        total = np.zeros((len(wanted), matrix.shape[1]))
        filled = counts > 0
        if len(slot):
            total[filled] = np.add.reduceat(matrix[slot].astype(np.float64), first[filled], axis=0)
        scores[axis] = (total * scale[:, None])[place[chosen]]
    return scores
