"""A stand-in for Zoom in a process of its own, spoken to over real HTTP on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pytest_django.fixtures import Settings

from notices.safeguards.zoom.transport import retry_after

from .asking import SECRETS
from .wire import Wire, connect

FOLDER = Path(__file__).parent
SCENARIOS = FOLDER / "scenarios"
TOKEN_PATH = "/oauth/token"


def example(name: str) -> dict[str, Any]:
    """Return the answers of an example, named by its first two digits."""
    [file] = (FOLDER / "examples").glob(f"{name}-*.json")
    responses: dict[str, Any] = json.loads(file.read_text("utf-8"))["responses"]
    return responses


@dataclass
class Fake:
    """The running stand-in and how to direct it."""

    base: str

    def play(self, scenario: str | dict[str, Any]) -> None:
        """Start the scenario anew: one of the files, or one made by the test."""
        if isinstance(scenario, str):
            self._control("scenario", (SCENARIOS / f"{scenario}.json").read_bytes())
        else:
            self._control("scenario", json.dumps(scenario).encode())

    def advance(self, seconds: int) -> None:
        self._control("advance", json.dumps({"seconds": seconds}).encode())

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = httpx2.get(f"{self.base}/__fake__/state").json()
        return state

    @property
    def tokens_issued(self) -> int:
        issued: int = self.state["tokens_issued"]
        return issued

    def calls(self, path: str) -> int:
        return sum(request["path"].startswith(path) for request in self.state["requests"])

    def _control(self, what: str, body: bytes) -> None:
        httpx2.post(f"{self.base}/__fake__/{what}", content=body).raise_for_status()


@pytest.fixture(scope="session")
def fake_process() -> Iterator[str]:
    command = [sys.executable, str(FOLDER / "fake_zoom.py"), "serve"]
    command += ["--scenario", str(SCENARIOS / "happy.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["base"]
        process.terminate()


@pytest.fixture
def fake(fake_process: str, settings: Settings) -> Fake:
    """Connect the portal to the stand-in, on which everything works."""
    settings.ZOOM_ACCOUNT_ID = "acc-demo"
    settings.ZOOM_CLIENT_ID = "demo-client"
    settings.ZOOM_CLIENT_SECRET = "demo-secret"
    settings.ZOOM_OAUTH_URL = fake_process + TOKEN_PATH
    settings.ZOOM_API_URL = fake_process + "/v2"
    fake = Fake(fake_process)
    fake.play("happy")
    return fake


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Wait for nothing, and tell for how long one would have waited."""
    waited: list[float] = []
    monkeypatch.setattr(retry_after, "pause", waited.append)
    return waited


@pytest.fixture
def zoom_says(monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Answer for Zoom without a server."""
    return connect(monkeypatch)


@pytest.fixture
def connected(settings: Settings, waits: list[float]) -> None:
    """Have credentials, and wait for nothing."""
    settings.ZOOM_ACCOUNT_ID, settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = SECRETS[:3]
