"""The card of a release for Hugging Face `datasets`: README.md whose head says which files make up which configuration."""

from collections.abc import Mapping
from typing import Any

import yaml

from schemas import DATASETS

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""Classes of size that the hub knows: fewer rows than, name."""
LARGEST = "1M<n<10M"


def card(release: str, package: Mapping[str, Any], *, dictionary: str, citation: str) -> str:
    """README.md of the folder; `dictionary` is the name of the file that explains the columns."""
    rows = {resource["name"]: int(resource["rows"]) for resource in package["resources"]}
    head = {
        "pretty_name": package["title"],
        "language": ["zh"],
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["legal", "government", "policy", "chinese"],
        "size_categories": [_size(rows["clauses"])],
        "configs": [
            {
                "config_name": dataset.name,
                "data_files": [{"split": "train", "path": f"data/{dataset.name}/*.parquet"}],
                **({"default": True} if dataset.name == "clauses" else {}),
            }
            for dataset in DATASETS
        ],
    }
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    table = "\n".join(f"| `{d.name}` | {rows[d.name]:,} | {d.description} |" for d in DATASETS)
    return f"""---
{front}---

# {package["title"]}

Release {release}. {package["description"]}

| configuration | rows | a row is |
|---|---:|---|
{table}

```python
from datasets import load_dataset

clauses = load_dataset("path/of/this/folder", "clauses", split="train")
```

`document_id` joins the three, `section_id` clauses and sections. `{dictionary}` explains every column and label.
Labels are predicted; each has a confidence and its evidence.

## How to cite

> {citation}
"""


def _size(rows: int) -> str:
    return next((name for limit, name in SIZES if rows < limit), LARGEST)
