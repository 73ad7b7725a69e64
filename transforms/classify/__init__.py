"""classify: every clause gets its labels on four axes, with the reason, and the mentions in it.

Promise. `classify(documents, sections, clauses, codebook)` is a pure function: equal tables and an equal codebook
give equal tables, in the same order, whatever the batch. Every label is a code of `labels.csv`; every label that is
not the default of its axis names at least one rule of the codebook and the characters of the document that it
matched, with what it adds to the score, and every axis its runner-up. Nothing is written over but the label columns and
keywords. What a label means is said in the codebook; which words speak for it, in `seeds/codebook/*.csv`, which an
expert edits without touching Python (`codebook.py` describes the tables). One of them, `model.csv`, is learnt from
labelled clauses (`model.py`, `python -m benchmarks.train_labels`).

How. The unit of work is the batch, as arrays. All texts (clauses, headings, titles) stand in one array of characters
(`texts.py`) and are walked through once for all words (`trie.py`). What a word says is decided by where it stands
(`scan.py`): place in the clause, longer word around it, second word. Marks are properties that are no words
(`marks.py`), `surroundings.py` says which texts stand around which clause. A score is a sum of weights (`score.py`):
points of the tables and weights of the model for the words in the clause, its headings, title, neighbours and stem, the
marks, the genre, and what the document speaks of; the reasons are the largest parts of that sum (`evidence.py`).

Mentions: the arrays tell which clauses are worth a look, the look is a regular expression (`mentions.py`,
`quantities.py`, `dates.py`, `organs.py`, `targets.py`); `printed.py` maps them back to canonical offsets. Keywords come from jieba's
words (`words.py`, `keywords.py`), places from a gazetteer and these words (`places.py`).
"""

from transforms.classify.codebook import Codebook, CodebookError, load
from transforms.classify.evaluate import evaluate
from transforms.classify.records import ClauseRecord
from transforms.classify.score import Labels, label_clauses
from transforms.classify.tables import classify

__all__ = ["ClauseRecord", "Codebook", "CodebookError", "Labels", "classify", "evaluate", "label_clauses", "load"]
