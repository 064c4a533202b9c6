"""A full DATA_DIR: the portal starts, and nothing half-written stays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.serving import error_pages, maintenance
from portal.setup import prepare
from portal.setup.env import ConfigurationError
from tests.factories import make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(full_folder: Path, settings: Any) -> Path:
    settings.DATA_DIR = settings.SHARED_DIR = settings.ERROR_PAGES_DIR = full_folder
    settings.STATIC_ROOT = full_folder / "static"
    return full_folder


def names_in(folder: Path) -> set[str]:
    return {name for _root, _folders, files in os.walk(folder) for name in files} - {"filling"}


def test_the_portal_starts_with_its_collected_files(
    full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_organisation()
    for name in ("collect_static", "complete"):
        monkeypatch.setattr(prepare, name, lambda: None)
    monkeypatch.setattr(prepare, "reach_database", lambda: None)
    prepare.prepare()
    assert names_in(full) == {prepare.LOCK_FILE}


def test_new_style_sheets_that_find_no_room_stop_the_start_with_a_sentence(full: Path) -> None:
    with pytest.raises(ConfigurationError, match="DATA_DIR takes no more files: No space left"):
        prepare.collect_static()


def test_error_pages_are_written_as_a_whole_or_not_at_all(full: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        error_pages.write()
    assert names_in(full) == set()


def test_a_pause_that_cannot_be_announced_is_told_in_a_sentence(full: Path) -> None:
    with pytest.raises(CommandError, match="/full cannot be written: No space left"):
        call_command("maintenance", until="2099-01-01T06:00")
    assert maintenance.planned_until() is None
    assert names_in(full) == set()
