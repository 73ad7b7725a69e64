"""Every expectation can fail: a damaged release for each of them. A check without a damage fails here too."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from schemas import Column
from schemas.expectations import is_nested
from tests.flows.plain import quick
from transforms.validate import CHECKS, expectations_of
from transforms.validate.checks import TYPE_CHECKS
from transforms.validate.corpus import ACROSS as ACROSS_COLUMNS
from transforms.validate.corpus import Corpus, gather
from transforms.validate.frames import JUDGED, Frames
from transforms.validate.report import Breach, Outcome
from transforms.validate.run import COUNTED, ROWS, breaking, conclude, examine, judge_counted

Tables = dict[str, pa.Table]
A, B = "a" * 16, "b" * 16
BAD = "no-such-code"


def put(table: pa.Table, column: str, row: int, value: Any) -> pa.Table:
    """Give the table with one value replaced; the column may hold null then."""
    place = table.schema.get_field_index(column)
    kind = table.schema.field(place).type
    values = table.column(place).to_pylist()
    values[row] = value
    return table.set_column(place, pa.field(column, kind), pa.array(values, kind))


def change(dataset: str, column: str, row: int, value: Any) -> Callable[[Tables], Tables]:
    return lambda tables: {**tables, dataset: put(tables[dataset], column, row, value)}


def bump(dataset: str, column: str, row: int, by: int) -> Callable[[Tables], Tables]:
    def damage(tables: Tables) -> Tables:
        return change(dataset, column, row, tables[dataset][column][row].as_py() + by)(tables)

    return damage


def element(dataset: str, column: str, row: int, place: int, **fields: Any) -> Callable[[Tables], Tables]:
    """Change fields of one element of a nested column."""

    def damage(tables: Tables) -> Tables:
        values = tables[dataset][column][row].as_py()
        values[place] = {**values[place], **fields}
        return change(dataset, column, row, values)(tables)

    return damage


def without(dataset: str, row: int) -> Callable[[Tables], Tables]:
    def damage(tables: Tables) -> Tables:
        kept = [place for place in range(tables[dataset].num_rows) if place != row]
        return {**tables, dataset: tables[dataset].take(kept)}

    return damage


def both(*damages: Callable[[Tables], Tables]) -> Callable[[Tables], Tables]:
    def damage(tables: Tables) -> Tables:
        for one in damages:
            tables = one(tables)
        return tables

    return damage


OUTSIDE = {"start": 0, "end": 10_000}

ACROSS: dict[str, Callable[[Tables], Tables]] = {
    "documents.some": lambda tables: {**tables, "documents": tables["documents"].slice(0, 0)},
    "sections.document_id.exists": change("sections", "document_id", 0, "f" * 16),
    "sections.parent_id.exists": change("sections", "parent_id", 1, f"{A}/nowhere"),
    "clauses.document_id.exists": change("clauses", "document_id", 0, "f" * 16),
    "clauses.section_id.exists": change("clauses", "section_id", 0, f"{A}/nowhere"),
    "clauses.stem_id.exists": change("clauses", "stem_id", 1, "nowhere"),
    "documents.duplicate_of.exists": change("documents", "duplicate_of", 0, A),
    "sections.parent_id.same_document": change("sections", "parent_id", 1, f"{B}/1"),
    "clauses.section_id.same_document": change("clauses", "section_id", 0, f"{B}/1"),
    "clauses.stem_id.same_document": change("clauses", "stem_id", 1, "c3"),
    "sections.parent_id.before": change("sections", "parent_id", 0, f"{A}/2"),
    "clauses.stem_id.before": change("clauses", "stem_id", 0, "c2"),
    "clauses.references.target_id.exists": element("clauses", "references", 0, 0, target_id=f"{A}/nowhere"),
    "sections.links.target_id.exists": element("sections", "links", 0, 0, target_id="f" * 16),
    "sections.ordinal.dense": change("sections", "ordinal", 1, 7),
    "clauses.ordinal.dense": change("clauses", "ordinal", 1, 0),
    "documents.n_sections.true": bump("documents", "n_sections", 0, 1),
    "documents.n_clauses.true": without("clauses", 2),
    "documents.source_sha256.same": change("documents", "source_uri", 1, "docs/a.txt"),
    "quarantine.source_uri.absent": change("quarantine", "source_uri", 0, "docs/a.txt"),
    "documents.spans.tile": element("documents", "spans", 0, 1, end=13),
    "documents.fragments.tile": element("documents", "fragments", 0, 0, start=1),
    "documents.fragments.length": element("documents", "fragments", 0, 0, end=3),
    "documents.findings.offsets": element("documents", "findings", 0, 0, end=10_000),
    "sections.offsets": change("sections", "title_end", 0, 10_000),
    "sections.order": change("sections", "start", 1, 0),
    "sections.inside": bump("sections", "end", 0, -1),
    "clauses.offsets": change("clauses", "end", 0, 10_000),
    "clauses.order": change("clauses", "start", 1, 0),
    "clauses.inside": change("clauses", "end", 0, 10_000),
    "clauses.fragments.hull": bump("clauses", "start", 0, 1),
    "clauses.fragments.disjoint": change("clauses", "fragments", 0, [{"start": 20, "end": 40}]),
    "clauses.fragments.role": element("documents", "spans", 0, 5, role="furniture"),
    "sections.links.offsets": element("sections", "links", 0, 0, **OUTSIDE),
    "clauses.evidence.offsets": element("clauses", "evidence", 0, 0, **OUTSIDE),
    "clauses.references.offsets": element("clauses", "references", 0, 0, **OUTSIDE),
    "clauses.quantities.offsets": element("clauses", "quantities", 0, 0, start=5, end=4),
    "clauses.dates.offsets": element("clauses", "dates", 0, 0, start=-1, end=4),
    "clauses.organs.offsets": element("clauses", "organs", 0, 0, start=None),
    "clauses.places.offsets": change(
        "clauses", "places", 0, [{"text": "绿洲市", "start": 0, "end": 10_000, "kind": "city"}]
    ),
    "documents.n_chars.true": bump("documents", "n_chars", 0, 1),
    "documents.text_sha256.true": change("documents", "text_sha256", 0, "0" * 64),
    "clauses.text_raw.true": change("clauses", "text_raw", 0, "各县应当加强水利建设！"),
    "clauses.text.printed": change("clauses", "text", 0, "\u3000 "),
    "clauses.labels.complete": change("clauses", "modality_confidence", 0, None),
    "clauses.evidence.label.codes": element("clauses", "evidence", 0, 0, label="T06"),
    "clauses.themes.main": change("clauses", "themes", 0, ["T01", "T06"]),
    "documents.furniture.share": element("documents", "spans", 0, 0, role="furniture"),
}


def damaged(expectation: dict[str, Any], tables: Tables) -> Tables:
    """Break what the expectation promises."""
    name = expectation["name"]
    if name in ACROSS:
        return ACROSS[name](tables)
    dataset, _, rest = name.partition(".")
    table = tables[dataset]
    if rest == "columns":
        return {**tables, dataset: table.drop_columns(table.column_names[-1])}
    if rest == "types":
        place = table.schema.get_field_index("source_uri" if "source_uri" in table.column_names else "document_id")
        values = table.column(place).cast(pa.large_string())
        return {**tables, dataset: table.set_column(place, table.column_names[place], values)}
    return {**tables, dataset: damaged_column(rest, dataset, table)}


def damaged_column(rest: str, dataset: str, table: pa.Table) -> pa.Table:
    parts = rest.split(".")
    column = declared(dataset, parts[0])
    match parts[1:]:
        case ["required"]:
            return put(table, column.name, 0, None)
        case ["unique"]:
            return pa.concat_tables([table, table])
        case ["range"] if column.minimum is not None:
            return put(table, column.name, 0, column.minimum - 1)
        case ["pattern"]:
            return put(table, column.name, 0, table[column.name][0].as_py() + "\n")
        case ["codes"]:
            return put(table, column.name, 0, [BAD] if is_nested(column) else BAD)
        case [field, "codes"]:
            return put(table, column.name, 0, [*(table[column.name][0].as_py() or []), {field: BAD}])
    pytest.fail(f"no damage for {dataset}.{rest}: add one here, so that the check is known to fail")


def declared(dataset: str, column: str) -> Column:
    return next(d for d in JUDGED if d.name == dataset).column(column)


def outcome(expectation: dict[str, Any], tables: Tables) -> Outcome:
    frames = Frames(tables)
    checks = {check.name: check for check in (*TYPE_CHECKS, *CHECKS)}
    name, frame = expectation["name"], expectation["frame"].removesuffix(".keys")
    if name in checks:
        return judge_counted([expectation], {}, {name: Breach.of(checks[name].offenders(frames))})[0]
    if expectation["type"] in COUNTED:
        return judge_counted([expectation], {}, {name: Breach.of(breaking(expectation, frames.get(frame)))})[0]
    if frame.endswith(".columns"):
        seen = pl.DataFrame(schema=dict.fromkeys(tables[frame.partition(".")[0]].column_names, pl.Null))
        return judge_counted([expectation], {frame: seen}, {})[0]
    return judge_counted([expectation], {expectation["frame"]: frames.get(frame)}, {})[0]


@pytest.mark.parametrize("expectation", [pytest.param(e, id=e["name"]) for e in expectations_of()])
def test_fails_on_damaged_data_and_only_there(expectation: dict[str, Any], sound_tables: Tables) -> None:
    sound = outcome(expectation, sound_tables)
    assert sound.success, sound.sentence()
    broken = outcome(expectation, damaged(expectation, sound_tables))
    assert not broken.success
    assert broken.error is None
    assert broken.failures >= 1
    if expectation["name"] != "documents.some":
        assert broken.examples, "the failure names no rows"


def test_names_are_unique_and_every_damage_has_its_check() -> None:
    names = [e["name"] for e in expectations_of()]
    assert len(names) == len(set(names))
    assert ACROSS.keys() <= set(names)


LOOK_ACROSS = [
    e
    for e in expectations_of()
    if e["frame"].endswith(".keys") or any(c.across and c.name == e["name"] for c in CHECKS)
]


IN_ROWS = [
    e
    for e in expectations_of()
    if e not in LOOK_ACROSS and not e["name"].endswith(".columns") and not e["name"].startswith("quarantine.")
]


@pytest.mark.parametrize("expectation", [pytest.param(e, id=e["name"]) for e in IN_ROWS])
def test_what_packs_hold_adds_up(
    expectation: dict[str, Any], sound_tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.validate.run.judge", quick)
    name = expectation["name"]
    sound, broken = sound_tables, damaged(expectation, sound_tables)
    packs = [examine(**{dataset: tables[dataset] for dataset in ROWS}) for tables in (sound, broken, broken)]
    report = conclude(packs, sound["quarantine"], lambda: corpus(sound))
    (outcome,) = [o for o in report.outcomes if o.name == name]
    assert not packs[0].breaches[name].count
    assert outcome.failures == 2 * packs[1].breaches[name].count > 0


@pytest.mark.parametrize("dataset", ROWS)
def test_columns_that_one_pack_lacks_are_told(dataset: str, sound_tables: Tables) -> None:
    rows = {name: sound_tables[name] for name in ROWS}
    broken = damaged({"name": f"{dataset}.columns"}, rows)
    report = conclude([examine(**rows), examine(**broken)], sound_tables["quarantine"], lambda: corpus(sound_tables))
    assert {f"{dataset}.columns", f"{dataset}.types"} == {outcome.name for outcome in report.failures}


@pytest.mark.parametrize("expectation", [pytest.param(e, id=e["name"]) for e in LOOK_ACROSS])
def test_what_goes_across_documents_is_found_where_no_row_is_new(
    expectation: dict[str, Any], sound_tables: Tables
) -> None:
    """A release of which no document is looked at again: the damage lies between the unchanged ones."""
    assert conclude([], sound_tables["quarantine"], lambda: corpus(sound_tables)).ok
    broken = damaged(expectation, sound_tables)
    report = conclude([], broken["quarantine"], lambda: corpus(broken))
    assert expectation["name"] in {outcome.name for outcome in report.failures}


def corpus(tables: Tables) -> Corpus:
    """What goes across, read a row at a time."""

    def parts(name: str) -> Callable[[], list[pa.Table]]:
        table = tables[name].select(ACROSS_COLUMNS[name])
        return lambda: [table.slice(row, 1) for row in range(table.num_rows)]

    return gather(tables["documents"], parts("clauses"), parts("sections"), parts("clauses"))
