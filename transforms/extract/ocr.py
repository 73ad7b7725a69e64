"""Scanned pages and images, recognised by RapidOCR (the extra `ocr`); its models come inside its package."""

import io
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from transforms.extract.composer import Composer
from transforms.extract.decoding import Unreadable
from transforms.extract.extracted import Extracted
from transforms.extract.page_layout import Glyph, Page, compose

ADVICE = "install the extra that reads pictures (in a checkout: pip install -e '.[ocr]') or give a file with text"
MOST_PIXELS = 50_000_000
"""A3 at 400 dots per inch has 31 million."""
_DOTS = 200
"""Dots per inch that a page is drawn at; what is smaller is hardly recognised, what is larger takes longer."""
_LONGEST_SIDE = 4000
_THINNEST = 3
"""Longer side over the shorter; RapidOCR enlarges a thin strip until its shorter side has 736 dots, and fails beyond a limit."""


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read(data: bytes, source_uri: str) -> Extracted:
    """Read an image of a page.

    Raises:
        Unreadable: `scanned` (the extra is not installed), `damaged` or `too_large`.

    """
    if not is_installed():
        raise Unreadable("scanned", f"{source_uri}: this is a picture; {ADVICE}.")
    from PIL import Image, ImageSequence, UnidentifiedImageError  # noqa: PLC0415 - comes with the extra

    pages: list[Page] = []
    try:
        with Image.open(io.BytesIO(data)) as image:
            for frame in ImageSequence.Iterator(image):
                if frame.width * frame.height > MOST_PIXELS:
                    raise Unreadable(
                        "too_large", f"{source_uri}: the picture is too large; save it at 300 dots per inch."
                    )
                picture = frame.convert("RGB")
                picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))  # RapidOCR goes on to 2000
                pages.append(Page(picture.width, picture.height, _recognise(picture)))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        TypeError,  # a TIFF without its size
        Image.DecompressionBombError,
    ) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("damaged", f"{source_uri}: the picture is damaged ({error}); scan it again.") from error
    out = Composer()
    compose(pages, out)
    out.find("recognised", "warning", "The text was recognised from a picture.")
    return out.extracted()


def recognise_page(page: Any) -> tuple[list[Glyph], float, float]:  # noqa: ANN401 - a page of PDFium
    """Lines of a PDF page that is a picture, and the size of what they stand on, in dots."""
    width, height = page.get_size()
    scale = min(_DOTS / 72, _LONGEST_SIDE / max(width, height, 1))
    image = page.render(scale=scale).to_pil().convert("RGB")
    return _recognise(image), float(image.width), float(image.height)


def _recognise(image: Any) -> list[Glyph]:  # noqa: ANN401 - an image of Pillow
    import numpy as np  # noqa: PLC0415

    found = _engine()(np.asarray(_widened(image)))
    glyphs = []
    for box, text in zip(found.boxes if found.boxes is not None else (), found.txts or (), strict=False):
        xs, ys = [float(x) for x, _ in box], [float(y) for _, y in box]
        if text.strip():
            glyphs.append(Glyph(text.strip(), min(xs), max(xs), min(ys), max(ys)))
    return glyphs


def _widened(image: Any) -> Any:  # noqa: ANN401 - an image of Pillow
    """White at the right or below, so that the picture is no thin strip."""
    least = max(image.size) // _THINNEST
    if min(image.size) >= least:
        return image
    from PIL import Image  # noqa: PLC0415

    wide = Image.new("RGB", (max(image.width, least), max(image.height, least)), "white")
    wide.paste(image)
    return wide


@lru_cache(maxsize=1)
def _engine() -> Any:  # noqa: ANN401 - RapidOCR ships no types
    from rapidocr import RapidOCR  # noqa: PLC0415

    return RapidOCR(params={"Global.log_level": "error"})
