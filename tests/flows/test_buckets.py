"""Sources in a bucket: moto's server speaks S3 over HTTP on this machine."""

from collections.abc import Iterator

import boto3
import pytest

from flows import members
from flows.errors import UsageError
from flows.sources import find
from tests.buckets import served
from tests.flows.containers import TEXT, json_lines, tarred, zipped

OBJECTS = {
    "laws/a.txt": TEXT.encode(),
    "laws/市级/规划 b.txt": TEXT.encode(),
    "laws/.hidden/c.txt": TEXT.encode(),
    "laws/scan.xls": b"x",
    "packed/all.zip": zipped({"c.txt": TEXT}),
    "packed/all.tar.gz": tarred({"d.txt": TEXT}, "w:gz"),
    "packed/dump.jsonl": json_lines({"text": TEXT}, {"text": TEXT}).encode(),
}


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with served() as address:
        client = boto3.client("s3")
        for key, data in OBJECTS.items():
            client.put_object(Bucket="gangmu", Key=key, Body=data)
        yield address


def uris(*sources: str) -> list[str]:
    return [file.uri for file in find(sources).files]


def test_prefix_object_and_pattern(bucket: str) -> None:
    found = find([f"{bucket}/laws/"])
    assert [file.uri for file in found.files] == ["a.txt", "市级/规划 b.txt"]
    assert [(one.uri, one.code) for one in found.set_aside] == [("scan.xls", "unsupported_format")]
    assert uris(f"{bucket}/laws") == uris(f"{bucket}/laws/")
    assert uris(f"{bucket}/laws/a.txt") == ["a.txt"]
    assert uris(f"{bucket}/laws/**/*.txt") == ["a.txt", "规划 b.txt"]


def test_objects_archives_and_dumps_are_read(bucket: str) -> None:
    found = find([bucket])
    read = {file.uri: data for file, data in members.each(found.files)}
    assert read["laws/a.txt"] == TEXT.encode()
    assert read["packed/all.zip!/c.txt"] == TEXT.encode()
    assert read["packed/all.tar.gz!/d.txt"] == TEXT.encode()
    assert read["packed/dump.jsonl#2"] == json_lines({"text": TEXT}).encode()
    assert all(isinstance(data, bytes) for data in read.values())


def test_an_object_that_is_gone_when_it_is_read(bucket: str) -> None:
    boto3.client("s3").put_object(Bucket="gangmu", Key="gone/a.txt", Body=TEXT.encode())
    found = find([f"{bucket}/gone"])
    boto3.client("s3").delete_object(Bucket="gangmu", Key="gone/a.txt")
    ((_, fault),) = members.each(found.files)
    assert isinstance(fault, FileNotFoundError)
    assert "gone/a.txt" in str(fault)


@pytest.mark.parametrize("address", ["s3://gangmu/nowhere/", "s3://gangmu/nowhere.txt", "s3://nobucket/a"])
def test_what_is_not_there_is_wrong_usage(bucket: str, address: str) -> None:
    assert bucket
    with pytest.raises(UsageError, match=address) as wrong:
        find([address])
    assert len(str(wrong.value)) < 500, "one line, and not all that the store said"
