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

_REPEATED = 100
"""A word met again counts more than any length."""


def keywords(texts: Sequence[str], stop: Collection[str]) -> list[list[str]]:
    """Content words of each text, each once, the more frequent and then the longer and then the earlier first.

    Words are of two or more Chinese characters and not in the stop list. All texts are cut in one call.
    """
    if not texts:
        return []
    excluded = frozenset(stop)
    found: list[list[str]] = []
    current: dict[str, int] = {}
    points: dict[str, int] = {}  # of a word: what it adds when it is met first; 0 for words that are left out
    for word in rjieba.cut("\n".join(text.replace("\n", " ") for text in texts), False):  # noqa: FBT003 - no HMM
        if word in current:
            current[word] -= _REPEATED
            continue
        if word not in points:
            points[word] = 0
            if "\n" in word:
                points[word] = 1
            elif len(word) >= _LEAST_LENGTH and word not in excluded and _WORD.fullmatch(word):
                points[word] = -_REPEATED - len(word)
        point = points[word]
        if point < 0:
            current[word] = point
        elif point:
            found.append(sorted(current, key=current.__getitem__)[:MOST])
            current = {}
    found.append(sorted(current, key=current.__getitem__)[:MOST])
    return found


def document_keywords(clauses: Sequence[Sequence[str]], title: Sequence[str]) -> list[str]:
    """Words that return in a document; longer words and words of the title are preferred."""
    counts = Counter(word for words in clauses for word in words)
    for word in title:
        counts[word] += 2 + len(clauses) // 20
    points = {word: n * min(len(word), 4) for word, n in counts.items() if n > 1 or len(clauses) < MOST}
    return sorted(points, key=lambda word: (-points[word], word))[:MOST]
