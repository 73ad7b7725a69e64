"""The command `gangmu`.

This module knows the words of the command line and the exit codes; each command is a module of its own, imported
when it is asked for. Prefect and Great Expectations are on the path of `run` and `validate` alone.
"""

import argparse
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows import cli_export, cli_releases, cli_validate
from flows.errors import Exit, RefusedError, UsageError
from flows.hiding import without_pandas
from flows.schedule import NAME, NIGHTLY, PORT, TIMEZONE, WEEKLY, Schedule

INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C stopped."""
MEBIBYTE = 2**20
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}

DESCRIPTION = "Gangmu turns Chinese official documents into Parquet datasets: documents, sections, clauses."
EXIT_CODES = """\
exit codes:
  0  published or fine; sources that were set aside are listed
  1  unexpected failure; the message says where the details are
  2  wrong usage, a path that does not exist, or nothing to read
  3  validation failed, too much changed (--accept), or --max-quarantine exceeded: nothing was published;
     a release is damaged (verify, rollback)
  130  stopped by Ctrl-C or SIGTERM; the last line says whether a release was published
"""
RUN_EXAMPLES = """\
examples:
  gangmu run                                  the shipped samples, into output/
  gangmu run plans/ notices/*.txt             a folder and some files
  gangmu run 'plans/**/*.md' --output /data   a pattern, into another folder
  gangmu run laws.zip dump.jsonl @list.txt    archives, dumps, and a list of sources
  gangmu run s3://bucket/plans/               an object store; needs the extra s3
  gangmu run plans/ --report                  and pages to read, in output/reports/<release>/
  gangmu run dump.csv --text-column 正文      a dump whose text column has another name
  gangmu run plans/ --max-quarantine 1%       refuse if more than 1 % of the sources were set aside
  gangmu run plans/ --accept change:clauses_fall   publish though a fifth of the clauses is gone
  gangmu run plans/ --output s3://bucket/plans   into an object store; needs the extra s3
  gangmu run plans/ --output /shared/gangmu --dask tcp://host:8786   on a Dask cluster; needs the extra dask

"""
SERVE_EXAMPLES = """\
The Prefect server is the one that PREFECT_API_URL names; where it names none, one is started, with its pages on --port.
GANGMU_NOTIFY=jsons://hooks.example.org/… says who is told of runs that failed (addresses of Apprise), GANGMU_RUN_SECONDS
how long a run may take (86400).

examples:
  gangmu serve plans/ --output /data/gangmu                   a release every night, all verified every week
  gangmu serve s3://bucket/plans --cron '0 */6 * * *' --timezone UTC --max-quarantine 1%
  prefect deployment run structure/gangmu                     now; --param accept='["change:clauses_fall"]' and the like

"""
SHOW_EXAMPLES = """\
examples:
  gangmu show plan.txt                  the outline
  gangmu show plan.txt --clauses        with the clauses and their labels
  gangmu show plan.txt --clauses --why  with the reason of every section and label
  gangmu show plan.txt --json | jq .    all columns of the three datasets

"""
RELEASES_EXAMPLES = """\
examples:
  gangmu releases                  releases of output/, the latest marked, pins told
  gangmu releases --output /data --json

"""
EVALUATE_EXAMPLES = """\
gold:
  outlines  a folder of NAME.gold.json with NAME.txt beside it, at any depth: {"category": …, "sections": [{"kind": "章",
            "label": "第一章", "title": "总则", "level": 1, "start": 130}, …], "articles": ["第一条", …],
            "article_starts": [141, …]}; offsets count the characters of NAME.txt from 0
  labels    one JSON object a line: {"text": …, "genre": …, "function": …, "modality": …, "themes": [main, …],
            "instrument": …}, better with title, path (the headings above), prev and next

examples:
  gangmu evaluate --structure gold/                       precision and recall of sections and articles
  gangmu evaluate --structure gold/ --layout all          also without line breaks and hard-wrapped
  gangmu evaluate --structure gold/ --worst 20            the differences of the 20 worst documents
  gangmu evaluate --labels clauses.jsonl --json | jq .axes.function.accuracy

"""
SCHEMA_EXAMPLES = """\
examples:
  gangmu schema > dictionary.md    the data dictionary, for people
  gangmu schema --json             the same, for programs

"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives its exit code."""
    options = parser().parse_args(arguments)
    try:
        code = int(options.command(options))
        sys.stdout.flush()
    except UsageError as error:
        return _fail(f"gangmu: {error}", Exit.USAGE)
    except RefusedError as error:
        return _fail("\n".join([f"gangmu: {error}", *error.reasons]), Exit.REFUSED)
    except KeyboardInterrupt as stop:
        return _fail("; ".join(["gangmu: stopped", *filter(None, map(str, stop.args))]), INTERRUPTED)
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.FINE)
    except Exception as error:  # noqa: BLE001 - the user gets a sentence, the details go to a file
        if _is_of_a_table(error):
            return _fail(f"gangmu: {error}", Exit.USAGE)
        return _fail(f"gangmu: {_unexpected(error, options)}", Exit.UNEXPECTED)
    finally:
        if arguments is None:
            # All is said; what is left is to end, and of that a second Ctrl-C would make a traceback.
            for order in (signal.SIGINT, signal.SIGTERM):
                signal.signal(order, signal.SIG_IGN)
    return code


def parser() -> argparse.ArgumentParser:
    """Words of the command line."""
    top = argparse.ArgumentParser(
        prog="gangmu",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"gangmu {version('gangmu')}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    run = _command(commands, "run", "structure sources and publish a release", RUN_EXAMPLES)
    _settings(run)
    run.add_argument(
        "--report", action="store_true", help="write the pages of the release too, into reports/ of the output"
    )
    run.add_argument("--json", action="store_true", help="print the run's report as JSON")
    run.add_argument("--quiet", action="store_true", help="no progress and no summary")
    run.set_defaults(command=_run)
    _add_serve(commands)

    show = _command(commands, "show", "print the outline of one document, at once", SHOW_EXAMPLES)
    show.add_argument("file", metavar="FILE", help="document, in any format that run reads")
    show.add_argument("--clauses", action="store_true", help="print the clauses and their labels too")
    show.add_argument("--why", action="store_true", help="print the evidence of sections and labels")
    show.add_argument("--json", action="store_true", help="print all columns as JSON")
    show.set_defaults(command=_show)

    cli_validate.add(partial(_command, commands), _output)

    releases = _command(commands, "releases", "list the releases", RELEASES_EXAMPLES)
    _output(releases)
    releases.add_argument("--json", action="store_true", help="print the list as JSON")
    releases.set_defaults(command=_releases)

    cli_releases.add(partial(_command, commands), _output)
    cli_export.add(partial(_command, commands), _output)
    _add_evaluate(commands)

    schema = _command(commands, "schema", "print the data dictionary", SCHEMA_EXAMPLES)
    schema.add_argument("--json", action="store_true", help="print it as JSON")
    schema.set_defaults(command=_schema)
    return top


def _settings(run: argparse.ArgumentParser) -> None:
    """What a run can be told, now or on a schedule."""
    run.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="file, folder, pattern, archive, dump, URL or @list (default: the shipped samples)",
    )
    run.add_argument(
        "--from-file", action="append", default=[], metavar="FILE", help="read sources from a list, one a line"
    )
    run.add_argument(
        "--text-column", metavar="NAME", help="column that holds the text in dumps (JSON Lines, CSV, Parquet)"
    )
    _output(run)
    run.add_argument("--max-quarantine", metavar="LIMIT", help="share (1%%) or number of sources that may be set aside")
    run.add_argument(
        "--max-bytes", type=_size, default=64 * MEBIBYTE, metavar="SIZE", help="larger files are set aside (64M)"
    )
    run.add_argument(
        "--max-seconds",
        type=_seconds,
        default=600.0,
        metavar="N",
        help="documents that take longer are set aside (600)",
    )
    run.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="RULE",
        help="publish though this rule about the change since the former release is broken "
        "(seeds/quality/changes.csv); may be repeated",
    )
    run.add_argument("--work", metavar="DIR", help="folder for what is kept between runs (default: in the output)")
    run.add_argument("--dask", metavar="ADDRESS", help="scheduler of a Dask cluster that works on the documents")


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = _command(commands, "serve", "structure sources on a schedule", SERVE_EXAMPLES)
    _settings(serve)
    serve.add_argument("--cron", default=NIGHTLY, help=f"when sources are structured ('{NIGHTLY}')")
    serve.add_argument(
        "--verify-cron", default=WEEKLY, metavar="CRON", help=f"when all releases are verified ('{WEEKLY}')"
    )
    serve.add_argument("--timezone", default=TIMEZONE, metavar="ZONE", help=f"zone of both ({TIMEZONE})")
    serve.add_argument("--name", default=NAME, help=f"name of the deployments; each output needs its own ({NAME})")
    serve.add_argument(
        "--port", type=cli_releases.count, default=PORT, help=f"where a server of its own listens ({PORT}; 0: any)"
    )
    serve.set_defaults(command=_serve)


def _add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    evaluate = _command(commands, "evaluate", "score outlines or labels against gold files", EVALUATE_EXAMPLES)
    gold = evaluate.add_mutually_exclusive_group(required=True)
    gold.add_argument("--structure", metavar="GOLD_DIR", help="score the outlines of the texts in a folder")
    gold.add_argument("--labels", metavar="GOLD.jsonl", help="score the labels of clauses")
    layouts = ("lines", "flat", "glued", "wrapped", "all")
    evaluate.add_argument(
        "--layout",
        choices=layouts,
        default=layouts[0],
        help="lay the texts out as they are (lines, the default), with spaces for newlines, without newlines, "
        "with 36 characters a line, or in all these ways",
    )
    evaluate.add_argument(
        "--worst",
        type=cli_releases.count,
        default=5,
        metavar="N",
        help="list the differences of the N worst documents (5)",
    )
    evaluate.add_argument("--json", action="store_true", help="print the scores as JSON")
    evaluate.set_defaults(command=_evaluate)


def _asked(options: argparse.Namespace) -> Any:  # noqa: ANN401 - pipeline.Settings, imported late
    from flows import pipeline  # noqa: PLC0415

    return pipeline.Settings(
        sources=(*options.sources, *(f"@{name}" for name in options.from_file)),
        output=options.output,
        max_quarantine=options.max_quarantine,
        max_bytes=options.max_bytes,
        max_seconds=options.max_seconds,
        accept=tuple(options.accept),
        work=options.work,
        text_column=options.text_column,
        dask=options.dask,
    )


def _run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    from flows import running, summary  # noqa: PLC0415
    from transforms.publish import is_remote  # noqa: PLC0415

    if options.report and is_remote(options.output):
        raise UsageError(
            f"--report: {options.output} is no folder. Write the pages after the run: "
            f"gangmu report --output {options.output} --to FOLDER"
        )
    asked = _asked(options)
    try:
        report = running.run(asked, quiet=options.quiet)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(running.stopped(asked)) from None
    report["command_seconds"] = round(time.monotonic() - began, 2)
    if options.report:
        try:
            from flows import reporting  # noqa: PLC0415 - after the run: it takes no part in it

            report["pages"] = str(reporting.report(report["release"], output=options.output))
        except UsageError as error:
            raise UsageError(f"{report['release']} is published, but its pages are not written: {error}") from error
        except KeyboardInterrupt:
            without = f"{report['release']} is published, but its pages are not written: gangmu report writes them"
            raise KeyboardInterrupt(without) from None
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    elif not options.quiet:
        print(summary.text(report))
    return Exit.FINE


def _serve(options: argparse.Namespace) -> int:
    from flows import serving  # noqa: PLC0415

    schedule = Schedule(options.cron, options.verify_cron, options.timezone, options.name)
    serving.serve(_asked(options), schedule, port=options.port)
    return Exit.FINE


def _show(options: argparse.Namespace) -> int:
    with without_pandas():
        from flows import outline  # noqa: PLC0415

        tables = outline.structured(Path(options.file), labels=options.clauses or options.json)
    if options.json:
        print(json.dumps(tables, ensure_ascii=False, indent=2, default=str))
        return Exit.FINE
    outline.print_outline(tables, clauses=options.clauses, why=options.why)
    return Exit.FINE


def _releases(options: argparse.Namespace) -> int:
    from flows import checking  # noqa: PLC0415
    from transforms.publish.keeping import why_pinned  # noqa: PLC0415

    rows = checking.releases(options.output)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        print(f"No releases in {options.output}. 'gangmu run' makes one.")
    else:
        for row in rows:
            counts = ", ".join(f"{count:,} {name}" for name, count in row["rows"].items())
            pinned = "" if row["pinned"] is None else f"  {why_pinned(row['pinned'])}"
            print(f"{'*' if row['latest'] else ' '} {row['release']}  {counts}{pinned}")
    return Exit.FINE


def _evaluate(options: argparse.Namespace) -> int:
    with without_pandas():
        from flows import evaluate  # noqa: PLC0415

        if options.labels is not None:
            report, text = evaluate.labels(Path(options.labels)), evaluate.labels_text
        else:
            report = evaluate.structure(Path(options.structure), layout=options.layout, worst=options.worst)
            text = evaluate.structure_text
    print(json.dumps(report, ensure_ascii=False, indent=2) if options.json else text(report))
    return Exit.FINE


def _schema(options: argparse.Namespace) -> int:
    from schemas import DATASETS, QUARANTINE  # noqa: PLC0415
    from schemas.dictionary import as_json, as_markdown  # noqa: PLC0415

    datasets = (*DATASETS, QUARANTINE)
    print(
        json.dumps(as_json(datasets), ensure_ascii=False, indent=2) if options.json else as_markdown(datasets), end=""
    )
    if options.json:
        print()
    return Exit.FINE


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, examples: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=examples + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--output", default="output", metavar="DIR", help="folder of the releases, or s3://bucket/prefix (output)"
    )


def _seconds(text: str) -> float:
    """Read a time above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}: give a number of seconds above 0")
    return value


def _size(text: str) -> int:
    """Read 1000, 64M, 1G."""
    number, unit = text.strip().upper().removesuffix("B").removesuffix("I"), ""
    if number and number[-1] in UNITS:
        number, unit = number[:-1], number[-1]
    if not number.isdecimal() or int(number) == 0:
        raise argparse.ArgumentTypeError(f"{text}: give a size such as 500K, 64M or 1G")
    return int(number) * UNITS[unit]


def _is_of_a_table(error: Exception) -> bool:
    """Whether an expert has edited a table of seeds/ so that it cannot be used."""
    from schemas.tables import TableError  # noqa: PLC0415 - schemas imports pyarrow, which not every command needs

    return isinstance(error, TableError)


def _unexpected(error: Exception, options: argparse.Namespace) -> str:
    """Keep the traceback and say where; a user is never shown it."""
    kept = getattr(error, "gangmu_report", None)
    message = " ".join(str(error).split())[:300] or "no message"
    if kept is None:
        import tempfile  # noqa: PLC0415

        with tempfile.NamedTemporaryFile("w", prefix="gangmu-", suffix=".log", delete=False, encoding="utf-8") as log:
            log.write("".join(traceback.format_exception(error)))
            kept = log.name
    del options
    return f"unexpected failure ({type(error).__name__}: {message}). The details are in {kept}"


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
