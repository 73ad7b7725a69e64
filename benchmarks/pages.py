"""Web pages composed for measuring the reader: the same document as different sites would print it.

Each template is a function from a document to the bytes of a page, in the manner of one kind of site: its menus, header,
paragraphs, tools and footer, and its encoding. Nothing is taken from a real page; organs, numbers and texts are invented.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Document:
    """A document to be printed.

    Attributes:
        lines: Its paragraphs, title lines first.
        titles: How many of the lines are the title.
        fields: Label of the disclosure header -> value.

    """

    lines: list[str]
    titles: int
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Title in one line."""
        return "".join(self.lines[: self.titles])

    @property
    def body(self) -> list[str]:
        """Lines under the title."""
        return self.lines[self.titles :]

    def get(self, *labels: str) -> str:
        """Value of the first label that there is."""
        return next((self.fields[label] for label in labels if label in self.fields), "")


def spaced(label: str) -> str:
    """索引号 -> 索 引 号, 标题 -> 标　　题: labels set to the width of four characters."""
    return {2: "　　", 3: " "}.get(len(label), "").join(label)


def _p(lines: list[str], tag: str = "p", style: str = "text-indent: 2em;", indent: str = "") -> str:
    return "\n".join(f'<{tag} style="{style}">{indent}{html.escape(line)}</{tag}>' for line in lines)


MENU = (
    '<div class="topbar"><a href="/">首页</a> | <a href="/zfxxgk/">政府信息公开</a> | <a href="/hdjl/">互动交流</a> | <a href="/fw/">办事服务</a></div>'
    '<ul class="nav">'
    + "".join(
        f'<li><a href="/{i}/">{name}</a></li>'
        for i, name in enumerate(("走进临江", "新闻动态", "政务公开", "政策解读", "数据开放"))
    )
    + "</ul>"
)
FOOTER = (
    '<div class="footer"><p>主办单位：临江市人民政府办公室　承办单位：临江市大数据中心</p><p>网站标识码：1234000001　海ICP备00000001号　海公网安备 12345678901234号</p>'
    "<p>版权所有：临江市人民政府。未经许可，不得转载；地址：临江市中心路1号，邮编：000000，电话：0000-0000000。</p></div>"
)


def council(doc: Document) -> bytes:
    """A central site: nested layout tables, header of two columns with spaced labels, title in the text."""
    items = [(f"<b>{spaced(label)}：</b>", html.escape(value)) for label, value in doc.fields.items()]
    rows = "".join(
        "<tr>" + "".join(f"<td>{label}</td><td>{value}</td>" for label, value in items[i : i + 2]) + "</tr>"
        for i in range(0, len(items), 2)
    )
    title = "".join(
        f'<p style="text-align:center"><span style="font-weight: bold; font-size: 18pt;">{line}</span></p>'
        for line in doc.lines[: doc.titles]
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{doc.title}_政府信息公开专栏</title><script>var a="<p>第一条</p>";</script></head>
<body>{MENU}<table width="930"><tbody><tr><td><table class="bd1"><tbody>{rows}</tbody></table></td></tr></tbody></table>
<table width="930"><tbody><tr><td width="675"><table><tbody><tr><td class="b12c" id="UCAP-CONTENT">{title}{_p(doc.body, indent="　　")}</td></tr></tbody></table>
<div id="qr_container">扫一扫在手机打开当前页</div></td><td><table><tr><td>相关报道</td></tr><tr><td><a href="/a">某某要求做好工作，全面落实责任</a></td></tr></table></td></tr></tbody></table>{FOOTER}</body></html>""".encode()


def province(doc: Document) -> bytes:
    """A provincial site: header as a list, title outside the text, TRS editor, share bar, print bar."""
    items = "".join(
        f"<li><span>{label}：</span><i>{html.escape(value)}</i></li>" for label, value in doc.fields.items()
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="SiteName" content="海州省人民政府"><meta name="ArticleTitle" content="{doc.title}">
<meta name="PubDate" content="2025-05-09 09:12"><title>海州省人民政府　{doc.title}</title></head><body>{MENU}
<div class="bread-crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zw">政务公开</a> &gt; 政策文件</div>
<div class="xxgk-head"><ul>{items}</ul></div><div class="article"><h1 class="article-title">{doc.title}</h1>
<div class="tools">【字体：<a>大</a> <a>中</a> <a>小</a>】 <a onclick="window.print()">打印</a></div>
<div class="article-con"><div class="view TRS_UEDITOR trs_paper_default">{_p(doc.body, indent="&nbsp;&nbsp;&nbsp;&nbsp;")}</div></div>
<div class="share-box"><span>分享到：</span><a>微信</a><a>微博</a></div><div class="prenext"><p>上一篇：<a href="/1">关于做好防汛工作的通知</a></p></div></div>{FOOTER}</body></html>""".encode()


def city(doc: Document) -> bytes:
    """A city's site: dl/dt/dd header, a line of date, source and counts under the title, paragraphs parted by <br>."""
    terms = "".join(
        f"<dl><dt>{spaced(label)}</dt><dd>{html.escape(value)}</dd></dl>" for label, value in doc.fields.items()
    )
    text = "<br/>\n<br/>\n".join(f"　　{html.escape(line)}" for line in doc.body)
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"/><title>{doc.title} - 临江市人民政府门户网站</title></head>
<body>{MENU}<div class="location">您现在的位置：<a href="/">首页</a>&gt;&gt;<a href="/x">规范性文件</a></div><div class="infoHead">{terms}</div>
<div class="detail"><h2 class="tit">{doc.title}</h2><div class="info"><span>浏览次数：<em id="hits">312</em></span><span>字体：[<a>大</a> <a>中</a> <a>小</a>]</span></div>
<div id="zoom">{text}</div><div class="print"><a>【打印本页】</a> <a>【关闭窗口】</a></div></div>{FOOTER}</body></html>""".encode()


def county(doc: Document) -> bytes:
    """A county's site: header table without colons, in GB2312, paragraphs as <div>, a Word paste with <o:p> and <font>."""
    rows = "".join(
        f'<tr><th>{label}</th><td colspan="3">{html.escape(value)}</td></tr>' for label, value in doc.fields.items()
    )
    text = "".join(
        f"<DIV><FONT face=宋体 size=3><SPAN lang=EN-US>&nbsp;&nbsp;&nbsp; {html.escape(line)}<o:p></o:p></SPAN></FONT></DIV>\r\n"
        for line in doc.body
    )
    return f"""<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312"><title>{doc.title}</title></head><body>
<table width=1000 align=center><tr><td>{MENU}</td></tr><tr><td><table class=xxgk border=1>{rows}</table></td></tr>
<tr><td align=center><font size=5 face=黑体><b>{doc.title}</b></font></td></tr><tr><td>{text}</td></tr><tr><td align=right>【<a>打印</a>】【<a>关闭</a>】</td></tr>
<tr><td>{FOOTER}</td></tr></table></body></html>""".encode("gb18030")


def ministry(doc: Document) -> bytes:
    """A ministry's site: meta line with labels in spans, number under the title outside the text, Word classes, attachments as links."""
    labels = "".join(f'<span class="xx">{label}：{html.escape(value)}</span>' for label, value in doc.fields.items())
    text = "".join(
        f'<p class="MsoNormal" style="text-indent:32pt"><span style="font-family:仿宋_GB2312;font-size:16pt">{html.escape(line)}</span></p>\n'
        for line in doc.body
    )
    return f"""<!DOCTYPE html><html lang="zh"><head><meta charset="UTF-8"><title>{doc.title}-某某部</title></head><body><header>{MENU}</header>
<main><div class="crumbs"><a>首页</a>/<a>政策</a></div><div class="con-title">{doc.title}</div><div class="con-info">{labels}</div><div class="article_con" id="con_con">{text}</div>
<div class="fj">附件：<a href="./P020250506.docx">申报表.docx</a></div></main><div class="sidebar"><h3>相关解读</h3><ul><li><a>政策问答</a></li></ul></div>{FOOTER}</body></html>""".encode()


def account(doc: Document) -> bytes:
    """An article of a public account: sections in sections, spans for every run, no header, title in h1."""
    text = "".join(
        f'<section style="margin:0 8px"><section><p><span style="font-size: 16px;">{html.escape(line[:9])}</span><span>{html.escape(line[9:])}</span></p></section></section>'
        for line in doc.body
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:title" content="{doc.title}"><title></title></head><body id="activity-detail">
<div id="js_article"><h1 class="rich_media_title" id="activity-name">
{doc.title}
</h1><div id="meta_content"><span class="rich_media_meta">临江发布</span><em id="publish_time"></em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden;">{text}</div></div>
<div class="rich_media_tool"><p>微信扫一扫关注该公众号</p></div><div id="js_pc_qr_code">预览时标签不可点</div><script>var msg_title='{doc.title}';</script></body></html>""".encode()


def old(doc: Document) -> bytes:
    """An old page: upper case, <font> and <center>, unclosed <p>, paragraphs broken in the source, in GB2312 without a declaration."""

    def broken(line: str) -> str:
        return "\r\n".join(html.escape(line[i : i + 38]) for i in range(0, len(line), 38))

    head = "".join(
        f"<P><FONT COLOR=#000080>{label}：{html.escape(value)}</FONT>" for label, value in doc.fields.items()
    )
    title = "<BR>".join(doc.lines[: doc.titles])
    text = "\r\n".join(f"<P>　　{broken(line)}" for line in doc.body)
    return f"""<HTML><HEAD><TITLE>{doc.title}</TITLE></HEAD><BODY BGCOLOR=#FFFFFF>{head}<CENTER><FONT SIZE=5><B>{title}</B></FONT></CENTER><HR>
{text}<HR><CENTER><A HREF="index.htm">返回</A></CENTER></BODY></HTML>""".encode("gb18030")


def unclosed(doc: Document) -> bytes:
    """A page whose <font> and <span> are never closed: they nest paragraph by paragraph."""
    items = "".join(
        f"<tr><td>{spaced(label)}：</td><td>{html.escape(value)}</td></tr>" for label, value in doc.fields.items()
    )
    text = "\n".join(f"<p><font size=3><span style='color:#333'>{html.escape(line)}" for line in doc.lines)
    return f"<html><head><meta charset=gbk><title>{doc.title}</title></head><body><table>{items}</table><div class=content>{text}</div></body></html>".encode(
        "gb18030"
    )


def taiwan(doc: Document) -> bytes:
    """A page in Big5: the document in Traditional characters."""
    from opencc import OpenCC  # noqa: PLC0415 - only this page needs it

    convert = OpenCC("s2t").convert
    head = "".join(
        f"<tr><th>{convert(label)}：</th><td>{html.escape(convert(value))}</td></tr>"
        for label, value in doc.fields.items()
    )
    page = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=big5"><title>{convert(doc.title)}</title></head><body>
<div class="nav"><a href="/">網站首頁</a> <a href="/m">網站導覽</a></div><table class="tab">{head}</table><h2>{convert(doc.title)}</h2><div class="text-con">{convert(_p(doc.body))}</div>
<div class="tools"><a>列印</a> <a>轉寄</a></div></body></html>"""
    return page.encode("big5hkscs", "xmlcharrefreplace")


def plain(doc: Document) -> bytes:
    """A page of <pre>: the text as typed."""
    head = "\n".join(f"{label}：{value}" for label, value in doc.fields.items())
    return f"<html><head><meta charset=utf-8><title>{doc.title}</title></head><body><pre>{html.escape(head)}\n\n{html.escape(chr(10).join(doc.lines))}</pre></body></html>".encode()


def framework(doc: Document) -> bytes:
    """A page of components: boxes for labels and values, text of <div>s in an unnamed box, bold runs for headings."""
    cells = "".join(
        f'<div class="row"><div class="k">{label}</div><div class="v">{html.escape(value)}</div></div>'
        for label, value in doc.fields.items()
    )
    text = "".join(
        f'<div class="para-x1"><span><strong>{html.escape(line[:2])}</strong>{html.escape(line[2:])}</span></div>'
        for line in doc.body
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{doc.title}｜海州开放平台</title></head><body><div id="app"><div class="layout"><div class="hd">{MENU}</div>
<div class="bd-x9"><div class="meta-x2">{cells}</div><div class="tt-x3">{doc.title}</div><div class="ct-x4">{text}</div></div></div></div>{FOOTER}</body></html>""".encode()


TEMPLATES: dict[str, Callable[[Document], bytes]] = {
    "council": council,
    "province": province,
    "city": city,
    "county": county,
    "ministry": ministry,
    "account": account,
    "old": old,
    "unclosed": unclosed,
    "taiwan": taiwan,
    "plain": plain,
    "framework": framework,
}
HEADERLESS = frozenset({"account"})
"""Templates that print no disclosure header."""
