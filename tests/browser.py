"""A real Chromium for tests of pages; no browser is fetched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def program() -> str:
    """Path of the browser; skips the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """Start it; ends with the tests."""
    path = program()
    with sync_playwright() as playwright:
        # In a container nobody may make the namespaces of its sandbox.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


class Watched:
    """What a page asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def _asked(self, request: Request) -> None:
        self.addresses.append(request.url)

    def check(self) -> None:
        """See that nothing came from elsewhere, and that nothing went wrong."""
        assert not [one for one in self.addresses if not one.startswith(("file://", "data:"))]
        assert self.complaints == []
