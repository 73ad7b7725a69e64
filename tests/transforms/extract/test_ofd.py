"""OFD files."""

import io
import re
import zipfile

import pytest

from tests.transforms.extract.printed import ofd, paragraphs, path
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


CELLS = [["指标", "2025年", "2030年"], ["覆盖率", "60", "76"], ["产量", "3", "12"]]
TEXT = [(90 + 120 * c, 220 + 30 * r, cell) for r, row in enumerate(CELLS) for c, cell in enumerate(row)]
LINES = "".join(path(f"M 0 {30 * n} L 360 {30 * n}", at=(80, 200)) for n in range(4))
UPRIGHT = " ".join(f"M {120 * n} 0 L {120 * n} 90" for n in range(4))
BOXES = "".join(
    path("S 0 0 L 120 0 L 120 30 L 0 30 C", at=(80 + 120 * c, 200 + 30 * r)) for r in range(3) for c in range(3)
)
THIN = "".join(
    path(f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C", at=at, more='Stroke="false" Fill="true"')
    for w, h, at in (
        *((360, 0.5, (80, 200 + 30 * n)) for n in range(4)),
        *((0.5, 90, (80 + 120 * n, 200)) for n in range(4)),
    )
)


MATRIX = "".join(
    path("M 0 0 L 1 0", more=f'CTM="360 0 0 1 {80 * 25.4 / 72} {(200 + 30 * n) * 25.4 / 72}"') for n in range(4)
)


@pytest.mark.parametrize(
    "drawn",
    [LINES + path(UPRIGHT, at=(80, 200)), MATRIX + path(UPRIGHT, at=(80, 200)), BOXES, THIN],
    ids=["lines", "matrix", "boxes", "thin"],
)
def test_ruled_tables_are_rows_of_cells(drawn: str) -> None:
    page = [*paragraphs(ARTICLES[:1], top=100), *TEXT, *paragraphs(ARTICLES[1:], top=330)]
    row = extract(ofd([page], drawn), source_uri="a.ofd")
    (table,) = row["tables"]
    assert table["cells"] == CELLS
    assert row["text"][table["start"] : table["end"]] == "\n".join("\t".join(cells) for cells in CELLS)
    assert row["text"].strip().startswith("第一条")
    assert "第二条" in row["text"][table["end"] :]


@pytest.mark.parametrize(
    "drawn",
    [
        "",
        LINES,  # no line stands upright
        path("M 0 0 B 1 1 2 2 3 3 L 360 0", at=(80, 200)) * 9,
        LINES + path(UPRIGHT, at=(80, 200), more='Stroke="false"'),
        (LINES + path(UPRIGHT, at=(80, 200))).replace("Boundary=", "Border="),
        (LINES + path(UPRIGHT, at=(80, 200))).replace("L ", "L NaN "),
        (LINES + path(UPRIGHT, at=(80, 200))).replace("L ", "L x "),
        (LINES + path(UPRIGHT, at=(80, 200))).replace("AbbreviatedData", "Data"),
        path("M", at=(80, 200)),
    ],
)
def test_without_a_grid_there_is_no_table_and_nothing_is_lost(drawn: str) -> None:
    row = extract(ofd([TEXT], drawn), source_uri="a.ofd")
    assert not row["tables"]
    assert all(cell in row["text"] for cells in CELLS for cell in cells)


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
