"""The promise of losslessness, checked on the rows of a document: used by every test that structures text."""

from itertools import pairwise
from typing import Any

from transforms.clean import clean
from transforms.extract import extract
from transforms.segment import Rules, Segmented, segment


def structure(text: str | bytes, rules: Rules, *, uri: str = "document.txt") -> Segmented:
    """Extract, clean and segment a text, and hold the result to the promise."""
    data = text.encode() if isinstance(text, str) else text
    source = extract(data, source_uri=uri)
    reading = clean(source)
    result = segment(source, reading, rules)
    check_reading(source, reading)
    check_promise(source["text"], result)
    return result


def check_reading(source: dict[str, Any], reading: dict[str, Any]) -> None:
    """Pieces and marks together hold every character of the source once."""
    covered = sorted(
        [(p["start"], p["end"]) for p in reading["pieces"]] + [(m["start"], m["end"]) for m in reading["marks"]]
    )
    assert _tiles(covered, len(source["text"]))
    assert sum(p["end"] - p["start"] for p in reading["pieces"]) == len(reading["text"])


def check_promise(text: str, result: Segmented) -> None:
    """Nothing lost, nothing invented."""
    pieces = sorted((f["start"], f["end"]) for d in result.documents for f in d["fragments"])
    assert _tiles(pieces, len(text)), "the documents of a source tile it"
    sections = {s["section_id"]: s for s in result.sections}
    assert len(sections) == len(result.sections), "section ids are unique"
    clause_ids = [c["clause_id"] for c in result.clauses]
    assert len(set(clause_ids)) == len(clause_ids), "clause ids are unique"
    for document in result.documents:
        assert document["text"] == "".join(text[f["start"] : f["end"]] for f in document["fragments"])
        _check_document(document, result, sections)


def _check_document(document: dict[str, Any], result: Segmented, sections: dict[str, dict[str, Any]]) -> None:
    text = document["text"]
    spans = [(s["start"], s["end"]) for s in document["spans"]]
    assert _tiles(spans, len(text)), "spans hold every character once"
    by_role = [(a["start"], a["end"], a["role"]) for a in document["spans"]]
    assert all(x[2] != y[2] for x, y in pairwise(by_role)), "neighbouring spans differ in role"
    own = [c for c in result.clauses if c["document_id"] == document["document_id"]]
    assert [c["ordinal"] for c in own] == list(range(len(own)))
    assert document["n_clauses"] == len(own)
    clause_characters = sorted(i for a, b, role in by_role if role == "clause" for i in range(a, b))
    from_clauses = sorted(i for c in own for f in c["fragments"] for i in range(f["start"], f["end"]))
    assert from_clauses == clause_characters, "clauses are exactly the characters of role clause"
    for clause in own:
        assert clause["fragments"], "a clause has characters"
        assert clause["start"] == clause["fragments"][0]["start"]
        assert clause["end"] == clause["fragments"][-1]["end"]
        assert clause["text_raw"] == "".join(text[f["start"] : f["end"]] for f in clause["fragments"])
        assert clause["section_id"] is None or clause["section_id"] in sections
    mine = [s for s in result.sections if s["document_id"] == document["document_id"]]
    assert document["n_sections"] == len(mine)
    assert [s["ordinal"] for s in mine] == list(range(len(mine)))
    for section in mine:
        assert 0 <= section["start"] <= section["end"] <= len(text)
        if section["parent_id"] is not None:
            assert sections[section["parent_id"]]["ordinal"] < section["ordinal"]
    starts = [s["start"] for s in mine]
    assert starts == sorted(starts), "sections stand in reading order"


def _tiles(spans: list[tuple[int, int]], length: int) -> bool:
    position = 0
    for start, end in spans:
        if start != position or end <= start:
            return False
        position = end
    return position == length
