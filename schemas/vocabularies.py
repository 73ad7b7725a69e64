"""The closed vocabularies of the datasets.

Structural terms are declared here. The codes of the four axes and their meaning belong to the codebook, which a policy
expert edits as a table (`seeds/codebook/labels.csv`); they are read from there.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

GENRES = (
    "law",
    "regulation",
    "rules",
    "interpretation",
    "plan",
    "opinion",
    "notice",
    "decision",
    "report",
    "reply",
    "news",
    "other",
)
SCRIPTS = ("hans", "hant", "mixed")
SEVERITIES = ("info", "warning", "error")
OUTWARD = ("document", "document_number")
"""Kinds of references to other documents."""
REFERENCE_KINDS = ("internal", *OUTWARD)
ORGAN_ROLES = ("issuer", "lead", "participant", "mentioned")
PLACE_KINDS = (
    "place",
    "province",
    "city",
    "district",
    "county",
    "prefecture",
    "banner",
    "town",
    "village",
    "island",
)
STAGES = ("extract", "clean", "segment", "classify", "validate", "publish")
AXES = ("function", "modality", "theme", "instrument")

SECTION_KINDS = {
    "part": "编 or 篇, 部分: the outermost division",
    "subpart": "分编",
    "chapter": "章",
    "section": "节",
    "article": "条",
    "paragraph": "款: an unnumbered paragraph of an article that has two or more",
    "item": "项 （一）, or a numbered statement that has no heading of its own inside an article",
    "point": "目 1.",
    "heading": "numbered division of 公文: 一、（一）1.（1）①",
    "entry": "flat numbered entry, numbered through the whole document",
    "bullet": "——",
    "inline": "一是…二是… inside a paragraph",
    "box": "专栏",
    "preamble": "text before the first division: 序言, 引言",
    "lead_in": "paragraph that opens a chapter and speaks about what follows",
    "subhead": "unnumbered heading inside a document; question (问：) over its answer",
    "kicker": "引题: line over the headline of an article of a page",
    "subtitle": "副题: second title line of an article of a page",
    "caption": "words under a picture of a page",
    "signature": "organ and date under the text",
    "attachment": "附件, 附表, or an act that a notice issues",
    "toc": "目录",
    "table": "table",
    "note": "附注 such as （此件公开发布）",
}

ROLES = {
    "label": "number of a division: 第三条, 12.",
    "heading": "title, subtitle, subhead, kicker",
    "clause": "text of a leaf clause",
    "metadata": "document number, dates, addressee, signature, byline, dateline, jump mark, header fields",
    "quote": "pull quote",
    "toc": "line of a table of contents",
    "table": "cell of a table",
    "furniture": "no content: placeholder, page number, running head, separator",
    "markup": "characters of a markup language, such as the # of a heading",
    "gap": "white space between units",
}

EVENTS = ("adopted", "approved", "enacted", "published", "effective", "amended", "revised", "repealed")
"""What may befall an act: 通过, 批准, 制定, 公布, 施行, 修正, 修订, 废止."""

HINTS = ("bold", "kai", "heading", "page", "furniture", "wrap")
"""What a container may know of characters: bold and 楷体 runs, headings of a level, pages, heads and feet of pages, line
breaks that are only the end of a printed line."""


@dataclass(frozen=True, slots=True)
class Label:
    """A row of the codebook.

    Attributes:
        axis: One of AXES.
        code: What stands in the datasets.
        zh: Name in Chinese.
        en: Name in English.
        definition: What it says, in a sentence.
        binds: How much a modality binds its addressee, 1 to 5; None for what neither binds nor frees, and on other axes.

    """

    axis: str
    code: str
    zh: str
    en: str
    definition: str
    binds: int | None


def _codebook() -> tuple[Label, ...]:
    table = files("seeds").joinpath("codebook", "labels.csv").read_text(encoding="utf-8")
    return tuple(
        Label(
            row["axis"],
            row["code"],
            row["zh"],
            row["en"],
            row["definition"],
            int(row["binds"]) if row["binds"] else None,
        )
        for row in csv.DictReader(table.splitlines())
    )


CODEBOOK = _codebook()
"""Labels of all axes, in the order of the codebook."""
LABELS = {axis: tuple(label.code for label in CODEBOOK if label.axis == axis) for axis in AXES}
"""axis -> its codes, in the order of the codebook."""
