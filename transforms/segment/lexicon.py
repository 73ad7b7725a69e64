"""Words and forms of official documents, read from `seeds/official.toml`, as compiled patterns."""

import re
from dataclasses import dataclass
from pathlib import Path

from schemas.tables import read_toml
from transforms.segment.grammar import BLANK

_YEAR = "(?:[12][0-9０-９]{3}|[１２][０-９]{3}|[一二]?[一二〇○零九ＯO0]{1}[一二三四五六七八九〇○零ＯO0]{2,3})"
_REPUBLIC_YEAR = f"中华民国{BLANK}(?:[0-9０-９]{{2,3}}|[一二三四五六七八九十百零〇]{{1,7}})"
_DAY = "[0-9０-９一二三四五六七八九十]{1,3}"
DATE = f"(?:{_YEAR}|{_REPUBLIC_YEAR}){BLANK}年{BLANK}{_DAY}{BLANK}月{BLANK}{_DAY}{BLANK}日"
NUMERIC_DATE = r"(?:19|20)\d\d[.\-/](?:0?[1-9]|1[0-2])[.\-/](?:3[01]|[12]\d|0?[1-9])(?:[ T]\d\d:\d\d(?::\d\d)?)?"
DOCUMENT_NUMBER = (
    r"[\u4e00-\u9fffA-Za-z]{1,20}[〔\[［（(【]\s*(?:19|20)\d{2}\s*[〕\]］）)】]\s*第?\s*\d{1,5}\s*号"
    r"|[\u4e00-\u9fff]{2,20}令\s*第\s*[\d０-９一二三四五六七八九十百]{1,5}\s*号|第\s*[\d０-９一二三四五六七八九十百]{1,5}\s*号"
    r"|[〔\[（(]?第?[一二三四五六七八九十]{1,4}届[〕\]）)]?\s*第\s*[\d０-９一二三四五六七八九十]{1,4}\s*号"
    r"|[\u4e00-\u9fff]{2,20}公告\s*(?:19|20)\d{2}年\s*第\s*\d{1,4}\s*号"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What `seeds/official.toml` says, ready to match."""

    genres: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    organ: re.Pattern[str]
    words: dict[str, tuple[str, ...]]
    lead_in: dict[str, tuple[str, ...]]
    header: re.Pattern[str]
    header_fields: dict[str, str]
    front_matter: dict[str, str]
    title_end: re.Pattern[str]
    dateline: re.Pattern[str]
    byline: re.Pattern[str]
    name_line: re.Pattern[str]
    column: re.Pattern[str]
    signer: re.Pattern[str]
    duty: re.Pattern[str]
    kicker: re.Pattern[str]


def _any(words: list[str]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


def load_lexicon(path: Path) -> Lexicon:
    """Read `official.toml`."""
    table = read_toml(path)
    words = {key: tuple(value) for key, value in table["words"].items()}
    fields = {label: field for field, labels in table["header"].items() for label in labels}
    spaced = [BLANK.join(map(re.escape, label)) for label in sorted(fields, key=len, reverse=True)]
    endings = [end for row in table["genre"] for end in row["title_ends"]] + table["words"]["title_ends"]
    agencies = table["news"]["agencies"]
    surnames = table["news"]["surnames"]
    reporters = _any(table["news"]["reporters"])
    day = r"[0-9０-９一二三四五六七八九十]{1,3}月[0-9０-９一二三四五六七八九十]{1,3}日"
    place = r"[\u4e00-\u9fff]{1,8}?"
    return Lexicon(
        genres=tuple((r["code"], tuple(r["title_ends"]), tuple(r.get("title_holds", ()))) for r in table["genre"]),
        organ=re.compile(_any(table["words"]["organ_ends"]) + "$"),
        words=words,
        lead_in={key: tuple(value) for key, value in table["lead_in"].items()},
        header=re.compile(f"^[【\\[]?({'|'.join(spaced)})[】\\]]?{BLANK}[:：]{BLANK}(.*)$"),
        header_fields=fields,
        front_matter=fields | {key: field for field, keys in table["front_matter"].items() for key in keys},
        title_end=re.compile(_any(endings) + r"(?:（[^（）]{1,12}）|\([^()]{1,12}\))?(?:[\[［〔][0-9]{1,2}[\]］〕])?$"),
        dateline=re.compile(
            f"据?{agencies}{place}{day}[电電讯]|据?{agencies}[\\u4e00-\\u9fff]{{2,6}}[电讯](?=[（(])|{agencies}[讯電电](?={BLANK}|[（(]|[\\u4e00-\\u9fff])"
        ),
        byline=re.compile(
            f"(?:{agencies}|[\\u4e00-\\u9fff]{{0,6}}){reporters}{BLANK}((?:[\\u4e00-\\u9fff·]{{2,4}}[ \u3000、]?){{1,8}})",
        ),
        name_line=re.compile(
            f"^(?:[{surnames}][\\u4e00-\\u9fff]{{1,3}}(?:[ \u3000、][\\u4e00-\\u9fff·]{{2,4}}){{0,5}}"
            f"|(?:[{surnames}][\\u4e00-\\u9fff]{{1,2}}){{2,4}}"
            f"|[\\u4e00-\\u9fff]{{2,12}}[省市县区州旗镇乡村][{surnames}][\\u4e00-\\u9fff]{{1,2}})$",
        ),
        column=re.compile(f"^{_any(table['news']['columns'])}$"),
        signer=re.compile(
            f"^[\\u4e00-\\u9fff·]{{2,4}}$|[{surnames}][\\u4e00-\\u9fff]{{1,2}}$|[省市县区州旗][\\u4e00-\\u9fff]{{4,30}}$|{reporters}"
        ),
        duty=re.compile(f"{_any(table['news']['no_signers'])}|{_any(table['words']['organ_ends'])}$"),
        kicker=re.compile(f"{_any(table['news']['kicker_ends'])}$"),
    )
