"""Results of a batch are written by groups of documents: whole documents, and no row twice or lost."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows import tables, work
from flows.sources import File
from schemas import CLAUSES, SECTIONS
from tests.flows.conftest import NOTICE

NAMES = ("documents", "sections", "clauses")


def segmented(folder: Path, count: int) -> Path:
    """Make a batch of so many documents, as far as the table of clauses."""
    files = []
    for n in range(count):
        path = folder / f"{n}.txt"
        path.write_text(NOTICE.replace("水库", f"水库{n}"), encoding="utf-8")
        files.append(File(str(path), path.name, path.stat().st_size))
    batch = work.prepare(folder / "batch", files)
    for stage in ("extract", "clean", "segment"):
        assert work.run_stage(stage, str(batch)) == 0
    return batch


def groups(batch: Path) -> list[tuple[pa.Table, ...]]:
    return list(zip(*(tables.chunks(batch / f"labelled-{name}.arrow") for name in NAMES), strict=True))


def keys(found: list[pa.Table], name: str) -> list[Any]:
    return sorted(key for table in found for key in table[name].to_pylist())


def test_a_group_holds_all_rows_of_its_documents(tmp_path: Path) -> None:
    batch = segmented(tmp_path, 2 * work.GROUP + 1)
    assert work.run_stage("classify", str(batch)) == 0
    found = groups(batch)
    assert [documents.num_rows for documents, _, _ in found] == [work.GROUP, work.GROUP, 1]
    for documents, *others in found:
        for table in others:
            assert set(table["document_id"].to_pylist()) == set(documents["document_id"].to_pylist())
            places = list(zip(table["document_id"].to_pylist(), table["ordinal"].to_pylist(), strict=True))
            assert places == sorted(places)
    for place, name, key in ((1, "sections", "section_id"), (2, "clauses", "clause_id")):
        before = list(tables.chunks(batch / f"{name}.arrow"))
        assert keys([group[place] for group in found], key) == keys(before, key)


def test_a_row_of_no_document_is_kept(tmp_path: Path) -> None:
    """A fault of segment: the validation must see it."""
    batch = segmented(tmp_path, work.GROUP + 1)
    for name, dataset in (("sections", SECTIONS), ("clauses", CLAUSES)):
        table = pa.concat_tables(tables.chunks(batch / f"{name}.arrow"))
        ids = table["document_id"].to_pylist()
        lost = pa.array(["lost" if key == max(ids) else key for key in ids])
        place = table.schema.get_field_index("document_id")
        with tables.writing(batch / f"{name}.arrow", dataset) as sink:
            sink.write(table.set_column(place, table.schema.field(place), lost))
    assert work.run_stage("classify", str(batch)) == 0
    for place in (1, 2):
        held = [pc.sum(pc.equal(group[place]["document_id"], "lost")).as_py() or 0 for group in groups(batch)]
        assert held[0] > 0
        assert not any(held[1:])
