"""What a run does, step by step, and without Prefect: `structure` runs the same steps as tasks.

    find -> plan -> extract, clean, segment, classify (each batch as far as it needs) -> join -> validate, encode -> publish

The plan tells what is not done yet: kept work is taken over (`packs`), new batches are made of the rest. Everything a run
writes before it publishes lies in its staging folder or in the cache, so that it can be killed at any moment: the release
and the pointer to it are made in the last step, each by one rename, swap or conditional put.
"""

import secrets
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import platformdirs

from flows import (
    assembly,
    change,
    judging,
    lineage,
    members,
    packs,
    pools,
    progress,
    reference,
    sources,
    staging,
    summary,
    watch,
)
from flows.batches import BATCH_BYTES, divide
from flows.errors import Exit, RefusedError, UsageError
from flows.limits import parse_limit
from flows.sources import MAX_BYTES, File
from flows.work import STAGES
from transforms.publish import Storage, current, is_remote, storage, write_report
from transforms.publish.store import RELEASES, read_release

MANY = 4096
"""Sources of a corpus that is large: what all of them take in the join is more than what a batch takes."""
_looks: dict[tuple[str, str], tuple[sources.Found, packs.Plan]] = {}


def new_run() -> str:
    """Make the id of a run: the time to the millisecond, which tells the order of releases, and something that no other run has."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked of a run.

    Attributes:
        sources: Files, folders, patterns, URLs and lists of them (`@list.txt`); the shipped samples where none is given.
        output: Folder of the releases, or s3://bucket/prefix.
        max_quarantine: Share (`1%`) or number of sources that may be set aside; without it, any.
        max_bytes: Larger files are set aside.
        max_seconds: A document that takes longer in one stage is set aside.
        batch_bytes: Source bytes of a batch.
        workers: Processes that work on documents; 0: none, all is done in this one and without a limit of time.
        accept: Rules about the change since the former release (`seeds/quality/changes.csv`) whose breach is accepted.
        work: Folder on this machine for what is kept between runs; `output`, or the user's cache for an object store.
        run: Id of the run.
        text_column: Column that holds the text in dumps, where its name does not say so.
        dask: Address of a Dask scheduler whose workers do what `workers` would (`cluster`).

    """

    sources: tuple[str, ...] = ()
    output: str = "output"
    max_quarantine: str | None = None
    max_bytes: int = MAX_BYTES
    max_seconds: float = watch.MAX_SECONDS
    batch_bytes: int = BATCH_BYTES
    workers: int | None = None
    accept: tuple[str, ...] = ()
    work: str | None = None
    run: str = field(default_factory=new_run)
    text_column: str | None = None
    dask: str | None = None

    @property
    def noted(self) -> dict[str, Any]:
        """What the descriptor of the release tells of them: nothing of the machine."""
        names = ("max_quarantine", "max_bytes", "max_seconds", "batch_bytes", "workers", "accept", "text_column")
        return {name: getattr(self, name) for name in names}

    @property
    def home(self) -> Path:
        """Folder on this machine for staging and cache."""
        return home(self.output, self.work)


class Later(Protocol):
    """A result that is waited for."""

    def result(self) -> Any:  # noqa: ANN401 - what the step gives
        """Wait."""
        ...


class Steps(Protocol):
    """How the steps are run: here (`Plain`), or as tasks of Prefect."""

    def stage(self, stage: str, folder: str, *, after: Later | None, **facts: Any) -> Later:  # noqa: ANN401
        """Begin a stage over a batch, when the stage before it is done."""
        ...

    def join(self, folder: str, *, sources: int, cache: str, workers: int) -> dict[str, int]:
        """`assembly.join`."""
        ...

    def examine(self, folder: str, pack: str, *, workers: int) -> Later:
        """Begin `judging.examine`."""
        ...

    def encode(self, folder: str, part: int, *, cache: str, workers: int) -> Later:
        """Begin `assembly.encode`."""
        ...

    def validate(self, folder: str, *, rows: dict[str, int]) -> dict[str, Any]:
        """`judging.judge`, in the validator."""
        ...

    def publish(self, folder: str, validation: dict[str, Any], **facts: Any) -> dict[str, Any]:  # noqa: ANN401
        """`assembly.publish`."""
        ...


def home(output: str, work: str | None = None) -> Path:
    """Folder on this machine for what a run keeps and what it has not finished."""
    if work is not None:
        return Path(work)
    if is_remote(output):
        return Path(platformdirs.user_cache_dir("gangmu")) / reference.digest([output.rstrip("/")])[:16]
    return Path(output)


def open_output(output: str) -> Storage:
    """Storage of the releases.

    Raises:
        UsageError: There is none of this kind.

    """
    try:
        return storage(output)
    except ValueError as error:
        raise UsageError(f"--output {error}") from error


def check(settings: Settings) -> Storage:
    """Refuse what can be seen to be wrong before anything starts; gives the storage of the releases.

    Raises:
        UsageError: A setting is wrong.

    """
    if settings.max_quarantine is not None:
        parse_limit(settings.max_quarantine)
    change.check_accepted(settings.accept)
    return open_output(settings.output)


def run(settings: Settings, steps: Steps) -> dict[str, Any]:
    """Structure sources and publish a release; gives the run's report, which is written whatever the end.

    Raises:
        UsageError: There is nothing to read, or an argument is wrong.
        RefusedError: Validation failed, or too many sources were set aside.

    """
    started = time.monotonic()
    report: dict[str, Any] = {"run": settings.run, "started": datetime.now(UTC).isoformat(timespec="seconds")}
    output = open_output(settings.output)
    tell = lineage.teller(sources=settings.sources, output=settings.output, run=settings.run)
    tell("START", report)
    try:
        with staging.opened(settings.home, settings.run) as folder:
            lineage.note(folder, settings.noted)
            change.check_accepted(settings.accept)
            change.prepare(folder, output, settings.accept)
            _structure(report, settings, steps, folder)
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
        with suppress(Exception):
            # It may have come to its end before it heard of it.
            if name := published_by(output, settings.run):
                report.update(state="published", release=name)
        report["traceback"] = traceback.format_exc()
        raise
    finally:
        report["seconds"] = round(time.monotonic() - started, 2)
        tell("COMPLETE" if report.get("exit_code") == Exit.FINE else "FAIL", report)
        # Where the disk is full there may be no room for a report; that is not what is to be said then.
        with suppress(OSError):
            write_report(report, output=output, run=settings.run)
    return report


def published_by(output: Storage, run: str) -> str | None:
    """Give the current release, if it is of this run."""
    name = current(output)
    made = name is not None and read_release(output, f"{RELEASES}/{name}").descriptor["gangmu"]["run"] == run
    return name if made else None


def _structure(report: dict[str, Any], settings: Settings, steps: Steps, folder: Path) -> None:
    """Do the work; fills the report as it goes, so that a failed run tells how far it came."""
    limit = parse_limit(settings.max_quarantine) if settings.max_quarantine is not None else None
    took = report["steps"] = {}
    cache = settings.home / ".cache"
    versions = reference.stage_versions()
    with _timed(took, "plan"):
        found, planned = _looked(settings, versions)
        report["sources"] = len(found.files) + len(found.set_aside)
        set_aside = found.set_aside
        # No run works on these: they are no more new than what was done before.
        report["unread"] = len(set_aside)
        del found
        packs.touch(planned.ready)
    with _timed(took, "stages"):
        workers = start_workers(settings, planned, versions)
        batches = _stages(settings, steps, cache, planned, versions, workers)
    report.update(batches=len(batches), reused=sum(map(len, planned.ready.values())))
    with _timed(took, "join"):
        assembly.collect(folder, planned.ready, batches, set_aside, sources=report["sources"])
        made = [*planned.ready, *batches]
        # What is known of every source lies in the folder of the run now.
        del planned
        pools.give_back()
        workers = _renewed(settings, workers, sources=report["sources"])
        rows = steps.join(str(folder), sources=report["sources"], cache=str(cache), workers=workers)
    aside = report["quarantine"] = assembly.quarantine(folder)
    report.update(rows=rows, tracebacks=assembly.tracebacks(folder, made))
    report["findings"] = assembly.findings(folder)
    report["formats"] = assembly.formats(folder)
    if not rows["documents"]:
        raise UsageError("\n".join(["Nothing could be read.", *summary.aside_lines(aside)]))
    if limit and not limit.allows(len(aside), total=report["sources"]):
        message = (
            f"{len(aside)} of {report['sources']} sources were set aside, more than --max-quarantine {limit} allows."
        )
        raise RefusedError(message, reasons=tuple(summary.aside_lines(aside)))
    with _timed(took, "validate"):
        validation, encoded, parts = _judged(steps, folder, cache, rows=rows, workers=workers)
    kept = ("success", "checks", "failures", "warnings", "remarks", "judged", "change")
    report["validation"] = {key: validation[key] for key in kept}
    if not validation["success"]:
        failed = [outcome for outcome in validation["outcomes"] if not outcome["success"]]
        raise RefusedError(
            f"Validation failed: {validation['failures']} of {validation['checks']} checks. Nothing was published.",
            reasons=tuple(validation["reasons"]),
            details={"failed_checks": failed},
        )
    if reference.stage_versions() != versions:
        raise RuntimeError("The reference tables or the code were changed while the run was at work. Run again.")
    with _timed(took, "publish"):
        for part in encoded:
            part.result()
        # The day of UTC: the same run gives the same name of a release in every time zone.
        day: date = datetime.now(UTC).date()
        facts = {"output": settings.output, "home": str(settings.home), "run": settings.run, "day": day}
        report.update(steps.publish(str(folder), validation, **facts))
    with suppress(OSError):
        packs.keep(cache, [*made, *parts], run=settings.run)


def _judged(
    steps: Steps, folder: Path, cache: Path, *, rows: dict[str, int], workers: int
) -> tuple[dict[str, Any], list[Later], list[Path]]:
    """Judge what was joined; gives the report, and the parts of the release: what is still being encoded, and all their folders."""
    joined = assembly.Joined.read(folder)
    # Side by side: what is encoded is not published before it is judged.
    examined = [steps.examine(str(folder), pack, workers=workers) for pack in judging.unexamined(joined)]
    missing = assembly.missing_parts(joined, cache)
    encoded = [steps.encode(str(folder), part, cache=str(cache), workers=workers) for part in missing]
    parts = [cache / "parts" / key for key in joined.parts]
    for pack in examined:
        pack.result()
    return steps.validate(str(folder), rows=rows), encoded, parts


def look_ahead(settings: Settings, versions: dict[str, str]) -> packs.Plan:
    """Look, for a run that begins in this process presently and need not look again: all bytes are read for it."""
    looked = _looks[settings.run, versions[STAGES[-1]]] = look(settings, versions)
    return looked[1]


def _looked(settings: Settings, versions: dict[str, str]) -> tuple[sources.Found, packs.Plan]:
    key = settings.run, versions[STAGES[-1]]
    return _looks.pop(key) if key in _looks else look(settings, versions)


def look(settings: Settings, versions: dict[str, str]) -> tuple[sources.Found, packs.Plan]:
    """Find the sources, and how far the work on each has come.

    Raises:
        UsageError: A source does not exist, or there is nothing to read.

    """
    found = sources.find(settings.sources, max_bytes=settings.max_bytes, text_column=settings.text_column)
    return found, packs.plan(members.hashed(found.files), packs.find(settings.home / ".cache"), versions)


def start_workers(settings: Settings, planned: packs.Plan, versions: dict[str, str]) -> int:
    """Start as many workers as there is work for; gives their number, 0 where all is done in this process."""
    if settings.dask is not None:
        return 0
    workers = settings.workers if settings.workers is not None else pools.processors()
    needed = min(workers, len(_groups(settings, planned)))
    if needed:
        pools.start_workers(needed, version=versions[STAGES[-1]])
    return needed


def _renewed(settings: Settings, workers: int, *, sources: int) -> int:
    """Let other processes join, examine and encode what is large; gives their number."""
    if sources < MANY or settings.dask is not None or settings.workers == 0:
        return workers
    # Where there was nothing to structure, one: this process would hold the memory of the join to the end of the run.
    pools.renew_workers(max(workers, 1))
    return max(workers, 1)


def _groups(settings: Settings, planned: packs.Plan) -> list[tuple[Path | None, str, list[File]]]:
    """Divide what is to be done into batches: pack to begin with, first stage, files."""
    groups: list[tuple[Path | None, str, list[File]]] = []
    for (base, first), files in planned.todo.items():
        # Those that begin with another pack stay together as they are there.
        divided = divide(files, batch_bytes=settings.batch_bytes) if base is None else [files]
        groups += [(base, first, batch) for batch in divided]
    return groups


def _stages(
    settings: Settings, steps: Steps, cache: Path, planned: packs.Plan, versions: dict[str, str], workers: int
) -> list[Path]:
    """Run the stages over all that needs work, each batch as far as it can go; gives the folders of the batches."""
    groups = _groups(settings, planned)
    count = len(groups)
    ends: list[Later] = []
    folders = []
    for number, (base, first, files) in enumerate(groups, start=1):
        folder = packs.new_batch(cache, files, base=base, first=first)
        folders.append(folder)
        done: Later | None = None
        for stage in STAGES[STAGES.index(first) :]:
            facts = {
                "number": number,
                "count": count,
                "sources": len(files),
                "workers": workers,
                "version": versions[stage],
            }
            limits = {"max_seconds": settings.max_seconds, "dask": settings.dask}
            done = steps.stage(stage, str(folder), after=done, **limits, **facts)
            ends.append(done)
    # In this order the first error is the cause, not a step that could not start because of it.
    for end in ends:
        end.result()
    return folders


@contextmanager
def _timed(took: dict[str, float], name: str) -> Iterator[None]:
    started = time.monotonic()
    try:
        yield
    finally:
        took[name] = round(time.monotonic() - started, 3)


@dataclass(frozen=True, slots=True)
class _Here:
    """A result that is there."""

    value: Any

    def result(self) -> Any:  # noqa: ANN401 - what the step gave
        return self.value


class Plain:
    """The steps one after the other in this process, without Prefect; documents and checks in worker processes or here."""

    def __init__(self, *, judge: Callable[[str], dict[str, Any]] = judging.judge) -> None:
        self._judge = judge

    def stage(
        self,
        stage: str,
        folder: str,
        *,
        after: Later | None,
        number: int,
        count: int,
        sources: int,
        **facts: Any,  # noqa: ANN401 - what the stage takes
    ) -> Later:
        """Run a stage."""
        del after, number
        result = _Here(watch.run_stage(stage, folder, **facts))
        progress.step(stage, count, sources=sources)
        return result

    def join(self, folder: str, *, sources: int, cache: str, workers: int) -> dict[str, int]:
        """Join."""
        del sources, workers
        return assembly.join(Path(folder), cache=Path(cache))

    def validate(self, folder: str, *, rows: dict[str, int]) -> dict[str, Any]:
        """Validate."""
        del rows
        return self._judge(folder)

    def examine(self, folder: str, pack: str, *, workers: int) -> Later:
        """Leave it to the validation."""
        del folder, workers
        return _Here(pack)

    def encode(self, folder: str, part: int, *, cache: str, workers: int) -> Later:
        """Encode."""
        del workers
        return _Here(assembly.encode(folder, part, cache=cache))

    def publish(self, folder: str, validation: dict[str, Any], **facts: Any) -> dict[str, Any]:  # noqa: ANN401
        """Publish."""
        return publish(folder, validation, **facts)


def publish(folder: str, validation: dict[str, Any], *, output: str, home: str, run: str, day: date) -> dict[str, Any]:
    """Publish the encoded parts of a run."""
    place = Path(home)
    return assembly.publish(
        Path(folder),
        output=open_output(output),
        home=place,
        cache=place / ".cache",
        run=run,
        day=day,
        validation=validation,
    )
