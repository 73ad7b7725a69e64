"""Archives and dumps as sources: named, read lazily, and harmless when they are hostile."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import members
from flows.errors import UsageError
from flows.sources import File, Found, find
from tests.flows.containers import TEXT, json_lines, tarred, with_entry, zip_with_link, zipped
from transforms.extract import Unreadable, extract

FILES = {"a.txt": TEXT, "市级/规划.md": "# 规划\n" + TEXT}


def found(folder: Path, name: str, data: bytes | str, **options: object) -> Found:
    """Find what one file holds, beside a plain text without which there might be nothing to read."""
    folder.mkdir(exist_ok=True)
    (folder / "plain.txt").write_text(TEXT, encoding="utf-8")
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return find([str(folder)], **options)  # type: ignore[arg-type]


def uris(result: Found) -> list[str]:
    return [file.uri for file in result.files if file.uri != "plain.txt"]


def aside(result: Found) -> dict[str, str]:
    return {one.uri: one.code for one in result.set_aside}


def texts(result: Found) -> dict[str, str]:
    """Read all files as the worker does."""
    read = {}
    for file, data in members.each(result.files):
        assert isinstance(data, bytes), data
        read[file.uri] = extract(data, source_uri=file.uri, encoding=file.encoding, text_column=file.text_column)[
            "text"
        ]
    return read


def refused(result: Found) -> dict[str, str]:
    """Codes of what the worker cannot read."""
    return {f.uri: d.code for f, d in members.each(result.files) if isinstance(d, Unreadable)}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("laws.zip", zipped(FILES)),
        ("laws.zip", zipped(FILES, gbk=True)),
        ("laws.tar", tarred(FILES)),
        ("laws.tar.gz", tarred(FILES, "w:gz")),
        ("laws.tgz", tarred(FILES, "w:gz")),
        ("laws.tar.bz2", tarred(FILES, "w:bz2")),
        ("laws.tar.xz", tarred(FILES, "w:xz")),
    ],
)
def test_members_are_sources_of_their_own(tmp_path: Path, name: str, data: bytes) -> None:
    result = found(tmp_path, name, data)
    assert uris(result) == [f"{name}!/a.txt", f"{name}!/市级/规划.md"]
    read = texts(result)
    assert read[f"{name}!/a.txt"] == TEXT
    assert read[f"{name}!/市级/规划.md"].endswith(TEXT)


def test_names_of_tar_in_gb18030(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="gb18030") as archive:
        info = tarfile.TarInfo("规划/通知.txt")
        info.size = len(TEXT.encode())
        archive.addfile(info, io.BytesIO(TEXT.encode()))
    assert uris(found(tmp_path, "a.tar", out.getvalue())) == ["a.tar!/规划/通知.txt"]


def test_one_compressed_file(tmp_path: Path) -> None:
    result = found(tmp_path, "a.txt.gz", gzip.compress(TEXT.encode()))
    assert texts(result)["a.txt.gz!/a.txt"] == TEXT


def test_an_archive_in_an_archive_is_read_and_one_deeper_is_not(tmp_path: Path) -> None:
    deep = zipped({"c.txt": TEXT})
    inner = tarred({"b.txt": TEXT, "deep.zip": deep}, "w:gz")
    result = found(tmp_path, "outer.zip", zipped({"a.txt": TEXT, "inner.tar.gz": inner}))
    assert uris(result) == ["outer.zip!/a.txt", "outer.zip!/inner.tar.gz!/b.txt"]
    assert aside(result) == {"outer.zip!/inner.tar.gz!/deep.zip": "nested_too_deep"}
    assert set(texts(result).values()) == {TEXT}


def test_a_dump_in_an_archive(tmp_path: Path) -> None:
    dump = json_lines({"title": "办法", "content": TEXT}, {"content": TEXT})
    result = found(tmp_path, "a.zip", zipped({"d.jsonl": dump}))
    assert uris(result) == ["a.zip!/d.jsonl#1", "a.zip!/d.jsonl#2"]
    assert texts(result)["a.zip!/d.jsonl#1"] == "标题：办法\n" + TEXT


def test_hidden_members_are_left_out_and_others_set_aside(tmp_path: Path) -> None:
    data = zipped({"__MACOSX/._a.txt": "x", ".DS_Store": "x", "a.txt": TEXT, "scan.xls": "x", "noname": "x"})
    result = found(tmp_path, "a.zip", data)
    assert uris(result) == ["a.zip!/a.txt"]
    assert aside(result) == {"a.zip!/scan.xls": "unsupported_format", "a.zip!/noname": "unsupported_format"}


@pytest.mark.parametrize("name", ["../out.txt", "a/../../out.txt", "/etc/out.txt", "C:/out.txt", "..\\out.txt"])
def test_a_path_that_leaves_its_archive_is_set_aside(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inside"
    for kind, data in (("zip", zipped({name: TEXT, "a.txt": TEXT})), ("tar", tarred({name: TEXT, "a.txt": TEXT}))):
        if kind == "tar" and "\\" in name:
            continue  # an ordinary character there
        result = found(folder, f"a.{kind}", data)
        assert uris(result) == [f"a.{kind}!/a.txt"]
        assert list(aside(result).values()) == ["path_outside"]
        texts(result)
        (folder / f"a.{kind}").unlink()
    assert [path.name for path in tmp_path.rglob("*.txt")] == ["plain.txt"], "nothing is unpacked anywhere"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_set_aside(tmp_path: Path, kind: bytes) -> None:
    result = found(tmp_path, "a.tar", with_entry(kind))
    assert uris(result) == ["a.tar!/sound.txt"]
    assert aside(result) == {"a.tar!/odd.txt": "not_a_file"}
    assert texts(result)["a.tar!/sound.txt"] == TEXT


def test_a_link_in_a_zip_is_set_aside(tmp_path: Path) -> None:
    result = found(tmp_path, "a.zip", zip_with_link())
    assert aside(result) == {"a.zip!/link.txt": "not_a_file"}
    assert uris(result) == ["a.zip!/sound.txt"]


def test_an_encrypted_member_is_set_aside(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT}))
    data[6] |= 1  # the flag in the local header and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    result = found(tmp_path, "a.zip", bytes(data))
    assert aside(result) == {"a.zip!/a.txt": "encrypted"}
    assert "password" in result.set_aside[0].reason


def test_of_two_members_of_one_name_the_last_counts(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for text in ("旧的文本。", TEXT):
            info = tarfile.TarInfo("a.txt")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    result = found(tmp_path, "a.tar", out.getvalue())
    assert texts(result)["a.tar!/a.txt"] == TEXT
    assert aside(result) == {"a.tar!/a.txt (entry 1)": "repeated_member"}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_what_stands_before_the_damage_of_a_tar_is_read(tmp_path: Path, mode: str) -> None:
    filler = "".join(f"第{n}条 各县应当做好第{n * 7919 % 1000}号工程。\n" for n in range(5_000))
    whole = tarred({"a.txt": TEXT, "b.txt": filler, "c.txt": TEXT}, mode)
    result = found(tmp_path, "a.tar" + mode[1:].replace(":", "."), whole[: len(whole) // 2])
    codes = set(aside(result).values()) | set(refused(result).values())
    assert codes == {"archive_damaged"}


def test_a_truncated_zip_is_set_aside(tmp_path: Path) -> None:
    result = found(tmp_path, "a.zip", zipped(FILES)[:-30])
    assert aside(result) == {"a.zip": "archive_damaged"}


def test_one_damaged_member_leaves_the_others_whole(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": TEXT * 9, "b.txt": TEXT}))
    data[50] ^= 0xFF
    result = found(tmp_path, "a.zip", bytes(data))
    assert refused(result) == {"a.zip!/a.txt": "archive_damaged"}
    assert [f.uri for f, d in members.each(result.files) if isinstance(d, bytes)] == ["a.zip!/b.txt", "plain.txt"]


def zeros(count: int) -> bytes:
    return bytes(count)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("bomb.zip", lambda: zipped({f"{n}.txt": zeros(30_000_000) for n in range(4)})),
        ("bomb.tar.gz", lambda: tarred({f"{n}.txt": zeros(3_000_000) for n in range(4)}, "w:gz")),
        ("bomb.tar.bz2", lambda: tarred({f"{n}.txt": zeros(3_000_000) for n in range(4)}, "w:bz2")),
        ("bomb.tar.xz", lambda: tarred({f"{n}.txt": zeros(3_000_000) for n in range(4)}, "w:xz")),
        ("bomb.zip", lambda: zipped({"in.tar.gz": tarred({f"{n}.txt": zeros(3_000_000) for n in range(4)}, "w:gz")})),
    ],
)
def test_a_bomb_is_told_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[], bytes]
) -> None:
    data = make()
    if len(data) < 100_000:  # the others weigh what counts in earnest
        monkeypatch.setattr("flows.sources.Limits", partial(members.Limits, unmeasured=4_000_000))
    result = found(tmp_path, name, data)
    assert "archive_bomb" in aside(result).values()
    assert uris(result) == []


def test_a_compressed_file_larger_than_the_limit_is_set_aside(tmp_path: Path) -> None:
    result = found(tmp_path, "a.txt.gz", gzip.compress(zeros(3_000_000)), max_bytes=1_000_000)
    assert refused(result) == {"a.txt.gz!/a.txt": "source_too_large"}


def test_a_member_larger_than_the_limit_is_set_aside(tmp_path: Path) -> None:
    result = found(tmp_path, "a.zip", zipped({"a.txt": TEXT, "b.txt": TEXT * 100}), max_bytes=2_000)
    assert aside(result) == {"a.zip!/b.txt": "source_too_large"}


def test_a_zip_that_lies_about_a_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": zeros(5_000_000)}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (1_000).to_bytes(4, "little")
    result = found(tmp_path, "a.zip", bytes(data))
    assert refused(result) == {"a.zip!/a.txt": "archive_damaged"}


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.sources.Limits", partial(members.Limits, members=10))
    result = found(tmp_path, "a.zip", zipped({f"{n}.txt": TEXT for n in range(20)}))
    assert aside(result) == {"a.zip": "too_many_members"}


def test_a_tar_whose_header_is_huge_takes_no_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, 2**31
    result = found(tmp_path, "a.tar", info.tobuf(tarfile.USTAR_FORMAT) + bytes(10_000))
    assert aside(result) == {"a.tar": "archive_damaged"}


def test_reading_takes_no_longer_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "SECONDS", -1.0)
    assert aside(found(tmp_path, "a.tar.gz", tarred(FILES, "w:gz"))) == {"a.tar.gz": "time_limit"}


def test_an_empty_archive_is_set_aside(tmp_path: Path) -> None:
    assert aside(found(tmp_path, "a.zip", zipped({}))) == {"a.zip": "empty"}


def test_a_member_that_is_gone_when_it_is_read(tmp_path: Path) -> None:
    result = found(tmp_path, "a.zip", zipped(FILES))
    (tmp_path / "a.zip").write_bytes(zipped({}))
    assert set(refused(result).values()) == {"archive_changed"}


# Dumps

RECORDS = [
    {"标题": "某市河道管理办法", "发文字号": "某政发〔2026〕3号", "发布日期": "2026-03-02", "正文": TEXT, "id": 17},
    {"标题": "另一办法", "发文字号": None, "发布日期": "", "正文": '第一条 引号“"”与,逗号。\n第二条 完。', "id": 18},
]
WANTED = [
    "标题：某市河道管理办法\n发文字号：某政发〔2026〕3号\n发布日期：2026-03-02\n" + TEXT,
    '标题：另一办法\n第一条 引号“"”与,逗号。\n第二条 完。',
]


def comma_separated(delimiter: str = ",") -> str:
    import csv  # noqa: PLC0415

    out = io.StringIO()
    writer = csv.DictWriter(out, list(RECORDS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(RECORDS)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(RECORDS), out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dump.jsonl", json_lines(*RECORDS)),
        ("dump.csv", comma_separated()),
        ("dump.csv", comma_separated(";")),
        ("dump.tsv", comma_separated("\t")),
    ],
)
def test_records_of_lines(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    result = found(tmp_path, name, text.encode(encoding))
    assert uris(result) == [f"{name}#1", f"{name}#2"]
    assert [texts(result)[uri] for uri in uris(result)] == WANTED
    assert {file.encoding for file in result.files} - {None} <= {"utf-8", "gb18030", "utf-16-le"}


def test_records_of_parquet(tmp_path: Path) -> None:
    result = found(tmp_path, "dump.parquet", parquet())
    assert [texts(result)[uri] for uri in uris(result)] == WANTED


def test_a_date_of_parquet_is_printed_as_a_date(tmp_path: Path) -> None:
    import datetime  # noqa: PLC0415

    out = io.BytesIO()
    moment = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
    pq.write_table(pa.table({"text": [TEXT, TEXT], "date": [moment, moment.replace(hour=9)]}), out)
    read = texts(found(tmp_path, "d.parquet", out.getvalue()))
    assert read["d.parquet#1"] == "发布日期：2026-03-02\n" + TEXT
    assert read["d.parquet#2"].startswith("发布日期：2026-03-02 09:00:00\n")


def test_columns_that_become_no_header_are_told(tmp_path: Path) -> None:
    result = found(tmp_path, "dump.jsonl", json_lines(*RECORDS))
    file, data = next(pair for pair in members.each(result.files) if pair[0].uri == "dump.jsonl#1")
    assert isinstance(data, bytes)
    row = extract(data, source_uri=file.uri, encoding=file.encoding, text_column=file.text_column)
    assert [(f["code"], "id" in f["message"]) for f in row["findings"]] == [("columns_left_out", True)]


def test_broken_lines_are_set_aside_one_by_one(tmp_path: Path) -> None:
    lines = [
        json_lines({"text": TEXT}).strip(),
        '{"text": "第一条',
        "",
        "[1, 2]",
        json_lines({"text": ""}).strip(),
        "[" * 5000,
        json_lines({"text": TEXT}).strip(),
    ]
    result = found(tmp_path, "d.jsonl", "\n".join(lines))
    assert uris(result) == [f"d.jsonl#{n}" for n in (1, 2, 4, 5, 6, 7)], "numbers are those of the lines"
    codes = {}
    for file, data in members.each(result.files):
        assert isinstance(data, bytes)
        try:
            extract(data, source_uri=file.uri, encoding=file.encoding, text_column=file.text_column)
        except Unreadable as error:
            codes[file.uri] = error.code
    assert codes == {
        "d.jsonl#2": "broken_record",
        "d.jsonl#4": "broken_record",
        "d.jsonl#5": "empty",
        "d.jsonl#6": "broken_record",
    }


def test_a_line_in_another_encoding_is_set_aside_alone(tmp_path: Path) -> None:
    data = json_lines({"text": TEXT}).encode() + json_lines({"text": TEXT}).encode("gb18030")
    result = found(tmp_path, "d.jsonl", data + json_lines({"text": TEXT}).encode() * 3)
    file, line = next(pair for pair in members.each(result.files) if pair[0].uri == "d.jsonl#2")
    assert isinstance(line, bytes)
    with pytest.raises(Unreadable, match="not valid utf-8"):
        extract(line, source_uri=file.uri, encoding=file.encoding, text_column=file.text_column)


def test_a_row_with_too_few_cells_is_set_aside(tmp_path: Path) -> None:
    result = found(tmp_path, "d.csv", f'text,title\n"{TEXT}",甲\n只有一格\n"{TEXT}",乙\n')
    file, data = next(pair for pair in members.each(result.files) if pair[0].uri == "d.csv#2")
    assert isinstance(data, bytes)
    with pytest.raises(Unreadable, match="1 cells under 2 columns"):
        extract(data, source_uri=file.uri, encoding=file.encoding, text_column=file.text_column)
    assert len(uris(result)) == 3


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("d.jsonl", json_lines({"wb": TEXT, "标题": "甲"})),
        ("d.csv", f'wb,标题\n"{TEXT}",甲\n'),
    ],
)
def test_text_column_of_another_name(tmp_path: Path, name: str, data: str) -> None:
    result = found(tmp_path, name, data)
    assert aside(result) == {name: "no_text_column"}
    assert "wb, 标题" in result.set_aside[0].reason
    assert "--text-column" in result.set_aside[0].reason
    assert texts(found(tmp_path, name, data, text_column="wb"))[f"{name}#1"] == "标题：甲\n" + TEXT


@pytest.mark.parametrize(
    ("name", "data"), [("d.jsonl", json_lines(*RECORDS)), ("d.csv", comma_separated()), ("d.parquet", parquet())]
)
def test_a_wrong_column_is_wrong_usage_that_names_the_columns(tmp_path: Path, name: str, data: bytes | str) -> None:
    with pytest.raises(UsageError, match=r"has no column 内容。?\. There are: 标题, 发文字号, 发布日期, 正文, id"):
        found(tmp_path, name, data, text_column="内容")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"PAR1 damaged", b"\x00\x01\x02" * 99])
@pytest.mark.parametrize("name", ["d.jsonl", "d.csv", "d.parquet"])
def test_what_is_no_dump_is_set_aside(tmp_path: Path, name: str, data: bytes) -> None:
    result = found(tmp_path, name, data)
    assert list(aside(result)) == [name]
    assert len(result.set_aside[0].reason) > 20


def test_members_are_read_lazily(tmp_path: Path) -> None:
    """One at a time: reading the first says nothing of a later one that is damaged."""
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT * 9}))
    data[data.rindex(b"PK\x03\x04") + 50] ^= 0xFF
    result = found(tmp_path, "a.zip", bytes(data))
    reading = members.each(file for file in result.files if isinstance(file, File))
    first, content = next(reading)
    assert (first.uri, content) == ("a.zip!/a.txt", TEXT.encode())


def test_zip_without_compression_of_its_own_kind(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", TEXT)
    assert aside(found(tmp_path, "a.zip", out.getvalue())) == {"a.zip!/a.txt": "not_a_file"}
