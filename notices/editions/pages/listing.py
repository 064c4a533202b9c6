"""The list of notices, each with its edition in force, and the page that its short link opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, Prefetch, Subquery
from django.urls import reverse

from notices.firm import days
from notices.firm.languages import Localised, localised_by
from notices.lib.markdown.reading import plain_text

from ..models import Edition, EditionHtml, Notice
from .history import LONG_TEXTS


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of notices."""

    notice: Notice
    in_force: Edition | None

    @property
    def short(self) -> Localised | None:
        """Return the summary if it is a sentence; a table of facts is none."""
        if self.in_force is None:
            return None
        summary = localised_by(self.in_force.summary_html_in)
        if not summary.text.startswith("<p>"):
            return None
        return replace(summary, text=plain_text(summary.text).split("\n\n")[0])


def listed_notices(moment: datetime) -> list[Listed]:
    """Return every notice that readers have ever seen, with its edition in force."""
    newest = Edition.objects.came_into_force_by(moment).filter(notice=OuterRef("pk"))
    notices = (
        Notice.objects.exclude(kind__in=Notice.SINGLE_KINDS)
        .annotate(newest=Subquery(newest.in_force_order().values("pk")[:1]))
        .filter(newest__isnull=False)
        .order_by("-kind", "key")
    )
    summaries = Prefetch("html_rows", EditionHtml.objects.defer("text"))
    editions = (
        Edition.objects.select_related("withdrawal")
        .prefetch_related(summaries)
        .defer(*LONG_TEXTS)
        .in_bulk([notice.newest for notice in notices])
    )
    return [Listed(one, editions[one.newest].if_not_withdrawn(moment)) for one in notices]


def notice_page() -> str:
    """Return where the short link of the notice leads: the privacy notice, or all notices."""
    for listed in listed_notices(days.now()):
        if listed.notice.kind == Notice.Kind.PRIVACY:
            return listed.notice.get_absolute_url()
    return reverse("notice-list")
