"""The columns of mentions: which clauses are worth a look is known from the scan, the look is a regular expression."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from transforms.classify.codebook import Codebook
from transforms.classify.columns import records
from transforms.classify.dates import dates
from transforms.classify.mentions import masked, quantities, references
from transforms.classify.organs import name_pattern, organs
from transforms.classify.printed import Printed
from transforms.classify.score import Batch
from transforms.classify.surroundings import Surrounded
from transforms.classify.targets import find_targets
from transforms.classify.texts import members

_CHINESE = members("一二三四五六七八九十百千万亿两〇零○O")
_DIGIT = members("0123456789")
_AFTER_ORDINAL = members("一二三四五六七八九十百千零〇两0123456789 （")
_COUNTED = members("万亿元倍个工日小周平公米亩吨毫年")
_LEVEL = members("级院市县镇道地区省州旗上）")
_UNIT = members(
    "多余 万亿千百个元美港欧%‰公平立米厘毫亩吨克升伏人户家工项件条所座处套辆艘架台张部种类批次倍岁天日小分年床名位只头册期届场标股票枚例起周兆吉"
)
_BETWEEN = members("-./—–~－至到")
_THIS = members("条章节款编")
_BEFORE = members("款条项一二两三四五六七八九")

Rows = list[tuple[Any, ...]]


def mention_columns(
    batch: Batch,
    shown: Printed,
    sections: pa.Table,
    clauses: pa.Table,
    codebook: Codebook,
    kinds: Mapping[str, pa.DataType],
) -> dict[str, pa.Array]:
    """References, quantities, dates and organs."""
    pattern = name_pattern(codebook.words["organ"], codebook.words["organ_suffix"])
    look = _Look(batch, codebook)
    rows: dict[str, Rows] = {"references": [], "quantities": [], "dates": [], "organs": []}
    cited, counted, dated, acting = rows.values()
    for i in np.flatnonzero(look.cites).tolist():
        cited += [(i, r.start, r.end, r.kind, None) for r in references(look.text(i), look.title(i))]
    for i in np.flatnonzero(look.counts | look.times).tolist():
        text = masked(look.text(i))
        if look.counts[i]:
            counted += [(i, q.start, q.end, q.value, q.unit, q.indicator, q.year) for q in quantities(text)]
        if look.times[i]:
            dated += [(i, d.start, d.end, d.first, d.last) for d in dates(text)]
    for i in np.flatnonzero(look.acts | look.names).tolist():
        acting += [(i, o.start, o.end, o.role) for o in organs(look.text(i), pattern, named=bool(look.names[i]))]
    raw: list[str] = clauses["text_raw"].to_pylist()
    found = {name: _mentions(own, shown, raw, kinds[name]) for name, own in rows.items() if name != "references"}
    return found | {"references": _references(cited, batch.around, shown, sections, raw, kinds["references"])}


def _references(
    rows: Rows, around: Surrounded, shown: Printed, sections: pa.Table, raw: list[str], kind: pa.DataType
) -> pa.Array:
    """References, those inside the document with the section that they mean."""
    inside = [k for k, row in enumerate(rows) if row[3] == "internal"]
    clause, start, end = (np.array([rows[k][j] for k in inside], np.int64) for j in range(3))
    printed = shown.pieces(clause, start, end, raw)
    document, section = around.document[clause].tolist(), around.section[clause].tolist()
    meant = find_targets(sections, around.home, list(zip(document, section, printed, strict=True)))
    targets: list[str | None] = [None] * len(rows)
    for k, target in zip(inside, meant, strict=True):
        targets[k] = target
    return _mentions([(*row[:4], target) for row, target in zip(rows, targets, strict=True)], shown, raw, kind)


class _Look:
    """Which clauses are worth a look for what."""

    def __init__(self, batch: Batch, codebook: Codebook) -> None:
        texts = batch.around.texts
        codes, self._string = texts.codes, texts.string()
        unit = batch.around.clause
        self._texts, self._title = texts, batch.around.title
        self._begin, self._end = texts.begin[unit].tolist(), (texts.begin[unit] + texts.length[unit]).tolist()
        nxt, before = np.append(codes[1:], np.uint16(10)), np.append(np.uint16(10), codes[:-1])
        digit, chinese = _DIGIT[codes], _CHINESE[codes]
        cites = (
            (codes == ord("《"))
            | ((codes == ord("第")) & _AFTER_ORDINAL[nxt])
            | ((codes == ord("号")) & _DIGIT[before])
        )
        cites |= (
            (codes == ord("本")) & _THIS[nxt]
            | (codes == ord("前")) & _BEFORE[nxt]
            | (codes == ord("上")) & (nxt == ord("款"))
            | (nxt == ord("述")) & ((codes == ord("上")) | (codes == ord("前")))
        )
        # 2031年 and 第34条 are no amounts.
        counts = digit & _UNIT[nxt] | (chinese & _COUNTED[nxt]) | ((codes == ord("百")) & (nxt == ord("分")))
        long = digit.copy()
        for back in range(1, 4):
            long[back:] &= digit[:-back]
        counts |= digit & (nxt == ord("年")) & ~long
        year = (nxt == ord("年")) | (nxt == ord(" "))
        times = digit & (year | _BETWEEN[nxt]) | chinese & (year | (nxt == ord("五")))
        found, openers = batch.found, codebook.openers
        # The end of a name names an organ only behind a place or level: 省财政厅, 县级以上人民政府.
        named = openers.organ[found.word] | (openers.organ_suffix[found.word] & _LEVEL[codes[found.start - 1]])
        mask = cites.view(np.uint8) | counts.view(np.uint8) << 1 | times.view(np.uint8) << 2
        mask[found.start[named]] |= _NAMES
        mask[found.start[openers.role[found.word]]] |= _ACTS
        bits = texts.bits(mask, unit)
        self.cites, self.counts, self.times, self.names, self.acts = ((bits >> i) & 1 > 0 for i in range(5))

    def text(self, i: int) -> str:
        """Normalised text of a clause."""
        return self._string[self._begin[i] : self._end[i]]

    def title(self, i: int) -> str:
        """Title of the act that a clause stands in."""
        number = int(self._title[i])
        begin = int(self._texts.begin[number])
        return self._string[begin : begin + int(self._texts.length[number])]


_NAMES, _ACTS = np.uint8(8), np.uint8(16)


def _mentions(rows: Rows, shown: Printed, raw: list[str], kind: pa.DataType) -> pa.Array:
    names = [field.name for field in kind.value_type]
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in range(len(names))]
    clause, start, end = (np.array(column, np.int64) for column in columns[:3])
    first, last = shown.ranges(clause, start, end)
    printed = shown.pieces(clause, start, end, raw)
    fields = {"text": printed, "start": pa.array(first.astype(np.int32)), "end": pa.array(last.astype(np.int32))}
    fields |= dict(zip(names[3:], columns[3:], strict=True))
    return records(clause, len(shown.start), fields, kind)
