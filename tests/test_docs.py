"""What is generated in docs/ is what would be generated now; `make docs` renews it."""

from pathlib import Path

from docs import build
from schemas.dictionary import as_markdown


def test_dictionary_is_up_to_date() -> None:
    assert build.DICTIONARY.read_text(encoding="utf-8") == as_markdown(build.ALL), "run make docs"


def test_examples_are_from_the_samples(sample_output: Path) -> None:
    assert build.EXAMPLES.read_text(encoding="utf-8") == build.chosen_examples(sample_output), "run make docs"
