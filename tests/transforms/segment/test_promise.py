"""Nothing is lost and nothing is refused: random mixtures of everything that official text is made of."""

from hypothesis import given, settings
from hypothesis import strategies as st

import seeds
from tests.promise import structure
from transforms.extract import Unreadable
from transforms.segment import load_rules

RULES = load_rules(seeds.folder())

TOKENS = [
    "第一章",
    "第二条",
    "第十一条之一",
    "第二节",
    "第三编",
    "总则",
    "附则",
    "一、",
    "二、",
    "三、",
    "（一）",
    "（二）",
    "(1)",
    "（2）",
    "1.",
    "2.",
    "3.",
    "1.1",
    "①",
    "②",
    "专栏1：",
    "附件",
    "附件：",
    "附件1",
    "目录",
    "序号",
    "序言",
    "。",
    "；",
    "：",
    "，",
    "、",
    "？",
    "！",
    "“",
    "”",
    "‘",
    "’",
    "（",
    "）",
    "《",
    "》",
    "【",
    "】",
    "……",
    "——",
    "——坚持",
    "-",
    "#",
    "##",
    "###",
    "**",
    "应当",
    "不得",
    "鼓励",
    "一是",
    "二是",
    "三是",
    "首先，",
    "其次，",
    "到2030年达到60%以上",
    "1.5亿元",
    "2025年1月1日",
    "二〇二六年一月八日",
    "2026.01.26",
    "国务院",
    "临江区人民政府",
    "国发〔2019〕4号",
    "各区人民政府：",
    "关于印发的通知",
    "政府工作报告",
    "抄送：",
    "印发",
    "无",
    "主动公开",
    "（上接第一版）",
    "（下转第四版）",
    "新华社北京3月2日电",
    "本报讯",
    "本报记者",
    "王五",
    "（图片）",
    "—",
    "3",
    "—",
    "第3页",
    "條",
    "國",
    "為",
    "停车场",
    "依照本法第八条的规定",
    ";",
    ",",
    ":",
    "!",
    "?",
]
SPECIAL = [
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "\u3000\u3000",
    "\t",
    "\x00",
    "\ufeff",
    "\u200b",
    "\u2028",
    "\x85",
    "😀",
    "𠮷",
    "é",
    "人" * 40,
    "停车" * 400,
    "a" * 30,
]

soup = st.lists(st.sampled_from(TOKENS + SPECIAL), min_size=1, max_size=60).map("".join)
anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


@settings(max_examples=400, deadline=None)
@given(
    text=st.one_of(soup, anything, st.lists(st.one_of(soup, anything), max_size=3).map("\n".join)),
    markdown=st.booleans(),
)
def test_random_text_keeps_the_promise(text: str, *, markdown: bool) -> None:
    try:
        structure(text, RULES, uri="soup.md" if markdown else "soup.txt")
    except Unreadable as refused:
        assert refused.code in {"empty", "binary", "undecodable"}  # noqa: PT017 - a refusal is a right answer here


def test_a_long_line_without_any_stop_is_one_clause_with_a_finding() -> None:
    result = structure("停车场" * 200_000, RULES)
    assert [f["code"] for f in result.documents[0]["findings"]] == ["no_numbering", "clause_too_long"]
    assert result.documents[0]["n_clauses"] == 1


def test_many_labels_and_many_lines_stay_linear() -> None:
    """A quadratic step would need minutes here."""
    structure("\n".join(["第一条 停车场应当设置标志。"] * 4000), RULES)
    structure("1.建设。 2.管理。 " * 4000, RULES)
    structure("\n停" * 20_000, RULES)


def test_section_ids_stay_unique_when_a_repeat_meets_a_number() -> None:
    """The second attachment without a number would be att_2; 附件2 is that already."""
    structure("1.\n附件2　2.\n人\n（一）\n汛", RULES)
