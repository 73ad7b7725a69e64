"""Scores against labelled clauses."""

from transforms.classify import Codebook, evaluate
from transforms.classify.evaluate import our_genre, record_of

ROWS = [
    {
        "text": "茶园经营者应当建立采摘台账。",
        "genre": "law",
        "title": "绿洲市茶园管理条例",
        "path": [],
        "prev": "",
        "next": "",
        "function": "norm",
        "modality": "obligation",
        "themes": ["T06"],
        "instrument": "environment/regulation",
    },
] * 10


def test_scores(codebook: Codebook) -> None:
    found = evaluate(ROWS, codebook)
    assert found["rows"] == 10
    axis = found["axes"]["modality"]
    assert (axis["accuracy"], axis["macro_f1"], axis["majority"]) == (1.0, 1.0, 1.0)
    assert axis["labels"]["obligation"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 10}
    assert set(found["axes"]) == {"function", "modality", "theme", "instrument", "instrument_kind"}


def test_wrong_labels_cost(codebook: Codebook) -> None:
    rows = [*ROWS, {**ROWS[0], "modality": "none"}]
    assert evaluate(rows, codebook)["axes"]["modality"]["accuracy"] == round(10 / 11, 4)


def test_nothing_to_score(codebook: Codebook) -> None:
    assert evaluate([], codebook)["axes"]["function"]["accuracy"] == 0


def test_genres_of_the_gold() -> None:
    assert our_genre("work_report", "政府工作报告") == "report"
    assert our_genre("law", "绿洲市茶园管理条例") == "regulation"
    assert our_genre("policy", "关于保护茶园的通知") == "notice"
    assert our_genre("news", "") == "news"


def test_traditional_text_is_read_in_simplified() -> None:
    assert record_of({**ROWS[0], "text": "茶園經營者應當建立臺賬。"}).text.startswith("茶园经营者应当")


def test_a_colon_before_an_item_is_its_stem() -> None:
    stem = "茶园内禁止下列行为："
    assert record_of({**ROWS[0], "text": "（一）砍伐茶树；", "prev": stem}).stem == stem
    assert record_of({**ROWS[0], "prev": stem}).stem == ""
