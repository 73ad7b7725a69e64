"""Releases: whole or absent, immutable, the same for the same content."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import dplib
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema.validators import validator_for

from schemas import DOCUMENTS
from schemas.arrow import to_table
from schemas.dictionary import as_markdown
from transforms.publish import (
    Published,
    Storage,
    current,
    differences,
    find,
    listing,
    mark_copies,
    pages,
    read_tables,
    releases,
    write_release,
    write_report,
)
from transforms.publish.files import sha256
from transforms.publish.store import CONTENT

Tables = dict[str, pa.Table]
DAY = date(2026, 11, 22)
VALIDATION: dict[str, Any] = {"success": True, "checks": 1, "failures": 0, "warnings": 0, "outcomes": []}
REFERENCE = {"codebook/labels.csv": "1", "numbering.toml": "2"}


def publish(tables: Tables, output: Path | Storage, *, run: str = "r1", day: date = DAY, **changed: Any) -> Published:
    counted = {"findings": pages.findings(tables["documents"]), "formats": pages.formats(tables["documents"])}
    given = {"reference": REFERENCE, "validation": VALIDATION, "facts": {"run": run}, **counted, **changed}
    return write_release(tables, output=output, run=run, day=day, **given)


def files(path: Path) -> dict[str, bytes]:
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


def profile_errors(value: Any, name: str) -> list[str]:
    """Check against the Data Package v2 profile that dplib ships (its own look-up asks the network)."""
    profile = json.loads((Path(dplib.__file__).parent / "profiles" / "2.0" / f"{name}.json").read_text())
    kind = validator_for(profile)
    return [error.message for error in kind(profile).iter_errors(value)]


def test_the_dictionary_is_no_part_of_the_identity(
    sound_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = publish(sound_tables, tmp_path)
    assert (made.path / releases.DICTIONARY).read_text() == as_markdown(CONTENT)
    assert f"  {releases.DICTIONARY}" in (made.path / "SHA256SUMS").read_text()
    monkeypatch.setattr(releases, "as_markdown", lambda _: "other words")
    again = publish(sound_tables, tmp_path, run="r2")
    assert (again.release, again.new) == (made.release, False)
    # What is in the release is hashed all the same.
    (made.path / releases.DICTIONARY).write_text("other words")
    assert any(releases.DICTIONARY in line for line in differences(listing(tmp_path)[0]))


def test_parquet_fields_are_described(sound_tables: Tables, tmp_path: Path) -> None:
    made = publish(sound_tables, tmp_path)
    for dataset in CONTENT:
        schema = pq.read_schema(made.path / dataset.name / "part-00000.parquet")
        for column in dataset.columns:
            metadata = schema.field(column.name).metadata
            assert metadata[b"description"].decode() == column.description
            assert metadata.get(b"null", b"").decode() == column.null


def test_layout_and_pointer(sound_tables: Tables, tmp_path: Path) -> None:
    made = publish(sound_tables, tmp_path)
    assert made.new
    assert made.release == f"2026.11.22-{made.digest[:8]}"
    assert set(files(made.path)) == {
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
    }
    pointer = json.loads((tmp_path / "latest.json").read_text())
    assert pointer["release"] == made.release == current(tmp_path)
    assert tmp_path / pointer["path"] == made.path
    assert pointer["datapackage_sha256"] == sha256(made.path / "datapackage.json")
    assert (tmp_path / "latest").is_symlink()
    assert not (tmp_path / "latest").readlink().is_absolute()
    assert (tmp_path / "latest").resolve() == made.path.resolve()
    assert not list((tmp_path / ".staging" / "r1").iterdir())


def test_read_back_by_everyone(sound_tables: Tables, tmp_path: Path) -> None:
    publish(sound_tables, tmp_path)
    pattern = f"{tmp_path}/latest/clauses/*.parquet"
    expected = sound_tables["clauses"].sort_by([("document_id", "ascending"), ("ordinal", "ascending")]).to_pylist()
    assert pl.read_parquet(pattern).to_dicts() == expected
    assert pq.read_table(tmp_path / "latest" / "clauses").to_pylist() == expected
    frame = pd.read_parquet(tmp_path / "latest" / "clauses")
    assert list(frame["clause_id"]) == [row["clause_id"] for row in expected]
    assert [dict(e) for e in frame["evidence"][0]] == expected[0]["evidence"]
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT clause_id, evidence FROM '{pattern}'").fetchall()  # noqa: S608
    assert found == [(row["clause_id"], row["evidence"]) for row in expected]
    assert read_tables(tmp_path / "latest")["documents"].num_rows == 2


def test_parquet_keeps_descriptions_and_is_compressed(sound_tables: Tables, tmp_path: Path) -> None:
    made = publish(sound_tables, tmp_path)
    path = made.path / "documents" / "part-00000.parquet"
    field = pq.read_schema(path).field("document_number")
    assert field.metadata[b"description"].startswith(b"Document number")
    assert not pq.read_schema(path).field("text").nullable
    column = pq.read_metadata(path).row_group(0).column(0)
    assert column.compression == "ZSTD"
    assert column.has_offset_index
    assert column.has_column_index


def test_strings_have_a_dictionary_and_numbers_and_keys_none(sound_tables: Tables, tmp_path: Path) -> None:
    made = publish(sound_tables, tmp_path)
    group = pq.read_metadata(made.path / "clauses" / "part-00000.parquet").row_group(0)
    columns = [group.column(place) for place in range(group.num_columns)]
    coded = {column.path_in_schema for column in columns if "RLE_DICTIONARY" in column.encodings}
    assert coded == {c.path_in_schema for c in columns if c.physical_type == "BYTE_ARRAY"} - {"clause_id"}
    assert {"text", "themes.list.element", "evidence.list.element.rule"} < coded


def test_same_content_gives_same_bytes_and_no_new_release(sound_tables: Tables, tmp_path: Path) -> None:
    first = publish(sound_tables, tmp_path / "one")
    # Rows in another order, in other chunks, on another day.
    mixed = {name: pa.concat_tables([t.slice(1), t.slice(0, 1)]) for name, t in sound_tables.items()}
    second = publish(mixed, tmp_path / "two", run="r2", day=date(2027, 1, 1))
    assert first.digest == second.digest
    parquet = [
        {name: data for name, data in files(made.path).items() if name.endswith(".parquet")} for made in (first, second)
    ]
    assert parquet[0] == parquet[1]
    again = publish(mixed, tmp_path / "one", run="r3", day=date(2027, 1, 1))
    assert not again.new
    assert again.release == first.release
    assert len(listing(tmp_path / "one")) == 1


def test_other_content_or_other_tables_give_another_release(sound_tables: Tables, tmp_path: Path) -> None:
    first = publish(sound_tables, tmp_path)
    before = files(first.path)
    second = publish(sound_tables, tmp_path, run="r2", reference={**REFERENCE, "numbering.toml": "3"})
    third = publish({**sound_tables, "quarantine": sound_tables["quarantine"].slice(0, 0)}, tmp_path, run="r3")
    assert len({first.digest, second.digest, third.digest}) == 3
    assert [r.id for r in listing(tmp_path)] == sorted({first.release, second.release, third.release})
    assert current(tmp_path) == third.release
    assert files(first.path) == before


def test_known_content_becomes_current_again(sound_tables: Tables, tmp_path: Path) -> None:
    first = publish(sound_tables, tmp_path)
    publish(sound_tables, tmp_path, run="r2", reference={})
    back = publish(sound_tables, tmp_path, run="r3")
    assert not back.new
    assert current(tmp_path) == first.release
    assert (tmp_path / "latest").resolve() == first.path.resolve()


@pytest.mark.parametrize("step", ["write_text", "sync_tree", "point"])
def test_a_crash_leaves_latest_whole(
    sound_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = publish(sound_tables, tmp_path)
    pointer = (tmp_path / "latest.json").read_bytes()

    def crash(*_: Any, **__: Any) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(releases, step, crash)
        with pytest.raises(OSError, match="the disk is gone"):
            publish(sound_tables, tmp_path, run="r2", reference={})
    assert (tmp_path / "latest.json").read_bytes() == pointer
    assert current(tmp_path) == first.release
    assert not any(differences(release) for release in listing(tmp_path))
    again = publish(sound_tables, tmp_path, run="r2", reference={})
    assert current(tmp_path) == again.release
    assert len(listing(tmp_path)) == 2


def test_two_equal_runs_at_once_make_one_release(
    sound_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text = releases.write_text
    made: list[Published] = []

    def other_run_first(path: Path, text: str) -> None:
        if not made and path.name == "README.md" and "r2" in path.parts:
            made.append(publish(sound_tables, tmp_path, run="r1"))
        write_text(path, text)

    monkeypatch.setattr(releases, "write_text", other_run_first)
    second = publish(sound_tables, tmp_path, run="r2")
    assert made[0].new
    assert not second.new
    assert second.release == made[0].release
    assert len(listing(tmp_path)) == 1


def test_descriptor_is_a_data_package(sound_tables: Tables, tmp_path: Path) -> None:
    made = publish(sound_tables, tmp_path)
    package = json.loads((made.path / "datapackage.json").read_text())
    assert profile_errors(package, "datapackage") == []
    assert package["gangmu"]["digest"] == made.digest
    names = [resource["name"] for resource in package["resources"]]
    assert names == ["documents", "sections", "clauses", "quarantine"]
    for resource in package["resources"]:
        assert profile_errors(resource, "dataresource") == []
        assert profile_errors(resource["schema"], "tableschema") == []
        data = (made.path / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["rows"] == pq.read_metadata(made.path / resource["path"]).num_rows
    assert find(tmp_path, made.digest) is not None


def test_a_damaged_descriptor_is_refused_by_the_profile(sound_tables: Tables, tmp_path: Path) -> None:
    made = publish(sound_tables, tmp_path)
    package = json.loads((made.path / "datapackage.json").read_text())
    del package["resources"][0]["path"]
    assert profile_errors(package, "datapackage")


def test_pages_are_self_contained_and_escaped(sound_tables: Tables, tmp_path: Path) -> None:
    outcome = {
        "name": "clauses.x",
        "severity": "critical",
        "description": "<script>",
        "success": False,
        "type": "t",
        "rows": 3,
        "failures": 1,
        "examples": [{"clause_id": "<b>"}],
        "error": None,
    }
    made = publish(sound_tables, tmp_path, validation={**VALIDATION, "outcomes": [outcome]})
    page = (made.path / "quality" / "index.html").read_text()
    assert "<script" not in page
    assert "&lt;b&gt;" in page
    assert "http" not in page
    readme = (made.path / "README.md").read_text()
    assert made.release in readme
    assert "docs/c.txt" in readme


def test_somebody_elses_latest_folder_is_left_alone(sound_tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    made = publish(sound_tables, tmp_path)
    assert current(tmp_path) == made.release
    assert not (tmp_path / "latest").is_symlink()


def test_copies_keep_their_row_and_name_the_first(sound_tables: Tables) -> None:
    documents = sound_tables["documents"]
    twice = pa.concat_tables([documents, documents.slice(0, 1)])
    renamed = twice.set_column(0, twice.schema.field(0), pa.array(["a" * 16, "b" * 16, "c" * 16]))
    assert mark_copies(renamed)["duplicate_of"].to_pylist() == [None, None, "a" * 16]


def test_report_is_replaced_whole(tmp_path: Path) -> None:
    write_report({"state": "failed"}, output=tmp_path, run="r")
    path = Path(write_report({"state": "published"}, output=tmp_path, run="r"))
    assert json.loads(path.read_text()) == {"state": "published"}
    assert [p.name for p in path.parent.iterdir()] == ["report.json"]


def test_formats_and_findings_are_counted() -> None:
    kind = to_table(DOCUMENTS, []).schema.field("findings").type
    lists = [[{"severity": "warning", "code": "gap"}] * 2, [{"severity": "error", "code": "lost"}], []]
    documents = pa.table(
        {
            "source_format": ["text", "html", "text"],
            "source_uri": ["a", "b", "a"],
            "duplicate_of": pa.array([None, None, "x"]),
            "findings": pa.array(lists, kind),
        }
    )
    assert pages.formats(documents) == [
        {"format": "html", "sources": 1, "documents": 1, "copies": 0},
        {"format": "text", "sources": 1, "documents": 2, "copies": 1},
    ]
    told = pages._findings(pages.findings(documents)).splitlines()
    assert told[2:] == ["| error | `lost` | 1 |", "| warning | `gap` | 2 |"]
    assert pages.formats(documents.slice(0, 0)) == []
    assert pages._findings(pages.findings(documents.slice(2))) == "No findings.\n"
