"""What `seeds/pages.toml` and the header of `seeds/official.toml` say, ready to match."""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from schemas.tables import read_toml

BLANK = "[ \t\xa0\u3000\u2002\u2003\u200b]*"


@dataclass(frozen=True, slots=True)
class Pages:
    """Tables of the reader.

    Attributes:
        content: Ids and classes of nodes that hold the text.
        silent: Tags without text of the document.
        blocks: Tags that begin a line.
        containers: Tags that may hold the whole text.
        chrome: Words of ids and classes of menus, share bars and footers.
        label: Matches a label of a page head with its colon (`plain`) or in brackets (`boxed`, 【文号】), anywhere in a line.
        bare: Matches a whole line that is a label, with or without colon.
        tools: Labels, without blanks, whose values are no part of the text.
        weak: Labels that forms and tables have as well.
        printed: Labels that the document itself prints.
        tool_line: Matches whole lines of page tools.
        separator: What stands between the title of a page and the name of its site.
        download: Matches the address of a file that is offered.
        published: Labels of the date of publication.

    """

    content: frozenset[str]
    silent: frozenset[str]
    blocks: frozenset[str]
    containers: frozenset[str]
    chrome: frozenset[str]
    label: re.Pattern[str]
    bare: re.Pattern[str]
    tools: frozenset[str]
    weak: frozenset[str]
    printed: frozenset[str]
    tool_line: re.Pattern[str]
    separator: re.Pattern[str]
    download: re.Pattern[str]
    published: frozenset[str]


@lru_cache(maxsize=1)
def load_pages() -> Pages:
    """Read the tables; they ship with the project and do not change while it runs."""
    shipped = files("seeds")
    pages = read_toml(shipped.joinpath("pages.toml"))
    header = read_toml(shipped.joinpath("official.toml"))["header"]
    labels = _in_both_scripts([*(label for group in header.values() for label in group), *pages["tools"]])
    spaced = "|".join(BLANK.join(map(re.escape, label)) for label in sorted(labels, key=len, reverse=True))
    separators = "|".join(map(re.escape, pages["title_separators"]))
    return Pages(
        content=frozenset(pages["content"]),
        silent=frozenset(pages["silent"]),
        blocks=frozenset(pages["blocks"]),
        containers=frozenset(pages["containers"]),
        chrome=frozenset(pages["chrome"]),
        label=re.compile(
            f"(?:^|(?<=[\\s\x1f|｜】\\]·•●◆■▪○□★※]))(?:[【\\[](?P<boxed>{spaced})[】\\]][\\s\x1f]*[:：]?|(?P<plain>{spaced}){BLANK}[\\s\x1f]*[:：])"
        ),
        bare=re.compile(f"[\\s\x1f【\\[]*({spaced})[\\s\x1f】\\]]*[:：]?[\\s\x1f]*"),
        tools=_in_both_scripts(pages["tools"]),
        weak=_in_both_scripts(pages["weak"]),
        printed=_in_both_scripts(pages["printed"]),
        tool_line=re.compile("|".join(f"(?:{line})" for line in pages["tool_lines"])),
        separator=re.compile(f"(?:{separators})"),
        published=_in_both_scripts(header["published_on"]),
        download=re.compile(rf"\.(?:{'|'.join(pages['downloads'])})(?:$|[?#])", re.IGNORECASE),
    )


def _in_both_scripts(labels: list[str]) -> frozenset[str]:
    """Labels in Simplified and Traditional characters: a page keeps its own."""
    from opencc import OpenCC  # noqa: PLC0415 - its tables load when a page is read

    convert = OpenCC("s2t").convert
    return frozenset(form for label in labels for form in (label, convert(label)))
