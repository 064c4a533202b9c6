"""The one way an edition changes state: submit, send back, publish."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from notices.firm.models import AuditEntry
from notices.lib import markdown

from .chain import end_of_chain
from .digests import edition_digest
from .models import Edition, Notice


class PublishingError(Exception):
    """An edition cannot take this step."""


class NotADraft(PublishingError):
    """Only a draft can be submitted."""


class NotInReview(PublishingError):
    """Only an edition in review can be published or sent back."""


class SameAuthorAndReviewer(PublishingError):
    """Who wrote an edition does not approve it."""


class InForceTooEarly(PublishingError):
    """An edition is in force from its publication on, never before."""


@transaction.atomic
def submit(edition: Edition, *, by: User) -> Edition:
    """Hand a draft to the reviewers."""
    edition = _locked(edition)
    if edition.status != Edition.Status.DRAFT:
        raise NotADraft(edition)
    return _move(edition, Edition.Status.REVIEW, by, "edition-submitted")


@transaction.atomic
def send_back(edition: Edition, *, by: User, comment: str) -> Edition:
    """Return an edition in review to its author, with a comment in the audit."""
    edition = _locked(edition)
    if edition.status != Edition.Status.REVIEW:
        raise NotInReview(edition)
    return _move(edition, Edition.Status.DRAFT, by, "edition-sent-back", comment)


@transaction.atomic
def publish(edition: Edition, *, by: User, in_force_from: datetime | None = None) -> Edition:
    """Freeze `edition` under the next number, in force from then on (now by default)."""
    edition = _locked(edition)
    if edition.status != Edition.Status.REVIEW:
        raise NotInReview(edition)
    alone = has_written(edition, by)
    if settings.FOUR_EYES and alone:
        raise SameAuthorAndReviewer(edition)
    now = timezone.now()
    start = in_force_from or edition.in_force_from or now
    if start < now and in_force_from is not None:
        raise InForceTooEarly(edition)
    edition.in_force_from = max(start, now)
    edition.approved_by_id = by.pk
    edition.approver_role = "reviewer"
    edition.four_eyes = not alone
    edition = freeze(edition, published_at=now)
    _audit(by, "edition-published", edition)
    return edition


def has_written(edition: Edition, user: User) -> bool:
    """Say whether `user` began this edition or ever saved it as a draft."""
    return edition.written_by_id == user.pk or edition.writers.filter(pk=user.pk).exists()


@transaction.atomic
def freeze(edition: Edition, *, published_at: datetime) -> Edition:
    """Give the next number, render both languages, close the digest chain and store the row."""
    # Lock the notice, not the edition: two drafts must never get the same number.
    Notice.objects.select_for_update().get(pk=edition.notice_id)
    published = Edition.objects.published().filter(notice=edition.notice_id)
    edition.number = (published.aggregate(last=Max("number"))["last"] or 0) + 1
    edition.status = Edition.Status.PUBLISHED
    edition.published_at = published_at
    for language in ("de", "en"):
        text = getattr(edition, f"text_{language}") or ""
        summary = getattr(edition, f"summary_{language}") or ""
        setattr(edition, f"html_{language}", markdown.render(text, language) if text else "")
        rendered = markdown.render(summary, language) if summary else ""
        setattr(edition, f"summary_html_{language}", rendered)
    edition.previous_digest = end_of_chain(edition.notice)
    edition.digest = edition_digest(edition)
    edition.save()
    return edition


def _locked(edition: Edition) -> Edition:
    Notice.objects.select_for_update().get(pk=edition.notice_id)
    return Edition.objects.select_related("notice").get(pk=edition.pk)


def _move(edition: Edition, status: str, by: User, act: str, comment: str = "") -> Edition:
    edition.status = status
    edition.save()
    _audit(by, act, edition, comment)
    return edition


def _audit(by: User, act: str, edition: Edition, comment: str = "") -> None:
    AuditEntry.objects.create(
        by_id=by.pk,
        act=act,
        subject=f"{edition.notice.key} {edition.label}".strip(),
        detail={"comment": comment} if comment else {},
    )
