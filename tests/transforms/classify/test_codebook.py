"""The tables: they load, they cover the vocabularies, and a bad row says where it is and what to do."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from transforms.classify import Codebook, CodebookError, load
from transforms.classify.codebook import TABLES

SHIPPED = Path(__file__).parents[3] / "seeds" / "codebook"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in TABLES:
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


def test_version_follows_the_bytes(folder: Path) -> None:
    before = load(folder).version
    assert load(folder).version == before
    with (folder / "words.csv").open("a", encoding="utf-8") as table:
        table.write("stop,茶树,\n")
    assert load(folder).version != before
    assert len(before) == 12


def test_every_label_can_be_reached(codebook: Codebook) -> None:
    spoken = np.max([table.max(axis=0) for table in codebook.cues.table.values()], axis=0) > 0
    marked = {(r.axis, r.label) for r in codebook.marks if r.weight > 0}
    every = [(axis, code) for axis, codes in codebook.labels.items() for code in codes]
    assert not [one for one, found in zip(every, spoken, strict=True) if not found and one not in marked]


def test_every_label_is_described(folder: Path) -> None:
    lines = (folder / "labels.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert all(all(cell.strip() for cell in line.split(",")[:5]) for line in lines)


def test_a_label_without_a_row_in_its_crosswalk_names_the_file(folder: Path) -> None:
    with (folder / "labels.csv").open("a", encoding="utf-8") as handle:
        handle.write("theme,T98,茶,Tea,tea,\n")
    with pytest.raises(CodebookError, match=r"crosswalk_themes\.csv: no row for T98; add one"):
        load(folder)


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("cues.csv", "function,norma,应当,1,any,,,", "label is 'norma'; write one of background"),
        ("cues.csv", "functions,norm,应当,1,any,,,", "axis is 'functions'"),
        ("cues.csv", "function,norm,应当,much,any,,,", "weight is 'much'; write a number"),
        ("cues.csv", "function,norm,应当,1,middle,,,", "place is 'middle'"),
        ("cues.csv", "function,norm,应当,1,any,poem,,", "genre is 'poem'"),
        ("cues.csv", "function,norm,应当||必须,1,any,,,", "empty alternative"),
        ("cues.csv", "function,norm,应当,1,any,,茶树,", "contains no cue of the row"),
        ("cues.csv", "function,norm,甲…乙…丙,1,any,,,", "two words joined by one …"),
        ("cues.csv", "function,norm,@itme,1,any,,,", "'itme' is none of"),
        ("cues.csv", "function,norm,@modality:none,1,any,,,", "decided later"),
        ("cues.csv", "function,norm,应当,1", "needs 8 cells"),
        ("labels.csv", "modality,wish,愿望,Wish,is wished,little", "write a whole number"),
        ("labels.csv", "theme,T98,茶,Tea,tea,1", "for a modality alone"),
        ("theme_cues.csv", "T99,1,茶,", "theme is 'T99'"),
        ("model.csv", "text,,any:茶,function:norm", "write axis:label=number"),
        ("words.csv", "noun,茶,", "kind is 'noun'"),
        ("places.csv", "planet,火星,", "group is 'planet'"),
        ("confidence.csv", "theme,0,-1,0.5,", "slope must be above 0"),
        ("themes.csv", "T06.9,3,茶", "level is '3'"),
    ],
)
def test_a_bad_row_names_file_line_and_remedy(folder: Path, table: str, row: str, message: str) -> None:
    path = folder / table
    line = len(path.read_text(encoding="utf-8").splitlines()) + 1
    with path.open("a", encoding="utf-8") as handle:
        handle.write(row + "\n")
    with pytest.raises(CodebookError) as error:
        load(folder)
    assert message in str(error.value)
    assert f"{table} line {line}" in str(error.value)


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "words.csv").unlink()
    with pytest.raises(CodebookError, match=r"words\.csv: missing"):
        load(folder)


def test_wrong_columns_are_named(folder: Path) -> None:
    (folder / "words.csv").write_text("kind,word\nstop,茶\n", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"words\.csv line 1: columns"):
        load(folder)
