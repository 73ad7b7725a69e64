"""The flow, with a real Prefect, real stages, a real Great Expectations and real files."""

import json
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows import pipeline, pools, work
from flows.errors import RefusedError, UsageError
from tests.flows.plain import put_fault
from transforms import segment as segment_stage

pytestmark = pytest.mark.usefixtures("prefect_server")


def run(*sources: Path, output: Path, **options: Any) -> dict[str, Any]:
    from flows.structure import structure  # noqa: PLC0415 - imports Prefect, whose server is started by then

    # In this process, where a test can break something; worker processes: test_watch.py.
    given = {"workers": 0, **options}
    report: dict[str, Any] = structure([str(source) for source in sources], str(output), **given)
    return report


def reports(output: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(output.glob("runs/*/report.json"))]


def parquet(release: str) -> dict[str, bytes]:
    root = Path(release)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.parquet"))}


def test_publishes_a_release(documents: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    report = run(documents, output=output)
    assert report["state"] == "published"
    assert report["rows"]["documents"] == 3
    assert report["rows"]["clauses"] > 5
    assert reports(output) == [report]
    read = pl.read_parquet(output / "latest" / "documents" / "*.parquet")
    assert read["source_uri"].to_list() == ["notice.txt", "市级/copy.txt", "市级/rules.md"]
    # The copy has the same text in another encoding.
    ids = read["document_id"].to_list()
    assert read["duplicate_of"].to_list() == [None, ids[0], None]
    labels = pl.read_parquet(output / "latest" / "clauses" / "*.parquet")
    assert labels["function"].null_count() == 0
    assert not list((output / ".staging").glob("*/"))


def test_same_input_gives_the_same_release(documents: Path, tmp_path: Path) -> None:
    first = run(documents, output=tmp_path / "one")
    again = run(documents, output=tmp_path / "one")
    assert (first["state"], again["state"]) == ("published", "unchanged")
    assert again["release"] == first["release"]
    # In another order, in several batches and processes, elsewhere.
    paths = [documents / "市级", documents / "notice.txt"]
    one = run(*paths, output=tmp_path / "two", batch_bytes=1)
    other = run(*reversed(paths), output=tmp_path / "three")
    assert one["batches"] == 3
    assert other["batches"] == 1
    assert one["digest"] == other["digest"]
    assert parquet(one["path"]) == parquet(other["path"])


def test_a_large_corpus_is_joined_by_other_processes(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = run(documents, output=tmp_path / "one")
    pids, renew = [], pools.renew_workers

    def noted(count: int) -> None:
        before = pools.run(os.getpid, workers=1)
        renew(count)
        pids.append((count, before, pools.run(os.getpid, workers=1)))

    monkeypatch.setattr(pipeline, "MANY", 3)
    monkeypatch.setattr(pools, "renew_workers", noted)
    # In two batches by two processes; then with nothing to structure; then in this process, as it is asked.
    reports = [run(documents, output=tmp_path / "two", workers=2, batch_bytes=400) for _ in range(2)]
    assert run(documents, output=tmp_path / "three")["digest"] == plain["digest"]
    assert [report["digest"] for report in reports] == [plain["digest"]] * 2
    assert [count for count, *_ in pids] == [2, 1]
    assert os.getpid() not in {pid for _, *both in pids for pid in both}
    assert all(old != new for _, old, new in pids)


def test_bad_files_are_set_aside_and_the_others_go_on(documents: Path, tmp_path: Path) -> None:
    (documents / "empty.txt").write_bytes(b"")
    (documents / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (documents / "scan.pdf").write_bytes(b"%PDF-1.7")
    (documents / "table.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (documents / "huge.txt").write_text("水" * 4000, encoding="utf-8")
    report = run(documents, output=tmp_path / "output", max_bytes=11_000)
    assert report["state"] == "published"
    assert report["sources"] == 8
    aside = {row["source_uri"]: row for row in report["quarantine"]}
    assert set(aside) == {"empty.txt", "binary.txt", "scan.pdf", "table.xls", "huge.txt"}
    assert {row["stage"] for row in aside.values()} == {"extract"}
    assert aside["huge.txt"]["code"] == "source_too_large"
    assert aside["scan.pdf"]["code"] == "damaged"
    assert aside["table.xls"]["code"] == "unsupported_format"
    assert all(len(row["reason"]) > 20 for row in aside.values())
    listed = pl.read_parquet(Path(report["path"]) / "quarantine" / "*.parquet")
    assert set(listed["source_uri"]) == set(aside)
    assert report["rows"]["documents"] == 3


@pytest.mark.parametrize("stage", ["clean", "segment", "classify"])
def test_a_fault_of_ours_sets_one_source_aside(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    module = __import__(f"transforms.{stage}", fromlist=[stage])
    real = getattr(module, stage)

    def faulty(first: Any, *rest: Any) -> Any:
        sources = first["source_uri"].to_pylist() if stage == "classify" else [first["source_uri"]]
        if "notice.txt" in sources:
            raise ZeroDivisionError("a fault")
        return real(first, *rest)

    monkeypatch.setattr(module, stage, faulty)
    report = run(documents, output=tmp_path / "output")
    assert report["state"] == "published"
    (row,) = report["quarantine"]
    assert (row["source_uri"], row["stage"], row["code"]) == ("notice.txt", stage, "unexpected_error")
    assert "a fault" in row["reason"]
    assert "ZeroDivisionError" in report["tracebacks"][row["traceback_id"]]
    assert report["rows"]["documents"] == 2


def test_a_row_of_the_wrong_form_sets_its_source_aside(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = segment_stage.segment

    def faulty(source: dict[str, Any], *rest: Any) -> Any:
        result = real(source, *rest)
        if source["source_uri"] == "notice.txt":
            result.found[0].clauses["text"][0] = None
        return result

    monkeypatch.setattr(segment_stage, "segment", faulty)
    report = run(documents, output=tmp_path / "output")
    assert [(row["source_uri"], row["stage"]) for row in report["quarantine"]] == [("notice.txt", "segment")]
    assert report["rows"]["documents"] == 2


def test_what_fails_validation_is_not_published(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "output"
    before = run(documents, output=output)
    pointer = (output / "latest.json").read_bytes()
    real = segment_stage.segment

    def inventing(*given: Any) -> Any:
        result = real(*given)
        result.found[0].clauses["text_raw"][0] += "此句不在原文"
        return result

    monkeypatch.setattr(segment_stage, "segment", inventing)
    # What is unchanged is not segmented again.
    (documents / "notice.txt").write_text("关于修改的通知\n\n各县应当执行。\n", encoding="utf-8")
    with pytest.raises(RefusedError, match="Nothing was published") as refused:
        run(documents, output=output)
    assert any("clauses.text_raw.true" in reason and "此句不在原文" in reason for reason in refused.value.reasons)
    assert (output / "latest.json").read_bytes() == pointer
    assert [path.name for path in (output / "releases").iterdir()] == [before["release"]]
    report = reports(output)[-1]
    assert (report["state"], report["exit_code"]) == ("refused", 3)
    assert report["failed_checks"][0]["examples"][0]["clause_id"]


def test_too_many_set_aside(documents: Path, tmp_path: Path) -> None:
    (documents / "empty.txt").write_bytes(b"")
    output = tmp_path / "output"
    with pytest.raises(RefusedError, match="1 of 4 sources"):
        run(documents, output=output, max_quarantine="1%")
    assert not (output / "latest.json").exists()
    assert run(documents, output=output, max_quarantine="25%")["state"] == "published"
    (artifact,) = [one for one in _artifacts("gangmu-run") if "1 of 4 sources were set aside" in str(one.data)]
    assert "# Nothing was published" in artifact.data
    assert "(extract, empty)" in artifact.data
    assert reports(output)[0]["run"] in artifact.data


def _artifacts(key: str) -> list[Any]:
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        return list(client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key]))))


def test_nothing_readable_at_all(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "empty.txt").write_bytes(b"")
    with pytest.raises(UsageError, match=r"Nothing could be read(.|\n)*empty\.txt"):
        run(tmp_path / "documents", output=tmp_path / "output")
    assert reports(tmp_path / "output")[0]["exit_code"] == 2
    assert not (tmp_path / "output" / "releases").exists()


def test_an_unforeseen_end_leaves_a_report(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(work, "run_stage", broken)
    monkeypatch.setattr("flows.structure.extract.retries", 0)
    with pytest.raises(ZeroDivisionError):
        run(documents, output=tmp_path / "output")
    (report,) = reports(tmp_path / "output")
    assert (report["state"], report["exit_code"]) == ("failed", 1)
    assert "ZeroDivisionError" in report["traceback"]


def test_a_run_that_takes_too_long_is_ended(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.structure import structure  # noqa: PLC0415

    pools.close()
    monkeypatch.setenv(
        "PYTHONPATH", put_fault(tmp_path / "fault", stage="segment", marker="水库", what="time.sleep(1000)")
    )
    hasty = structure.with_options(timeout_seconds=5)
    state = hasty([str(documents)], str(tmp_path / "output"), workers=1, return_state=True)
    assert state.name == "TimedOut"
    (report,) = reports(tmp_path / "output")
    assert (report["state"], report["exit_code"]) == ("failed", 1)
    # Nothing is at work any more: what comes next finds processes of its own.
    assert not pools._pools
    pools.close()


def test_a_file_that_goes_away_is_tried_again_and_set_aside(documents: Path, tmp_path: Path) -> None:
    folder = work.prepare(tmp_path / "batch", [])
    plan = [{"path": str(documents / "gone.txt"), "uri": "gone.txt", "size": 1}]
    (folder / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(FileNotFoundError):
        work.run_stage("extract", str(folder), give_up=False)
    assert work.run_stage("extract", str(folder), give_up=True) == 1
