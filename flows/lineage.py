"""Where a release comes from: facts for its descriptor, and OpenLineage events of the run for those who collect them.

Events are off unless OPENLINEAGE_* settings say where to send them (OPENLINEAGE_URL, OPENLINEAGE_CONFIG,
OPENLINEAGE__TRANSPORT__TYPE …), and need the extra `lineage`. A run does not fail because nobody listens: its report says so.
"""

import hashlib
import json
import os
import subprocess
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import seeds
from flows.sealed import read_sealed, write_sealed
from schemas import CLAUSES, DOCUMENTS, QUARANTINE, SECTIONS
from schemas.descriptor import type_name

NOTE = "lineage.json"
ROOT = Path(__file__).parents[1]
JOB = "structure"
NAMESPACE = "gangmu"
LINES = 10_000
"""Sources that are worked on at a time, as Python objects."""
OUTPUTS = (DOCUMENTS, SECTIONS, CLAUSES, QUARANTINE)

Report = dict[str, Any]


def note(folder: Path, settings: Mapping[str, Any]) -> None:
    """Note in the folder of a run by which code and with which settings it is made."""
    write_sealed(folder / NOTE, {"code": code(), "settings": dict(settings)})


def noted(folder: Path) -> dict[str, Any]:
    """Read the note."""
    return read_sealed(folder / NOTE) or {}


def sources(digests: pa.Table) -> dict[str, Any]:
    """Sources of a release in short: their number, and a digest of their names and digests.

    The list itself is data: columns source_uri and source_sha256 of documents and quarantine.
    """
    known = pc.fill_null(digests["source_sha256"], "-")
    # In the order of the bytes of UTF-8, which is that of the characters.
    lines = pc.unique(pc.binary_join_element_wise(digests["source_uri"], known, " ")).sort()
    digest = hashlib.sha256()
    for start in range(0, len(lines), LINES):
        digest.update(b"\n" if start else b"")
        digest.update("\n".join(lines.slice(start, LINES).to_pylist()).encode())
    listed = "documents.source_uri, documents.source_sha256; quarantine.source_uri, quarantine.source_sha256"
    return {"count": len(lines), "sha256": digest.hexdigest(), "listed_in": listed}


def code() -> dict[str, str | None]:
    """Version of Gangmu and the commit it was made from, where that is known; `-dirty` where files were changed since."""
    return {"version": version("gangmu"), "commit": _commit()}


def _commit() -> str | None:
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip() or None
    try:
        # Where pip installed it from a repository (PEP 610).
        origin = json.loads(distribution("gangmu").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    commit = origin.get("vcs_info", {}).get("commit_id")
    return None if commit is None else str(commit)


def is_wanted() -> bool:
    """Whether the settings of OpenLineage ask for events."""
    asked = any(name.startswith("OPENLINEAGE_") for name in os.environ if name != "OPENLINEAGE_DISABLED")
    return asked and os.environ.get("OPENLINEAGE_DISABLED", "").strip().lower() != "true"


def teller(*, sources: Sequence[str], output: str, run: str) -> Callable[[str, Report], None]:
    """Give a function that sends an event of the run: START, COMPLETE or FAIL; it does nothing where none is wanted.

    Args:
        sources: What was given to the run.
        output: Folder or address of the releases.
        run: Id of the run.

    """
    if not is_wanted():
        return lambda _state, _report: None
    clients: list[Any] = []

    def tell(state: str, report: Report) -> None:
        try:
            from openlineage.client import OpenLineageClient  # noqa: PLC0415 - an extra

            if not clients:
                clients.append(OpenLineageClient())
            clients[0].emit(_event(state, report, sources=sources, output=output, run=run))
            if state != "START":
                clients[0].close()
        except ImportError:
            report["lineage"] = (
                "No event was sent: install the extra lineage (in a checkout: pip install -e '.[lineage]')."
            )
        except Exception as error:  # noqa: BLE001 - whoever collects events must not stop the run
            report["lineage"] = f"The event {state} was not sent ({type(error).__name__}: {error})."

    return tell


def _event(state: str, report: Report, *, sources: Sequence[str], output: str, run: str) -> Any:  # noqa: ANN401 - an extra
    from openlineage.client.event_v2 import InputDataset, Job, Run, RunEvent, RunState  # noqa: PLC0415
    from openlineage.client.facet_v2 import error_message_run, job_type_job, processing_engine_run  # noqa: PLC0415

    run_facets: dict[str, Any] = {
        "processing_engine": processing_engine_run.ProcessingEngineRunFacet(version=version("gangmu"), name="gangmu")
    }
    if state == "FAIL":
        run_facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            message=str(report.get("error")), programmingLanguage="PYTHON", stackTrace=report.get("traceback")
        )
    kind = job_type_job.JobTypeJobFacet(processingType="BATCH", integration="GANGMU", jobType="PIPELINE")
    given = [_address(source) for source in sources or (str(seeds.folder() / "documents"),)]
    return RunEvent(
        eventType=RunState[state],
        eventTime=datetime.now(UTC).isoformat(),
        # The same id for all events of a run, and a UUID as the standard wants it.
        run=Run(runId=str(uuid.uuid5(uuid.NAMESPACE_URL, f"gangmu:{run}")), facets=run_facets),
        job=Job(namespace=NAMESPACE, name=JOB, facets={"jobType": kind}),
        producer=f"urn:gangmu:{version('gangmu')}",
        inputs=[InputDataset(namespace=space, name=name) for space, name in given],
        outputs=_outputs(report, output) if state == "COMPLETE" else [],
    )


def _outputs(report: Report, output: str) -> list[Any]:
    from openlineage.client.event_v2 import OutputDataset  # noqa: PLC0415
    from openlineage.client.facet_v2 import (  # noqa: PLC0415
        dataset_version_dataset,
        output_statistics_output_dataset,
        schema_dataset,
    )

    found = []
    for dataset in OUTPUTS:
        fields = [
            schema_dataset.SchemaDatasetFacetFields(name=c.name, type=type_name(c.type), description=c.description)
            for c in dataset.columns
        ]
        space, name = _address(f"{output}/releases/{report['release']}/{dataset.name}")
        found.append(
            OutputDataset(
                namespace=space,
                name=name,
                facets={
                    "schema": schema_dataset.SchemaDatasetFacet(fields=fields),
                    "version": dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=report["release"]),
                },
                outputFacets={
                    "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                        rowCount=report["rows"][dataset.name]
                    )
                },
            )
        )
    return found


def _address(place: str) -> tuple[str, str]:
    """Namespace and name, as OpenLineage names files and objects."""
    scheme, _, rest = place.partition("://")
    if rest:
        bucket, _, key = rest.partition("/")
        return f"{scheme}://{bucket}", key or "/"
    return "file", Path(place).absolute().as_posix()
