# How strictly do the documents bind? (R with the packages arrow and dplyr)
library(arrow)
library(dplyr)

release <- commandArgs(trailingOnly = TRUE)[1]
clauses <- open_dataset(file.path(release, "clauses"))
documents <- open_dataset(file.path(release, "documents")) |> select(document_id, genre)

clauses |>
  select(document_id, modality) |>
  inner_join(documents, by = "document_id") |>
  count(genre, modality) |>
  arrange(genre, desc(n), modality) |>
  collect() |>
  as.data.frame() |>
  print()
