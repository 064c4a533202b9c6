"""Every deviation for staff: open and closed, with what readers are told about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notices.firm.templatetags.lupe import day_and_clock
from notices.firm.words.sentences import sentence

from .board.words import seen_sentence
from .models import DeviationNotice, DeviationSpan, Explanation, Finding, Safeguard

SEE = "safeguards.view_finding"
PER_PAGE = 30
OPEN, CLOSED, ALL = "offen", "beendet", ""
FILTERS = (
    (ALL, pgettext_lazy("deviations", "All")),
    (OPEN, pgettext_lazy("deviations", "Open")),
    (CLOSED, pgettext_lazy("deviations", "Closed")),
)
NONE_FOUND = {
    ALL: _("There is no deviation so far."),
    OPEN: _("No deviation is open."),
    CLOSED: _("No deviation is closed yet."),
}


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

    @property
    def state_word(self) -> str:
        return pgettext("deviation", "open") if self.is_open else pgettext("deviation", "closed")

    @property
    def told_sentence(self) -> SafeString:
        """Say when staff were told by mail that it opened and closed."""
        opened, closed = self.told.get("opened"), self.told.get("closed")
        told = [gettext("none sent")]
        if opened:
            told = [sentence(gettext("opened: %(moment)s"), moment=day_and_clock(opened))]
        if closed:
            told.append(sentence(gettext("closed: %(moment)s"), moment=day_and_clock(closed)))
        return format_html_join("; ", "{}", ((one,) for one in told))

    @property
    def unexplained_sentence(self) -> str:
        return gettext("Not explained yet.") if self.is_open else gettext("None was written.")


@require_safe
@permission_required(SEE, raise_exception=True)
def deviation_list(request: HttpRequest) -> HttpResponse:
    """List the deviations, the open ones first, all or only the open or closed ones."""
    chosen = request.GET.get("stand", ALL)
    if chosen not in dict(FILTERS):
        chosen = ALL
    found = {key: _deviations(key) for key, _name in FILTERS}
    # Open ones first, then the latest.
    latest = found[chosen].order_by(F("end").asc(nulls_first=True), "-start", "-pk")
    page = Paginator(latest, PER_PAGE).get_page(request.GET.get("seite"))
    context: dict[str, Any] = {
        "title": _("Deviations"),
        "rows": list(_told(page.object_list)),
        "page": page,
        "page_query": f"?stand={chosen}&seite=" if chosen else "?seite=",
        "filters": [(key, name, found[key].count()) for key, name in FILTERS],
        "chosen": chosen,
        "none_found": NONE_FOUND[chosen],
    }
    return TemplateResponse(request, "admin/deviations.html", context)


def _deviations(chosen: str) -> QuerySet[DeviationSpan]:
    found = DeviationSpan.objects.failures().select_related("safeguard", "finding")
    return found if chosen == ALL else found.filter(end__isnull=chosen == OPEN)


def _told(deviations: Iterable[DeviationSpan]) -> Iterator[Deviated]:
    """Yield deviations with what was said of them, and to whom."""
    found = list(deviations)
    opening = [one.finding_id for one in found]
    told: dict[int, dict[str, datetime]] = defaultdict(dict)
    for notice in DeviationNotice.objects.filter(finding__in=opening):
        told[notice.finding_id][notice.kind] = notice.sent_at
    explanations: dict[int, list[Explanation]] = defaultdict(list)
    for explanation in Explanation.objects.filter(finding__in=opening):
        explanations[explanation.finding_id].append(explanation)
    for deviation in found:
        yield Deviated(
            safeguard=deviation.safeguard,
            finding=deviation.finding,
            since=deviation.start,
            until=deviation.end,
            seen=seen_sentence(deviation.finding),
            explanations=explanations[deviation.finding_id],
            told=told[deviation.finding_id],
        )
