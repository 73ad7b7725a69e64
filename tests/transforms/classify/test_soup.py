"""Nothing that can be written makes the stage fail; offsets stay inside the text."""

import random
from collections.abc import Callable

import pyarrow as pa

from transforms.classify import Codebook, classify

PIECES = (
    *"第一二三十百千万亿条款项章节年月日〇零两五至到—-、，。；：（）《》“”〔〕%.0123456789 　\n\t",
    "应当",
    "不得",
    "本法",
    "牵头",
    "配合",
    "会同",
    "负责",
    "责任单位：",
    "国发〔2031〕4号",
    "“十五五”时期",
    "时期",
    "百分之",
    "万元",
    "二〇三五年",
    "𠮷",
    "e\u0301",
    "AB",
)


def test_soup(tables: Callable[..., tuple[pa.Table, pa.Table, pa.Table]], codebook: Codebook) -> None:
    dice = random.Random(7)  # noqa: S311 - not for secrets
    texts = ["".join(dice.choices(PIECES, k=dice.randint(1, 40))) for _ in range(400)]
    documents, sections, clauses = tables(texts, genre="regulation")
    _, _, filled = classify(documents, sections, clauses, codebook)
    for row in filled.to_pylist():
        for kind in ("evidence", "references", "quantities", "dates", "organs"):
            assert all(row["start"] <= m["start"] < m["end"] <= row["end"] for m in row[kind])
