"""Versions of stages: they name the tables that a stage really reads, and change with code, tables and libraries."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import seeds
from flows import reference, work

LOOK = """
import json, sys
from pathlib import Path
import seeds
from flows import work
from flows.sources import File
root, folder = str(seeds.folder()), Path(sys.argv[1])
work.warm = lambda: None
path = Path(root) / "documents" / "opinion.txt"
batch = work.prepare(folder, [File(str(path), "opinion.txt", 1)])
opened = {}
stage = None
def look(event, given):
    if event == "open" and stage and isinstance(given[0], str) and given[0].startswith(root):
        opened.setdefault(stage, set()).add(given[0][len(root) + 1:])
sys.addaudithook(look)
for stage in work.STAGES:
    work.run_stage(stage, str(batch))
stage = None
print(json.dumps({name: sorted(paths) for name, paths in opened.items()}))
"""


def test_a_stage_reads_no_other_tables(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path / "batch")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    opened = json.loads(done.stdout)
    # The labels are vocabularies of the columns, which stand in the code of the schemas for all stages.
    for stage in work.STAGES:
        read = {
            name
            for name in opened.get(stage, [])
            if not name.startswith("documents/") and name.endswith(reference.SUFFIXES)
        }
        beyond = {name for name in read if not name.startswith(reference.TABLES[stage] or ("?",))}
        assert beyond <= {"codebook/labels.csv"}, stage
    assert "codebook/cues.csv" in opened["classify"]
    assert "numbering.toml" in opened["segment"]


def test_every_table_is_read_by_a_stage() -> None:
    named = tuple(name for names in reference.TABLES.values() for name in names)
    left = {name for name in reference.versions() if not name.startswith(named)}
    assert not left, "name the stage that reads it in reference.TABLES"


def test_versions_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.stage_versions()
    real = reference.code
    monkeypatch.setattr(reference, "code", lambda stage: real(stage) + ("+" if stage == "segment" else ""))
    after = reference.stage_versions()
    assert [before[stage] == after[stage] for stage in work.STAGES] == [True, True, False, False]


def test_another_library_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.code("clean")
    monkeypatch.setattr(reference, "_machine", lambda: ("python 3.99", "pyarrow 1"))
    assert reference.code("clean") != before


def test_code_of_one_stage_is_no_code_of_another() -> None:
    assert len({reference.code(stage) for stage in (*work.STAGES, "validate", "publish")}) == 6
    assert seeds.folder().is_dir()
