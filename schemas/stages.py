"""What the stages hand to each other as files, and the list of what was set aside. Not part of the three datasets."""

import pyarrow as pa

from schemas.column import Column, Dataset
from schemas.documents import FINDINGS
from schemas.vocabularies import HINTS, ROLES, SCRIPTS, STAGES

S, N = pa.string(), pa.int32()

SOURCES = Dataset(
    name="sources",
    title="Sources",
    description="extract -> clean: the extracted text of every source.",
    key="source_uri",
    sort=("source_uri",),
    columns=(
        Column("source_uri", S, "Path relative to what was given to the run.", required=True, unique=True),
        Column("source_sha256", S, "SHA-256 of the bytes.", required=True),
        Column("source_format", S, "Format.", required=True),
        Column("source_encoding", S, "Encoding.", required=True),
        Column("text", S, "Extracted text; for text files the decoded file itself.", required=True),
        Column(
            "hints",
            pa.list_(pa.struct([("start", N), ("end", N), ("kind", S), ("value", S)])),
            "What the container knows of characters of the text: bold and 楷体 runs, headings (value: level from 1), pages "
            "(value: number), heads and feet of pages, line breaks at the edge of the page.",
            required=True,
            fields={"kind": HINTS},
        ),
        Column(
            "tables",
            pa.list_(pa.struct([("start", N), ("end", N), ("cells", pa.list_(pa.list_(S)))])),
            "Tables in the text, in order: the characters they take and their rows of cells; merged cells are repeated.",
            required=True,
        ),
        Column("findings", FINDINGS, "What the reader noticed.", required=True),
    ),
)

READINGS = Dataset(
    name="readings",
    title="Readings",
    description="clean -> segment: the reading text of every source with the map back to its extracted text.",
    key="source_uri",
    sort=("source_uri",),
    columns=(
        Column("source_uri", S, "Source.", required=True, unique=True),
        Column(
            "text",
            S,
            "Reading text: Simplified, joined; one character for each character of the pieces.",
            required=True,
        ),
        Column(
            "pieces",
            pa.list_(pa.struct([("start", N), ("end", N)])),
            "Pieces of the extracted text that the reading text is made of, in order: the map back.",
            required=True,
        ),
        Column(
            "marks",
            pa.list_(pa.struct([("start", N), ("end", N), ("role", S), ("code", S)])),
            "Characters of the extracted text that are not read: role and reason.",
            required=True,
            fields={"role": tuple(ROLES)},
        ),
        Column("layout", S, "How line breaks are used.", required=True, codes=("lines", "wrapped", "flat")),
        Column("script", S, "Script of the printed text.", required=True, codes=SCRIPTS),
        Column("findings", FINDINGS, "Repairs and doubts.", required=True),
    ),
)

QUARANTINE = Dataset(
    name="quarantine",
    title="Quarantine",
    description="Sources that could not be processed, with the stage and the reason.",
    key="source_uri",
    sort=("source_uri",),
    columns=(
        Column("source_uri", S, "Source that was set aside.", required=True, unique=True),
        Column(
            "source_sha256",
            S,
            "SHA-256 of its bytes, where they could be read.",
            pattern=r"[0-9a-f]{64}",
            null="the bytes could not be read",
        ),
        Column("stage", S, "Stage that refused it.", required=True, codes=STAGES),
        Column("code", S, "Short reason, stable.", required=True),
        Column("reason", S, "What is wrong and what to do.", required=True),
        Column(
            "traceback_id",
            S,
            "Digest of the traceback for an unforeseen error; its text is in the run's report.",
            null="the failure was foreseen; reason tells all",
        ),
    ),
)
