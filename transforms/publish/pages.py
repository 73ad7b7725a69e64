"""What a release says to people: its README and the page of validation results."""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd }
.bad td { background: #fdecea } .warn td { background: #fff7e0 }
code, pre { font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
@media (prefers-color-scheme: dark) {
  body { background: #181818; color: #ddd } th, td { border-color: #444 }
  .bad td { background: #4a1f1c } .warn td { background: #453a14 }
}
"""


def quality(release: str, validation: Mapping[str, Any]) -> str:
    """Page of the validation results, self-contained: nothing is loaded from elsewhere."""
    outcomes = sorted(validation["outcomes"], key=lambda o: (o["success"], o["severity"], o["name"]))
    rows = "\n".join(_row(outcome) for outcome in outcomes)
    verdict = "All critical checks passed." if validation["success"] else "Validation failed."
    counts = f"{validation['checks']} checks, {validation['failures']} failures, {validation['warnings']} warnings."
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Quality of {escape(release)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>Quality of release {escape(release)}</h1>
<p>{verdict} {counts}{_judged(validation)}</p>
<table>
<thead><tr><th>check</th><th>promise</th><th>result</th><th>rows</th><th>examples</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""


def readme(
    release: str,
    package: Mapping[str, Any],
    *,
    findings: Mapping[str, int],
    formats: Sequence[Mapping[str, Any]],
    quarantine: pa.Table,
) -> str:
    """README of a release: what it holds, how it is read, what was set aside."""
    resources = "\n".join(
        f"| `{r['name']}` | {r['rows']:,} | {r['bytes']:,} | {r['description']} |" for r in package["resources"]
    )
    return f"""# Release {release}

Structure of Chinese official documents, as Parquet. The release does not change; `datapackage.json` describes it.

| dataset | rows | bytes | a row is |
|---|---:|---:|---|
{resources}

```python
import polars as pl

clauses = pl.read_parquet("clauses/*.parquet")
```

```sql
FROM 'clauses/*.parquet' JOIN 'documents/*.parquet' USING (document_id);
```

Offsets (`start`, `end`) count Unicode code points in `documents.text`, from 0, end exclusive. `DATA-DICTIONARY.md` explains every
column and code.

## How to cite

> {citation(package)}

A release that is cited is pinned (`gangmu pin {release} --reason …`), so that it is not pruned. `gangmu verify` or `sha256sum -c SHA256SUMS`
tell whether a copy is whole.

## Quality

Results of all checks: `quality/index.html`, for programs `quality/validation.json`.

{_findings(findings)}
## Read

{_read(formats)}
## Set aside

{_set_aside(quarantine)}"""


def citation(package: Mapping[str, Any]) -> str:
    """Citation of a release: title, version, what it holds, by which code it was made, digest of the content."""
    facts = package["gangmu"]
    rows = ", ".join(f"{r['rows']:,} {r['name']}" for r in package["resources"] if r["name"] != "quarantine")
    made = (facts.get("code") or {}).get("commit") or facts.get("version") or "unknown"
    return f"{package['title']}. Release {package['version']} ({rows}). Made by Gangmu, {made}. SHA-256 of the content: {facts['digest']}."


def _judged(validation: Mapping[str, Any]) -> str:
    judged = validation.get("judged", {})
    if not judged.get("unchanged"):
        return ""
    return (
        f" The rows of {judged['documents']:,} documents were looked at, those of {judged['unchanged']:,} are unchanged "
        "since they passed the same checks; what holds across documents was checked on all."
    )


def formats(documents: pa.Table) -> list[dict[str, Any]]:
    """Count what was read: rows of `format`, `sources`, `documents` and `copies`, by format."""
    asked = [("source_uri", "count_distinct"), ("document", "sum"), ("copy", "sum")]
    columns = {
        "format": documents["source_format"],
        "source_uri": documents["source_uri"],
        "document": pa.repeat(1, documents.num_rows),
        "copy": pc.is_valid(documents["duplicate_of"]),
    }
    groups = pa.table(columns).group_by("format").aggregate(asked).sort_by("format")
    return groups.rename_columns(["format", "sources", "documents", "copies"]).to_pylist()  # type: ignore[no-any-return]


def findings(documents: pa.Table) -> dict[str, int]:
    """Count how often each finding occurs, by `severity code`."""
    lists = documents["findings"].combine_chunks().flatten()
    names = pc.binary_join_element_wise(lists.field("severity"), lists.field("code"), " ")
    return {
        pair["values"]: pair["counts"] for pair in sorted(pc.value_counts(names).to_pylist(), key=lambda p: p["values"])
    }


def _read(formats: Sequence[Mapping[str, Any]]) -> str:
    lines = [f"| {row['format']} | {row['sources']:,} | {row['documents']:,} | {row['copies']:,} |" for row in formats]
    heads = ["| format | sources | documents | of these copies |", "|---|---:|---:|---:|"]
    return (
        "\n".join([*heads, *lines]) + "\n\nA copy keeps its row; `duplicate_of` names the document that it repeats.\n"
    )


def _findings(counts: Mapping[str, int]) -> str:
    if not counts:
        return "No findings.\n"
    lines = ["| {} | `{}` | {} |".format(*name.split(" ", 1), count) for name, count in counts.items()]
    return "\n".join(["| severity | finding | times |", "|---|---|---:|", *lines]) + "\n"


def _set_aside(quarantine: pa.Table) -> str:
    if not quarantine.num_rows:
        return "Nothing: every source was processed.\n"
    lines = [
        f"| {_cell(row['source_uri'])} | {row['stage']} | `{row['code']}` | {_cell(row['reason'])} |"
        for row in quarantine.to_pylist()
    ]
    counts = Counter(quarantine["code"].to_pylist())
    told = [f"| `{code}` | {count:,} |" for code, count in sorted(counts.items())]
    summed = "\n".join(["| code | sources |", "|---|---:|", *told])
    return f"{summed}\n\n" + "\n".join(["| source | stage | code | reason |", "|---|---|---|---|", *lines]) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _row(outcome: Mapping[str, Any]) -> str:
    if outcome["success"]:
        kind, result = "", "passed"
    elif outcome["severity"] == "critical":
        kind, result = "bad", "failed"
    else:
        kind, result = "warn", "warning"
    examples = "\n".join(", ".join(f"{k}={v!r}" for k, v in row.items()) for row in outcome["examples"])
    found = outcome["error"] or examples
    rows = str(outcome["failures"]) if outcome["rows"] is None else f"{outcome['failures']} of {outcome['rows']}"
    return (
        f'<tr class="{kind}"><td><code>{escape(outcome["name"])}</code></td><td>{escape(outcome["description"])}</td>'
        f"<td>{result}</td><td>{rows}</td><td><pre>{escape(found)}</pre></td></tr>"
    )
