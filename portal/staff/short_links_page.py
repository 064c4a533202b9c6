"""Staff page "Kurzlinks und QR-Codes": where each short and each former address leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from notices.editions.models import Notice
from notices.editions.pages.listing import notice_page
from notices.faq.models import Question, Topic
from notices.firm.addresses import for_paper, for_typing, origin
from notices.firm.languages import CODES, Localised, current, localised
from notices.firm.models import OldSlug, Organisation
from notices.invitations.handouts import snippets
from notices.invitations.handouts.invitation_pages import CHOICES, PNG_SCALE, SVG, contact_of
from notices.invitations.handouts.sheets import Half, Sheet, file_response, sheet_file, sheet_page
from notices.invitations.models import Meeting
from notices.lib import pdf, qr
from notices.safeguards.models import Safeguard

# How many meetings the page lists; the list of meetings has them all.
MEETINGS = 50


@dataclass(frozen=True, slots=True)
class Leading:
    """One address and where it leads in each language."""

    path: str
    typed: str
    targets: dict[str, str]
    letter: str = ""
    title: str = ""
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class Former:
    """An address that was public once, and what readers get there now."""

    path: str
    leads_to: str
    name: str
    replaced_at: datetime


Page = Callable[[], str]


# The short links that are the same for everybody: letter, what it is for, where it leads.
FIXED: dict[str, tuple[Any, Page]] = {
    "s": (gettext_lazy("Our safeguards"), lambda: reverse("safeguard-list")),
    "h": (gettext_lazy("Our privacy notice"), notice_page),
}
MAY_SEE = "invitations.view_meeting"


@require_safe
@permission_required(MAY_SEE, raise_exception=True)
def short_links(request: HttpRequest) -> HttpResponse:
    """List every short link and every renamed address."""
    site = origin(request)
    meetings = Meeting.objects.order_by("-starts_at")[:MEETINGS]
    return TemplateResponse(
        request,
        "admin/short_links.html",
        {
            "title": _("Short links and QR codes"),
            "has_pdf": pdf.is_available(),
            "fixed": [_fixed(site, letter) for letter in FIXED],
            "meetings": [(meeting, _meeting(site, meeting)) for meeting in meetings],
            "former": list(former_addresses()),
        },
    )


@require_safe
@permission_required(MAY_SEE, raise_exception=True)
def qr_file(request: HttpRequest, letter: str, kind: str) -> HttpResponse:
    """Give the QR code of a fixed short link as a file."""
    address = for_paper(origin(request), _path(letter))
    if kind not in ("svg", "png"):
        raise Http404
    if kind == "svg":
        return file_response(qr.svg(address), SVG, f"qr-{letter}.svg")
    return file_response(qr.png(address, PNG_SCALE), "image/png", f"qr-{letter}.png")


@require_safe
@permission_required(MAY_SEE, raise_exception=True)
def sheet(request: HttpRequest, letter: str) -> HttpResponse:
    """Show a sheet with the QR code, for the notice board."""
    return sheet_page(request, sheet_of(origin(request), letter))


@require_safe
@permission_required(MAY_SEE, raise_exception=True)
def sheet_as_pdf(request: HttpRequest, letter: str) -> HttpResponse:
    """Give the same sheet as a file, where the extra is installed."""
    return sheet_file(request, sheet_of(origin(request), letter), f"blatt-{letter}.pdf")


def sheet_of(site: str, letter: str) -> Sheet:
    """Make the sheet of a fixed short link in all languages."""
    path = _path(letter)
    organisation = Organisation.objects.current()
    halves = []
    for language in CHOICES["beide"]:
        with translation.override(language):
            halves.append(
                Half(
                    language=language,
                    title=_sheet_title(letter),
                    caption=snippets.caption(),
                    lead=_sheet_lead(letter),
                    questions=snippets.phone_line(contact_of(organisation)),
                )
            )
    return Sheet(
        halves=halves,
        qr=qr.svg(for_paper(site, path), for_typing(site, path)),
        typed_address=for_typing(site, path),
        sender=organisation.postal_lines,
        logo=organisation.picture,
        back=reverse("admin:short-links"),
        pdf=reverse("admin:short-link-sheet-pdf", args=[letter]),
        is_poster=True,
    )


def former_addresses() -> Iterator[Former]:
    """Yield every address that was renamed, newest first, with what it leads to now."""
    slugs = list(OldSlug.objects.order_by("-replaced_at", "-id"))
    rows: dict[str, dict[int, Any]] = {
        model.slug_kind: model._default_manager.in_bulk(
            {old.object_id for old in slugs if old.kind == model.slug_kind}
        )
        for model in (Notice, Question, Topic, Safeguard)
    }
    for old in slugs:
        row = rows.get(old.kind, {}).get(old.object_id)
        with translation.override(old.language):
            known = _former(old, row)
        if known:
            yield known


def _former(old: OldSlug, row: Model | None) -> Former | None:
    name = str(row) if row else _("deleted")
    if old.kind == Notice.slug_kind:
        path = reverse("notice-detail", kwargs={"slug": old.slug})
        leads_to = row.get_absolute_url() if isinstance(row, Notice) else reverse("notice-list")
    elif old.kind == Question.slug_kind:
        path = reverse("question-detail", kwargs={"slug": old.slug})
        leads_to = row.get_absolute_url() if isinstance(row, Question) else reverse("question-list")
    elif old.kind in (Topic.slug_kind, Safeguard.slug_kind):
        page = reverse("question-list" if old.kind == Topic.slug_kind else "safeguard-list")
        path = f"{page}#{old.slug}"
        leads_to = f"{page}#{localised(row, 'slug').text}" if row else page
    else:
        return None
    return Former(path, leads_to, name, old.replaced_at)


def _fixed(site: str, letter: str) -> Leading:
    title, page = FIXED[letter]
    path = _path(letter)
    return Leading(
        path=path,
        typed=for_typing(site, path),
        targets=_in_each_language(page),
        letter=letter,
        title=str(title),
        drawing=qr.svg(for_paper(site, path)),
    )


def _meeting(site: str, meeting: Meeting) -> Leading:
    path = meeting.get_short_url()
    return Leading(path, for_typing(site, path), _in_each_language(meeting.get_absolute_url))


def _in_each_language(page: Page) -> dict[str, str]:
    found = {}
    for language in CODES:
        with translation.override(language):
            found[language] = page()
    return found


def _path(letter: str) -> str:
    if letter not in FIXED:
        raise Http404
    return f"/{letter.upper()}"


def _sheet_title(letter: str) -> Localised:
    words = {
        "s": _("How we protect you in video meetings"),
        "h": _("Privacy notice for video meetings"),
    }
    return Localised(words[letter], current(), is_missing=False)


def _sheet_lead(letter: str) -> str:
    return {
        "s": _("Here you see what is set at Zoom today, since when, and when we last checked it."),
        "h": _("Here you read what happens with your data when you take part."),
    }[letter]
