"""Who is told how a run ended: addresses of Apprise, which speaks to a hundred services and to any webhook.

    GANGMU_NOTIFY      addresses, with blanks between them: jsons://hooks.example.org/gangmu, mailto://…, slack://…, dingtalk://…
    GANGMU_NOTIFY_ON   ends that are told: failed, crashed, cancelled, completed (default: the first three)

The flows call `tell` as their hook. When a process is killed nobody in it can tell anything: then the server or worker of
Prefect that started it does. A notice that nobody takes is logged, and changes nothing about the run.
"""

import os
from typing import Any

from prefect.logging import get_logger
from prefect.utilities.urls import url_for

ADDRESSES = "GANGMU_NOTIFY"
WHEN = "GANGMU_NOTIFY_ON"
DEFAULT = "failed crashed cancelled"


def tell(flow: Any, flow_run: Any, state: Any) -> None:  # noqa: ANN401 - types of Prefect
    """Send a notice of the end of a run, where somebody wants it."""
    kind = str(state.type.value).lower().replace("cancelling", "cancelled")
    addresses = os.environ.get(ADDRESSES, "").split()
    if not addresses or kind not in os.environ.get(WHEN, DEFAULT).replace(",", " ").lower().split():
        return
    import apprise  # noqa: PLC0415 - half a second, wanted by few runs

    service = apprise.Apprise()
    known = [service.add(address) for address in addresses]
    good = kind == "completed"
    title = f"Gangmu: {flow.name} {state.name.lower()}"
    notified = service.notify(
        body=_body(flow_run, state),
        title=title,
        notify_type=apprise.NotifyType.SUCCESS if good else apprise.NotifyType.FAILURE,
    )
    if not (notified and all(known)):
        # Not the addresses themselves: they hold passwords.
        get_logger(__name__).error("%s: a notice of the run could not be sent. Check %s.", flow_run.name, ADDRESSES)


HOOKS: Any = {f"on_{end}": [tell] for end in ("completion", "failure", "crashed", "cancellation")}
"""For the decorator of a flow."""


def _body(flow_run: Any, state: Any) -> str:  # noqa: ANN401 - types of Prefect
    lines = [f"{flow_run.name}: {state.message or state.name}"]
    lines += _reasons(state)
    lines += [line for line in (url_for("flow-run", obj_id=flow_run.id),) if line]
    return "\n".join(lines)


def _reasons(state: Any) -> list[str]:  # noqa: ANN401 - a state of Prefect
    """Give the reasons of a refusal. They are at hand only in the process that ran the flow."""
    try:
        error = state.result(raise_on_failure=False)
    except Exception:  # noqa: BLE001 - Prefect raises many kinds where a result is not kept
        return []
    return list(getattr(error, "reasons", ()))
