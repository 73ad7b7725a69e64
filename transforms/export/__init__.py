"""export: the same content in other forms. Nothing is left out without a word, and ids stay what they are.

Here is what a form looks like: pure functions from rows (or batches of rows) to lines, cells, statements, XML. Files are
written by `flows.exporting`, batch by batch.

| form | what it is | what is carried how |
|---|---|---|
| jsonl | a file for each dataset, an object a line | dates as ISO 8601; U+2028, U+2029 and U+0085 escaped, so that a line is a line |
| csv | a file for each dataset | nested columns as JSON; text in quotes, null bare, so that "" and null differ |
| xlsx | a sheet for each dataset (`sheets`) | text longer than a cell goes on in the sheet `continued`; more rows than a sheet in the next one |
| sqlite | tables with keys (`database`) | nested columns as JSON, mentions and labels also as tables; full-text search |
| akn | Akoma Ntoso 3.0, a file for each document (`akoma`) | the XML holds the canonical text; illegal characters as instructions |
| hf | layout of Hugging Face `datasets` (`card`) | the Parquet files themselves and a card |
"""
