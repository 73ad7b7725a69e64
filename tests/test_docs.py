"""What is generated in docs/ is what would be generated now; `make docs` renews it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs import build, running
from schemas.dictionary import as_markdown


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> running.Releases:
    return running.publish(tmp_path_factory.mktemp("recipes"))


def test_dictionary_is_up_to_date() -> None:
    assert build.DICTIONARY.read_text(encoding="utf-8") == as_markdown(build.ALL), "run make docs"


def test_examples_are_from_the_samples(releases: running.Releases) -> None:
    assert build.EXAMPLES.read_text(encoding="utf-8") == build.chosen_examples(releases.first), "run make docs"


def shown() -> dict[str, str]:
    """Output of every recipe, as the page shows it."""
    page = build.RECIPES.read_text(encoding="utf-8")
    found = re.findall(r"`[^`\n]*?([\w-]+\.(?:py|sql|R))[^`\n]*`\n\n```text\n(.*?)```", page, flags=re.DOTALL)
    return dict(found)


@pytest.mark.parametrize("recipe", running.recipes(), ids=lambda path: path.name)
def test_recipes_print_what_is_shown(recipe: Path, releases: running.Releases) -> None:
    if not running.can_run(recipe):
        pytest.skip("R with its packages arrow and dplyr is not installed; Debian has no arrow for R")
    output = running.printed(recipe, releases)
    assert len(output.splitlines()) > 2
    if recipe.suffix != ".R":
        assert shown()[recipe.name] == output, "run make docs"


def test_page_is_up_to_date() -> None:
    assert build.RECIPES.read_text(encoding="utf-8") == running.page(shown()), "run make docs"
    assert {path.suffix for path in running.recipes()} == {".py", ".sql", ".R"}


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_recipes_in_r_are_r() -> None:
    for recipe in running.recipes():
        if recipe.suffix == ".R":
            subprocess.run(["Rscript", "-e", f"invisible(parse('{recipe}'))"], check=True, capture_output=True)  # noqa: S607


def test_recipes_in_sql_need_no_command_of_duckdb(releases: running.Releases) -> None:
    command = [sys.executable, "-m", "docs.running", "docs/recipes/targets.sql"]
    done = subprocess.run([*command, str(releases.first)], cwd=build.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == shown()["targets.sql"]
    missing = subprocess.run([*command, "nowhere"], cwd=build.ROOT, capture_output=True, text=True, check=False)
    assert (missing.returncode, missing.stderr.splitlines()[0][:23]) == (1, "nowhere: is no release.")
