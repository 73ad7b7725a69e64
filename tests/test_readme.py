"""The README tells the truth: its lines are run on a release of the shipped samples."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
GANGMU = str(Path(sys.executable).parent / "gangmu")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which `make run` has left its output/."""
    folder = tmp_path_factory.mktemp("readme")
    subprocess.run([GANGMU, "run", "--quiet"], cwd=folder, check=True, timeout=300)
    return folder


@pytest.mark.parametrize("code", [code for kind, code in BLOCKS if kind == "python"])
def test_python_lines_read_the_release(code: str, place: Path) -> None:
    script = code + "\n\nassert clauses.height > 500" * ("clauses = pl" in code)
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=place, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr


def test_shown_output_is_what_the_command_prints() -> None:
    """Lines that are shown must stand in the real output, in this order; `…` alone stands for lines left out."""
    shown = [code for kind, code in BLOCKS if kind == "text" and code.startswith("$ ")]
    assert len(shown) >= 2
    root = Path(__file__).parent.parent
    for block in shown:
        command, *lines = block.splitlines()
        words = command.removeprefix("$ ").replace(".venv/bin/gangmu", GANGMU).split()
        run = subprocess.run(
            words,
            cwd=root,
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COLUMNS": "200"},
            check=True,
        )
        printed = iter(run.stdout.splitlines())
        for line in lines:
            if line.strip() != "…":
                assert any(line.rstrip() == other.rstrip() for other in printed), line


def test_every_command_of_the_readme_exists() -> None:
    help_text = subprocess.run([GANGMU, "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    for command in set(
        re.findall(
            r"gangmu (run|serve|show|validate|releases|schema|evaluate|diff|verify|rollback|pin|prune|export|report)\b",
            README,
        )
    ):
        assert command in help_text


def test_every_target_of_make_is_listed_by_its_help() -> None:
    makefile = (Path(__file__).parent.parent / "Makefile").read_text(encoding="utf-8")
    listed = subprocess.run(
        ["make", "help"],  # noqa: S607 - the make of the machine is meant
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parent.parent,
    ).stdout
    for target in re.search(r"\.PHONY: (.*)", makefile).group(1).split():  # type: ignore[union-attr]
        assert target in listed


def _commands(page: str) -> list[list[str]]:
    """Code of a page without its comments, which are in the language of the page; what is only explained in words left out."""
    blocks = re.findall(r"```(\w+)\n(.*?)```", page, flags=re.DOTALL)
    told = [code for kind, code in blocks if kind != "text" or code.startswith("$ ")]
    return [[re.sub(r"\s+# .*", "", line) for line in code.splitlines()] for code in told]


def test_both_languages_show_the_same() -> None:
    assert _commands(CHINESE) == _commands(README)
    assert len(re.findall(r"^##? ", CHINESE, flags=re.MULTILINE)) == len(
        re.findall(r"^##? ", README, flags=re.MULTILINE)
    )
    assert _figures(CHINESE) == _figures(README)


def _figures(page: str) -> list[list[str]]:
    """Figures of the tables, row by row: a score that was changed in one page alone is found."""
    rows = [line for line in page.splitlines() if line.startswith("|")]
    return [re.findall(r"\d+(?:[.,]\d+)*", row) for row in rows]


def test_the_shown_end_of_make_run_is_that_of_a_run(place: Path) -> None:
    """Counts and wording; the release, its day and the seconds differ from run to run."""
    (shown,) = [code for kind, code in BLOCKS if kind == "text" and code.startswith("Published ")]
    done = subprocess.run(
        [GANGMU, "run", "--report"], cwd=place, capture_output=True, text=True, check=True, timeout=300
    )
    again = "No new release: this content is already "
    printed = done.stdout.replace(again, "Published ").replace(", which is the latest now", "")

    def plain(text: str) -> list[str]:
        text = re.sub(r"\d{4}\.\d\d\.\d\d-[0-9a-f]{8}", "ID", text)
        return [re.sub(r" in [\d.]+ s, [\d.]+ s with start-up \(.*\)", " in N s", line) for line in text.splitlines()]

    lines = iter(plain(printed))
    for line in plain(shown):
        if line.strip() != "…":
            assert any(line == other for other in lines), line
    assert (place / done.stdout.splitlines()[-1].removeprefix("Read it: open ")).is_file()


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda page: str(page.relative_to(ROOT))
)
def test_what_pages_name_is_there(page: Path) -> None:
    """Files of the project that a page names, as links and as code."""
    text = page.read_text(encoding="utf-8")
    links = [to for to in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in to]
    assert not [to for to in links if not (page.parent / to).exists()]
    named = re.findall(r"`((?:seeds|transforms|flows|schemas|benchmarks|docs|tests)/[\w./-]+)`", text)
    assert not [name for name in named if not (ROOT / name).exists()]
