"""Which files a run reads, and their names."""

import itertools
import os
from pathlib import Path

import pytest

from flows.batches import divide
from flows.errors import UsageError
from flows.limits import parse_limit
from flows.sources import File, find


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("x/a.txt", "x/deep/b.md", "x/.hidden.txt", "x/.git/c.txt", "y/a.txt", "y/table.xls"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("文件", encoding="utf-8")
    return tmp_path


def uris(*sources: Path | str) -> list[str]:
    return [file.uri for file in find([str(source) for source in sources]).files]


def test_folder_gives_paths_below_it_without_hidden_ones(tree: Path) -> None:
    assert uris(tree / "x") == ["a.txt", "deep/b.md"]


def test_file_gives_its_name(tree: Path) -> None:
    assert uris(tree / "x" / "deep" / "b.md") == ["b.md"]


def test_equal_names_grow_until_they_differ(tree: Path) -> None:
    assert uris(tree / "x" / "a.txt", tree / "y" / "a.txt") == ["x/a.txt", "y/a.txt"]
    assert uris(tree / "x", tree / "y") == ["deep/b.md", "x/a.txt", "y/a.txt"]


def test_order_and_repetition_play_no_part(tree: Path) -> None:
    sources = [tree / "x", tree / "y" / "a.txt", tree / "x" / "deep"]
    found = {tuple(uris(*order)) for order in itertools.permutations(sources)}
    assert found == {("deep/b.md", "x/a.txt", "y/a.txt")}
    assert uris(tree / "x", tree / "x") == ["a.txt", "deep/b.md"]


def test_patterns(tree: Path) -> None:
    assert uris(tree / "**" / "*.md") == ["b.md"]
    assert uris(tree / "?" / "a.txt") == ["x/a.txt", "y/a.txt"]
    with pytest.raises(UsageError, match="no file matches"):
        find([str(tree / "*.docx")])


def test_name_with_brackets_is_a_file_and_no_pattern(tmp_path: Path) -> None:
    path = tmp_path / "通知[2026].txt"
    path.write_text("文", encoding="utf-8")
    assert uris(path) == ["通知[2026].txt"]


def test_what_is_not_read_is_set_aside_with_its_reason(tree: Path) -> None:
    (aside,) = find([str(tree / "y")]).set_aside
    assert (aside.uri, aside.code) == ("table.xls", "unsupported_format")
    assert ".txt" in aside.reason


def test_limit_for_one_file(tree: Path) -> None:
    (tree / "x" / "big.txt").write_text("文" * 100, encoding="utf-8")
    found = find([str(tree / "x")], max_bytes=100)
    assert [file.uri for file in found.files] == ["a.txt", "deep/b.md"]
    assert [(one.uri, one.code) for one in found.set_aside] == [("big.txt", "source_too_large")]
    assert "--max-bytes" in found.set_aside[0].reason


def test_broken_link_is_set_aside(tree: Path) -> None:
    (tree / "x" / "gone.txt").symlink_to(tree / "nowhere.txt")
    assert [(one.uri, one.code) for one in find([str(tree / "x")]).set_aside] == [("gone.txt", "not_readable")]


def test_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb9\xab.txt")).write_text("文", encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes UTF-8 alone")
    assert uris(tmp_path) == ["\\xb9\\xab.txt"]


@pytest.mark.parametrize("missing", ["nowhere", "nowhere.txt", "x/nowhere"])
def test_missing_path_is_wrong_usage(tree: Path, missing: str) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        find([str(tree / "x"), str(tree / missing)])


def test_nothing_to_read_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no documents found"):
        find([str(tmp_path)])
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf")
    with pytest.raises(UsageError, match=r"nothing here can be read(.|\n)*a\.xls"):
        find([str(tmp_path)])


def test_a_list_names_sources(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tree / "list.txt"
    listed.write_text(f"\ufeff# sources\n\n{tree / 'x' / 'deep'}\n  {tree}/?/a.txt\n", encoding="utf-8")
    assert uris(f"@{listed}") == ["b.md", "x/a.txt", "y/a.txt"]
    monkeypatch.chdir(tree)
    listed.write_text("x/deep/b.md\n", encoding="utf-8")
    assert uris("@list.txt") == ["b.md"]


def test_a_list_that_is_wrong(tree: Path) -> None:
    listed = tree / "list.txt"
    listed.write_text("# none\nnowhere.txt\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"list\.txt, line 2: nowhere\.txt: does not exist"):
        find([f"@{listed}"])
    listed.write_text(f"@{listed}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 1: @"):
        find([f"@{listed}"])
    with pytest.raises(UsageError, match="list of sources cannot be read"):
        find([f"@{tree / 'gone.txt'}"])


def test_a_file_whose_name_begins_like_a_list(tree: Path) -> None:
    (tree / "@a.txt").write_text("文", encoding="utf-8")
    assert uris(tree / "@a.txt") == ["@a.txt"]


def test_other_file_systems_of_fsspec() -> None:
    import fsspec  # noqa: PLC0415

    system = fsspec.filesystem("memory")
    system.pipe("/laws/a.txt", "第一条".encode())
    system.pipe("/laws/deep/b.txt", "第一条".encode())
    assert uris("memory://laws/") == ["a.txt", "deep/b.txt"]
    assert uris("memory://laws/deep/b.txt") == ["b.txt"]
    with pytest.raises(UsageError, match=r"memory://nowhere: .*does not exist"):
        find(["memory://nowhere"])
    with pytest.raises(UsageError, match="cannot be read as a place"):
        find(["nothing://a"])


def test_samples_are_the_default() -> None:
    assert find([]).files


def test_batches_are_about_equal_hold_every_file_once_and_keep_neighbours_together() -> None:
    files = [File(f"/{n}", f"{n:03}", size) for n, size in enumerate([70, 10, 20, 30, 40, 50, 60, 0])]
    batches = divide(files, batch_bytes=100)
    assert sorted(file.uri for batch in batches for file in batch) == [file.uri for file in files]
    assert [file.uri for batch in batches for file in batch] == [file.uri for file in files]
    assert [sum(file.size for file in batch) for batch in batches] == [100, 70, 110]
    assert len(divide(files, batch_bytes=1)) >= len(files) - 2
    assert divide(files, batch_bytes=1) == divide(files[::-1], batch_bytes=1)
    assert divide(files[:1]) == [files[:1]]


@pytest.mark.parametrize(
    ("text", "count", "allowed"), [("1%", 1, True), ("1%", 2, False), ("3", 3, True), ("0", 1, False)]
)
def test_limits(text: str, count: int, *, allowed: bool) -> None:
    assert parse_limit(text).allows(count, total=100) is allowed


@pytest.mark.parametrize("text", ["", "x", "-1", "101%", "nan", "inf"])
def test_limits_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="--max-quarantine"):
        parse_limit(text)
