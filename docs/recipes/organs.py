"""Which organs carry which tasks? (polars)"""

import sys

import polars as pl

release = sys.argv[1]
clauses = pl.scan_parquet(f"{release}/clauses/*.parquet")
documents = pl.scan_parquet(f"{release}/documents/*.parquet").select("document_id", "title_reading")

tasks = (
    clauses.explode("organs")
    .drop_nulls("organs")
    .select("document_id", "section_id", "theme", pl.col("organs").struct.unnest())
    .filter(pl.col("role").is_in(["lead", "participant"]))
    .join(documents, on="document_id")
    # As printed: a name may be broken at the end of a line.
    .group_by(organ=pl.col("text").str.replace_all(r"\s", ""))
    .agg(
        leads=(pl.col("role") == "lead").sum(),
        helps=(pl.col("role") == "participant").sum(),
        themes=pl.col("theme").unique().sort().str.join(" "),
        documents=pl.col("title_reading").n_unique(),
    )
    .sort("leads", "helps", "organ", descending=[True, True, False])
    .head(12)
    .collect()
)
with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=40):
    print(tasks)
