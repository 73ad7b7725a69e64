"""What moved: the fewest whose move explains the new order."""

from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.compare.order import out_of_order, stays


@given(st.lists(st.integers(0, 30), max_size=9, unique=True))
def test_no_longer_run_stays(places: list[int]) -> None:
    kept = [place for place, stay in zip(places, stays(places), strict=True) if stay]
    assert all(one < other for one, other in pairwise(kept))
    longest = 0
    for chosen in range(2 ** len(places)):
        run = [place for at, place in enumerate(places) if chosen >> at & 1]
        if all(one < other for one, other in pairwise(run)):
            longest = max(longest, len(run))
    assert len(kept) == longest


def test_groups_are_apart_and_rows_keep_their_order() -> None:
    rows = pl.DataFrame(
        {
            "pair": [1, 1, 1, 2, 2, 2],
            "place_a": [2, 0, 1, 0, 1, 2],
            "place_b": [0, 5, 6, 3, 8, 9],
        }
    )
    assert out_of_order(rows, by=("pair",)).to_list() == [True, False, False, False, False, False]
    assert out_of_order(rows.clear(), by=("pair",)).to_list() == []
