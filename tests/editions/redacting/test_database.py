"""What the database admits under the cover of a redaction: nothing else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from notices.editions.models import Edition, Notice, Redaction
from tests.editions.redacting.acting import TABLE, do, row_of
from tests.factories import make_edition, make_user

pytestmark = pytest.mark.django_db


def allow(edition: Edition, new_digest: str, old_digest: str = "") -> None:
    Redaction.objects.create(
        edition=edition,
        reason="Versuch",
        old_digest=old_digest or edition.digest,
        new_digest=new_digest,
    )


NEW = "f" * 64
FORBIDDEN = {
    "another digest than the one named": f"digest = '{'e' * 64}', text_de = 'Neu'",
    "texts without a digest": "text_de = 'Neu'",
}
OTHERWISE = {
    "DateTimeField": "'2031-01-01 00:00:00+00:00'",
    "BooleanField": "NOT {0}",
    "CharField": "'other'",
    "TextField": "'other'",
    "JSONField": "'[\"other\"]'",
    "BigAutoField": "{0} + 1000",
    "PositiveIntegerField": "{0} + 1000",
    "PositiveSmallIntegerField": "{0} + 1",
    "ForeignKey": "CASE WHEN {0} IS NULL THEN 1 ELSE NULL END",
}

for field in Edition._meta.concrete_fields:
    if field.column and field.column not in Edition.admitted_columns:
        value = OTHERWISE[field.get_internal_type()].format(field.column)
        FORBIDDEN[field.column] = f"digest = '{NEW}', {field.column} = {value}"


@pytest.mark.parametrize("change", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_redaction_admits_nothing_but_texts_and_their_digest(change: str) -> None:
    edition = make_edition(written_by=make_user("editor"))
    allow(edition, NEW)
    before = row_of(edition.pk)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {TABLE} SET {change} WHERE id = %s", [edition.pk])
    assert row_of(edition.pk) == before


def test_a_redaction_row_admits_one_change_only(edition: Edition) -> None:
    allow(edition, NEW)
    change = f"UPDATE {TABLE} SET text_de = %s, digest = '{NEW}' WHERE id = {edition.pk}"
    with connection.cursor() as cursor:
        cursor.execute(change, ["Neu"])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change, ["Noch einmal"])


def test_an_older_redaction_row_admits_nothing_after_a_newer_one(edition: Edition) -> None:
    first = edition.digest
    do(edition, ["Fragen"])
    now = Edition.objects.get(pk=edition.pk).digest
    allow(edition, first, now)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET digest = '{first}' WHERE id = {edition.pk}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET digest = '{now}' WHERE id = {edition.pk}")


@pytest.mark.parametrize("other", ["another edition", "another digest"])
def test_a_redaction_of_something_else_admits_nothing(edition: Edition, other: str) -> None:
    if other == "another edition":
        allow(Edition.objects.get(number=2), NEW, edition.digest)
    else:
        allow(edition, NEW, "d" * 64)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET text_de = 'Neu', digest = '{NEW}'")


def test_a_redaction_is_never_taken_back_and_names_two_digests(edition: Edition) -> None:
    redaction = do(edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=redaction.pk).update(reason="anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.filter(pk=redaction.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        allow(edition, NEW, NEW)


def test_deleting_is_not_admitted_by_a_redaction(edition: Edition) -> None:
    allow(edition, NEW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")


def test_a_draft_stays_free(edition: Edition) -> None:
    notice = Notice.objects.get(pk=edition.notice_id)
    draft = make_edition(notice, status="draft")
    Edition.objects.filter(pk=draft.pk).update(text_de="Neu", text_en="New")
    draft.delete()
