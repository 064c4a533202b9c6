"""The one way an edition changes state: submit, send back, publish, correct, withdraw, restore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from notices.firm.models import AuditEntry, Organisation
from notices.lib import markdown

from . import completeness, corrections, english
from .chain import end_of_chain
from .claims import OpenClaim, open_claims, store_reasons, without_reason
from .colliding import draft_digest
from .digests import TEXT_FIELDS, edition_digest, english_is_stale, german_source_digest
from .models import Edition, Notice, Withdrawal

# What was new in an edition stays as it was said; the rest may hold a typing error.
CORRECTED_FIELDS = tuple(
    f"{field}_{language}" for field in ("title", "summary", "text") for language in ("de", "en")
)


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


class TextChanged(PublishingError):
    """The text is no longer the one that the reviewer has read."""


class ClaimsNeedReasons(PublishingError):
    """The text claims safeguards that are not simply on; each needs a written reason."""

    def __init__(self, edition: Edition, claims: list[OpenClaim]) -> None:
        super().__init__(edition)
        self.claims = claims

    @property
    def names(self) -> str:
        return ", ".join(str(claim.name) for claim in self.claims)


class NotPublished(PublishingError):
    """Only a published edition can be corrected, withdrawn or restored."""


class NotTheNewestRow(PublishingError):
    """An edition that was corrected is corrected and withdrawn in its newest correction."""


class AlreadyWithdrawn(PublishingError):
    """A withdrawn edition takes no further step, except as the source of a new draft."""


class NoLongerInForce(PublishingError):
    """Correcting a superseded edition would put its text back into force."""


class ChangesTheMeaning(PublishingError):
    """More than a typing error: this goes into the next edition, with a second person."""

    def __init__(self, decision: corrections.Decision) -> None:
        super().__init__(decision)
        self.decision = decision


class ReasonMissing(PublishingError):
    """A withdrawal says why, to readers and in German at least."""


class DraftIsOpen(PublishingError):
    """A notice has one draft at a time; restoring never overwrites it."""


@transaction.atomic
def submit(edition: Edition, *, by: User) -> Edition:
    """Hand a draft to the reviewers."""
    edition = locked(edition)
    if edition.status != Edition.Status.DRAFT:
        raise NotADraft(edition)
    missing = completeness.gaps(
        edition.notice.kind, {"de": edition.text_de or "", "en": edition.text_en or ""}
    )
    edition = _move(edition, Edition.Status.REVIEW, by, "edition-submitted")
    if missing:
        # Who hands over a text with gaps was told them; the audit keeps which they were.
        audit(by, "edition-has-gaps", edition, missing=[gap.key for gap in missing])
    return edition


@transaction.atomic
def confirm_english(edition: Edition, *, by: User) -> Edition:
    """Note that the English text of a draft still fits the German one; no text changes."""
    edition = locked(edition)
    if edition.status != Edition.Status.DRAFT or not edition.text_en:
        raise NotADraft(edition)
    edition.english_made_from = german_source_digest(edition)
    edition.save(update_fields=["english_made_from"])
    # Who vouches for a text has a part in it and does not approve it.
    edition.writers.add(by)
    audit(by, "edition-english-confirmed", edition)
    return edition


@transaction.atomic
def send_back(edition: Edition, *, by: User, comment: str) -> Edition:
    """Return an edition in review to its author, with a comment in the audit."""
    edition = locked(edition)
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
    as_read: str = "",
) -> Edition:
    """Freeze `edition` under the next number, in force from then on (now by default).

    `without_english` accepts a missing or older English text; `claims_reasons` says, by key of
    the safeguard, why the text may claim what is not simply on; `as_read` is the digest of the
    text that the reviewer had before their eyes.
    """
    edition = locked(edition)
    if edition.status != Edition.Status.REVIEW:
        raise NotInReview(edition)
    if as_read and as_read != draft_digest(edition):
        raise TextChanged(edition)
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
    audit(by, "edition-published", edition)
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
    return _seal(edition, published_at)


def names_never_corrected() -> list[str]:
    """Return the names and addresses of the firm and of those who answer for the data."""
    firm = Organisation.objects.first()
    if firm is None:
        return []
    fields = (
        *("name_de", "legal_name_de", "service_name_de", "city_de", "represented_by_de"),
        *("dpo_title_de", "dpo_address_de", "authority_name_de", "authority_address_de"),
    )
    return [str(getattr(firm, name, "") or getattr(firm, name[:-3], "") or "") for name in fields]


@transaction.atomic
def correct(edition: Edition, *, by: User, texts: Mapping[str, str]) -> Edition:
    """Publish typing errors of `edition` put right, at once and under the same number."""
    edition = locked(edition)
    _require_newest(edition)
    now = timezone.now()
    if edition.in_force_from is None or (
        edition.in_force_from <= now and edition.notice.in_force_at(now) != edition
    ):
        raise NoLongerInForce(edition)
    old = {name: getattr(edition, name) or "" for name in CORRECTED_FIELDS}
    new = {**old, **{name: texts[name] for name in CORRECTED_FIELDS if name in texts}}
    decision = corrections.decide(old, new, names_never_corrected())
    if not decision.is_correction:
        raise ChangesTheMeaning(decision)
    was_stale = english_is_stale(edition)
    edition.pk = None
    edition._state.adding = True
    edition.correction += 1
    edition.historical = False
    edition.in_force_from = max(edition.in_force_from, now)
    edition.created_at = now
    edition.written_by_id = by.pk
    # Nobody approved this row: reviewers see it afterwards.
    edition.approved_by_id = None
    edition.approver_role = ""
    edition.four_eyes = False
    for name, text in new.items():
        setattr(edition, name, text)
    if not was_stale:
        edition.english_made_from = german_source_digest(edition)
    edition = _seal(edition, now)
    edition.writers.add(by)
    # How many, not which: the audit is for ever, and words may have to be redacted one day.
    audit(by, "edition-corrected", edition, words=len(decision.changes))
    return edition


@transaction.atomic
def withdraw(edition: Edition, *, by: User, reason_de: str, reason_en: str = "") -> Withdrawal:
    """Say in public that we no longer stand by `edition`; its page stays.

    One reviewer is enough: a wrong text must be stopped at once, it is never made better by it,
    and what replaces it needs a second person again.
    """
    if not reason_de.strip():
        raise ReasonMissing(edition)
    edition = locked(edition)
    _require_newest(edition)
    withdrawal = Withdrawal.objects.create(
        edition=edition,
        reason_de=reason_de.strip(),
        reason_en=reason_en.strip(),
        recorded_by_id=by.pk,
    )
    audit(by, "edition-withdrawn", edition, comment=reason_de.strip())
    return withdrawal


@transaction.atomic
def restore(edition: Edition, *, by: User, texts: Mapping[str, str] | None = None) -> Edition:
    """Begin a draft with the texts of an old edition, or with `texts` in their place."""
    edition = locked(edition)
    if edition.status != Edition.Status.PUBLISHED:
        raise NotPublished(edition)
    if edition.notice.editions.exclude(status=Edition.Status.PUBLISHED).exists():
        raise DraftIsOpen(edition)
    draft = Edition(notice=edition.notice, written_by_id=by.pk)
    for field in TEXT_FIELDS:
        for language in ("de", "en"):
            # What was new in the old edition is not new in the next one.
            text = "" if field == "change_note" else getattr(edition, f"{field}_{language}")
            setattr(draft, f"{field}_{language}", text or "")
    draft.english_made_from = german_source_digest(draft) if not english_is_stale(edition) else ""
    for name in CORRECTED_FIELDS:
        setattr(draft, name, (texts or {}).get(name, getattr(draft, name)))
    draft.save()
    draft.writers.add(by)
    audit(by, "edition-restored", draft, restored=edition.label)
    return draft


def last_comment(edition: Edition) -> AuditEntry | None:
    """Return the comment with which this draft came back, until it is handed over again."""
    acts = AuditEntry.objects.filter(detail__edition=edition.pk).order_by("-at", "-id")
    last = acts.filter(act__in=["edition-submitted", "edition-sent-back"]).first()
    return last if last and last.act == "edition-sent-back" else None


def _require_newest(edition: Edition) -> None:
    if edition.status != Edition.Status.PUBLISHED:
        raise NotPublished(edition)
    rows = Edition.objects.published().filter(notice=edition.notice_id, number=edition.number)
    if rows.filter(correction__gt=edition.correction).exists():
        raise NotTheNewestRow(edition)
    if Withdrawal.objects.filter(edition=edition).exists():
        raise AlreadyWithdrawn(edition)


def _seal(edition: Edition, published_at: datetime) -> Edition:
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


def locked(edition: Edition) -> Edition:
    """Read `edition` again under the lock of its notice, the one that every act takes."""
    Notice.objects.select_for_update().get(pk=edition.notice_id)
    return Edition.objects.select_related("notice").get(pk=edition.pk)


def _move(edition: Edition, status: str, by: User, act: str, comment: str = "") -> Edition:
    edition.status = status
    edition.save()
    audit(by, act, edition, comment)
    return edition


def audit(by: User, act: str, edition: Edition, comment: str = "", **detail: Any) -> None:
    """Append what `by` did to `edition` to the audit."""
    AuditEntry.objects.create(
        by_id=by.pk,
        act=act,
        subject=f"{edition.notice.key} {edition.label}".strip(),
        detail={"edition": edition.pk, **({"comment": comment} if comment else {}), **detail},
    )
