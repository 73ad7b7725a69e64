"""validate: nothing is published that fails.

`examine` looks at the rows of whole documents, column by column and across datasets, and `conclude` makes a `Report` of what
was found everywhere; `validate` does both for tables in memory. What a column promises is derived from its declaration
(`schemas.expectations`). What holds between datasets - parents exist, spans tile the text, a clause is exactly its
characters - is computed as a frame of *offending rows*, and an expectation asserts that there are none (`checks`). All of
them are judged by Great Expectations (`engine`).

A check of severity `critical` that fails stops publication; a `warning` is reported. Every failure names rows by their
key. A table whose columns are not the declared ones is judged on its columns alone: nothing else can be said about it.

How a release differs from the one before it is judged by rules of a table (`change`).

Great Expectations takes five seconds to import, so that it is imported when it is needed and not with this package.
"""

from transforms.validate.checks import CHECKS, Check
from transforms.validate.corpus import ACROSS, Corpus, gather
from transforms.validate.report import Breach, Outcome, Report
from transforms.validate.run import Examined, conclude, examine, expectations_of, validate

__all__ = [
    "ACROSS",
    "CHECKS",
    "Breach",
    "Check",
    "Corpus",
    "Examined",
    "Outcome",
    "Report",
    "conclude",
    "examine",
    "expectations_of",
    "gather",
    "validate",
]
