"""The page of validation results is self-contained: a browser that shows it asks for nothing."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
]
OWN = {
    *("update.googleapis.com", "accounts.google.com", "www.google.com", "android.clients.google.com"),
    *("clients2.google.com", "redirector.gvt1.com", "edgedl.me.gvt1.com", "optimizationguide-pa.googleapis.com"),
}
"""What the browser itself asks for, whatever it shows."""


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """Give the address of a proxy, and the hosts that it was asked for."""
    found: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def answer(self) -> None:
            found.append(urlsplit(self.path if "//" in self.path else f"//{self.path}").hostname or self.path)
            self.send_error(404)

        do_GET = do_CONNECT = do_POST = do_HEAD = answer  # noqa: N815 - names that the library looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", found
        server.shutdown()
        thread.join()


def shown(page: Path, proxy: str, profile: Path) -> str:
    """The page as the browser has it in the end."""
    done = subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={profile}", f"--proxy-server={proxy}", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
def test_nothing_is_loaded_from_elsewhere(sample_output: Path, tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    proxy, found = asked
    control = tmp_path / "control.html"
    control.write_text('<img src="http://fonts.example/a.png"><script src="https://cdn.example/b.js"></script>')
    shown(control, proxy, tmp_path / "profile")
    assert {"fonts.example", "cdn.example"} <= set(found), "the proxy sees what a page asks for"
    found.clear()
    text = shown(sample_output / "latest" / "quality" / "index.html", proxy, tmp_path / "profile")
    assert "clauses.text_raw.true" in text
    assert set(found) <= OWN, found
