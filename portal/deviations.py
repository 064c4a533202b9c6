"""All deviations on one staff page: which are open, which were closed, and who was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.safeguards import board, states
from notices.safeguards.models import DeviationNotice, Explanation, Finding, Safeguard
from notices.safeguards.states import Deviation

# The address is German as the staff pages are.
FILTERS: dict[str, Promise] = {
    "offen": _("Open"),
    "geschlossen": _("Closed"),
    "alle": _("All"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One deviation with all that staff know of it."""

    safeguard: Safeguard
    deviation: Deviation
    finding: Finding
    explanations: Sequence[Explanation]
    told: Sequence[DeviationNotice]

    @property
    def is_open(self) -> bool:
        return self.deviation.end is None

    @property
    def below_sentence(self) -> str:
        return board.below_sentence(self.finding) if self.finding.differs_below else ""


@require_safe
def deviation_list(request: HttpRequest) -> HttpResponse:
    """Show the deviations, the latest first; readers see the open ones and the history too."""
    if not request.user.has_perm("safeguards.view_finding"):
        raise PermissionDenied
    chosen = request.GET.get("zustand", "offen")
    if chosen not in FILTERS:
        chosen = "offen"
    everything = sorted(listed(), key=lambda one: one.deviation.start, reverse=True)
    of_kind = {
        "offen": [one for one in everything if one.is_open],
        "geschlossen": [one for one in everything if not one.is_open],
        "alle": everything,
    }
    context = {
        "title": _("Zoom does less than we promise"),
        "filters": [(name, word, len(of_kind[name])) for name, word in FILTERS.items()],
        "chosen": chosen,
        "listed": of_kind[chosen],
    }
    return TemplateResponse(request, "admin/deviations.html", context)


def listed() -> Iterator[Listed]:
    """Go through every deviation there ever was, safeguard by safeguard."""
    now = timezone.now()
    read = board.load()
    told: dict[int, list[DeviationNotice]] = {}
    for notice in DeviationNotice.objects.all():
        told.setdefault(notice.finding_id, []).append(notice)
    for safeguard in read.safeguards:
        for deviation in states.deviations(read.timelines[safeguard.pk], now):
            finding = deviation.finding
            if isinstance(finding, Finding):
                yield Listed(
                    safeguard=safeguard,
                    deviation=deviation,
                    finding=finding,
                    explanations=read.explanations.get(finding.pk, []),
                    told=told.get(finding.pk, []),
                )
