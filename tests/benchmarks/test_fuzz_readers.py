"""Damaged files, few of many: `benchmarks/fuzz_readers.py` tries ten thousand."""

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.fuzz_office import fuzz_office
from benchmarks.fuzz_readers import fuzz, mutate, report_of, verdict
from tests.transforms.extract.printed import Sheet, grid, ofd, paragraphs, pdf
from tests.transforms.extract.word import level, lists, p, table, word

ARTICLE = "第一条　为了加强本市河道管理，保障防洪安全，改善城乡水环境，根据有关法律、法规，结合本市实际，制定本办法。"
NUMBERING = lists(level(0, "chineseCounting", "第%1章") + level(1, "chineseCountingThousand", "第%2条"))
FILES = {
    "a.txt": ARTICLE.encode("gb18030"),
    "a.md": f"# 办法\n\n| 序号 | 值 |\n|---|---|\n| 1 | 2 |\n\n{ARTICLE}".encode(),
    "a.docx": word(
        p("总则", num=(1, 0)) + p(ARTICLE, num=(1, 1)) + table([["甲", "乙"], ["1", "2"]]), numbering=NUMBERING
    ),
    "a.pdf": pdf([Sheet(paragraphs([ARTICLE]), grid(80, 500, [60, 60], [30, 30])), Sheet(aslant="密")]),
    "a.ofd": ofd([paragraphs([ARTICLE])]),
}


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_read_or_refused(name: str) -> None:
    outcomes = {verdict(mutate(FILES[name], seed), name) for seed in range(80)}
    assert "read" in outcomes
    assert outcomes - {"read"}, "nothing was damaged enough to be refused"


def test_the_same_seed_makes_the_same_bytes() -> None:
    assert mutate(FILES["a.pdf"], 7) == mutate(FILES["a.pdf"], 7)
    assert len({mutate(FILES["a.pdf"], seed) for seed in range(50)}) > 40


def test_a_process_reads_all_mutations() -> None:
    report = fuzz(FILES["a.txt"], "a.txt", mutations=5, seed=3)
    assert sum(report["outcomes"].values()) == 5
    assert report["failures"] == []


def test_what_is_no_refusal_is_a_failure() -> None:
    """Bytes that are none stand for a reader that fails."""
    with pytest.raises(AttributeError):
        verdict(None, "a.txt")  # type: ignore[arg-type]


def test_files_of_a_call_that_ends_badly_are_read_one_by_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that says no to the first file and dies of the next, as LibreOffice may."""
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\necho 'Error: source file could not be loaded'; kill -SEGV $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    old_word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    report = fuzz_office(lambda seed: old_word if seed < 8 else b"", "a.doc", range(3, 10), verdict, most_seconds=5)
    assert report["outcomes"] == {"damaged": 7}
    assert report["read_singly"] == {"damaged": 5}
    assert report["failures"] == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_old_word_files_are_converted_in_one_call(tmp_path: Path) -> None:
    new = tmp_path / "a.docx"
    new.write_bytes(FILES["a.docx"])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path), str(new)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    report = report_of((tmp_path / "a.doc").read_bytes(), "a.doc", mutations=40, seed=1, full_size=False)
    assert sum(report["outcomes"].values()) == 40
    assert {"read", "damaged"} <= set(report["outcomes"])
    assert not [failure for failure in report["failures"] if "took" not in failure]
