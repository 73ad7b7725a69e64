"""The benchmark of differences, on very little."""

import re
from pathlib import Path

import seeds
from benchmarks import diff


def test_what_was_done_to_a_release_is_told(tmp_path: Path) -> None:
    page = diff.speed(tmp_path, 4000)
    rows = [
        re.findall(r"[\w,]+", line)
        for line in page[page.index("What was done and what was told:") :]
        if line.startswith("| ")
    ]
    counts = {row[0]: row[1:] for row in rows[1:]}
    assert set(counts) == {"reworded", "removed", "added", "relabelled"}
    for change, (done, told) in counts.items():
        assert done == told != "0", change


def test_page_of_quality() -> None:
    folder = seeds.folder() / "documents"
    page = diff.quality([folder / "regulation.txt", folder / "opinion.txt"])
    assert page[0] == "## Quality"
    used = f"| {diff.alignment.LIKE} / {diff.alignment.LIKE_IN_GAP} (used) |"
    assert any(line.startswith(used) for line in page)
