"""Submit, send back, publish: the one way an edition changes state."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from notices.editions import publishing
from notices.firm.models import AuditEntry
from tests.factories import make_edition

pytestmark = pytest.mark.django_db


def test_a_draft_goes_to_review_and_back_with_a_comment(editor: User, reviewer: User) -> None:
    edition = publishing.submit(make_edition(status="draft", written_by=editor), by=editor)
    assert edition.status == "review"
    edition = publishing.send_back(edition, by=reviewer, comment="Please name the recipients.")
    assert edition.status == "draft"
    audit = AuditEntry.objects.get(act="edition-sent-back")
    assert audit.by == reviewer
    assert audit.detail["comment"] == "Please name the recipients."
    assert publishing.last_comment(edition) == audit
    publishing.submit(edition, by=editor)
    assert publishing.last_comment(edition) is None


def test_a_published_edition_has_number_rendered_texts_and_the_role_of_its_approver(
    editor: User, reviewer: User
) -> None:
    edition = publishing.publish(make_edition(status="review", written_by=editor), by=reviewer)
    assert edition.number == 1
    assert '<h2 id="why">Why</h2>' in edition.html_in("en")
    assert "Deutscher Text." in edition.html_in("de")
    assert edition.approver_role == "reviewer"
    assert edition.four_eyes
    assert AuditEntry.objects.get(act="edition-published").by == reviewer


def test_who_wrote_an_edition_does_not_approve_it(editor: User) -> None:
    edition = make_edition(status="review", written_by=editor)
    with pytest.raises(publishing.SameAuthorAndReviewer):
        publishing.publish(edition, by=editor)
    edition.refresh_from_db()
    assert edition.status == "review"


def test_a_one_person_firm_may_and_the_edition_records_it(editor: User, settings: Settings) -> None:
    settings.FOUR_EYES = False
    edition = publishing.publish(make_edition(status="review", written_by=editor), by=editor)
    assert edition.status == "published"
    assert not edition.four_eyes


@pytest.mark.parametrize("status", ["draft", "published"])
def test_only_an_edition_in_review_is_published(status: str, reviewer: User) -> None:
    edition = make_edition(status=status)
    with pytest.raises(publishing.NotInReview):
        publishing.publish(edition, by=reviewer)
    with pytest.raises(publishing.NotInReview):
        publishing.send_back(edition, by=reviewer, comment="No.")


def test_only_a_draft_is_submitted(editor: User) -> None:
    with pytest.raises(publishing.NotADraft):
        publishing.submit(make_edition(status="review"), by=editor)


def test_an_edition_is_never_in_force_before_its_publication(reviewer: User) -> None:
    edition = make_edition(status="review")
    with pytest.raises(publishing.InForceTooEarly):
        publishing.publish(
            edition, by=reviewer, in_force_from=timezone.now() - timedelta(minutes=1)
        )


def test_a_start_that_passed_during_review_becomes_now(reviewer: User) -> None:
    edition = make_edition(status="review", in_force_from=timezone.now() - timedelta(days=1))
    published = publishing.publish(edition, by=reviewer)
    assert published.in_force_from == published.published_at


def test_what_was_changed_in_memory_only_is_not_published(reviewer: User) -> None:
    edition = make_edition(status="review")
    edition.text_en = "Never saved, never reviewed."
    assert "Never saved" not in publishing.publish(edition, by=reviewer).html_in("en")


def test_each_edition_gets_the_next_number_and_the_digest_of_the_one_before(
    reviewer: User,
) -> None:
    first = make_edition()
    second = publishing.publish(make_edition(first.notice, status="review"), by=reviewer)
    other = make_edition()
    assert second.number == 2
    assert second.previous_digest == first.digest
    assert (other.number, other.previous_digest) == (1, "")
