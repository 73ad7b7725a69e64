"""`gangmu run`: everything around the flow - server, processes, progress - and their end."""

import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows import pools, progress, server
from flows.errors import RefusedError, UsageError
from flows.limits import parse_limit
from flows.sources import find

STAGES = ("extract", "clean", "segment", "classify", "validate", "publish")


def run(
    sources: Sequence[str],
    *,
    output: Path,
    max_quarantine: str | None,
    max_bytes: int,
    quiet: bool,
    text_column: str | None = None,
) -> dict[str, Any]:
    """Run the flow; gives its report.

    Raises:
        UsageError: There is nothing to read, or an argument is wrong.
        RefusedError: The release was refused.

    """
    # Wrong usage is told at once, and not after the ten seconds that a server takes.
    if max_quarantine is not None:
        parse_limit(max_quarantine)
    _check_output(output)
    find(sources, max_bytes=max_bytes, text_column=text_column)
    if threading.current_thread() is threading.main_thread():
        # A scheduler that ends the run gets the same order at the end as Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _shown(quiet=quiet) as listener, progress.listening(listener):
        listener("start", 0, 1)
        try:
            started = server.start(output)
            structure, new_run = _flow()
            # Not before: on two cores the server and the import of Prefect are in each other's way already.
            pools.start_validator()
            if started:
                started.wait()
            listener("start", 1, 1)
            name = new_run()
            try:
                report: dict[str, Any] = structure(
                    sources=[str(source) for source in sources],
                    output=str(output),
                    max_quarantine=max_quarantine,
                    max_bytes=max_bytes,
                    run=name,
                    text_column=text_column,
                )
            except (UsageError, RefusedError, KeyboardInterrupt):
                raise
            except Exception as error:
                path = output / "runs" / name / "report.json"
                if path.is_file():
                    error.gangmu_report = str(path)  # type: ignore[attr-defined]
                raise
        finally:
            pools.close()
    return report


def _flow() -> tuple[Any, Any]:
    """Import the flow: two seconds, during which the server starts."""
    from flows.structure import new_run, structure  # noqa: PLC0415

    # What Prefect has to say about its own business is not for the user of the command.
    warnings.simplefilter("ignore")
    logging.getLogger("prefect").setLevel(logging.CRITICAL)
    return structure, new_run


def _check_output(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--output {output}: cannot be made ({error.strerror}). Name another folder.") from error
    if not os.access(output, os.W_OK):
        raise UsageError(f"--output {output}: cannot be written. Check its permissions or name another folder.")


@contextmanager
def _shown(*, quiet: bool) -> Iterator[progress.Listener]:
    """Show progress on standard error: a bar on a terminal, lines elsewhere."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bar() as listener:
            yield listener
    else:
        yield _line


def _line(stage: str, done: int, total: int) -> None:
    if stage != "start":
        sys.stderr.write(f"{stage} {done}/{total}\n")
        sys.stderr.flush()


@contextmanager
def _bar() -> Iterator[progress.Listener]:
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        rows = {"start": shown.add_task("start", total=1)}

        def listen(stage: str, done: int, total: int) -> None:
            if stage not in rows:
                rows[stage] = shown.add_task(stage, total=total)
            shown.update(rows[stage], completed=done, total=total)

        yield listen
