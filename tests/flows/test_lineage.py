"""Where a release comes from: its descriptor, its citation, and the events of the run."""

import hashlib
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from flows import lineage
from flows.errors import UsageError
from flows.pipeline import Plain, Settings
from flows.pipeline import run as run_pipeline
from tests.transforms.publish.test_publish import profile_errors

EVENT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["eventTime", "producer", "schemaURL", "run", "job", "eventType"],
    "properties": {
        "eventTime": {"type": "string", "format": "date-time", "pattern": r"(Z|[+-]\d\d:\d\d)$"},
        "producer": {"type": "string", "format": "uri"},
        "schemaURL": {"type": "string", "pattern": r"^https://openlineage\.io/spec/.*OpenLineage\.json#/.*RunEvent$"},
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "run": {
            "type": "object",
            "required": ["runId"],
            "properties": {"runId": {"type": "string", "format": "uuid"}, "facets": {"$ref": "#/$defs/facets"}},
        },
        "job": {"$ref": "#/$defs/named"},
        "inputs": {"type": "array", "items": {"$ref": "#/$defs/named"}},
        "outputs": {
            "type": "array",
            "items": {
                "allOf": [{"$ref": "#/$defs/named"}, {"properties": {"outputFacets": {"$ref": "#/$defs/facets"}}}]
            },
        },
    },
    "$defs": {
        "named": {
            "type": "object",
            "required": ["namespace", "name"],
            "properties": {
                "namespace": {"type": "string", "minLength": 1},
                "name": {"type": "string", "minLength": 1},
                "facets": {"$ref": "#/$defs/facets"},
            },
        },
        "facets": {
            "type": "object",
            "additionalProperties": {"type": "object", "required": ["_producer", "_schemaURL"]},
        },
    },
}
"""What the standard asks of an event (OpenLineage, RunEvent): required fields and their forms."""


def run(documents: Path, output: Path, **more: Any) -> dict[str, Any]:
    return run_pipeline(Settings((str(documents),), output=str(output), workers=0, **more), Plain())


def check(events: list[dict[str, Any]]) -> None:
    validator = Draft202012Validator(EVENT, format_checker=FormatChecker())
    for event in events:
        assert [error.message for error in validator.iter_errors(event)] == []


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
        monkeypatch.delenv(name)


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """File that the transport `file` of OpenLineage writes to."""
    path = tmp_path / "events.jsonl"
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "file")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__LOG_FILE_PATH", str(path))
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__APPEND", "true")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_descriptor_says_by_what_it_was_made(documents: Path, tmp_path: Path) -> None:
    (documents / "empty.txt").write_bytes(b"")
    report = run(documents, tmp_path / "output", max_seconds=77.0)
    package = json.loads((Path(report["path"]) / "datapackage.json").read_text(encoding="utf-8"))
    assert profile_errors(package, "datapackage") == []
    facts = package["gangmu"]
    assert facts["settings"] == {
        "max_quarantine": None,
        "max_bytes": 64 * 2**20,
        "max_seconds": 77.0,
        "batch_bytes": Settings().batch_bytes,
        "workers": 0,
        "accept": [],
        "text_column": None,
    }
    assert facts["code"]["version"] == facts["version"]
    assert facts["sources"]["count"] == 4
    assert facts["reference"]["codebook/labels.csv"]
    assert {"pyarrow", "polars"} <= set(facts["libraries"])
    # Nothing of the machine.
    assert str(tmp_path) not in json.dumps(package)


def test_the_commit_is_that_of_the_checkout() -> None:
    if not (lineage.ROOT / ".git").exists():
        pytest.skip("no checkout")
    head = subprocess.run(
        ["git", "-C", str(lineage.ROOT), "rev-parse", "HEAD"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert (lineage.code()["commit"] or "").removesuffix("-dirty") == head


def in_short(rows: dict[str, str | None]) -> dict[str, Any]:
    return lineage.sources(pa.table({"source_uri": list(rows), "source_sha256": list(rows.values())}))


def test_sources_in_short_tell_content_from_order(monkeypatch: pytest.MonkeyPatch) -> None:
    one = in_short({"a": "1", "𠮷": "3", "丕": None, "\uff01": "2"})
    assert one == in_short({"\uff01": "2", "丕": None, "𠮷": "3", "a": "1"})
    assert one["sha256"] != in_short({"a": "2", "𠮷": "3", "丕": None, "\uff01": "2"})["sha256"]
    assert one["count"] == 4
    # As it is to be made again by whoever has the columns.
    assert one["sha256"] == hashlib.sha256("a 1\n丕 -\n\uff01 2\n𠮷 3".encode()).hexdigest()
    monkeypatch.setattr(lineage, "LINES", 1)
    assert one == in_short({"𠮷": "3", "a": "1", "丕": None, "\uff01": "2"})


def test_the_release_can_be_cited(documents: Path, tmp_path: Path) -> None:
    report = run(documents, tmp_path / "output")
    page = (Path(report["path"]) / "README.md").read_text(encoding="utf-8")
    cited = re.search(r"## How to cite\n\n> (.*)\n", page)
    assert cited is not None
    assert report["release"] in cited[1]
    assert report["digest"] in cited[1]
    assert f"{report['rows']['clauses']:,} clauses" in cited[1]


def test_no_events_without_settings(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not lineage.is_wanted()
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    assert lineage.is_wanted()
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    assert not lineage.is_wanted()
    assert "lineage" not in run(documents, tmp_path / "output")


def test_events_of_a_run(documents: Path, tmp_path: Path, collected: Path) -> None:
    report = run(documents, tmp_path / "output")
    events = read(collected)
    check(events)
    assert [event["eventType"] for event in events] == ["START", "COMPLETE"]
    assert len({event["run"]["runId"] for event in events}) == 1
    end = events[-1]
    assert [(one["namespace"], one["name"]) for one in end["inputs"]] == [("file", documents.as_posix())]
    names = [output["name"].rsplit("/", 2)[1:] for output in end["outputs"]]
    assert names == [[report["release"], name] for name in ("documents", "sections", "clauses", "quarantine")]
    for output in end["outputs"]:
        assert Path(output["name"]).is_dir()
        assert output["facets"]["version"]["datasetVersion"] == report["release"]
    clauses = end["outputs"][2]
    assert clauses["outputFacets"]["outputStatistics"]["rowCount"] == report["rows"]["clauses"]
    assert "clause_id" in [field["name"] for field in clauses["facets"]["schema"]["fields"]]


def test_a_run_that_fails_is_told_with_its_reason(tmp_path: Path, collected: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "empty.txt").write_bytes(b"")
    with pytest.raises(UsageError):
        run(tmp_path / "documents", tmp_path / "output")
    events = read(collected)
    check(events)
    assert [event["eventType"] for event in events] == ["START", "FAIL"]
    assert "Nothing could be read" in events[-1]["run"]["facets"]["errorMessage"]["message"]
    assert events[-1]["outputs"] == []


class _Collector(BaseHTTPRequestHandler):
    """Takes events as a lineage service does."""

    events: list[dict[str, Any]]
    status = 201

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.events.append({"path": self.path, **json.loads(body)})
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Service on loopback; the events that it was sent."""
    events: list[dict[str, Any]] = []
    handler = type("Collector", (_Collector,), {"events": events})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OPENLINEAGE_URL", f"http://127.0.0.1:{server.server_port}")
    yield events
    server.shutdown()
    thread.join()
    server.server_close()


def test_events_reach_a_service(documents: Path, tmp_path: Path, service: list[dict[str, Any]]) -> None:
    run(documents, tmp_path / "output")
    assert [(event.pop("path"), event["eventType"]) for event in service] == [
        ("/api/v1/lineage", "START"),
        ("/api/v1/lineage", "COMPLETE"),
    ]
    check(service)


def test_a_service_that_is_away_stops_no_run(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "http")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__RETRY__TOTAL", "0")
    report = run(documents, tmp_path / "output")
    assert report["state"] == "published"
    assert "was not sent" in report["lineage"]


def test_without_the_extra_the_report_says_so(
    documents: Path, tmp_path: Path, collected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("openlineage", "openlineage.client"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    report = run(documents, tmp_path / "output")
    assert report["state"] == "published"
    assert "-e '.[lineage]'" in report["lineage"]
    assert not collected.exists()


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("s3://bucket/a/b", ("s3://bucket", "a/b")),
        ("/data/output", ("file", "/data/output")),
    ],
)
def test_addresses(place: str, address: tuple[str, str]) -> None:
    assert lineage._address(place) == address
