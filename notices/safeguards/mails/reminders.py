"""Remind staff before a check made by hand falls due, once for each check."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm import mailing
from notices.firm.days import day_of
from notices.firm.jobs import Job
from notices.firm.languages import REQUIRED, text_of

from .. import recording
from ..board import timelines
from ..board.now import Row, rows_at
from ..board.timelines import Board
from ..models import CheckCoverage, Reminder
from ..states import Coverage, State

AHEAD = timedelta(days=14)
LANGUAGE = REQUIRED
# A little less than a day: a timer that fires a minute early must not skip a day.
DAILY = timedelta(hours=20)


def soon_due(read: Board, now: datetime) -> list[Row]:
    """Return what people have to compare by hand within two weeks, the most urgent first."""
    found = [
        (covered.valid_until, row)
        for row in rows_at(read, now, listed=False)
        if (covered := row.situation.coverage) is not None
        and row.state not in (State.DUE, State.RETIRED)
        and not recording.is_read_from_account(row.safeguard)
        and reminds_from(covered) <= now
    ]
    return [row for _until, row in sorted(found, key=lambda pair: pair[0])]


def reminds_from(covered: Coverage) -> datetime:
    """Return the moment from which a check asks for the next one: two weeks before its end.

    A check that holds for less than four weeks asks from the middle of its time on.
    """
    return covered.valid_until - min(AHEAD, (covered.valid_until - covered.at) / 2)


def send_reminders() -> None:
    """Tell editors and reviewers what falls due soon and was not told before."""
    to = mailing.addresses_of("editor", "reviewer")
    if not to:
        return
    now = timezone.now()
    rows = soon_due(timelines.load_now(), now)
    coverages = {row.safeguard.pk: _coverage(row) for row in rows}
    told = set(
        Reminder.objects.filter(coverage__in=coverages.values()).values_list(
            "coverage_id", flat=True
        )
    )
    rows = [row for row in rows if coverages[row.safeguard.pk].pk not in told]
    if not rows:
        return
    with translation.override(LANGUAGE):
        mailing.send(_subject(rows), _text(rows), to)
    # Written last: what was not sent must not count as told.
    Reminder.objects.bulk_create(
        [Reminder(coverage=coverages[row.safeguard.pk], sent_at=now) for row in rows],
        ignore_conflicts=True,
    )


def _coverage(row: Row) -> CheckCoverage:
    # Only rows with a check in force fall due soon; one without any would not be found.
    found = CheckCoverage.objects.filter(
        safeguard=row.safeguard,
        check_made__at__in=[row.checked_at],
        check_made__outcome="done",
    )
    return found.latest("check_made__recorded_at", "id")


def _subject(rows: list[Row]) -> str:
    said = ngettext(
        "%(n)d safeguard has to be checked soon",
        "%(n)d safeguards have to be checked soon",
        len(rows),
    )
    return said % {"n": len(rows)}


def _text(rows: list[Row]) -> str:
    lines = []
    for row in rows:
        covered = row.situation.coverage
        day = day_of(covered.valid_until) if covered else None
        line = _("%(name)s: until %(day)s")
        lines.append(
            "- "
            + line
            % {
                "name": mailing.on_one_line(text_of(row.safeguard, "name")),
                "day": f"{day:%d.%m.%Y}",
            }
        )
    return "\n\n".join(
        [
            _("Please look these up at Zoom. After that day readers see “Check due”."),
            "\n".join(lines),
            _("Report here what is set: %(link)s")
            % {"link": mailing.link(reverse("admin:report"))},
            "",
        ]
    )


REMINDERS = Job("reminders", "Remind staff of checks by hand", send_reminders, DAILY)
