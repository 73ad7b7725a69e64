"""What the pages are made of, without a browser; the pages themselves are tested in one (tests/flows/test_reporting.py)."""

import json
import re
from pathlib import Path

import pytest

import transforms.report
from schemas.vocabularies import GENRES, SECTION_KINDS
from transforms.report import pages
from transforms.report.names import name, words

FOLDER = Path(transforms.report.__file__).parent


@pytest.mark.parametrize("text", ["</script>", "<!--", "a\u2028b", "<ScRiPt>"])
def test_data_cannot_end_their_script(text: str) -> None:
    written = pages.as_json({"text": text})
    assert "<" not in written
    assert "\u2028" not in written
    assert json.loads(written) == {"text": text}


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//x", " https://x", 'https://x"y', None]
)
def test_what_is_no_address_of_the_web_is_no_link(text: str | None) -> None:
    assert pages.address(text) is None


def test_an_address_of_the_web_is_a_link() -> None:
    assert pages.address("https://www.gov.cn/a?b=1&c=2") == "https://www.gov.cn/a?b=1&c=2"


@pytest.mark.parametrize("key", ["../x", "a/b", "", "x" * 65, "a.b", "甲", "a\\b"])
def test_no_name_of_a_file_leaves_its_folder(key: str) -> None:
    with pytest.raises(ValueError, match="could be the name of a file"):
        pages.file_name(key)


def test_every_word_of_the_templates_and_scripts_exists() -> None:
    known = words()
    for path in [*FOLDER.glob("templates/*.j2"), *FOLDER.glob("static/*.js")]:
        text = path.read_text(encoding="utf-8")
        keys = re.findall(r"\bt\(\"(\w+)\"\)", text) + re.findall(r"data-(?:label|placeholder|title)=\"(\w+)\"", text)
        assert not [key for key in keys if key not in known["ui"]], path.name
        grouped = re.findall(r"[\"'`](ui|diff):(\w+)[\"'`]", text)
        grouped += [(group, key) for key, group in re.findall(r"\bt\(\"(\w+)\", \"(\w+)\"\)", text)]
        assert not [(group, key) for group, key in grouped if key not in known[group]], path.name


def test_every_genre_has_a_name() -> None:
    assert set(GENRES) == set(words()["genre"])
    assert name("genre", "plan") == "规划"
    assert name("genre", "poem") == "poem"
    assert {"preamble", "lead_in", "signature", "attachment", "toc"} <= set(SECTION_KINDS) & set(words()["ui"])


def test_scripts_write_no_html() -> None:
    for path in FOLDER.glob("static/*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text), (
            path.name
        )


def test_no_script_of_ours_fits_badly_into_a_page() -> None:
    for path in [*FOLDER.glob("static/*.js"), *FOLDER.glob("static/*.css")]:
        assert "</" not in path.read_text(encoding="utf-8"), path.name
