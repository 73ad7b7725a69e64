"""Word documents: the text as Word prints it."""

import io
import re
import zipfile

import pytest

import seeds
from benchmarks.printed import outline_of
from tests.transforms.extract.word import level, lists, num, p, r, style, table, word
from transforms.extract import Unreadable, extract
from transforms.extract.docx_numbers import MOST, write_number

PAGE = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def _lines(body: str, **parts: str) -> list[str]:
    return list(_read(body, **parts)["text"].splitlines())


def _read(body: str, **parts: str) -> dict[str, object]:
    return extract(word(body, **parts), source_uri="a.docx")


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("decimal", {1: "1", 120: "120"}),
        ("decimalZero", {1: "01", 12: "12"}),
        ("decimalFullWidth", {10: "１０"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalEnclosedParen", {3: "⑶"}),
        ("decimalEnclosedFullstop", {3: "⒊"}),
        ("chineseCounting", {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一〇〇", 105: "一〇五"}),
        (
            "chineseCountingThousand",
            {10: "十", 19: "十九", 100: "一百", 101: "一百零一", 110: "一百一十", 111: "一百一十一", 1001: "一千零一"}
            | {1010: "一千零一十", 1100: "一千一百", 10000: "一万", 10010: "一万零一十", 20001: "二万零一"},
        ),
        ("japaneseCounting", {1: "一", 10: "十", 21: "二十一", 100: "百", 101: "百一", 1000: "千"}),
        ("ideographDigital", {10: "一〇", 21: "二一"}),
        ("taiwaneseDigital", {10: "一○"}),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 12: "壹拾贰"}),
        ("ideographLegalTraditional", {2: "貳", 3: "參"}),
        ("ideographEnclosedCircle", {1: "㈠", 10: "㈩"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "甲"}),
        ("ideographZodiac", {1: "子", 12: "亥"}),
        ("lowerLetter", {1: "a", 26: "z", 27: "aa", 53: "aaa"}),
        ("upperLetter", {2: "B"}),
        ("lowerRoman", {4: "iv", 9: "ix"}),
        ("upperRoman", {1994: "MCMXCIV"}),
        ("ordinal", {1: "1st", 11: "11th", 22: "22nd"}),
        ("numberInDash", {2: "- 2 -"}),
        ("none", {3: ""}),
        ("thaiCounting", {3: "3"}),
    ],
)
def test_numbers_are_written_as_word_does(form: str, numbers: dict[int, str]) -> None:
    assert {n: write_number(n, form) for n in numbers} == numbers


@pytest.mark.parametrize("form", ["lowerLetter", "upperRoman", "chineseCounting", "chineseCountingThousand"])
def test_huge_numbers_stay_short(form: str) -> None:
    assert write_number(MOST + 1, form) == str(MOST + 1)
    assert write_number(0, form) == "0"
    assert write_number(2**31, form) == str(2**31)


def test_chapters_articles_and_items() -> None:
    """编章节条: articles run through the chapters, items begin anew in each article."""
    law = lists(
        level(0, "chineseCounting", "第%1章", suffix="tab")
        + level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>', suffix="tab")
        + level(2, "chineseCounting", "（%3）")
        + level(3, "decimal", "%4.", suffix="space")
    )
    body = [
        (0, "总则"),
        (1, "目的。"),
        (1, "下列："),
        (2, "甲；"),
        (2, "乙。"),
        (0, "管理"),
        (1, "丙："),
        (2, "丁："),
        (3, "戊。"),
    ]
    lines = _lines("".join(p(text, num=(1, place)) for place, text in body), numbering=law)
    assert lines == [
        "第一章\u3000总则",
        "第一条\u3000目的。",
        "第二条\u3000下列：",
        "（一）甲；",
        "（二）乙。",
        "第二章\u3000管理",
        "第三条\u3000丙：",
        "（一）丁：",
        "1. 戊。",
    ]


def test_a_list_that_begins_anew() -> None:
    """Two lists of one abstract list count on together, unless the second has a start of its own."""
    abstract = level(0, "decimal", "%1.")
    own = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    part = lists(abstract, nums=[num(2, 0), num(3, 0, own)])
    body = "".join(p("甲", num=(key, 0)) for key in (1, 1, 2, 3, 3, 1))
    assert _lines(body, numbering=part) == [f"{n}.甲" for n in (1, 2, 3, 1, 2, 3)]


def test_levels_that_are_skipped_restarted_or_replaced() -> None:
    deep = (
        level(0, "decimal", "%1")
        + level(1, "decimal", "%1.%2")
        + level(2, "decimal", "%3)", '<w:lvlRestart w:val="1"/>')
    )
    other = f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1.", start=4)}</w:lvlOverride>'
    part = lists(deep, nums=[num(5, 0, other)])
    body = [(1, 1), (1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2), (5, 0)]
    lines = _lines("".join(p("甲", num=place) for place in body), numbering=part)
    assert lines == [f"{n}甲" for n in ("1.1", "2", "2.1", "1)", "2.2", "2)", "3", "1)", "IV.")]


def test_legal_numbering_writes_digits() -> None:
    part = lists(level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2", "<w:isLgl/>", suffix="space"))
    assert _lines(p("甲", num=(1, 0)) + p("乙", num=(1, 1)), numbering=part) == ["一、甲", "1.1 乙"]


def test_bullets_and_labels_of_symbol_fonts() -> None:
    part = lists(level(0, "bullet", "\uf06c", suffix="space") + level(1, "bullet", "——") + level(2, "bullet", "\uf0ee"))
    body = "".join(p("甲", num=(1, place)) for place in range(3))
    assert _lines(body, numbering=part) == ["● 甲", "——甲", "•甲"]


def test_numbering_that_comes_with_styles() -> None:
    """Headings are bound to levels by `pStyle`; a style inherits its list, and list 0 takes it away."""
    part = lists(
        level(0, "chineseCounting", "第%1章", '<w:pStyle w:val="H1"/>', suffix="space")
        + level(1, "chineseCounting", "第%2节", '<w:pStyle w:val="H2"/>', suffix="space")
    )
    listed = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="{}"/></w:pPr>'
    styles = style("H1", listed.format(0)) + style("H2", listed.format(1)) + style("H3", "", based="H1")
    body = p("总则", style="H1") + p("原则", style="H2") + p("附则", style="H3") + p("后记", style="H1", num=(0, 0))
    row = _read(body, numbering=part, styles=styles)
    assert row["text"].splitlines() == ["第一章 总则", "第一节 原则", "第二章 附则", "后记"]
    assert [h["value"] for h in row["hints"] if h["kind"] == "heading"] == ["1", "2", "1", "1"]


def test_a_list_that_is_a_style() -> None:
    part = (
        '<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="L"/>'
        + level(0, "chineseCounting", "%1、")
        + "</w:abstractNum>"
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>' + num(1, 0) + num(2, 1)
    )
    named = style("L", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', kind="numbering")
    assert _lines(p("甲", num=(2, 0)) + p("乙", num=(2, 0)), numbering=part, styles=named) == ["一、甲", "二、乙"]


def test_tracked_changes_are_accepted() -> None:
    kept = f'<w:p><w:ins w:id="1">{r("新增")}</w:ins><w:del w:id="2"><w:r><w:delText>删去</w:delText></w:r></w:del>{r("的")}</w:p>'
    moved = f'<w:p><w:moveFrom w:id="3">{r("原处")}</w:moveFrom><w:moveTo w:id="4">{r("新处")}</w:moveTo></w:p>'
    joined = p("前半", more="<w:rPr><w:del/></w:rPr>") + p("后半")
    row = _read(kept + moved + joined)
    assert row["text"].splitlines() == ["新增的", "新处", "前半后半"]
    assert [f["code"] for f in row["findings"]] == ["tracked_changes"]


def test_a_deleted_paragraph_is_not_counted() -> None:
    part = lists(level(0, "decimal", "%1."))
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
        '<w:del w:id="2"><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>'
    )
    assert _lines(p("甲", num=(1, 0)) + gone + p("乙", num=(1, 0)), numbering=part) == ["1.甲", "2.乙"]


def test_hidden_text_fields_breaks_and_soft_hyphens() -> None:
    hidden = f"<w:p>{r('看不见', '<w:vanish/>')}{r('看得见')}</w:p>"
    field = (
        f"<w:p>{r('见第')}{PAGE.format('begin')}<w:r><w:instrText> REF a </w:instrText></w:r>{PAGE.format('separate')}"
        f"{r('三')}{PAGE.format('end')}{r('条')}{PAGE.format('begin')}<w:r><w:instrText> PAGE </w:instrText></w:r>"
        f"{PAGE.format('separate')}{r('7')}{PAGE.format('end')}</w:p>"
    )
    breaks = "<w:p><w:r><w:t>上</w:t><w:br/><w:t>下</w:t><w:softHyphen/><w:noBreakHyphen/><w:tab/><w:t>右\u00ad</w:t></w:r></w:p>"
    row = _read(hidden + field + breaks)
    assert row["text"].splitlines() == ["看得见", "见第三条", "上", "下-\t右"]
    assert [f["code"] for f in row["findings"]] == ["hidden_text"]


def test_footnotes_stand_at_the_end() -> None:
    body = f'<w:p>{r("正文")}<w:r><w:footnoteReference w:id="2"/></w:r>{r("。")}</w:p>' + p("末段。")
    notes = f'<w:footnote w:id="0" w:type="separator">{p("")}</w:footnote><w:footnote w:id="2">{p("注文")}</w:footnote>'
    row = _read(body, footnotes=notes)
    assert row["text"].splitlines() == ["正文[1]。", "末段。", "[1]注文"]
    assert [f["code"] for f in row["findings"]] == ["notes_at_end"]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{p('专栏1')}</w:txbxContent>"
    twice = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert _lines(f"<w:p>{r('正文')}<w:r>{twice}</w:r></w:p>" + p("后文")) == ["正文", "专栏1", "后文"]


def test_bold_and_kai_runs_are_hints() -> None:
    body = f"<w:p>{r('粗', '<w:b/>')}{r('楷', '<w:rFonts w:eastAsia=' + chr(34) + '楷体_GB2312' + chr(34) + '/>')}{r('常')}</w:p>"
    styles = style("S", "<w:rPr><w:b/></w:rPr>")
    row = _read(
        body
        + p("样式", style="S")
        + f"<w:p><w:pPr><w:pStyle w:val='S'/></w:pPr>{r('不粗', '<w:b w:val=' + chr(34) + '0' + chr(34) + '/>')}</w:p>",
        styles=styles,
    )
    assert [(row["text"][h["start"] : h["end"]], h["kind"]) for h in row["hints"]] == [
        ("粗", "bold"),
        ("楷", "kai"),
        ("样式", "bold"),
    ]


def test_tables_with_merged_cells() -> None:
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("指标")
    tall = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p("经济")
    more = "<w:tcPr><w:vMerge/></w:tcPr>" + p("")
    row = _read(p("前文") + table([[wide, "数值"], [tall, "增速", "5.5"], [more, "投资", "86"]]) + p("后文"))
    assert row["text"].splitlines() == ["前文", "指标\t\t数值", "经济\t增速\t5.5", "\t投资\t86", "后文"]
    assert [t["cells"] for t in row["tables"]] == [
        [["指标", "指标", "数值"], ["经济", "增速", "5.5"], ["经济", "投资", "86"]]
    ]
    assert row["text"][row["tables"][0]["start"] : row["tables"][0]["end"]].startswith("指标")


def test_numbers_in_cells_are_written_and_cells_of_paragraphs_are_one() -> None:
    part = lists(level(0, "decimal", "%1"))
    row = _read(
        table([["序号", "事项"], ["<w:tcPr/>" + p("", num=(1, 0)), "<w:tcPr/>" + p("甲") + p("乙")]]), numbering=part
    )
    assert row["tables"][0]["cells"] == [["序号", "事项"], ["1", "甲\n乙"]]
    assert row["text"].splitlines()[1] == "1\t甲 乙"


def test_frames_are_no_tables() -> None:
    """A table of one column, or with a table in a cell, is there for the look of the page."""
    assert _read(table([["正文"], ["又一段"]]))["tables"] == []
    row = _read(table([["<w:tcPr/>" + p("左栏") + table([["甲", "乙"], ["1", "2"]]), "右栏"]]))
    assert row["text"].splitlines() == ["左栏", "甲\t乙", "1\t2", "右栏"]
    assert [t["cells"] for t in row["tables"]] == [[["甲", "乙"], ["1", "2"]]]


def test_headers_and_comments_are_left_out_and_said() -> None:
    row = _read(
        p("正文"), header1=p("某市公报"), footer1=p("第1页"), comments=f'<w:comment w:id="1">{p("意见")}</w:comment>'
    )
    assert row["text"] == "正文\n"
    assert {f["code"] for f in row["findings"]} == {"page_heads", "comments"}
    assert "某市公报; 第1页" in str(row["findings"])


def test_the_strict_form_is_read_too() -> None:
    data = word(p("甲", num=(1, 0)), numbering=lists(level(0, "chineseCounting", "%1、")))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            strict = old.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006",
                b"http://purl.oclc.org/ooxml/wordprocessingml",
            )
            strict = strict.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"
            )
            new.writestr(name, strict)
    assert extract(made.getvalue(), source_uri="a.docx")["text"] == "一、甲\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no container", "damaged"),
        (word(p("正文"))[:400], "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "damaged"),
        (word("<w:p>" * 400 + "</w:p>" * 400), "damaged"),
        (word("<w:p/>" * 2_100_000), "too_large"),
        (word(p("正文") + " " * (65 * 2**20)), "too_large"),
        (word(""), "empty"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable, match=r"a\.docx.*;") as refused:
        extract(data, source_uri="a.docx")
    assert refused.value.code == code


def test_entities_are_not_resolved() -> None:
    data = word(p("甲") + "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>")
    bomb = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document'
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<w:document", bomb, 1))
    assert extract(made.getvalue(), source_uri="a.docx")["text"].strip() == "甲"


_FORMS = (
    (r"第([一二三四五六七八九十百零]+)编", "chineseCountingThousand", "第%1编"),
    (r"第([一二三四五六七八九十百零]+)章", "chineseCountingThousand", "第%1章"),
    (r"第([一二三四五六七八九十百零]+)节", "chineseCountingThousand", "第%1节"),
    (r"第([一二三四五六七八九十百零]+)条(?!之)", "chineseCountingThousand", "第%1条"),
    (r"([一二三四五六七八九十]+)、", "chineseCounting", "%1、"),
    (r"（([一二三四五六七八九十]+)）", "chineseCounting", "（%1）"),
    (r"(\d+)[.．](?!\d)", "decimal", "%1."),
    (r"（(\d+)）", "decimal", "（%1）"),
)


def _numbered(text: str) -> bytes:
    """The text with its numbers taken out of the lines and given to Word: one list for each form, restarted as needed."""
    counts = [0] * len(_FORMS)
    keys = list(range(1, len(_FORMS) + 1))
    nums: list[str] = []
    body = ""
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        body, rows = body + (table(rows) if rows else ""), []
        for at, (pattern, form, _) in enumerate(_FORMS):
            match = re.match(rf"{pattern}[ \u3000]*", line)
            if match is None:
                continue
            number = next(n for n in range(1, 300) if write_number(n, form) == match.group(1))
            if number != counts[at] + 1:
                keys[at] = len(_FORMS) + len(nums) + 1
                start = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{number}"/></w:lvlOverride>'
                nums.append(num(keys[at], at, start))
            counts[at] = number
            body += p(line[match.end() :], num=(keys[at], 0))
            break
        else:
            body += p(line)
    suffix = ["tab"] * 4 + ["nothing"] * 4
    levels = [level(0, form, text, suffix=own) for (_, form, text), own in zip(_FORMS, suffix, strict=True)]
    return word(body, numbering=lists(*levels, nums=nums))


@pytest.mark.parametrize(
    "name",
    [
        "regulation",
        "plan-chapters",
        "opinion",
        "notice-issuing-rules",
        "judicial-interpretation",
        "work-report",
        "reply",
    ],
)
def test_automatic_numbers_give_the_outline_of_the_typed_text(name: str) -> None:
    text = (seeds.folder() / "documents" / f"{name}.txt").read_text(encoding="utf-8")
    if "\t" in text:
        text = "\n".join(line for line in text.split("\n") if "\t" not in line)
    data = _numbered(text)
    assert (
        not re.search("第一条　|^一、", extract(data, source_uri="a.docx")["text"].replace("第一条\u3000", "")) or data
    )
    assert outline_of(data, "a.docx") == outline_of(text.encode(), "a.txt")
