"""Which releases stay, and pins, in a folder and in a bucket alike."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from tests.transforms.publish.test_publish import publish
from transforms.publish import Folder, Release, Storage, listing, point
from transforms.publish.keeping import PINS, by_age, pins, plan, predecessor, set_pin
from transforms.publish.verify import damages, pointer_damages

Tables = dict[str, pa.Table]


def release(name: str, run: str) -> Release:
    return Release(name, Folder(Path()), f"releases/{name}", {"resources": [], "gangmu": {"run": run}})


OLD, FIRST, SECOND, THIRD = (
    release("2026.11.20-ffffffff", "20261120T010000Z-a"),
    release("2026.11.22-cccccccc", "20261122T010000Z-a"),
    release("2026.11.22-aaaaaaaa", "20261122T020000Z-a"),
    release("2026.11.22-bbbbbbbb", "20261122T030000Z-a"),
)
ALL = [SECOND, THIRD, FIRST, OLD]


def test_of_one_day_the_time_of_the_run_decides() -> None:
    assert by_age(ALL) == [OLD, FIRST, SECOND, THIRD]
    assert predecessor(ALL, THIRD.id) == SECOND.id
    assert predecessor(ALL, OLD.id) is None
    assert predecessor(ALL, "gone") is None
    assert predecessor([], None) is None


@pytest.mark.parametrize(
    ("latest", "pinned", "keep", "kept"),
    [
        (THIRD, {}, 0, {SECOND.id, THIRD.id}),
        (THIRD, {}, 1, {SECOND.id, THIRD.id}),
        (THIRD, {}, 3, {FIRST.id, SECOND.id, THIRD.id}),
        (OLD, {}, 0, {one.id for one in ALL}),
        (SECOND, {}, 0, {FIRST.id, SECOND.id, THIRD.id}),
        (THIRD, {OLD.id: "cited"}, 0, {OLD.id, SECOND.id, THIRD.id}),
        (THIRD, {}, 99, {one.id for one in ALL}),
    ],
)
def test_what_stays(latest: Release, pinned: dict[str, str], keep: int, kept: set[str]) -> None:
    fates = plan(ALL, latest=latest.id, pins=pinned, keep=keep)
    assert [fate.release for fate in fates] == [one.id for one in by_age(ALL)]
    assert {fate.release for fate in fates if fate.kept} == kept


def test_pins(place: Storage) -> None:
    assert pins(place) == {}
    assert set_pin(place, "b", " cited in a paper\n")
    assert set_pin(place, "a", "")
    assert not set_pin(place, "a", "")
    assert pins(place) == {"a": "", "b": "cited in a paper"}
    assert set_pin(place, "b", "another reason")
    assert set_pin(place, "a", None)
    assert not set_pin(place, "a", None)
    assert json.loads(place.read(PINS)) == {"b": "another reason"}


def test_two_who_pin_at_once_do_not_lose_each_other(place: Storage) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda n: set_pin(place, f"r{n}", str(n)), range(8)))
    assert pins(place) == {f"r{n}": str(n) for n in range(8)}


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"a": null}', b"\xff"])
def test_pins_that_cannot_be_read_are_no_pins_less(place: Storage, text: bytes) -> None:
    place.write(PINS, text)
    with pytest.raises(ValueError, match=r"pins\.json"):
        pins(place)
    with pytest.raises(ValueError, match=r"pins\.json"):
        set_pin(place, "a", "")
    assert place.read(PINS) == text


def test_back_verified_and_removed(place: Storage, sound_tables: Tables, tmp_path: Path) -> None:
    for run, reference in (("r1", {"a": "1"}), ("r2", {"a": "2"})):
        publish(sound_tables, place, run=run, reference=reference, work=tmp_path / "work")
    one, other = by_age(listing(place))
    for each in (one, other):
        assert damages(each.path, each.id) == []
    assert pointer_damages(place) == []
    assert point(one, new=False).release == one.id
    assert pointer_damages(place) == []
    place.remove(other.key, unless=lambda: False)
    assert [each.id for each in listing(place)] == [one.id]
    data = bytearray(place.read(f"{one.key}/README.md"))
    data[5] ^= 1
    place.write(f"{one.key}/README.md", bytes(data))
    (found,) = damages(place.fetch(one.key), one.id)
    assert found.file == "README.md"
    place.remove(one.key, unless=lambda: False)
    assert [found.found for found in pointer_damages(place)] == ["nothing"]
