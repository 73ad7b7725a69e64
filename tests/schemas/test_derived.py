"""What is derived from the declared columns."""

import json

import pyarrow as pa
import pytest

from schemas import CLAUSES, DATASETS, QUARANTINE, Column, Dataset
from schemas.descriptor import FileFacts, descriptor, table_schema, type_name
from schemas.dictionary import as_json, as_markdown
from schemas.expectations import expectations
from schemas.vocabularies import CODEBOOK

ALL = (*DATASETS, QUARANTINE)


@pytest.mark.parametrize("dataset", ALL, ids=lambda d: d.name)
def test_every_promise_of_a_column_is_an_expectation(dataset: Dataset) -> None:
    names = {e["name"] for e in expectations(dataset)}
    for column in dataset.columns:
        own = {name.removeprefix(f"{dataset.name}.{column.name}.") for name in names}
        promised = {
            "required": column.required,
            "unique": column.unique,
            "pattern": column.pattern is not None,
            "codes": bool(column.codes),
            "range": column.minimum is not None or column.maximum is not None,
        }
        assert {check for check, wanted in promised.items() if wanted} == own & promised.keys(), column.name
        assert {f"{field}.codes" for field in column.fields} <= own


def test_expectations_are_plain_values() -> None:
    for dataset in ALL:
        json.dumps(expectations(dataset), allow_nan=False)


def test_types_as_words() -> None:
    assert type_name(CLAUSES.column("fragments").type) == "list<struct<start: int32, end: int32>>"
    assert type_name(pa.string()) == "string"


def test_descriptor_is_valid_and_links_the_datasets() -> None:
    file = FileFacts(path="documents/part-00000.parquet", size=1, sha256="0" * 64, rows=0)
    package = descriptor(version="v", files={d.name: (d, [file]) for d in ALL}, facts={"run": "r"})
    assert package["resources"][0]["hash"] == f"sha256:{'0' * 64}"
    two = descriptor(version="v", files={d.name: (d, [file, file]) for d in ALL}, facts={})["resources"][0]
    assert (two["path"], two["bytes"], len(two["parts"])) == ([file.path] * 2, 2, 2)
    assert "hash" not in two
    # Against the profile: tests/transforms/publish.
    assert package["resources"][0]["path"] == "documents/part-00000.parquet"
    keys = table_schema(CLAUSES, known={"documents", "sections", "clauses"})["foreignKeys"]
    assert {"fields": ["document_id"], "reference": {"resource": "documents", "fields": ["document_id"]}} in keys
    assert {"fields": ["stem_id"], "reference": {"fields": ["clause_id"]}} in keys


def test_descriptor_names_types_that_it_does_not_know() -> None:
    odd = Dataset(name="odd", title="", description="", columns=(Column("b", pa.binary(), ""),))
    with pytest.raises(TypeError, match=r"schemas/descriptor\.py"):
        table_schema(odd, known=set())


def test_dictionary_tells_of_every_column() -> None:
    text = as_markdown(ALL)
    for dataset in ALL:
        assert f"## {dataset.name}" in text
        for column in dataset.columns:
            assert f"| `{column.name}` | {type_name(column.type)} |" in text
    assert json.loads(json.dumps(as_json(ALL)))["clauses"]["columns"][0]["name"] == "clause_id"


@pytest.mark.parametrize("dataset", ALL, ids=lambda d: d.name)
def test_no_question_stays_about_a_column(dataset: Dataset) -> None:
    for column in dataset.columns:
        assert column.description.endswith((".", "…")), column.name
        assert bool(column.null) != column.required, f"{column.name}: say what null means, where it is allowed"
        element = column.type.value_type if pa.types.is_list(column.type) else column.type
        fields = {field.name for field in element} if pa.types.is_struct(element) else set()
        assert set(column.inner) == fields, f"{column.name}: say what each field means"
    if dataset in DATASETS:
        assert dataset.stage


def test_dictionary_explains_every_code() -> None:
    text = as_markdown(ALL)
    for label in CODEBOOK:
        assert f"### clauses.{label.axis}\n" in text
        assert f"- `{label.code}`: {label.zh}, {label.en}: {label.definition}" in text
