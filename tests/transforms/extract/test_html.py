"""Saved web pages: what is text and what surrounds it, header fields, encodings, tables, hints, hostile input."""

import contextlib
import random
import time
from typing import Any

import pytest

from transforms.extract import Unreadable, extract

PROSE = (
    "为了规范公共停车场的规划、建设和管理，维护交通秩序，方便群众出行，根据有关法律、法规，结合本市实际，制定本办法。"
)
MENU = '<div class="nav"><a href="/">首页</a><a href="/z">政务公开</a></div><script>document.write("<p>第一条</p>")</script>'
FOOT = '<div class="footer">主办：临江市人民政府。承办：大数据中心，地址：中心路1号。</div>'


def read(page: str | bytes, name: str = "a.html") -> dict[str, Any]:
    return extract(page.encode() if isinstance(page, str) else page, source_uri=name)


def body(*lines: str, head: str = "") -> str:
    inner = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<html><head><meta charset="utf-8"></head><body>{MENU}{head}<div id="zoom">{inner}</div>{FOOT}</body></html>'
    )


def lines(page: str | bytes) -> list[str]:
    text: str = read(page)["text"]
    return text.splitlines()


def test_menus_scripts_tools_and_footers_are_no_text() -> None:
    tools = (
        "【打印】【关闭】",
        "分享到：微信 微博",
        "上一篇：关于防汛的通知",
        "扫一扫在手机打开当前页",
        "责任编辑：王某",
    )
    assert lines(body("停车场管理办法", f"第一条　{PROSE}", *tools)) == ["停车场管理办法", f"第一条　{PROSE}"]


def test_what_is_not_shown_is_no_text() -> None:
    assert lines(body(f"第一条　{PROSE}", '<span style="display:none">隐藏的文字</span>')) == [f"第一条　{PROSE}"]


@pytest.mark.parametrize(
    "head",
    [
        (
            "<table><tr><td><b>索 引 号：</b></td><td>LJ01/2025-1</td><td>发文机关：</td><td>临江市人民政府</td></tr>"
            "<tr><td>成文日期：</td><td>2025年5月6日</td><td>主 题 词：</td><td></td></tr></table>"
        ),
        (
            "<table><tr><th>索引号</th><td>LJ01/2025-1</td></tr><tr><th>发文机关</th><td>临江市人民政府</td></tr>"
            "<tr><th>成文日期</th><td>2025年5月6日</td></tr><tr><th>主题词</th><td></td></tr></table>"
        ),
        (
            "<dl><dt>索引号：</dt><dd>LJ01/2025-1</dd><dt>发文机关：</dt><dd>临江市人民政府</dd>"
            "<dt>成文日期：</dt><dd>2025年5月6日</dd><dt>主题词：</dt><dd></dd></dl>"
        ),
        "<ul><li><span>索引号：</span>LJ01/2025-1</li><li><em>发文机关</em>：<i>临江市人民政府</i></li><li>成文日期：2025年5月6日</li></ul>",
        "<div><span>索引号：LJ01/2025-1</span><span>发文机关：临江市人民政府</span><span>成文日期：2025年5月6日</span></div>",
        "<p>索引号：LJ01/2025-1　　发文机关：临江市人民政府　　成文日期：2025年5月6日</p>",
        (
            "<div><div><div>索引号</div><div>LJ01/2025-1</div></div><div><div>发文机关</div><div>临江市人民政府</div></div>"
            "<div><div>成文日期</div><div>2025年5月6日</div></div></div>"
        ),
    ],
)
def test_forms_of_the_disclosure_header(head: str) -> None:
    found = lines(body("停车场管理办法", f"第一条　{PROSE}", head=head))
    fields = [line for line in found[:-2] if not line.startswith("主题词：")]
    assert fields == ["索引号：LJ01/2025-1", "发文机关：临江市人民政府", "成文日期：2025年5月6日"]
    assert found[-2:] == ["停车场管理办法", f"第一条　{PROSE}"]


def test_an_empty_value_takes_no_neighbour() -> None:
    head = "<table><tr><td>索引号：</td><td>LJ01</td></tr><tr><td>文号：</td><td></td><td>有效性：</td><td>有效</td></tr></table>"
    found = lines(body(f"第一条　{PROSE}", head=head))
    assert found[:3] == ["索引号：LJ01", "文号：", "有效性：有效"]


def test_labels_in_the_text_are_text() -> None:
    form = "<table><tr><td>名称</td><td>标题</td></tr><tr><td>索引号</td><td>发文字号</td></tr></table>"
    found = lines(body(f"第一条　{PROSE}", "来源：本办法自行采集。", form))
    assert found[1:] == ["来源：本办法自行采集。", "名称", "标题", "索引号", "发文字号"]


def test_the_line_of_facts_gives_the_date_of_publication_and_no_counts() -> None:
    head = "<h1>停车场管理办法</h1><p>2025-05-09 09:12　来源：临江日报　浏览次数：<em>31</em>　字体：[<a>大</a> <a>小</a>]</p>"
    assert lines(body(f"第一条　{PROSE}", head=head))[0] == "发布日期：2025-05-09 09:12"
    assert "31" not in read(body(f"第一条　{PROSE}", head=head))["text"]


def test_the_date_that_a_page_says_of_itself() -> None:
    page = body(f"第一条　{PROSE}").replace("<head>", '<head><meta name="PubDate" content="2025-05-09 09:12">')
    assert lines(page)[0] == "发布日期：2025-05-09 09:12"


def test_the_title_stands_over_the_text_and_is_not_printed_twice() -> None:
    titled = body("停车场管理办法", f"第一条　{PROSE}", head="<h1>停车场管理办法</h1>")
    assert lines(titled) == ["停车场管理办法", f"第一条　{PROSE}"]
    outside = body(f"第一条　{PROSE}", head="<h1>停车场管理办法</h1>")
    assert lines(outside) == ["停车场管理办法", f"第一条　{PROSE}"]
    named = body(f"第一条　{PROSE}").replace("<head>", "<head><title>临江市停车场管理办法_临江市人民政府</title>")
    assert lines(named) == ["临江市停车场管理办法", f"第一条　{PROSE}"]


def test_line_breaks_blanks_and_source_wraps() -> None:
    page = body(
        f"&nbsp;&nbsp;第一条　{PROSE[:20]}\r\n  {PROSE[20:]}<br><br>　　第二条&nbsp;停车应当\n缴费。",
        "国务院 &nbsp; &nbsp;",
    )
    assert lines(page) == [f"第一条　{PROSE}", "第二条\xa0停车应当缴费。", "国务院"]


def test_numbers_of_ordered_lists_are_written_out() -> None:
    items = f"<p>{PROSE}</p><ol start=3><li>停车</li><li>缴费</li></ol><ol style='list-style-type:cjk-ideographic'><li>要求</li></ol>"
    items += "<ol style='list-style:none'><li>甲</li></ol><ol><li>1. 已有</li></ol><ul><li>无号</li></ul>"
    assert lines(body(items))[1:] == ["3. 停车", "4. 缴费", "一、要求", "甲", "1. 已有", "无号"]


def test_a_table_of_data_is_rows_and_cells_and_a_table_of_layout_is_read_through() -> None:
    data = (
        "<table border=1><tr><th>序号</th><th>任务</th><th>单位</th></tr><tr><td>1</td><td><p>建设停车场</p><p>三座</p></td>"
        "<td rowspan=2>市住建局</td></tr><tr><td>2</td><td>收费改革</td></tr><tr><td colspan=3>合计</td></tr></table>"
    )
    layout = f"<table><tr><td><table><tr><td>{PROSE}</td></tr></table></td></tr></table>"
    row = read(body(f"第一条　{PROSE}", layout, data, "完"))
    assert row["text"].splitlines()[1:] == [
        PROSE,
        "序号\t任务\t单位",
        "1\t建设停车场 三座\t市住建局",
        "2\t收费改革",
        "合计",
        "完",
    ]
    (table,) = row["tables"]
    assert table["cells"] == [
        ["序号", "任务", "单位"],
        ["1", "建设停车场 三座", "市住建局"],
        ["2", "收费改革", "市住建局"],
        ["合计", "合计", "合计"],
    ]
    assert row["text"][table["start"] : table["end"]].splitlines()[0] == "序号\t任务\t单位"
    assert row["text"][table["end"] :] == "\n完\n"


def test_text_between_the_cells_of_a_table_is_not_lost() -> None:
    page = body(
        f"第一条　{PROSE}",
        "<table><caption>表一</caption><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>",
    )
    assert lines(page)[1:] == ["表一", "甲\t乙", "丙\t丁"]


def test_bold_kai_and_headings_are_hints() -> None:
    page = body(
        f"第一条　{PROSE}",
        "<span style='font-family:楷体_GB2312'>（一）要求。</span>各部门<b>应当</b>落实。",
        "<span style='font-weight:bold'>甲<i style='font-weight:normal'>乙</i></span><font face=黑体>丙</font>",
        "</p><h2>附则</h2><p>",
    )
    row = read(page)
    found = [(h["kind"], h["value"], row["text"][h["start"] : h["end"]]) for h in row["hints"]]
    assert found == [
        ("kai", "", "（一）要求。"),
        ("bold", "", "应当"),
        ("bold", "", "甲"),
        ("bold", "", "丙"),
        ("heading", "2", "附则"),
    ]


def test_a_file_that_the_page_offers_is_named() -> None:
    page = body(f"第一条　{PROSE}").replace(
        FOOT, '<div><p>附件：<a href="b.docx">申报表.docx</a></p><a href="/x">首页</a></div>' + FOOT
    )
    assert lines(page)[-1] == "附件：申报表.docx"


@pytest.mark.parametrize(
    ("declared", "encoded", "named", "code"),
    [
        ("utf-8", "utf-8", "utf-8", []),
        ("gb2312", "gb18030", "gb18030", []),
        ("GBK", "gb18030", "gb18030", []),
        ("big5", "big5hkscs", "big5hkscs", []),
        ("gb2312", "utf-8", "utf-8", ["encoding_misdeclared"]),
        ("utf-8", "gb18030", "gb18030", ["encoding_detected", "encoding_misdeclared"]),
        ("iso-8859-1", "gb18030", "gb18030", ["encoding_detected", "encoding_misdeclared"]),
        ("no-such-set", "gb18030", "gb18030", ["encoding_detected", "encoding_misdeclared"]),
        ("", "gb18030", "gb18030", ["encoding_detected"]),
    ],
)
def test_encodings(declared: str, encoded: str, named: str, code: list[str]) -> None:
    prose = (
        "為規範公共停車場之規劃、建設及管理，維護交通秩序，方便民眾出行，特制定本自治條例。"
        if encoded == "big5hkscs"
        else PROSE
    )
    page = body(f"第一條　{prose}").replace(
        '<meta charset="utf-8">', f'<meta http-equiv=Content-Type content="text/html; charset={declared}">'
    )
    row = read(page.encode(encoded, "xmlcharrefreplace"))
    assert prose in row["text"]
    assert row["source_encoding"] == named
    assert [f["code"] for f in row["findings"]] == code


def test_a_damaged_byte_is_said() -> None:
    data = body(*[f"第{i}条　{PROSE}" for i in range(40)]).encode()
    at = data.index("第7条".encode())
    row = read(data[:at] + b"\xff" + data[at:])
    assert [f["code"] for f in row["findings"]] == ["bytes_damaged"]
    assert row["text"].count("\ufffd") == 1


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html><body></body></html>", "empty"),
        (f"<html><body>{MENU}<div>【打印】【关闭】</div></body></html>", "empty"),
        ("<html><frameset cols='20%,80%'><frame src=a.htm><frame src=b.htm></frameset></html>", "frames"),
        ("<div>" * 5000 + PROSE, "page_too_complex"),
        ("<p>停车" * 200_001, "page_too_large"),
        ("<!-- " + PROSE, "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(page: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(page, "x/b.htm")
    assert refused.value.code == code
    assert "x/b.htm" in refused.value.reason
    assert any(verb in refused.value.reason for verb in ("save", "divide")), "the reason says what to do"


def test_tags_that_are_never_closed_lose_no_paragraph() -> None:
    page = "<body>" + "".join(f"<p><font size=3><b>第{i}条　{PROSE}" for i in range(400))
    row = read(page)
    assert len(row["text"].splitlines()) == 400
    assert [f["code"] for f in row["findings"]] == ["tags_left_out"]


TITLE, NUMBER = "临江市人民政府关于加强停车场管理的通知", "临政发〔2025〕7号"
PARAGRAPHS = [NUMBER, "各县（区）人民政府：", f"一、提高认识。{PROSE}", "临江市人民政府", "2025年5月6日"]
UNNAMED = '<ul><li><a href="/">首页</a></li><li><a href="/x">要闻</a></li></ul>'
HEADER = (
    f"<table><tr><td>索引号：</td><td>LJ01</td><td>发文字号：</td><td>{NUMBER}</td></tr>"
    "<tr><td>发布日期：</td><td>2025-05-09</td><td>主题分类：</td><td><a href=/z>综合政务</a></td></tr></table>"
)
INNER = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
NEWS = "".join(
    f"<div class=i><a href=/{i}>市长调研停车工作</a><p>市长近日调研，强调要加快推进，落实责任。</p></div>"
    for i in range(9)
)
ARRANGEMENTS = {
    "header under the text": f"<h1>{TITLE}</h1><div class=a>{INNER}</div><div class=b>{HEADER}</div>",
    "paragraphs in rows": f"{HEADER}<table><tr><td>{TITLE}</td></tr>{INNER.replace('<p>', '<tr><td>').replace('</p>', '</td></tr>')}</table>",
    "news beside a short text": f"<div class=left>{HEADER}<h1>{TITLE}</h1>{INNER}</div><div class=right><h3><a>新闻</a></h3>{NEWS}</div>",
    "header in an aside": f"<aside class=meta>{HEADER}</aside><article><p>{TITLE}</p>{INNER}</article>",
    "header named like a menu": f"<div class='xxgk-nav tools'>{HEADER}</div><div class=x><p>{TITLE}</p>{INNER}</div>",
    "labels in brackets": "<p>【索引号】LJ01</p><p>【文号】"
    + NUMBER
    + "</p><p>【发布日期】[2025-05-09]</p><p>【主题分类】综合政务</p>"
    f"<div class=x><p>{TITLE}</p>{INNER}</div>",
    "a heading of two lines": f"{HEADER}<h1>临江市人民政府<br>关于加强停车场管理的通知</h1><div class=x>{INNER}</div>",
    "a form that searches": f"<form><p>标题：<input> 发文字号：<input> 发布日期：<input></p>{HEADER}<div><p>{TITLE}</p>{INNER}</div></form>",
    "labels without colon in tags of their own": "<div class=h>"
    + "".join(
        f"<div><span>{k}</span><span>{v}</span></div>"
        for k, v in (("索引号", "LJ01"), ("文号", NUMBER), ("发布日期", "2025-05-09"), ("主题分类", "综合政务"))
    )
    + f"</div><div class=x><p>{TITLE}</p>{INNER}</div>",
    "bold labels without colon on one line": f"<div><span><b>索引号</b> LJ01</span><span><b>文号</b> {NUMBER}</span>"
    f"<span><b>发布日期</b> 2025-05-09</span><span><b>主题分类</b> 综合政务</span></div><div class=x><p>{TITLE}</p>{INNER}</div>",
    "bullets before labels": f"<ul><li>·索引号：LJ01</li><li>·文号：{NUMBER}</li><li>●发布日期：2025-05-09</li><li>·主题分类：综合政务</li></ul>"
    f"<div class=x><p>{TITLE}</p>{INNER}</div>",
    "name of the site over the title": f"{HEADER}<p>临江市人民政府网</p><p>{TITLE}</p>{INNER}",
    "a notice before leaving": f"{HEADER}<div class=x><p>{TITLE}</p>{INNER}</div>"
    "<div class=dialog><p>您访问的链接即将离开“临江市人民政府”门户网站，是否继续？</p><a>继续访问</a><a>放弃</a></div>",
}


@pytest.mark.parametrize("page", ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_arrangements_of_pages(page: str) -> None:
    found = lines(
        f"<html><head><meta charset=utf-8><title>{TITLE}_临江市人民政府网</title></head><body>{UNNAMED}{page}</body></html>"
    )
    header = found[: len(found) - len(PARAGRAPHS) - 1]
    assert sorted(line.partition("：")[2] for line in header) == sorted(["LJ01", NUMBER, "2025-05-09", "综合政务"])
    assert found[len(header) :] == [TITLE, *PARAGRAPHS]


def test_linked_articles_are_text() -> None:
    page = "".join(f'<p class="a"><a href="/t{i}">第{i}条</a>　{PROSE}</p>' for i in range(1, 5))
    assert len(lines(f"<body>{UNNAMED}{page}</body>")) == 4


HOSTILE = {
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(50_000)) + f"><p>{PROSE}",
    "spans of cells": f"<table><tr><td>a</td><td>b</td></tr>{'<tr><td colspan=99999999 rowspan=99999999>a</td></tr>' * 900}</table><p>{PROSE}",
    "comments": "<!--" * 50_000,
    "scripts": "<script>" * 50_000,
    "blanks in a label": "<p>索" + " " * 500_000 + f"引号：<p>{PROSE}",
    "labels": f"<p>{'索引号：x ' * 30_000}<p>{PROSE}",
    "title": f"<title>{'_' * 500_000}</title><p>{PROSE}",
    "unclosed letters": "<span>" * 30_000 + PROSE,
    "breaks": "<br>" * 50_000 + PROSE,
    "many alike": "<ul>" + "<li><a href=/x>某某要求做好工作</a></li>" * 30_000 + f"</ul><p>{PROSE}",
    "embedded picture": f'<img src="data:image/png;base64,{"A" * 2_000_000}"><p>{PROSE}',
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_are_read_or_refused_in_bounds(page: str) -> None:
    started = time.process_time()
    with contextlib.suppress(Unreadable):
        read(page)
    # Each takes well under a second; without its bound each took minutes or gigabytes.
    assert time.process_time() - started < 30


def test_damaged_pages_are_read_or_refused() -> None:
    rng = random.Random(5)  # noqa: S311 - damage, not secrets
    head = "<table><tr><td>索引号：</td><td>LJ01</td></tr><tr><td>文号：</td><td>临政〔2025〕1号</td></tr></table>"
    whole = body(
        "办法",
        f"第一条　{PROSE}",
        "<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>",
        head=head,
    ).encode()
    pieces = (
        b"<table>",
        b"<td colspan=9999999>",
        b"</table>",
        b"<ol start=x>",
        b"<!--",
        b"<script>",
        b"\x00",
        b"&#xD800;",
        b"<pre>",
        b"<meta charset=idna>",
    )
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    del data[at:]
                    data += b"<"
                case 1:
                    data[at] ^= 1 << rng.randrange(8)
                case 2:
                    data[at:at] = rng.choice(pieces)
                case 3:
                    del data[at : at + rng.randrange(60)]
                    data += b">"
        try:
            row = read(bytes(data))
        except Unreadable:
            continue
        size = len(row["text"])
        assert all(0 <= span["start"] < span["end"] <= size for span in (*row["hints"], *row["tables"]))
        assert [h["start"] for h in row["hints"]] == sorted(h["start"] for h in row["hints"])
