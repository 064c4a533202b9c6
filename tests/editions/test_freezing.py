"""A published edition never changes, whichever way it is tried."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from notices.editions.models import Edition
from notices.firm.freezing import FrozenRow
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
        rows.update(html_de="<p>Etwas anderes.</p>")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()
    assert rows.get().html_de == edition.html_de


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
    assert Edition.objects.get(pk=edition.pk).digest == edition.digest
