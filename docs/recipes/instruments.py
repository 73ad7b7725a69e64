"""By which means does a plan act, chapter by chapter? (pandas)"""

import sys

import pandas as pd

release, source = sys.argv[1], "plan-chapters.txt"
documents = pd.read_parquet(f"{release}/documents", columns=["document_id", "source_uri"])
document = documents.loc[documents.source_uri == source, "document_id"].item()
only = [("document_id", "==", document)]
sections = pd.read_parquet(f"{release}/sections", filters=only).set_index("section_id")
clauses = pd.read_parquet(f"{release}/clauses", filters=only, columns=["section_id", "instrument"])


def named(row) -> str:
    """Label and title; one of the two may be missing."""
    return " ".join(part for part in (row.label, row.title) if isinstance(part, str))


def chapter(section: str | None) -> str | None:
    """Chapter around a section, by the ids of its parents; none where it lies in no chapter."""
    while isinstance(section, str):
        row = sections.loc[section]
        if row.kind == "chapter":
            return named(row)
        section = row.parent_id
    return None


clauses["chapter"] = clauses.section_id.map(chapter)
clauses["kind"] = clauses.instrument.str.partition("/")[0]
chapters = sections[sections.kind == "chapter"].sort_values("ordinal")
order = [named(row) for row in chapters.itertuples()]
mix = pd.crosstab(clauses.chapter, clauses.kind).reindex(order)
print(mix.to_string())
