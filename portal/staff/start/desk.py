"""All that may be to do for anybody, read once after each change of a row and kept in memory.

Who sees what of it, and what is due at this very moment, is decided for each request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap

from django.db import connection
from django.db.models import Q
from django.utils.translation import get_language

from notices.communities.models import CommunityDetails, Resolution
from notices.communities.recording import waiting
from notices.editions.corrections import WordChange
from notices.editions.models import Edition, Notice
from notices.editions.review import seen
from notices.editions.review.correction_offers import changes_of_all
from notices.firm.audit import Act
from notices.firm.models import AuditEntry, ProposedChange
from notices.firm.storage import site_version
from notices.invitations.models import Meeting
from notices.safeguards import checking, new_settings
from notices.safeguards.board import timelines
from notices.safeguards.board.timelines import Board
from notices.safeguards.checking import Failing
from notices.safeguards.models import Attestation
from notices.safeguards.new_settings import NewSetting

from ..consequences import SOON
from ..foundations import FoundationReport, foundations
from .texts import Texts, read_texts

# So many corrections are read; the page shows the first of them that concern a person.
READ_CORRECTIONS = 200
# So long somebody is told what was turned down of theirs.
TOLD_FOR = timedelta(days=14)
# What becomes due with time alone is looked up again after this.
OLDEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A typing error that was put right without a second person."""

    edition: Edition
    changes: Sequence[WordChange]


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits, what came back, what is due: of everybody, as it was read at `read_at`."""

    read_at: datetime
    board: Board
    reports: Sequence[Attestation]
    editions: Sequence[Edition]
    comments: Mapping[int, AuditEntry]
    submitted: Mapping[int, AuditEntry]
    scheduled: Sequence[Edition]
    corrections: Sequence[Corrected]
    proposed: Sequence[ProposedChange]
    communities: Sequence[CommunityDetails | Resolution]
    communities_turned_down: Sequence[AuditEntry]
    meetings: Sequence[Meeting]
    notices: Sequence[Notice]
    foundations: Sequence[FoundationReport]
    new_settings: Sequence[NewSetting]
    failing: Failing | None
    texts: Texts


class Kept:
    """The desk of the newest state of the site that this process saw, in each language."""

    def __init__(self) -> None:
        self._desks: dict[str | None, tuple[str, Desk]] = {}

    def desk(self, now: datetime) -> Desk:
        """Return the desk, read again if any row has changed or it is too old."""
        # Read before: a change in between makes the next one read again.
        stamp, language = site_version.read(connection), get_language()
        kept = self._desks.get(language)
        if kept is None or kept[0] != stamp or not now - OLDEST < kept[1].read_at <= now:
            kept = self._desks[language] = (stamp, _read(now))
        return kept[1]


kept = Kept()


def _read(now: datetime) -> Desk:
    open_editions = Edition.objects.exclude(status=Edition.Status.PUBLISHED)
    editions = list(open_editions.select_related("notice").prefetch_related("writers"))
    steps = _steps(editions)
    published = Edition.objects.published().select_related("notice")
    corrected = list(seen.unseen().select_related("notice")[:READ_CORRECTIONS])
    lately = Q(decided_at=None) | Q(decided_at__gte=now - TOLD_FOR)
    turned_down = AuditEntry.objects.filter(act=Act.COMMUNITIES_TURNED_DOWN, at__gte=now - TOLD_FOR)
    return Desk(
        read_at=now,
        board=timelines.load_now(),
        reports=list(
            Attestation.objects.filter(lately).select_related(
                "safeguard", "reported_by", "decided_by", "evidence_file"
            )
        ),
        editions=editions,
        comments={pk: one for pk, one in steps.items() if one.act == Act.EDITION_SENT_BACK},
        submitted={pk: one for pk, one in steps.items() if one.act == Act.EDITION_SUBMITTED},
        scheduled=list(
            published.filter(in_force_from__gt=now, withdrawal=None).order_by("in_force_from")
        ),
        corrections=list(
            starmap(Corrected, zip(corrected, changes_of_all(corrected), strict=True))
        ),
        proposed=list(
            ProposedChange.objects.filter(lately).select_related("proposed_by", "decided_by")
        ),
        communities=waiting(),
        communities_turned_down=list(turned_down.select_related("by")),
        meetings=list(Meeting.objects.upcoming().filter(starts_at__lte=now + SOON + OLDEST)),
        notices=list(Notice.objects.order_by("review_due")),
        foundations=foundations(now),
        new_settings=new_settings.waiting(),
        failing=checking.failing(),
        texts=read_texts(now),
    )


def _steps(editions: Sequence[Edition]) -> dict[int, AuditEntry]:
    """Return when each open edition was handed over last, or came back with a comment."""
    steps = AuditEntry.objects.filter(
        act__in=[Act.EDITION_SUBMITTED, Act.EDITION_SENT_BACK],
        detail__edition__in=[one.pk for one in editions],
    )
    return {step.detail["edition"]: step for step in steps.select_related("by").order_by("id")}
