"""`gangmu evaluate`, as a user calls it, on small gold files of our own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows import cli, evaluate
from flows.errors import UsageError
from tests.flows.command import exit_code

TEXT = """关于做好水利工程建设工作的通知
各县人民政府：
现就有关事项通知如下。
一、总体要求
各县应当加强组织领导，落实工作责任。
二、主要任务
（一）推进水库建设。到2030年，建成水库3座。
（二）完善灌溉设施。各县水利局负责组织实施。
某市人民政府
2026年3月2日
"""
HEADINGS = [
    ("一、", "总体要求", 1),
    ("二、", "主要任务", 1),
    ("（一）", "推进水库建设", 2),
    ("（二）", "完善灌溉设施", 2),
]
ROW = {
    "text": "任何单位和个人不得在河道内倾倒垃圾。",
    "genre": "law",
    "title": "某市河道管理办法",
    "path": [],
    "prev": "",
    "next": "",
    "function": "norm",
    "modality": "prohibition",
    "themes": ["T13"],
    "instrument": "environment/regulation",
}


def gold(**more: Any) -> dict[str, Any]:
    sections = [
        {
            "kind": label if level == 1 else "（一）",
            "label": label,
            "title": title,
            "level": level,
            "start": TEXT.index(label),
        }
        for label, title, level in HEADINGS
    ]
    return {"doc": "notice", "category": "通知", "chars": len(TEXT), "sections": sections, **more}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "gold" / "notices"
    place.mkdir(parents=True)
    (place / "notice.txt").write_text(TEXT, encoding="utf-8")
    write(place / "notice.gold.json", gold())
    return tmp_path / "gold"


@pytest.fixture
def clauses(tmp_path: Path) -> Path:
    rows = [ROW, ROW | {"function": "nonsense", "genre": "plan"}]
    path = tmp_path / "clauses.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def test_structure(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", "--structure", str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("layout lines: documents 1, all starts right in 1\n")
    assert "differences" not in said
    assert "by category: sections\n" in said


def test_structure_json_and_layouts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", "--structure", str(folder), "--layout", "all", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report["layouts"]) == ["lines", "flat", "glued", "wrapped"]
    scores = report["layouts"]["lines"]
    assert scores["sections"]["f1"] == scores["sections"]["level"] == scores["sections"]["title_strict"] == 1
    assert scores["articles"]["f1"] is None
    assert scores["tree"] == {"similarity": 1, "too_large": 0}
    assert list(scores["by_category"]) == ["通知"]
    assert list(scores["by_folder"]) == ["notices"]
    assert scores["worst"] == []
    for layout in ("flat", "wrapped"):
        assert report["layouts"][layout]["sections"]["f1"] == 1


def test_worst_documents_are_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = gold()
    wrong["sections"][0]["start"] += 1
    wrong["sections"][1]["label"] = "三、"
    write(folder / "other.gold.json", wrong)
    (folder / "other.txt").write_text(TEXT, encoding="utf-8")
    assert cli.main(["evaluate", "--structure", str(folder), "--worst", "3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "other: F1 0.7500" in next(line for line in lines if line.startswith("other"))
    first = TEXT.index("一、")
    assert f"  + 一、 总体要求  at {first}: 事项通知如下。⏎▸{TEXT[first : first + 30]}".replace("\n", "⏎") in lines
    assert any(line.startswith("  - 一、 总体要求  at ") for line in lines)
    assert any(line.startswith("  ~ label 三、 → 二、  at ") for line in lines)
    assert cli.main(["evaluate", "--structure", str(folder), "--worst", "0"]) == 0
    assert "other:" not in capsys.readouterr().out


def test_gold_without_text_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "alone.gold.json", gold())
    assert cli.main(["evaluate", "--structure", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("Warning: gold outlines without a text beside them, left out: 1\n")


def test_structure_of_a_page(tmp_path: Path) -> None:
    article = {"kind": "文章", "label": "", "title": "通知", "level": 1, "start": 0}
    write(tmp_path / "page.gold.json", {"sections": [article]})
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    scores = evaluate.structure(tmp_path)["layouts"]["lines"]
    assert scores["pages"]["recall"] == 1
    assert scores["sections"]["f1"] is None
    assert list(scores["by_category"]) == ["none"]


def test_labels(clauses: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", "--labels", str(clauses)]) == 0
    said = capsys.readouterr().out
    assert "Warning: function nonsense is no label of the codebook, clauses: 1\n" in said
    assert "confused (gold → ours): " in said
    assert cli.main(["evaluate", "--labels", str(clauses), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rows"] == 2
    function = report["axes"]["function"]
    assert function["accuracy"] <= 0.5
    assert [pair["count"] for pair in function["confusions"] if pair["gold"] == "nonsense"] == [1]
    assert function["labels"]["nonsense"]["support"] == 1
    assert report["axes"]["modality"]["labels"]["prohibition"]["support"] == 2
    assert list(report["by_genre"]) == ["law", "plan"]
    assert report["by_genre"]["plan"]["axes"]["function"]["accuracy"] == 0


def test_coverage_takes_equal_confidences_together() -> None:
    judged = [("a", "a", 0.9), ("a", "a", 0.8), ("a", "b", 0.8), ("a", "b", 0.1)]
    assert evaluate._coverage(judged, 0.95) == {"accuracy": 0.95, "share": 0.25, "confidence": 0.9}
    assert evaluate._coverage(judged, 0.6) == {"accuracy": 0.6, "share": 0.75, "confidence": 0.8}
    assert evaluate._coverage(judged[3:], 0.6) == {"accuracy": 0.6, "share": 0, "confidence": None}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--structure", "nowhere"], "nowhere: does not exist"),
        (["--structure", "empty"], "empty: holds no gold"),
        (["--structure", "row.jsonl"], "row.jsonl: is a file"),
        (["--labels", "nowhere.jsonl"], "nowhere.jsonl: does not exist"),
        (["--labels", "empty"], "empty: is a folder"),
        (["--labels", "none.jsonl"], "none.jsonl: holds no gold"),
        (["--labels", "row.jsonl"], "row.jsonl, line 1: lacks genre"),
        (["--labels", "text.jsonl"], "text.jsonl, line 1: is no JSON"),
        (["--structure", "empty", "--worst", "many"], "give a number"),
        (["--structure", "empty", "--layout", "upside-down"], "invalid choice"),
        (["--structure", "empty", "--labels", "row.jsonl"], "not allowed with"),
        ([], "required"),
    ],
)
def test_wrong_usage(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("none.jsonl").write_text("\n", encoding="utf-8")
    Path("row.jsonl").write_text('{"text": "甲"}\n', encoding="utf-8")
    Path("text.jsonl").write_text("甲\n", encoding="utf-8")
    assert exit_code(["evaluate", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        ({"doc": "notice"}, "is no gold outline"),
        (gold(chars=3), "Give the text that the outline was made from"),
        (gold(sections=[{"kind": "章", "label": "第一章", "start": 10**6}]), "is no gold outline"),
        (gold(sections=[{"kind": "章", "label": None, "start": 0}]), "is no gold outline"),
        (gold(articles=["第一条"]), "is no gold outline"),
        ([], "is no gold outline"),
    ],
)
def test_faulty_gold_is_named(outline: Any, said: str, folder: Path) -> None:
    write(folder / "notices" / "notice.gold.json", outline)
    with pytest.raises(UsageError, match=r"notice\.(gold\.json|txt): ") as caught:
        evaluate.structure(folder)
    assert said in str(caught.value)


def test_nothing_slow_is_imported(folder: Path, clauses: Path) -> None:
    code = (
        "import sys; from flows.cli import main; code = main(sys.argv[1:]); "
        "slow = {'prefect', 'great_expectations', 'pandas', 'polars'} & set(sys.modules); sys.exit(code or str(slow or ''))"
    )
    for arguments in (["--structure", str(folder)], ["--labels", str(clauses)]):
        done = subprocess.run(
            [sys.executable, "-c", code, "evaluate", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.stderr.strip() == ""


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["evaluate", "--help"])
    assert "gangmu evaluate --structure gold/" in capsys.readouterr().out


def test_a_gold_outline_may_name_its_text(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "notice.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "golds").mkdir()
    outline = gold(text_file="../texts/notice.txt")
    (tmp_path / "golds" / "notice.gold.json").write_text(json.dumps(outline, ensure_ascii=False), encoding="utf-8")
    report = evaluate.structure(tmp_path / "golds")
    assert report["documents"] == 1
    assert report["layouts"]["lines"]["sections"]["f1"] == 1
