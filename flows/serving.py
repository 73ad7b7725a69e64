"""`gangmu serve`: the flows as scheduled deployments, and the process that runs them when it is time.

Two deployments, in Prefect's words: structure/NAME makes the nightly release, verify/NAME looks weekly whether all releases
are as they were published. Each run is a process of its own; of each deployment one runs at a time, another waits for it.
A run whose time came while nothing was serving is late, and made up when something is again. `prefect.yaml` says the same
for a work pool.
"""

import asyncio
import os
import signal
import threading
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import available_timezones

import psutil

from flows import server
from flows.errors import UsageError
from flows.pipeline import Settings, check
from flows.places import expand
from flows.schedule import NIGHTLY, PORT, TIMEZONE, Schedule


def serve(settings: Settings, schedule: Schedule, *, port: int = PORT) -> None:
    """Serve until it is ended by Ctrl-C or SIGTERM.

    Raises:
        UsageError: A schedule, a setting or the server is not there or wrong.

    """
    check(settings)
    for source in settings.sources:
        # One that is empty today may be filled by night; one that is not there is a slip of the pen.
        next(expand(source), None)
    if threading.current_thread() is threading.main_thread():
        # Until Prefect listens to it, the order to end is the same as Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    if schedule.timezone not in available_timezones():
        raise UsageError(f"--timezone {schedule.timezone}: there is no such zone. Give one such as {TIMEZONE}.")
    started = server.start(settings.home, port=port)
    if started:
        started.wait()
    deployments = _deployments(settings, schedule)
    url = os.environ.get("PREFECT_API_URL", "").removesuffix("/api") or "the server of your profile"
    for deployment in deployments:
        print(f"{deployment.flow_name}/{deployment.name}: {deployment.schedules[0].schedule.cron} {schedule.timezone}")  # noqa: T201
    with suppress(KeyboardInterrupt):
        print(f"Pages: {url}. Ctrl-C ends.", flush=True)  # noqa: T201
        asyncio.run(_serve(deployments, alone=started is not None))
    # asyncio has put Python's own answer to Ctrl-C back: a second one must not cut the end short.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("Ended. Runs whose time comes now are late, and made up when it is served again.", flush=True)  # noqa: T201


async def _serve(deployments: list[Any], *, alone: bool) -> None:
    from flows import orphans  # noqa: PLC0415

    runner = _runner()
    flows = {await runner.aadd_deployment(one): SimpleNamespace(name=one.flow_name) for one in deployments}
    # A server of its own has runs of this machine alone: what has no process here needs no time to speak up.
    await orphans.look(flows, since=datetime.now(UTC) if alone else orphans.lately())
    watching = asyncio.create_task(orphans.watch(flows))
    try:
        await runner.start()
    finally:
        watching.cancel()
        await orphans.hand_back(runner.taken)


def _runner() -> Any:  # noqa: ANN401 - a runner of Prefect
    from prefect.runner import Runner  # noqa: PLC0415

    from flows import orphans  # noqa: PLC0415

    class Ended(Runner):
        taken: frozenset[str] = frozenset()

        def handle_sigterm(self, *_: Any, **__: Any) -> None:  # noqa: ANN401
            """End as Ctrl-C ends it: Prefect's own handler leaves a coroutine behind that nobody awaits, and says so."""
            signal.raise_signal(signal.SIGINT)

        async def __aexit__(self, *exc_info: object) -> None:
            """End as Prefect does, which kills the processes of runs; before, note which they are."""
            self.taken = frozenset(orphans.in_hand(psutil.Process().children()))
            await super().__aexit__(*exc_info)

    # What is scheduled stays so when this process ends.
    return Ended(pause_on_shutdown=False, heartbeat_seconds=orphans.BEAT)


def _cron(option: str, text: str, timezone: str) -> Any:  # noqa: ANN401 - a schedule of Prefect
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415

    try:
        return CronSchedule(cron=text, timezone=timezone)
    except ValueError as error:
        raise UsageError(f"{option} {text!r}: give minute, hour, day, month, weekday, such as '{NIGHTLY}'.") from error


def _deployments(settings: Settings, schedule: Schedule) -> list[Any]:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415

    from flows.structure import structure  # noqa: PLC0415
    from flows.verify import verify  # noqa: PLC0415

    given = {name: value for name, value in asdict(settings).items() if name != "run" and value not in (None, ())}
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    one = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    return [
        flow.to_deployment(
            name=schedule.name,
            parameters=parameters,
            schedules=[when],
            concurrency_limit=one,
            # By the name of the module: runs find it wherever the package is installed, in any folder.
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, parameters, when in (
            (structure, listed, _cron("--cron", schedule.cron, schedule.timezone)),
            (verify, {"output": settings.output}, _cron("--verify-cron", schedule.verify, schedule.timezone)),
        )
    ]
