"""Genre of a text by the last word of its title: for the gold, and for acts that a notice issues as attachment."""

import re

_BY_TITLE = (
    ("interpretation", re.compile(r"最高人民法院|最高人民检察院")),
    ("reply", re.compile(r"批复|答复|函$")),
    ("regulation", re.compile(r"条例$")),
    ("rules", re.compile(r"(?:办法|规定|细则|规则|规程|章程|准则)(?:（[^（）]*）)?$")),
    ("notice", re.compile(r"通知$|通告$|公告$")),
    ("plan", re.compile(r"规划|计划|方案|纲要|建议$")),
    ("opinion", re.compile(r"意见$")),
    ("decision", re.compile(r"决定$|决议$|授权")),
    ("report", re.compile(r"报告$")),
)
_LAW_BY_TITLE = (
    ("interpretation", re.compile(r"最高人民法院|最高人民检察院|解释$")),
    ("regulation", re.compile(r"条例$|若干规定$")),
    ("law", re.compile(r"法$|法（.*）$|宪法")),
    ("rules", re.compile(r".")),
)


def genre_of_title(title: str, *, legislation: bool = False) -> str | None:
    """Genre that a title names, or None; with `legislation` only the genres of normative acts are considered."""
    bare = re.sub(r"[\s　]", "", title)
    table = _LAW_BY_TITLE if legislation else _BY_TITLE
    return next((name for name, pattern in table if pattern.search(bare)), None)


_CONGRESS = re.compile(r"人民代表大会|人大常委会|人大常务委员会")


def read_as(genre: str, title: str) -> str:
    """Genre that a document is read as: a decision of a congress sets norms, as a regulation does."""
    return "regulation" if genre == "decision" and _CONGRESS.search(title) else genre
