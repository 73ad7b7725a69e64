"""Series in running text: 一是…二是…, 第一，…第二，…, 首先，…其次，…."""

import re

from transforms.segment.blocks import Block

MEMBER = re.compile(
    "(?:(?<=^)|(?<=[。；;，,：:、 \u3000\n]))"
    "(?:([一二三四五六七八九十])(?:是|要|方面，|则)|第([一二三四五六七八九十])[，,、]|(首先|其次|再次|最后)[，,])",
)
_ORDER_WORDS = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
_HAN_NUMBER = {c: i + 1 for i, c in enumerate("一二三四五六七八九十")}


def _series_number(match: re.Match[str]) -> int:
    return _HAN_NUMBER.get(match.group(1) or match.group(2) or "", 0) or _ORDER_WORDS.get(match.group(3) or "", 0)


def paragraph_series(text: str, blocks: list[Block]) -> dict[int, int]:
    """Block -> number, for paragraphs that begin with 一是, 二是 … and count from one (practice of reports)."""
    heads = {}
    for index, block in enumerate(blocks):
        if block.step is None and (match := MEMBER.match(text, block.start, block.end)):
            heads[index] = _series_number(match)
    members: dict[int, int] = {}
    run: list[int] = []
    for index in [*heads, -1]:
        number = heads.get(index, 0)
        if run and number == heads[run[-1]] + 1:
            run.append(index)
            continue
        if len(run) > 1:
            members.update({i: heads[i] for i in run})
        run = [index] if number == 1 else []
    return members


def inline_series(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, number) of the members of a series 一是…二是… that counts from one, at least two (practice of reports)."""
    found: list[tuple[int, int]] = []
    if text.find("二", start, end) < 0 and text.find("其次", start, end) < 0:
        return found  # as in most paragraphs: no second member
    for match in MEMBER.finditer(text, start, end):
        number = _series_number(match)
        if number == 1 and len(found) <= 1:
            found = [(match.start(), 1)]
        elif found and number == found[-1][1] + 1:
            found.append((match.start(), number))
    return found if len(found) > 1 else []


def label_of(text: str, start: int, end: int) -> str | None:
    """Word that marks a member of a series (一是, 首先), without its comma."""
    match = MEMBER.match(text, start, end)
    return match.group().rstrip("，,、") if match else None
