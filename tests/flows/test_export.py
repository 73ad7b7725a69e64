"""`gangmu export`: what is written is read back by other libraries, every column of every row, hostile texts included."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import yaml
from openpyxl.utils.escape import unescape

from flows import export_files, exporting
from flows.cli_export import FORMATS
from flows.errors import RefusedError, UsageError
from schemas import DATASETS, Dataset
from tests import hostile
from tests.flows.command import exit_code
from transforms.export import akoma, sheets
from transforms.export.database import CHILDREN
from transforms.publish import Published
from transforms.publish.store import CONTENT
from transforms.segment import Rules

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def released(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return hostile.publish(hostile.tables(rules), tmp_path_factory.mktemp("hostile") / "output")


@pytest.fixture(scope="module")
def small(rules: Rules, tmp_path_factory: pytest.TempPathFactory) -> Published:
    return hostile.publish(hostile.tables(rules, ["x"]), tmp_path_factory.mktemp("small") / "output")


def write(released: Published, form: str, place: Path, **options: Any) -> Path:
    done = exporting.export(form, str(released.path), output=place, to=str(place / form), **options)
    return Path(done["path"])


def original(released: Published, dataset: Dataset) -> Rows:
    rows: Rows = pq.read_table(released.path / dataset.name, partitioning=None).to_pylist()
    assert rows
    return rows


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    return json.loads(json.dumps(value, default=date.isoformat))


def test_the_words_of_the_command_are_the_formats() -> None:
    assert tuple(export_files.formats()) == FORMATS


def test_jsonl(released: Published, tmp_path: Path) -> None:
    folder = write(released, "jsonl", tmp_path)
    for dataset in CONTENT:
        text = (folder / f"{dataset.name}.jsonl").read_bytes().decode()
        lines = text.splitlines()
        assert lines == text[:-1].split("\n"), "no reader finds more lines than there are"
        assert [json.loads(line) for line in lines] == [plain(row) for row in original(released, dataset)]


@pytest.mark.parametrize("bom", [False, True])
def test_csv(released: Published, tmp_path: Path, *, bom: bool) -> None:
    folder = write(released, "csv", tmp_path, bom=bom)
    for dataset in CONTENT:
        path = folder / f"{dataset.name}.csv"
        assert path.read_bytes().startswith(export_files.BOM) == bom
        nested = {c.name for c in dataset.columns if pa.types.is_nested(c.type)}
        types = {c.name: pa.string() if c.name in nested else c.type for c in dataset.columns}
        read = pyarrow.csv.read_csv(
            path,
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            read_options=pyarrow.csv.ReadOptions(block_size=1 << 26),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                true_values=["true"],
                false_values=["false"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        ).to_pylist()
        back = [{k: json.loads(v) if k in nested and v is not None else v for k, v in row.items()} for row in read]
        expected = [{k: plain(v) if k in nested else v for k, v in row.items()} for row in original(released, dataset)]
        assert back == expected
        # The library of Python does not tell null from "", but finds the same rows.
        csv.field_size_limit(1 << 24)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert sum(1 for _ in csv.DictReader(stream)) == len(expected)


def cells(path: Path) -> tuple[dict[str, list[list[Any]]], list[Any]]:
    """Values of every sheet, as Excel reads them, and the cells that are formulas or links."""
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    values, active = {}, []
    for sheet in book.worksheets:
        rows = []
        for row in sheet.iter_rows():
            rows.append([unescape(c.value) if isinstance(c.value, str) else c.value for c in row])
            active += [c for c in row if c.data_type == "f" or c.hyperlink]
        values[sheet.title] = rows
    return values, active


def rejoined(values: dict[str, list[list[Any]]], dataset: Dataset) -> Rows:
    """Rows of a dataset, with what was continued."""
    names = [c.name for c in dataset.columns]
    stretches = [name for name in values if name.partition("_")[0] == dataset.name]
    assert all(values[name][0] == names for name in stretches)
    rows = [dict(zip(names, row, strict=True)) for name in stretches for row in values[name][1:]]
    by_key = {row[str(dataset.key)]: row for row in rows}
    for name, key, column, number, piece in values["continued"][1:]:
        if name == dataset.name:
            row = by_key[key]
            assert number > 1 or row[column].endswith(sheets.CUT)
            row[column] = row[column].removesuffix(sheets.CUT) + piece
    return rows


def from_cell(value: Any, kind: pa.DataType) -> Any:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str) and pa.types.is_date(kind):
        return date.fromisoformat(value)
    if isinstance(value, str) and pa.types.is_nested(kind):
        return json.loads(value)
    return value


def test_xlsx(released: Published, tmp_path: Path) -> None:
    path = write(released, "xlsx", tmp_path)
    values, active = cells(path)
    assert not active, "texts that begin with = are texts"
    assert next(iter(values)) == "documents"
    assert list(values)[-1] == sheets.CONTINUED
    assert all(
        len(c.encode("utf-16-le")) // 2 <= sheets.CELL_UNITS
        for rows in values.values()
        for r in rows
        for c in r
        if isinstance(c, str)
    )
    for dataset in CONTENT:
        rows = rejoined(values, dataset)
        for found, row in zip(rows, original(released, dataset), strict=True):
            for column in dataset.columns:
                wanted = row[column.name]
                wanted = plain(wanted) if pa.types.is_nested(column.type) else wanted
                back = from_cell(found[column.name], column.type)
                # A cell without text is an empty cell: Excel has no other.
                assert back == wanted or (back is None and wanted == ""), (dataset.name, column.name)


def test_a_full_sheet_goes_on_in_the_next(released: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEET_ROWS", 40)
    done = exporting.export("xlsx", str(released.path), output=tmp_path, to=str(tmp_path / "small.xlsx"))
    assert any("go on until the sheet 'clauses_" in remark for remark in done["remarks"])
    values, _ = cells(Path(done["path"]))
    assert max(map(len, values.values())) == 40
    continued = [row for name in values if name.startswith("continued") for row in values[name][1:]]
    joined = {**values, "continued": [list(sheets.HEADER), *continued]}
    for dataset in CONTENT:
        found = [row[str(dataset.key)] for row in rejoined(joined, dataset)]
        assert found == [row[str(dataset.key)] for row in original(released, dataset)]


def test_limits_are_those_of_the_library() -> None:
    book = xlsxwriter.Workbook()
    sheet = book.add_worksheet()
    assert sheet.xls_rowmax == sheets.SHEET_ROWS
    assert sheet.xls_strmax == sheets.CELL_UNITS


def test_sqlite(released: Published, tmp_path: Path) -> None:
    path = write(released, "sqlite", tmp_path)
    with closing(sqlite3.connect(path)) as base:
        base.row_factory = sqlite3.Row
        assert base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not base.execute("PRAGMA foreign_key_check").fetchall()
        for dataset in CONTENT:
            listed = ", ".join(f'"{c.name}"' for c in dataset.columns)
            back = [dict(row) for row in base.execute(f"SELECT {listed} FROM {dataset.name} ORDER BY row")]
            expected = original(released, dataset)
            for found, row in zip(back, expected, strict=True):
                for column in dataset.columns:
                    value = found[column.name]
                    if pa.types.is_nested(column.type) and value is not None:
                        value = json.loads(value)
                    assert value == plain(row[column.name]), (dataset.name, column.name)
            for name in CHILDREN.get(dataset.name, ()):
                assert children(base, dataset, name) == [
                    (
                        row[str(dataset.key)],
                        place,
                        *(plain(element).values() if isinstance(element, dict) else (element,)),
                    )
                    for row in expected
                    for place, element in enumerate(row[name] or ())
                ]
        keys = base.execute("PRAGMA foreign_key_list(clauses)").fetchall()
        assert {(key["from"], key["table"]) for key in keys} == {
            ("document_id", "documents"),
            ("section_id", "sections"),
            ("stem_id", "clauses"),
        }
        with pytest.raises(sqlite3.IntegrityError):
            base.execute("INSERT INTO clauses (clause_id) SELECT clause_id FROM clauses LIMIT 1")


def children(base: sqlite3.Connection, dataset: Dataset, name: str) -> list[tuple[Any, ...]]:
    return [
        tuple(row)
        for row in base.execute(
            f"SELECT c.* FROM {dataset.name}_{name} c JOIN {dataset.name} USING ({dataset.key}) ORDER BY row, place"
        )
    ]


def test_sqlite_finds_chinese_words(sample_output: Path, tmp_path: Path) -> None:
    exporting.export("sqlite", None, output=sample_output, to=str(tmp_path / "s.sqlite"))
    clauses = pq.read_table(sample_output / "latest" / "clauses", partitioning=None).to_pylist()
    with closing(sqlite3.connect(tmp_path / "s.sqlite")) as base:
        for word in ("养老服务", "公共数据"):
            found = base.execute(
                "SELECT c.clause_id FROM clauses c JOIN clauses_search s ON s.rowid = c.row WHERE clauses_search MATCH ?",
                (word,),
            ).fetchall()
            assert {key for (key,) in found} == {c["clause_id"] for c in clauses if word in c["text"]} != set()
        short = base.execute("SELECT count(*) FROM clauses WHERE text LIKE '%养老%'").fetchone()[0]
        assert short == sum("养老" in c["text"] for c in clauses)
        base.execute("VACUUM")
        base.execute("INSERT INTO clauses_search (clauses_search) VALUES ('integrity-check')")
        (meaning,) = base.execute("SELECT zh FROM labels WHERE axis = 'function' AND code = 'measure'").fetchone()
        assert meaning


def test_akn(released: Published, tmp_path: Path) -> None:
    folder = write(released, "akn", tmp_path)
    documents = original(released, next(d for d in DATASETS if d.name == "documents"))
    assert {p.stem for p in folder.glob("*.xml")} == {d["document_id"] for d in documents}
    for document in documents:
        assert akoma.text_of((folder / f"{document['document_id']}.xml").read_bytes()) == document["text"]


def test_akn_of_a_release_of_many_parts(released: Published, tmp_path: Path) -> None:
    """Parts are cut by source, alike in all datasets; where they are not, nothing is lost either."""
    one = {p.name: p.read_bytes() for p in write(released, "akn", tmp_path).glob("*.xml")}
    tables = {d.name: pq.read_table(released.path / d.name, partitioning=None) for d in CONTENT}
    uris = tables["documents"]["source_uri"].to_pylist()
    for name, pieces in (("alike", ("documents", "sections", "clauses")), ("unlike", ("documents",))):
        content: dict[str, Any] = {"quarantine": tables["quarantine"]}
        for dataset in DATASETS:
            cuts = [uris[:5], uris[5:]] if dataset.name in pieces else [uris]
            content[dataset.name] = [
                _part(tables, dataset, cut, tmp_path / f"{name}-{dataset.name}-{n}.parquet")
                for n, cut in enumerate(cuts)
            ]
        made = hostile.publish(content, tmp_path / name)
        folder = exporting.export("akn", None, output=tmp_path / name, to=str(tmp_path / f"{name}-akn"))["path"]
        assert len(list((made.path / "documents").iterdir())) == 2
        assert {p.name: p.read_bytes() for p in Path(folder).glob("*.xml")} == one


def _part(tables: dict[str, pa.Table], dataset: Dataset, uris: list[str], path: Path) -> tuple[Path, int]:
    """Write the rows of some sources as a part; gives it with the number of its rows."""
    rows = tables["documents"].to_pylist()
    wanted = {row["document_id"] for row in rows if row["source_uri"] in uris}
    table = tables[dataset.name]
    mine = table.filter(pa.array([key in wanted for key in table["document_id"].to_pylist()]))
    pq.write_table(mine, path)
    return path, mine.num_rows


def test_hf(released: Published, tmp_path: Path) -> None:
    """In a process of its own: the library patches and logs as it likes, and must not ask the network."""
    folder = write(released, "hf", tmp_path)
    front = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert [c["config_name"] for c in front["configs"]] == ["documents", "sections", "clauses"]
    assert "| `clause_id` |" in (folder / "DATA-DICTIONARY.md").read_text(encoding="utf-8")
    script = f"""
import sys, pyarrow.parquet as pq
from datasets import load_dataset
for name in ("documents", "sections", "clauses"):
    found = load_dataset({str(folder)!r}, name, split="train", cache_dir={str(tmp_path / "cache")!r})
    assert list(found) == pq.read_table({str(released.path)!r} + "/" + name, partitioning=None).to_pylist(), name
assert load_dataset({str(folder)!r}, split="train", cache_dir={str(tmp_path / "cache")!r}).column_names[0] == "clause_id"
"""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("form", FORMATS)
def test_a_second_export_replaces_the_first(small: Published, tmp_path: Path, form: str) -> None:
    first = write(small, form, tmp_path)
    assert write(small, form, tmp_path) == first
    assert [p.name for p in tmp_path.iterdir()] == [form], "no drafts are left"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_not_ours_stays(small: Published, tmp_path: Path, form: str, kind: str) -> None:
    target, kept = tmp_path / form, tmp_path / "kept"
    (kept / "inner").mkdir(parents=True)
    if kind == "file":
        target.write_text("mine")
    elif kind == "folder":
        (target / "inner").mkdir(parents=True)
    else:
        target.symlink_to(kept)
    with pytest.raises(UsageError, match="is there already"):
        write(small, form, tmp_path)
    assert target.is_symlink() or target.read_text() == "mine" if kind != "folder" else (target / "inner").is_dir()
    write(small, form, tmp_path, force=True)
    assert (kept / "inner").is_dir(), "what a link led to stays in any case"
    assert not target.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([form, "kept"])


def test_the_release_itself_is_never_replaced(
    small: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (small.path, small.path.parent, small.path / "csv", Path("/"), tmp_path, tmp_path.parent):
        with pytest.raises(UsageError, match="Give another place"):
            exporting.export("csv", str(small.path), output=tmp_path, to=str(place), force=True)
    assert (small.path / "datapackage.json").is_file()


def test_a_failure_leaves_what_was_there(small: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(small, "jsonl", tmp_path)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    real = export_files.batches

    def broken(release: Any, dataset: Dataset) -> Iterator[pa.RecordBatch]:
        yield from real(release, dataset)
        if dataset.name == "sections":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_files, "batches", broken)
    for form in ("jsonl", "csv", "xlsx", "sqlite"):
        with pytest.raises(UsageError, match="No space left"):
            write(small, form, tmp_path)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["jsonl"]


def test_a_swap_that_fails_puts_the_old_one_back(
    small: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(small, "jsonl", tmp_path)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if target == folder and not self.name.endswith(".old"):
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(UsageError, match="Input/output error"):
        write(small, "jsonl", tmp_path)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["jsonl"]


def test_a_damaged_release_is_refused(rules: Rules, tmp_path: Path) -> None:
    made = hostile.publish(hostile.tables(rules, ["x"]), tmp_path / "output")
    with (made.path / "clauses" / "part-00000.parquet").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(RefusedError, match="damaged"):
        exporting.export("csv", None, output=tmp_path / "output", to=str(tmp_path / "csv"))


def test_the_command(
    sample_output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(["export", "csv", "--output", str(sample_output)]) == 0
    (folder,) = tmp_path.iterdir()
    assert folder.name == f"gangmu-{(sample_output / 'latest').resolve().name}-csv"
    assert "778 clauses" in capsys.readouterr().out
    assert exit_code(["export", "jsonl", "--output", str(sample_output), "--json", "--to", "lines"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["documents"] == 17
    assert exit_code(["export", "jsonl", "--bom", "--output", str(sample_output)]) == 2
    assert exit_code(["export", "parquet", "--output", str(sample_output)]) == 2
    assert exit_code(["export", "csv", "nowhere", "--output", str(sample_output)]) == 2
