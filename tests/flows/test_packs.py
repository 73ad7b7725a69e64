"""Incremental runs: what is unchanged is not done again, and what is kept is not trusted."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import seeds
from flows import assembly, members, packs, reference, summary, work
from flows.sealed import read_sealed, write_sealed
from tests.flows.plain import quick, run
from transforms.extract.containers import Limits
from transforms.publish import listing
from transforms.validate import examine as real_examine

CUE = "function,measure,水库三座,1,any,,,a cue of the test"
STAGES = ("extract", "clean", "segment", "classify")


def counting(counts: Counter[str], stage: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def function(first: Any, *rest: Any, **more: Any) -> Any:
        counts[stage] += first.num_rows if isinstance(first, pa.Table) else 1
        return real(first, *rest, **more)

    return function


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.validate.run.judge", quick)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Documents that went through each stage, counted where the stage's own function is called."""
    counts: Counter[str] = Counter()
    for stage in STAGES:
        module = __import__(f"transforms.{stage}", fromlist=[stage])
        monkeypatch.setattr(module, stage, counting(counts, stage, getattr(module, stage)))

    def judging(*given: Any, **more: Any) -> Any:
        counts["judged"] += more["documents"].num_rows
        return real_examine(*given, **more)

    monkeypatch.setattr("transforms.validate.examine", judging)
    return counts


def times(counts: Counter[str]) -> list[int]:
    """Documents by stage since the last look."""
    found = [counts[name] for name in (*STAGES, "judged")]
    counts.clear()
    return found


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Copy of the reference tables, which a test may edit."""
    folder = tmp_path / "tables"
    shutil.copytree(seeds.folder(), folder, ignore=shutil.ignore_patterns("__pycache__", "documents"))
    monkeypatch.setattr(seeds, "folder", lambda: folder)
    work._grammar.cache_clear()
    work._codebook.cache_clear()
    yield folder
    work._grammar.cache_clear()
    work._codebook.cache_clear()


def fresh(tables: Path, name: str, line: str) -> None:
    """Add a line to a table, as an expert would."""
    path = tables / name
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + line + "\n", encoding="utf-8")
    work._grammar.cache_clear()
    work._codebook.cache_clear()


def test_only_what_is_new_is_done(documents: Path, tmp_path: Path, done: Counter[str]) -> None:
    output = tmp_path / "output"
    run(documents, output=output)
    assert times(done) == [3, 3, 3, 3, 3]
    assert run(documents, output=output)["state"] == "unchanged"
    assert times(done) == [0, 0, 0, 0, 0]
    (documents / "new.txt").write_text("关于防汛的通知\n\n各县应当加强防汛。\n", encoding="utf-8")
    (documents / "市级" / "rules.md").write_text("某市办法\n\n第一条 本办法自公布之日起施行。\n", encoding="utf-8")
    report = run(documents, output=output)
    assert times(done) == [2, 2, 2, 2, 2]
    assert (report["reused"], report["rows"]["documents"]) == (2, 4)
    assert report["validation"]["judged"] == {"documents": 2, "unchanged": 2}
    # The same as from nothing.
    assert run(documents, output=tmp_path / "other")["digest"] == report["digest"]


def test_a_source_that_is_gone_is_gone_from_the_next_release(
    documents: Path, tmp_path: Path, done: Counter[str]
) -> None:
    output = tmp_path / "output"
    run(documents, output=output)
    times(done)
    (documents / "notice.txt").unlink()
    report = run(documents, output=output)
    assert times(done) == [0, 0, 0, 0, 0]
    rows = pl.read_parquet(f"{report['path']}/documents/*.parquet")
    assert rows["source_uri"].to_list() == ["市级/copy.txt", "市级/rules.md"]
    # What it repeated is not there any more.
    assert rows["duplicate_of"].null_count() == 2
    for name in ("sections", "clauses"):
        ids = set(pl.read_parquet(f"{report['path']}/{name}/*.parquet")["document_id"])
        assert ids <= set(rows["document_id"])
    assert run(documents, output=tmp_path / "other")["digest"] == report["digest"]


def test_a_source_under_another_name_is_another(documents: Path, tmp_path: Path, done: Counter[str]) -> None:
    run(documents, output=tmp_path / "output")
    times(done)
    (documents / "notice.txt").rename(documents / "renamed.txt")
    run(documents, output=tmp_path / "output")
    assert times(done) == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("name", "line", "again"),
    [
        ("codebook/cues.csv", CUE, [0, 0, 0, 3, 3]),
        ("press.toml", "# a remark", [0, 0, 3, 3, 3]),
        ("numbering.toml", "# a remark", [0, 0, 3, 3, 3]),
    ],
)
def test_a_changed_table_repeats_only_what_reads_it(
    documents: Path, tmp_path: Path, done: Counter[str], tables: Path, name: str, line: str, again: list[int]
) -> None:
    output = tmp_path / "output"
    run(documents, output=output)
    times(done)
    fresh(tables, name, line)
    report = run(documents, output=output)
    assert times(done) == again
    assert report["state"] == "published", "the versions of the tables are part of a release"
    assert run(documents, output=tmp_path / "other")["digest"] == report["digest"]
    times(done)
    run(documents, output=output)
    assert times(done) == [0, 0, 0, 0, 0]


def test_tables_that_change_during_a_run(
    documents: Path, tmp_path: Path, tables: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made of one state is not published under the name of another."""
    output = tmp_path / "output"
    real = assembly.join

    def meanwhile(folder: Path, *, cache: Path) -> dict[str, int]:
        fresh(tables, "codebook/cues.csv", CUE)
        return real(folder, cache=cache)

    with monkeypatch.context() as patch:
        patch.setattr(assembly, "join", meanwhile)
        with pytest.raises(RuntimeError, match="changed while the run was at work"):
            run(documents, output=output)
    assert not (output / "latest.json").exists()
    assert run(documents, output=output)["digest"] == run(documents, output=tmp_path / "other")["digest"]


@pytest.mark.parametrize("stage", STAGES)
def test_changed_code_repeats_the_stage_and_what_follows(
    documents: Path, tmp_path: Path, done: Counter[str], monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    output = tmp_path / "output"
    before = run(documents, output=output)
    times(done)
    real = reference.code
    monkeypatch.setattr(reference, "code", lambda name: real(name) + ("+" if name == stage else ""))
    report = run(documents, output=output)
    place = STAGES.index(stage)
    assert times(done) == [0] * place + [3] * (4 - place) + [3]
    # The code is no part of a release: it is what comes out that counts.
    assert report["digest"] == before["digest"]


def test_other_code_of_the_checks_judges_all_rows_again(
    documents: Path, tmp_path: Path, done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(documents, output=tmp_path / "output")
    times(done)
    real = reference.code
    monkeypatch.setattr(reference, "code", lambda name: real(name) + ("+" if name == "validate" else ""))
    run(documents, output=tmp_path / "output")
    assert times(done) == [0, 0, 0, 0, 3]


KEPT = (
    *(("work", name) for stage in STAGES for name in work.WRITTEN[stage]),
    *(("work", f"done-{stage}.json") for stage in STAGES),
    *(("parts", f"{name}.parquet") for name in ("documents", "sections", "clauses")),
    ("parts", "part.json"),
)


@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
@pytest.mark.parametrize(("folder", "name"), KEPT)
def test_what_is_damaged_is_made_anew(documents: Path, tmp_path: Path, folder: str, name: str, how: str) -> None:
    """A cue table is changed too, so that files of all stages are read."""
    output = tmp_path / "output"
    report = run(documents, output=output)
    for path in (output / ".cache" / folder).glob(f"*/{name}"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.unlink()
        if how != "gone":
            path.write_bytes(data if how == "flipped" else data[: len(data) // 2])
    again = run(documents, output=output)
    assert (again["state"], again["digest"]) == ("unchanged", report["digest"])
    assert len(listing(output)) == 1


def test_damage_below_a_change_is_seen(documents: Path, tmp_path: Path, tables: Path, done: Counter[str]) -> None:
    output = tmp_path / "output"
    run(documents, output=output)
    times(done)
    (path,) = (output / ".cache" / "work").glob("*/sections.arrow")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)
    fresh(tables, "codebook/cues.csv", CUE)
    report = run(documents, output=output)
    assert times(done) == [0, 0, 3, 3, 3], "classify cannot begin with damaged sections"
    assert run(documents, output=tmp_path / "other")["digest"] == report["digest"]


def test_what_was_set_aside_is_remembered_until_it_changes(documents: Path, tmp_path: Path, done: Counter[str]) -> None:
    (documents / "binary.txt").write_bytes(bytes(range(256)) * 40)
    output = tmp_path / "output"
    first = run(documents, output=output)
    assert times(done)[0] == 4
    again = run(documents, output=output)
    assert times(done) == [0, 0, 0, 0, 0]
    assert again["quarantine"] == first["quarantine"]
    assert [row["source_uri"] for row in again["quarantine"]] == ["binary.txt"]
    (documents / "binary.txt").write_text("关于防汛的通知\n\n各县应当加强防汛。\n", encoding="utf-8")
    report = run(documents, output=output)
    assert times(done)[0] == 1
    assert report["quarantine"] == []
    assert report["rows"]["documents"] == 4


@pytest.mark.parametrize("stage", STAGES[1:])
def test_a_fault_is_remembered_with_its_traceback(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    module = __import__(f"transforms.{stage}", fromlist=[stage])
    real = getattr(module, stage)

    def faulty(first: Any, *rest: Any) -> Any:
        uris = first["source_uri"].to_pylist() if isinstance(first, pa.Table) else [first["source_uri"]]
        if "notice.txt" in uris:
            raise ZeroDivisionError(f"at {object()!r} in /home/somebody/secret/file.py")
        return real(first, *rest)

    output = tmp_path / "output"
    with monkeypatch.context() as patch:
        patch.setattr(module, stage, faulty)
        first = run(documents, output=output)
    # The code is the same by its digest, so the failure is remembered; and its reason says nothing of the machine.
    again = run(documents, output=output)
    assert again["quarantine"] == first["quarantine"]
    assert again["tracebacks"] == first["tracebacks"]
    (row,) = again["quarantine"]
    assert row["traceback_id"] in again["tracebacks"]
    assert "0x" not in row["reason"]
    assert "/home" not in row["reason"]
    assert (again["state"], again["digest"]) == ("unchanged", first["digest"])
    # Other code: tried again.
    real_code = reference.code
    monkeypatch.setattr(reference, "code", lambda name: real_code(name) + "+")
    assert run(documents, output=output)["quarantine"] == []


def test_what_could_not_be_read_is_tried_again(documents: Path, tmp_path: Path, done: Counter[str]) -> None:
    output = tmp_path / "output"
    real = members._whole
    locked = documents / "notice.txt"

    def refusing(path: str, limits: Limits) -> bytes | Exception:
        return PermissionError(13, "Permission denied") if Path(path) == locked else real(path, limits)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "_whole", refusing)
        report = run(documents, output=output)
    assert [(row["source_uri"], row["code"]) for row in report["quarantine"]] == [("notice.txt", "not_readable")]
    times(done)
    report = run(documents, output=output)
    assert report["quarantine"] == []
    assert times(done)[0] == 1


def test_a_file_that_changes_while_it_is_read_is_known_by_what_was_read(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: Counter[str]
) -> None:
    """Between the look at its bytes and its reading a file gets another content."""
    output = tmp_path / "output"
    changing, text = documents / "notice.txt", "关于防汛的通知\n\n各县应当加强防汛。\n"
    real, before = members._whole, changing.read_bytes()

    def other(path: str, limits: Limits) -> bytes | Exception:
        return text.encode() if Path(path) == changing else real(path, limits)

    with monkeypatch.context() as patch:
        patch.setattr(members, "_whole", other)
        run(documents, output=output)
    assert changing.read_bytes() == before
    times(done)
    report = run(documents, output=output)
    assert times(done)[0] == 1, "what was read is not what is there now"
    assert report["digest"] == run(documents, output=tmp_path / "other")["digest"]


def test_work_of_a_run_that_was_cut_off_is_taken_over(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, done: Counter[str]
) -> None:
    output = tmp_path / "output"
    with monkeypatch.context() as patch:
        patch.setattr(assembly, "join", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(documents, output=output)
    assert times(done)[:4] == [3, 3, 3, 3]
    assert run(documents, output=output)["reused"] == 3
    assert times(done) == [0, 0, 0, 0, 3]


def test_what_the_last_runs_did_not_use_is_removed(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "output"
    monkeypatch.setattr(packs, "KEEP_RUNS", 2)
    sizes = []
    for number in range(4):
        (documents / "notice.txt").write_text(f"关于防汛的通知\n\n{number}县应当加强防汛。\n", encoding="utf-8")
        run(documents, output=output)
        sizes.append(len(list((output / ".cache" / "work").iterdir())))
    assert sizes == [1, 2, 3, 4], "nothing young is removed: another run may be reading it"
    monkeypatch.setattr(packs, "GRACE", -1)
    run(documents, output=output)
    # Of the first run the two other documents, of the last ones what they used.
    assert len(list((output / ".cache" / "work").iterdir())) == 2
    assert len(list((output / ".cache" / "runs").iterdir())) == 2
    assert run(documents, output=output)["reused"] == 3


def test_the_cache_may_be_removed(documents: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    report = run(documents, output=output)
    shutil.rmtree(output / ".cache")
    shutil.rmtree(output / ".staging")
    again = run(documents, output=output)
    assert (again["state"], again["digest"], again["reused"]) == ("unchanged", report["digest"], 0)


def test_a_source_that_gets_lost_is_noticed(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from transforms import segment as stage  # noqa: PLC0415

    real = stage.segment

    def losing(source: dict[str, Any], *rest: Any) -> Any:
        return stage.Segmented([]) if source["source_uri"] == "notice.txt" else real(source, *rest)

    monkeypatch.setattr(stage, "segment", losing)
    with pytest.raises(RuntimeError, match=r"some were lost or counted twice \(notice\.txt\)"):
        run(documents, output=tmp_path / "output")
    assert not (tmp_path / "output" / "latest.json").exists()


def test_sealed_files(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert read_sealed(path) is None
    write_sealed(path, {"名": [1, 2]})
    assert read_sealed(path) == {"名": [1, 2]}
    whole = path.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1], whole + b" ", whole.replace("名".encode(), b"\xff\xfe\xfd")):
        path.write_bytes(damaged)
        assert read_sealed(path) is None
    path.write_bytes(whole)
    path.write_text(path.read_text(encoding="utf-8").replace("1", "3", 1), encoding="utf-8")
    assert read_sealed(path) is None
    path.write_text(json.dumps({"a": 1}), encoding="utf-8")
    assert read_sealed(path) is None
    path.write_bytes(b"\xff\xfe")
    assert read_sealed(path) is None


def test_what_is_never_read_is_not_new(documents: Path, tmp_path: Path) -> None:
    (documents / "table.xls").write_bytes(b"x")
    first = run(documents, output=tmp_path / "output")
    assert (first["sources"], first["reused"], first["unread"]) == (4, 0, 1)
    assert "(3 new, " in summary.text(first)
    again = run(documents, output=tmp_path / "output")
    assert (again["sources"], again["reused"], again["unread"]) == (4, 3, 1)
    assert "(none of them new)" in summary.text(again)
    (documents / "table.xls").unlink()
    assert "(all of them done before)" in summary.text(run(documents, output=tmp_path / "output"))
