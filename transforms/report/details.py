"""What the scripts know of clauses, as JSON that polars writes: row by row it would take longer than all the rest."""

from collections.abc import Mapping

import polars as pl

from schemas.vocabularies import AXES

MENTIONS = ("references", "quantities", "dates", "organs", "places")
"""Lists of clauses that are shown as they are."""


def details(clauses: pl.DataFrame) -> Mapping[str, list[str]]:
    """JSON of every clause by its document, in reading order.

    Of a clause: id, f (fragments as [start, end]), c (confidence of each axis), u (uncertain axes), e (evidence: a axis,
    l label, r rule, s start, e end, w weight), o (runner-up: a, l, m margin), k (keywords), t (themes), q (raw text, where it is another
    than the reading text), x (statement, where it is another), m (stem), and the mentions by name.
    """
    if not clauses.height:
        return {}
    element = pl.element().struct.field
    raw, statement = (pl.when(pl.col(name) != pl.col("text")).then(name) for name in ("text_raw", "statement"))
    packed = pl.struct(
        *MENTIONS,
        id="clause_id",
        f=pl.col("fragments").list.eval(pl.concat_list(element("start"), element("end"))),
        c=pl.concat_list([pl.col(f"{axis}_confidence").round(3) for axis in AXES]),
        u="uncertain",
        e=pl.col("evidence").list.eval(
            pl.struct(
                a=element("axis"),
                l=element("label"),
                r=element("rule"),
                s=element("start"),
                e=element("end"),
                w=element("weight"),
            )
        ),
        o=pl.col("runner_up").list.eval(pl.struct(a=element("axis"), l=element("label"), m=element("margin").round(2))),
        k="keywords",
        t="themes",
        q=raw,
        x=statement,
        m="stem_id",
    )
    written = clauses.sort("document_id", "ordinal").select("document_id", json=packed.struct.json_encode())
    grouped = written.group_by("document_id", maintain_order=True).agg("json")
    return dict(grouped.iter_rows())
