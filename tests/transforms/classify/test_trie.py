"""The trie finds what a plain search finds."""

import random

import numpy as np
import pytest

from transforms.classify.texts import PADDING
from transforms.classify.trie import build


def _plain(words: list[str], text: str) -> list[tuple[int, int, int]]:
    spots = [(len(word), at, number) for number, word in enumerate(words) for at in range(len(text))]
    return [(number, at, at + size) for size, at, number in sorted(spots) if text.startswith(words[number], at)]


def _found(words: list[str], text: str) -> list[tuple[int, int, int]]:
    codes = np.frombuffer((text + "\n" * PADDING).encode("utf-16-le"), np.uint16)
    return list(zip(*(column.tolist() for column in build(words).find(codes)), strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_finds_every_occurrence(seed: int) -> None:
    """Words inside words, words that share a beginning, texts of few characters: many of all."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    few = "甲乙丙丁a"[: draw.randint(1, 5)]
    words = list({"".join(draw.choices(few, k=draw.randint(1, 6))) for _ in range(draw.randint(1, 60))})
    text = "".join(draw.choices(few + "\n戊", k=300))
    assert _found(words, text) == _plain(words, text)


def test_many_words_collide() -> None:
    """A table so full that branches take one another's places."""
    words = sorted({chr(0x4E00 + i % 971) + chr(0x4E00 + i % 997) + chr(0x4E00 + i % 13) for i in range(20_000)})
    text = "".join(words[::7]) + "\n"
    assert _found(words, text) == _plain_by_set(words, text)


def _plain_by_set(words: list[str], text: str) -> list[tuple[int, int, int]]:
    number = {word: i for i, word in enumerate(words)}
    return [(number[text[i : i + 3]], i, i + 3) for i in range(len(text)) if text[i : i + 3] in number]


def test_no_words_find_nothing() -> None:
    assert _found([], "没有") == []


def test_words_beyond_the_basic_plane_are_refused() -> None:
    with pytest.raises(ValueError, match="basic plane"):
        build(["𠀀"])
