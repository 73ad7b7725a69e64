"""The shape of the data, declared once.

`documents`, `sections` and `clauses` describe the three datasets column by column; `stages` describes what the stages hand
to each other and the quarantine list; `vocabularies` the closed sets of codes. From these declarations are derived:

- `schemas.arrow`: Arrow schemas (what is written to Parquet),
- `schemas.expectations`: the Great Expectations suite of each dataset,
- `schemas.descriptor`: the resources of `datapackage.json` (Data Package v2),
- `schemas.dictionary`: the data dictionary that `gangmu schema` prints.

Nothing here reads a document, and nothing here imports `transforms` or `flows`.
"""

from schemas.clauses import CLAUSES
from schemas.column import Column, Dataset
from schemas.documents import DOCUMENTS
from schemas.sections import SECTIONS
from schemas.stages import QUARANTINE, READINGS, SOURCES

DATASETS = (DOCUMENTS, SECTIONS, CLAUSES)
"""The three datasets of a release, in the order in which keys depend on each other."""

__all__ = ["CLAUSES", "DATASETS", "DOCUMENTS", "QUARANTINE", "READINGS", "SECTIONS", "SOURCES", "Column", "Dataset"]
