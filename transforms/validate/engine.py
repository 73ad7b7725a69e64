"""Great Expectations: judges expectations on frames. The only module that imports it, and late."""

import math
import os
import threading
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import polars as pl

from transforms.validate.report import Outcome

EXAMPLES = 5


def warm() -> None:
    """Import Great Expectations. For a process that wants it out of the way."""
    _import()


def judge(
    expectations: Iterable[Mapping[str, Any]],
    frames: Mapping[str, pl.DataFrame],
    offenders: Mapping[str, pl.DataFrame],
) -> list[Outcome]:
    """Judge every expectation on its frame, by the pandas engine; there is none for polars.

    `offenders` are the rows that break a check, by its name; their number stands in the frame that the check is judged on.
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
        outcomes.extend(_outcome(e, by_name[e["name"]], frame, offenders.get(e["name"])) for e in listed)
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
    offenders: pl.DataFrame | None,
) -> Outcome:
    details = result.result or {}
    error = None
    examples: pl.DataFrame | None = None
    failures = int(details.get("unexpected_count") or 0)
    if not result.success:
        error = _error(result.exception_info)
        examples = (
            None if error else _examples(expectation, details, frame) if offenders is None else offenders.head(EXAMPLES)
        )
        if offenders is not None:
            failures = offenders.height
        elif expectation["type"] == "expect_table_columns_to_match_set":
            failures = max(1, len(_mismatched(details)))
            examples = pl.DataFrame(_mismatched(details))
    return Outcome(
        name=expectation["name"],
        frame=expectation["frame"],
        type=expectation["type"],
        severity=expectation["severity"],
        description=expectation["description"],
        success=bool(result.success),
        # Of a check it is known how many rows break it, not how many it looked at.
        rows=frame.height if offenders is None else None,
        failures=failures if result.success or failures else 1,
        examples=() if examples is None else tuple(_plain(row) for row in examples.to_dicts()),
        error=error,
    )


def _examples(expectation: Mapping[str, Any], details: Mapping[str, Any], frame: pl.DataFrame) -> pl.DataFrame:
    """Find some of the rows that break an expectation: their key (the first column) and the value."""
    column = expectation["kwargs"].get("column")
    if column is None:
        return frame.head(EXAMPLES)
    shown = list(dict.fromkeys([frame.columns[0], *(["place"] if "place" in frame.columns else []), column]))
    if expectation["type"].endswith("not_be_null"):
        bad = pl.col(column).is_null()
    else:
        # pandas gives integers of a column with nulls as floats.
        values = pl.Series(details.get("partial_unexpected_list") or [], strict=False)
        bad = pl.col(column).is_in(values.cast(frame.schema[column], strict=False).implode())
    return frame.select(shown).filter(bad).head(EXAMPLES)


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


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values that JSON knows; long strings are cut."""
    plain: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, str):
            plain[key] = value if len(value) <= 80 else value[:79] + "…"
        else:
            known = value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
            plain[key] = value if known else str(value)
    return plain
