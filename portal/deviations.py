"""Every deviation for staff: open and closed, with what readers are told about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from notices.safeguards import board, states
from notices.safeguards.models import DeviationNotice, Explanation, Finding, Safeguard

SEE = "safeguards.view_finding"
OPEN, CLOSED, ALL = "offen", "beendet", ""
FILTERS = (
    (ALL, pgettext_lazy("deviations", "All")),
    (OPEN, pgettext_lazy("deviations", "Open")),
    (CLOSED, pgettext_lazy("deviations", "Closed")),
)


@dataclass(frozen=True, slots=True)
class Deviated:
    """One deviation in words; `until` is None while it is open."""

    safeguard: Safeguard
    finding: Finding
    since: datetime
    until: datetime | None
    seen: str
    explanations: Sequence[Explanation]
    told: Mapping[str, datetime]

    @property
    def is_open(self) -> bool:
        return self.until is None


@require_safe
@permission_required(SEE, raise_exception=True)
def deviation_list(request: HttpRequest) -> HttpResponse:
    """List the deviations, the open ones first, all or only the open or closed ones."""
    chosen = request.GET.get("stand", ALL)
    if chosen not in dict(FILTERS):
        chosen = ALL
    rows = list(all_deviations(timezone.now()))
    shown = [row for row in rows if chosen == ALL or row.is_open == (chosen == OPEN)]
    context: dict[str, Any] = {
        "title": _("Deviations"),
        "rows": shown,
        "filters": [
            (key, name, sum(key == ALL or row.is_open == (key == OPEN) for row in rows))
            for key, name in FILTERS
        ],
        "chosen": chosen,
    }
    return TemplateResponse(request, "admin/deviations.html", context)


def all_deviations(now: datetime) -> Iterator[Deviated]:
    """Yield every deviation until `now`: open ones first, then the latest."""
    read = board.load()
    found = [
        (safeguard, deviation, deviation.finding)
        for safeguard in read.safeguards
        for deviation in states.deviations(read.timelines[safeguard.pk], now)
        if isinstance(deviation.finding, Finding)
    ]
    found.sort(key=lambda row: (row[1].end is None, row[1].start), reverse=True)
    told: dict[int, dict[str, datetime]] = {}
    for notice in DeviationNotice.objects.all():
        told.setdefault(notice.finding_id, {})[notice.kind] = notice.sent_at
    for safeguard, deviation, finding in found:
        yield Deviated(
            safeguard=safeguard,
            finding=finding,
            since=deviation.start,
            until=deviation.end,
            seen=board.seen_sentence(finding),
            explanations=read.explanations.get(finding.pk, []),
            told=told.get(finding.pk, {}),
        )
