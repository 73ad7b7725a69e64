"""Keywords: words as plain jieba cuts them, what is left out, what comes first (own sentences)."""

from pathlib import Path

import jieba
import pytest

from transforms.classify import Codebook
from transforms.classify.keywords import Keywords
from transforms.classify.normal import normal
from transforms.classify.texts import joined
from transforms.classify.words import Dictionary, dictionary

SAMPLES = sorted((Path(__file__).parents[3] / "seeds" / "documents").glob("*.txt"))
OWN = "茶园经营者应当建立采摘台账，记录采摘时间和数量，并向绿洲市农业主管部门报送年度报告。"


@pytest.fixture(scope="module")
def plain() -> Dictionary:
    return dictionary()


def words(found: Dictionary, text: str) -> list[str]:
    word, start = found.cut(joined([text]).codes)
    return [found.words[i] for _, i in sorted(zip(start.tolist(), word.tolist(), strict=True))]


def by_jieba(tokenizer: jieba.Tokenizer, text: str) -> list[str]:
    return [word for word in tokenizer.cut(text, HMM=False) if len(word) > 1 and not word.isascii()]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_words_are_those_of_jieba(plain: Dictionary, path: Path) -> None:
    jieba.setLogLevel(60)
    text = normal(path.read_text(encoding="utf-8").replace("\n", " "))
    assert [w for w in words(plain, text) if not w.isascii()] == by_jieba(jieba.dt, text)


def test_words_of_the_codebook_are_the_user_dictionary(codebook: Codebook, plain: Dictionary) -> None:
    known = dictionary(codebook.vocabulary)
    assert "一网通办" in words(known, "推进一网通办改革。")
    assert known.words[: len(plain.words)] == plain.words
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word, frequency in known.added:
        tokenizer.add_word(word, frequency)
    for path in SAMPLES[:4]:
        text = normal(path.read_text(encoding="utf-8").replace("\n", " "))
        assert [w for w in words(known, text) if not w.isascii()] == by_jieba(tokenizer, text)


def test_empty_and_odd_texts(plain: Dictionary) -> None:
    assert words(plain, "") == []
    assert words(plain, "，。！") == []
    assert words(plain, "茶" * 500)[:1] in ([], ["茶茶"])


def test_keywords_leave_out_stop_words_and_numbers(codebook: Codebook, plain: Dictionary) -> None:
    found = best(plain, codebook, ["第三十四条 应当推进茶园建设，2031年完成。", "", OWN])
    assert found[1] == []
    assert "茶园" in found[0]
    assert not {"应当", "第三十四条", "2031"} & set(found[0])
    assert "采摘" in found[2]


def test_what_returns_comes_first(codebook: Codebook, plain: Dictionary) -> None:
    assert best(plain, codebook, ["茶园里有道路，茶园外有河流，茶园边有村庄。"])[0][0] == "茶园"


def best(known: Dictionary, codebook: Codebook, texts: list[str]) -> list[list[str]]:
    own = Keywords(known, codebook.words["stop"])
    found: list[list[str]] = own.best(own.count(joined(texts)), len(texts)).to_pylist()
    return found
