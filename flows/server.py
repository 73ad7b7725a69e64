"""The Prefect server that a run talks to: the user's own where there is one, else one for this run.

Prefect starts an embedded server when the flow begins, one thing after another. Here it is a process of its own,
started before Prefect is imported, so that both load beside each other. It serves no page and runs no schedules,
unless it is one to stay, for `gangmu serve`.
"""

import atexit
import os
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows import server_home
from flows.errors import UsageError

PATIENCE = 180
"""Seconds until a server that does not answer is given up; a busy machine needs more than Prefect's 20."""
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(PATIENCE),
    # The command reports in its own words; logs of flows belong to the server's pages.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}
OWN = {
    "PREFECT_UI_ENABLED": "0",
    "PREFECT_SERVER_UI_ENABLED": "false",
    # As Prefect does for its embedded server: no scheduler, no notifications.
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
}


STANDING = {name: QUIET[name] for name in ("PREFECT_SERVER_ANALYTICS_ENABLED", "DO_NOT_TRACK")}


@dataclass(slots=True)
class Server:
    """A started server."""

    process: subprocess.Popen[str]
    url: str

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            RuntimeError: It ended or did not answer in time.

        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"the Prefect server ended with code {self.process.returncode} before it answered")
            if answers(self.url):
                return
            time.sleep(0.05)
        raise RuntimeError(f"the Prefect server did not answer within {PATIENCE} seconds; is the machine very busy?")

    def stop(self) -> None:
        """Stop it and wait until it is gone."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            # Its services take two seconds to stop and have nothing more to say: SQLite keeps what was committed.
            self.process.wait(timeout=0.3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def start(output: Path, *, port: int | None = None) -> Server | None:
    """Set Prefect up in the environment and start a server, unless the user has one. Call before importing Prefect.

    Args:
        output: Where its database lies, below .cache.
        port: Where a server listens that is to stay, with pages and schedules; without it, one for a run.

    Raises:
        UsageError: The user's own server does not answer, or the port is taken.

    """
    for name, value in (QUIET if port is None else STANDING).items():
        os.environ.setdefault(name, value)
    if theirs := _configured(os.environ):
        if not answers(theirs):
            raise UsageError(
                f"The Prefect server {theirs} does not answer. Start it with 'prefect server start', "
                "or unset PREFECT_API_URL (or the profile that sets it): then the run brings its own."
            )
        return None
    if "PREFECT_HOME" not in os.environ:
        os.environ["PREFECT_HOME"] = str(_free_home(output.absolute() / ".cache"))
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "flows.server_process", str(port or 0)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | (OWN if port is None else {}),
        text=True,
        # Ctrl-C is for the run, which stops the server last, when nothing is said to it any more.
        start_new_session=True,
    )
    # Registered before Prefect is imported, and so called after Prefect has said its last word to the server.
    server = Server(process, "")
    atexit.register(server.stop)
    bound = process.stdout.readline().strip() if process.stdout else ""
    if not bound:
        raise UsageError(f"--port {port}: no server can listen there; another may. Name another port.")
    server.url = f"http://127.0.0.1:{bound}/api"
    os.environ["PREFECT_API_URL"] = server.url
    if port is None:
        os.environ.setdefault("PREFECT_LOGGING_TO_API_ENABLED", "false")
    return server


def answers(url: str) -> bool:
    """Whether a server is there and well."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=10) as response:  # noqa: S310 - of the user
            return bool(response.status == 200)
    except (OSError, ValueError):
        return False


def _free_home(cache: Path) -> Path:
    """Give a home that no other run uses now: two servers on one SQLite file lock each other out."""
    number = 1
    while True:
        home = cache / ("prefect" if number == 1 else f"prefect-{number}")
        home.mkdir(parents=True, exist_ok=True)
        if _locked(home / ".lock"):
            server_home.furnish(home)
            return home
        number += 1


def _locked(path: Path) -> bool:
    """Lock a file until this process ends, however it ends."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:
        return True
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return False
    return True


def _configured(environment: Mapping[str, str]) -> str | None:
    """Address of the user's own server: from the environment or the active profile."""
    if url := environment.get("PREFECT_API_URL"):
        return url
    home = Path(environment.get("PREFECT_HOME") or Path.home() / ".prefect")
    try:
        profiles = tomllib.loads((home / "profiles.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return None
    active = environment.get("PREFECT_PROFILE") or profiles.get("active")
    settings = profiles.get("profiles", {}).get(active, {})
    url = settings.get("PREFECT_API_URL")
    return str(url) if url else None
