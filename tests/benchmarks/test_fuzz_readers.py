"""Damaged files, few of many: `benchmarks/fuzz_readers.py` tries ten thousand."""

import pytest

from benchmarks.fuzz_readers import fuzz, mutate, verdict
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
