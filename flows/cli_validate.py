"""Words of the command `validate`: the data quality of a release, for people and for CI."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from flows.cli_releases import Add
from flows.errors import Exit, RefusedError, UsageError

if TYPE_CHECKING:
    from flows.checking import Checked

GITLAB_REPORT = "gl-code-quality-report.json"
EXAMPLES = """\
examples:
  gangmu validate                            the latest release of output/
  gangmu validate 2026.11.22-3f9c2a1b        another one
  gangmu validate /data/releases/2026.11.22-3f9c2a1b --json
  gangmu validate --strict                   warnings fail too
  gangmu validate --junit report.xml         results for CI, a suite for each dataset
  gangmu validate --annotations github --root plans    ::error and ::warning lines at the files in plans/
  gangmu validate --annotations gitlab       a code quality report, gl-code-quality-report.json

"""


def add(command: Add, output: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command."""
    validate = command("validate", "check the data quality of a release again", EXAMPLES)
    validate.add_argument("release", nargs="?", metavar="RELEASE", help="id or folder (default: the latest)")
    output(validate)
    validate.add_argument("--strict", action="store_true", help="fail on warnings too")
    validate.add_argument("--junit", metavar="FILE", help="write the results as JUnit XML")
    validate.add_argument(
        "--annotations", choices=("github", "gitlab"), help="print or write annotations for this service"
    )
    validate.add_argument(
        "--root", default="", metavar="DIR", help="folder of the sources in the repository, for annotations"
    )
    validate.add_argument(
        "--annotations-file", default=GITLAB_REPORT, metavar="FILE", help=f"where GitLab's go ({GITLAB_REPORT})"
    )
    validate.add_argument("--json", action="store_true", help="print the results as JSON")
    validate.set_defaults(command=_validate)


def _validate(options: argparse.Namespace) -> int:
    if options.json and options.annotations == "github":
        raise UsageError("--json and --annotations github both print to standard output. Give one of them.")
    from flows import checking  # noqa: PLC0415

    checked = checking.check(options.release, output=options.output)
    failed = checked.failed(strict=options.strict)
    if options.json:
        print(json.dumps(checked.as_dict(strict=options.strict), ensure_ascii=False, indent=2))
    else:
        _print(checked, passed=not failed)
    _annotate(checked, options)
    if failed:
        # Without --json every check stands explained on standard output.
        reasons = tuple(checked.as_dict(strict=options.strict)["reasons"]) if options.json else ()
        some = "1 check" if len(failed) == 1 else f"{len(failed)} checks"
        raise RefusedError(f"Release {checked.release} failed its validation: {some}.", reasons=reasons)
    return Exit.FINE


def _annotate(checked: "Checked", options: argparse.Namespace) -> None:
    from transforms.validate import annotations  # noqa: PLC0415

    if options.junit:
        _write(options.junit, annotations.junit(checked.release, checked.checks, strict=options.strict))
    if options.annotations == "github":
        for command in annotations.github(checked.checks, root=options.root):
            print(command)
    elif options.annotations == "gitlab":
        report = annotations.gitlab(checked.checks, root=options.root)
        _write(options.annotations_file, (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode())


def _print(checked: "Checked", *, passed: bool) -> None:
    from flows.paint import for_output, line  # noqa: PLC0415
    from transforms.validate import annotations  # noqa: PLC0415

    paint = for_output()
    print(paint.dim(f"{'':12}{'checks':>8}{'failed':>8}{'warnings':>10}"))
    for row in annotations.table(checked.checks):
        print(f"{row['dataset']:12}{row['checks']:>8}{row['failed']:>8}{row['warnings']:>10}")
    for check in checked.checks:
        if not check.outcome.success:
            print()
            print(f"{paint.warn(check.outcome.severity)} {paint.bold(check.outcome.name)}")
            for one in annotations.details(check).splitlines():
                print(f"  {' ' * (len(one) - len(one.lstrip()))}{line(one)}")
    if passed:
        held = sum(check.outcome.success for check in checked.checks) - 1
        print(f"{checked.release}: {held} checks passed, files are as datapackage.json says")


def _write(name: str, data: bytes) -> None:
    path = Path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{name}: cannot be written ({error}). Give another file.") from error
