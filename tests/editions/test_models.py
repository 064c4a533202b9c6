"""What the database itself promises about notices and editions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notices.editions.integrity.digests import edition_digest, is_stale
from notices.editions.models import Edition, Foundation
from tests.editions.corrections import make_correction
from tests.factories import make_edition, make_notice

pytestmark = pytest.mark.django_db


def refused(row: Edition) -> bool:
    """Say whether the database refuses to store `row` as a new one."""
    row.pk = None
    row._state.adding = True
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return True
    return False


def test_no_two_editions_of_a_notice_share_number_and_correction() -> None:
    assert refused(make_edition())


def test_a_notice_has_one_open_draft_at_most() -> None:
    draft = make_edition(status="draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_edition(draft.notice, status="review")


@pytest.mark.parametrize("field", ["number", "published_at", "in_force_from"])
def test_a_published_edition_is_complete(field: str) -> None:
    edition = make_edition()
    edition.correction = 1
    setattr(edition, field, None)
    assert refused(edition)


@pytest.mark.parametrize("field", ["digest", "text_de"])
def test_a_published_edition_has_digest_and_rendered_text(field: str) -> None:
    edition = make_edition()
    edition.correction = 1
    setattr(edition, field, "")
    assert refused(edition)


def test_an_edition_is_not_in_force_before_it_is_published_unless_historical() -> None:
    edition = make_edition()
    assert edition.published_at is not None
    edition.correction = 1
    edition.in_force_from = edition.published_at - timedelta(days=1)
    assert refused(edition)
    edition.historical = True
    assert not refused(edition)


@pytest.mark.parametrize("kind", ["imprint", "website_privacy", "accessibility", "easy"])
def test_kinds_with_an_address_of_their_own_exist_once(kind: str) -> None:
    make_notice("first", kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_notice("second", kind)


def test_two_notices_never_share_an_address_in_one_language() -> None:
    make_notice("zoom")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_notice("other", slug_en="zoom")


def test_a_fallen_foundation_has_a_day() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Foundation.objects.create(
            key="shield",
            kind="framework",
            name_de="Schild",
            checked_on=date(2026, 1, 1),
            state=Foundation.State.FALLEN,
        )


def test_an_edition_is_called_by_its_number_and_a_correction_by_both() -> None:
    edition = make_edition()
    assert edition.label == "1"
    assert make_correction(edition, timezone.now()).label == "1.1"
    assert make_edition(status="draft").label == ""


@pytest.mark.parametrize(
    "field",
    ["text_de", "text_en", "title_en", "approver_role", "digest_format"],
)
def test_the_digest_covers(field: str) -> None:
    edition = make_edition()
    assert edition_digest(edition) == edition.digest
    setattr(edition, field, 1 if field == "digest_format" else "something else")
    assert edition_digest(edition) != edition.digest


def test_english_is_stale_once_the_german_text_changed() -> None:
    edition = make_edition(status="draft")
    assert not is_stale(edition, "en")
    edition.text_de += " Mehr."
    assert is_stale(edition, "en")
