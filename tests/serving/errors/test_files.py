"""The files that tell readers of an error: they need nothing that may be broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from portal.serving import error_pages


def test_error_pages_ask_nothing_of_the_database_and_run_nothing(written: None) -> None:
    pages = sorted(error_pages.folder().iterdir())
    assert [page.name for page in pages] == [
        f"{status}.{language}.html" for status in (404, 500, 503) for language in ("de", "en")
    ]
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert html.count("<h1>") == 1
        assert "/css/portal" in html
        for forbidden in ("<script", "<style", "style=", "http://", "https://"):
            assert forbidden not in html


def test_saving_the_profile_writes_the_pages_anew(
    written: None,
    organisation: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        organisation.phone = "0800 222"
        organisation.save()
    assert "0800 222" in (error_pages.folder() / "503.en.html").read_text(encoding="utf-8")


def test_a_full_disk_does_not_undo_what_staff_saved(
    organisation: Any,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    settings: Settings,
    tmp_path: Path,
) -> None:
    (tmp_path / "errors").write_text("in the way of the folder")
    with django_capture_on_commit_callbacks(execute=True):
        organisation.save()
    organisation.refresh_from_db()


def test_no_unfinished_file_is_left_behind(written: None) -> None:
    error_pages.write()
    assert all(page.suffix == ".html" for page in error_pages.folder().iterdir())


def test_the_command_says_where_the_pages_are(
    organisation: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("write_error_pages")
    assert f"6 error pages are in {error_pages.folder()}." in capsys.readouterr().out


def test_before_there_is_a_profile_the_pages_name_no_phone(db: None) -> None:
    error_pages.write()
    assert "tel:" not in (error_pages.folder() / "500.de.html").read_text(encoding="utf-8")
