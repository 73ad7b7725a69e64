"""The benchmarks, on very little."""

import json
from pathlib import Path

import pytest

from benchmarks import labels, report, speed, structure
from flows import evaluate
from schemas.vocabularies import AXES


def test_paths_of_the_machine_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANGMU_REAL", str(tmp_path))
    assert report.generic(tmp_path / "corpus" / "laws") == "$GANGMU_REAL/corpus/laws"
    monkeypatch.delenv("GANGMU_REAL")
    assert report.generic(tmp_path / "corpus") == "corpus"


def test_structure_page(tmp_path: Path) -> None:
    text = "某市河道管理办法\n第一条 为了加强河道管理，制定本办法。\n第二条 本办法自2026年5月1日起施行。\n"
    starts = [text.index("第一条"), text.index("第二条")]
    gold = {"sections": [], "articles": ["第一条", "第二条"], "article_starts": starts}
    (tmp_path / "rules.txt").write_text(text, encoding="utf-8")
    (tmp_path / "rules.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    page = structure.page(evaluate.structure(tmp_path, layout="all"), "a command")
    assert page[0] == "# Scores of the outlines"
    assert any(line.startswith("| . | lines | 1 | 1 | 2 | 1.0000 | 1.0000 | 1.0000 |") for line in page)
    assert str(tmp_path) not in "\n".join(page)


def test_labels_page(tmp_path: Path) -> None:
    row = {"text": "各县应当落实责任。", "genre": "plan", "function": "measure", "modality": "obligation"}
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(row | {"themes": ["T03"], "instrument": "none"}), encoding="utf-8")
    page = labels.page(evaluate.labels(gold), "a command")
    assert [line for line in page if line.startswith("## ")][2:] == [
        f"## {axis}" for axis in (*AXES, "instrument_kind")
    ]


def test_copies_differ_in_every_sentence(tmp_path: Path) -> None:
    assert speed.varied("甲。乙。", 0) == "甲赵赵。乙赵赵。"
    copies = {speed.varied("甲。", copy) for copy in range(500)}
    assert len(copies) == 500
    files = speed.corpus(tmp_path, 0.0)
    assert files == speed.corpus(tmp_path, 0.0)
    assert len({file.uri for file in files}) == len(files) > 1
    assert all(Path(file.path).stat().st_size == file.size for file in files)
