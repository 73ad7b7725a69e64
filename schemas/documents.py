"""documents: one row for every document found in the sources."""

import pyarrow as pa

from schemas.column import FRAGMENTS, HULL, STRINGS, Column, Dataset
from schemas.vocabularies import EVENTS, GENRES, LABELS, ROLES, SCRIPTS, SEVERITIES

S, N, D = pa.string(), pa.int32(), pa.date32()

FINDINGS = pa.list_(pa.struct([("code", S), ("severity", S), ("message", S), ("start", N), ("end", N)]))
SPANS = pa.list_(pa.struct([("start", N), ("end", N), ("role", S)]))

DOCUMENTS = Dataset(
    name="documents",
    title="Documents",
    description="One row for every document. Its text is the canonical text that all offsets of all datasets count in.",
    key="document_id",
    sort=("source_uri", "document_id"),
    stage="segment",
    columns=(
        Column(
            "document_id",
            S,
            "Stable id, from source_uri and the document's ordinal in its source.",
            required=True,
            unique=True,
            pattern=r"[0-9a-f]{16}",
            stage="extract",
        ),
        Column(
            "source_uri",
            S,
            "Path of the source relative to what was given to the run, POSIX form.",
            required=True,
            stage="extract",
        ),
        Column(
            "source_sha256",
            S,
            "SHA-256 of the source's bytes.",
            required=True,
            pattern=r"[0-9a-f]{64}",
            stage="extract",
        ),
        Column(
            "source_format",
            S,
            "Format of the source: text, markdown, html, docx, doc, wps, pdf, image, ofd, docling; jsonl, csv, parquet for records of a dump.",
            required=True,
            stage="extract",
        ),
        Column(
            "source_encoding",
            S,
            "Character encoding that the source was decoded with; utf-8 for formats that are no plain text.",
            required=True,
            stage="extract",
        ),
        Column("title", S, "Title as printed, lines joined.", null="no title was found"),
        Column(
            "title_reading",
            S,
            "Title in Simplified characters, line breaks and inner spaces removed.",
            null="title is null",
        ),
        Column("subtitle", S, "Subtitle or 副标题 as printed.", null="the document has none"),
        Column("genre", S, "Genre of the text.", required=True, codes=GENRES),
        Column(
            "issuer", S, "Issuing organ (发文机关) as printed.", null="no organ is named in header, title or signature"
        ),
        Column(
            "document_number",
            S,
            "Document number (发文字号) as printed.",
            null="the document names none (laws and news have none)",
        ),
        Column(
            "document_number_norm", S, "Document number with 〔〕 and ASCII digits.", null="document_number is null"
        ),
        Column(
            "index_number",
            S,
            "索引号 of the disclosure header.",
            null="no disclosure header, or the header has no such field",
        ),
        Column(
            "theme_declared",
            S,
            "主题分类 of the disclosure header, as printed.",
            null="no disclosure header, or the header has no such field",
        ),
        Column(
            "theme_predicted",
            pa.list_(pa.struct([("code", S), ("score", pa.float64())])),
            "Themes predicted from the text, best first; never mixed with the declared one.",
            fields={"code": LABELS["theme"]},
            null="labels were not asked for",
            stage="classify",
            inner={
                "code": "theme, from T01 to T22",
                "score": "share of the theme in the clauses, by characters and probability, 0 to 1",
            },
        ),
        Column("subject_words", STRINGS, "主题词 of the header.", null="the document has no such line"),
        Column(
            "disclosure", S, "公开属性: 主动公开, 依申请公开, 不予公开.", null="no such field or note (此件公开发布)"
        ),
        Column("secrecy", S, "密级 as printed.", null="not marked, the usual case"),
        Column("urgency", S, "紧急程度 as printed.", null="not marked, the usual case"),
        Column("addressee", S, "主送机关 as printed, without the colon.", null="the document addresses nobody"),
        Column("copied_to", S, "抄送机关 as printed, without label and stop.", null="the document has no such line"),
        Column("signatory", S, "签发人 or the person who signs or reports.", null="nobody is named"),
        Column(
            "written_on",
            D,
            "成文日期: date under the text or in the header.",
            null="no date stands under the text or in the header",
        ),
        Column("adopted_by", S, "Meeting that adopted the text, as printed.", null="no adoption is told"),
        Column("adopted_on", D, "Date on which a meeting adopted the text (通过).", null="no adoption is told"),
        Column("published_on", D, "Date of publication (公布, 发布).", null="no date of publication is told"),
        Column(
            "effective_on",
            D,
            "Date of entry into force (施行).",
            null="the text does not tell; it may be in force from its publication",
        ),
        Column(
            "history",
            pa.list_(pa.struct([("event", S), ("date", D), ("organ", S), ("text", S)])),
            "Steps that the note under the title of an act tells (通过, 公布, 施行, 修正 …), in its order: date, organ and words as printed.",
            fields={"event": EVENTS},
            null="never: without a note the list is empty",
            inner={
                "event": "what befell the act",
                "date": "when; null where the note does not say",
                "organ": "who, as printed; null where the note does not say",
                "text": "the words of the note",
            },
        ),
        Column("validity", S, "有效性 of the header.", null="no disclosure header, or the header has no such field"),
        Column(
            "url",
            S,
            "Address that the header or the dump names (网址).",
            null="neither header nor dump names one",
            stage="extract",
        ),
        Column(
            "dateline",
            S,
            "Dateline of a news item as printed: 新华社北京3月2日电.",
            null="no news item, or one without a dateline",
        ),
        Column("bylines", STRINGS, "Personal names of the byline.", null="nobody is named"),
        Column(
            "continues",
            S,
            "Continuation over pages: from:第一版, to:第四版.",
            null="the text does not go on over pages",
        ),
        Column("script", S, "Script of the printed text.", required=True, codes=SCRIPTS, stage="clean"),
        Column(
            "attachments", STRINGS, "Titles of the attachments.", null="never: without attachments the list is empty"
        ),
        Column(
            "keywords",
            STRINGS,
            "Keywords of the document, best first: words that are frequent here and rare in others (jieba).",
            null="labels were not asked for",
            stage="classify",
        ),
        Column(
            "duplicate_of",
            S,
            "document_id of the document that this one repeats, exactly or nearly.",
            null="the document repeats no other",
            stage="publish",
        ),
        Column(
            "similarity",
            pa.float64(),
            "Share of the five-character sequences that a copy and duplicate_of have in common; 1: the same text.",
            minimum=0,
            maximum=1,
            null="duplicate_of is null",
            stage="publish",
        ),
        Column(
            "fragments",
            FRAGMENTS,
            "Pieces of the source's extracted text that the document is made of, in reading order; "
            "over the documents of a source they tile it.",
            required=True,
            stage="extract",
            inner={"start": "first character in the source's extracted text", "end": "after the last character"},
        ),
        Column(
            "text",
            S,
            "Canonical text: the fragments, concatenated. Offsets count Unicode code points in it.",
            required=True,
            stage="extract",
        ),
        Column(
            "text_sha256", S, "SHA-256 of the text in UTF-8.", required=True, pattern=r"[0-9a-f]{64}", stage="extract"
        ),
        Column("n_chars", N, "Code points of the text.", required=True, minimum=0, stage="extract"),
        Column("n_sections", N, "Rows of sections that belong to the document.", required=True, minimum=0),
        Column("n_clauses", N, "Rows of clauses that belong to the document.", required=True, minimum=0),
        Column(
            "spans",
            SPANS,
            "Role of every character, ordered, without hole or overlap.",
            required=True,
            fields={"role": tuple(ROLES)},
            inner={
                **HULL,
                "role": "what the characters are",
            },
        ),
        Column(
            "findings",
            FINDINGS,
            "What was noticed: gaps in numbering, repairs, missing parts.",
            required=True,
            fields={"severity": SEVERITIES},
            inner={
                "code": "what was found, stable",
                "severity": "info, warning or error",
                "message": "one sentence",
                "start": "first character in documents.text; null where it concerns the whole",
                "end": "after the last character",
            },
        ),
    ),
)
