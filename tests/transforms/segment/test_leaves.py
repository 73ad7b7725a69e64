"""Leaf clauses."""

import pytest

from transforms.segment.leaves import split_clauses


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("推进甲。推进乙；推进丙", ["推进甲。", "推进乙；", "推进丙"]),
        ("提出“先甲。后乙；再丙”的要求。推进丁。", ["提出“先甲。后乙；再丙”的要求。", "推进丁。"]),
        ("（含甲；乙）的，适用本条。完", ["（含甲；乙）的，适用本条。", "完"]),
        ("“没有合上的引号。推进甲。", ["“没有合上的引号。", "推进甲。"]),
        ("没有开头的引号”。推进甲。", ["没有开头的引号”。", "推进甲。"]),
        ("推进甲。（市交通局牵头，各区配合）推进乙。", ["推进甲。", "（市交通局牵头，各区配合）", "推进乙。"]),
        ("推进甲（市交通局负责）。推进乙。", ["推进甲（市交通局负责）。", "推进乙。"]),
        ("怎么办？！抓紧办！", ["怎么办？", "！", "抓紧办！"]),
        ("half-width; and full；", ["half-width;", "and full；"]),
        ("  前后空白。  ", ["前后空白。"]),
        ("没有标点", ["没有标点"]),
        ("", []),
    ],
)
def test_split(text: str, clauses: list[str]) -> None:
    assert [text[a:b] for a, b in split_clauses(text, 0, len(text))] == clauses
