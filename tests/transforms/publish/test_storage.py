"""The contract of storage, kept by a folder and by a bucket alike."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.transforms.publish.test_publish import REFERENCE, publish
from transforms.publish import Storage, current, differences, find, listing, storage
from transforms.publish.storage import DESCRIPTOR, Folder

Tables = dict[str, pa.Table]


def release(folder: Path, text: str) -> Path:
    (folder / "clauses").mkdir(parents=True)
    (folder / "clauses" / "part-00000.parquet").write_bytes(b"rows")
    (folder / DESCRIPTOR).write_text(text)
    return folder


def test_files(place: Storage) -> None:
    assert place.children("releases") == place.files("releases") == []
    assert not place.exists("runs/r/report.json")
    with pytest.raises(FileNotFoundError):
        place.read("runs/r/report.json")
    place.write("runs/r/report.json", b"1")
    place.write("runs/r/report.json", b"2")
    assert place.read("runs/r/report.json") == b"2"
    assert place.exists("runs/r/report.json")
    assert not place.exists("runs/r")
    assert place.children("runs") == ["r"]
    assert place.files("runs") == ["runs/r/report.json"]


def test_swap_only_what_was_seen(place: Storage) -> None:
    assert not place.swap("latest.json", b"1", seen=b"0")
    assert place.swap("latest.json", b"1", seen=None)
    assert not place.swap("latest.json", b"2", seen=None)
    assert not place.swap("latest.json", b"2", seen=b"0")
    assert place.read("latest.json") == b"1"
    assert place.swap("latest.json", b"2", seen=b"1")
    assert place.read("latest.json") == b"2"


def test_no_pointer_to_what_is_gone_and_no_removal_of_what_is_in_use(place: Storage, tmp_path: Path) -> None:
    place.adopt(release(tmp_path / "draft", "one"), "releases/one")
    needs = "releases/one/datapackage.json"
    assert place.swap("latest.json", b"one", seen=None, needs=needs)
    assert not place.remove("releases/one", unless=lambda: place.read("latest.json") == b"one")
    # Somebody goes back to it between the look and the removal; only a folder has a lock for that.
    if isinstance(place, Folder):
        assert place.remove("releases/one", unless=lambda: False)
    else:
        looks = iter((False, True))
        assert not place.remove("releases/one", unless=lambda: next(looks))
        assert place.exists(needs)
        assert place.remove("releases/one", unless=lambda: False)
    assert not place.files("releases")
    with pytest.raises(FileNotFoundError, match="gone"):
        place.swap("latest.json", b"two", seen=b"one", needs=needs)
    assert place.read("latest.json") == b"one"


def test_of_many_that_swap_at_once_one_wins(place: Storage) -> None:
    place.write("latest.json", b"0")
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda n: place.swap("latest.json", b"%d" % n, seen=b"0"), range(1, 9)))
    assert won.count(True) == 1
    assert place.read("latest.json") == b"%d" % (won.index(True) + 1)


def test_adopt_fetch_remove(place: Storage, tmp_path: Path) -> None:
    place.adopt(release(tmp_path / "a", "first"), "releases/a")
    with pytest.raises(FileExistsError):
        place.adopt(release(tmp_path / "b", "second"), "releases/a")
    assert place.read(f"releases/a/{DESCRIPTOR}") == b"first"
    copy = place.fetch("releases/a")
    assert (copy / "clauses" / "part-00000.parquet").read_bytes() == b"rows"
    place.remove("releases/a", unless=lambda: False)
    assert place.children("releases") == []


def test_of_two_that_adopt_at_once_one_wins(place: Storage, tmp_path: Path) -> None:
    drafts = [release(tmp_path / f"draft-{n}", str(n)) for n in range(6)]

    def adopt(draft: Path) -> bool:
        try:
            place.adopt(draft, "releases/a")
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(adopt, drafts))
    assert won.count(True) == 1
    assert place.read(f"releases/a/{DESCRIPTOR}") == str(won.index(True)).encode()


def test_publish_and_list(place: Storage, sound_tables: Tables, tmp_path: Path) -> None:
    first = publish(sound_tables, place, work=tmp_path)
    again = publish(sound_tables, place, run="r2", work=tmp_path)
    assert (first.new, again.new, again.release) == (True, False, first.release)
    second = publish(sound_tables, place, run="r3", work=tmp_path, reference={})
    assert {r.id for r in listing(place)} == {first.release, second.release}
    assert current(place) == second.release
    found = find(place, first.digest)
    assert found is not None
    assert differences(found) == []
    pointer = json.loads(place.read("latest.json"))
    assert place.exists(f"{pointer['path']}/{DESCRIPTOR}")
    assert not (tmp_path / ".staging" / "r3" / "release").exists()


def test_an_upload_that_was_cut_off_is_no_release(
    bucket_address: str, sound_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place: Any = storage(f"{bucket_address}/{tmp_path.name}")
    first = publish(sound_tables, place, work=tmp_path)
    put, count = place._obstore.put, 0

    class Failing:
        """The store's library, whose connection breaks at the third file."""

        def __getattr__(self, name: str) -> Any:
            return getattr(obstore, name)

        def put(self, *given: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == 3:
                raise obstore.exceptions.GenericError("connection reset")
            return put(*given, **options)

    obstore = place._obstore
    with monkeypatch.context() as patch:
        patch.setattr(place, "_obstore", Failing())
        with pytest.raises(OSError, match="connection reset"):
            publish(sound_tables, place, run="r2", work=tmp_path, reference={})
    assert len(place.children("releases")) == 2, "some files of the second are there"
    assert [r.id for r in listing(place)] == [first.release]
    assert current(place) == first.release
    second = publish(sound_tables, place, run="r3", work=tmp_path, reference={})
    assert second.new
    assert current(place) == second.release
    assert not any(differences(r) for r in listing(place))


def test_two_runs_at_once_do_not_mix(place: Storage, sound_tables: Tables, tmp_path: Path) -> None:
    """Eight runs of four contents; every release is whole, the pointer names one of them."""

    def run(number: int) -> str:
        reference = {**REFERENCE, "numbering.toml": str(number % 4)}
        return publish(sound_tables, place, run=f"r{number}", work=tmp_path, reference=reference).release

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(run, range(8)))
    assert {r.id for r in listing(place)} == set(made)
    assert len(set(made)) == 4
    assert not any(differences(r) for r in listing(place))
    assert current(place) in made


def test_what_is_no_store_is_told() -> None:
    for address in ("ftp://server/folder", "s3://"):
        with pytest.raises(ValueError, match="Give s3://bucket"):
            storage(address)


def test_a_store_without_its_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    with pytest.raises(ValueError, match=r"pip install -e '.\[s3\]'"):
        storage("s3://bucket/prefix")


def test_a_bucket_that_is_not_there_is_told(bucket_address: str, sound_tables: Tables, tmp_path: Path) -> None:
    place = storage(f"{bucket_address}-nowhere/prefix")
    with pytest.raises(OSError, match="s3://gangmu-nowhere/prefix/releases"):
        publish(sound_tables, place, work=tmp_path)


def test_links_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    Folder(tmp_path).link("latest", "releases/a")
    assert not (tmp_path / "latest").is_symlink()
