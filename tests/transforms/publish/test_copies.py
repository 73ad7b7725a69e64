"""Copies are linked, exact and near ones; what number, title or date tell apart is not."""

import datetime
import itertools
import random
from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from opencc import OpenCC

import seeds
from schemas import DOCUMENTS
from schemas.arrow import to_table
from transforms.clean import clean
from transforms.extract import extract
from transforms.publish import TEXTS, among, copies, mark_copies, sketch
from transforms.publish import sketches as held_texts
from transforms.publish.copies import Facts, contradict
from transforms.publish.sketches import acts
from transforms.segment import load_rules, segment

RULES = load_rules(seeds.folder())
PLACES = ("水库", "堤防", "灌区", "泵站", "河道", "湖泊", "渠系", "水闸", "山塘", "管网", "海堤", "圩区")
HEADER = "索 引 号：SY310107202603028\n公开属性：主动公开\n发布日期：2026-03-09\n"


def notice(*, number: str = "某政发〔2026〕3号", year: int = 2026, place: str = "某市", edits: int = 0) -> str:
    """Make a notice of twelve tasks."""
    tasks = [
        f"{n}. {what}建设。到{year + 4}年，{place}完成{what}工程{n * 7}处，改善灌溉面积{n * 131}亩，由{place}水利局和各县人民政府负责组织实施。\n"
        for n, what in enumerate(PLACES, start=1)
    ]
    for n in range(edits):
        tasks[n] = f"{n + 1}. {PLACES[n]}管护。落实管护责任。\n"
    return (
        f"{place}人民政府关于做好{year}年水利工程建设工作的通知\n{number}\n各县人民政府：\n"
        f"为加强水利工程建设管理，现就有关事项通知如下。\n{''.join(tasks)}{place}人民政府\n{year}年3月2日\n"
    )


def table(**texts: str) -> pa.Table:
    """Documents of texts, by name."""
    rows: list[dict[str, Any]] = []
    for name, text in texts.items():
        source = extract(text.encode(), source_uri=f"{name}.txt")
        rows += segment(source, clean(source), RULES).documents
    return to_table(DOCUMENTS, rows)


def links(documents: pa.Table) -> dict[str, str]:
    """Copy -> what it repeats, by name."""
    marked = mark_copies(documents)
    assert marked.schema == documents.schema
    rows = marked.to_pylist()
    names = {row["document_id"]: row["source_uri"].removesuffix(".txt") for row in rows}
    for row in rows:
        assert (row["duplicate_of"] is None) == (row["similarity"] is None)
        assert row["similarity"] is None or copies.THRESHOLD <= row["similarity"] <= 1
    return {names[row["document_id"]]: names[row["duplicate_of"]] for row in rows if row["duplicate_of"]}


def test_a_repost_with_another_header_is_linked_and_the_one_that_tells_more_is_kept() -> None:
    assert links(table(a=notice(), b=HEADER + notice())) == {"a": "b"}
    assert links(table(a=HEADER + notice(), b=notice())) == {"b": "a"}


def test_of_equals_the_first_by_source_uri_is_kept() -> None:
    assert links(table(b=notice(), a=notice(), c=notice(edits=1))) == {"b": "a", "c": "a"}


def test_other_line_breaks_and_small_edits_are_linked() -> None:
    wrapped = "\n".join(notice()[i : i + 36] for i in range(0, len(notice()), 36))
    found = links(table(a=notice(), flat=notice().replace("\n", " "), edited=notice(edits=2), wrapped=wrapped))
    assert found == {"flat": "a", "edited": "a", "wrapped": "a"}


@pytest.mark.parametrize(
    "other",
    [
        notice(number="某政发〔2026〕4号"),
        notice(year=2027),
        notice(place="临江市"),
        notice(number="", year=2027),
        notice(edits=11),
    ],
)
def test_another_document_of_the_same_form_is_none(other: str) -> None:
    assert links(table(a=notice(), b=other)) == {}


def test_a_later_version_of_an_act_is_none() -> None:
    articles = "".join(
        f"第{n}条 {what}的管理和保护，适用本条例第{n}条的规定。\n"
        for n, what in zip("一二三四五六七八九", PLACES, strict=False)
    )
    first = f"某市水利工程条例\n（2018年3月2日某市第十届人民代表大会常务委员会第二次会议通过）\n{articles}"
    later = first.replace("通过）", "通过 根据2023年5月6日某市第十一届人民代表大会常务委员会第九次会议修正）")
    assert links(table(a=first, b=later)) == {}
    assert links(table(a=first, b=first + "（此件公开发布）\n")) == {"b": "a"}


def test_no_copy_of_a_copy() -> None:
    """Similarity does not go on from copy to copy: each is like the one that is kept."""
    chain = {f"n{n:02}": notice(edits=n) for n in range(12)}
    found = links(table(**chain))
    assert found
    assert not set(found) & set(found.values())


def test_the_order_of_rows_plays_no_part() -> None:
    texts = {"a": notice(), "b": HEADER + notice(edits=1), "c": notice(year=2027), "d": notice(), "e": notice(edits=3)}
    wanted = links(table(**texts))
    orders = random.Random(1).sample(list(itertools.permutations(texts)), 12)  # noqa: S311
    assert all(links(table(**{name: texts[name] for name in order})) == wanted for order in orders)


def test_short_and_blank_texts_are_no_near_copies() -> None:
    assert links(table(a="第一条 完。\n", b="第一条 完了。\n")) == {}
    documents = table(a=notice(), b=notice())
    blank = documents.set_column(
        documents.schema.get_field_index("text"), documents.schema.field("text"), pa.array([" \n", " \n"])
    )
    assert mark_copies(blank)["duplicate_of"].to_pylist() == [None, None]
    assert mark_copies(documents.slice(0, 0)).num_rows == 0


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (Facts("甲发〔2026〕1号"), Facts("甲发〔2026〕2号"), True),
        (Facts("甲发〔2026〕1号"), Facts(None), False),
        (Facts(names=("关于印发2025年计划的通知",)), Facts(names=("关于印发2026年计划的通知",)), True),
        (Facts(names=("东区水利规划",)), Facts(names=("西区水利规划",)), True),
        (Facts(names=("关于水利工作的通知",)), Facts(names=("转发：关于水利工作的通知",)), False),
        (Facts(names=("政策文件",)), Facts(names=("某市人民政府关于做好水利工程建设工作的通知",)), False),
        (Facts(days=(datetime.date(2026, 1, 1),)), Facts(days=(datetime.date(2027, 1, 1),)), True),
        (Facts(days=(None,)), Facts(days=(datetime.date(2027, 1, 1),)), False),
        (Facts(version=(2018, 1, 2)), Facts(version=(2023, 1, 2)), True),
    ],
)
def test_what_contradicts(one: Facts, other: Facts, *, told: bool) -> None:
    empty = Facts(names=(None,) * len(one.names or other.names), days=(None,) * len(one.days or other.days))
    one, other = (Facts(f.number, f.names or empty.names, f.days or empty.days, f.version) for f in (one, other))
    assert contradict(one, other) is told
    assert contradict(other, one) is told


def test_sketches_that_are_kept_give_the_same_copies() -> None:
    documents = table(a=notice(), b=notice(edits=1), c=notice(year=2027), d="第一条 完。\n")
    pairs: dict[str, float] = {}
    first = mark_copies(documents, pairs=pairs)
    # As they come from the packs: several, with texts that are no more.
    told = [sketch(documents.slice(0, 2)), {}, sketch(documents.slice(1)), {"f" * 64: (True, "", [])}]
    assert {text for some in told for text in some} >= set(documents["text_sha256"].to_pylist())
    assert pairs
    kept = dict(pairs)
    light = documents.drop_columns(["text", "spans"])
    again = mark_copies(light, told, kept, _refused)
    assert again.equals(first.drop_columns(["text", "spans"]))
    assert kept == pairs


def _refused(_: Collection[str]) -> pa.Table:
    raise AssertionError("what is known is not read")


def test_only_what_is_new_is_read_and_what_it_is_compared_with() -> None:
    documents = table(a=notice(), b="第一条 为了规范河道管理，制定本办法。\n" * 9, c=notice(edits=1))
    told = sketch(documents.slice(0, 2))
    pairs: dict[str, float] = {}
    asked: list[str] = []

    def read(texts: Collection[str]) -> pa.Table:
        asked.extend(texts)
        return documents.select(TEXTS).filter(pc.is_in(documents["text_sha256"], pa.array(sorted(texts))))

    marked = mark_copies(documents.drop_columns(["text", "spans"]), [told], pairs, read)
    assert marked["duplicate_of"].equals(mark_copies(documents)["duplicate_of"])
    a, b, c = documents["text_sha256"].to_pylist()
    assert asked == [c, a]
    assert pairs
    assert among(pairs, pa.array([a, c])) == pairs
    assert among(pairs, pa.array([a, b])) == {}


def test_texts_say_the_same_alone_and_together() -> None:
    documents = table(
        long=notice(),
        other=HEADER + notice(place="乙市"),
        short="关于放假的通知\n放假三天。\n",
        again="通知\n" + "水利水利水利水利。\n" * 40,
    )
    together = sketch(documents)
    alone = [sketch(documents.slice(row, 1)) for row in range(documents.num_rows)]
    texts = documents["text_sha256"].to_pylist()
    one_by_one = held_texts.Texts(lambda wanted: documents.filter(pc.is_in(documents["text_sha256"], pa.array(wanted))))
    assert together == {text: one_by_one.sketched(text) for text in texts}
    assert together == {text: told for found in alone for text, told in found.items()}
    assert [bool(together[text][1]) for text in texts] == [
        uri in ("long.txt", "other.txt") for uri in documents["source_uri"].to_pylist()
    ]
    assert sketch(documents.slice(0, 0)) == {}


def test_more_texts_than_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = table(**{f"n{k}": notice(place=place, edits=k % 3) for k, place in enumerate(["某市", "某县"] * 6)})
    whole = mark_copies(documents)
    monkeypatch.setattr(held_texts, "_HELD", 10_000)
    monkeypatch.setattr(held_texts, "_TOGETHER", 2)

    def read(texts: Collection[str]) -> pa.Table:
        return documents.select(TEXTS).filter(pc.is_in(documents["text_sha256"], pa.array(sorted(texts))))

    assert mark_copies(documents, read=read).equals(whole)


def test_a_text_in_traditional_characters_is_a_copy() -> None:
    traditional = OpenCC("s2t").convert(notice())
    assert traditional != notice()
    assert links(table(a=notice(), b=traditional)) == {"b": "a"}


def test_dates_of_acts_are_read_in_both_scripts() -> None:
    head = "某市河道管理条例\n（2018年1月2日市人大常委会通过 2023年5月6日修正）\n第一条 2024年1月1日公布的办法适用。\n"
    assert acts(head) == acts(OpenCC("s2t").convert(head)) == [2023, 5, 6]
