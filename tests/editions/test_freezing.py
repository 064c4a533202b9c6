"""A published edition never changes, whichever way it is tried."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, IntegrityError, connection, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import ProtectedError
from django.test import TransactionTestCase
from django.utils import timezone

from notices.editions.integrity.digests import edition_digest
from notices.editions.models import Edition, Redaction
from notices.firm.storage.append_only import FrozenRow, missing_triggers
from tests.editions.corrections import withdraw
from tests.factories import make_edition, make_user

pytestmark = pytest.mark.django_db

TABLE = Edition._meta.db_table


def test_saving_it_again_is_refused_in_words() -> None:
    edition = make_edition()
    edition.text_de = "Etwas anderes."
    with pytest.raises(FrozenRow):
        edition.save()


def test_a_row_that_pretends_to_be_a_draft_is_refused_all_the_same() -> None:
    edition = make_edition()
    edition.status = "draft"
    with pytest.raises(FrozenRow):
        edition.save()


def test_deleting_it_is_refused_in_words() -> None:
    with pytest.raises(FrozenRow):
        make_edition().delete()


def test_update_and_delete_of_a_queryset_are_refused_by_the_database() -> None:
    edition = make_edition()
    rows = Edition.objects.filter(pk=edition.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(title_de="Etwas anderes")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    assert rows.get().digest == edition.digest


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET text_de = 'Etwas anderes.'",
        f"UPDATE {TABLE} SET in_force_from = NULL",
        f"UPDATE {TABLE} SET status = 'draft'",
        f"DELETE FROM {TABLE}",
    ],
)
def test_raw_sql_is_refused_by_the_database(statement: str) -> None:
    edition = make_edition()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Edition.objects.get(pk=edition.pk).digest == edition.digest


# Each would put another row in the place of a published one.
REPLACING = {
    "the same id": "INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table}",
    "the same number under a new id": (
        "INSERT OR REPLACE INTO {table} ({names}) "
        "SELECT id + 1000, {other_names} FROM {table} WHERE status = 'published'"
    ),
    "a draft that takes its number": (
        "UPDATE OR REPLACE {table} SET number = 1, status = 'published', digest = 'x', "
        "text_de = 'x', historical = 1, published_at = created_at, in_force_from = created_at "
        "WHERE status = 'draft'"
    ),
}


@pytest.mark.parametrize("statement", REPLACING.values(), ids=REPLACING)
def test_replacing_it_is_refused_by_the_database(statement: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has OR REPLACE")
    edition = make_edition()
    make_edition(edition.notice, status="draft")
    other_names = [str(one.column) for one in Edition._meta.concrete_fields if one.column != "id"]
    names = ", ".join(["id", *other_names])
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            statement.format(table=TABLE, names=names, other_names=", ".join(other_names))
        )
    assert Edition.objects.get(number=1).pk == edition.pk


def test_copying_another_row_over_it_is_refused_by_the_database() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("ON CONFLICT of PostgreSQL")
    make_edition()
    names = [str(one.column) for one in Edition._meta.concrete_fields]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} ({', '.join(names)}) SELECT {', '.join(names)} FROM {TABLE} "
            "ON CONFLICT (id) DO UPDATE SET text_de = 'Anders'"
        )


@pytest.mark.parametrize("cascade", ["", "CASCADE"])
def test_emptying_the_table_is_refused_by_the_database(cascade: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    make_edition()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE} {cascade}")
    assert Edition.objects.exists()


def test_a_draft_changes_and_goes_as_long_as_it_is_one() -> None:
    draft = make_edition(status="draft")
    draft.text_de = "Besser."
    draft.save()
    Edition.objects.filter(pk=draft.pk).update(change_note_de="Neu", change_note_en="New")
    draft.delete()
    assert not Edition.objects.exists()


def test_a_withdrawal_is_never_taken_back() -> None:
    withdrawal = withdraw(make_edition(), timezone.now())
    with pytest.raises(FrozenRow):
        withdrawal.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(withdrawal).objects.filter(pk=withdrawal.pk).delete()


def test_who_wrote_a_published_edition_cannot_be_deleted_with_it() -> None:
    author = make_user("editor")
    make_edition(written_by=author)
    with pytest.raises(ProtectedError):
        author.delete()


def test_renaming_who_wrote_it_leaves_the_digest_as_it_was() -> None:
    author = make_user("editor")
    edition = make_edition(written_by=author)
    author.username = "editor 7"
    author.save()
    assert edition_digest(Edition.objects.get(pk=edition.pk)) == edition.digest


class LaterMigrationTests(TransactionTestCase):
    """A migration as a later release may bring it: it rebuilds the table and adds a column."""

    operations = (
        # PostgreSQL rewrites the table for another type, SQLite copies it into a new one.
        migrations.AlterField("edition", "number", models.PositiveBigIntegerField(null=True)),
        migrations.AlterField("edition", "digest", models.CharField(blank=True, max_length=80)),
        migrations.AlterField("redaction", "reason", models.CharField(max_length=310)),
        migrations.AddField("edition", "later", models.CharField(default="", max_length=9)),
        migrations.RemoveField("edition", "later"),
    )

    def migrate_to(self, target: tuple[str, str]) -> None:
        call_command("migrate", *target, verbosity=0)

    def test_it_is_frozen_again_as_soon_as_the_migration_is_through(self) -> None:
        edition = make_edition()
        leaf = MigrationLoader(connection).graph.leaf_nodes("editions")[0]
        later = type("Migration", (migrations.Migration,), {"operations": list(self.operations)})(
            "9999_later", "editions"
        )
        later.dependencies = [leaf]
        build = MigrationLoader.build_graph

        def with_ours(loader: MigrationLoader) -> None:
            load = loader.load_disk

            def load_ours_too() -> None:
                load()
                loader.disk_migrations["editions", "9999_later"] = later

            loader.load_disk = load_ours_too  # type: ignore[method-assign]
            build(loader)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(MigrationLoader, "build_graph", with_ours)
            assert ("editions", "9999_later") in MigrationExecutor(connection).loader.graph.nodes
            try:
                self.migrate_to(("editions", "9999_later"))
                assert self.type_of_number() in ("bigint", "bigint unsigned")
                self.assert_frozen(edition)
            finally:
                self.migrate_to(leaf)
        self.assert_frozen(edition)

    def type_of_number(self) -> str:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"SELECT name, type FROM pragma_table_info('{TABLE}')")
            else:
                cursor.execute(
                    "SELECT column_name, data_type FROM information_schema.columns "
                    f"WHERE table_name = '{TABLE}'"
                )
            return str(dict(cursor.fetchall())["number"])

    def assert_frozen(self, edition: Edition) -> None:
        assert missing_triggers(connection) == set()
        rows = Edition.objects.filter(pk=edition.pk)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(title_de="Etwas anderes")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete("default")
        assert rows.get().digest == edition.digest

    def test_while_migrations_run_it_is_frozen_too_and_admits_no_redaction(self) -> None:
        edition = make_edition()
        Redaction.objects.create(
            edition=edition, reason="x", old_digest=edition.digest, new_digest="f" * 64
        )
        emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
        try:
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                Edition.objects.filter(pk=edition.pk).update(digest="f" * 64)
        finally:
            emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        assert Edition.objects.filter(pk=edition.pk).update(digest="f" * 64) == 1
