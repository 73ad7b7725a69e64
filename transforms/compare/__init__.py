"""compare: what changed between two releases, or between two documents.

A clause keeps its id where its text stays, wherever it stands in its document: what has the same id on both sides is
unchanged or moved, and costs one join. Only what is left over is compared as text, document by document, among candidates
that share rare pairs of characters or stand in the same gap between clauses that did not change; never all with all.

    documents   paired by id, then by equal text, then by a title that is unique on both sides (a renamed source)
    clauses     paired by id, then by equal text, then by similarity (`alignment`); one may become several, or several one
    sections    paired by their title, then by the clauses and sections inside them, then by their id

`Side` is how a side is read: columns of a dataset, all rows or those of some keys. Tables of any size are joined as columns;
texts are loaded for the rest alone.
"""

from transforms.compare.difference import Difference, compare
from transforms.compare.marking import marked
from transforms.compare.sides import Side

__all__ = ["Difference", "Side", "compare", "marked"]
