"""The validation of a run: packs examined in the workers, the sum of it judged in the validator. Without Prefect, paths in."""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows import change, packs, reference, tables
from flows.assembly import Joined
from flows.sealed import read_sealed, write_sealed
from flows.taken import ROWS, Taken, each_rows, read_rows
from schemas.vocabularies import AXES

MEASURED = ("document_id", *AXES, "uncertain")
"""Columns of clauses that are counted, to compare them with those of the former release."""
TOGETHER = 256
"""Sources whose rows are held in memory while they are examined; of a large corpus, packs are larger."""


def unexamined(joined: Joined) -> dict[str, Taken]:
    """Packs with rows that have not passed before, and the sources that these are of."""
    code = reference.code("validate")
    packs_ = ((pack, _left(Taken(joined.taken.packs, sources), pack, code)) for pack, sources in joined.taken.each())
    return {pack: left for pack, left in packs_ if left.sources.num_rows}


def _left(mine: Taken, pack: str, code: str) -> Taken:
    """Those of the sources of a pack whose rows have not passed before, by the code of the validation as it is now."""
    passed = packs.passed(Path(pack), code)
    return mine.where(pa.array([pair not in passed for pair in mine.pairs()], pa.bool_())) if passed else mine


def examine(folder: str, pack: str) -> str:
    """Examine the rows of a pack that have not passed before; what is found is written into the folder of the run."""
    left = _left(Joined.read(folder).taken.of_pack(pack), pack, reference.code("validate"))
    write_sealed(_note(folder, pack), _examined(left))
    return pack


def _examined(left: Taken) -> dict[str, Any]:
    """What is found in the rows of some sources, as JSON values."""
    from transforms.validate import examine as look  # noqa: PLC0415 - needs polars

    found: list[dict[str, Any]] = []
    warned: set[str] = set()
    count = 0
    for start in range(0, left.sources.num_rows, TOGETHER):
        some = Taken(left.packs, left.sources.slice(start, TOGETHER))
        read = {dataset.name: read_rows(some, dataset.name) for dataset in ROWS}
        seen = look(**read)
        found.append(asdict(seen))
        # What there is to warn of is looked at again, and so said again, in every run.
        mask = pc.is_in(read["documents"]["document_id"], pa.array(list(seen.warned), pa.string()))
        warned.update(read["documents"].filter(mask)["source_uri"].to_pylist())
        count += read["documents"].num_rows
    return {"found": found, "warned": sorted(warned), "documents": count}


def judge(folder: str) -> dict[str, Any]:
    """Validate the rows that did not pass before, and what goes across all; the report as JSON values.

    Runs in the validator's process. What no worker has examined it examines itself.
    """
    from transforms.validate import Breach, Examined, conclude  # noqa: PLC0415 - in the validator only

    joined, place = Joined.read(folder), Path(folder)
    new = unexamined(joined)
    told = {pack: _told(folder, pack, left) for pack, left in new.items()}
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
        for pack, left in new.items():
            warned = set(told[pack]["warned"])
            packs.write_passed(Path(pack), code, [pair for pair in left.pairs() if pair[0] not in warned])
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


def _told(folder: str, pack: str, left: Taken) -> dict[str, Any]:
    """What was found in a pack; examined now, where nobody did or the note is damaged."""
    return read_sealed(_note(folder, pack)) or _examined(left)


def _corpus(joined: Joined, place: Path) -> Any:  # noqa: ANN401 - of the validation
    from transforms.validate import ACROSS, gather  # noqa: PLC0415 - in the validator only

    return gather(
        tables.read(place / "documents.arrow").select(ACROSS["documents"]),
        lambda: [tables.read(place / "citing.arrow").select(ACROSS["clauses"])],
        partial(each_rows, joined.taken, "sections", ACROSS["sections"]),
        partial(each_rows, joined.taken, "clauses", ("clause_id", "document_id")),
    )


def _measures(joined: Joined, place: Path) -> dict[str, tuple[int, int]]:
    """Measure the whole release, judged before or not."""
    from transforms.validate.change import measure  # noqa: PLC0415 - in the validator only

    return measure(
        tables.read(place / "documents.arrow"),
        each_rows(joined.taken, "clauses", MEASURED),
        sections=joined.rows["sections"],
        quarantine=joined.rows["quarantine"],
    )
