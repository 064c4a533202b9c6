"""What is recorded stays: every way to change a frozen row is tried."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import IntegrityError, connection, transaction
from django.test import TransactionTestCase

from notices.firm.models import AuditEntry
from notices.firm.storage.append_only import AppendOnly, FrozenRow, frozen_models, missing_triggers
from notices.safeguards.models import CheckCoverage, Finding, Promise
from tests.factories import make_edition, make_safeguard, record_state

pytestmark = pytest.mark.django_db


def test_the_three_timelines_and_the_audit_are_append_only() -> None:
    names = {model.__name__ for model in frozen_models()}
    assert names >= {
        "Promise",
        "Finding",
        "Check",
        "CheckCoverage",
        "Wording",
        "Explanation",
        "AuditEntry",
        "Edition",
        "Withdrawal",
        "Redaction",
        "Adjustment",
    }


def test_saving_a_recorded_row_again_is_refused_in_words() -> None:
    entry = AuditEntry.objects.create(act="tried", subject="row")
    entry.act = "changed"
    with pytest.raises(FrozenRow):
        entry.save()
    with pytest.raises(FrozenRow):
        entry.delete()


@pytest.mark.parametrize("model", [Promise, Finding, CheckCoverage])
def test_the_database_refuses_update_and_delete(model: type[AppendOnly]) -> None:
    record_state(make_safeguard())
    row = model._default_manager.get()
    field = next(f for f in model._meta.concrete_fields if not f.primary_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(
            **{field.attname: getattr(row, field.attname)}
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.filter(pk=row.pk).delete()
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE safeguards_promise SET value = 'off'",
        "DELETE FROM safeguards_promise",
        "UPDATE editions_edition SET text_de = 'changed' WHERE status = 'published'",
        "DELETE FROM editions_edition",
    ],
)
def test_raw_sql_is_refused_too(statement: str) -> None:
    record_state(make_safeguard())
    make_edition()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_replacing_a_row_is_refused() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    entry = AuditEntry.objects.create(act="tried", subject="row")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO firm_auditentry (id, at, act, subject, detail) "
            "VALUES (%s, '2026-01-01', 'changed', 'row', '{}')",
            [entry.pk],
        )


def test_truncating_is_refused() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE safeguards_promise CASCADE")


def test_a_draft_can_still_be_changed() -> None:
    draft = make_edition(status="draft")
    draft.text_de = "Neu"
    draft.save()
    draft.refresh_from_db()
    assert draft.text_de == "Neu"


class RebuiltTableTests(TransactionTestCase):
    def test_a_table_that_another_condition_looks_at_can_be_rebuilt(self) -> None:
        meeting = apps.get_model("invitations", "Meeting")
        field = meeting._meta.get_field("code")
        wider = field.clone()
        wider.max_length = 12
        wider.set_attributes_from_name("code")
        wider.model = meeting
        for before, after in ((field, wider), (wider, field)):
            emit_pre_migrate_signal(verbosity=0, interactive=False, db="default")
            with connection.schema_editor() as editor:
                editor.alter_field(meeting, before, after)
            emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
            assert missing_triggers(connection) == set()

    def test_a_rebuilt_table_is_frozen_again_after_migrate(self) -> None:
        promise = apps.get_model("safeguards", "Promise")
        field = promise._meta.get_field("reason")
        wider = field.clone()
        wider.max_length = 250
        wider.set_attributes_from_name("reason")
        wider.model = promise
        with connection.schema_editor() as editor:
            editor.alter_field(promise, field, wider)
        call_command("migrate", verbosity=0)
        record_state(make_safeguard())
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.update(value="off")
        with connection.schema_editor() as editor:
            editor.alter_field(promise, wider, field)
        call_command("migrate", verbosity=0)
