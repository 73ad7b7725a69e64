"""Parts of a release: where one ends and the next begins."""

import pytest

from transforms.publish.parquet import FEWEST, MOST, cuts


def names(count: int) -> list[str]:
    return [f"notices/{number:06}.txt" for number in range(count)]


def test_a_small_release_is_one_part() -> None:
    assert len(cuts(names(FEWEST - 1))) == 1
    assert len(cuts(names(FEWEST))) > 1


@pytest.mark.parametrize("count", [FEWEST, 2_000, 60_000])
def test_nothing_is_lost_and_no_part_is_much_longer_than_the_others(count: int) -> None:
    listed = names(count)
    parts = cuts(listed)
    assert [source for part in parts for source in part] == listed
    assert all(parts)
    assert max(map(len, parts)) <= 4 * count / len(parts)
    # A part is held in memory, whatever the size of the release.
    assert max(map(len, parts)) < 4 * MOST


@pytest.mark.parametrize("place", range(0, 2_000, 97))
def test_a_source_more_moves_few_ends(place: int) -> None:
    listed = names(2_000)
    before = {tuple(part) for part in cuts(listed)}
    after = cuts([*listed[:place], "another.txt", *listed[place:]])
    assert sum(tuple(part) not in before for part in after) <= 6
