"""Old Word files, by way of LibreOffice where it is there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transforms.extract.word import level, lists, p, word
from transforms.extract import Unreadable, extract, office

OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048
without = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.mark.parametrize("name", ["a.doc", "b.wps"])
def test_without_libreoffice_the_reason_says_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreadable, match=rf"{name}.*libreoffice") as refused:
        extract(OLD_WORD, source_uri=name)
    assert refused.value.code == "needs_libreoffice"


def test_a_word_document_of_today_needs_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    row = extract(word(p("正文")), source_uri="a.doc")
    assert (row["text"], row["source_format"]) == ("正文\n", "doc")


def test_a_web_page_under_the_name_of_word_is_told() -> None:
    with pytest.raises(Unreadable, match=r"a\.doc.*\.html"):
        extract(b"\xef\xbb\xbf<html><body>x</body></html>", source_uri="a.doc")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "第一条".encode("gb18030"), b"\xd0\xcf\x11"]
)
def test_what_begins_as_no_word_file_is_refused(data: bytes) -> None:
    """LibreOffice makes text of anything: a picture came out as a page of rare characters."""
    with pytest.raises(Unreadable, match=r"a\.doc.*begin.*\.txt") as refused:
        extract(data, source_uri="a.doc")
    assert refused.value.code == "damaged"


def test_libreoffice_has_no_more_than_a_gigabyte(tmp_path: Path) -> None:
    """Python stands for a LibreOffice that wants two, under the limits of the command."""
    command = office.command("soffice", [], tmp_path)
    limited = command[: command.index("soffice")]
    wanted = [sys.executable, "-c", "print(len(bytearray(int(input()) << 20)))"]
    little, much = (
        subprocess.run([*limited, *wanted], input=size, capture_output=True, text=True, check=False)
        for size in ("300", "2048")
    )
    assert little.stdout.split() == [str(300 << 20)], little.stderr
    assert "MemoryError" in much.stderr


def test_a_program_that_turns_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A DOC of a page that was damaged made LibreOffice do so."""
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nwhile :; do :; done\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_SECONDS", 1)
    with pytest.raises(Unreadable, match=r"a\.doc.*limits.*\.docx") as refused:
        extract(OLD_WORD, source_uri="a.doc")
    assert refused.value.code == "timeout"


@without
def test_rich_text_under_the_name_of_word_is_read() -> None:
    assert extract(rb"{\rtf1\ansi \u31532?\u19968?\u26465?}", source_uri="a.doc")["text"] == "第一条\n"


@without
def test_old_word_files_are_read_with_their_numbers(tmp_path: Path) -> None:
    part = lists(level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）"))
    body = (
        p("实施意见")
        + p("总体要求", num=(1, 0))
        + p("指导思想", num=(1, 1))
        + p("主要目标", num=(1, 1))
        + p("保障措施", num=(1, 0))
    )
    new = tmp_path / "a.docx"
    new.write_bytes(word(body, numbering=part))
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "doc",
    ]
    subprocess.run([*command, "--outdir", str(tmp_path), str(new)], check=True, capture_output=True, timeout=300)
    row = extract((tmp_path / "a.doc").read_bytes(), source_uri="a.doc")
    assert row["text"].splitlines() == ["实施意见", "一、总体要求", "（一）指导思想", "（二）主要目标", "二、保障措施"]


@without
def test_what_libreoffice_cannot_read_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"a\.doc.*\.docx") as refused:
        extract(OLD_WORD, source_uri="a.doc")
    assert refused.value.code in {"damaged", "empty"}
