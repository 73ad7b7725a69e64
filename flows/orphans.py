"""Runs whose process is gone without a word: the machine was switched off, or `gangmu serve` was killed with all that it ran.

To Prefect they run on, and hold the slot of their deployment: five minutes while their server lives, which keeps the leases
of slots in its memory, and for ever when it ended with them. No other run would begin. So `gangmu serve` looks for them
when it begins and while it serves; those that it finds have crashed, which frees the slot and is told (`notices`). A run that
it stops itself, because it is to end, has not crashed: it waits and begins anew when it is served again.

A run is alive if a process of this machine has it in hand, or if it has given a sign of life, which runs on other machines do.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psutil
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId, FlowRunFilter, FlowRunFilterState
from prefect.client.schemas.filters import FlowRunFilterStateType as StateTypeFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.events.filters import EventFilter, EventNameFilter, EventOccurredFilter, EventResourceFilter
from prefect.logging import get_logger
from prefect.states import AwaitingRetry, Cancelled, Crashed

from flows import notices

BEAT = 30
"""Seconds between two signs of life; Prefect sends no more."""
SILENCE = 100
"""Seconds without one after which a run is dead: three are lost."""
HASTE = 10
"""Seconds that the end of the serving waits for the server."""
UNDERWAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
SIGN = "prefect.flow-run.heartbeat"
GONE = "Its process is gone: killed, or the machine was switched off. The next run takes over what was finished."
STOPPED = "Stopped with the serving; it begins anew when it is served again, and takes over what was finished."


async def watch(flows: Mapping[UUID, Any]) -> None:
    """Look for dead runs of these deployments now and then, until it is cancelled."""
    while True:
        await asyncio.sleep(BEAT)
        await look(flows, since=lately())


def lately() -> datetime:
    """Moment since which a run that lives has given a sign of life."""
    return datetime.now(UTC) - timedelta(seconds=SILENCE)


async def look(flows: Mapping[UUID, Any], *, since: datetime) -> None:
    """Look for dead runs of these deployments and end them in Prefect's eyes too; each is told in a line.

    Args:
        flows: Deployments and their flows.
        since: Moment since which a run that lives on another machine has begun or given a sign of life.

    """
    with _forgiving("Runs whose process is gone could not be looked for"):
        await _bury(flows, since)


async def hand_back(runs: Iterable[str]) -> None:
    """Let runs whose process the end of the serving ended begin anew when they are served again."""
    with _forgiving("Runs that were stopped could not be handed back"):
        async with asyncio.timeout(HASTE), get_client() as client:
            for number in runs:
                run = await client.read_flow_run(UUID(number))
                # Ctrl-C in a terminal goes to the run as well, which may have said that it crashed.
                if run.state is not None and run.state.type in {*UNDERWAY, StateType.CRASHED}:
                    await client.set_flow_run_state(run.id, AwaitingRetry(message=STOPPED), force=True)
                    print(f"{run.name}: {STOPPED}", flush=True)  # noqa: T201


@contextmanager
def _forgiving(what: str) -> Iterator[None]:
    """A server that is away must neither end the serving nor keep it from its end."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - of many kinds
        get_logger(__name__).warning("%s: %s", what, error or type(error).__name__)


async def _bury(flows: Mapping[UUID, Any], since: datetime) -> None:
    async with get_client() as client:
        underway = await client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=list(flows))),
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=StateTypeFilter(any_=UNDERWAY))),
        )
        alive = in_hand() if underway else set()
        for run in underway:
            if run.deployment_id is None or str(run.id) in alive or await _heard(client, run, since):
                continue
            if (await client.read_flow_run(run.id)).state_id != run.state_id:
                # It has ended meanwhile, as it should.
                continue
            stopping = run.state is not None and run.state.type == StateType.CANCELLING
            state: State[Any] = Cancelled(message=GONE) if stopping else Crashed(message=GONE)
            await client.set_flow_run_state(run.id, state, force=True)
            print(f"{run.name}: {state.name}. {GONE}", flush=True)  # noqa: T201
            await asyncio.to_thread(notices.tell, flows[run.deployment_id], run, state)


def in_hand(processes: Iterable[psutil.Process] | None = None) -> set[str]:
    """Ids of the runs that some processes have in hand; all of this machine, where none are given."""
    found = set()
    for process in processes if processes is not None else psutil.process_iter():
        # What is of other users may not be looked at, and is none of ours.
        with suppress(psutil.Error):
            found.add(process.environ().get("PREFECT__FLOW_RUN_ID", ""))
    return found - {""}


async def _heard(client: Any, run: FlowRun, since: datetime) -> bool:  # noqa: ANN401 - a client of Prefect
    """Whether a run has begun or given a sign of life since then."""
    if run.state is not None and run.state.timestamp > since:
        return True
    signs = EventFilter(
        event=EventNameFilter(name=[SIGN]),
        resource=EventResourceFilter(id=[f"prefect.flow-run.{run.id}"]),
        occurred=EventOccurredFilter.model_validate({"since": since}),
    )
    return bool((await client.read_events(signs, limit=1)).events)
