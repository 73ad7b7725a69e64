"""Pages of a large release: how long they take to write, and how quick they are in a browser.

A release of the samples is multiplied, every copy with ids of its own and with other words: 2,000 documents, 100,000 clauses.

    python -m benchmarks.site [--documents N]

Needs Chromium (and Playwright, of the dev dependencies).
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
from playwright.sync_api import Page

import seeds
from benchmarks.report import header, table, write
from flows import reporting
from tests.browser import browser

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
LONG = 6
"""Times that a regulation follows itself in the long document: some 480 clauses."""
PART = 250
"""Documents of a part."""
QUERIES = ("应当", "水库", "不得擅自移动", "加强 建设", "绝不存在的词语", "2030年", "的")
SEARCH = """async ([query, filters]) => {
  const field = document.getElementById("query");
  for (const [id, value] of Object.entries(filters)) document.getElementById(id).value = value;
  const list = document.getElementById("results-count");
  const before = performance.now();
  field.value = query;
  document.getElementById("finder").requestSubmit();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [performance.now() - before, list.textContent, gangmu.took];
}"""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        lines = measured(Path(name), options.documents)
    write("site.md", lines)


def measured(folder: Path, documents: int) -> list[str]:
    """Make the release and the pages, and measure; gives the lines of the report."""
    base, long = small(folder)
    large = multiplied(base, folder / "large", documents)
    clauses = sum(pq.read_metadata(path).num_rows for path in large.glob("clauses/*"))
    began = time.monotonic()
    site = reporting.report(str(large), output=folder, to=folder / "pages").parent
    took = time.monotonic() - began
    sizes = sorted(path.stat().st_size for path in site.rglob("*") if path.is_file())
    rows = [
        ["documents, clauses", f"{documents:,}, {clauses:,}"],
        ["writing all pages", f"{took:.1f} s"],
        ["files, together, largest", f"{len(sizes):,}, {sum(sizes) / 2**20:.0f} MiB, {sizes[-1] / 2**20:.1f} MiB"],
    ]
    with browser() as started:
        page = started.new_context(viewport={"width": 1280, "height": 900}).new_page()
        rows += overview(page, site)
        rows += document(page, site, long)
    told = "The samples, multiplied, with words of their own in every copy; headless Chromium, opened from the disk."
    return [
        *header("Pages of a large release", "python -m benchmarks.site", ("polars",)),
        told,
        "",
        *table(["", "measured"], rows),
    ]


def small(folder: Path) -> tuple[Path, str]:
    """Release of the samples and of one long document; its folder and the id of that document."""
    sources = folder / "sources"
    shutil.copytree(seeds.folder() / "documents", sources)
    text = (sources / "regulation.txt").read_text(encoding="utf-8")
    (sources / "long.txt").write_text(text * LONG, encoding="utf-8")
    command = [sys.executable, "-m", "flows.cli", "run", str(sources), "--output", str(folder), "--quiet", "--json"]
    path = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)["path"]
    rows = pl.read_parquet(f"{path}/documents/*.parquet").filter(pl.col("source_uri") == "long.txt")
    return Path(path), str(rows["document_id"][0])


def multiplied(base: Path, target: Path, documents: int) -> Path:
    """Release of so many documents: the small one, and copies of it with other ids and words of the same length."""
    shutil.copytree(base, target)
    tables = {name: pl.read_parquet(base / name / "*.parquet") for name in ("documents", "sections", "clauses")}
    each = tables["documents"].height
    for name in tables:
        shutil.rmtree(target / name)
        (target / name).mkdir()
    for number, copy in enumerate(range(0, -(-documents // each), PART // each)):
        copies = range(copy, min(copy + PART // each, -(-documents // each)))
        for name, rows in tables.items():
            made = pl.concat([_copied(rows, name, one) for one in copies])
            made.write_parquet(target / name / f"part-{number:05}.parquet")
    return target


def _copied(table: pl.DataFrame, name: str, copy: int) -> pl.DataFrame:
    if copy == 0:
        return table
    ids = {key: hashlib.sha256(f"{key}{copy}".encode()).hexdigest()[:16] for key in table["document_id"].unique()}
    word = SURNAMES[copy % len(SURNAMES)]
    changes: list[Any] = [pl.col("document_id").replace_strict(ids)]
    for column in ("section_id", "parent_id"):
        if column in table.columns:
            path = pl.col(column).str.slice(16)
            changes.append((pl.col("document_id").replace_strict(ids) + path).alias(column))
    if name == "clauses":
        changes.append((pl.col("clause_id").str.slice(0, 11) + f"{copy:05x}").alias("clause_id"))
    if name == "documents":
        changes.append(pl.format("{}/{}", pl.lit(f"copy-{copy:04}"), "source_uri").alias("source_uri"))
    texts = [one for one in ("text", "text_raw", "statement", "title", "title_reading") if one in table.columns]
    changes += [pl.col(one).str.replace_all("市", word, literal=True) for one in texts]
    return table.with_columns(changes)


def overview(page: Page, site: Path) -> list[list[str]]:
    """The overview and its search."""
    began = time.monotonic()
    page.goto((site / "index.html").as_uri())
    page.wait_for_selector("#documents-table tbody tr")
    shown = time.monotonic() - began
    began = time.monotonic()
    page.evaluate(
        "() => { document.getElementById('query').value = '应当'; document.getElementById('finder').requestSubmit() }"
    )
    page.wait_for_selector("#results-list li", timeout=60_000)
    first = time.monotonic() - began
    memory = page.evaluate("performance.memory.usedJSHeapSize") / 2**20
    rows = [
        ["overview shown", f"{1000 * shown:.0f} ms"],
        ["first search, all chunks loaded for it", f"{1000 * first:.0f} ms"],
        ["heap of scripts then", f"{memory:.0f} MiB"],
    ]
    for query, filters in [(one, {}) for one in QUERIES] + [
        ("", {"filter-modality": "prohibition"}),
        ("应当", {"filter-genre": "plan"}),
    ]:
        tries = [
            page.evaluate(SEARCH, [query, {"filter-modality": "", "filter-genre": "", **filters}]) for _ in range(5)
        ]
        wall = sorted(one[0] for one in tries)
        said = " ".join([query, *filters.values()]).strip()
        found = tries[0][1].split(" ·")[0]
        rows.append([f"search `{said}` ({found}), median and longest of 5", f"{wall[2]:.0f}, {wall[-1]:.0f} ms"])
    return rows


def document(page: Page, site: Path, key: str) -> list[list[str]]:
    """The long document: from the call of the address until a click on a clause has been answered."""
    times = []
    for _ in range(5):
        began = time.monotonic()
        page.goto((site / "d" / f"{key}.html").as_uri(), wait_until="commit")
        page.locator("#reading .clause .said").first.click()
        page.wait_for_selector("#panel .axis")
        times.append(time.monotonic() - began)
        page.goto("about:blank")
    page.goto((site / "d" / f"{key}.html").as_uri())
    count = page.locator("#reading .clause").count()
    printed = page.evaluate(
        "() => { const began = performance.now(); document.getElementById('show-printed').click(); return performance.now() - began }"
    )
    clicked = f"{1000 * sorted(times)[2]:.0f}, {1000 * max(times):.0f} ms"
    return [
        [
            f"document of {count} clauses: from its address to the first click answered, median and longest of 5",
            clicked,
        ],
        ["its text as printed, built on demand", f"{printed:.0f} ms"],
    ]


if __name__ == "__main__":
    main()
