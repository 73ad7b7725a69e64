"""Batches on a Dask cluster: the stages of `work`, on other machines.

Rows do not go over the network, only the name of a stage and the path of a batch: the folder of what is kept between
runs (`--work`, or the output itself), and sources that are files, lie where all machines see them under one path.
Dask decides where and when, and gives the work of a worker that is gone to another. On its machine the stage is done and
watched as it would be on ours (`watch`), so that the limits of a document hold there too.

A release must not depend on where it was made: a worker with other code, tables or libraries than ours refuses to work.
"""

import multiprocessing
import secrets
import socket
import threading
from pathlib import Path
from typing import Any

from flows import pools, reference, watch, work
from flows.errors import UsageError
from flows.places import is_url

EXTRA = "--dask needs the extra dask, here and on the workers (in a checkout: pip install -e '.[dask]')."
PATIENCE = 30
"""Seconds until a scheduler that does not answer is given up."""

_clients: dict[str, Any] = {}
_lock = threading.Lock()


def check(scheduler: str) -> int:
    """Look whether a scheduler answers; gives the number of documents that its workers can have in hand at a time.

    Raises:
        UsageError: It does not answer, or has no workers.

    """
    threads = _client(scheduler).nthreads()
    if not threads:
        raise UsageError(f"--dask {scheduler}: there are no workers. Start some: 'dask worker {scheduler}'.")
    return int(sum(threads.values()))


def run_stage(stage: str, folder: str, *, scheduler: str, version: str, **options: Any) -> int:  # noqa: ANN401
    """Run a stage over a batch on the cluster; gives the number of sources that it set aside.

    Raises:
        RuntimeError: A worker does not see the folder or the sources, or is of another version.

    """
    client = _client(scheduler)
    key = f"gangmu-{stage}-{Path(folder).name}-{secrets.token_hex(4)}"
    # Not pure: what counts is what it writes. Threads of a worker only wait for processes of their own.
    future = client.submit(_there, stage, str(Path(folder).absolute()), version=version, key=key, pure=False, **options)
    try:
        return int(future.result())
    finally:
        future.release()


def close() -> None:
    """Give up what was asked for and leave the cluster."""
    with _lock:
        clients = list(_clients.values())
        _clients.clear()
    for client in clients:
        client.close()


def _client(scheduler: str) -> Any:  # noqa: ANN401 - distributed ships no types
    with _lock:
        if scheduler not in _clients:
            try:
                from distributed import Client  # noqa: PLC0415 - an extra
            except ImportError as error:
                raise UsageError(EXTRA) from error
            try:
                _clients[scheduler] = Client(scheduler, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
            except (OSError, ValueError) as error:
                raise UsageError(
                    f"--dask {scheduler}: the scheduler does not answer ({error}). Check the address, or start it: 'dask scheduler'."
                ) from error
        return _clients[scheduler]


def _there(stage: str, folder: str, *, version: str, **options: Any) -> int:  # noqa: ANN401
    """Do the stage: in a process of the worker's, watched by a thread of it."""
    from distributed import get_worker  # noqa: PLC0415 - on a worker only

    _check_place(Path(folder))
    versions = reference.stage_versions()
    if versions[stage] != version:
        raise RuntimeError(
            f"{socket.gethostname()}: the worker has another version of {stage} (code, tables, libraries)."
        )
    # Nannies start workers as daemons, which may have no children. Ours end with their parent without that.
    multiprocessing.current_process().daemon = False
    workers = get_worker().state.nthreads
    pools.start_workers(workers, version=versions[work.STAGES[-1]])
    return watch.run_stage(stage, folder, workers=workers, version=version, **options)


def _check_place(folder: Path) -> None:
    """Look whether this machine sees what the run sees: a share that is not mounted is no fault of the documents."""
    host = socket.gethostname()
    if not (folder / "plan.json").exists():
        raise RuntimeError(f"{host}: the worker does not see {folder}. Share it, or name a shared folder by --work.")
    for file in work.plan(folder):
        source = Path(file["path"])
        if not is_url(file["path"]) and not source.parent.exists():
            raise RuntimeError(f"{host}: the worker does not see {source.parent}, where sources are. Share it.")
