"""The same bytes in any order, on any number of workers, in any time zone, locale, hash seed and folder, warm or cold."""

from pathlib import Path

import pytest

import seeds
from tests.flows.plain import process

SAMPLES = sorted((seeds.folder() / "documents").iterdir())
ELSEWHERE = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "4242"}


def content(output: Path) -> dict[str, bytes]:
    """Parquet files of the latest release."""
    root = (output / "latest").resolve()
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    """A run from nothing, in one process and one batch."""
    output = tmp_path_factory.mktemp("first")
    report = process(*SAMPLES, output=output, environment={"TZ": "UTC", "PYTHONHASHSEED": "0"}, workers=0)
    return report["digest"], content(output)


def test_elsewhere(first: tuple[str, dict[str, bytes]], tmp_path: Path) -> None:
    """Everything is different that may be: order, batches, workers, zone, locale, seed, folder."""
    report = process(
        *reversed(SAMPLES),
        output=tmp_path / "output",
        environment=ELSEWHERE,
        cwd=tmp_path,
        workers=2,
        batch_bytes=20_000,
    )
    assert report["batches"] > 2
    assert report["digest"] == first[0]
    assert content(tmp_path / "output") == first[1]


def test_warm(first: tuple[str, dict[str, bytes]], tmp_path: Path) -> None:
    """One document after the other, each run taking over what those before it did; one is away meanwhile."""
    output = tmp_path / "output"
    process(*SAMPLES[:7], output=output, workers=0, batch_bytes=20_000)
    process(*SAMPLES[3:], output=output, workers=0)
    report = process(*SAMPLES, output=output, environment=ELSEWHERE, workers=0)
    assert report["reused"] == len(SAMPLES)
    assert report["digest"] == first[0]
    assert content(output) == first[1]


def test_names_say_nothing_of_the_place(first: tuple[str, dict[str, bytes]], tmp_path: Path) -> None:
    """The same documents as a folder somewhere else, by a link and a relative path."""
    there = tmp_path / "某处" / "here"
    there.mkdir(parents=True)
    for path in SAMPLES:
        (there / path.name).write_bytes(path.read_bytes())
    (tmp_path / "link").symlink_to(there)
    report = process(Path("link"), output=tmp_path / "output", cwd=tmp_path, workers=0)
    assert report["digest"] == first[0]
