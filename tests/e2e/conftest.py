"""A running portal with the starter content, and a browser that notices what it must not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.safeguards.zoom.conftest import fake, fake_process  # noqa: F401 - fixtures
from tests.starter import CopiedStarter


@pytest.fixture(scope="session")
def copied_starter() -> CopiedStarter:
    return CopiedStarter()


@pytest.fixture
def site(transactional_db: None, live_server: object, copied_starter: CopiedStarter) -> str:
    """Serve the starter content and return the address of the server."""
    copied_starter.restore()
    return str(live_server.url)  # type: ignore[attr-defined]


class Visit:
    """A browser tab that collects requests to other hosts and complaints of the browser."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.site).netloc:
            self.foreign.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        response = self.page.goto(self.site + path)
        assert response is not None
        self.status = response.status
        return self.page

    def assert_calm(self) -> None:
        """No request to another host, no complaint, no cookie, nothing stored."""
        assert self.foreign == []
        assert self.complaints == []
        assert self.page.context.cookies() == []
        state = self.page.context.storage_state()
        assert state.get("origins") == []


@pytest.fixture
def open_tab(browser: Browser, site: str) -> Iterator[Callable[..., Visit]]:
    """Open a tab with any options of a browser context, such as viewport or locale."""
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> Visit:
        context = browser.new_context(
            **{"locale": "de-DE", "viewport": {"width": 360, "height": 640}, **options}  # type: ignore[arg-type]
        )
        contexts.append(context)
        return Visit(context.new_page(), site)

    yield opened
    for context in contexts:
        context.close()
