"""Make what is generated in docs/: `make docs`. Tests compare it with what would be made now.

The examples of the data dictionary and the printed output of the recipes come from a release of the shipped samples.
"""

import json
import sys
import tempfile
from pathlib import Path

from docs import running
from schemas import DATASETS, QUARANTINE
from schemas.dictionary import as_markdown, examples, examples_of
from transforms.publish import read_tables

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "schemas" / "examples.json"
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
RECIPES = ROOT / "docs" / "recipes" / "README.md"
ALL = (*DATASETS, QUARANTINE)


def chosen_examples(release: Path) -> str:
    """Text of schemas/examples.json, from the folder of a release."""
    tables = read_tables(release)
    chosen = {dataset.name: examples_of(dataset, tables[dataset.name]) for dataset in ALL}
    return json.dumps(chosen, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write everything."""
    with tempfile.TemporaryDirectory() as folder:
        releases = running.publish(Path(folder))
        EXAMPLES.write_text(chosen_examples(releases.first), encoding="utf-8")
        examples.cache_clear()
        DICTIONARY.write_text(as_markdown(ALL), encoding="utf-8")
        outputs = {path.name: running.printed(path, releases) for path in running.recipes() if running.can_run(path)}
        RECIPES.write_text(running.page(outputs), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
