"""OFD files."""

import io
import re
import zipfile

import pytest

from tests.transforms.extract.printed import ofd, paragraphs
from transforms.clean import clean
from transforms.extract import Unreadable, extract

ARTICLES = [
    "第一条　为了加强本市河道管理，保障防洪安全，改善城乡水环境，发挥河道的综合功能，根据有关法律、法规，结合本市实际，制定本办法。",
    "第二条　本办法自公布之日起施行。",
]


def test_lines_are_read_as_paragraphs_and_heads_left_out() -> None:
    pages = [[(80, 60, "某市公报"), *paragraphs([article]), (290, 800, "1")] for article in ARTICLES]
    row = extract(ofd(pages), source_uri="a.ofd")
    assert row["text"].count("某市公报") == 2
    assert [line.strip("\u3000") for line in clean(row)["text"].split("\n") if line] == ARTICLES
    assert [h["value"] for h in row["hints"] if h["kind"] == "page"] == ["1", "2"]


@pytest.mark.parametrize("damage", ['DeltaX="g 9 NaN"', 'DeltaX="g 9 1e308"'])
def test_a_line_without_a_width_is_left_out_and_the_others_are_read(damage: str) -> None:
    data = io.BytesIO(ofd([paragraphs([ARTICLES[1]]), paragraphs([ARTICLES[1]])]))
    made = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            new.writestr(name, re.sub('DeltaX="[^"]*"', damage, part) if "Page_0" in name else part)
    row = extract(made.getvalue(), source_uri="a.ofd")
    assert row["text"].strip() == ARTICLES[1]
    assert [f["code"] for f in row["findings"]] == ["text_without_place"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no container", "damaged"),
        (ofd([paragraphs(ARTICLES)])[:500], "damaged"),
        (ofd([[]]), "scanned"),
        (ofd([[(80, 100, "甲" + "<a/>" * 2_100_000)]]), "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable, match=r"a\.ofd.*;") as refused:
        extract(data, source_uri="a.ofd")
    assert refused.value.code == code
