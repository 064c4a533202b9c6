"""Whose turn it is: what waits for somebody, what they handed over, what came back to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.communities.recording import decidable, own
from notices.editions.models import Edition
from notices.firm.models import ProposedChange
from notices.safeguards.models import Attestation

from .desk import Desk

Person = User | AnonymousUser
CONFIRM = "safeguards.confirm_attestation"
PUBLISH = "editions.publish_edition"
DECIDE = "firm.decide_proposedchange"
COMMUNITIES = "communities.decide_community"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision, sorted by whether this person may take it."""

    reports: list[Attestation]
    editions: list[Edition]
    proposed: list[ProposedChange]
    communities: int

    @property
    def count(self) -> int:
        return len(self.reports) + len(self.editions) + len(self.proposed) + self.communities


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Something that another person decides about; whoever handed it over may take it back."""

    name: str
    address: str
    take_back: str


@dataclass(frozen=True, slots=True)
class Returned:
    """Something that came back, with the reason and where to go on."""

    name: str
    by: Any
    at: datetime
    reason: str
    address: str
    next_step: str


def waiting_for(user: Person, desk: Desk) -> Waiting:
    """Return what `user` may decide: never what they handed over themselves."""
    may = user.has_perm
    reports, editions, proposed = open_reports(desk), in_review(desk), open_proposals(desk)
    return Waiting(
        [one for one in reports if may(CONFIRM) and _is_others(one.reported_by_id, user)],
        [one for one in editions if may(PUBLISH) and _may_approve(one, user)],
        [one for one in proposed if may(DECIDE) and _is_others(one.proposed_by_id, user)],
        len(decidable(desk.communities, user)) if may(COMMUNITIES) else 0,  # type: ignore[arg-type]
    )


def handed_over(user: Person, desk: Desk) -> Iterator[HandedOver]:
    """Yield what `user` handed over and somebody else has to decide about."""
    for report in open_reports(desk):
        if report.reported_by_id == user.pk:
            yield HandedOver(
                _("Report: %(name)s") % {"name": report},
                reverse("admin:safeguards_attestation_change", args=[report.pk]),
                reverse("admin:report-take-back", args=[report.pk]),
            )
    for edition in in_review(desk):
        if _has_written(edition, user):
            yield HandedOver(
                _("New edition: %(name)s") % {"name": edition.notice},
                reverse("admin:editions_edition_change", args=[edition.pk]),
                reverse("admin:editions_edition_take_back", args=[edition.pk]),
            )
    for change in open_proposals(desk):
        if change.proposed_by_id == user.pk:
            yield HandedOver(
                _("Proposed: %(name)s") % {"name": change},
                reverse("admin:firm_proposedchange_change", args=[change.pk]),
                reverse("admin:firm_proposedchange_take_back", args=[change.pk]),
            )

    if mine := own(desk.communities, user):  # type: ignore[arg-type]
        page = reverse("admin:communities_community_own")
        yield HandedOver(_("Details of communities: %(n)d") % {"n": len(mine)}, page, page)


def returned(user: Person, desk: Desk) -> list[Returned]:
    """Return what came back to `user` with a reason, the newest first."""
    found = [
        *_returned_editions(user, desk),
        *_declined_reports(user, desk),
        *_declined_proposals(user, desk),
        *_declined_communities(user, desk),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def own_drafts(user: Person, desk: Desk) -> list[Edition]:
    """Return the drafts in which `user` wrote, also those that came back."""
    return [one for one in desk.editions if one.is_draft and _has_written(one, user)]


def open_reports(desk: Desk) -> list[Attestation]:
    return [one for one in desk.reports if one.decided_at is None]


def in_review(desk: Desk) -> list[Edition]:
    return [one for one in desk.editions if one.is_in_review]


def open_proposals(desk: Desk) -> list[ProposedChange]:
    return [one for one in desk.proposed if one.decided_at is None]


def _returned_editions(user: Person, desk: Desk) -> Iterator[Returned]:
    for edition in own_drafts(user, desk):
        if step := desk.comments.get(edition.pk):
            yield Returned(
                str(edition.notice),
                step.by,
                step.at,
                step.detail.get("comment", ""),
                reverse("admin:editions_edition_change", args=[edition.pk]),
                _("Go on writing"),
            )


def _declined_reports(user: Person, desk: Desk) -> Iterator[Returned]:
    for report in desk.reports:
        is_mine = report.reported_by_id == user.pk and report.accepted is False
        # Without a reason they took it back themselves; who reported anew has read it.
        if is_mine and report.turned_down_because and not _is_reported_anew(report, desk):
            again = f"{reverse('admin:report')}?safeguard={report.safeguard_id}"
            yield Returned(
                str(report),
                report.decided_by,
                report.decided_at,  # type: ignore[arg-type]
                report.turned_down_because,
                again,
                _("Report anew"),
            )


def _declined_proposals(user: Person, desk: Desk) -> Iterator[Returned]:
    for change in desk.proposed:
        if change.proposed_by_id == user.pk and change.accepted is False and change.reason:
            yield Returned(
                change.subject,
                change.decided_by,
                change.decided_at,  # type: ignore[arg-type]
                change.reason,
                reverse("admin:firm_proposedchange_change", args=[change.pk]),
                _("Read both values"),
            )


def _declined_communities(user: Person, desk: Desk) -> Iterator[Returned]:
    for entry in desk.communities_turned_down:
        if user.pk in entry.detail.get("entered_by", ()):
            yield Returned(
                _("Details of communities"),
                entry.by,
                entry.at,
                entry.detail.get("reason", ""),
                reverse("admin:communities_community_changelist"),
                _("All communities"),
            )


def _is_reported_anew(report: Attestation, desk: Desk) -> bool:
    return any(
        one.safeguard_id == report.safeguard_id and one.reported_at > report.reported_at
        for one in desk.reports
    )


def _is_others(pk: int, user: Person) -> bool:
    return pk != user.pk or not settings.FOUR_EYES


def _may_approve(edition: Edition, user: Person) -> bool:
    return not _has_written(edition, user) or not settings.FOUR_EYES


def _has_written(edition: Edition, user: Person) -> bool:
    # As `publishing.has_written`, from what was read already.
    return user.pk in {edition.written_by_id, *(one.pk for one in edition.writers.all())}
