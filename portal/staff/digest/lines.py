"""What there is to tell one person, told already or not; each line has a name for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.communities.models import CommunityReminder
from notices.firm.days import day_of
from notices.firm.languages import text_of
from notices.firm.templatetags.lupe import day_words
from notices.invitations.owners.reminders import due as due_for_owners
from notices.safeguards.mails.reminders import soon_due, told_before

from ..start.desk import Desk
from ..start.handing_over import returned, waiting_for
from .kinds import Kind

WAITS_TOO_LONG = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to tell; `about` says which, so that nobody is told twice."""

    kind: Kind
    about: str
    words: str
    path: str


def lines_for(user: User, desk: Desk, now: datetime) -> Iterator[Line]:
    """Yield what `user` has to hear of, in the order of the mail."""
    yield from _returned(user, desk)
    yield from _waiting(user, desk, now)
    if user.has_perm("safeguards.add_promise"):
        yield from _checks(desk, now)
    if user.has_perm("editions.change_notice"):
        yield from _reviews(desk, now)
    if user.has_perm("communities.view_community"):
        yield from _owners(now)


def _returned(user: User, desk: Desk) -> Iterator[Line]:
    for one in returned(user, desk):
        words = _("%(name)s: %(reason)s") % {"name": one.name, "reason": one.reason}
        yield Line(Kind.RETURNED, f"{one.address} {one.at.isoformat()}", words, one.address)


def _waiting(user: User, desk: Desk, now: datetime) -> Iterator[Line]:
    waiting, since = waiting_for(user, desk), now - WAITS_TOO_LONG
    for report in waiting.reports:
        if report.reported_at <= since:
            path = reverse("admin:report-decide", args=[report.pk])
            yield Line(Kind.WAITING, path, _("Report: %(name)s") % {"name": report}, path)
    for edition in waiting.editions:
        step = desk.submitted.get(edition.pk)
        if step and step.at <= since:
            path = reverse("admin:editions_edition_change", args=[edition.pk])
            words = _("New edition: %(name)s") % {"name": edition.notice}
            yield Line(Kind.WAITING, f"{path} {step.pk}", words, path)
    for change in waiting.proposed:
        if change.proposed_at <= since:
            path = reverse("admin:firm_proposedchange_change", args=[change.pk])
            yield Line(Kind.WAITING, path, _("Proposed: %(name)s") % {"name": change}, path)
    if user.has_perm("communities.decide_community"):
        for row in desk.communities:
            if row.recorded_by_id != user.pk and row.recorded_at <= since:
                path = reverse("admin:communities_community_review")
                words = _("Details of communities: %(name)s") % {"name": row.community.number}
                yield Line(Kind.WAITING, f"{type(row).__name__} {row.pk}", words, path)


def _checks(desk: Desk, now: datetime) -> Iterator[Line]:
    before = told_before()
    for row in soon_due(desk.board, now):
        covered = row.situation.coverage
        if covered is None or (row.safeguard.pk, covered.at) in before:
            continue
        words = _("%(name)s: until %(day)s") % {
            "name": text_of(row.safeguard, "name"),
            "day": day_words(day_of(covered.valid_until)),
        }
        about = f"check {row.safeguard.pk} {covered.at.isoformat()}"
        path = f"{reverse('admin:report')}?safeguard={row.safeguard.pk}"
        yield Line(Kind.CHECKS, about, words, path)


def _reviews(desk: Desk, now: datetime) -> Iterator[Line]:
    for notice in desk.notices:
        if notice.review_due and notice.review_due <= day_of(now):
            path = reverse("admin:editions_notice_change", args=[notice.pk])
            words = _("%(name)s: since %(day)s") % {
                "name": text_of(notice, "title"),
                "day": day_words(notice.review_due),
            }
            yield Line(Kind.REVIEWS, f"{path} {notice.review_due}", words, path)


def _owners(now: datetime) -> Iterator[Line]:
    # Before there was a daily mail all were told together.
    before = set(CommunityReminder.objects.values_list("community_id", "about"))
    for one in due_for_owners(day_of(now)):
        if (one.community.pk, one.about) not in before:
            path = reverse("admin:communities_community_change", args=[one.community.pk])
            yield Line(Kind.OWNERS, f"{path} {one.about}", one.words, path)
