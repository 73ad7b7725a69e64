"""Pictures of pages, where the extra is installed."""

import io

import pytest

from tests.transforms.extract.printed import Sheet, paragraphs, pdf
from transforms.extract import Unreadable, extract, ocr

TEXT = "第一条为了加强本市河道管理，保障防洪安全，制定本办法。"


@pytest.mark.skipif(ocr.is_installed(), reason="the extra ocr is installed")
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff"])
def test_without_the_extra_the_reason_says_what_to_install(name: str) -> None:
    with pytest.raises(Unreadable, match=rf"{name}.*gangmu\[ocr\]") as refused:
        extract(b"\x89PNG whatever", source_uri=name)
    assert refused.value.code == "scanned"


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra ocr is not installed")
def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"a\.png") as refused:
        extract(b"\x89PNG whatever", source_uri="a.png")
    assert refused.value.code == "damaged"


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra ocr is not installed")
def test_text_of_a_picture_is_recognised() -> None:
    import pypdfium2  # noqa: PLC0415

    page = pypdfium2.PdfDocument(pdf([Sheet(paragraphs([TEXT], indent=0))]))[0]
    picture = io.BytesIO()
    page.render(scale=200 / 72).to_pil().save(picture, "PNG")
    row = extract(picture.getvalue(), source_uri="a.png")
    same = sum(a == b for a, b in zip(row["text"].strip().replace("\n", ""), TEXT, strict=False))
    assert same >= 0.9 * len(TEXT), row["text"]
    assert [f["code"] for f in row["findings"]] == ["recognised"]
