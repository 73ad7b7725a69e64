"""Every damage of a real release is found, and said to be what it is."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.transforms.publish.test_publish import publish
from transforms.publish import Folder, Published, differences
from transforms.publish.files import sealed, sha256
from transforms.publish.store import open_release
from transforms.publish.verify import Damage, damages, pointer_damages

Tables = dict[str, pa.Table]
FILES = (
    "documents/part-00000.parquet",
    "sections/part-00000.parquet",
    "clauses/part-00000.parquet",
    "quarantine/part-00000.parquet",
    "datapackage.json",
    "DATA-DICTIONARY.md",
    "quality/validation.json",
    "quality/index.html",
    "README.md",
    "SHA256SUMS",
)


@pytest.fixture
def made(sound_tables: Tables, tmp_path: Path) -> Published:
    return publish(sound_tables, tmp_path)


def found(made: Published) -> list[Damage]:
    return damages(made.path, made.release)


def pointed(made: Published) -> list[Damage]:
    return pointer_damages(Folder(made.path.parents[1]))


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def test_a_sound_release_has_no_damage(made: Published) -> None:
    assert found(made) == []
    assert pointed(made) == []
    assert differences(open_release(made.path)) == []
    assert {p.relative_to(made.path).as_posix() for p in made.path.rglob("*") if p.is_file()} == set(FILES)


def test_sha256sum_can_check_it(made: Published) -> None:
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("no sha256sum here")
    command = [tool, "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=made.path, check=False).returncode == 0
    (made.path / "README.md").write_text("other")
    done = subprocess.run(command, cwd=made.path, check=False, capture_output=True, text=True)
    assert "README.md: FAILED" in done.stdout


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 0.999])
def test_a_flipped_bit_is_found_in_every_file(made: Published, name: str, place: float) -> None:
    path = made.path / name
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 1
    path.write_bytes(data)
    damage = found(made)
    if name == "SHA256SUMS":
        # A digit in the line of a file that nothing else names makes that file look strange.
        assert damage
    elif name == "datapackage.json":
        assert name in {one.file for one in damage}
    else:
        (one,) = damage
        assert one.file == name
        assert one.found.startswith(f"sha256 {sha256(path)}")
        assert one.expected != one.found


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_found(made: Published, name: str) -> None:
    path = made.path / name
    path.write_bytes(path.read_bytes()[:-7])
    # The last line of the list names another file then.
    assert {name, "sections/part-00000.p"} & {one.file for one in found(made)}


@pytest.mark.parametrize("name", FILES)
def test_an_emptied_file_is_found(made: Published, name: str) -> None:
    (made.path / name).write_bytes(b"")
    assert name in {one.file for one in found(made)}


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(made: Published, name: str) -> None:
    (made.path / name).unlink()
    damage = found(made)
    assert name in {one.file for one in damage}
    if name not in {"datapackage.json", "SHA256SUMS"}:
        (one,) = damage
        assert one.found == "nothing"


@pytest.mark.parametrize("name", ["notes.txt", "clauses/part-00001.parquet", "clauses/.hidden", "more/deep/file"])
def test_an_unexpected_file_is_found(made: Published, name: str) -> None:
    path = made.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    assert found(made) == [Damage(name, "nothing", f"sha256 {sha256(path)} (1 bytes)")]


def test_a_link_out_of_the_release_is_found(made: Published) -> None:
    (made.path / "extra").symlink_to("/etc")
    assert [one.file for one in found(made)] == ["extra"]


def test_swapped_files_are_found(made: Published, tmp_path: Path) -> None:
    one, other = (made.path / name / "part-00000.parquet" for name in ("clauses", "sections"))
    one.rename(tmp_path / "kept")
    other.rename(one)
    (tmp_path / "kept").rename(other)
    assert [damage.file for damage in found(made)] == ["clauses/part-00000.parquet", "sections/part-00000.parquet"]


def test_an_edited_row_count_is_the_descriptors_fault(made: Published) -> None:
    def one_more(package: dict[str, Any]) -> None:
        package["resources"][2]["parts"][0]["rows"] += 1

    edit(made.path / "datapackage.json", one_more)
    said = [damage.sentence() for damage in found(made)]
    assert "datapackage.json: expected 3 rows for clauses/part-00000.parquet, found 4 rows" in said
    assert any(line.startswith('datapackage.json: expected "seal": ') for line in said)
    assert [damage.file for damage in pointed(made)] == [f"releases/{made.release}/datapackage.json"]


def test_an_edited_hash_is_the_descriptors_fault(made: Published) -> None:
    def other(package: dict[str, Any]) -> None:
        package["resources"][0]["parts"][0]["hash"] = "sha256:" + "0" * 64

    edit(made.path / "datapackage.json", other)
    assert {damage.file for damage in found(made)} == {"datapackage.json"}


def test_a_word_of_the_descriptor_cannot_be_changed(made: Published) -> None:
    edit(made.path / "datapackage.json", lambda package: package.update(title="Another"))
    assert [damage.file for damage in found(made)] == ["datapackage.json"]
    edit(made.path / "datapackage.json", lambda package: package["gangmu"].pop("seal"))
    (one,) = found(made)
    assert one.expected == "one seal"


def test_an_edited_list_is_the_lists_fault(made: Published) -> None:
    path = made.path / "SHA256SUMS"
    digest = sha256(made.path / "clauses" / "part-00000.parquet")
    path.write_text(path.read_text().replace(digest, "0" * 64))
    (one,) = found(made)
    assert (one.file, one.expected) == ("SHA256SUMS", f"sha256 {digest} for clauses/part-00000.parquet")


@pytest.mark.parametrize(
    "text", ["{", "[]", "null", "{}", '{"resources": []}', '{"resources": [{"name": "x"}]}', "\udcff"]
)
def test_a_descriptor_that_is_none_is_named(made: Published, text: str) -> None:
    (made.path / "datapackage.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert [damage.file for damage in found(made)] == ["datapackage.json"]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("digest", "0" * 64, "of the content, found digest 000"),
        ("reference", {}, "of the content, found digest"),
    ],
)
def test_the_digest_holds_content_and_tables(made: Published, key: str, value: Any, said: str) -> None:
    edit(made.path / "datapackage.json", lambda package: package["gangmu"].update({key: value}))
    assert any(said in damage.sentence() for damage in found(made))


def test_other_content_under_the_same_name_is_found(made: Published) -> None:
    """Somebody rewrites a file and everything that holds it; the name of the release still tells."""
    path = made.path / "clauses" / "part-00000.parquet"
    pq.write_table(pq.read_table(path).slice(0, 2), path)

    def follow(package: dict[str, Any]) -> None:
        package["resources"][2]["parts"][0] |= {
            "bytes": path.stat().st_size,
            "hash": f"sha256:{sha256(path)}",
            "rows": 2,
        }

    edit(made.path / "datapackage.json", follow)
    descriptor = made.path / "datapackage.json"
    descriptor.write_text(sealed(descriptor.read_text()))
    sums = made.path / "SHA256SUMS"
    lines = [line.split("  ") for line in sums.read_text().splitlines()]
    sums.write_text("".join(f"{sha256(made.path / name)}  {name}\n" for _, name in lines))
    said = [damage.sentence() for damage in found(made)]
    assert any(line.startswith("datapackage.json: expected digest") for line in said)
    assert any(line.startswith(".: expected a release whose id ends with") for line in said)


def test_a_renamed_release_is_found(made: Published) -> None:
    other = made.path.with_name("2026.11.22-00000000")
    made.path.rename(other)
    said = [damage.sentence() for damage in damages(other, other.name)]
    assert [line.partition(":")[0] for line in said] == [".", "datapackage.json"]
    assert [damage.found for damage in pointed(made)] == ["nothing"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSONDecodeError"),
        ("{}", "KeyError"),
        ("[]", "TypeError"),
        ('{"release": "x", "path": "releases/x", "datapackage_sha256": "0"}', "the release releases/x, found nothing"),
    ],
)
def test_a_damaged_pointer_is_found(made: Published, text: str, said: str) -> None:
    (made.path.parents[1] / "latest.json").write_text(text)
    (one,) = pointed(made)
    assert one.file == "latest.json"
    assert said in one.sentence()


def test_a_missing_pointer_is_found(made: Published) -> None:
    (made.path.parents[1] / "latest.json").unlink()
    assert [one.file for one in pointed(made)] == ["latest.json"]


def test_an_edited_pointer_is_found(made: Published) -> None:
    pointer = made.path.parents[1] / "latest.json"
    edit(pointer, lambda value: value.update(datapackage_sha256="0" * 64))
    assert [one.file for one in pointed(made)] == [f"releases/{made.release}/datapackage.json"]
    edit(pointer, lambda value: value.update(release="2026.01.01-00000000"))
    assert "path releases/2026.01.01-00000000" in pointed(made)[0].expected


def test_a_link_that_leads_elsewhere_is_found_and_a_missing_one_is_fine(sound_tables: Tables, tmp_path: Path) -> None:
    first = publish(sound_tables, tmp_path)
    publish(sound_tables, tmp_path, run="r2", reference={})
    link = tmp_path / "latest"
    link.unlink()
    assert pointer_damages(Folder(tmp_path)) == []
    link.symlink_to(f"releases/{first.release}")
    (one,) = pointer_damages(Folder(tmp_path))
    assert (one.file, one.found) == ("latest", f"a link to releases/{first.release}")
    link.unlink()
    link.symlink_to("nowhere")
    assert [one.file for one in pointer_damages(Folder(tmp_path))] == ["latest"]
