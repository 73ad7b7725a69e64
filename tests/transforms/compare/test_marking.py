"""Marks inside a reworded clause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.compare.marking import marked, spans

TEXTS = st.text(alphabet="各县应当必须加强组织领导,。2026年", max_size=40)


@given(TEXTS, TEXTS)
def test_marks_tile_both_texts_and_give_them_back(before: str, after: str) -> None:
    made = spans(before, after)
    for side, text in (("from", before), ("to", after)):
        assert "".join(text[slice(*span[side])] for span in made) == text
        ends = [0, *(span[side][1] for span in made)]
        assert [span[side][0] for span in made] == ends[:-1]
    for span in made:
        if span["op"] == "equal":
            assert before[slice(*span["from"])] == after[slice(*span["to"])] != ""
        else:
            sizes = [span[side][1] - span[side][0] for side in ("from", "to")]
            assert {"delete": sizes[1] == 0 < sizes[0], "insert": sizes[0] == 0 < sizes[1], "replace": all(sizes)}[
                span["op"]
            ]
    if before == after:
        assert all(span["op"] == "equal" for span in made)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("各县应当加强领导。", "各县必须加强领导。", "各县[-应当-]{+必须+}加强领导。"),
        ("加强领导。", "切实加强领导。", "{+切实+}加强领导。"),
        ("切实加强领导。", "加强领导。", "[-切实-]加强领导。"),
        # A number is marked whole, and a lone character between two changes is no anchor.
        ("到2026年建成。", "到2028年建成。", "到[-2026-]{+2028+}年建成。"),
        ("推动甲的乙发展壮大", "推动丙的丁发展壮大", "推动[-甲的乙-]{+丙的丁+}发展壮大"),
        ("", "新增。", "{+新增。+}"),
    ],
)
def test_marking_in_the_manner_of_word_diff(before: str, after: str, said: str) -> None:
    assert marked(before, after, spans(before, after)) == said
