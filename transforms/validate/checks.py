"""What holds across rows and datasets, each check as a frame of the rows that break it."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from transforms.validate import keys, offsets, texts
from transforms.validate.frames import JUDGED, Frames, type_differences
from transforms.validate.report import CRITICAL, WARNING


@dataclass(frozen=True, slots=True)
class Check:
    """A promise across rows.

    Attributes:
        name: Stable name, the dataset first.
        description: The promise in one sentence.
        offenders: Gives the rows that break it, with their key.
        severity: `critical` or `warning`.
        across: Looks across sources: a source may break it though nothing in it has changed.

    """

    name: str
    description: str
    offenders: Callable[[Frames], pl.DataFrame]
    severity: str = CRITICAL
    across: bool = False


def _types(name: str) -> Check:
    dataset = next(d for d in JUDGED if d.name == name)
    return Check(
        f"{name}.types",
        "Every column has its declared Arrow type.",
        lambda frames: type_differences(frames.tables, dataset),
    )


TYPE_CHECKS = tuple(_types(dataset.name) for dataset in JUDGED)
"""Come first: where a table is not of its declared form, nothing else can be computed."""

CHECKS = (
    # Keys
    *(
        Check(
            f"{dataset.name}.{column}.exists",
            f"Every {column} is a key of {target}.",
            keys.orphans(dataset.name, column, target),
        )
        for dataset in JUDGED
        for column, target in dataset.foreign.items()
    ),
    Check(
        "documents.duplicate_of.exists",
        "A copy names another document that is no copy itself.",
        keys.broken_copies,
        across=True,
    ),
    *(
        Check(
            f"{dataset}.{column}.same_document",
            f"{column} points into the same document.",
            keys.elsewhere(dataset, column, target),
        )
        for dataset, column, target in keys.INNER
    ),
    Check(
        "sections.parent_id.before",
        "A section stands after its parent, so that there are no cycles.",
        keys.not_before("sections", "parent_id"),
    ),
    Check(
        "clauses.stem_id.before",
        "A clause stands after its stem, so that there are no cycles.",
        keys.not_before("clauses", "stem_id"),
    ),
    *(
        Check(
            f"{dataset}.{column}.target_id.exists",
            f"A target_id of {column} is a section or a document.",
            keys.lost_targets(dataset, column),
            across=True,
        )
        for dataset, column in (("clauses", "references"), ("sections", "links"))
    ),
    Check("sections.ordinal.dense", "Ordinals of a document run 0 to n-1.", keys.broken_ordinals("sections")),
    Check("clauses.ordinal.dense", "Ordinals of a document run 0 to n-1.", keys.broken_ordinals("clauses")),
    Check("documents.n_sections.true", "n_sections counts the sections.", keys.miscounted("n_sections", "sections")),
    Check("documents.n_clauses.true", "n_clauses counts the clauses.", keys.miscounted("n_clauses", "clauses")),
    Check("documents.source_sha256.same", "Documents of one source have one source_sha256.", keys.mixed_sources),
    Check(
        "quarantine.source_uri.absent",
        "A source that was set aside has no documents.",
        keys.half_quarantined,
        across=True,
    ),
    # Offsets
    Check("documents.spans.tile", "Spans tile the text from 0 to n_chars.", offsets.broken_spans),
    Check("documents.fragments.tile", "Fragments of a source's documents tile its text.", offsets.broken_sources),
    Check("documents.fragments.length", "Fragments are as long as the text.", offsets.wrong_lengths),
    Check("documents.findings.offsets", "Findings lie inside the text.", offsets.outside("documents", "findings")),
    Check("sections.offsets", "Sections and their titles lie inside the text.", offsets.outside_sections),
    Check("sections.order", "Sections are in reading order.", offsets.unordered("sections")),
    Check("sections.inside", "A section lies inside its parent.", offsets.outside_parent),
    Check("clauses.offsets", "Clauses lie inside the text and are not empty.", offsets.outside_clauses),
    Check("clauses.order", "Clauses are in reading order.", offsets.unordered("clauses")),
    Check("clauses.inside", "A clause lies inside its section.", offsets.outside_section),
    Check("clauses.fragments.hull", "start and end are the hull of ordered fragments.", offsets.wrong_hulls),
    Check("clauses.fragments.disjoint", "No character belongs to two clauses.", offsets.shared_characters),
    Check("clauses.fragments.role", "Clauses are exactly the characters of role clause.", offsets.uncovered),
    *(
        Check(f"clauses.{column}.offsets", f"{column} lie inside the text.", offsets.outside("clauses", column))
        for column in ("evidence", "references", "quantities", "dates", "organs", "places")
    ),
    Check("sections.links.offsets", "Links lie inside the text.", offsets.outside("sections", "links")),
    # Texts and labels
    Check("documents.n_chars.true", "n_chars counts the code points of the text.", texts.wrong_n_chars),
    Check("documents.text_sha256.true", "text_sha256 is the digest of the text.", texts.wrong_digest),
    Check("clauses.text_raw.true", "text_raw is the fragments as printed.", texts.wrong_text_raw),
    Check("clauses.text.printed", "A clause has printed characters.", texts.blank_clauses),
    Check("clauses.labels.complete", "Every clause has a label and a confidence on all axes.", texts.unlabelled),
    Check("clauses.evidence.label.codes", "Labels of evidence are codes of their axis.", texts.unknown_evidence),
    Check("clauses.themes.main", "themes has one to three themes, the main one first.", texts.wrong_themes),
    Check(
        "documents.furniture.share",
        "At least 97 % of the printed characters carry content.",
        texts.much_furniture,
        WARNING,
    ),
)
