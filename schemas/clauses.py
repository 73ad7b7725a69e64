"""clauses: the leaves."""

import pyarrow as pa

from schemas.column import FRAGMENTS, HULL, SPAN, STRINGS, Column, Dataset, span_list
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
    stage="classify",
    columns=(
        Column(
            "clause_id",
            S,
            "Stable id from the document, the normalised text and its k-th occurrence; a clause that moves keeps it.",
            required=True,
            unique=True,
            stage="segment",
        ),
        Column("document_id", S, "Document that the clause belongs to.", required=True, stage="segment"),
        Column(
            "section_id",
            S,
            "Innermost section around the clause; null before the first section.",
            null="the clause stands before the first section, or the document has none",
            stage="segment",
        ),
        Column(
            "ordinal",
            N,
            "Place in reading order within the document, from 0.",
            required=True,
            minimum=0,
            stage="segment",
        ),
        Column("start", N, "Hull of the fragments: first character.", required=True, minimum=0, stage="segment"),
        Column("end", N, "Hull of the fragments: after the last character.", required=True, minimum=1, stage="segment"),
        Column(
            "fragments",
            FRAGMENTS,
            "Exactly the clause's characters of role clause.",
            required=True,
            stage="segment",
            inner={**HULL},
        ),
        Column("text", S, "Reading text: Simplified, joined, repaired.", required=True, stage="segment"),
        Column("text_raw", S, "The fragments as printed.", required=True, stage="segment"),
        Column(
            "statement",
            S,
            "Stem and item read as one sentence where the item depends on its stem, else the text.",
            required=True,
            stage="segment",
        ),
        Column(
            "stem_id",
            S,
            "clause_id of the stem that the clause depends on.",
            null="the clause depends on no other",
            stage="segment",
        ),
        Column(
            "function",
            S,
            "What the clause does in its document: states a goal, orders a measure, sets a norm …",
            codes=LABELS["function"],
            null="never in a release",
        ),
        Column(
            "modality",
            S,
            "Operator on the main predicate: 应当, 不得, 可以, 鼓励 …; none is an answer, not a gap.",
            codes=LABELS["modality"],
            null="never in a release: a clause without an operator is none",
        ),
        Column(
            "theme",
            S,
            "Main theme, of the 22 themes that gov.cn sorts documents by.",
            codes=LABELS["theme"],
            null="never in a release",
        ),
        Column(
            "themes",
            STRINGS,
            "One to three themes, the main one first.",
            codes=LABELS["theme"],
            null="never in a release",
        ),
        Column(
            "instrument",
            S,
            "Tool of policy as kind/sub-kind (supply, environment, demand), or none.",
            codes=LABELS["instrument"],
            null="never in a release: a clause without a tool is none",
        ),
        *(
            Column(
                f"{axis}_confidence",
                F,
                f"Confidence in the {axis}, 0 to 1.",
                minimum=0,
                maximum=1,
                null="never in a release",
            )
            for axis in AXES
        ),
        Column(
            "uncertain",
            STRINGS,
            "Axes whose confidence is below their threshold in seeds/codebook/confidence.csv: to be read by a person.",
            codes=AXES,
            null="never in a release: where all is sure the list is empty",
        ),
        Column(
            "evidence",
            EVIDENCE,
            "What speaks for each label, the strongest first: rule of the codebook, the characters it matched in the document's "
            "text, and what it adds to the score.",
            fields={"axis": AXES},
            null="never in a release",
            inner={
                "axis": "which label it speaks for",
                "label": "the label",
                "rule": "kind:name of the rule: cue and word of seeds/codebook/cues.csv, mark, word …",
                **HULL,
                "weight": "points that it adds to the score; negative speaks against",
            },
        ),
        Column(
            "runner_up",
            RUNNER_UP,
            "The second best label of each axis, and by how much its score falls short.",
            fields={"axis": AXES},
            null="never in a release",
            inner={
                "axis": "axis",
                "label": "second best label",
                "margin": "points between the best and this one; small is doubtful",
            },
        ),
        Column(
            "references",
            span_list(kind=S, target_id=S),
            "Cited articles and documents.",
            fields={"kind": REFERENCE_KINDS},
            null="never in a release: where there are none the list is empty",
            inner={
                **SPAN,
                "kind": "internal: a place of the same document; document: a title in 《》; document_number: 国发〔2026〕4号",
                "target_id": "section_id or document_id that is meant; null where the release holds none, or several",
            },
        ),
        Column(
            "quantities",
            span_list(value=F, unit=S, indicator=S, year=N),
            "Numbers with unit, what they measure, and the target year.",
            null="never in a release: where there are none the list is empty",
            inner={
                **SPAN,
                "value": "the number, 万 and 亿 multiplied out; of 5% it is 5",
                "unit": "unit as printed without 万 and 亿; null for a bare number",
                "indicator": "what is measured, as far as the words before tell; null where they do not",
                "year": "year by which the target is to be reached; null where none is told",
            },
        ),
        Column(
            "dates",
            span_list(**{"from": pa.date32(), "to": pa.date32()}),
            "Dates and periods, both ends inclusive.",
            null="never in a release: where there are none the list is empty",
            inner={
                **SPAN,
                "from": "first day",
                "to": "last day; of a single day the same as from",
            },
        ),
        Column(
            "organs",
            span_list(role=S),
            "Organs and their part in the task.",
            fields={"role": ORGAN_ROLES},
            null="never in a release: where there are none the list is empty",
            inner={
                **SPAN,
                "role": "issuer of the document, lead of the task, participant in it, or only mentioned",
            },
        ),
        Column(
            "places",
            span_list(kind=S),
            "Places, by the level that their name tells.",
            fields={"kind": PLACE_KINDS},
            null="never in a release: where there are none the list is empty",
            inner={
                **SPAN,
                "kind": "level that the name tells; place where it tells none",
            },
        ),
        Column(
            "keywords",
            STRINGS,
            "Words of the clause that carry content, best first (jieba).",
            null="never in a release: where there are none the list is empty",
        ),
    ),
)
