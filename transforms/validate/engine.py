"""Great Expectations: judges expectations on frames. The only module that imports it, and late."""

import os
import threading
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import polars as pl

from transforms.validate.report import Breach, Outcome


def warm() -> None:
    """Import Great Expectations. For a process that wants it out of the way."""
    _import()


def judge(
    expectations: Iterable[Mapping[str, Any]],
    frames: Mapping[str, pl.DataFrame],
    breaches: Mapping[str, Breach],
) -> list[Outcome]:
    """Judge every expectation on its frame, by the pandas engine; there is none for polars.

    `breaches` are the rows that break an expectation, by its name; their number stands in the frame that it is judged on.
    """
    gx = _import()
    # An ephemeral context for every validation: nothing is kept between runs, nothing is written.
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    # One asset for all frames, one after the other: every new one would make the context write itself out again.
    asset = context.data_sources.add_pandas("gangmu").add_dataframe_asset("frame")
    definition = asset.add_batch_definition_whole_dataframe("all")
    outcomes: list[Outcome] = []
    ordered = sorted(expectations, key=lambda e: str(e["frame"]))
    for name, group in groupby(ordered, key=lambda e: str(e["frame"])):
        listed = list(group)
        frame = frames[name]
        batch = definition.get_batch({"dataframe": _pandas(frame, listed)})
        suite = gx.ExpectationSuite(name=name, expectations=[_implementation(gx, e) for e in listed])
        # SUMMARY: with COMPLETE and index columns 100,000 failing rows take 21 s against 0.8 s.
        results = batch.validate(suite, result_format="SUMMARY").results
        by_name = {result.expectation_config.meta["name"]: result for result in results}
        outcomes.extend(_outcome(e, by_name[e["name"]], frame, breaches.get(e["name"])) for e in listed)
    return outcomes


def _import() -> Any:  # noqa: ANN401 - the library ships no types
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    # Its progress bars make a semaphore between processes, even where they are off; a process that is ended would leave it.
    from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with the library below

    tqdm.set_lock(threading.RLock())
    import great_expectations  # noqa: PLC0415 - takes five seconds

    return great_expectations


def _implementation(gx: Any, expectation: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the library ships no types
    name = "".join(part.capitalize() for part in expectation["type"].split("_"))
    kind = getattr(gx.expectations, name)
    meta = {"name": expectation["name"]}
    return kind(**expectation["kwargs"], severity=expectation["severity"], meta=meta)


def _pandas(frame: pl.DataFrame, expectations: list[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - pandas is imported by GX
    """Give the columns that are asked about, or a few rows where only their number is."""
    columns = {e["kwargs"]["column"] for e in expectations if "column" in e["kwargs"]}
    chosen = [name for name in frame.columns if name in columns]
    return frame.select(chosen).to_pandas() if chosen else frame.to_pandas()


def _outcome(
    expectation: Mapping[str, Any],
    result: Any,  # noqa: ANN401 - the library ships no types
    frame: pl.DataFrame,
    breach: Breach | None,
) -> Outcome:
    error = None if result.success else _error(result.exception_info)
    if breach is None and not result.success:
        columns = _mismatched(result.result or {})
        breach = Breach(max(1, len(columns)), () if error else tuple(columns))
    return Outcome(
        name=expectation["name"],
        frame=expectation["frame"],
        type=expectation["type"],
        severity=expectation["severity"],
        description=expectation["description"],
        success=bool(result.success),
        # Of what was counted it is known how many rows break it, not how many were looked at.
        rows=frame.height if breach is None else None,
        failures=breach.count if breach else 0,
        examples=() if breach is None or result.success else breach.examples,
        error=error,
    )


def _mismatched(details: Mapping[str, Any]) -> list[dict[str, str]]:
    found = (details.get("details") or {}).get("mismatched") or {}
    return [{"column": name, "is": how} for how, names in found.items() for name in names]


def _error(info: Any) -> str | None:  # noqa: ANN401 - one dict, or one for every metric
    if not isinstance(info, Mapping):
        return None
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    for one in info.values():
        if isinstance(one, Mapping) and one.get("raised_exception"):
            return str(one.get("exception_message"))
    return None
