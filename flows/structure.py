"""The flow: sources -> extract -> clean -> segment -> classify -> validate -> publish.

Few large tasks: one for each stage of each batch, a batch being about 4 MiB of sources. What a task gives to the next
is the path of a folder; rows are never handed over, Prefect would walk them one by one. What may fail for a reason
outside, reading and publishing, is tried again; the rest gives the same answer every time and is not.

A source that fails is set aside and listed. A release that fails its validation, or for which too many sources were set
aside, is refused (`RefusedError`), and nothing is published. Every run leaves runs/<run>/report.json.
"""

import secrets
import shutil
import time
import traceback
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from flows import assembly, pools, progress, summary, work
from flows.batches import BATCH_BYTES, divide
from flows.errors import Exit, RefusedError, UsageError
from flows.limits import parse_limit
from flows.sources import MAX_BYTES, Found, SetAside, find
from transforms.publish import formats, write_report

READ_AGAIN = 2
"""Times that reading the sources of a batch is tried again before a file that cannot be read is set aside."""


def new_run() -> str:
    """Make the id of a run: the time, for people, and something that no other run has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@task(
    task_run_name="extract · batch {number} of {count}",
    retries=READ_AGAIN,
    retry_delay_seconds=[1, 5],
    cache_policy=NO_CACHE,
    persist_result=False,
)
def extract(folder: str, *, number: int, count: int, workers: int) -> str:  # noqa: ARG001 - number is for the name
    """Read the files of a batch."""
    give_up = (runtime.task_run.run_count or 0) > READ_AGAIN
    pools.in_worker(partial(work.run_stage, give_up=give_up), "extract", folder, workers=workers)
    progress.step("extract", count)
    return folder


def _stage_task(stage: str, description: str) -> Any:  # noqa: ANN401 - a Prefect task
    @task(
        name=stage,
        description=description,
        task_run_name=stage + " · batch {number} of {count}",
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def run(folder: str, *, number: int, count: int, workers: int) -> str:  # noqa: ARG001 - number is for the name
        pools.in_worker(work.run_stage, stage, folder, workers=workers)
        progress.step(stage, count)
        return folder

    return run


clean = _stage_task("clean", "Decide what is read: furniture, joins, script.")
segment = _stage_task("segment", "Find documents, their outlines and leaf clauses.")
classify = _stage_task("classify", "Label the clauses on four axes.")


@task(task_run_name="join · {count} batches", cache_policy=NO_CACHE, persist_result=False)
def join(folder: str, batches: list[str], set_aside: list[SetAside], *, count: int) -> dict[str, int]:  # noqa: ARG001
    """Join the batches to one table for each dataset."""
    return assembly.join(Path(folder), batches, set_aside)


@task(task_run_name="validate · {rows[clauses]} clauses", cache_policy=NO_CACHE, persist_result=False)
def validate(folder: str, *, rows: dict[str, int]) -> dict[str, Any]:  # noqa: ARG001 - rows are for the name
    """Judge the datasets by Great Expectations."""
    report: dict[str, Any] = pools.in_validator(assembly.judge, folder)
    progress.step("validate", 1)
    return report


@task(
    task_run_name="publish · {run}",
    retries=2,
    retry_delay_seconds=[1, 5],
    cache_policy=NO_CACHE,
    persist_result=False,
)
def publish(folder: str, validation: dict[str, Any], *, output: str, run: str, day: date) -> dict[str, Any]:
    """Write the release and make it current. Trying again is safe: what is there already is found."""
    published = assembly.publish(Path(folder), output=Path(output), run=run, day=day, validation=validation)
    progress.step("publish", 1)
    return published


def _flow_run_name() -> str:
    run = runtime.flow_run.parameters.get("run")
    return f"structure · {run or datetime.now(UTC).strftime('%Y-%m-%d %H:%M')}"


@flow(
    name="structure",
    flow_run_name=_flow_run_name,
    description="Official documents to a release of documents, sections and clauses.",
    task_runner=ThreadPoolTaskRunner(max_workers=max(2, pools.processors())),  # type: ignore[arg-type]
    persist_result=False,
)
def structure(
    sources: list[str] | None = None,
    output: str = "output",
    max_quarantine: str | None = None,
    max_bytes: int = MAX_BYTES,
    batch_bytes: int = BATCH_BYTES,
    run: str | None = None,
    text_column: str | None = None,
) -> dict[str, Any]:
    """Structure sources and publish a release.

    Args:
        sources: Files, folders, patterns, URLs and lists of them (`@list.txt`); the shipped samples where none is given.
        output: Folder of the releases.
        max_quarantine: Share (`1%`) or number of sources that may be set aside; without it, any.
        max_bytes: Larger files are set aside.
        batch_bytes: Source bytes of a batch.
        run: Id of the run; made where none is given.
        text_column: Column that holds the text in dumps, where its name does not say so.

    Returns:
        The run's report.

    Raises:
        UsageError: There is nothing to read, or an argument is wrong.
        RefusedError: Validation failed, or too many sources were set aside.

    """
    pools.start_validator()
    run = run or new_run()
    started = time.monotonic()
    report: dict[str, Any] = {"run": run, "started": datetime.now(UTC).isoformat(timespec="seconds")}
    staging = Path(output) / ".staging" / run
    try:
        found = find(sources or [], max_bytes=max_bytes, text_column=text_column)
        _structure(report, found, Path(output), staging, max_quarantine, batch_bytes)
        report.update(state="published" if report["new"] else "unchanged", exit_code=int(Exit.FINE))
    except UsageError as error:
        report.update(state="failed", exit_code=int(Exit.USAGE), error=str(error))
        raise
    except RefusedError as error:
        report.update(state="refused", exit_code=int(Exit.REFUSED), error=str(error), reasons=list(error.reasons))
        report.update(error.details)
        raise
    except BaseException as error:
        # Ctrl-C too: every run leaves a report.
        report.update(state="failed", exit_code=int(Exit.UNEXPECTED), error=f"{type(error).__name__}: {error}")
        report["traceback"] = traceback.format_exc()
        raise
    finally:
        report["seconds"] = round(time.monotonic() - started, 2)
        shutil.rmtree(staging, ignore_errors=True)
        write_report(report, output=Path(output), run=run)
    create_markdown_artifact(summary.markdown(report), key="gangmu-run", description="What the run published.")
    return report


def _structure(
    report: dict[str, Any],
    found: Found,
    output: Path,
    staging: Path,
    max_quarantine: str | None,
    batch_bytes: int,
) -> None:
    """Do the work; fills the report as it goes, so that a failed run tells how far it came."""
    limit = parse_limit(max_quarantine) if max_quarantine is not None else None
    report["sources"] = len(found.files) + len(found.set_aside)
    folders = _batches(found, staging, batch_bytes)
    report["batches"] = len(folders)
    rows = join(str(staging), folders, list(found.set_aside), count=len(folders))
    report.update(rows=rows, tracebacks=assembly.tracebacks(folders))
    joined = assembly.read(staging)
    aside = report["quarantine"] = joined["quarantine"].to_pylist()
    report["findings"] = assembly.findings(joined["documents"])
    report["formats"] = formats(joined["documents"])
    if not rows["documents"]:
        raise UsageError("\n".join(["Nothing could be read.", *summary.aside_lines(aside)]))
    if limit and not limit.allows(len(aside), total=report["sources"]):
        message = (
            f"{len(aside)} of {report['sources']} sources were set aside, more than --max-quarantine {limit} allows."
        )
        raise RefusedError(message, reasons=tuple(summary.aside_lines(aside)))
    validation = validate(str(staging), rows=rows)
    _show_quality(validation)
    report["validation"] = {key: validation[key] for key in ("success", "checks", "failures", "warnings", "remarks")}
    if not validation["success"]:
        failed = [outcome for outcome in validation["outcomes"] if not outcome["success"]]
        raise RefusedError(
            f"Validation failed: {validation['failures']} of {validation['checks']} checks. Nothing was published.",
            reasons=tuple(validation["reasons"]),
            details={"failed_checks": failed},
        )
    # The day of UTC: the same run gives the same name of a release in every time zone.
    day = datetime.now(UTC).date()
    report.update(publish(str(staging), validation, output=str(output), run=report["run"], day=day))


def _batches(found: Found, staging: Path, batch_bytes: int) -> list[str]:
    """Run the stages over all batches, each batch as far as it can go; gives the folders of the batches."""
    batches = divide(found.files, batch_bytes=batch_bytes)
    count = len(batches)
    # A small job is done before a worker process has started.
    workers = min(count, pools.processors()) if count > 1 else 1
    futures = []
    folders = []
    for number, files in enumerate(batches, start=1):
        folder = work.prepare(staging / f"batch-{number:04}", files)
        facts = {"number": number, "count": count, "workers": workers}
        done = extract.submit(str(folder), **facts)
        futures.append(done)
        for stage in (clean, segment, classify):
            done = stage.submit(done, **facts)
            futures.append(done)
        folders.append(str(folder))
    # In this order the first error is the cause, not a task that could not start because of it.
    for future in futures:
        future.result()
    return folders


def _show_quality(validation: dict[str, Any]) -> None:
    failed = [outcome for outcome in validation["outcomes"] if not outcome["success"]]
    table = [
        {"check": o["name"], "severity": o["severity"], "failures": o["failures"], "promise": o["description"]}
        for o in failed
    ] or [{"check": "all", "severity": "", "failures": 0, "promise": f"{validation['checks']} checks passed"}]
    create_table_artifact(table, key="gangmu-quality", description="Checks that did not pass.")
