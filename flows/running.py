"""`gangmu run`: everything around the flow - server, processes, progress - and their end."""

import logging
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flows import cluster, packs, pools, progress, reference, server
from flows.errors import RefusedError, UsageError
from flows.pipeline import Settings, check, look_ahead, open_output, published_by, start_workers
from transforms.publish import Storage, is_remote
from transforms.publish.store import POINTER


def run(settings: Settings, *, quiet: bool) -> dict[str, Any]:
    """Run the flow; gives its report.

    Raises:
        UsageError: There is nothing to read, or an argument is wrong.
        RefusedError: The release was refused.

    """
    # Wrong usage is told at once, and not after the ten seconds that a server takes.
    output = check(settings)
    _check(settings.home, "--output" if settings.work is None else "--work")
    if is_remote(settings.output):
        _check_bucket(output)
    if settings.dask is not None:
        cluster.check(settings.dask)
    versions = reference.stage_versions()
    planned = look_ahead(settings, versions)
    if threading.current_thread() is threading.main_thread():
        # A scheduler that ends the run gets the same order at the end as Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _shown(quiet=quiet) as listener, progress.listening(listener):
        listener("start", 0, 1, 0)
        try:
            started = server.start(settings.home)
            if started is None:
                _start_processes(settings, planned, versions)
            structure = _flow()
            if started is not None:
                # Not before: on two cores the server and the import of Prefect are in each other's way already.
                _start_processes(settings, planned, versions)
                started.wait()
            listener("start", 1, 1, 0)
            try:
                report: dict[str, Any] = structure(
                    **asdict(settings) | {"sources": list(settings.sources), "accept": list(settings.accept)}
                )
            except (UsageError, RefusedError, KeyboardInterrupt):
                raise
            except Exception as error:
                key = f"runs/{settings.run}/report.json"
                with suppress(OSError):
                    if output.exists(key):
                        error.gangmu_report = f"{output.address}/{key}"  # type: ignore[attr-defined]
                raise
        finally:
            pools.close()
    return report


def stopped(settings: Settings) -> str:
    """Say what a run that was stopped leaves: it may have come to its end before it heard of it."""
    try:
        name = published_by(open_output(settings.output), settings.run)
    except Exception:  # noqa: BLE001 - what is not known is not said
        return ""
    return f"{name} is published" if name else "nothing was published, and the next run takes over what was finished"


def _start_processes(settings: Settings, planned: packs.Plan, versions: dict[str, str]) -> None:
    pools.start_validator()
    start_workers(settings, planned, versions)


def _flow() -> Any:  # noqa: ANN401 - a flow of Prefect
    """Import the flow: two seconds, during which the server starts."""
    # The join asks for classify; loaded here, it is no part of the work.
    from flows.structure import structure  # noqa: PLC0415

    # What Prefect has to say about its own business is not for the user of the command.
    warnings.simplefilter("ignore")
    logging.getLogger("prefect").setLevel(logging.CRITICAL)
    return structure


def _check(folder: Path, option: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Asked by writing: permissions do not tell of a read-only disk, and root may do anything.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"{option} {folder}: cannot be written ({error.strerror}). Check its permissions or name another folder."
        ) from error


def _check_bucket(output: Storage) -> None:
    try:
        output.exists(POINTER)
        output.children("releases")
    except OSError as error:
        raise UsageError(f"--output {error}") from error


@contextmanager
def _shown(*, quiet: bool) -> Iterator[progress.Listener]:
    """Show progress on standard error: a bar on a terminal, lines elsewhere."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with progress.bar("start") as listener:
            yield listener
    else:
        yield _lines()


def _lines() -> progress.Listener:
    lines = progress.Lines(sys.stderr)

    def listen(stage: str, done: int, total: int, sources: int) -> None:
        # The start is told by the first stage that is done.
        if stage != "start":
            lines(stage, done, total, sources)

    return listen
