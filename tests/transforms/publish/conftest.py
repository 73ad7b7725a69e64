"""A real S3 implementation on loopback, and both kinds of storage."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import buckets
from transforms.publish import Storage, storage


@pytest.fixture(scope="session")
def bucket_address() -> Iterator[str]:
    with buckets.served() as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return storage(tmp_path / "output")
    return storage(f"{request.getfixturevalue('bucket_address')}/{tmp_path.name}")
