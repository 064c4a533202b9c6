"""`manage.py warm` puts every public page on disk."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from portal.serving import database
from portal.serving.kept.files import PageFiles
from portal.serving.site_watch import watch

pytestmark = pytest.mark.thorough


@pytest.fixture(autouse=True)
def commands_wait_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave this process as it was: the door of a server would shorten all waiting after it."""
    monkeypatch.setattr(database, "bound_waiting", lambda: None)


def test_it_makes_every_public_page(
    starter: None, file_database: None, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    settings.BASE_URL = "http://testserver"
    settings.ALLOWED_HOSTS = ["testserver"]
    out, wrong = StringIO(), StringIO()
    call_command("warm", stdout=out, stderr=wrong)
    assert wrong.getvalue() == ""
    assert watch._connection is None, "nothing may stay open that nobody looks at"
    files = PageFiles(tmp_path / "pages")
    for path in ("/de/", "/en/safeguards/", "/de/impressum/", "/api/safeguards.json"):
        page = files.read(("http", "testserver", path))
        assert page is not None
        assert page.successor is not None
