"""README, "If the worst happens", followed word by word."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests import kept_portal
from tests.backup.portals import ROOT, Portal, contents

Follow = Callable[..., str]


def blocks() -> list[str]:
    """Return the shell lines of each case, in the order of the README."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.split("### If the worst happens", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    made = Portal(tmp_path_factory.mktemp("worst") / "portal")
    kept_portal.begin(made.folder)
    # The style sheets, the roles and the pages of errors.
    made.ok("prepare")
    return made


@pytest.fixture(scope="module")
def backup(portal: Portal) -> Path:
    path = portal.folder / "newest.zip"
    portal.ok("backup", path)
    return path


@pytest.fixture
def follow(backup: Path, tmp_path: Path) -> Follow:
    """Follow one case in a portal; every line has to succeed."""

    def followed(number: int, portal: Portal) -> str:
        done = subprocess.run(
            ["sh", "-e", "-c", blocks()[number]],
            cwd=ROOT,
            env={**portal.environment, "DATABASE_URL": "", "BACKUP": str(backup)},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return followed


def topics(database: Path) -> int:
    with closing(sqlite3.connect(database)) as rows:
        (count,) = rows.execute("SELECT count(*) FROM faq_topic").fetchone()
        return int(count)


def test_each_case_of_the_section_is_tried_here() -> None:
    assert len(blocks()) == 4


def test_on_a_new_machine_all_of_the_backup_is_there(
    follow: Follow, backup: Path, tmp_path: Path
) -> None:
    new = Portal(tmp_path / "new machine")
    follow(0, new)
    again = tmp_path / "again.zip"
    new.ok("backup", again)
    assert contents(again) == contents(backup)


def test_what_was_deleted_comes_back_and_readers_are_told_meanwhile(
    follow: Follow, portal: Portal, backup: Path, tmp_path: Path
) -> None:
    before = topics(portal.folder / "portal.sqlite3")
    portal.ok("shell", "-c", "from notices.faq.models import Topic; Topic.objects.create(key='x')")
    said = follow(1, portal)
    assert "not even that can be read" not in said
    assert topics(portal.folder / "portal.sqlite3") == before
    assert (portal.folder / "as-it-was.zip").exists()


def test_looking_into_a_backup_changes_nothing(follow: Follow, portal: Portal) -> None:
    portal.ok("shell", "-c", "from notices.faq.models import Topic; Topic.objects.create(key='y')")
    now = topics(portal.folder / "portal.sqlite3")
    follow(2, portal)
    assert topics(portal.folder / "portal.sqlite3") == now
    assert topics(portal.folder / "look" / "portal.sqlite3") == now - 1


def test_after_a_new_key_nothing_is_lost(follow: Follow, portal: Portal) -> None:
    keep = (
        "from notices.invitations.models import Meeting; meeting = Meeting.objects.first();"
        "meeting.set_zoom_id('98765432101');"
        "Meeting.objects.filter(pk=meeting.pk)"
        ".update(zoom_meeting_id_encrypted=meeting.zoom_meeting_id_encrypted)"
    )
    portal.ok("shell", "-c", keep)
    assert "invitations.Meeting: 1 encrypted anew, 0 not readable." in follow(3, portal)
