"""Make what is generated in docs/: `make docs`. Tests compare it with what would be made now.

The examples of the data dictionary and the printed output of the recipes come from a release of the shipped samples.
"""

import json
import sys
import tempfile
from pathlib import Path

import seeds
from flows import checking, pipeline
from schemas import DATASETS, QUARANTINE
from schemas.dictionary import as_markdown, examples, examples_of
from transforms.publish import read_tables

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "schemas" / "examples.json"
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
ALL = (*DATASETS, QUARANTINE)


def chosen_examples(output: Path) -> str:
    """Text of schemas/examples.json, from the latest release of an output folder."""
    tables = read_tables(checking.locate(None, output=output).path)
    chosen = {dataset.name: examples_of(dataset, tables[dataset.name]) for dataset in ALL}
    return json.dumps(chosen, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write everything."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        settings = pipeline.Settings(sources=(str(seeds.folder() / "documents"),), output=str(output), workers=0)
        pipeline.run(settings, pipeline.Plain())
        EXAMPLES.write_text(chosen_examples(output), encoding="utf-8")
        examples.cache_clear()
        DICTIONARY.write_text(as_markdown(ALL), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
