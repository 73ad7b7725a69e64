"""What a page format knows of its lines: heads and feet, and which line breaks are the page's."""

from typing import Any

from transforms.clean import clean
from transforms.extract import extract


def _clean(text: str, *hints: tuple[str, str]) -> Any:
    """Clean with hints of a kind on pieces of the text; a `wrap` stands on the line break after its piece."""
    source = extract(text.encode(), source_uri="a.txt")
    for kind, piece in hints:
        start = text.index(piece)
        start, end = (start + len(piece), start + len(piece) + 1) if kind == "wrap" else (start, start + len(piece))
        source["hints"].append({"start": start, "end": end, "kind": kind, "value": None})
    return clean(source)


def test_heads_are_furniture_and_do_not_cut_a_sentence() -> None:
    text = "第一条 为了加强管理，根据有关法律，制\n某市公报\n定本办法。\n"
    reading = _clean(text, ("furniture", "某市公报"), ("wrap", "法律，制"), ("wrap", "某市公报"))
    assert reading["text"] == "第一条 为了加强管理，根据有关法律，制定本办法。\n"
    assert [(m["role"], m["code"]) for m in reading["marks"] if m["role"] == "furniture"] == [
        ("furniture", "page_head")
    ]


def test_only_the_breaks_of_the_page_are_joined() -> None:
    text = "总体要求和\n发展目标\n坚持稳中求进，推动高质\n量发展。\n"
    reading = _clean(text, ("wrap", "高质"))
    assert reading["text"] == "总体要求和\n发展目标\n坚持稳中求进，推动高质量发展。\n"
    assert reading["layout"] == "wrapped"


def test_long_text_without_paragraphs_is_flat_however_the_page_cuts_it() -> None:
    lines = ["坚持稳中求进，推动高质量发展，各县应当加强管理，落实责任" for _ in range(80)]
    text = "\n".join(lines) + "。\n"
    source = extract(text.encode(), source_uri="a.txt")
    at = -1
    while (at := text.find("\n", at + 1)) >= 0 and at < len(text) - 1:
        source["hints"].append({"start": at, "end": at + 1, "kind": "wrap", "value": None})
    assert clean(source)["layout"] == "flat"


def test_an_indent_under_labels_is_no_new_paragraph() -> None:
    """Printers let labels hang: the lines under them are indented, and the line before each of them breaks off."""
    lines = []
    for number in "一二三四五六":
        lines += [
            f"{number}、文化处负责公共艺术政策之研拟与设置计划之审议以及作品管理维护之督",
            "\u3000\u3000导及人才培育事项。",
        ]
    reading = clean(extract("\n".join(lines).encode(), source_uri="a.txt"))
    assert reading["text"].count("\n") == 5
