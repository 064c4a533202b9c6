"""The tables that tests begin with are those that the migrations of this checkout make."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from notices.editions.models import Edition
from notices.firm.storage import append_only, site_version
from tests import kept_tables


def test_every_migration_and_every_model_decides_what_is_kept() -> None:
    files = {"/".join(path.parts[-4:]) for path in kept_tables.sources()}
    assert "notices/editions/models/edition.py" in files
    assert "notices/firm/storage/append_only.py" in files
    assert "contrib/auth/migrations/0001_initial.py" in files
    names = "\n".join(map(str, kept_tables.sources()))
    assert "/notices/firm/models.py" in names
    for migration in Path(kept_tables.ROOT, "notices").glob("*/migrations/0*.py"):
        assert str(migration) in names


@pytest.mark.parametrize("changed", ["content", "more", "fewer"])
def test_other_files_want_other_tables(tmp_path: Path, changed: str) -> None:
    one, other = tmp_path / "0001_initial.py", tmp_path / "0002_more.py"
    one.write_text("a")
    other.write_text("b")
    files = [one] if changed == "more" else [one, other]
    before = kept_tables.of_files(files)
    assert kept_tables.of_files(files) == before
    if changed == "content":
        other.write_text("c")
    else:
        files = [one, other] if changed == "more" else [one]
    assert kept_tables.of_files(files) != before


@pytest.mark.django_db
def test_nothing_is_left_to_migrate_and_every_trigger_is_there() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert append_only.missing_triggers(connection) == set()
    assert site_version.missing_triggers(connection) == set()
    assert not Edition.objects.exists()
