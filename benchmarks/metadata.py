"""Header fields and outlines of web pages: exact rates for each field, and sections equal to those of the plain text.

python -m benchmarks.metadata                          composed pages: every sample as every kind of site prints it
python -m benchmarks.metadata $GANGMU_REAL/corpus/plans    saved pages NAME.html with NAME.meta.json and NAME.txt
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import seeds
from benchmarks.pages import HEADERLESS, TEMPLATES, Document
from benchmarks.report import generic, header, table, write
from transforms.clean import clean
from transforms.extract import extract
from transforms.segment import Rules, Segmented, load_rules, segment
from transforms.segment.dates import parse_date

COLUMNS = {
    "标题": "title",
    "索引号": "index_number",
    "主题分类": "theme_declared",
    "发文机关": "issuer",
    "发文字号": "document_number",
    "成文日期": "written_on",
    "发布日期": "published_on",
    "公开属性": "disclosure",
    "有效性": "validity",
    "主题词": "subject_words",
}
"""Label of the header -> column of documents."""

FACTS: dict[str, dict[str, str]] = {
    "amendment-decision": {
        "发文机关": "云陵市人民代表大会常务委员会",
        "成文日期": "2025-10-31",
        "发布日期": "2025-11-03",
        "主题词": "城市 绿化",
    },
    "judicial-interpretation": {
        "发文机关": "云陵高级人民法院",
        "发文字号": "云高法释〔2025〕3号",
        "成文日期": "2025-06-19",
        "发布日期": "2025-06-25",
    },
    "notice-issuing-rules": {
        "发文机关": "云陵市人民政府办公室",
        "发文字号": "云政办规〔2025〕7号",
        "发布日期": "2025-09-09",
        "有效性": "有效",
    },
    "opinion": {
        "发文机关": "云陵市人民政府",
        "发文字号": "云政发〔2025〕18号",
        "发布日期": "2025-07-30",
        "主题词": "养老 服务 意见",
    },
    "regulation": {"发文机关": "海州省人民代表大会常务委员会", "发布日期": "2025-02-03", "有效性": "现行有效"},
    "reply": {
        "发文机关": "云陵市人民政府",
        "发文字号": "云政复〔2025〕31号",
        "发布日期": "2025-08-15",
        "公开属性": "依申请公开",
    },
    "work-report": {"发文机关": "青岚县人民政府", "成文日期": "2026-01-13", "发布日期": "2026-01-20"},
}
"""Headers of the samples: what a site would print; the dates in ISO form."""
COMMON = {"索引号": "SN{0:04}0107/2025-{0:05}", "主题分类": "综合政务\\其他", "公开属性": "主动公开"}
ALIASES = (
    {},
    {
        "发文机关": "发布机构",
        "成文日期": "生成日期",
        "标题": "名称",
        "发文字号": "文号",
        "发布日期": "公开日期",
        "公开属性": "公开方式",
        "有效性": "时效性",
        "主题词": "关键词",
    },
    {
        "发文机关": "制发机关",
        "成文日期": "发文日期",
        "标题": "信息名称",
        "发文字号": "文件编号",
        "发布日期": "发布时间",
        "公开属性": "公开类型",
        "有效性": "效力状态",
        "索引号": "信息索引号",
    },
    {
        "发文机关": "公开主体",
        "成文日期": "印发日期",
        "主题分类": "信息分类",
        "有效性": "是否有效",
        "发文字号": "发文文号",
    },
)
"""Other labels of the same elements."""
FURTHER = (
    {},
    {"公开时限": "长期公开", "内容概述": "对有关工作作出安排，明确目标和任务。"},
    {"体裁分类": "通知", "公开形式": "网站"},
    {"服务对象分类": "社会公众", "公文种类": "通知", "信息格式": "HTML"},
)
DATES = ("{0}年{1}月{2}日", "{0}-{1}-{2}", "{0}.{1}.{2}", "{0}-{1}-{2} 16:40:05")


@dataclass(frozen=True)
class Page:
    """A page and what is right for it; a field that is empty must be empty."""

    name: str
    kind: str
    data: bytes
    plain: str
    expected: dict[str, Any]


def composed() -> Iterator[Page]:
    """Every sample as every kind of site prints it, labels and forms of dates in turn."""
    for place, (name, facts) in enumerate(FACTS.items()):
        text = (seeds.folder() / "documents" / f"{name}.txt").read_text(encoding="utf-8")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        titles = 2 if name in {"notice-issuing-rules", "opinion", "reply"} else 1
        bare = Document(lines, titles)
        for turn, (kind, template) in enumerate(TEMPLATES.items()):
            values = {label: value.format(place + 1) for label, value in COMMON.items()} | facts | {"标题": bare.title}
            shown = {label: _in_form(value, place + turn) for label, value in values.items()}
            names = ALIASES[(place + turn) % len(ALIASES)]
            fields = {names.get(label, label): value for label, value in shown.items()} | FURTHER[
                (place + 2 * turn) % len(FURTHER)
            ]
            expected = dict.fromkeys(COLUMNS.values()) | {COLUMNS[label]: value for label, value in values.items()}
            if kind in HEADERLESS:
                expected = {"title": bare.title}
            plain = "\n".join(lines)
            yield Page(f"{name}/{kind}", kind, template(replace(bare, fields=fields)), plain, expected)


def _in_form(value: str, turn: int) -> str:
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    return DATES[turn % len(DATES)].format(*match.groups()) if match else value


def saved(folder: Path) -> Iterator[Page]:
    """Pages of a folder with the header that was read off them by other means."""
    for path in sorted(folder.glob("*.html")):
        meta = json.loads(path.with_suffix(".meta.json").read_text(encoding="utf-8"))
        expected = {column: meta[label] or None for label, column in COLUMNS.items() if label in meta}
        yield Page(path.stem, "saved", path.read_bytes(), path.with_suffix(".txt").read_bytes().decode(), expected)


def structured(data: bytes, name: str, rules: Rules) -> Segmented:
    """Rows of a source."""
    source = extract(data, source_uri=name)
    return segment(source, clean(source), rules)


def wrong_fields(
    document: Mapping[str, Any], expected: Mapping[str, Any], *, script: str = ""
) -> dict[str, tuple[Any, Any]]:
    """Fields that are not exactly right: column -> (expected, found)."""
    wrong = {}
    for column, value in expected.items():
        found = document.get(column)
        right: Any = value
        if column.endswith("_on") and value:
            right = parse_date(value)
        elif column == "subject_words":
            right = (_traditional(value) if script else value).split() if value else []
        elif value and script:
            right = _traditional(value)
        if column == "title" and found:
            found, right = re.sub(r"\s", "", found), re.sub(r"\s", "", right or "")
        # What the header leaves open, the text may tell.
        if value is not None and found != right:
            wrong[column] = (right, found)
    return wrong


def _traditional(text: str) -> str:
    from opencc import OpenCC  # noqa: PLC0415 - only pages in Traditional characters need it

    converted: str = OpenCC("s2t").convert(text)
    return converted


def outline(found: Segmented) -> list[tuple[str, str, str]]:
    """Kind, label and title of the sections, blanks left out."""
    return [
        (s["kind"], re.sub(r"\s", "", s["label"] or ""), re.sub(r"\s", "", s["title"] or "")) for s in found.sections
    ]


def agreement(page: list[tuple[str, str, str]], plain: list[tuple[str, str, str]]) -> tuple[int, int]:
    """Sections that both have, and the larger number of sections."""
    return sum((Counter(page) & Counter(plain)).values()), max(len(page), len(plain))


def measure(pages: Iterator[Page], rules: Rules, *, verbose: bool = False) -> dict[str, dict[str, list[int]]]:
    """Counts [right, all] by kind of page, then by field; `outline` counts sections."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for page in pages:
        found = structured(page.data, f"{page.name}.html", rules)
        hant = "t" if page.kind == "taiwan" else ""
        wrong = wrong_fields(found.documents[0], page.expected, script=hant)
        plain = _traditional(page.plain) if hant else page.plain
        alike, sections = agreement(outline(found), outline(structured(plain.encode(), f"{page.name}.txt", rules)))
        for column, value in page.expected.items():
            if value is not None:
                counts[page.kind][column][0] += column not in wrong
                counts[page.kind][column][1] += 1
        counts[page.kind]["outline"][0] += alike
        counts[page.kind]["outline"][1] += sections
        if verbose and (wrong or alike < sections):
            print(page.name, {c: f"{b!r} for {a!r}" for c, (a, b) in wrong.items()}, f"{alike}/{sections} sections")
    return counts


EXPLAINED = """\
Shares of fields that are exactly right, by kind of page and column, and of sections (kind, label, title) that the plain text
has too. The composed pages were written beside the reader: pages of other sites will score lower.
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "folder", type=Path, nargs="?", metavar="FOLDER", help="saved pages; without it the composed ones"
    )
    parser.add_argument("--report", metavar="NAME", help="write it to this file in benchmarks/")
    parser.add_argument("--verbose", action="store_true", help="name every page that is not all right")
    given = parser.parse_args()
    pages = saved(given.folder) if given.folder else composed()
    lines = page_of(measure(pages, load_rules(seeds.folder()), verbose=given.verbose))
    if given.report:
        command = f"python -m benchmarks.metadata{' ' + generic(given.folder) if given.folder else ''} --report {given.report}"
        print(write(given.report, [*header("Header fields and outlines of web pages", command), EXPLAINED, *lines]))
    else:
        print("\n".join(lines))


def page_of(counts: Mapping[str, Mapping[str, list[int]]]) -> list[str]:
    """Write the counts as a table."""
    columns = [*dict.fromkeys(c for own in counts.values() for c in own if c != "outline"), "outline"]
    total = {c: [sum(own[c][i] for own in counts.values() if c in own) for i in (0, 1)] for c in columns}
    fields = [sum(total[c][i] for c in columns if c != "outline") for i in (0, 1)]
    rows = [[kind, *(_share(own.get(c)) for c in columns)] for kind, own in [*counts.items(), ("all", total)]]
    return [
        *table(("page", *columns), rows),
        "",
        f"Fields exactly right: {fields[0]} of {fields[1]} ({fields[0] / max(1, fields[1]):.4f}).",
    ]


def _share(count: list[int] | None) -> str:
    return "" if not count or not count[1] else f"{count[0] / count[1]:.3f}"


if __name__ == "__main__":
    main()
