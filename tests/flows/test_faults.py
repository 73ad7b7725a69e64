"""What happens at night: no room on the disk, kills, two runs at once, places that cannot be written."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.errors import UsageError
from tests import buckets
from tests.flows.plain import process, quick, run
from transforms.publish import current, differences, listing, storage
from transforms.publish.storage import Folder

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.validate.run.judge", quick)


def whole(output: Path) -> str:
    """Look that the pointer names a whole release and all releases are whole; gives the id."""
    latest = current(output)
    releases = listing(output)
    assert latest in {release.id for release in releases}
    assert len(releases) == len(list((output / "releases").iterdir()))
    assert not any(differences(release) for release in releases)
    return latest or ""


def change(documents: Path, text: str) -> None:
    (documents / "notice.txt").write_text(f"关于防汛的通知\n\n{text}\n", encoding="utf-8")


@pytest.mark.parametrize("limit", [100, 3_000, 12_000, 40_000])
def test_no_room(documents: Path, tmp_path: Path, limit: int) -> None:
    """Files above a size cannot be written: the run ends at another step each time."""
    output = tmp_path / "output"
    first = run(documents, output=output)
    change(documents, "各县应当加强防汛。" * 2000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            run(documents, output=output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert whole(output) == first["release"]
    report = run(documents, output=output)
    assert whole(output) == report["release"] != first["release"]
    assert report["digest"] == run(documents, output=tmp_path / "other")["digest"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room; only root can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("file systems can be mounted by root alone")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)  # noqa: S607


def test_a_full_disk(documents: Path, small_disk: Path, tmp_path: Path) -> None:
    output = small_disk / "output"
    first = run(documents, output=output)
    filler = small_disk / "filler"
    change(documents, "各县应当加强防汛。" * 200)
    room = os.statvfs(small_disk)
    for share in (0.0, 0.1, 0.3, 0.5):
        free = room.f_bavail * room.f_frsize
        filler.write_bytes(b"x" * int(free * (1 - share)))
        with pytest.raises(OSError, match=r"No space left|annot write"):
            run(documents, output=output)
        filler.unlink()
        assert whole(output) == first["release"]
        room = os.statvfs(small_disk)
        if share * free > 60_000:
            break
    report = run(documents, output=output)
    assert whole(output) == report["release"] != first["release"]
    assert report["digest"] == run(documents, output=tmp_path / "other")["digest"]


def test_a_disk_that_is_read_only(documents: Path, small_disk: Path) -> None:
    from flows import pipeline, running  # noqa: PLC0415

    output = small_disk / "output"
    first = run(documents, output=output)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)  # noqa: S607
    settings = pipeline.Settings(sources=(str(documents),), output=str(output))
    with pytest.raises(UsageError, match=r"cannot be written \(Read-only file system\)"):
        running.run(settings, quiet=True)
    with pytest.raises(OSError, match="Read-only"):
        run(documents, output=output)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)  # noqa: S607
    assert whole(output) == first["release"]


@pytest.mark.parametrize("name", ["releases", ".cache", ".staging", "runs"])
def test_a_place_that_cannot_be_written(documents: Path, tmp_path: Path, name: str) -> None:
    """Somebody's file stands where a folder is needed; nothing is published, or at most its report is missing."""
    output = tmp_path / "output"
    output.mkdir()
    (output / name).write_text("somebody's")
    if name == "runs":
        assert run(documents, output=output)["state"] == "published"
        return
    with pytest.raises(OSError, match=r"exists|Not a directory"):
        run(documents, output=output)
    assert not (output / "latest.json").exists()
    (output / name).unlink()
    assert run(documents, output=output)["release"] == whole(output)


@pytest.mark.parametrize("step", ["adopt", "swap", "link"])
def test_cut_off_at_the_switch(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    output = tmp_path / "output"
    first = run(documents, output=output)
    change(documents, "各县应当加强防汛。")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Folder, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(documents, output=output)
    assert (whole(output) == first["release"]) is (step != "link")
    report = run(documents, output=output)
    assert whole(output) == report["release"] != first["release"]
    assert (output / "latest").resolve().name == report["release"]
    assert report["new"] is (step == "adopt"), "what was adopted is found"


def test_two_runs_at_once_both_end_well(documents: Path, tmp_path: Path) -> None:
    """Equal ones and different ones, on one output and its cache."""
    output, other = tmp_path / "output", tmp_path / "others"
    other.mkdir()
    (other / "one.txt").write_text("关于防汛的通知\n\n各县应当加强防汛。\n", encoding="utf-8")
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(process, source, output=output, workers=0) for source in (documents, documents, other)]
        reports = [one.result() for one in runs]
    assert reports[0]["digest"] == reports[1]["digest"] != reports[2]["digest"]
    assert {whole(output)} <= {report["release"] for report in reports}
    assert len(listing(output)) == 2
    assert not list((output / ".staging").glob("*/"))
    assert reports[2]["digest"] == run(other, output=tmp_path / "alone")["digest"]


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """Some of what benchmarks/kills.py does with two hundred and with Great Expectations."""
    code = (
        "import json, sys; from pathlib import Path; from benchmarks import kills; from flows import work; "
        "from tests.flows.plain import quick; from transforms.validate import run; run.judge = quick; work.warm(); "
        "print(json.dumps(kills.kill(Path(sys.argv[1]), kills=12, seed=7)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kills"] == 12


def test_a_bucket(documents: Path, tmp_path: Path) -> None:
    """The same content as in a folder; what is kept lies on this machine, and a second run does nothing again."""
    with buckets.served() as address:
        output, work = f"{address}/plans", str(tmp_path / "work")
        report = run(documents, output=output, work=work)
        assert report["path"] == f"{output}/releases/{report['release']}"
        assert report["digest"] == run(documents, output=tmp_path / "folder")["digest"]
        place = storage(output)
        assert {key.split("/")[0] for key in place.files("")} == {"latest.json", "releases", "runs"}
        again = run(documents, output=output, work=work)
        assert (again["state"], again["reused"]) == ("unchanged", 3)
        change(documents, "各县应当加强防汛。")
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda _: process(documents, output=output, work=work, workers=0), range(2)))
        assert both[0]["release"] == both[1]["release"] == current(output)
        releases = listing(output)
        assert {release.id for release in releases} == {report["release"], both[0]["release"]}
        assert not any(differences(release) for release in releases)
        command = [sys.executable, "-m", "flows.cli", "releases", "--output", output, "--json"]
        listed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=True)
        assert [row["latest"] for row in json.loads(listed.stdout)].count(True) == 1


def test_homes_of_buckets_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import pipeline  # noqa: PLC0415

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    homes = [pipeline.home(address) for address in ("s3://a/b", "s3://a/c", "s3://a/b/")]
    assert homes[0] == homes[2] != homes[1]
    assert pipeline.home("output") == Path("output")
    assert pipeline.home("s3://a/b", "w") == Path("w")
