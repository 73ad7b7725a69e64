"""The benchmarks, on very little."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpus_labels, labels, mentions, report, structure
from benchmarks.extractors import EXTRACTORS, Mention
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
    assert [line for line in page if line.startswith("## ")][4:] == [
        f"## {axis}" for axis in (*AXES, "instrument_kind")
    ]


def test_themes_of_documents(tmp_path: Path) -> None:
    text = "绿洲市茶园灌溉条例\n第一条 农业农村部门应当维护茶园灌溉渠道和水库。\n第二条 农民可以引水灌溉农田。\n"
    (tmp_path / "tea.txt").write_text(text, encoding="utf-8")
    meta = {"theme": {"main": "农业、林业、水利"}}
    (tmp_path / "tea.meta.json").write_text(json.dumps(meta), encoding="utf-8")
    found = evaluate.themes(tmp_path)
    assert (found["at_1"], found["at_3"]) == (1.0, 1.0)
    assert "| tea.txt | T06 | T06" in "\n".join(labels.documents_lines(found))


def test_unseen_documents_on_the_labels_page() -> None:
    scores = {"function": [0.9, 0.8]}
    counts = {"gold": 2, "corpus": 4, "composed": 3}
    told: dict[str, Any] = {"counts": counts, **dict.fromkeys(counts, scores)}
    told["reliability"] = {"function": [{"confidence": 0.75, "accuracy": 0.7, "count": 9}]}
    page = "\n".join(labels.folds_lines(told))
    assert "0.900" in page
    assert "0.75 → 0.70 (9)" in page


def test_two_readers() -> None:
    pairs = [("a", "a")] * 6 + [("b", "b")] * 3 + [("a", "b")]
    assert corpus_labels.kappa(pairs) == pytest.approx((0.9 - 0.54) / (1 - 0.54))
    page = "\n".join(labels.readers_lines({"function": pairs}))
    assert "| function | 0.900 | 0.783 | 0.82 | 2 |" in page


def test_a_label_finds_its_clause_in_the_document(tmp_path: Path) -> None:
    text = "绿洲市茶园灌溉条例\n第一条 各县应当维护渠道。\n第二条 农民可以引水。\n"
    (tmp_path / "tea.txt").write_text(text, encoding="utf-8")
    table = tmp_path / "labels.csv"
    head = "document,start,end,function,modality,themes,instrument\n"
    start = text.index("各县")
    rows = [f"tea.txt,{start},{start + 9},norm,obligation,T06 T05,none", "tea.txt,0,4,norm,none,T06,none"]
    table.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    # The second place is no clause, but a part of the title.
    (found,) = corpus_labels.labelled(table, tmp_path)
    assert (found["text"], found["next"]) == ("第一条各县应当维护渠道。", "农民可以引水。")
    assert (found["doc"], found["themes"], found["modality"]) == ("tea", ["T06", "T05"], "obligation")


def test_every_mention_of_the_gold_is_readable_and_scored() -> None:
    rows = mentions.read(mentions.GOLD)
    wanted = [[mentions.gold_mention(m) for m in row["mentions"]] for row in rows]
    found = EXTRACTORS[0].find([row["text"] for row in rows])
    for kind in mentions.KINDS:
        counted = mentions.score(wanted, found, kind)
        assert counted.gold > 0
        assert min(counted.exact / counted.found, counted.exact / counted.gold) >= 0.9, kind


def test_mentions_are_scored_by_span_and_by_value() -> None:
    gold = [
        [Mention("quantity", 0, 3, (3.0, "年")), Mention("place", 5, 8, "city"), Mention("date", 9, 12, ("a", "b"))]
    ]
    theirs = [[Mention("quantity", 0, 4, (3.0, "年")), Mention("place", 5, 8, "city"), Mention("place", 5, 7, "city")]]
    assert mentions.score(gold, theirs, "quantity") == (1, 1, 0, 1)
    assert mentions.score(gold, theirs, "place") == (1, 2, 1, 1)
    assert mentions.score(gold, theirs, "date") == (1, 0, 0, 0)


@pytest.mark.parametrize("wrong", [{"kind": "colour"}, {"end": 99}, {"start": 3}])
def test_a_wrong_mention_of_the_gold_is_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    mention = {"kind": "place", "start": 0, "end": 3, "level": "city"} | wrong
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({"id": "m1", "text": "杭州市", "mentions": [mention]}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"gold\.jsonl: m1"):
        mentions.read(file)
