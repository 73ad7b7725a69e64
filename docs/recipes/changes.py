"""What changed between two releases? (polars; `gangmu diff A B` tells more: which clauses were reworded, and into what)"""

import sys

import polars as pl

before, after = (pl.read_parquet(f"{release}/clauses/*.parquet") for release in sys.argv[1:3])
titles = pl.read_parquet(f"{sys.argv[2]}/documents/*.parquet", columns=["document_id", "title_reading"])
labels = ["function", "modality", "theme", "instrument"]

# A clause keeps its id wherever it moves, as long as its words stay.
gone = before.join(after, on="clause_id", how="anti")
come = after.join(before, on="clause_id", how="anti")
both = after.join(before, on="clause_id", suffix="_before")
counts = [
    {"change": "removed", "clauses": gone.height},
    {"change": "added", "clauses": come.height},
    *(
        {"change": f"other {axis}", "clauses": both.filter(pl.col(axis) != pl.col(f"{axis}_before")).height}
        for axis in labels
    ),
    {"change": "kept", "clauses": both.height},
]
added = come.join(titles, on="document_id").select("title_reading", "text").sort("title_reading", "text").head(5)
with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=60, tbl_width_chars=110):
    print(pl.DataFrame(counts))
    print(added)
