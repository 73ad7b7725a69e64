"""moto's server: S3 over HTTP in a process of its own, so that a killed client is a client that is gone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

SERVE = """
import logging, sys
from moto.server import ThreadedMotoServer
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""
NAMES = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@contextmanager
def served() -> Iterator[str]:
    """Address of a new bucket; credentials and endpoint stand in the environment meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    endpoint = f"http://127.0.0.1:{process.stdout.readline().strip()}"
    before = dict(os.environ)
    os.environ |= NAMES | {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": NAMES["AWS_REGION"]}
    try:
        boto3.client("s3").create_bucket(Bucket="gangmu")
        yield "s3://gangmu"
    finally:
        os.environ.clear()
        os.environ |= before
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()
