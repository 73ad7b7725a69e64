"""Round trips through the encodings of Chinese archives, for every character that each of them has."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extract import extract

HANS = "第一条　为了规范公共停车场的管理，根据有关法律、法规，结合本市实际，制定本办法。各县人民政府应当组织实施。\n"
HANT = "第一條　為管理公共停車場，維護交通秩序，特制定本自治條例。本府得委託民間經營，並應公告之。各縣政府應實施。\n"
AT_ONCE = 40


def assigned(encoding: str) -> Iterator[str]:
    """Characters of an encoding, but for controls and what Unicode does not define."""
    for point in range(0xA0, 0x110000):
        if 0xD800 <= point < 0xE000 or unicodedata.category(chr(point)) == "Cn":
            continue
        try:
            chr(point).encode(encoding)
        except UnicodeEncodeError:
            continue
        yield chr(point)


def in_pieces(encoding: str) -> Iterator[str]:
    characters = list(assigned(encoding))
    for start in range(0, len(characters), AT_ONCE):
        yield "".join(characters[start : start + AT_ONCE])


@pytest.mark.parametrize(("encoding", "prose"), [("gb18030", HANS), ("big5hkscs", HANT), ("gbk", HANS)])
def test_every_character_survives(encoding: str, prose: str) -> None:
    count = 0
    for piece in in_pieces(encoding):
        text = prose + piece + prose
        row = extract(text.encode(encoding), source_uri="a.txt")
        assert row["text"] == text
        assert row["text"].encode(row["source_encoding"]) == text.encode(encoding)
        assert row["findings"][0]["code"] == "encoding_detected"
        count += len(piece)
    assert count > {"gb18030": 250_000, "big5hkscs": 18_000, "gbk": 21_000}[encoding]


@pytest.mark.parametrize("encoding", ["cp950", "big5"])
def test_a_character_that_two_kinds_of_big5_read_differently_is_told(encoding: str) -> None:
    for character in assigned(encoding):
        text = HANT + character + HANT
        row = extract(text.encode(encoding), source_uri="a.txt")
        told = [f for f in row["findings"] if f["code"] == "encoding_ambiguous"]
        assert row["text"] == text or told, f"{character} was read as another without a word"
        assert all(row["text"][f["start"] : f["end"]] for f in told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cc")), max_size=60))
def test_any_text_between_prose_survives(encoding: str, piece: str) -> None:
    text = HANS * 2 + piece + HANS * 2
    row = extract(text.encode(encoding), source_uri="a.txt")
    assert row["text"].removeprefix("\ufeff") == text.removeprefix("\ufeff")
