"""A run in words: for the terminal and for Prefect's pages."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flows.errors import RefusedError
from transforms.publish import is_remote

MOST_LINES = 20


def aside_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """List sources that were set aside, with their reasons, in at most twenty lines; one line for each equal reason."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row["stage"], row["code"], _reason(row)), []).append(row["source_uri"])
    lines = []
    for (stage, code, reason), uris in list(groups.items())[:MOST_LINES]:
        more = f" and {len(uris) - 1:,} more" if len(uris) > 1 else ""
        lines.append(f"  {uris[0]}{more} ({stage}, {code}): {reason}")
    if len(groups) > MOST_LINES:
        lines.append("  … and others; all are in the quarantine list and the run's report")
    return lines


def text(report: Mapping[str, Any]) -> str:
    """Summary of a run that published, for the terminal."""
    rows, aside = report["rows"], report["quarantine"]
    if report["new"]:
        lines = [f"Published {report['release']}"]
    else:
        lines = [f"No new release: this content is already {report['release']}, which is the latest now"]
    counts = f"{rows['documents']:,} documents, {rows['sections']:,} sections, {rows['clauses']:,} clauses"
    lines += [
        f"  in {report['path']}",
        f"  {counts} from {report['sources']:,} sources in {_time(report)} ({_work(report)})",
    ]
    lines += _formats(report["formats"])
    found = ", ".join(f"{count:,} {name}" for name, count in report["findings"].items())
    lines.append(f"  Findings: {found or 'none'}")
    lines += [f"  Warning: {remark}" for remark in report["validation"]["remarks"]]
    lines.append(f"  {_change(report['validation']['change'])}")
    if aside:
        lines += [f"Set aside: {len(aside):,} of {report['sources']:,} sources ({_codes(aside)})", *aside_lines(aside)]
    else:
        lines.append("Set aside: none")
    if following := _next(report):
        lines.append(f"Next: {'; '.join(following)}")
    if "pages" in report:
        lines.append(f"Read it: open {report['pages']}")
    return "\n".join(lines)


def _next(report: Mapping[str, Any]) -> list[str]:
    """Commands that a reader of the summary may want."""
    output = str(report["path"]).rsplit("/releases/", 1)[0]
    where = "" if output == "output" else f" --output {shlex.quote(output)}"
    to = " --to FOLDER" if is_remote(output) else ""
    read = [] if "pages" in report else [f"gangmu report{where}{to}"]
    compare = report["new"] and report["validation"]["change"]["former"]
    return [*read, *([f"gangmu diff previous latest{where}"] if compare else [])]


def _time(report: Mapping[str, Any]) -> str:
    """Seconds of the flow; of the command too, which starts a server, Prefect and the processes before."""
    took = f"{report['seconds']:.1f} s"
    return f"{took}, {report['command_seconds']:.1f} s with start-up" if "command_seconds" in report else took


def _work(report: Mapping[str, Any]) -> str:
    """Say how much of the sources was worked on, and how fast."""
    done = report["sources"] - report["reused"] - report["unread"]
    if not done:
        return "none of them new" if report["unread"] else "all of them done before"
    seconds = report["steps"]["stages"]
    rate = f", {done / seconds:,.0f} a second through the stages" if seconds else ""
    return f"{done:,} new{rate}" if done < report["sources"] else f"all new{rate}"


def _change(change: Mapping[str, Any]) -> str:
    """Say what the release was compared with."""
    if change["not_judged"]:
        return f"Change not judged: {change['not_judged']}"
    accepted = f"; accepted: {', '.join(change['accepted'])}" if change["accepted"] else ""
    small = f", {len(change['too_small'])} need a larger corpus" if change["too_small"] else ""
    return f"Change since {change['former']}: {_rules(change['rules'])} judged{small}{accepted}"


def _rules(count: int) -> str:
    return "1 rule" if count == 1 else f"{count:,} rules"


def _formats(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Table of what was read by format."""
    width = max(len(row["format"]) for row in rows)
    lines = [f"  {'format':{max(width, 6)}}  sources  documents  copies"]
    for row in rows:
        counts = f"{row['sources']:7,}  {row['documents']:9,}  {row['copies']:6,}"
        lines.append(f"  {row['format']:{max(width, 6)}}  {counts}")
    return lines


def _codes(rows: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(row["code"] for row in rows)
    return ", ".join(f"{count:,} {code}" for code, count in sorted(counts.items()))


def markdown(report: Mapping[str, Any]) -> str:
    """Summary of a run that published, for Prefect's pages."""
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in report["rows"].items())
    findings = "\n".join(f"| {name} | {count:,} |" for name, count in report["findings"].items())
    aside = "\n".join(
        f"| {_cell(row['source_uri'])} | {row['stage']} | {row['code']} | {_cell(row['reason'])} |"
        for row in report["quarantine"]
    )
    parts = [
        f"# {report['release']}",
        "A new release." if report["new"] else "No new release: the content was there already.",
        f"| dataset | rows |\n|---|---:|\n{rows}",
    ]
    read = "\n".join(
        f"| {r['format']} | {r['sources']:,} | {r['documents']:,} | {r['copies']:,} |" for r in report["formats"]
    )
    parts.append(f"## Read\n\n| format | sources | documents | copies |\n|---|---:|---:|---:|\n{read}")
    if findings:
        parts.append(f"## Findings\n\n| finding | times |\n|---|---:|\n{findings}")
    if aside:
        parts.append(f"## Set aside\n\n| source | stage | code | reason |\n|---|---|---|---|\n{aside}")
    return "\n\n".join(parts) + "\n"


def refused(error: RefusedError, *, report: str) -> str:
    """Say why a run published nothing, for Prefect's pages: they show the message of an error and not its reasons."""
    reasons = "\n".join(f"- {_cell(reason)}" for reason in error.reasons)
    return (
        "\n\n".join(filter(None, ["# Nothing was published", _cell(str(error)), reasons, f"Details: `{report}`"]))
        + "\n"
    )


def _reason(row: Mapping[str, Any]) -> str:
    """Give the reason without the name of the source, where it begins with it."""
    return str(row["reason"]).removeprefix(f"{row['source_uri']}: ")


def _cell(value: str) -> str:
    return " ".join(value.replace("|", "\\|").split())
