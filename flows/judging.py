"""The validation of a run: packs examined in the workers, the sum of it judged in the validator. Without Prefect, paths in."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows import change, packs, reference, tables
from flows.assembly import ROWS, Joined, Sources, each_rows, read_rows
from flows.sealed import read_sealed, write_sealed
from schemas.vocabularies import AXES

MEASURED = ("document_id", *AXES, "uncertain")
"""Columns of clauses that are counted, to compare them with those of the former release."""
TOGETHER = 512
"""Sources whose rows are held in memory while they are examined; of a large corpus, packs are larger."""


def unexamined(joined: Joined) -> dict[str, Sources]:
    """Sources whose rows have not passed before, by pack."""
    code = reference.code("validate")
    new: dict[str, Sources] = {}
    for pack, sources in joined.packs.items():
        passed = packs.passed(Path(pack), code)
        if left := {uri: digest for uri, digest in sources.items() if (uri, digest) not in passed}:
            new[pack] = left
    return new


def examine(folder: str, pack: str, sources: Sources) -> str:
    """Examine the rows of sources of a pack; what is found is written into the folder of the run."""
    from transforms.validate import examine as look  # noqa: PLC0415 - needs polars

    found: list[dict[str, Any]] = []
    warned: set[str] = set()
    count = 0
    names = list(sources)
    for start in range(0, len(names), TOGETHER):
        some = {uri: sources[uri] for uri in names[start : start + TOGETHER]}
        read = {dataset.name: read_rows({pack: some}, dataset.name) for dataset in ROWS}
        seen = look(**read)
        found.append(asdict(seen))
        # What there is to warn of is looked at again, and so said again, in every run.
        mask = pc.is_in(read["documents"]["document_id"], pa.array(list(seen.warned), pa.string()))
        warned.update(read["documents"].filter(mask)["source_uri"].to_pylist())
        count += read["documents"].num_rows
    write_sealed(_note(folder, pack), {"found": found, "warned": sorted(warned), "documents": count})
    return pack


def judge(folder: str) -> dict[str, Any]:
    """Validate the rows that did not pass before, and what goes across all; the report as JSON values.

    Runs in the validator's process. What no worker has examined it examines itself.
    """
    from transforms.validate import Breach, Examined, conclude  # noqa: PLC0415 - in the validator only

    joined, place = Joined.read(folder), Path(folder)
    new = unexamined(joined)
    told = {pack: _told(folder, pack, sources) for pack, sources in new.items()}
    examined = []
    for found in (found for each in told.values() for found in each["found"]):
        breaches = {name: Breach(row["count"], tuple(row["examples"])) for name, row in found["breaches"].items()}
        examined.append(Examined(breaches, found["columns"], found["warned"]))
    measures = _measures(joined, place)
    note = change.noted(place)
    compared = change.compared(note, measures)
    report = conclude(examined, tables.read(place / "quarantine.arrow"), partial(_corpus, joined, place), compared)
    if report.ok:
        code = reference.code("validate")
        for pack, sources in new.items():
            warned = set(told[pack]["warned"])
            packs.write_passed(Path(pack), code, [pair for pair in sources.items() if pair[0] not in warned])
    judged = sum(each["documents"] for each in told.values())
    return {
        **report.as_dict(),
        "judged": {"documents": judged, "unchanged": joined.rows["documents"] - judged},
        "change": change.told(note, compared),
        "measures": measures,
        "reasons": [outcome.sentence() for outcome in report.failures],
        "remarks": [outcome.sentence() for outcome in report.warnings],
    }


def _note(folder: str, pack: str) -> Path:
    return Path(folder) / f"examined-{Path(pack).name}.json"


def _told(folder: str, pack: str, sources: Sources) -> dict[str, Any]:
    """What was found in a pack; examined now, where nobody did or the note is damaged."""
    note = _note(folder, pack)
    told = read_sealed(note)
    if told is None:
        examine(folder, pack, sources)
        told = read_sealed(note)
    if told is None:
        raise FileNotFoundError(f"{note} is missing or damaged; is the disk full?")
    return told


def _corpus(joined: Joined, place: Path) -> Any:  # noqa: ANN401 - of the validation
    from transforms.validate import ACROSS, gather  # noqa: PLC0415 - in the validator only

    return gather(
        tables.read(place / "documents.arrow").select(ACROSS["documents"]),
        [tables.read(place / "citing.arrow").select(ACROSS["clauses"])],
        partial(each_rows, joined.packs, "sections", ACROSS["sections"]),
        partial(each_rows, joined.packs, "clauses", ("clause_id", "document_id")),
    )


def _measures(joined: Joined, place: Path) -> dict[str, tuple[int, int]]:
    """Measure the whole release, judged before or not."""
    from transforms.validate.change import measure  # noqa: PLC0415 - in the validator only

    return measure(
        tables.read(place / "documents.arrow"),
        each_rows(joined.packs, "clauses", MEASURED),
        sections=joined.rows["sections"],
        quarantine=joined.rows["quarantine"],
    )
