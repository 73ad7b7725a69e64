"""The disclosure header as a table at the head of a document: 索引号 | 000014349/2026-00012 | 主题分类 | 财政、金融、审计."""

from collections.abc import Sequence

from transforms.extract.html.tables import load_pages

FEWEST = 2
"""Fields of a header; one label beside one value may be the first row of any table."""


def header_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines `label：value` of a table of nothing but labels of the header and their values; none where it is another table.

    Args:
        rows: What is printed in each cell.

    """
    pages = load_pages()
    fields: list[tuple[str, str]] = []
    for row in rows:
        waiting = False
        for cell in filter(None, (" ".join(cell.split()) for cell in row)):
            if bare := pages.bare.fullmatch(cell):
                fields.append(("".join(bare[1].split()), ""))
                waiting = True
            elif (told := pages.label.match(cell)) is not None:
                fields.append(("".join((told["boxed"] or told["plain"]).split()), cell[told.end() :].strip()))
                waiting = False
            elif waiting:
                fields[-1] = (fields[-1][0], cell)
                waiting = False
            else:
                return []
    return [f"{label}：{value}" for label, value in fields] if len(dict(fields)) >= FEWEST else []
