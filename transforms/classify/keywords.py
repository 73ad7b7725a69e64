"""Keywords by rjieba: the dictionary and algorithm of jieba in Rust."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

import rjieba

_WORD = re.compile(r"(?!第?[一二三四五六七八九十百千万亿零〇两]+[条章节款项编年月日号届次]?$)[一-鿿]+")
"""A word of Chinese characters that is no number."""

MOST = 10
"""Keywords kept for a clause and for a document."""

_LEAST_LENGTH = 2


def keywords(texts: Sequence[str], stop: Collection[str]) -> list[list[str]]:
    """Content words of each text, each once, the more frequent and then the longer and then the earlier first.

    Words are of two or more Chinese characters and not in the stop list. All texts are cut in one call.
    """
    if not texts:
        return []
    excluded = frozenset(stop)
    found: list[list[str]] = []
    current: dict[str, int] = {}
    for word in rjieba.cut("\n".join(text.replace("\n", " ") for text in texts), False):  # noqa: FBT003 - no HMM
        if "\n" in word:
            found.append(_best(current))
            current = {}
        elif len(word) >= _LEAST_LENGTH and word not in excluded and _WORD.fullmatch(word):
            current[word] = current.get(word, 0) + 1
    found.append(_best(current))
    return found


def _best(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda word: -100 * counts[word] - len(word))[:MOST]


def document_keywords(clauses: Sequence[Sequence[str]], title: Sequence[str]) -> list[str]:
    """Words that return in a document; longer words and words of the title are preferred."""
    counts = Counter(word for words in clauses for word in words)
    for word in title:
        counts[word] += 2 + len(clauses) // 20
    points = {word: n * min(len(word), 4) for word, n in counts.items() if n > 1 or len(clauses) < MOST}
    return sorted(points, key=lambda word: (-points[word], word))[:MOST]
