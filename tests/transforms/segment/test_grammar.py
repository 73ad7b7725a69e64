"""The pattern of all marks looks only where one can begin, and finds what it would find without that."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import seeds
from transforms.segment import load_rules
from transforms.segment.grammar import _opening, load

PATTERN = load_rules(seeds.folder()).grammar.pattern
AHEAD, _, PLAIN = PATTERN.pattern.partition("])")
SLOW = re.compile(PLAIN)
PIECES = [*"第笫一二十百千〇ニ入①⑳⑴㈠（()）、．.-—专栏编章节条之0123９ \n　。《“的", "分编", "2026年", "5G"]


def test_the_shipped_table_can_be_looked_ahead_for() -> None:
    assert AHEAD.startswith("(?=[")
    assert PLAIN.startswith("(?:(?:[第")


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_nothing_is_missed(text: str) -> None:
    found, all_found = ([(m.span(), m.lastgroup) for m in pattern.finditer(text)] for pattern in (PATTERN, SLOW))
    assert found == all_found


def test_a_mark_with_groups_and_choices_names_its_family(tmp_path: Path) -> None:
    table = (seeds.folder() / "numbering.toml").read_text(encoding="utf-8")
    changed = tmp_path / "numbering.toml"
    changed.write_text(table.replace("mark = '[①-⑳]'", "mark = '(甲)号|(乙)(号)'"), encoding="utf-8")
    grammar = load(changed)
    names = [
        grammar.families[int((m.lastgroup or "")[1:])].name
        for m in grammar.pattern.finditer("第一章 甲号 乙号 专栏1：")
    ]
    assert names == ["chapter", "circled", "circled", "box"]


@pytest.mark.parametrize(
    ("mark", "opening"),
    [
        ("第[一二]章", "第"),
        ("[一二]{1,3}、", "一二"),
        (r"(?<![0-9A-Z.])[0-9]{1,4}[.]", "0-9"),
        ("(?:[（(] ?[一二] ?[）)]|[㈠-㈩])", "（(㈠-㈩"),
        ("(?:(?:甲|乙)|丙丁)。", "甲乙丙"),
        (r"[\]a]x", r"\]a"),
        ("甲甲|乙", "甲乙"),
        ("(?:甲|[|)]乙)(?:丙)?", "甲|)"),
        # What may be left out, or is anything, cannot be read off.
        ("[一二]?、", None),
        ("[一二]{0,3}、", None),
        ("(?:甲|乙)?丙", None),
        ("(?:甲|乙){,2}丙", None),
        ("(甲)乙", None),
        ("(?:甲|.)丙", None),
        ("甲?乙", None),
        ("[^甲]乙", None),
        (r"\d章", None),
        ("(?=甲)甲", None),
        ("", None),
    ],
)
def test_opening(mark: str, opening: str | None) -> None:
    assert _opening(mark) == opening
