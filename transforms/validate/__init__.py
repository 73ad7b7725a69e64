"""validate: nothing is published that fails.

`validate` looks at the three datasets and the quarantine list, column by column and across datasets, and returns a
`Report`. What a column promises is derived from its declaration (`schemas.expectations`). What holds between datasets -
parents exist, spans tile the text, a clause is exactly its characters - is computed as a frame of *offending rows*, and
an expectation asserts that this frame is empty (`checks`). All of them are judged by Great Expectations (`engine`).

A check of severity `critical` that fails stops publication; a `warning` is reported. Every failure names rows by their
key. A table whose columns are not the declared ones is judged on its columns alone: nothing else can be said about it.

Great Expectations takes five seconds to import, so that it is imported when it is needed and not with this package.
"""

from transforms.validate.checks import CHECKS, Check
from transforms.validate.report import Outcome, Report
from transforms.validate.run import ACROSS, expectations_of, validate

__all__ = ["ACROSS", "CHECKS", "Check", "Outcome", "Report", "expectations_of", "validate"]
