"""The README tells the truth: its lines are run on a release of the shipped samples."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
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
            r"gangmu (run|serve|show|validate|releases|schema|evaluate|diff|verify|rollback|pin|prune)\b", README
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
