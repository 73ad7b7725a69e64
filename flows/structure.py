"""The flow: sources -> extract -> clean -> segment -> classify -> validate -> publish.

What a run does stands in `pipeline`; here its steps are tasks of Prefect. Few large tasks: one for each stage of each
batch, a batch being about 4 MiB of sources. What a task gives to the next is the path of a folder; rows are never handed
over, Prefect would walk them one by one. What may fail for a reason outside, reading and publishing, is tried again; the
rest gives the same answer every time and is not.

Retries are for the tasks and not for the flow: what is wrong with the sources or the data is wrong the second time too,
and a run that died is made up by the next one, which takes over what was finished.

A source that fails is set aside and listed. A release that fails its validation, or for which too many sources were set
aside, is refused (`RefusedError`), and nothing is published. Every run leaves runs/<run>/report.json; its end is told to whoever
wants to hear of it (`notices`).
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prefect import flow, runtime, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

from flows import assembly, cluster, judging, notices, pipeline, pools, progress, summary, watch
from flows.batches import BATCH_BYTES, MOST_BATCHES
from flows.errors import RefusedError, UsageError
from flows.parameters import Bytes, Limit, Name, Output, Scheduler, Seconds, Sources, Workers
from flows.sources import MAX_BYTES
from transforms.publish import is_remote

READ_AGAIN = 2
"""Times that reading the sources of a batch is tried again before a file that cannot be read is set aside."""
RUN_SECONDS = float(os.environ.get("GANGMU_RUN_SECONDS", "86400"))
"""Limit for a whole run: one that hangs must not keep the next night's from starting."""


@task(
    task_run_name="extract · batch {number} of {count}",
    retries=READ_AGAIN,
    retry_delay_seconds=[1, 5],
    cache_policy=NO_CACHE,
    persist_result=False,
)
def extract(folder: str, *, number: int, count: int, sources: int, **facts: Any) -> str:  # noqa: ANN401, ARG001 - number is for the name
    """Read the files of a batch."""
    give_up = (runtime.task_run.run_count or 0) > READ_AGAIN
    watch.run_stage("extract", folder, give_up=give_up, **facts)
    progress.step("extract", count, sources=sources)
    return folder


def _stage_task(stage: str, description: str) -> Any:  # noqa: ANN401 - a Prefect task
    @task(
        name=stage,
        description=description,
        task_run_name=stage + " · batch {number} of {count}",
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def run(folder: str, *, number: int, count: int, sources: int, **facts: Any) -> str:  # noqa: ANN401, ARG001 - number is for the name
        watch.run_stage(stage, folder, **facts)
        progress.step(stage, count, sources=sources)
        return folder

    return run


clean = _stage_task("clean", "Decide what is read: furniture, joins, script.")
segment = _stage_task("segment", "Find documents, their outlines and leaf clauses.")
classify = _stage_task("classify", "Label the clauses on four axes.")
STAGES = {"extract": extract, "clean": clean, "segment": segment, "classify": classify}


@task(task_run_name="join · {sources} sources", cache_policy=NO_CACHE, persist_result=False)
def join(folder: str, *, sources: int, cache: str, workers: int) -> dict[str, int]:  # noqa: ARG001 - sources are for the name
    """Join the batches: what is set aside, and what goes across documents.

    In a worker, which has had its memory for the batches; this process would hold it to the end of the run.
    """
    rows: dict[str, int] = pools.run(assembly.join, Path(folder), cache=Path(cache), workers=workers)
    return rows


@task(task_run_name="validate · {rows[clauses]} clauses", cache_policy=NO_CACHE, persist_result=False)
def validate(folder: str, *, rows: dict[str, int]) -> dict[str, Any]:  # noqa: ARG001 - rows are for the name
    """Judge the datasets by Great Expectations."""
    report: dict[str, Any] = pools.in_validator(judging.judge, folder)
    progress.step("validate", 1)
    return report


@task(
    task_run_name="publish · {run}",
    retries=2,
    retry_delay_seconds=[1, 5],
    cache_policy=NO_CACHE,
    persist_result=False,
)
def publish(folder: str, validation: dict[str, Any], *, output: str, home: str, run: str, day: date) -> dict[str, Any]:
    """Write the release and make it current. Trying again is safe: what is there already is found."""
    published = pipeline.publish(folder, validation, output=output, home=home, run=run, day=day)
    progress.step("publish", 1)
    return published


class _Tasks:
    """The steps as tasks."""

    def __init__(self) -> None:
        # Packs are examined and parts encoded outside of Prefect: much small work. These threads wait for the workers, or
        # do it themselves where there are none.
        self._waiting = ThreadPoolExecutor(pools.processors())

    def stage(self, stage: str, folder: str, *, after: Any, **facts: Any) -> Any:  # noqa: ANN401 - futures of Prefect
        return STAGES[stage].submit(folder, **facts, wait_for=[after] if after else [])

    def join(self, folder: str, *, sources: int, cache: str, workers: int) -> dict[str, int]:
        rows: dict[str, int] = join(folder, sources=sources, cache=cache, workers=workers)
        return rows

    def validate(self, folder: str, *, rows: dict[str, int]) -> dict[str, Any]:
        validation: dict[str, Any] = validate(folder, rows=rows)
        _show_quality(validation)
        return validation

    def examine(self, folder: str, pack: str, *, workers: int) -> Any:  # noqa: ANN401 - a future
        return self._given_out(judging.examine, folder, pack, workers=workers)

    def encode(self, folder: str, part: int, *, cache: str, workers: int) -> Any:  # noqa: ANN401 - a future
        return self._given_out(assembly.encode, folder, part, cache=cache, workers=workers)

    def _given_out(self, function: Any, *args: Any, workers: int, **options: Any) -> Any:  # noqa: ANN401 - as the function
        return self._waiting.submit(pools.run, function, *args, workers=workers, **options)

    def publish(self, folder: str, validation: dict[str, Any], **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - as pipeline.publish
        published: dict[str, Any] = publish(folder, validation, **facts)
        return published

    def close(self) -> None:
        cluster.close()
        self._waiting.shutdown(cancel_futures=True)


def _flow_run_name() -> str:
    run = runtime.flow_run.parameters.get("run")
    return f"structure · {run or datetime.now(UTC).strftime('%Y-%m-%d %H:%M')}"


@flow(
    name="structure",
    flow_run_name=_flow_run_name,
    description="Official documents to a release of documents, sections and clauses.",
    # One thread for each stage of each batch. They only wait: for the stage before, then for a worker process. Fewer
    # would be taken up by stages that wait, and the batches would be done one after the other.
    task_runner=ThreadPoolTaskRunner(max_workers=MOST_BATCHES * len(STAGES)),  # type: ignore[arg-type]
    persist_result=False,
    timeout_seconds=RUN_SECONDS,
    **notices.HOOKS,
)
def structure(
    sources: Sources | None = None,
    output: Output = "output",
    max_quarantine: Limit | None = None,
    max_bytes: Bytes = MAX_BYTES,
    max_seconds: Seconds = watch.MAX_SECONDS,
    batch_bytes: Bytes = BATCH_BYTES,
    workers: Workers | None = None,
    accept: list[Name] | None = None,
    work: Name | None = None,
    run: Name | None = None,
    text_column: Name | None = None,
    dask: Scheduler | None = None,
) -> dict[str, Any]:
    """Structure sources and publish a release; the arguments are those of `pipeline.Settings`.

    Returns:
        The run's report.

    Raises:
        UsageError: There is nothing to read, or an argument is wrong.
        RefusedError: Validation failed, or too many sources were set aside.

    """
    settings = pipeline.Settings(
        sources=tuple(sources or ()),
        output=output,
        max_quarantine=max_quarantine,
        max_bytes=max_bytes,
        max_seconds=max_seconds,
        batch_bytes=batch_bytes,
        workers=workers,
        accept=tuple(accept or ()),
        work=work,
        run=run or pipeline.new_run(),
        text_column=text_column,
        dask=dask,
    )
    pools.start_validator()
    steps = _Tasks()
    try:
        report = pipeline.run(settings, steps)
    except UsageError:
        raise
    except RefusedError as error:
        why = summary.refused(error, report=f"{settings.output}/runs/{settings.run}/report.json")
        with suppress(Exception):
            # What is wrong with the data is what is to be told, and not that the server is away.
            create_markdown_artifact(why, key="gangmu-run", description="Why nothing was published.")
        raise
    except BaseException:
        # Stopped, or out of time: Prefect waits for tasks, and they for their processes.
        pools.stop()
        raise
    finally:
        steps.close()
        if runtime.deployment.id:
            # The process is for this run alone, and ends only when they have.
            pools.stop()
    create_markdown_artifact(summary.markdown(report), key="gangmu-run", description="What the run published.")
    path = report["path"]
    link = path if is_remote(path) else Path(path).absolute().as_uri()
    create_link_artifact(link, link_text=report["release"], key="gangmu-release", description="The release.")
    return report


def _show_quality(validation: dict[str, Any]) -> None:
    failed = [outcome for outcome in validation["outcomes"] if not outcome["success"]]
    table = [
        {"check": o["name"], "severity": o["severity"], "failures": o["failures"], "promise": o["description"]}
        for o in failed
    ] or [{"check": "all", "severity": "", "failures": 0, "promise": f"{validation['checks']} checks passed"}]
    create_table_artifact(table, key="gangmu-quality", description="Checks that did not pass.")
