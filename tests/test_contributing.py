"""The guide tells the truth: its rows are put into the tables of a copy, and do what it says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from transforms.validate.change import change, load_rules
from transforms.validate.run import breaches_of, judge_counted

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = [
    dedent(code) for code in re.findall(r"^ *```(?:toml|csv)\n(.*?)^ *```", GUIDE, flags=re.DOTALL | re.MULTILINE)
]
LECTURES = """\
关于数字素养的培训讲义

第一讲 认识数据
数据是记录下来的事实。学员应当学会辨认数据。
第二讲 使用数据
各单位要用好数据。依照第一讲的规定，先辨认后使用。
第三讲 守好数据
各单位要扎牢篱笆。
"""


def block(beginning: str) -> str:
    """Give the one block of the guide that begins so."""
    (found,) = [code for code in BLOCKS if code.startswith(beginning)]
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for name in ("flows", "transforms", "schemas", "seeds"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "lectures.txt").write_text(LECTURES, encoding="utf-8")
    return root


def add(path: Path, rows: str) -> None:
    assert path.read_text(encoding="utf-8").endswith("\n")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(rows)


def show(root: Path, file: str) -> str:
    command = [sys.executable, "-m", "flows.cli", "show", file, "--clauses", "--why"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_numbering_family(copy: Path) -> None:
    assert "numbering:lecture" not in show(copy, "lectures.txt")
    add(copy / "seeds" / "numbering.toml", "\n" + block("[[family]]"))
    said = show(copy, "lectures.txt")
    assert re.findall(r"^  (第.讲) ", said, flags=re.MULTILINE) == ["第一讲", "第二讲", "第三讲"]
    # The citation in 第二讲 is no fourth one.
    assert said.count("numbering:lecture") == 3


def test_a_cue(copy: Path) -> None:
    assert "cue:扎牢篱笆" not in show(copy, "lectures.txt")
    add(copy / "seeds" / "codebook" / "cues.csv", block("function,"))
    assert "function = safeguard: cue:扎牢篱笆" in show(copy, "lectures.txt")


def test_a_theme(copy: Path) -> None:
    notice = "seeds/documents/notice-issuing-rules.txt"
    assert "P02" not in show(copy, notice)
    file = None
    for line in block("# seeds/").splitlines(keepends=True):
        if line.startswith("# "):
            file = copy / line.removeprefix("# ").strip()
        else:
            assert file is not None
            add(file, line)
    assert "theme = P02: cue:公共数据" in show(copy, notice)


def test_a_rule_about_change(copy: Path) -> None:
    table = copy / "seeds" / "quality" / "changes.csv"
    add(table, block("change:"))
    rule = load_rules(table)[-1]
    before = {"modality=obligation": (200, 1000), "rows=clauses": (1000, 1000)}
    for left, fine in ((150, True), (149, False)):
        made = change([rule], before, before | {"modality=obligation": (left, 1000)})
        (outcome,) = judge_counted(made.expectations, {}, breaches_of(made))
        assert outcome.success is fine
