"""What the first staff page says to one person, as far as they may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone

from notices.editions.models import Notice
from notices.editions.review import seen
from notices.firm.models import JobRun
from notices.safeguards import new_settings_page
from notices.safeguards.board.now import Row, rows_at
from notices.safeguards.mails.reminders import soon_due
from notices.safeguards.states import State

from ...accounts import second_factor
from ...setup.troubles import troubles
from ..consequences import SOON
from .desk import Corrected, Desk, kept
from .handing_over import CONFIRM, PUBLISH, handed_over, own_drafts, returned, waiting_for
from .happened import last_runs, latest
from .texts import TextToDo
from .tiles import tiles

REPORT = "safeguards.add_promise"
CONNECT = "safeguards.connect_zoomtoken"
# So many are shown, and counted, at once; the next ones follow as these are looked at.
MOST_CORRECTIONS = 50
# While one of these is there, the page does not say that there is nothing to do.
CALLS = (
    *("troubles", "returned", "own_drafts", "due", "deviating", "lagging", "failing"),
    *(
        "new_settings",
        "missing",
        "stale",
        "samples",
        "due_foundations",
        "reviews_due",
        "corrections",
    ),
)
OPEN_MORE_PAGES = (
    "safeguards.connect_zoomtoken",
    "safeguards.view_finding",
    "editions.export_edition",
    "invitations.view_meeting",
)


def dashboard(user: User | AnonymousUser) -> dict[str, Any]:
    """Return the context of the first staff page for `user`."""
    now = timezone.now()
    may = user.has_perm
    desk = kept.desk(now)
    read = desk.board
    rows = rows_at(read, now, listed=False)
    may_report = may(REPORT)
    may_mend = may("auth.change_user") or may(CONFIRM)
    runs = list(JobRun.objects.all()) if may_mend else []
    standings = desk.foundations if may("editions.change_foundation") else []
    fallen = [one for one in standings if one.has_fallen and one.leaning]
    names = {one.key: str(one.name) for one in read.safeguards}
    names |= {one.key: one.title for one in desk.notices}
    context: dict[str, Any] = {
        "troubles": list(troubles(now, runs)) if may_mend else [],
        "lost_factors": second_factor.lost() if may("auth.change_user") else [],
        "failing": desk.failing if may_report or may(CONNECT) else None,
        "new_settings": desk.new_settings if may(new_settings_page.SAY) else [],
        "fallen_foundations": fallen,
        "settled_foundations": [one for one in fallen if one.settled],
        "due_foundations": [one for one in standings if one.is_check_due],
        "waiting": waiting_for(user, desk),
        "handed_over": list(handed_over(user, desk)),
        "returned": returned(user, desk),
        "own_drafts": own_drafts(user, desk),
        "scheduled": [one for one in desk.scheduled if _is_to_come(one.in_force_from, now)]
        if may("editions.view_edition")
        else [],
        "corrections": _unseen(user, desk) if may(PUBLISH) else [],
        "may_see_corrections": may(PUBLISH),
        "reviews_due": _reviews_due(user, desk, now),
        "due": [row for row in rows if row.state is State.DUE] if may_report else [],
        "soon_due": soon_due(read, now) if may_report else [],
        "deviating": [row for row in rows if row.deviation] if may_report else [],
        "lagging": [row for row in rows if row.situation.promise_lags] if may_report else [],
        "meetings_soon": [
            one for one in desk.meetings if one.starts_at <= now + SOON and one.ends_at >= now
        ]
        if may("invitations.view_meeting")
        else [],
        "missing": _for(user, desk.texts.missing),
        "stale": _for(user, desk.texts.stale),
        "samples": _for(user, desk.texts.samples),
        "may_connect": may(CONNECT),
        "has_more_pages": any(map(may, OPEN_MORE_PAGES)),
        "may_report": may_report,
        "may_confirm": may(CONFIRM),
        "next_check": min(filter(None, map(_valid_until, rows)), default=None),
        "latest": list(latest(user, names)),
        "last_runs": last_runs(runs),
    }
    context["tiles"] = list(tiles(context))
    context["is_quiet"] = _is_quiet(context)
    return context


def _is_quiet(context: dict[str, Any]) -> bool:
    is_open = any(one.open for one in context["fallen_foundations"])
    return not (is_open or context["waiting"].count or any(context[name] for name in CALLS))


def _for(user: User | AnonymousUser, texts: Sequence[TextToDo]) -> list[TextToDo]:
    return [one for one in texts if user.has_perm(one.permission)]


def _unseen(user: User | AnonymousUser, desk: Desk) -> list[Corrected]:
    """Return the corrections that nobody has looked at; whoever made one leaves it to others."""
    # A look changes no shown row, so the desk that is kept does not know of it.
    looked = seen.seen(one.edition for one in desk.corrections) if desk.corrections else set()
    unseen = [
        one
        for one in desk.corrections
        if one.edition.pk not in looked and seen.may_see(one.edition, user)  # type: ignore[arg-type]
    ]
    return unseen[:MOST_CORRECTIONS]


def _reviews_due(user: User | AnonymousUser, desk: Desk, now: datetime) -> list[Notice]:
    """Return the notices whose day to be read again has come."""
    if not user.has_perm("editions.change_notice"):
        return []
    today = timezone.localdate(now)
    return [one for one in desk.notices if one.review_due and one.review_due <= today]


def _is_to_come(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def _valid_until(row: Row) -> datetime | None:
    cover = row.situation.coverage
    return cover.valid_until if cover and row.state is not State.DUE else None
