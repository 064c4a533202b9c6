"""The one way an edition changes state: submit, send back, publish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from notices.firm.models import AuditEntry
from notices.lib import markdown

from . import completeness, english
from .chain import end_of_chain
from .claims import OpenClaim, open_claims, store_reasons, without_reason
from .digests import edition_digest, german_source_digest
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


class EnglishNotCurrent(PublishingError):
    """The English text is missing or older than German; publishing it so is a decision."""


class ClaimsNeedReasons(PublishingError):
    """The text claims safeguards that are not simply on; each needs a written reason."""

    def __init__(self, edition: Edition, claims: list[OpenClaim]) -> None:
        super().__init__(edition)
        self.claims = claims

    @property
    def names(self) -> str:
        return ", ".join(str(claim.name) for claim in self.claims)


@transaction.atomic
def submit(edition: Edition, *, by: User) -> Edition:
    """Hand a draft to the reviewers."""
    edition = _locked(edition)
    if edition.status != Edition.Status.DRAFT:
        raise NotADraft(edition)
    missing = completeness.gaps(
        edition.notice.kind, {"de": edition.text_de or "", "en": edition.text_en or ""}
    )
    edition = _move(edition, Edition.Status.REVIEW, by, "edition-submitted")
    if missing:
        # Who hands over a text with gaps was told them; the audit keeps which they were.
        _audit(by, "edition-has-gaps", edition, missing=[gap.key for gap in missing])
    return edition


@transaction.atomic
def confirm_english(edition: Edition, *, by: User) -> Edition:
    """Note that the English text of a draft still fits the German one; no text changes."""
    edition = _locked(edition)
    if edition.status != Edition.Status.DRAFT or not edition.text_en:
        raise NotADraft(edition)
    edition.english_made_from = german_source_digest(edition)
    edition.save(update_fields=["english_made_from"])
    # Who vouches for a text has a part in it and does not approve it.
    edition.writers.add(by)
    _audit(by, "edition-english-confirmed", edition)
    return edition


@transaction.atomic
def send_back(edition: Edition, *, by: User, comment: str) -> Edition:
    """Return an edition in review to its author, with a comment in the audit."""
    edition = _locked(edition)
    if edition.status != Edition.Status.REVIEW:
        raise NotInReview(edition)
    return _move(edition, Edition.Status.DRAFT, by, "edition-sent-back", comment)


@transaction.atomic
def publish(
    edition: Edition,
    *,
    by: User,
    in_force_from: datetime | None = None,
    without_english: bool = False,
    claims_reasons: Mapping[str, str] | None = None,
) -> Edition:
    """Freeze `edition` under the next number, in force from then on (now by default).

    `without_english` accepts a missing or older English text; `claims_reasons` says, by key of
    the safeguard, why the text may claim what is not simply on.
    """
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
    if not (without_english or english.is_current(edition)):
        raise EnglishNotCurrent(edition)
    claims = open_claims(edition.notice, now)
    unexplained = without_reason(claims, claims_reasons or {})
    if unexplained:
        raise ClaimsNeedReasons(edition, unexplained)
    edition.in_force_from = max(start, now)
    edition.approved_by_id = by.pk
    edition.approver_role = "reviewer"
    edition.four_eyes = not alone
    edition = freeze(edition, published_at=now)
    store_reasons(edition, claims, claims_reasons or {}, by=by, role=edition.approver_role)
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


def _audit(by: User, act: str, edition: Edition, comment: str = "", **detail: Any) -> None:
    AuditEntry.objects.create(
        by_id=by.pk,
        act=act,
        subject=f"{edition.notice.key} {edition.label}".strip(),
        detail={"comment": comment} if comment else detail,
    )
