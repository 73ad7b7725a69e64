"""Results of a validation for programs of CI: JUnit XML, workflow commands of GitHub, code quality reports of GitLab."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from transforms.validate.explained import Explained
from transforms.validate.report import CRITICAL

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOWHERE = "datapackage.json"
"""Where a check stands that is about no source: GitLab wants a path."""


def junit(release: str, checks: Sequence[Explained], *, strict: bool) -> bytes:
    """JUnit XML: a suite for each dataset, a case for each check. A warning is a failure with `strict`, else output of its case."""
    root = etree.Element("testsuites", name=f"gangmu validate {release}")
    suites: dict[str, list[Explained]] = {}
    for check in checks:
        suites.setdefault(check.dataset, []).append(check)
    for dataset, listed in suites.items():
        suite = etree.SubElement(root, "testsuite", name=dataset)
        properties = etree.SubElement(suite, "properties")
        etree.SubElement(properties, "property", name="release", value=release)
        for check in listed:
            _case(suite, check, strict=strict)
        _count(suite)
    _count(root)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def github(checks: Sequence[Explained], *, root: str = "") -> list[str]:
    """Workflow commands: one for each check that does not hold, at the first source that breaks it."""
    commands = []
    for check in _broken(checks):
        where = next((e for e in check.examples if e.source_uri), None)
        properties = {"title": check.outcome.name}
        if where and where.source_uri:
            properties = {"file": _path(root, where.source_uri), **properties}
            if where.line is not None:
                properties = {**properties, "line": str(where.line)}
        level = "error" if check.outcome.severity == CRITICAL else "warning"
        told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        commands.append(f"::{level} {told}::{_data(details(check))}")
    return commands


def gitlab(checks: Sequence[Explained], *, root: str = "") -> list[dict[str, Any]]:
    """Code quality report: an entry for each row that is shown of a check that does not hold."""
    entries = []
    for check in _broken(checks):
        for example in check.examples or (None,):
            path = _path(root, example.source_uri) if example and example.source_uri else NOWHERE
            row = example.shown() if example else ""
            entries.append(
                {
                    "description": f"{check.outcome.description} {row} {check.step}".replace("  ", " "),
                    "check_name": check.outcome.name,
                    # Stable over runs, so that GitLab can tell what is new.
                    "fingerprint": hashlib.sha256(f"{check.outcome.name}\n{path}\n{row}".encode()).hexdigest(),
                    "severity": "critical" if check.outcome.severity == CRITICAL else "minor",
                    "location": {"path": path, "lines": {"begin": (example.line if example else None) or 1}},
                }
            )
    return entries


def details(check: Explained) -> str:
    """What is promised, how many rows break it, some of them with their text, the next step; several lines."""
    outcome = check.outcome
    some = "1 row breaks it" if outcome.failures == 1 else f"{outcome.failures:,} rows break it"
    lines = [f"{outcome.description} {some}."]
    if outcome.error:
        lines = [f"{outcome.description} The check could not be computed: {outcome.error}"]
    for example in check.examples:
        lines.append(f"- {example.shown()}")
        if example.source_uri:
            lines.append(f"  {example.place()}: {example.extract}" if example.extract else f"  {example.place()}")
    return "\n".join([*lines, f"Next: {check.step}"])


def _case(suite: Any, check: Explained, *, strict: bool) -> None:  # noqa: ANN401 - an element of lxml
    outcome = check.outcome
    case = etree.SubElement(suite, "testcase", classname=f"gangmu.{check.dataset}", name=outcome.name, time="0")
    if outcome.success:
        return
    text = _printable(details(check))
    if outcome.error:
        found = etree.SubElement(case, "error", message=_printable(outcome.error), type=outcome.type)
    elif strict or outcome.severity == CRITICAL:
        found = etree.SubElement(case, "failure", message=_printable(outcome.description), type=outcome.severity)
    else:
        found = etree.SubElement(case, "system-out")
        text = f"Warning: {text}"
    found.text = text


def _count(element: Any) -> None:  # noqa: ANN401 - an element of lxml
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    element.set("time", "0")


def _broken(checks: Sequence[Explained]) -> list[Explained]:
    return [check for check in checks if not check.outcome.success]


def _path(root: str, uri: str) -> str:
    # A member of an archive or a record of a dump is shown at its file.
    name = re.sub(r"#\d+$", "", uri.partition("!/")[0])
    return f"{root.rstrip('/')}/{name}" if root else name


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _printable(text: str) -> str:
    """Text as XML can hold it; what is forbidden as an escape of Python."""
    return FORBIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def table(checks: Sequence[Explained]) -> list[Mapping[str, Any]]:
    """Rows `dataset`, `checks`, `failed`, `warnings`, in the order of the checks."""
    rows: dict[str, dict[str, Any]] = {}
    for check in checks:
        row = rows.setdefault(check.dataset, {"dataset": check.dataset, "checks": 0, "failed": 0, "warnings": 0})
        row["checks"] += 1
        if not check.outcome.success:
            row["failed" if check.outcome.severity == CRITICAL else "warnings"] += 1
    return list(rows.values())
