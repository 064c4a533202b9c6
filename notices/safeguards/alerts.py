"""Tell the reviewers by e-mail when a deviation opens and when it closes: once each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices.firm.days import BERLIN
from notices.firm.jobs import Job

from . import board, states
from .models import DeviationNotice, Finding, Source

# What ended longer ago is history: a record added later does not alarm anybody.
NEWS = timedelta(days=7)
LANGUAGE = "de"
LEASE = timedelta(minutes=1)

logger = logging.getLogger(__name__)


class NotSent(Exception):
    """An e-mail could not be sent; it waits for the next run."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One e-mail: the deviation that `finding` opened has opened or closed."""

    finding: Finding
    kind: str
    since: datetime
    until: datetime | None


def pending(now: datetime) -> Iterator[Alert]:
    """Yield what the reviewers have not been told, oldest first."""
    told = set(DeviationNotice.objects.values_list("finding_id", "kind"))
    for deviation in _deviations(now):
        finding = deviation.finding
        if not isinstance(finding, Finding) or finding.source == Source.IMPORT:
            continue
        kinds = [DeviationNotice.Kind.OPENED]
        if deviation.end is not None:
            kinds.append(DeviationNotice.Kind.CLOSED)
        for kind in kinds:
            if (finding.pk, kind) not in told:
                yield Alert(finding, kind, deviation.start, deviation.end)


def send_pending() -> None:
    """Send every e-mail that is due; one that fails does not stop the others."""
    reviewers = list(_reviewers())
    if not reviewers:
        return
    failed = 0
    for alert in pending(timezone.now()):
        try:
            _send(alert, reviewers)
        except Exception as failure:  # whatever a mail server does: the record stands
            # The class only: the text may hold addresses.
            logger.warning("An e-mail to the reviewers failed: %s", type(failure).__name__)
            failed += 1
    if failed:
        raise NotSent(failed)


def _send(alert: Alert, reviewers: list[str]) -> None:
    """Send one e-mail; its row is written first, so that of two processes only one sends."""
    try:
        with transaction.atomic():
            DeviationNotice.objects.create(finding=alert.finding, kind=alert.kind)
            with translation.override(LANGUAGE):
                send_mail(_subject(alert), _text(alert), None, reviewers)
    except IntegrityError:
        logger.info("Another process has told the reviewers.")


def _deviations(now: datetime) -> list[states.Deviation]:
    found = [
        deviation
        for timeline in board.load().timelines.values()
        for deviation in states.deviations(timeline, now)
        if deviation.end is None or deviation.end >= now - NEWS
    ]
    return sorted(found, key=lambda deviation: deviation.start)


def _reviewers() -> Iterator[str]:
    reviewers = User.objects.filter(groups__name="reviewer", is_active=True).exclude(email="")
    yield from reviewers.values_list("email", flat=True).distinct().order_by("email")


def _subject(alert: Alert) -> str:
    name = alert.finding.safeguard.name
    if alert.kind == DeviationNotice.Kind.OPENED:
        return _("Zoom does less than we promise: %(safeguard)s") % {"safeguard": name}
    return _("Zoom does again what we promise: %(safeguard)s") % {"safeguard": name}


def _text(alert: Alert) -> str:
    finding = alert.finding
    lines = [
        board.seen_sentence(finding),
        _("Found on %(moment)s.") % {"moment": _moment(alert.since)},
    ]
    if alert.kind == DeviationNotice.Kind.CLOSED and alert.until:
        lines = [
            _("The deviation from %(since)s ended on %(until)s.")
            % {"since": _moment(alert.since), "until": _moment(alert.until)},
            _("It stays in the history that readers see."),
        ]
    else:
        lines += [
            _("Readers see it already. Correct the setting at Zoom, then run a check."),
            _("Explain it to readers here: %(link)s") % {"link": explain_link(finding)},
        ]
    return "\n\n".join([finding.safeguard.name, *lines]) + "\n"


def explain_link(finding: Finding) -> str:
    """Return the staff page on which somebody explains the deviation that `finding` opened."""
    path = reverse("admin:safeguards_explanation_add")
    return f"{settings.BASE_URL}{path}?finding={finding.pk}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"


ALERTS = Job("alerts", "Tell the reviewers about deviations", send_pending, lease=LEASE)
