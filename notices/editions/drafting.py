"""How a draft begins, is saved, comes back and is discarded, under the lock of publishing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User
from django.db import transaction

from notices.firm.audit import Act
from notices.firm.languages import column, is_missing, text_of

from .integrity.digests import fresh_languages, note_source
from .models import Edition, Notice
from .publishing import (
    CORRECTED_FIELDS,
    NotADraft,
    NotInReview,
    NotPublished,
    PublishingError,
    audit,
    has_written,
    locked,
)
from .review.edit_conflicts import DRAFT_TEXTS


class DraftIsOpen(PublishingError):
    """A notice has one draft at a time; a second one is never begun beside it."""

    def __init__(self, draft: Edition) -> None:
        super().__init__(draft)
        self.draft = draft


class NotYours(PublishingError):
    """Only whoever wrote an edition takes it back from the reviewers."""


@transaction.atomic
def begin(notice: Notice, *, by: User) -> Edition:
    """Begin a draft with the texts of the newest edition of `notice`, or with its title alone."""
    _require_no_draft(notice)
    newest = Edition.objects.published().filter(notice=notice).in_force_order().first()
    draft = _texts_of(newest) if newest else _titled(notice)
    draft.notice = notice
    return _begun(draft, by, Act.EDITION_BEGUN)


@transaction.atomic
def restore(edition: Edition, *, by: User, texts: Mapping[str, str] | None = None) -> Edition:
    """Begin a draft with the texts of an old edition, or with `texts` in their place."""
    edition = locked(edition)
    if edition.status != Edition.Status.PUBLISHED:
        raise NotPublished(edition)
    _require_no_draft(edition.notice)
    draft = _texts_of(edition)
    for name in CORRECTED_FIELDS:
        setattr(draft, name, (texts or {}).get(name, getattr(draft, name)))
    return _begun(draft, by, Act.EDITION_RESTORED, restored=edition.label)


@transaction.atomic
def save(draft: Edition, *, by: User, right: Iterable[str] = ()) -> Edition:
    """Store what somebody typed into `draft`; `right` are translations of the text as it now is."""
    if draft._state.adding:
        _require_no_draft(draft.notice)
    elif locked(draft).status != Edition.Status.DRAFT:
        raise NotADraft(draft)
    note_source(draft, right)
    if draft._state.adding:
        return _begun(draft, by, Act.EDITION_BEGUN)
    draft.written_by_id = draft.written_by_id or by.pk
    draft.save()
    draft.writers.add(by)
    return draft


@transaction.atomic
def confirm(draft: Edition, language: str, *, by: User) -> Edition:
    """Note that the text of a draft in `language` still fits the required one; no text changes."""
    draft = locked(draft)
    if draft.status != Edition.Status.DRAFT or is_missing(text_of(draft, "text", language)):
        raise NotADraft(draft)
    note_source(draft, [language])
    draft.save(update_fields=["made_from"])
    # Who vouches for a text has a part in it and does not approve it.
    draft.writers.add(by)
    audit(by, Act.EDITION_TRANSLATION_CONFIRMED, draft, language=language)
    return draft


@transaction.atomic
def take_back(edition: Edition, *, by: User) -> Edition:
    """Take an edition in review back into a draft, as one of those who wrote it."""
    edition = locked(edition)
    if edition.status != Edition.Status.REVIEW:
        raise NotInReview(edition)
    if not has_written(edition, by):
        raise NotYours(edition)
    edition.status = Edition.Status.DRAFT
    edition.save()
    audit(by, Act.EDITION_TAKEN_BACK, edition)
    return edition


@transaction.atomic
def discard(draft: Edition, *, by: User) -> None:
    """Delete a draft that nobody needs; what was published stays as it is."""
    draft = locked(draft)
    if draft.status != Edition.Status.DRAFT:
        raise NotADraft(draft)
    audit(by, Act.EDITION_DISCARDED, draft)
    draft.delete()


def _require_no_draft(notice: Notice) -> None:
    # Under the lock that publishing takes, so that of several clicks one begins the draft.
    Notice.objects.select_for_update().get(pk=notice.pk)
    draft = notice.editions.exclude(status=Edition.Status.PUBLISHED).first()
    if draft:
        raise DraftIsOpen(draft)


def _texts_of(source: Edition) -> Edition:
    """Return a new draft that says what `source` says."""
    draft = Edition(notice=source.notice)
    for name in DRAFT_TEXTS:
        # What was new in the old edition is not new in the next one.
        setattr(draft, name, (getattr(source, name) or "") if name in CORRECTED_FIELDS else "")
    draft.signed_by = source.signed_by
    draft.made_from = source.made_from
    note_source(draft, fresh_languages(source))
    return draft


def _titled(notice: Notice) -> Edition:
    return Edition(**{column("title"): text_of(notice, "title")})


def _begun(draft: Edition, by: User, act: Act, **detail: str) -> Edition:
    draft.written_by_id = by.pk
    draft.save()
    draft.writers.add(by)
    audit(by, act, draft, **detail)
    return draft
