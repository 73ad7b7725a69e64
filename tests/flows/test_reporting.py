"""Pages of a release, in a real browser and as files."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

import seeds
from flows import cli, reporting
from schemas import DATASETS, QUARANTINE
from tests.browser import Watched, browser
from tests.buckets import served
from tests.flows.command import exit_code
from tests.flows.plain import quick, run
from transforms.validate import run as judging

SAMPLES = ("plan-flattened.txt", "regulation.txt", "newspaper-page.md", "opinion.txt", "hard-wrapped.txt")
HOSTILE = """关于<script>alert(1)</script>工作的通知

各县人民政府</script><img src=x onerror=alert(2)>：

一、总体要求<b onclick="alert(3)">

各县应当加强<script>alert(4)</script>组织领导，落实']]>--></script>工作责任𠮷𠮷，到2030年建成水库3座。

二、主要任务

（一）推进"><svg onload=alert(5)>水库建设。各县不得javascript:alert(6)倾倒垃圾𠮷。

某市人民政府
2026年3月2日
"""
DESKTOP = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a release of samples, a hostile document, and a source that was set aside."""
    folder = tmp_path_factory.mktemp("report")
    sources = folder / "sources"
    sources.mkdir()
    for name in SAMPLES:
        shutil.copy(seeds.folder() / "documents" / name, sources)
    (sources / "hostile<b>.txt").write_text(HOSTILE, encoding="utf-8")
    (sources / "empty.txt").write_bytes(b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "judge", quick)
        run(sources, output=folder / "output")
    assert cli.main(["report", "--output", str(folder / "output")]) == 0
    return folder / "output"


@pytest.fixture(scope="module")
def site(output: Path) -> Path:
    (folder,) = (output / "reports").iterdir()
    return folder


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport=DESKTOP, locale="zh-CN", reduced_motion="reduce")
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a page that asked for nothing from elsewhere and raised nothing."""
    made = context.new_page()
    watched = Watched(made)
    yield made
    watched.check()


def document(output: Path, source: str, *, place: int = 0) -> dict[str, object]:
    table = pq.read_table(output / "latest" / "documents")
    rows = [row for row in table.to_pylist() if row["source_uri"] == source]
    return rows[place]


def clauses(output: Path, key: object) -> list[dict[str, object]]:
    table = pq.read_table(output / "latest" / "clauses")
    return sorted((row for row in table.to_pylist() if row["document_id"] == key), key=lambda row: row["ordinal"])


def address(site: Path, key: object, fragment: str = "") -> str:
    return (site / "d" / f"{key}.html").as_uri() + fragment


def test_the_overview_tells_what_the_release_is(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    expect(page.locator("h1")).to_have_text(site.name)
    expect(page.locator("#chart-function svg")).to_be_visible()
    expect(page.locator("#aside")).to_contain_text("empty.txt")
    expect(page.locator("#quality .verdict")).to_contain_text("全部关键检查通过")
    listed = page.locator("#documents-table tbody tr")
    count = pq.read_table(site.parents[1] / "latest" / "documents").num_rows
    expect(listed).to_have_count(count)
    page.locator("[data-sort='6']").click()
    numbers = [int(text) for text in page.locator("#documents-table tbody td.n").all_inner_texts()]
    assert numbers == sorted(numbers, reverse=True)
    page.locator("#documents-query").fill("湿地")
    expect(listed).to_have_count(1)
    listed.locator("a").click()
    expect(page.locator("h1")).to_have_text("海州省河湖与湿地保护条例")


def test_the_dictionary_explains_columns_and_codes(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.locator("nav a[href='dictionary.html']").click()
    expect(page.locator("h1")).to_have_text("数据字典")
    for dataset in (*DATASETS, QUARANTINE):
        expect(page.locator(f"#{dataset.name} tbody tr")).to_have_count(len(dataset.columns))
    row = page.locator("[id='clauses.modality']")
    row.locator("a").first.click()
    expect(page.locator("[id='v-clauses.modality']")).to_be_in_viewport()
    expect(page.locator("[id='v-clauses.modality'] + dl")).to_contain_text("prohibition")
    page.locator("[data-language]").click()
    expect(page.locator("h1")).to_have_text("Data dictionary")


def test_search_finds_what_the_dataset_holds(page: Page, site: Path, output: Path) -> None:
    rows = pq.read_table(output / "latest" / "clauses").to_pylist()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("应当")
    expect(page.locator("#results-count")).to_contain_text(f"{sum('应当' in row['text'] for row in rows)} 条结果")
    page.locator("#filter-modality").select_option("prohibition")
    both = [row for row in rows if "应当" in row["text"] and row["modality"] == "prohibition"]
    expect(page.locator("#results-count")).to_have_text(f"{len(both)} 条结果" if both else "没有符合条件的条目。")
    page.locator("#query").fill("界桩 任何单位")
    page.locator("#filter-genre").select_option("regulation")
    (found,) = [row for row in rows if "界桩" in row["text"] and "任何单位" in row["text"]]
    expect(page.locator("#results-list li")).to_have_count(1)
    expect(page.locator("#results-list mark").first).to_have_text("任何单位")
    # The address tells what was asked, and asks it again.
    again = page.url
    page.goto("about:blank")
    page.goto(again)
    expect(page.locator("#results-list li")).to_have_count(1)
    page.locator("#results-list a.hit").click()
    expect(page.locator(f"[id='{found['clause_id']}']")).to_have_class("clause chosen")
    page.go_back()
    page.keyboard.press("Escape")
    expect(page.locator("#rest")).to_be_visible()


def test_a_bar_searches_for_its_label(page: Page, site: Path, output: Path) -> None:
    rows = pq.read_table(output / "latest" / "clauses").to_pylist()
    page.goto((site / "index.html").as_uri())
    page.locator("#chart-modality svg a").first.click()
    code = page.locator("#filter-modality").input_value()
    expect(page.locator("#results-count")).to_contain_text(f"{sum(row['modality'] == code for row in rows)} 条结果")


def test_a_clause_says_its_labels_and_why(page: Page, site: Path, output: Path) -> None:
    key = document(output, "regulation.txt")["document_id"]
    (row,) = [one for one in clauses(output, key) if "不得擅自移动" in str(one["text"])]
    page.goto(address(site, key))
    page.get_by_text("不得擅自移动").click()
    panel = page.locator("#panel")
    for said in (
        "行为规范",
        "禁止",
        "城乡建设、环境保护",
        "环境型/法规管制",
        f"{row['modality_confidence']:.2f}",
        "cue:不得",
        "次选",
    ):
        expect(panel).to_contain_text(said)
    expect(panel.locator("mark").first).to_contain_text("不")
    assert page.url.endswith(f"#{row['clause_id']}")
    page.keyboard.press("Escape")
    expect(page.locator(".chosen")).to_have_count(0)


def test_references_lead_to_their_target(page: Page, site: Path, output: Path) -> None:
    rows = pq.read_table(output / "latest" / "clauses").to_pylist()
    linked = [(row, ref) for row in rows for ref in row["references"] if ref["target_id"] and "/" in ref["target_id"]]
    row, reference = linked[0]
    page.goto(address(site, row["document_id"], f"#{row['clause_id']}"))
    page.locator("#panel").get_by_role("link", name=reference["text"]).first.click()
    target = page.locator(f"[id='{reference['target_id']}']")
    expect(target).to_be_in_viewport()


@pytest.mark.parametrize("source", [*SAMPLES, "hostile<b>.txt"])
def test_every_printed_character_is_shown(page: Page, site: Path, output: Path, source: str) -> None:
    row = document(output, source)
    page.goto(address(site, row["document_id"]))
    page.locator("#show-printed").click()
    shown = page.locator("#canvas").evaluate("node => node.textContent")
    assert shown == row["text"]
    spans = {(span["start"], span["end"]): span["role"] for span in row["spans"]}  # type: ignore[attr-defined]
    for (start, end), role in spans.items():
        if role == "furniture":
            piece = page.locator("#canvas .furniture").first
            assert piece.evaluate("node => node.textContent") == str(row["text"])[start:end]
            break
    page.locator("#show-reading").click()
    expect(page.locator("#printed")).to_be_hidden()


@pytest.mark.parametrize("source", [*SAMPLES, "hostile<b>.txt"])
def test_every_section_and_clause_can_be_linked_to(page: Page, site: Path, output: Path, source: str) -> None:
    key = document(output, source)["document_id"]
    page.goto(address(site, key))
    shown = page.evaluate("() => [...document.querySelectorAll('#reading [id]')].map(one => one.id)")
    sections = pq.read_table(output / "latest" / "sections").to_pylist()
    wanted = {row["section_id"] for row in sections if row["document_id"] == key}
    wanted |= {row["clause_id"] for row in clauses(output, key)}
    assert wanted <= set(shown)
    assert len(shown) == len(set(shown))
    texts = page.evaluate("() => [...document.querySelectorAll('#reading .said')].map(one => one.textContent)")
    assert texts == [row["text"] for row in clauses(output, key)]


def test_a_section_is_opened_by_its_address(page: Page, site: Path, output: Path) -> None:
    key = document(output, "regulation.txt")["document_id"]
    section = f"{key}/part_2__chp_4"
    page.goto(address(site, key, f"#{section}"))
    expect(page.locator(f"[id='{section}']")).to_be_in_viewport()
    expect(page.locator("#outline [aria-current]")).to_contain_text("第四章")
    article = page.locator("#outline a", has_text="第十条").first
    expect(article).to_be_hidden()
    for part in ("第三章", "第一节"):
        page.locator("#outline li", has=page.locator(f":scope > a:has-text('{part}')")).last.locator(
            ":scope > .fold"
        ).click()
    expect(article).to_be_visible()


def test_filters_fade_what_does_not_fit(page: Page, site: Path, output: Path) -> None:
    key = document(output, "regulation.txt")["document_id"]
    rows = clauses(output, key)
    page.goto(address(site, key))
    page.locator("summary", has_text="筛选").click()
    page.locator("#filter-modality").select_option("prohibition")
    fitting = [row["clause_id"] for row in rows if row["modality"] == "prohibition"]
    shown = page.evaluate("() => [...document.querySelectorAll('#reading .clause:not(.faded)')].map(one => one.id)")
    assert shown == fitting
    page.locator("#filter-uncertain").check()
    doubtful = [row for row in rows if row["modality"] == "prohibition" and row["uncertain"]]
    expect(page.locator("#count")).to_have_text(f"{len(doubtful)} / {len(rows)} 条符合")
    page.locator("#clear").click()
    expect(page.locator("#reading .faded")).to_have_count(0)


def test_a_dash_is_said_once(page: Page, site: Path, output: Path) -> None:
    page.goto(address(site, document(output, "plan-flattened.txt")["document_id"]))
    bullet = page.locator("section.bullet").first
    assert bullet.evaluate("one => one.textContent").count("——") == 1


def test_keys(page: Page, site: Path, output: Path) -> None:
    key = document(output, "regulation.txt")["document_id"]
    rows = clauses(output, key)
    page.goto(address(site, key))
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for command, place in (("j", 0), ("j", 1), ("ArrowDown", 2), ("k", 1), ("ArrowUp", 0)):
        page.keyboard.press(command)
        expect(page.locator(f"[id='{rows[place]['clause_id']}']")).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator("#canvas .chosen").first).to_be_in_viewport()
    page.keyboard.press("p")
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("界桩")
    matching = [row for row in rows if "界桩" in str(row["text"])]
    expect(page.locator("#count")).to_have_text(f"{len(matching)} / {len(rows)} 条符合")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen")).to_have_attribute("id", str(matching[0]["clause_id"]))
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#count")).to_have_text("")


def test_the_language_is_remembered(page: Page, site: Path, output: Path) -> None:
    key = document(output, "plan-flattened.txt")["document_id"]
    page.goto((site / "index.html").as_uri())
    expect(page.locator("#charts-head")).to_have_text("概览图")
    page.locator("[data-language]").click()
    expect(page.locator("#charts-head")).to_have_text("At a glance")
    page.goto(address(site, key))
    expect(page.locator("#show-printed")).to_have_text("As printed")
    expect(page.locator(".tag").first).not_to_contain_text("组")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_language_of_the_browser_is_taken(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.locator("#charts-head")).to_have_text("At a glance")
    context.close()


def test_hostile_text_is_text(page: Page, site: Path, output: Path) -> None:
    row = document(output, "hostile<b>.txt")
    page.goto(address(site, row["document_id"]))
    assert page.locator("#main img, #main svg, #main b[onclick], #main script").count() == 0
    page.locator("#show-labels").check()
    for one in page.locator("#reading .clause").all():
        one.click()
    page.locator("#show-printed").click()
    assert page.locator("#main img, #main svg, #main script").count() == 0
    page.goto((site / "index.html").as_uri())
    page.locator("#query").fill("</script>组织领导")
    expect(page.locator("#results-list mark").first).to_have_text("</script>组织领导")
    assert page.locator("main img, #results-list script").count() == 0


def test_marks_are_at_their_place_behind_rare_characters(page: Page, site: Path, output: Path) -> None:
    row = document(output, "hostile<b>.txt")
    (clause,) = [one for one in clauses(output, row["document_id"]) if "倾倒" in str(one["text"])]
    page.goto(address(site, row["document_id"], f"#{clause['clause_id']}"))
    text = str(row["text"])
    marked = "".join(page.locator("#panel .raw mark").all_inner_texts())
    assert marked
    pieces = {text[one["start"] : one["end"]] for one in clause["evidence"] if one["start"] is not None}  # type: ignore[attr-defined]
    assert any(piece in marked for piece in pieces)
    assert page.locator("#panel .raw").inner_text() == clause["text_raw"]


def test_a_phone_shows_the_outline_and_the_labels_over_the_text(chromium: Browser, site: Path, output: Path) -> None:
    key = document(output, "plan-flattened.txt")["document_id"]
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True)
    page = context.new_page()
    for url in ((site / "index.html").as_uri(), address(site, key)):
        page.goto(url)
        page.wait_for_function("document.readyState === 'complete'")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.locator("#outline")).to_be_hidden()
    page.locator("#outline-toggle").tap()
    expect(page.locator("#outline")).to_be_visible()
    page.locator("#outline a", has_text="构建").tap()
    expect(page.locator("#outline")).to_be_hidden()
    page.locator("#reading .clause .said").nth(3).tap()
    expect(page.locator("#panel")).to_be_visible()
    page.locator("#panel .close").tap()
    expect(page.locator("#panel")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anybody(chromium: Browser, site: Path, output: Path, scheme: str) -> None:
    context = chromium.new_context(viewport=DESKTOP, color_scheme=scheme, locale="zh-CN", bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    plan = document(output, "opinion.txt")["document_id"]
    page.goto((site / "index.html").as_uri())
    expect(page.locator("#documents-table tbody tr").first).to_be_visible()
    _accessible(page)
    page.locator("#query").fill("加强")
    expect(page.locator("#results-list li").first).to_be_visible()
    _accessible(page)
    page.goto(address(site, plan))
    page.keyboard.press("j")
    _accessible(page)
    page.locator("#show-labels").check()
    page.locator("#query").fill("加强")
    _accessible(page)
    page.locator("#show-printed").click()
    _accessible(page)
    page.goto((site / "dictionary.html").as_uri())
    _accessible(page)
    context.close()


def _accessible(page: Page) -> None:
    found = Axe().run(page)
    told = [
        f"{one['id']}: {one['nodes'][0]['html'][:150]} {one['nodes'][0].get('failureSummary', '')[:200]} ({len(one['nodes'])})"
        for one in found.response["violations"]
    ]
    assert told == [], "\n".join(told)


def test_the_same_release_gives_the_same_bytes(output: Path, site: Path, tmp_path: Path) -> None:
    first = reporting.report(None, output=output, to=tmp_path / "again").parent
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(first).as_posix() for path in first.rglob("*") if path.is_file())
    assert all((site / name).read_bytes() == (first / name).read_bytes() for name in names)
    # What was written there before is replaced.
    (first / "old.html").write_text("old")
    reporting.report(None, output=output, to=first)
    assert not (first / "old.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


def test_no_page_names_anything_elsewhere(site: Path) -> None:
    for path in [*site.rglob("*.html"), *site.glob("static/*")]:
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert 'src="http' not in text
            assert "url(http" not in text


def test_what_is_not_ours_is_not_replaced(output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert exit_code(["report", "--output", str(output), "--to", str(tmp_path)]) == 2
    assert "holds other things" in capsys.readouterr().err
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_wrong_usage(tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["report", "--output", str(tmp_path)]) == 2
    assert "holds no release" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert exit_code(["report", "--output", str(output), "--to", str(tmp_path / "file" / "below")]) == 2
    assert "--to" in capsys.readouterr().err
    assert exit_code(["run", "--report", "--output", "s3://bucket/x"]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_a_release_from_elsewhere_cannot_name_its_pages(output: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    (release,) = (output / "releases").iterdir()
    shutil.copytree(release, copy)
    path = copy / "documents" / "part-00000.parquet"
    table = pq.read_table(path)
    names = ["../../evil", *table["document_id"].to_pylist()[1:]]
    pq.write_table(table.set_column(0, table.schema.field(0), [names]), path)
    with pytest.raises(ValueError, match="could be the name of a file"):
        reporting.report(str(copy), output=output, to=tmp_path / "pages")
    assert not (tmp_path / "pages").exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["copy"]


def test_a_release_whose_parts_are_several(output: Path, site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    (release,) = (output / "releases").iterdir()
    shutil.copytree(release, copy)
    documents = pq.read_table(copy / "documents")
    cut = set(documents["document_id"].to_pylist()[:4])
    for name in ("documents", "sections", "clauses"):
        table = pq.read_table(copy / name)
        first = [key in cut for key in table["document_id"].to_pylist()]
        pq.write_table(table.filter(first), copy / name / "part-00000.parquet")
        pq.write_table(table.filter([not one for one in first]), copy / name / "part-00001.parquet")
    made = reporting.report(str(copy), output=output, to=tmp_path / "pages").parent
    for path in site.rglob("*"):
        if path.is_file():
            assert (made / path.relative_to(site)).read_bytes() == path.read_bytes(), path


def test_a_release_in_a_bucket(output: Path, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with served() as bucket:
        client = boto3.client("s3")
        for path in [output / "latest.json", *(output / "releases").rglob("*")]:
            if path.is_file():
                client.put_object(Bucket="gangmu", Key=path.relative_to(output).as_posix(), Body=path.read_bytes())
        assert exit_code(["report", "--output", bucket]) == 2
        assert "--to FOLDER" in capsys.readouterr().err
        assert exit_code(["report", "--output", bucket, "--to", str(tmp_path / "pages")]) == 0
    assert (tmp_path / "pages" / "index.html").read_bytes() == (site / "index.html").read_bytes()


def test_a_comparison_of_documents(page: Page, tmp_path: Path) -> None:
    old, new = (
        seeds.folder() / "documents" / "notice-issuing-rules.txt",
        Path(__file__).parents[1] / "documents" / "notice-revised.txt",
    )
    assert cli.main(["diff", str(old), str(new), "--html", str(tmp_path / "diff.html")]) == 0
    page.goto((tmp_path / "diff.html").as_uri())
    expect(page.locator("ins", has_text="并每年更新一次").first).to_be_visible()
    expect(page.locator("del", has_text="必须").first).to_be_visible()
    for button in page.locator("[data-kind]:not([data-kind=''])").all():
        button.click()
        shown = page.locator(f".line[data-kinds~='{button.get_attribute('data-kind')}']:visible")
        assert shown.count() >= int(button.locator("b").inner_text())
        others = page.locator(f".line:visible:not(.same):not([data-kinds~='{button.get_attribute('data-kind')}'])")
        for line in others.all():
            # Only headings around a change.
            assert "section" in (line.get_attribute("class") or "")
    page.keyboard.press("Escape")
    before = page.locator(".line:visible").count()
    page.locator("#unchanged").check()
    assert page.locator(".line:visible").count() > before
    page.locator("[data-language]").click()
    expect(page.locator("[data-kind='reworded']")).to_contain_text("reworded")


def test_every_clause_of_both_sides_is_on_the_page(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (
        seeds.folder() / "documents" / "notice-issuing-rules.txt",
        Path(__file__).parents[1] / "documents" / "notice-revised.txt",
    )
    assert cli.main(["diff", str(old), str(new), "--html", str(tmp_path / "diff.html")]) == 0
    page.goto((tmp_path / "diff.html").as_uri())
    for file, side in ((old, "old"), (new, "new")):
        capsys.readouterr()
        assert cli.main(["show", str(file), "--json"]) == 0
        texts = [row["text"] for row in json.loads(capsys.readouterr().out)["clauses"]]
        cells = page.evaluate(
            f"() => [...document.querySelectorAll('.line:not(.section) .{side}')].map(one => one.textContent)"
        )
        joined = "\n".join(cells)
        assert not [text for text in texts if text not in joined]


RULES = """某市河道管理办法

第一条 各县应当加强河道巡查，每年检查2次。

第二条 各县水利局可以组织志愿者参加河道清理工作。

第三条 任何单位和个人不得在河道内倾倒垃圾。
"""


def test_a_comparison_tells_whether_it_binds_more(page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RULES, encoding="utf-8")
    changed = (
        RULES.replace("可以组织", "应当组织").replace("2次", "4次")
        + "\n第四条 <img src=x onerror=alert(1)>应当清理。\n"
    )
    (tmp_path / "b.txt").write_text(changed, encoding="utf-8")
    assert cli.main(["diff", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--html", str(tmp_path / "d.html")]) == 0
    page.goto((tmp_path / "d.html").as_uri())
    expect(page.locator(".line[data-kinds~='strengthened']")).to_contain_text("应当组织")
    expect(page.locator(".line[data-kinds~='retargeted']")).to_contain_text("2次 → 4次")
    expect(page.locator(".line[data-kinds~='added'] .new").first).to_be_visible()
    assert page.locator("img").count() == 0
    _leads_back_and_forth(page)


def _leads_back_and_forth(page: Page) -> None:
    for link in page.locator(".notes a[href^='#d']:not(.here)").all():
        assert page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']").count() == 1


def test_something_moved_is_linked_both_ways(page: Page, tmp_path: Path) -> None:
    one, two = "第一条 各县应当加强河道巡查。", "第三条 任何单位和个人不得在河道内倾倒垃圾。"
    text = f"某市河道管理办法\n\n第一章 总则\n\n{one}\n\n第二条 各县水利局组织志愿者。\n\n第二章 管理\n\n{two}\n\n第四条 河道内不得停放船只。\n"
    moved = text.replace("不得在河道内倾倒垃圾。", "不得破坏堤防。").replace(
        "组织志愿者。", "组织志愿者。任何单位和个人不得在河道内倾倒垃圾。"
    )
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "b.txt").write_text(moved, encoding="utf-8")
    assert cli.main(["diff", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--html", str(tmp_path / "d.html")]) == 0
    page.goto((tmp_path / "d.html").as_uri())
    rows = page.locator(".line[data-kinds~='moved']:not(.section)")
    assert rows.count() == 2
    hrefs = [row.locator(".notes a:not(.here)").get_attribute("href") for row in rows.all()]
    assert {f"#{row.get_attribute('id')}" for row in rows.all()} == set(hrefs)
    _leads_back_and_forth(page)


def test_a_comparison_of_releases(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "judge", quick)
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "rules.txt").write_text(RULES, encoding="utf-8")
    (sources / "old.txt").write_text(RULES.replace("河道", "公园"), encoding="utf-8")
    (sources / "same.txt").write_text(RULES.replace("河道", "道路"), encoding="utf-8")
    output = tmp_path / "output"
    run(sources, output=output)
    (sources / "old.txt").unlink()
    (sources / "rules.txt").write_text(RULES.replace("每年检查2次", "每年检查5次"), encoding="utf-8")
    (sources / "new.txt").write_text(RULES.replace("河道", "湖泊"), encoding="utf-8")
    run(sources, output=output)
    file = tmp_path / "changes.html"
    assert cli.main(["diff", "previous", "latest", "--output", str(output), "--html", str(file)]) == 0
    first = file.read_bytes()
    assert cli.main(["diff", "previous", "latest", "--output", str(output), "--html", str(file)]) == 0
    assert file.read_bytes() == first
    page.goto(file.as_uri())
    heads = page.locator(".doc h2")
    expect(heads).to_have_count(3)
    expect(page.locator(".doc h2 .added")).to_have_count(1)
    expect(page.locator(".doc h2 .removed")).to_have_count(1)
    expect(page.locator(".line[data-kinds~='retargeted']")).to_contain_text("2次 → 5次")
    assert "道路" not in page.content()


def test_a_comparison_without_difference_and_a_folder_that_is_not_there(page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RULES, encoding="utf-8")
    same = [str(tmp_path / "a.txt")] * 2
    assert cli.main(["diff", *same, "--html", str(tmp_path / "d.html")]) == 0
    page.goto((tmp_path / "d.html").as_uri())
    expect(page.locator(".notice")).to_have_text("没有差别。")
    assert exit_code(["diff", *same, "--html", str(tmp_path / "nowhere" / "d.html")]) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_of_a_comparison_stands_in_the_way(chromium: Browser, tmp_path: Path, scheme: str) -> None:
    old, new = (
        seeds.folder() / "documents" / "notice-issuing-rules.txt",
        Path(__file__).parents[1] / "documents" / "notice-revised.txt",
    )
    assert cli.main(["diff", str(old), str(new), "--html", str(tmp_path / "diff.html")]) == 0
    context = chromium.new_context(viewport=DESKTOP, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((tmp_path / "diff.html").as_uri())
    page.locator("#unchanged").check()
    _accessible(page)
    context.close()
