"""The validation of a run, part by part: in the worker, where it dies, and in the validator."""

import os
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import seeds
from flows import assembly, judging, pools, taken, work
from flows.sealed import read_sealed, write_sealed
from flows.sources import File
from flows.taken import each_rows, read_rows
from tests.flows.plain import quick


@pytest.fixture
def joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> assembly.Joined:
    """Two samples structured and joined, in two packs."""
    monkeypatch.setattr("transforms.validate.run.judge", quick)
    samples = sorted((seeds.folder() / "documents").glob("*.txt"))[:4]
    files = [File(str(path), path.name, path.stat().st_size) for path in samples]
    batches = [work.prepare(tmp_path / f"batch-{place}", some) for place, some in enumerate((files[:1], files[1:]))]
    for stage in work.STAGES:
        for batch in batches:
            work.run_stage(stage, str(batch))
    assembly.collect(tmp_path, {}, batches, [], sources=len(files))
    assembly.join(tmp_path)
    return assembly.Joined.read(tmp_path)


def judged(folder: Path) -> dict[str, Any]:
    """The report, forgotten by the packs."""
    report = judging.judge(str(folder))
    for note in folder.glob("batch-*/passed-*"):
        note.unlink()
    return report


def test_the_same_is_found_whoever_examines_and_in_whatever_parts(
    joined: assembly.Joined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = judged(tmp_path)
    assert whole["success"]
    assert whole["judged"] == {"documents": joined.rows["documents"], "unchanged": 0}
    for note in tmp_path.glob("examined-*"):
        note.unlink()
    monkeypatch.setattr(judging, "TOGETHER", 1)
    for pack in judging.unexamined(joined):
        judging.examine(str(tmp_path), pack)
    assert judged(tmp_path) == whole


def test_a_breach_in_one_pack_refuses_all(joined: assembly.Joined, tmp_path: Path) -> None:
    for pack in judging.unexamined(joined):
        judging.examine(str(tmp_path), pack)
    note = min(tmp_path.glob("examined-*"))
    told = read_sealed(note) or {}
    told["found"][0]["breaches"]["clauses.order"] = {"count": 3, "examples": [{"clause_id": "c"}]}
    write_sealed(note, told)
    report = judging.judge(str(tmp_path))
    assert not report["success"]
    assert any("clauses.order" in reason and "3 rows break it" in reason for reason in report["reasons"])
    assert not list(tmp_path.glob("batch-*/passed-*")), "nothing of it has passed"


def test_a_damaged_note_is_made_again(joined: assembly.Joined, tmp_path: Path) -> None:
    whole = judged(tmp_path)
    for note in tmp_path.glob("examined-*"):
        note.write_text("{", encoding="utf-8")
    assert judged(tmp_path) == whole
    assert joined.rows["documents"]


def test_rows_of_some_sources_are_those_of_all(joined: assembly.Joined) -> None:
    whole = read_rows(joined.taken, "clauses")
    parts = [read_rows(joined.taken.named(pa.array([uri])), "clauses") for uri, _ in joined.taken.pairs()]
    assert len(parts) == 4
    assert sum(part.num_rows for part in parts) == whole.num_rows


def test_rows_in_several_tables_are_those_of_one(
    joined: assembly.Joined, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = judged(tmp_path)
    monkeypatch.setattr(taken, "TOGETHER", 1)
    # A source is left out, as in a run that takes another one of the pack.
    some = joined.taken.named(joined.taken.sources["source_uri"].slice(1).combine_chunks())
    for each in (joined.taken, some):
        parts = list(each_rows(each, "clauses", assembly.CITING))
        assert pa.concat_tables(parts).equals(read_rows(each, "clauses", assembly.CITING))
    assert judged(tmp_path) == whole


def test_every_source_has_a_part_and_a_part_knows_its_sources(joined: assembly.Joined) -> None:
    numbers = range(len(joined.parts))
    named = [uri for number in numbers for uri, _ in joined.part(number).pairs()]
    assert sorted(named) == sorted(uri for uri, _ in joined.taken.pairs())
    assert all(joined.part(number).sources.num_rows for number in numbers)


@pytest.fixture
def workers() -> Iterator[None]:
    yield
    pools.close()


@pytest.mark.usefixtures("workers")
def test_what_a_worker_dies_of_is_done_here() -> None:
    here = os.getpid()
    assert pools.run(_dies_elsewhere, here, workers=1) == here
    assert pools.run(os.getpid, workers=0) == here
    assert pools.run(os.getpid, workers=1) != here


@pytest.mark.usefixtures("workers")
def test_where_the_run_was_stopped_nothing_is_begun() -> None:
    pools.stop()
    with pytest.raises(CancelledError):
        pools.run(os.getpid, workers=1)


def _dies_elsewhere(here: int) -> int:
    if os.getpid() != here:
        os._exit(1)
    return here
