"""The columns of mentions: which clauses are worth a look is known from the scan, the look is a regular expression."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.vocabularies import PLACE_KINDS
from transforms.classify.codebook import Codebook
from transforms.classify.columns import records
from transforms.classify.dates import dates
from transforms.classify.mentions import masked, references
from transforms.classify.organs import name_pattern, organs
from transforms.classify.places import find, gazetteer
from transforms.classify.printed import Printed
from transforms.classify.quantities import quantities
from transforms.classify.rules import Bools, Ints
from transforms.classify.score import Batch
from transforms.classify.surroundings import Surrounded
from transforms.classify.targets import find_targets
from transforms.classify.texts import Texts, members

_CLASSES = {
    "chinese": "一二三四五六七八九十百千万亿两〇零○O半",
    "digit": "0123456789",
    "ordinal": "一二三四五六七八九十百千零〇两0123456789 （",
    "counted": "万亿元倍个工日天小分周平立公米亩吨毫年人名户次项条件家所座套辆艘台架起种岁票张例",
    "thing": "个人名户次项条件家所座套辆艘台架起种岁票张例小公",
    # 一 before a word that counts things is an article; 一个月, 一小时 and 一公里 are amounts.
    "month": "月工百时里顷斤",
    "head": "局厅委办署",
    # What may not follow the one-character head of an organ: 办理, 委员.
    "goes on": "面部势限长级员托派任法理公事学好案赛成",
    "unit": "多余 万亿千百个元美港欧加澳日韩英卢%‰公平立米厘毫亩吨克升伏人户家工项件条所座处套辆艘架台张部种类批次倍岁天小分年床名位只头册期届场标"
    "股票枚例起周兆吉",
    "between": "-./—–~－至到",
    "this": "条章节款编",
    "before": "款条项一二两三四五六七八九",
}
"""Characters that stand around what is looked for."""
_BITS = {name: np.uint16(1 << bit) for bit, name in enumerate(_CLASSES)}
_TABLE = np.zeros(0x10000, np.uint16)
"""The classes of every character."""
for _name, _characters in _CLASSES.items():
    _TABLE[members(_characters)] |= _BITS[_name]

Rows = list[tuple[Any, ...]]


class Words(NamedTuple):
    """jieba's words of two or more characters in the clauses: number, first character and length of each."""

    texts: Texts
    cut: tuple[Ints, Ints, Ints]


def mention_columns(
    batch: Batch,
    shown: Printed,
    sections: pa.Table,
    clauses: pa.Table,
    codebook: Codebook,
    kinds: Mapping[str, pa.DataType],
    words: Words,
) -> dict[str, pa.Array]:
    """References, quantities, dates, organs and places.

    No character is of two of document, organ and place: 《杭州市…条例》 names no city, 杭州市人民政府 is the organ.
    """
    pattern = name_pattern(codebook.words["organ"], codebook.words["organ_field"])
    look = _Look(batch, codebook)
    rows: dict[str, Rows] = {"references": [], "quantities": [], "dates": [], "organs": [], "places": []}
    cited, counted, dated, acting, placed = rows.values()
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i in np.flatnonzero(look.cites).tolist():
        for r in references(look.text(i), look.title(i)):
            cited.append((i, r.start, r.end, r.kind, None))
            if r.kind != "internal":
                taken[i].append((r.start, r.end))
    for i in np.flatnonzero(look.counts | look.times).tolist():
        text = masked(look.text(i))
        if look.counts[i]:
            counted += [(i, q.start, q.end, q.value, q.unit, q.indicator, q.year) for q in quantities(text)]
        if look.times[i]:
            dated += [(i, d.start, d.end, d.first, d.last) for d in dates(text)]
    land = _Land(words, codebook)
    for i in np.flatnonzero(look.acts | look.names).tolist():
        text, named = look.text(i), bool(look.names[i])
        for o in organs(text, pattern, named=named, places=land.ranges(i), inner=land.inner(i), taken=taken.get(i, ())):
            acting.append((i, o.start, o.end, o.role))
            taken[i].append((o.start, o.end))
    for i, spots in land.inside.items():
        held = taken.get(i, ())
        placed += [(i, *spot, kind) for *spot, kind in spots if not any(spot[0] < e and s < spot[1] for s, e in held)]
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


class _Land:
    """The places of the clauses and the words that they stand between."""

    def __init__(self, words: Words, codebook: Codebook) -> None:
        names = tuple(name for group, own in codebook.places.items() if group != "never" for name in own)
        known = gazetteer(names, codebook.places["country"], codebook.places["never"], codebook.vocabulary)
        texts = words.texts
        found = find(texts, words.cut, known)
        clause = texts.text_of(found.start)
        begin = texts.begin[clause]
        kind = [PLACE_KINDS[number] for number in found.kinds(texts).tolist()]
        self.inside: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        columns = (clause, found.start - begin, found.end - begin)
        for i, start, end, of in zip(*(column.tolist() for column in columns), kind, strict=True):
            self.inside[i].append((start, end, of))
        self._inner = found.inner.tobytes()
        self._begin, self._end = texts.begin.tolist(), (texts.begin + texts.length).tolist()

    def ranges(self, i: int) -> list[tuple[int, int]]:
        """Places in a clause."""
        return [(start, end) for start, end, _ in self.inside.get(i, ())]

    def inner(self, i: int) -> bytes:
        """For each character of a clause whether a word goes on from the one before."""
        return self._inner[self._begin[i] : self._end[i]]


class _Look:
    """Which clauses are worth a look for what."""

    def __init__(self, batch: Batch, codebook: Codebook) -> None:
        texts = batch.around.texts
        codes, self._string = texts.codes, texts.string
        unit = batch.around.clause
        self._texts, self._title = texts, batch.around.title
        self._begin, self._end = texts.begin[unit].tolist(), (texts.begin[unit] + texts.length[unit]).tolist()
        # One look at every character tells all of its classes; those of its neighbours are the same ones, shifted.
        own = _TABLE[codes]
        following, before = np.append(own[1:], np.uint16(0)), np.append(np.uint16(0), own[:-1])
        nxt = np.append(codes[1:], np.uint16(10))
        digit, chinese = _of(own, "digit"), _of(own, "chinese")
        cites = (
            (codes == ord("《"))
            | ((codes == ord("第")) & _of(following, "ordinal"))
            | ((codes == ord("号")) & _of(before, "digit"))
        )
        cites |= (
            (codes == ord("本")) & _of(following, "this")
            | (codes == ord("前")) & _of(following, "before")
            | (codes == ord("上")) & (nxt == ord("款"))
            | (nxt == ord("述")) & ((codes == ord("上")) | (codes == ord("前")))
        )
        # 2031年 and 第34条 are no amounts.
        after = np.append(following[1:], np.uint16(0))
        article = (codes == ord("一")) & _of(following, "thing") & ~_of(after, "month")
        counts = digit & _of(following, "unit") | (chinese & _of(following, "counted") & ~article)
        long = digit.copy()
        for back in range(1, 4):
            long[back:] &= digit[:-back]
        is_year = nxt == ord("年")
        counts |= digit & is_year & ~long
        year = is_year | (nxt == ord(" "))
        times = digit & (year | _of(following, "between")) | chinese & (year | (nxt == ord("五")))
        found, openers = batch.found, codebook.openers
        named = openers.organ[found.word] | openers.organ_suffix[found.word]
        mask = cites.view(np.uint8) | counts.view(np.uint8) << 1 | times.view(np.uint8) << 2
        mask[_of(own, "head") & ~_of(following, "goes on")] |= _NAMES
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


def _of(classes: npt.NDArray[np.uint16], name: str) -> Bools:
    """Which characters are of a class."""
    return classes & _BITS[name] > 0


def _mentions(rows: Rows, shown: Printed, raw: list[str], kind: pa.DataType) -> pa.Array:
    names = [field.name for field in kind.value_type]
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in range(len(names))]
    clause, start, end = (np.array(column, np.int64) for column in columns[:3])
    first, last = shown.ranges(clause, start, end)
    printed = shown.pieces(clause, start, end, raw)
    fields = {"text": printed, "start": pa.array(first.astype(np.int32)), "end": pa.array(last.astype(np.int32))}
    fields |= dict(zip(names[3:], columns[3:], strict=True))
    return records(clause, len(shown.start), fields, kind)
