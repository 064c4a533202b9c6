"""What the first staff page says: what waits, what is due, what is missing, what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from modeltranslation.translator import translator

from notices.communities.recording import decidable, waiting
from notices.editions.corrections import WordChange
from notices.editions.models import Edition, Foundation, Notice
from notices.editions.review.correction_offers import changes_of
from notices.faq.models import Question, Topic
from notices.firm import audit
from notices.firm.languages import FURTHER, column, is_missing, texts_of
from notices.firm.models import AuditEntry, Organisation, ProposedChange
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards import checking, new_settings, new_settings_page
from notices.safeguards.board import timelines
from notices.safeguards.board.now import Row, rows_at
from notices.safeguards.mails.reminders import soon_due
from notices.safeguards.models import Attestation, Promise, QuickAnswer, Safeguard, Wording
from notices.safeguards.states import State

from ..accounts import second_factor
from ..setup.troubles import troubles
from .consequences import SOON
from .foundations import foundations

LATEST = 10
CONNECT = "safeguards.connect_zoomtoken"
# So long reviewers see on their first page what was corrected without them.
RECENTLY = timedelta(days=30)
# The models whose translations staff can still add; the histories are closed.
TRANSLATED = (
    *(Organisation, Safeguard, QuickAnswer, Foundation, Notice, Edition),
    *(Topic, Question, MeetingType, Meeting),
)

STATE_WORDS = dict(Promise.Value.choices)


@dataclass(frozen=True, slots=True)
class Missing:
    """One row that lacks a translation, with the page where it can be written."""

    what: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A typing error that was put right without a second person."""

    edition: Edition
    changes: Sequence[WordChange]


OPEN_MORE_PAGES = (
    "safeguards.connect_zoomtoken",
    "safeguards.view_finding",
    "editions.export_edition",
    "invitations.view_meeting",
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the latest changes."""

    at: datetime
    by: str
    words: str


def dashboard(user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of the first staff page for `user`, as far as they may see it."""
    now = timezone.now()
    read = timelines.load_now()
    rows = rows_at(read, now, listed=False)
    reports = _reports(user)
    editions = _editions(user)
    communities = 0
    if user.has_perm("communities.decide_community"):
        communities = len(decidable(waiting(), user))  # type: ignore[arg-type]
    proposed = _proposed(user)
    may_report = user.has_perm("safeguards.add_promise")
    due = [row for row in rows if row.state is State.DUE] if may_report else []
    deviating = [row for row in rows if row.deviation] if may_report else []
    lagging = [row for row in rows if row.situation.promise_lags] if may_report else []
    soon = soon_due(read, now) if may_report else []
    meetings = []
    if user.has_perm("invitations.view_meeting"):
        meetings = list(Meeting.objects.upcoming().filter(starts_at__lte=now + SOON))
    unknown = new_settings.waiting() if user.has_perm(new_settings_page.SAY) else []
    failing = checking.failing() if may_report or user.has_perm(CONNECT) else None
    missing = list(missing_translations(user))
    standings = foundations(now) if user.has_perm("editions.change_foundation") else []
    fallen = [one for one in standings if one.has_fallen and one.leaning]
    due_foundations = [one for one in standings if one.is_check_due]
    may_mend = user.has_perm("auth.change_user") or user.has_perm("safeguards.confirm_attestation")
    broken = list(troubles(now)) if may_mend else []
    to_read = _reviews_due(user, now)
    return {
        "troubles": broken,
        "lost_factors": second_factor.lost() if user.has_perm("auth.change_user") else [],
        "failing": failing,
        "new_settings": unknown,
        "fallen_foundations": fallen,
        "settled_foundations": [one for one in fallen if one.settled],
        "due_foundations": due_foundations,
        "reports": reports,
        "editions_in_review": editions,
        "corrections": list(_corrections(user, now)),
        "communities_waiting": communities,
        "proposed": proposed,
        "waiting_count": communities + _for_others(user, reports, editions, proposed),
        "reviews_due": to_read,
        "due": due,
        "soon_due": soon,
        "may_connect": user.has_perm(CONNECT),
        "has_more_pages": any(user.has_perm(name) for name in OPEN_MORE_PAGES),
        "deviating": deviating,
        "lagging": lagging,
        "meetings_soon": meetings,
        "missing": missing,
        "may_report": may_report,
        "may_confirm": user.has_perm("safeguards.confirm_attestation"),
        "is_quiet": not any(
            (broken, reports, editions, proposed, communities, due, deviating, lagging)
        )
        and not any((failing, unknown, missing, due_foundations, to_read))
        and not any(one.open for one in fallen),
        "next_check": min(filter(None, map(_valid_until, rows)), default=None),
        "latest": list(latest(user)),
    }


def _corrections(user: User | AnonymousUser, now: datetime) -> Iterator[Corrected]:
    """Yield what was corrected lately without a second person, for those who approve."""
    if not user.has_perm("editions.publish_edition"):
        return
    rows = Edition.objects.published().filter(correction__gt=0, published_at__gte=now - RECENTLY)
    for row in rows.select_related("notice").order_by("-published_at"):
        yield Corrected(row, changes_of(row))


def missing_translations(user: User | AnonymousUser) -> Iterator[Missing]:
    """Yield every row that readers see and whose German text is not there in every language."""
    for model in TRANSLATED:
        if not user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
            continue
        # By name: modeltranslation rewrites queries on the base fields only.
        gaps = Q()
        for field in translator.get_options_for_model(model).all_fields:
            has_text = Q(**{f"{column(field)}__gt": ""})
            for language in FURTHER:
                gaps |= has_text & ~Q(**{f"{column(field, language)}__gt": ""})
        for row in _shown(model).filter(gaps):
            yield _missing(model, row)
    if user.has_perm("safeguards.add_wording"):
        newest = {
            (wording.safeguard_id, wording.quick_answer_id, wording.state): wording
            for wording in Wording.objects.select_related("safeguard", "quick_answer")
        }
        for wording in newest.values():
            if any(is_missing(text) for text in texts_of(wording, "text").values()):
                yield _missing(Wording, wording)


def latest(user: User | AnonymousUser) -> Iterator[Happened]:
    """Yield the newest lines of the audit in words."""
    if not user.has_perm("firm.view_auditentry"):
        return
    # Who signed in is for the audit; here it would push out what was done.
    told = AuditEntry.objects.exclude(act=audit.Act.SIGNED_IN)
    entries = list(told.select_related("by")[:LATEST])
    names = {one.key: one.name for one in Safeguard.objects.all()}
    for entry in entries:
        subject = names.get(entry.subject, entry.subject)
        value = STATE_WORDS.get(entry.detail.get("value", ""))
        words = audit.in_words(entry.act, f"{subject} – {value}" if value else subject)
        yield Happened(entry.at, entry.by.get_username() if entry.by else "–", words)


def _reports(user: User | AnonymousUser) -> list[Attestation]:
    if not user.has_perm("safeguards.view_attestation"):
        return []
    waiting = Attestation.objects.filter(decided_at=None)
    return list(waiting.select_related("safeguard", "reported_by"))


def _editions(user: User | AnonymousUser) -> list[Edition]:
    if not user.has_perm("editions.publish_edition"):
        return []
    waiting = Edition.objects.filter(status=Edition.Status.REVIEW)
    return list(waiting.select_related("notice", "written_by"))


def _for_others(
    user: User | AnonymousUser,
    reports: Sequence[Attestation],
    editions: Sequence[Edition],
    proposed: Sequence[ProposedChange],
) -> int:
    """Count what waits for `user`: what they handed over themselves waits for somebody else."""
    by = [
        *(one.reported_by_id for one in reports),
        *(one.written_by_id for one in editions),
        *(one.proposed_by_id for one in proposed),
    ]
    return len([pk for pk in by if pk != user.pk or not settings.FOUR_EYES])


def _reviews_due(user: User | AnonymousUser, now: datetime) -> list[Notice]:
    """Return the notices whose day to be read again has come."""
    if not user.has_perm("editions.change_notice"):
        return []
    due = Notice.objects.filter(review_due__lte=timezone.localdate(now))
    return list(due.order_by("review_due"))


def _proposed(user: User | AnonymousUser) -> list[ProposedChange]:
    if not user.has_perm("firm.view_proposedchange"):
        return []
    return list(ProposedChange.objects.filter(decided_at=None).select_related("proposed_by"))


def _shown(model: type[Model]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()
    if model is Edition:
        return rows.exclude(status=Edition.Status.PUBLISHED).select_related("notice")
    if model is Meeting:
        return rows.filter(ends_at__gte=timezone.now())
    return rows


def _missing(model: type[Model], row: Model) -> Missing:
    if isinstance(row, Wording):
        subject = "safeguard" if row.safeguard_id else "quick_answer"
        pk = row.safeguard_id or row.quick_answer_id
        address = reverse("admin:safeguards_wording_add") + f"?{subject}={pk}&state={row.state}"
    else:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        address = reverse(name, args=[row.pk])
    return Missing(str(model._meta.verbose_name), str(row), address)


def _valid_until(row: Row) -> datetime | None:
    cover = row.situation.coverage
    return cover.valid_until if cover and row.state is not State.DUE else None
