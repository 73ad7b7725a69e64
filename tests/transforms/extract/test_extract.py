"""Bytes to text: encodings are detected and recorded, what is no text is refused with a reason."""

import pytest

from transforms.extract import Unreadable, extract

TEXT = "第一条　为了规范公共停车场的管理，根据有关法律、法规，结合本市实际，制定本办法。\r\n第二条　本办法适用于本市行政区域。\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("gb18030"), "gb18030"),
    ],
)
def test_text_is_the_decoded_file_itself(data: bytes, encoding: str) -> None:
    row = extract(data, source_uri="a/b.txt")
    assert row["text"].removeprefix("\ufeff") == TEXT
    assert row["source_encoding"] == encoding
    assert row["source_format"] == "text"


def test_byte_order_mark_stays_in_the_text() -> None:
    assert extract(b"\xef\xbb\xbf" + TEXT.encode(), source_uri="b.md")["text"][0] == "\ufeff"


def test_big5_is_told_from_gb18030() -> None:
    traditional = "第一條　為管理公共停車場，維護交通秩序，特制定本自治條例。本府得委託民間經營，並應公告之。" * 3
    row = extract(traditional.encode("big5"), source_uri="c.txt")
    assert row["text"] == traditional
    assert row["source_encoding"] == "big5hkscs"


def test_a_detected_encoding_is_a_finding_and_a_declared_one_is_not() -> None:
    assert [f["code"] for f in extract(TEXT.encode("gb18030"), source_uri="d.txt")["findings"]] == ["encoding_detected"]
    assert extract(TEXT.encode(), source_uri="d.txt")["findings"] == []


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "e.txt", "empty"),
        (b"\xef\xbb\xbf \n\t", "f.txt", "empty"),
        (b"%PDF-1.7 ...", "g.txt", "binary"),
        (b"PK\x03\x04rest", "h.md", "binary"),
        (bytes(range(256)) * 20, "i.txt", "binary"),
        ("第一条 正常的文字".encode() + b"\xff\xfe\xff" * 30, "j.txt", "undecodable"),
        (b"whatever", "k.xls", "unsupported_format"),
        (b"whatever", "noname", "unsupported_format"),
        (b"whatever", "l.zip", "holds_many"),
        (b"whatever", "m.txt.gz", "holds_many"),
        (b"whatever", "n.jsonl", "holds_many"),
    ],
)
def test_what_is_no_text_is_refused_with_name_and_reason(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        extract(data, source_uri=name)
    assert refused.value.code == code
    assert name in refused.value.reason
    assert ";" in refused.value.reason, "the reason says what to do"


def test_undecodable_names_the_first_bad_byte() -> None:
    with pytest.raises(Unreadable, match=r"byte 6 "):
        extract("条例".encode() + b"\xff" * 40, source_uri="l.txt")
