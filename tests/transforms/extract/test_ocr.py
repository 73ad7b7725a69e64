"""Pictures of pages, where the extra is installed."""

import io

import pytest

from tests.transforms.extract.printed import Sheet, paragraphs, pdf
from transforms.extract import Unreadable, extract, ocr

TEXT = "第一条为了加强本市河道管理，保障防洪安全，制定本办法。"


@pytest.mark.skipif(ocr.is_installed(), reason="the extra ocr is installed")
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tiff"])
def test_without_the_extra_the_reason_says_what_to_install(name: str) -> None:
    with pytest.raises(Unreadable, match=rf"{name}.*pip install -e .*\[ocr\]") as refused:
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


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra ocr is not installed")
@pytest.mark.parametrize("size", [(100_000, 30), (2, 100_000), (1, 1)])
def test_a_picture_that_is_no_page_is_read_or_refused(size: tuple[int, int]) -> None:
    """RapidOCR enlarged a thin strip to gigabytes, or failed."""
    from PIL import Image  # noqa: PLC0415

    picture = io.BytesIO()
    Image.new("1", size, 1).save(picture, "PNG")
    with pytest.raises(Unreadable) as refused:
        extract(picture.getvalue(), source_uri="a.png")
    assert refused.value.code == "empty"


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra ocr is not installed")
def test_the_text_of_a_strip_is_recognised() -> None:
    import pypdfium2  # noqa: PLC0415

    page = pypdfium2.PdfDocument(pdf([Sheet(paragraphs([TEXT], indent=0))]))[0]
    image = page.render(scale=200 / 72).to_pil().convert("L")
    left, top, right, bottom = image.point(lambda dot: 255 * (dot < 128)).getbbox()
    picture = io.BytesIO()
    image.crop((left - 5, top - 5, right + 5, bottom + 5)).save(picture, "PNG")
    assert right - left > 8 * (bottom - top), "the line is to be thin"
    assert "保障防洪安全" in extract(picture.getvalue(), source_uri="a.png")["text"]


@pytest.mark.skipif(not ocr.is_installed(), reason="the extra ocr is not installed")
def test_a_picture_that_does_not_tell_its_size_is_refused() -> None:
    from PIL import Image  # noqa: PLC0415

    picture = io.BytesIO()
    Image.new("L", (20, 20), 255).save(picture, "TIFF")
    width = b"\x00\x01\x04\x00\x01\x00\x00\x00"  # the tag 256, a long, one of it
    assert width in picture.getvalue()
    with pytest.raises(Unreadable, match=r"a\.tiff") as refused:
        extract(picture.getvalue().replace(width, b"\x00\x7f" + width[2:]), source_uri="a.tiff")
    assert refused.value.code == "damaged"
