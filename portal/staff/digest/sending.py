"""Send each of the staff what they have not been told: one mail a day, and none is lost.

What was told is written after the mail is out, so a mail server that fails is tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm import mailing
from notices.firm.jobs import Job
from notices.firm.languages import REQUIRED
from portal.accounts.models import MailSwitchedOff, Told

from ..start.desk import kept
from .kinds import Kind
from .lines import Line, lines_for

# A little less than a day: a timer that fires a minute early must not skip a day.
DAILY = timedelta(hours=20)
# So often the job looks who has not had a mail today; a failure is tried again at the next run.
EVERY = timedelta(minutes=55)


def send_digests() -> None:
    """Send every due mail; the lease of the job keeps two processes from sending one twice."""
    now = timezone.now()
    failure: OSError | ValueError | None = None
    for user in _due_people(now):
        try:
            _send_to(user, now)
        except (OSError, ValueError) as error:
            # One address that is refused, or that is none, must not keep the mails of all others.
            failure = error
    if failure:
        raise failure


def _due_people(now: datetime) -> list[User]:
    people = User.objects.filter(is_active=True, is_staff=True).exclude(email="")
    told = people.annotate(last=Max("told__sent_at")).order_by("pk")
    return [one for one in told if one.last is None or one.last <= now - DAILY]


def _send_to(user: User, now: datetime) -> None:
    with translation.override(REQUIRED):
        lines = _untold(user, list(lines_for(user, kept.desk(now), now)))
        if not lines:
            return
        mailing.send(_subject(lines), _text(lines), [user.email])
    # Written last: what was not sent must not count as told.
    Told.objects.bulk_create(
        [Told(user=user, about=line.about, sent_at=now) for line in lines], ignore_conflicts=True
    )


def _untold(user: User, lines: Sequence[Line]) -> list[Line]:
    told = set(Told.objects.filter(user=user).values_list("about", flat=True))
    off = set(MailSwitchedOff.objects.filter(user=user).values_list("kind", flat=True))
    return [line for line in lines if line.about not in told and line.kind not in off]


def _subject(lines: Sequence[Line]) -> str:
    words = ngettext("%(n)d thing for you to do", "%(n)d things for you to do", len(lines))
    return words % {"n": len(lines)}


def _text(lines: Sequence[Line]) -> str:
    parts = []
    for kind in Kind:
        told = [line for line in lines if line.kind == kind]
        if told:
            parts.append("\n".join([f"{kind.label}:", *map(_row, told)]))
    start, choice = reverse("admin:index"), reverse("admin:notifications")
    parts.append(_("Start page: %(link)s") % {"link": mailing.link(start)})
    parts.append(_("Which of these mails you get: %(link)s") % {"link": mailing.link(choice)})
    return "\n\n".join(parts) + "\n"


def _row(line: Line) -> str:
    return f"- {mailing.on_one_line(line.words)}\n  {mailing.link(line.path)}"


DIGEST = Job("digest", "Send the daily mails", send_digests, EVERY)
