"""Runs the recipes on releases of the shipped samples, and shows each with what it prints."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

import seeds
from flows import pipeline

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "recipes"
REVISED = ("notice-issuing-rules.txt", ROOT / "tests" / "documents" / "notice-revised.txt")
"""Document of the samples that is another one in the second release."""
HEAD = """\
# Recipes

Questions to a release, answered with polars, DuckDB, pandas and R. The printed output is from the shipped samples (`gangmu run`);
`make docs` renews it, and a test compares it; rows of SQL are shown between tabs. `make install` brings polars, DuckDB for Python
and pandas; who has DuckDB's own command may write `(cd output/latest && duckdb) < FILE.sql`.
For {changes} `notice-issuing-rules.txt` was replaced by a revised one.

"""
LANGUAGES = {".py": "python", ".sql": "sql", ".R": "r"}
HOW = {
    ".py": "python docs/recipes/{name} output/latest",
    # As DuckDB's own command would, which is no part of the project: (cd output/latest && duckdb) < FILE.
    ".sql": ".venv/bin/python -m docs.running docs/recipes/{name} output/latest",
    ".R": "Rscript docs/recipes/{name} output/latest",
}


@dataclass(frozen=True, slots=True)
class Releases:
    """Folders of two releases, the second of the samples with a revised document."""

    first: Path
    second: Path


def recipes() -> list[Path]:
    """All recipes, by name."""
    return sorted(path for path in FOLDER.iterdir() if path.suffix in LANGUAGES)


def publish(folder: Path) -> Releases:
    """Publish the two releases below a folder."""
    samples, output = folder / "documents", folder / "output"
    shutil.copytree(seeds.folder() / "documents", samples)
    settings = pipeline.Settings(sources=(str(samples),), output=str(output), workers=0)
    first = pipeline.run(settings, pipeline.Plain())
    shutil.copyfile(REVISED[1], samples / REVISED[0])
    second = pipeline.run(settings, pipeline.Plain())
    return Releases(Path(first["path"]), Path(second["path"]))


def can_run(recipe: Path) -> bool:
    """Whether a recipe can be run here: R and its package arrow are not part of `make install`."""
    if recipe.suffix != ".R":
        return True
    if not (rscript := shutil.which("Rscript")):
        return False
    wanted = [rscript, "-e", "library(arrow); library(dplyr)"]
    return subprocess.run(wanted, capture_output=True, check=False).returncode == 0


def printed(recipe: Path, releases: Releases) -> str:
    """What a recipe prints."""
    if recipe.suffix == ".sql":
        return _queried(recipe.read_text(encoding="utf-8"), releases.first)
    command = [sys.executable] if recipe.suffix == ".py" else ["Rscript"]
    done = subprocess.run(
        [*command, str(recipe), str(releases.first), str(releases.second)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=_environment(),
    )
    if done.returncode:
        raise RuntimeError(f"{recipe.name}: {done.stderr}")
    return _clean(done.stdout)


def page(outputs: dict[str, str]) -> str:
    """Page of all recipes with what they printed; a recipe that could not be run has no output."""
    parts = [HEAD.format(changes="`changes.py`")]
    for recipe in recipes():
        text = recipe.read_text(encoding="utf-8")
        first, *rest = text.splitlines()
        question = first.strip('"-# ')
        how = HOW[recipe.suffix].format(name=recipe.name)
        if recipe.name == "changes.py":
            how = how.replace("output/latest", "output/releases/A output/releases/B")
        parts.append(f"## {question}\n\n```{LANGUAGES[recipe.suffix]}\n{chr(10).join(rest).strip()}\n```\n\n`{how}`\n")
        if recipe.name in outputs:
            parts.append(f"```text\n{outputs[recipe.name]}```\n")
        else:
            parts.append("Not run for this page: R and its package arrow, which CRAN has, were not there.\n")
    return "\n".join(parts)


def main() -> int:
    """Print what a recipe in SQL finds in a release: `python -m docs.running RECIPE.sql RELEASE`."""
    recipe, release = map(Path, sys.argv[1:])
    if not (release / "clauses").is_dir():
        sys.exit(f"{release}: is no release. Make one by 'gangmu run'.")
    sys.stdout.write(_queried(recipe.read_text(encoding="utf-8"), release))
    return 0


def _queried(text: str, release: Path) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    *before, last = [one for one in "\n".join(lines).split(";") if one.strip()]
    with duckdb.connect(config={"file_search_path": str(release)}) as base:
        for statement in before:
            base.execute(statement)
        found = base.sql(last)
        rows = [found.columns, *([_cell(value) for value in row] for row in found.fetchall())]
    return "".join("\t".join(row) + "\n" for row in rows)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _clean(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "110", "POLARS_TABLE_WIDTH": "110"}


if __name__ == "__main__":
    sys.exit(main())
