"""clauses: the leaves."""

import pyarrow as pa

from schemas.column import FRAGMENTS, STRINGS, Column, Dataset, span_list
from schemas.vocabularies import AXES, LABELS, ORGAN_ROLES, PLACE_KINDS, REFERENCE_KINDS

S, N, F = pa.string(), pa.int32(), pa.float64()

EVIDENCE = pa.list_(pa.struct([("axis", S), ("label", S), ("rule", S), ("start", N), ("end", N), ("weight", F)]))
RUNNER_UP = pa.list_(pa.struct([("axis", S), ("label", S), ("margin", F)]))

CLAUSES = Dataset(
    name="clauses",
    title="Clauses",
    description="One row for every leaf clause: a sentence, a member of a ； series or a list item, labelled on four axes.",
    key="clause_id",
    foreign={"document_id": "documents", "section_id": "sections", "stem_id": "clauses"},
    sort=("document_id", "ordinal"),
    columns=(
        Column(
            "clause_id",
            S,
            "Stable id from the document, the normalised text and its k-th occurrence; a clause that moves keeps it.",
            required=True,
            unique=True,
        ),
        Column("document_id", S, "Document that the clause belongs to.", required=True),
        Column("section_id", S, "Innermost section around the clause; null before the first section."),
        Column("ordinal", N, "Place in reading order within the document, from 0.", required=True, minimum=0),
        Column("start", N, "Hull of the fragments: first character.", required=True, minimum=0),
        Column("end", N, "Hull of the fragments: after the last character.", required=True, minimum=1),
        Column("fragments", FRAGMENTS, "Exactly the clause's characters of role clause.", required=True),
        Column("text", S, "Reading text: Simplified, joined, repaired.", required=True),
        Column("text_raw", S, "The fragments as printed.", required=True),
        Column(
            "statement",
            S,
            "Stem and item read as one sentence where the item depends on its stem, else the text.",
            required=True,
        ),
        Column("stem_id", S, "clause_id of the stem that the clause depends on."),
        Column("function", S, "What the clause does.", codes=LABELS["function"]),
        Column("modality", S, "Operator on the main predicate.", codes=LABELS["modality"]),
        Column("theme", S, "Main theme.", codes=LABELS["theme"]),
        Column("themes", STRINGS, "One to three themes, the main one first.", codes=LABELS["theme"]),
        Column("instrument", S, "Tool of policy, kind/sub, or none.", codes=LABELS["instrument"]),
        *(Column(f"{axis}_confidence", F, f"Confidence in the {axis}, 0 to 1.", minimum=0, maximum=1) for axis in AXES),
        Column("uncertain", STRINGS, "Axes whose confidence is below their threshold.", codes=AXES),
        Column(
            "evidence",
            EVIDENCE,
            "What speaks for each label, the strongest first: rule of the codebook, the characters it matched in the document's "
            "text, and what it adds to the score.",
            fields={"axis": AXES},
        ),
        Column(
            "runner_up",
            RUNNER_UP,
            "The second best label of each axis, and by how much its score falls short.",
            fields={"axis": AXES},
        ),
        Column(
            "references",
            span_list(kind=S, target_id=S),
            "Cited articles and documents.",
            fields={"kind": REFERENCE_KINDS},
        ),
        Column(
            "quantities",
            span_list(value=F, unit=S, indicator=S, year=N),
            "Numbers with unit, what they measure, and the target year.",
        ),
        Column(
            "dates", span_list(**{"from": pa.date32(), "to": pa.date32()}), "Dates and periods, both ends inclusive."
        ),
        Column("organs", span_list(role=S), "Organs and their part in the task.", fields={"role": ORGAN_ROLES}),
        Column(
            "places", span_list(kind=S), "Places, by the level that their name tells.", fields={"kind": PLACE_KINDS}
        ),
        Column(
            "keywords",
            STRINGS,
            "Words of the clause that carry content, best first (jieba).",
        ),
    ),
)
