"""题注: the chain of what was done with an act: 通过, 公布, 施行, 修正, each with its date and organ."""

import datetime
import re
from dataclasses import dataclass

from transforms.segment.dates import parse_date
from transforms.segment.lexicon import DATE

EVENTS = {
    "通过": "adopted",
    "批准": "approved",
    "制定": "enacted",
    "订定": "enacted",
    "公布": "published",
    "发布": "published",
    "颁布": "published",
    "施行": "effective",
    "实施": "effective",
    "生效": "effective",
    "修正": "amended",
    "修改": "amended",
    "修订": "revised",
    "废止": "repealed",
}
"""Verb of a 题注 -> code of `documents.history.event`."""
_VERB = re.compile("|".join(EVENTS))
_ACT_NAMED = re.compile(
    "《[^《》]*(?:〈[^〈〉]*〉[^《》]*)*》[^，。；、（）()\u3000 ]{0,8}?(?:决定|决议|修正案|法律|法规|规章)?的?(?:决定|决议)?"
)
_COUNT = re.compile("第[一二三四五六七八九十0-9]{1,3}次$")
_NUMBER = re.compile("(?:令|公告)?第[0-9０-９一二三四五六七八九十〇百]{1,6}号(?:令|公告)?$|令$|公告$")
_START = re.compile("(?:根据|依据|由|经|并|自|于|，|、|；|[ \u3000])*")


@dataclass(frozen=True, slots=True)
class Event:
    """A step in the life of an act; spans count in the reading text, the organ may be unsaid."""

    event: str
    date: datetime.date
    organ: tuple[int, int] | None
    span: tuple[int, int]


def events_of(line: str, start: int) -> list[Event]:
    """Steps that a 题注 tells, in its order.

    立法技术规范: the note under the title names organ, date and act, first 通过, then each 修正 or 修订. A date may have two
    verbs: 2025年1月8日公布施行.

    Args:
        line: The note.
        start: Where it stands in the reading text.

    """
    found: list[Event] = []
    dates = list(re.finditer(DATE, line))
    for place, match in enumerate(dates):
        date = parse_date(match.group())
        end = dates[place + 1].start() if place + 1 < len(dates) else len(line)
        if date is None:
            continue
        verb = _last_verb(line, match.end(), end)
        if verb is None:
            continue
        organ = _organ(line, match.end(), verb.start())
        span = (start + match.start(), start + verb.end())
        found.append(Event(EVENTS[verb.group()], date, (start + organ[0], start + organ[1]) if organ else None, span))
        second = _VERB.match(line, verb.end(), end)
        if second and EVENTS[second.group()] != EVENTS[verb.group()]:
            found.append(Event(EVENTS[second.group()], date, None, (span[0], start + second.end())))
    return found


def _last_verb(line: str, start: int, end: int) -> re.Match[str] | None:
    """The verb of a date: the first that is no part of the name of an act (《关于修改…的决定》修正)."""
    masked = _ACT_NAMED.sub(lambda m: "\x00" * len(m.group()), line[:end])
    return _VERB.search(masked, start, end)


def _organ(line: str, start: int, end: int) -> tuple[int, int] | None:
    """Organ between a date and its verb, without the act and the number of the order."""
    skipped = _START.match(line, start, end)
    begin = skipped.end() if skipped else start
    text = line[begin:end]
    named = text.find("《")
    if named >= 0:
        text = text[:named]
    for trailing in (_COUNT, _NUMBER):
        text = trailing.sub("", text.rstrip(" \u3000，、"))
    text = text.rstrip(" \u3000，、自起以")
    return (begin, begin + len(text)) if len(text) > 2 else None
