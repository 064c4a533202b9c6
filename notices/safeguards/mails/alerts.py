"""Tell the reviewers by e-mail when a deviation opens and when it closes: once each.

One e-mail names all that one check found, and says only what is true when it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm import mailing
from notices.firm.days import BERLIN
from notices.firm.jobs import Job
from notices.firm.languages import REQUIRED, text_of

from ..board.words import seen_sentence
from ..models import DeviationNotice, DeviationSpan, Finding, Source

# What ended longer ago is history: a record added later does not alarm anybody.
NEWS = timedelta(days=7)
LANGUAGE = REQUIRED
LEASE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Alert:
    """The deviation that `finding` opened is open, or has ended."""

    finding: Finding
    kind: str
    since: datetime
    until: datetime | None

    @property
    def name(self) -> str:
        return mailing.on_one_line(text_of(self.finding.safeguard, "name"))


def pending(now: datetime) -> Iterator[Alert]:
    """Yield what the reviewers have not been told, oldest first.

    What ended before anybody was told that it opened is told as ended only.
    """
    news = list(_news(now).exclude(finding__source=Source.IMPORT))
    notices = DeviationNotice.objects.filter(finding__in=[one.finding_id for one in news])
    told = set(notices.values_list("finding_id", "kind"))
    for deviation in news:
        finding = deviation.finding
        is_open = deviation.end is None
        kind = DeviationNotice.Kind.OPENED if is_open else DeviationNotice.Kind.CLOSED
        if (finding.pk, kind) not in told:
            yield Alert(finding, kind, deviation.start, deviation.end)


def send_pending() -> None:
    """Send one e-mail about all that was not told; one that fails goes with the next run.

    The lease of the job keeps two processes from sending it twice.
    """
    reviewers = mailing.addresses_of("reviewer")
    alerts = list(pending(timezone.now())) if reviewers else []
    if not alerts:
        return
    with translation.override(LANGUAGE):
        mailing.send(_subject(alerts), _text(alerts), reviewers)
    # Written last: what was not sent must not count as told.
    DeviationNotice.objects.bulk_create(
        [DeviationNotice(finding=alert.finding, kind=alert.kind) for alert in alerts],
        ignore_conflicts=True,
    )


def _news(now: datetime) -> QuerySet[DeviationSpan]:
    lately = Q(end=None) | Q(end__gte=now - NEWS)
    found = DeviationSpan.objects.failures().filter(lately, start__lte=now)
    return found.select_related("finding__safeguard")


def _of(alerts: Sequence[Alert], kind: str) -> list[Alert]:
    return [alert for alert in alerts if alert.kind == kind]


def _subject(alerts: Sequence[Alert]) -> str:
    opened = _of(alerts, DeviationNotice.Kind.OPENED)
    if len(opened or alerts) > 1:
        text = (
            ngettext(
                "Zoom does less than we promise: %(n)d safeguard",
                "Zoom does less than we promise: %(n)d safeguards",
                len(opened),
            )
            if opened
            else ngettext(
                "Zoom does again what we promise: %(n)d safeguard",
                "Zoom does again what we promise: %(n)d safeguards",
                len(alerts),
            )
        )
        return text % {"n": len(opened or alerts)}
    text = (
        _("Zoom does less than we promise: %(safeguard)s")
        if opened
        else _("Zoom does again what we promise: %(safeguard)s")
    )
    return text % {"safeguard": (opened or alerts)[0].name}


def _text(alerts: Sequence[Alert]) -> str:
    opened = _of(alerts, DeviationNotice.Kind.OPENED)
    closed = _of(alerts, DeviationNotice.Kind.CLOSED)
    parts = []
    if opened:
        parts.append(
            _("Readers see it already. Correct the setting at Zoom, then run a check."),
        )
    parts += ["\n".join(_opened_lines(alert)) for alert in opened]
    if closed:
        parts.append(_("What ended stays in the history that readers see."))
    parts += ["\n".join(_closed_lines(alert)) for alert in closed]
    parts.append(
        _("All deviations: %(link)s") % {"link": mailing.link(reverse("admin:deviations"))}
    )
    return "\n\n".join(parts) + "\n"


def _opened_lines(alert: Alert) -> Iterator[str]:
    yield f"- {alert.name}"
    yield f"  {seen_sentence(alert.finding)}"
    yield "  " + _("Found on %(moment)s.") % {"moment": moment_in_words(alert.since)}
    yield "  " + _("Explain it to readers here: %(link)s") % {"link": explain_link(alert.finding)}


def _closed_lines(alert: Alert) -> Iterator[str]:
    yield f"- {alert.name}"
    if alert.until:
        yield "  " + _("The deviation from %(since)s ended on %(until)s.") % {
            "since": moment_in_words(alert.since),
            "until": moment_in_words(alert.until),
        }


def explain_link(finding: Finding) -> str:
    """Return the staff page on which somebody explains the deviation that `finding` opened."""
    return mailing.link(f"{reverse('admin:safeguards_explanation_add')}?finding={finding.pk}")


def moment_in_words(moment: datetime) -> str:
    """Return a moment as mails say it."""
    return f"{moment.astimezone(BERLIN):%d.%m.%Y, %H:%M}"


ALERTS = Job("alerts", "Tell the reviewers about deviations", send_pending, lease=LEASE)
