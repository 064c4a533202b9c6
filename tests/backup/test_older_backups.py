"""Backups of an older release: into an empty database, and over a portal in use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import kept_portal
from tests.backup.portals import NEW_TOPIC, Portal, contents
from tests.backup.sealing import sealed

SECRET_WORDS = "a long enough passphrase"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a locked backup of an older release, with a file of evidence."""
    made = Portal(tmp_path_factory.mktemp("older") / "portal")
    kept_portal.begin(made.folder)
    (made.folder / "evidence").mkdir()
    (made.folder / "evidence" / ("1" * 32)).write_bytes(b"an older picture")
    made.ok("migrate", "--verbosity=0", "faq", "0001_initial")
    path, locked = made.folder / "older.zip", made.folder / "locked.zip"
    made.ok("backup", path)
    (made.folder / "secret").write_text(SECRET_WORDS)
    locked.write_bytes(sealed(path.read_bytes(), SECRET_WORDS))
    return path


def is_as_before(portal: Portal, name: str, before: Path) -> bool:
    after = portal.folder / name
    portal.ok("backup", after)
    return contents(after) == contents(before)


@pytest.mark.parametrize("where", ["SQLite", "PostgreSQL"])
def test_an_older_backup_replaces_a_portal_in_use_or_leaves_it_as_it_was(
    where: str, backup: Path, older: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_database") if where == "PostgreSQL" else ""
    used = Portal(tmp_path / "used", url)
    if not url:
        # A restore into no database at all would first make its tables, which takes long.
        kept_portal.begin_without_rows(used.folder)
    used.ok("restore", backup)
    used.ok("shell", "-c", NEW_TOPIC)
    locked, secret = older.with_name("locked.zip"), older.with_name("secret")
    asked = ("restore", locked, "--passphrase-file", secret)
    before = tmp_path / "before.zip"
    used.ok("backup", before)
    assert "--overwrite" in used.refuses(*asked)
    # So large a file only a database has: the portal beside it finds no room.
    assert "Nothing was changed" in used.refuses(*asked, "--overwrite", blocks=2000)
    assert is_as_before(used, "same.zip", before)
    (used.folder / ".restoring-killed").mkdir()
    assert "The chain of editions holds" in used.ok(*asked, "--overwrite")
    assert "No planned migration operations" in used.ok("migrate", "--plan")
    again = used.folder / "again.zip"
    used.ok("backup", again)
    assert contents(again).keys() == contents(backup).keys()
    for model in ("editions.Edition", "faq.Topic", "safeguards.Finding"):
        assert contents(again)[model] == contents(backup)[model]
    assert (used.folder / "evidence" / ("1" * 32)).read_bytes() == b"an older picture"
    assert [*used.folder.glob(".restoring-*")] == []


def test_an_older_release_is_brought_to_this_one(
    backup: Path, older: Path, tmp_path: Path, empty: Portal
) -> None:
    assert contents(older) != contents(backup)
    empty.ok("restore", older)
    assert "No planned migration operations" in empty.ok("migrate", "--plan")
    again = tmp_path / "again.zip"
    empty.ok("backup", again)
    assert contents(again).keys() == contents(backup).keys()
    for model in ("editions.Edition", "faq.Topic", "safeguards.Finding"):
        assert contents(again)[model] == contents(backup)[model]
