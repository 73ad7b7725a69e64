"""classify: every clause gets its labels on four axes, with the reason, and the mentions in it.

Promise. `classify(documents, sections, clauses, codebook)` is a pure function: equal tables and an equal codebook
give equal tables, in the same order, whatever the batch. Every label is a code of `labels.csv`; every label that is
not the default of its axis names at least one rule of the codebook and the characters of the document that it
matched. Nothing is written over but the label columns. What a label means is said in the codebook; which words speak
for it, in `seeds/codebook/*.csv`, which an expert edits without touching Python (`codebook.py` describes the tables).

How. All texts of a batch (clauses, headings, titles, neighbours) are joined and scanned once (`scan.py`); of words of
themes inside one another the longest counts; rules that hold add points to labels (`score.py`) and are kept as
reasons (`evidence.py`); marks are properties that are no words (`marks.py`). References, quantities, dates and organs
are found by regular expressions (`mentions.py`, `dates.py`, `organs.py`) and mapped back to canonical offsets
(`offsets.py`).
"""

from transforms.classify.codebook import Codebook, CodebookError, load
from transforms.classify.evaluate import evaluate
from transforms.classify.records import ClauseRecord
from transforms.classify.score import Labels, label_clauses
from transforms.classify.tables import classify

__all__ = ["ClauseRecord", "Codebook", "CodebookError", "Labels", "classify", "evaluate", "label_clauses", "load"]
