"""A database of an earlier release is brought up to date with no row and no word lost.

Each file beside this one is a small portal on SQLite as its release left it: starter content, two
readings of an account (all protected, then drifted), an explanation, editions published, withdrawn
and in the making, an adjusted meeting with a private ID, a report by hand. A release adds its own.
"""

from __future__ import annotations

import json
import lzma
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

HERE = Path(__file__).parent
RELEASES = sorted(file.name.removesuffix(".sql.xz") for file in HERE.glob("*.sql.xz"))
# What a release may change: counters, and tables of Django that follow the code.
FOLLOW_THE_CODE = {
    *("django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"),
    *("auth_group_permissions", "firm_siteversion", "django_session"),
    # The index of the search is built in memory now.
    *("faq_searchentry", "faq_searchtoken", "faq_searchword"),
}
# Columns that went into tables of their own: their words are proven by the digests.
MOVED = {
    ("editions_edition", column)
    for column in (
        *("html_de", "html_en", "summary_html_de", "summary_html_en"),
        "english_made_from",
    )
}
# Set anew on purpose: what the account is read for holds 7 days now, not as long as attested.
# So does what was read before and still holds.
SET_ANEW = {("safeguards_safeguard", "max_age_days"), ("safeguards_checkcoverage", "valid_until")}
# Kept under another name: the day of loading is when a text was written, not a review.
KEPT_AS = {("faq_question", "reviewed_on"): "written_on"}
PAGES = ("/de/", "/en/safeguards/", "/de/hinweise/", "/de/fragen/", "/de/archiv/")

Rows = dict[str, dict[int, dict[str, Any]]]


class Portal:
    """The portal of a release in a folder of its own, under today's code."""

    def __init__(self, folder: Path, release: str) -> None:
        self.database = folder / "old.sqlite3"
        left = lzma.decompress((HERE / f"{release}.sql.xz").read_bytes()).decode()
        with closing(sqlite3.connect(self.database)) as database:
            database.executescript(left)
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SECRET_KEY": "key-of-the-upgrade-test-" * 3,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self) -> Rows:
        """Return every row of every table by its number."""
        with closing(sqlite3.connect(self.database)) as database:
            database.row_factory = sqlite3.Row
            named = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = [name for (name,) in named if name not in FOLLOW_THE_CODE]
            return {
                table: {
                    row["number of the row"]: dict(row)
                    for row in database.execute(
                        f'SELECT rowid AS "number of the row", * FROM "{table}"'
                    )
                }
                for table in tables
            }


@pytest.fixture(scope="module", params=RELEASES)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Portal, Rows]:
    portal = Portal(tmp_path_factory.mktemp("upgrade"), request.param)
    before = portal.rows()
    portal.manage("prepare", "--verbosity=0")
    return portal, before


def test_there_is_a_release_to_come_from() -> None:
    assert "0fccc23" in RELEASES


def test_no_row_and_no_value_is_lost(upgraded: tuple[Portal, Rows]) -> None:
    portal, before = upgraded
    after = portal.rows()
    lost = {
        (table, number, column)
        for table, rows in before.items()
        for number, row in rows.items()
        for column, value in row.items()
        if (table, column) not in MOVED | SET_ANEW
        and after.get(table, {}).get(number, {}).get(KEPT_AS.get((table, column), column), "gone")
        != value
    }
    assert {(table, column) for table, _number, column in lost} == set()


def test_the_chain_of_editions_holds(upgraded: tuple[Portal, Rows]) -> None:
    portal, before = upgraded
    published = [row for row in before["editions_edition"].values() if row["status"] == "published"]
    assert len(published) >= 9
    portal.manage("verify_editions")


def test_what_was_encrypted_is_still_read(upgraded: tuple[Portal, Rows]) -> None:
    portal, _before = upgraded
    asked = (
        "from notices.invitations.models import Meeting;"
        "print([meeting.zoom_id() for meeting in Meeting.objects.all() if meeting.zoom_id()])"
    )
    assert "['98765432101']" in portal.manage("shell", "-c", asked)


def test_its_pages_answer_and_its_derived_tables_are_right(upgraded: tuple[Portal, Rows]) -> None:
    portal, _before = upgraded
    asked = (
        "import json; from django.test import Client; client = Client(SERVER_NAME='localhost');"
        f"print(json.dumps([client.get(path).status_code for path in {PAGES!r}]));"
        "print(json.dumps(client.get('/readyz').json()))"
    )
    *_imported, statuses, ready = portal.manage("shell", "-c", asked).strip().splitlines()
    assert json.loads(statuses) == [200] * len(PAGES)
    told = json.loads(ready)
    assert told["ready"], told


def test_a_connection_that_breaks_at_once_is_green_for_a_week_at_most(
    upgraded: tuple[Portal, Rows],
) -> None:
    portal, _before = upgraded
    asked = (
        "from datetime import timedelta; from django.utils import timezone;"
        "from notices.safeguards.board import timelines;"
        "known = timelines.load(); later = timezone.now() + timedelta(days=8);"
        "print(sorted({known.situation(one, later).state.value for one in known.safeguards"
        " if one.checked_by == 'account' and known.situation(one, later)}))"
    )
    assert portal.manage("shell", "-c", asked).strip().endswith("['due']")


def test_its_board_has_the_rows_that_were_added_since(upgraded: tuple[Portal, Rows]) -> None:
    portal, _before = upgraded
    keys = {row["key"] for row in portal.rows()["safeguards_safeguard"].values()}
    assert {"camera_at_start", "host_camera_at_start", "recording_bots", "ai_notes"} <= keys
