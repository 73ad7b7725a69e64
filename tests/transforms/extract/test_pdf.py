"""PDF files: lines in reading order, what belongs to the page told apart, tables by their lines."""

import shutil

import pytest

import seeds
from benchmarks.printed import PRINTERS, compare
from tests.transforms.extract.printed import EM, Sheet, grid, paragraphs, pdf
from transforms.clean import clean
from transforms.extract import Unreadable, extract, ocr

LONG = "第一条　为了加强本市河道管理，保障防洪安全，改善城乡水环境，发挥河道的综合功能，根据有关法律、法规，结合本市实际，制定本办法。"
NEXT = (
    "第二条　本办法适用于本市行政区域内河道的规划、整治、保护和利用以及监督管理活动，法律、法规另有规定的，从其规定。"
)
ARTICLES = [LONG, NEXT, "第三条　河道管理实行统一管理与分级负责相结合的原则。", "第四条　本办法自公布之日起施行。"]


def _read(*sheets: Sheet) -> dict[str, object]:
    return extract(pdf(sheets), source_uri="a.pdf")


def _reading(row: dict[str, object]) -> list[str]:
    return [line.strip("\u3000 ") for line in clean(row)["text"].split("\n") if line.strip("\u3000 ")]


def test_lines_are_as_printed_and_read_as_paragraphs() -> None:
    row = _read(Sheet(paragraphs(ARTICLES)))
    assert row["text"].splitlines()[0] == "\u3000\u3000" + LONG[:26]
    assert _reading(row) == ARTICLES


def test_paragraphs_without_an_indent_are_told_by_where_their_lines_end() -> None:
    row = _read(Sheet(paragraphs(ARTICLES, indent=0)))
    assert _reading(row) == ARTICLES


def test_heads_feet_and_page_numbers_stay_in_the_text_and_are_not_read() -> None:
    sheets = []
    for number in range(3):
        body = paragraphs(ARTICLES[number : number + 2], top=150)
        sheets.append(Sheet([(80, 60, "海州省人民政府公报"), *body, (280, 800, f"— {number + 1} —")]))
    row = _read(*sheets)
    assert row["text"].count("海州省人民政府公报") == 3
    assert "—\u30003\u3000—" in row["text"]
    assert not any("公报" in line or "—" in line for line in _reading(row))
    assert [(h["value"]) for h in row["hints"] if h["kind"] == "page"] == ["1", "2", "3"]


def test_a_paragraph_goes_on_over_the_page() -> None:
    placed = paragraphs([LONG])
    half = len(placed) - 1
    rest = [(x, 130.0, text) for x, _, text in placed[half:]]
    row = _read(Sheet([*placed[:half], (290, 800, "1")]), Sheet([*rest, *paragraphs([NEXT], top=180), (290, 800, "2")]))
    assert _reading(row) == [LONG, NEXT]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = paragraphs(ARTICLES[:2], left=60, width=14, leading=24)
    right = paragraphs(ARTICLES[2:], left=60 + 16 * EM, width=14, leading=24)
    row = _read(Sheet([(200, 90, "某市河道管理办法"), *left, *right]))
    assert _reading(row) == ["某市河道管理办法", *ARTICLES]


def test_a_hanging_comma_does_not_join_the_columns() -> None:
    written = ["一二三四五六七八九十一二三四" + ("，" if n == 2 else "") for n in range(6)]
    left = [(60.0, 130.0 + 24 * n, line) for n, line in enumerate(written)]
    right = [(60 + 15.7 * EM, 130.0 + 24 * n, "甲乙丙丁戊己庚辛壬癸甲乙丙丁") for n in range(6)]
    lines = _read(Sheet([*left, *right]))["text"].splitlines()
    assert lines == [*written, *["甲乙丙丁戊己庚辛壬癸甲乙丙丁"] * 6]


def test_ruled_tables_are_rows_of_cells() -> None:
    rows = [["序号", "指标", "数值"], ["1", "森林覆盖率", "76"], ["2", "粮食产量", "12"]]
    text = [(85 + 120 * c, 220 + 30 * r, cell) for r, row in enumerate(rows) for c, cell in enumerate(row)]
    table = grid(80, 200, [120, 120, 120], [30, 30, 30])
    row = _read(Sheet([*paragraphs(ARTICLES[:1], top=100), *text, *paragraphs(ARTICLES[3:], top=330)], table))
    assert [one["cells"] for one in row["tables"]] == [rows]
    start, end = row["tables"][0]["start"], row["tables"][0]["end"]
    assert row["text"][start:end].splitlines() == ["\t".join(one) for one in rows]
    assert row["text"].index("第四条") > end


def test_merged_cells_are_printed_once_and_repeated_in_the_grid() -> None:
    table = [box for box in grid(80, 200, [120, 120], [30, 30, 30]) if box != (200, 200, 0.5, 90)]
    table.append((200, 230, 0.5, 60))  # the line between the columns begins under the head
    text = [(130, 220, "主要指标"), (85, 250, "覆盖率"), (205, 250, "76"), (85, 280, "产量"), (205, 280, "12")]
    row = _read(Sheet(text, table))
    assert row["tables"][0]["cells"] == [["主要指标", "主要指标"], ["覆盖率", "76"], ["产量", "12"]]
    assert row["text"].splitlines() == ["主要指标\t", "覆盖率\t76", "产量\t12"]


def test_text_across_the_page_is_kept_apart() -> None:
    row = _read(Sheet(paragraphs(ARTICLES), aslant="内部资料"))
    assert row["text"].splitlines()[-1] == "内部资料"
    assert _reading(row) == ARTICLES


@pytest.mark.parametrize("turned", ["0 1 -1 0 842 0", "0 -1 1 0 0 595", "-1 0 0 -1 595 842"])
def test_pages_that_lie_on_their_side_are_read_upright(turned: str) -> None:
    assert _reading(_read(Sheet(paragraphs(ARTICLES), turned=turned))) == ARTICLES


def test_signs_that_are_flat_stand_on_their_line() -> None:
    assert _read(Sheet([(80, 130, "一、总体要求——第一")]))["text"].strip() == "一、总体要求——第一"


@pytest.mark.skipif(ocr.is_installed(), reason="the extra ocr is installed")
def test_scanned_pages_say_what_to_install() -> None:
    with pytest.raises(Unreadable, match=r"a\.pdf.*pip install -e .*\[ocr\]") as refused:
        _read(Sheet(picture=True), Sheet(picture=True))
    assert refused.value.code == "scanned"


@pytest.mark.skipif(ocr.is_installed(), reason="the extra ocr is installed")
def test_single_scanned_pages_are_findings() -> None:
    row = _read(Sheet(paragraphs(ARTICLES)), Sheet(picture=True))
    assert [(f["code"], "2" in f["message"]) for f in row["findings"]] == [("pages_scanned", True)]


@pytest.mark.parametrize("data", [b"%PDF-1.7 nothing", b"", b"plain text", pdf([Sheet(paragraphs(ARTICLES))])[:300]])
def test_damaged_files_are_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"a\.pdf") as refused:
        extract(data, source_uri="a.pdf")
    assert refused.value.code in {"damaged", "empty"}


@pytest.mark.parametrize("program", PRINTERS)
def test_printed_samples_keep_their_outline(program: str) -> None:
    """Issue: .97 of the outline of the clean text."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    names = ["regulation", "opinion", "plan-chapters", "notice-issuing-rules", "work-report", "reply"]
    scores = compare([seeds.folder() / "documents" / f"{name}.txt" for name in names], program)
    kept, whole, _ = (sum(column) for column in zip(*scores.values(), strict=True))
    assert kept >= 0.97 * whole
