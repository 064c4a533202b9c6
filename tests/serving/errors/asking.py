"""Ask in a language, and break a page."""

from __future__ import annotations

from typing import Any

import pytest

GERMAN = {"Accept-Language": "de"}
ENGLISH = {"Accept-Language": "en"}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def break_view(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(
        "portal.pages.home.timelines.load_now", lambda: (_ for _ in ()).throw(error)
    )
