"""Words of the command `export`."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext

from flows.cli_releases import Add
from flows.errors import Exit

FORMATS = ("jsonl", "csv", "xlsx", "sqlite", "akn", "hf")
EXAMPLES = """\
formats:
  jsonl   a file for each dataset, an object a line
  csv     a file for each dataset; lists as JSON text, text in quotes, null bare. --bom for Excel, but xlsx is safer:
          Excel makes formulas of text in CSV that begins with =
  xlsx    a workbook with a sheet for each dataset; what Excel cannot hold in a cell or a sheet goes on in the next
  sqlite  a database: keys, child tables of mentions and labels, full-text search (FTS5, trigrams: three characters or more)
  akn     Akoma Ntoso 3.0, an XML file for each document; the text of the XML is the text of the document. Characters that
          XML forbids are processing instructions: <?char 000C?>
  hf      layout for datasets.load_dataset: a card and the Parquet files

examples:
  gangmu export jsonl                                     the latest release, into gangmu-RELEASE-jsonl/
  gangmu export xlsx 2026.11.22-3f9c2a1b --to plans.xlsx
  gangmu export sqlite --to plans.sqlite --force          replace what is there, ours or not
  sqlite3 plans.sqlite "SELECT clause_id, c.text FROM clauses c JOIN clauses_search s ON s.rowid = c.row
                        WHERE clauses_search MATCH '养老服务'"

"""


def add(command: Add, output: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command."""
    export = command("export", "write a release in another form", EXAMPLES)
    export.add_argument("format", choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS))
    export.add_argument("release", nargs="?", metavar="RELEASE", help="id or folder (default: the latest)")
    output(export)
    export.add_argument("--to", metavar="PATH", help="file or folder to write (default: gangmu-RELEASE-FORMAT here)")
    export.add_argument("--force", action="store_true", help="replace what is there, even if it is no export")
    export.add_argument(
        "--bom", action="store_true", help="csv: begin with a byte order mark, so that Excel knows UTF-8"
    )
    export.add_argument("--json", action="store_true", help="print what was written as JSON")
    export.set_defaults(command=_export)


def _export(options: argparse.Namespace) -> int:
    from flows import exporting, progress  # noqa: PLC0415

    with (
        progress.bar() if sys.stderr.isatty() else nullcontext(lambda *_: None) as listener,
        progress.listening(listener),
    ):
        done = exporting.export(
            options.format, options.release, output=options.output, to=options.to, force=options.force, bom=options.bom
        )
    if options.json:
        print(json.dumps(done, ensure_ascii=False, indent=2))
        return Exit.FINE
    counts = ", ".join(f"{count:,} {name}" for name, count in done["rows"].items())
    print(f"{done['path']}: {counts} of {done['release']}")
    for remark in done["remarks"]:
        print(f"  {remark}")
    return Exit.FINE
