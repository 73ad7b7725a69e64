"""A corpus of any size, made of the shipped samples: other documents in the same forms.

Every copy of a sample has words of its own: most are replaced by others of the same length, drawn from the samples and the cues
of themes. Its years are earlier ones. All other numbers stay, and the words that the rules know (genres, cues of function and
modality) unless they end a part of a sentence, so that a copy has the outline of its sample and about its labels. Two
copies have about a tenth of their five-character sequences in common, the boilerplate of their form: they are no copies of each
other to the pipeline, and few of their clauses are equal, at which the labeller looks but once.
"""

import random
import re
from functools import cache, lru_cache
from pathlib import Path

import opencc
import rjieba

import seeds
from flows.sources import File

MEGABYTE = 1_000_000
"""Bytes of UTF-8."""
SHARE = 0.8
"""Of the words that may be replaced."""
YEARS = 16
"""A copy is so many years older at most."""
LENGTHS = (2, 3, 4)
MARKS = ("，", "；", "。")
RULES = ("numbering.toml", "official.toml", "press.toml", "pages.toml", "codebook/cues.csv")
"""Tables whose words stay."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NUMERALS = set("〇零一二三四五六七八九十百千万亿两第年月日号")
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年|[-./〕\]])")
_LEAST_TRADITIONAL = 0.05
"""Share of the characters that Simplified text writes otherwise, in a Traditional one."""


def corpus(folder: Path, megabytes: float) -> list[File]:
    """Write copies of the shipped samples, each sample once at least, until there are so many megabytes."""
    files: list[File] = []
    size, copy = 0, 0
    while not files or size < megabytes * MEGABYTE:
        for sample in samples():
            path = folder / f"{copy:05}" / sample.name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = varied(sample.read_text(encoding="utf-8"), copy).encode("utf-8")
            path.write_bytes(data)
            files.append(File(str(path), f"{copy:05}/{sample.name}", len(data)))
            size += len(data)
        copy += 1
    return files


def samples() -> list[Path]:
    """Samples that are plain text or Markdown."""
    return sorted(path for path in (seeds.folder() / "documents").iterdir() if path.suffix in (".txt", ".md"))


def varied(text: str, copy: int) -> str:
    """Replace words; a text and the number of the copy give the same every time, and two numbers two texts."""
    words, places = _cut(text)
    others = _vocabulary(traditional=_is_traditional(text))
    draw = random.Random(copy)  # noqa: S311 - words, no secrets
    written = list(words)
    for length, own in places.items():
        chosen = [place for place in own if draw.random() < SHARE]
        for place, other in zip(chosen, draw.choices(others[length], k=len(chosen)), strict=True):
            written[place] = other
    earlier = draw.randrange(YEARS)
    return _YEAR.sub(lambda found: str(int(found.group()) - earlier), "".join(written))


@lru_cache(maxsize=64)
def _cut(text: str) -> tuple[list[str], dict[int, list[int]]]:
    """Words of a text, and length -> places of those that may be replaced."""
    simplified = _converter("t2s").convert(text)
    # Where the conversion changes the length, the text is cut as it stands.
    cut = rjieba.cut(simplified if len(simplified) == len(text) else text)
    places: dict[int, list[int]] = {length: [] for length in LENGTHS}
    words, start = [], 0
    for number, (word, after) in enumerate(zip(cut, [*cut[1:], ""], strict=True)):
        if _free(word) or (_is_word(word) and after in MARKS):
            places[len(word)].append(number)
        words.append(text[start : start + len(word)])
        start += len(word)
    return words, places


@cache
def _vocabulary(*, traditional: bool) -> dict[int, list[str]]:
    """Length -> words of the samples and of the cues of themes, as often as they stand there."""
    texts = [path.read_text(encoding="utf-8") for path in samples()]
    texts.append((seeds.folder() / "codebook" / "theme_cues.csv").read_text(encoding="utf-8"))
    words: dict[int, list[str]] = {length: [] for length in LENGTHS}
    for word in rjieba.cut(_converter("t2s").convert("\n".join(texts))):
        if _free(word):
            words[len(word)].append(_converter("s2t").convert(word) if traditional else word)
    return words


def _free(word: str) -> bool:
    """Whether a word may be replaced wherever it stands: the rules do not know it."""
    return _is_word(word) and word not in _rules()


@cache
def _is_word(word: str) -> bool:
    return len(word) in LENGTHS and _HAN.fullmatch(word) is not None and not _NUMERALS.intersection(word)


@cache
def _rules() -> frozenset[str]:
    tables = ((seeds.folder() / name).read_text(encoding="utf-8") for name in RULES)
    return frozenset(word for table in tables for word in _HAN.findall(table))


@lru_cache(maxsize=64)
def _is_traditional(text: str) -> bool:
    simplified = _converter("t2s").convert(text)
    changed = sum(one != other for one, other in zip(text, simplified, strict=False))
    return changed > _LEAST_TRADITIONAL * len(text)


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)
