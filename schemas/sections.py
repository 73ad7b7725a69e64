"""sections: the outline, in reading order."""

import pyarrow as pa

from schemas.column import SPAN, STRINGS, Column, Dataset, span_list
from schemas.vocabularies import SECTION_KINDS

S, N, B = pa.string(), pa.int32(), pa.bool_()

SECTIONS = Dataset(
    name="sections",
    title="Sections",
    description="The outline of every document in reading order: one row for every division, heading, item and zone.",
    key="section_id",
    foreign={"document_id": "documents", "parent_id": "sections"},
    sort=("document_id", "ordinal"),
    stage="segment",
    columns=(
        Column(
            "section_id",
            S,
            "document_id/path in the manner of Akoma Ntoso: …/chp_2__art_16__para_2; repeats get _2.",
            required=True,
            unique=True,
        ),
        Column("document_id", S, "Document that the section belongs to.", required=True),
        Column(
            "parent_id", S, "section_id of the section around it; null at the top.", null="the section is outermost"
        ),
        Column("ordinal", N, "Place in reading order within the document, from 0.", required=True, minimum=0),
        Column("depth", N, "Level within the numbering of its zone, 1 = outermost.", required=True, minimum=1),
        Column("kind", S, "Kind of section.", required=True, codes=tuple(SECTION_KINDS)),
        Column(
            "label", S, "Number as printed: 第一章, （一）, 12.", null="nothing is printed before the title or text"
        ),
        Column("number", S, "Number normalised: 12; 24-2 for 第二十四条之二.", null="there is no number"),
        Column(
            "title",
            S,
            "Title as printed, without the label.",
            null="the section has none (articles, items); its text follows at once",
        ),
        Column("path", STRINGS, "Titles (else labels) of the sections around it, outermost first.", required=True),
        Column("start", N, "First character of the label, else of the title or text.", required=True, minimum=0),
        Column("end", N, "Before the next section that is not inside this one.", required=True, minimum=0),
        Column("title_start", N, "First character of the title.", minimum=0, null="title is null"),
        Column("title_end", N, "After the last character of the title.", minimum=0, null="title is null"),
        Column("inferred", B, "True where no printed mark says that the section begins here.", required=True),
        Column(
            "evidence",
            STRINGS,
            "Why the section was taken, at this level: numbering family, place in the sequence, what stands before it, level.",
            required=True,
        ),
        Column(
            "links",
            span_list(target_id=S),
            "Entries of a table of contents and the sections they name; toc only.",
            null="the section is no table of contents",
            inner={
                **SPAN,
                "target_id": "section_id that the entry names; null where there is none",
            },
        ),
        Column(
            "keywords",
            STRINGS,
            "Keywords of the section and what is in it, best first (jieba).",
            null="labels were not asked for",
            stage="classify",
        ),
        Column("cells", pa.list_(STRINGS), "Rows of cells; tables only.", null="the section is no table"),
    ),
)
