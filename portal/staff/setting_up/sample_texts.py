"""All texts that still name the sample firm: drafted in one act, published in one review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.editions import drafting, publishing
from notices.editions.integrity.digests import fresh_languages
from notices.editions.models import Edition
from notices.editions.review.claims import open_claims
from notices.editions.review.samples import holds_sample, left_over
from notices.firm.languages import CODES, column, in_columns, in_each
from notices.firm.models import Organisation

from .inserting import LICENCE, insert


@dataclass(slots=True)
class Drafted:
    """What came of one act: handed over for approval, or a draft in which a sample is left."""

    handed_over: list[Edition] = field(default_factory=list)
    left: list[Edition] = field(default_factory=list)


def open_edition(edition: Edition) -> Edition | None:
    """Return the draft, or what waits for approval, beside an edition in force."""
    unpublished = Edition.objects.exclude(status=Edition.Status.PUBLISHED)
    return unpublished.filter(notice=edition.notice_id).first()


def asks_for_licence() -> bool:
    """Say whether a text still holds the made-up authority that gives managers their licence."""
    texts = [column("text", language) for language in CODES]
    return any(
        LICENCE in (getattr(one, name) or "") for one in left_over(timezone.now()) for name in texts
    )


@transaction.atomic
def draft_all(*, by: User, licence: str = "") -> Drafted:
    """Begin a draft of every text that names the sample firm, and hand over what is whole."""
    own = Organisation.objects.current()
    done = Drafted()
    for edition in left_over(timezone.now()):
        draft = open_edition(edition)
        if draft is not None and not draft.is_draft:
            continue
        draft = draft or drafting.begin(edition.notice, by=by)
        # Both languages are changed alike, so what was up to date stays it.
        right = fresh_languages(draft)
        for language in CODES:
            for name in ("title", "summary", "text"):
                at = column(name, language)
                setattr(draft, at, insert(getattr(draft, at) or "", language, own, licence=licence))
        noted = in_columns("change_note", in_each(lambda: _("Our own details are entered.")))
        for at, note in noted.items():
            setattr(draft, at, getattr(draft, at) or note)
        drafting.save(draft, by=by, right=right)
        if holds_sample(draft):
            done.left.append(draft)
        else:
            done.handed_over.append(publishing.submit(draft, by=by))
    return done


def waiting() -> list[Edition]:
    """Return what was drafted in place of a text of the sample firm and waits for approval."""
    found = [open_edition(edition) for edition in left_over(timezone.now())]
    return [one for one in found if one and one.is_in_review and not holds_sample(one)]


@transaction.atomic
def publish_all(as_read: Mapping[int, str], *, by: User, reason: str) -> list[Edition]:
    """Publish those that were read, all or none; `reason` says why open claims stay right."""
    published = []
    for edition in waiting():
        if edition.pk not in as_read:
            continue
        claims = open_claims(edition.notice, timezone.now())
        published.append(
            publishing.publish(
                edition,
                by=by,
                claims_reasons={claim.key: reason for claim in claims},
                as_read=as_read[edition.pk],
            )
        )
    return published
