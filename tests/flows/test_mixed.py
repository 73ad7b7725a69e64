"""One folder that mixes all formats and what goes wrong with them, through the real command's flow into one release."""

import io
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import summary
from tests.flows.conftest import NOTICE, RULES
from tests.flows.containers import json_lines, tarred, zipped

pytestmark = pytest.mark.usefixtures("prefect_server")

HANT = "停車場自治條例\n\n第一條　為管理公共停車場，維護交通秩序，特制定本自治條例。\n\n第二條　本府得委託民間經營，並應公告之。\n"
REPOST = "索 引 号：SY310107202603028\n公开属性：主动公开\n发布日期：2026-03-09\n" + NOTICE
DOCLING = Path(__file__).parents[1] / "transforms" / "extract" / "data" / "docling.json"


def other(number: int) -> str:
    """Make a document that is like no other."""

    def words(article: int) -> str:
        return "".join(chr(0x4E00 + (article * 7919 + i * 31 + number * 977) % 20000) for i in range(60))

    articles = "".join(f"第{label}条 {words(n)}。\n" for n, label in enumerate("一二三"))
    return f"某市{chr(0x4E00 + 97 * number)}办法\n{articles}"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> dict[str, Any]:
    assert prefect_server
    from flows.structure import structure  # noqa: PLC0415 - imports Prefect, whose server is started by then

    folder = tmp_path_factory.mktemp("mixed")
    parquet = io.BytesIO()
    pq.write_table(pa.table({"标题": ["甲", "乙"], "正文": [other(1), other(2)]}), parquet)
    files: dict[str, bytes] = {
        "notice.txt": NOTICE.encode(),
        "repost.txt": REPOST.encode("gb18030"),
        "hant.txt": HANT.encode("big5hkscs"),
        "wide.txt": RULES.encode("utf-16"),
        "converter.md": b"---\ndate: 2026-03-02\n---\n" + other(3).encode(),
        "docling.json": DOCLING.read_bytes(),
        "windows.zip": zipped({"规划/一.txt": other(4), "图.xls": b"x", "../二.txt": other(5)}, gbk=True),
        "packed.tar.gz": tarred({"三.txt": other(6), "inner.zip": zipped({"四.md": other(7)})}, "w:gz"),
        "dump.jsonl": (json_lines({"title": "丙", "content": other(8)}) + "{broken\n").encode(),
        "dump.csv": f'标题,正文\n丁,"{other(9)}"\n'.encode("gb18030"),
        "dump.parquet": parquet.getvalue(),
        "bomb.zip": zipped({f"{n}.txt": bytes(30_000_000) for n in range(3)}),
        "cut.zip": zipped({"a.txt": NOTICE})[:-20],
        "damaged.txt": NOTICE.encode()[:-1] + b"\xff\xfe" * 40,
        "nothing.txt": b"",
        "program.exe": b"MZ",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    report: dict[str, Any] = structure([str(folder)], str(tmp_path_factory.mktemp("output")))
    return report


def test_one_release_of_all_formats(release: dict[str, Any]) -> None:
    assert release["state"] == "published"
    read = {row["format"]: (row["sources"], row["documents"], row["copies"]) for row in release["formats"]}
    assert read == {
        "csv": (1, 1, 0),
        "docling": (1, 1, 0),
        "jsonl": (1, 1, 0),
        "markdown": (2, 2, 0),
        "parquet": (2, 2, 0),
        "text": (6, 6, 1),
    }
    documents = pl.read_parquet(Path(release["path"]) / "documents" / "*.parquet")
    assert set(documents["source_uri"]) == {
        *("notice.txt", "repost.txt", "hant.txt", "wide.txt", "converter.md", "docling.json"),
        *("windows.zip!/规划/一.txt", "packed.tar.gz!/三.txt", "packed.tar.gz!/inner.zip!/四.md"),
        *("dump.jsonl#1", "dump.csv#1", "dump.parquet#1", "dump.parquet#2"),
    }
    encodings = dict(zip(documents["source_uri"], documents["source_encoding"], strict=True))
    assert encodings["hant.txt"] == "big5hkscs"
    assert encodings["dump.csv#1"] == "gb18030"
    assert encodings["wide.txt"] == "utf-16-le"
    titles = dict(zip(documents["source_uri"], documents["title"], strict=True))
    assert [titles[f"dump.{kind}#1"] for kind in ("parquet", "jsonl", "csv")] == ["甲", "丙", "丁"]


def test_the_repost_with_more_metadata_is_the_original(release: dict[str, Any]) -> None:
    documents = pl.read_parquet(Path(release["path"]) / "documents" / "*.parquet")
    by_uri = {row["source_uri"]: row for row in documents.to_dicts()}
    assert by_uri["notice.txt"]["duplicate_of"] == by_uri["repost.txt"]["document_id"]
    assert by_uri["notice.txt"]["similarity"] == 1.0
    assert by_uri["repost.txt"]["duplicate_of"] is None


def test_what_was_set_aside_and_why(release: dict[str, Any]) -> None:
    assert {row["source_uri"]: row["code"] for row in release["quarantine"]} == {
        "windows.zip!/图.xls": "unsupported_format",
        "windows.zip!/../二.txt": "path_outside",
        "dump.jsonl#2": "broken_record",
        "bomb.zip": "archive_bomb",
        "cut.zip": "archive_damaged",
        "damaged.txt": "undecodable",
        "nothing.txt": "empty",
        "program.exe": "unsupported_format",
    }
    assert release["sources"] == 13 + 8


def test_the_summary_and_the_readme_say_so(release: dict[str, Any]) -> None:
    told = summary.text(release)
    assert "  text            6          6       1\n" in told
    assert "Set aside: 8 of 21 sources (1 archive_bomb, 1 archive_damaged, " in told
    output = Path(release["path"]).parents[1]
    assert told.splitlines()[-1] == f"Next: gangmu report --output {output}"
    readme = (Path(release["path"]) / "README.md").read_text(encoding="utf-8")
    assert "| parquet | 2 | 2 | 0 |" in readme
    assert "| `unsupported_format` | 2 |" in readme
    assert "| bomb.zip | extract | `archive_bomb` |" in readme
