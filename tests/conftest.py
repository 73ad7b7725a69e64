"""What all tests share: the tables of the segmenter and the folder of real documents, where there is one."""

import os
from pathlib import Path

import pytest

import seeds
from transforms.segment import Rules, load_rules


@pytest.fixture(scope="session")
def rules() -> Rules:
    """Return the tables of the segmenter as shipped."""
    return load_rules(seeds.folder())


@pytest.fixture(scope="session")
def real() -> Path:
    """Return the folder of real documents; skips the test where GANGMU_REAL names none."""
    name = os.environ.get("GANGMU_REAL")
    if not name:
        pytest.skip("set GANGMU_REAL to a folder with seeds/ and corpus/ to test on real documents")
    return Path(name)


@pytest.fixture(scope="session")
def sample_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an output folder with a release of the shipped samples. It is shared: tests copy it before they change it."""
    from tests.flows import plain  # noqa: PLC0415 - the steps of a run, for tests that ask for one

    output = tmp_path_factory.mktemp("samples") / "output"
    plain.process(seeds.folder() / "documents", output=output)
    return output
