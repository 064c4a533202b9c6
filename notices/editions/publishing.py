"""The one way an edition changes state: submit, send back, publish, correct, withdraw."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from notices.firm.audit import Act
from notices.firm.audit import record as record_act
from notices.firm.languages import CODES, all_columns, column, columns, text_of, texts_of
from notices.firm.models import AuditEntry, Organisation
from notices.firm.words.site_words import words_of_site
from notices.lib import markdown

from . import corrections
from .integrity.chain import end_of_chain
from .integrity.digests import NEWEST_FORMAT, edition_digest, fresh_languages, note_source
from .models import Edition, EditionHtml, Notice, Withdrawal
from .review import completeness, translation_state
from .review.claims import OpenClaim, open_claims, store_reasons, without_reason
from .review.edit_conflicts import draft_digest
from .review.samples import holds_sample

# What was new in an edition stays as it was said; the rest may hold a typing error.
CORRECTED_FIELDS = columns("title", "summary", "text")


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


class TranslationNotCurrent(PublishingError):
    """A translation is missing or older than its source; publishing it so is a decision."""

    def __init__(self, edition: Edition, languages: Sequence[str]) -> None:
        super().__init__(edition)
        self.languages = languages


class TextChanged(PublishingError):
    """The text is no longer the one that the reviewer has read."""


class NamesSample(PublishingError):
    """Once the firm has entered its own details, no text with made-up ones is published."""


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
    """A withdrawal says why, to readers and in the required language at least."""


class CommentMissing(PublishingError):
    """Whoever wrote an edition must learn why it comes back."""


@transaction.atomic
def submit(edition: Edition, *, by: User) -> Edition:
    """Hand a draft to the reviewers."""
    edition = locked(edition)
    if edition.status != Edition.Status.DRAFT:
        raise NotADraft(edition)
    missing = completeness.gaps(edition.notice.kind, texts_of(edition, "text"))
    edition = _move(edition, Edition.Status.REVIEW, by, Act.EDITION_SUBMITTED)
    if missing:
        # Who hands over a text with gaps was told them; the audit keeps which they were.
        audit(by, Act.EDITION_HAS_GAPS, edition, missing=[gap.key for gap in missing])
    return edition


@transaction.atomic
def send_back(edition: Edition, *, by: User, comment: str) -> Edition:
    """Return an edition in review to its author, with a comment in the audit."""
    if not comment.strip():
        raise CommentMissing(edition)
    edition = locked(edition)
    if edition.status != Edition.Status.REVIEW:
        raise NotInReview(edition)
    return _move(edition, Edition.Status.DRAFT, by, Act.EDITION_SENT_BACK, comment)


@transaction.atomic
def publish(
    edition: Edition,
    *,
    by: User,
    in_force_from: datetime | None = None,
    without: Container[str] = (),
    claims_reasons: Mapping[str, str] | None = None,
    as_read: str = "",
) -> Edition:
    """Freeze `edition` under the next number, in force from then on (now by default).

    `without` names the languages whose text may be missing or older; `claims_reasons` says, by
    key of the safeguard, why the text may claim what is not simply on; `as_read` is the digest
    of the text that the reviewer had before their eyes.
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
    if holds_sample(edition) and not Organisation.objects.current().is_sample:
        raise NamesSample(edition)
    open_languages = [one for one in translation_state.not_current(edition) if one not in without]
    if open_languages:
        raise TranslationNotCurrent(edition, open_languages)
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
    audit(by, Act.EDITION_PUBLISHED, edition)
    return edition


def has_written(edition: Edition, user: User) -> bool:
    """Say whether `user` began this edition or ever saved it as a draft."""
    return edition.written_by_id == user.pk or edition.writers.filter(pk=user.pk).exists()


@transaction.atomic
def freeze(edition: Edition, *, published_at: datetime) -> Edition:
    """Give the next number, render all languages, close the digest chain and store the row."""
    # Lock the notice, not the edition: two drafts must never get the same number.
    Notice.objects.select_for_update().get(pk=edition.notice_id)
    published = Edition.objects.published().filter(notice=edition.notice_id)
    edition.number = (published.aggregate(last=Max("number"))["last"] or 0) + 1
    return _seal(edition, published_at)


def corrected(edition: Edition, texts: Mapping[str, str]) -> corrections.Decision:
    """Hold `texts` against what was last approved under the number of `edition`."""
    approved = Edition.objects.published().get(
        notice=edition.notice_id, number=edition.number, correction=0
    )
    current = _texts_of(edition)
    return corrections.decide(
        _texts_of(approved),
        {**current, **{name: texts[name] for name in CORRECTED_FIELDS if name in texts}},
        {language: _words_elsewhere(edition, language) for language in CODES},
        current=current,
    )


def _texts_of(edition: Edition) -> dict[str, str]:
    return {name: getattr(edition, name) or "" for name in CORRECTED_FIELDS}


def _words_elsewhere(edition: Edition, language: str) -> frozenset[str]:
    """Return the words of all other texts; what stands in several of them is no typing error."""
    words = set(words_of_site(language, without=[Edition]))
    now = timezone.now()
    for notice in Notice.objects.exclude(pk=edition.notice_id):
        if other := notice.in_force_at(now):
            for field in ("title", "summary", "text"):
                words |= corrections.words_of(text_of(other, field, language))
    return frozenset(words)


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
    new = {name: texts[name] for name in CORRECTED_FIELDS if name in texts}
    decision = corrected(edition, new)
    if not decision.is_correction:
        raise ChangesTheMeaning(decision)
    fresh = fresh_languages(edition)
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
    note_source(edition, fresh)
    edition = _seal(edition, now)
    edition.writers.add(by)
    # How many, not which: the audit is for ever, and words may have to be redacted one day.
    audit(by, Act.EDITION_CORRECTED, edition, words=len(decision.changes))
    return edition


@transaction.atomic
def withdraw(edition: Edition, *, by: User, **reasons: str) -> Withdrawal:
    """Say in public that we no longer stand by `edition`; its page stays. Reasons by column.

    One reviewer is enough: a wrong text must be stopped at once, it is never made better by it,
    and what replaces it needs a second person again.
    """
    told = {name: reason.strip() for name, reason in all_columns("reason", reasons).items()}
    if not told[column("reason")]:
        raise ReasonMissing(edition)
    edition = locked(edition)
    _require_newest(edition)
    withdrawal = Withdrawal.objects.create(edition=edition, recorded_by_id=by.pk, **told)
    audit(by, Act.EDITION_WITHDRAWN, edition, comment=told[column("reason")])
    return withdrawal


def last_comment(edition: Edition) -> AuditEntry | None:
    """Return the comment with which this draft came back, until it is handed over again."""
    acts = AuditEntry.objects.filter(detail__edition=edition.pk).order_by("-at", "-id")
    last = acts.filter(act__in=[Act.EDITION_SUBMITTED, Act.EDITION_SENT_BACK]).first()
    return last if last and last.act == Act.EDITION_SENT_BACK else None


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
    edition.rendered = render(edition)
    edition.previous_digest = end_of_chain(edition.notice)
    edition.digest_format = NEWEST_FORMAT
    edition.digest = edition_digest(edition)
    edition.save()
    for row in edition.rendered.values():
        row.edition = edition
        row.save()
    return edition


def render(edition: Edition) -> dict[str, EditionHtml]:
    """Return by language what readers will see; the rows are not stored yet."""
    found = {}
    for language in CODES:
        text, summary = (
            markdown.render(source, language) if source else ""
            for source in (text_of(edition, field, language) for field in ("text", "summary"))
        )
        if text or summary:
            found[language] = EditionHtml(language=language, text=text, summary=summary)
    return found


def locked(edition: Edition) -> Edition:
    """Read `edition` again under the lock of its notice, the one that every act takes."""
    Notice.objects.select_for_update().get(pk=edition.notice_id)
    row = Edition.objects.select_related("notice").filter(pk=edition.pk).first()
    if row is None:
        # Only a draft can go.
        raise NotADraft(edition)
    return row


def _move(edition: Edition, status: str, by: User, act: Act, comment: str = "") -> Edition:
    edition.status = status
    edition.save()
    audit(by, act, edition, comment)
    return edition


def audit(by: User, act: Act, edition: Edition, comment: str = "", **detail: Any) -> None:
    """Append what `by` did to `edition` to the audit."""
    detail |= {"edition": edition.pk, **({"comment": comment} if comment else {})}
    record_act(act, f"{edition.notice.key} {edition.label}".strip(), by=by, **detail)
