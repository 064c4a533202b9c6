"""Staff pages "Einladung erstellen": texts to copy, QR codes, the sheet for paper, the calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from notices.firm.addresses import for_paper, for_typing, origin
from notices.firm.days import day_of
from notices.firm.languages import (
    CODES,
    REQUIRED,
    Localised,
    current,
    localised,
    name_of,
)
from notices.firm.models import FirmDetails, Organisation
from notices.lib import pdf, qr
from notices.safeguards.board.now import answers_at
from notices.safeguards.board.timelines import Board
from notices.safeguards.board.words import word_for
from notices.safeguards.states import State

from .. import meeting_settings
from ..minutes.sentences import warnings as minutes_warnings
from ..models import Meeting
from ..owners.for_whom import ForWhom, for_whom
from ..owners.warnings import warnings
from ..phases import Phase, phase_at
from . import snippets
from .calendar_file import calendar_file
from .kinds import joining_in, of_its_kind, ways_sentence
from .sheets import Half, Sheet, file_response, sheet_file, sheet_page
from .snippets import Contact, Different, Facts
from .ways_in import lets_in, refuse_ways_in

# What "?sprache=" may say, and the languages that the texts are then in.
ALL = "beide"
CHOICES: Mapping[str, tuple[str, ...]] = {**{code: (code,) for code in CODES}, ALL: CODES}
SVG = "image/svg+xml"
PNG_SCALE = 12

View = Callable[[HttpRequest, Meeting], HttpResponse]


@dataclass(frozen=True, slots=True)
class Box:
    """One text to copy."""

    key: str
    title: Any
    hint: Any
    text: str
    rows: int
    is_html: bool = False

    @property
    def has_file(self) -> bool:
        return self.key == "calendar"

    @property
    def has_qr(self) -> bool:
        return self.key == "letter"


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of these pages; they belong to the admin of meetings."""
    pages: list[tuple[str, str, View]] = [
        ("", "invitation", invitation),
        ("qr.svg", "qr_svg", qr_svg),
        ("qr.png", "qr_png", qr_png),
        ("termin.ics", "invitation_ics", invitation_ics),
        ("blatt/", "sheet", sheet),
        ("blatt.pdf", "sheet_pdf", sheet_as_pdf),
    ]
    return [
        path(
            f"<int:pk>/einladung/{end}",
            site.admin_view(_with_meeting(site, view)),
            name=f"invitations_meeting_{name}",
        )
        for end, name, view in pages
    ]


def _with_meeting(site: AdminSite, view: View) -> Callable[..., HttpResponse]:
    """Let in whoever may look at meetings, find the meeting, add what every staff page has."""

    @require_safe
    def wrapped(request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("invitations.view_meeting"):
            raise PermissionDenied
        kept = Meeting.objects.kept().select_related(
            "type", "firm", "community", "provider", "minutes"
        )
        response = view(request, get_object_or_404(kept, pk=pk))
        if isinstance(response, TemplateResponse):
            own = response.context_data or {}
            response.context_data = {**site.each_context(request), **own}
        return response

    return wrapped


def invitation(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Show the texts to copy, in one language or in all."""
    choice = _choice(request)
    by_language = facts_of(meeting, origin(request), CHOICES[choice])
    address = origin(request) + meeting.get_short_url()
    boxes = boxes_of(meeting, by_language, origin(request))
    first = facts_of(meeting, origin(request), (REQUIRED,))[REQUIRED]
    page = reverse("admin:invitations_meeting_invitation", args=[meeting.pk])
    return TemplateResponse(
        request,
        "admin/invitations/meeting/invitation.html",
        {
            "title": _("Create the invitation"),
            "meeting": meeting,
            "is_over": phase_at(meeting.starts_at, meeting.ends_at, timezone.now()) is Phase.HELD,
            # A text that lets people in is not offered at all.
            "lets_in": lets_in(meeting),
            "boxes": boxes,
            "choices": [(f"{page}?sprache={key}", _choice_name(key), key) for key in CHOICES],
            "choice": choice,
            "basis_warnings": warnings(meeting, timezone.now()),
            "differences": first.differences,
            "unsure": [one for one in first.answers if one.state is not State.ON],
            "no_answers": not first.answers,
            "address": address,
            "typed_address": for_typing(origin(request), meeting.get_short_url()),
            "has_pdf": pdf.is_available(),
            "qr": qr.svg(for_paper(origin(request), meeting.get_short_url())),
            "files": _files(meeting, choice),
            "one_language": choice if choice in CHOICES[choice] else "",
        },
    )


def _files(meeting: Meeting, choice: str) -> dict[str, str]:
    """Return where the QR code and the sheet to print can be had; the sheet has languages."""
    page = "admin:invitations_meeting_"
    svg, png, sheet, pdf_file = (
        reverse(page + name, args=[meeting.pk])
        for name in ("qr_svg", "qr_png", "sheet", "sheet_pdf")
    )
    query = f"?sprache={choice}"
    return {"svg": svg, "png": png, "sheet": sheet + query, "pdf": pdf_file + query}


def qr_svg(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Give the QR code as a drawing of any size."""
    drawing = qr.svg(for_paper(origin(request), meeting.get_short_url()))
    return file_response(drawing, SVG, f"qr-{meeting.code}.svg")


def qr_png(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Give the QR code as a picture that prints sharply at 40 mm."""
    picture = qr.png(for_paper(origin(request), meeting.get_short_url()), PNG_SCALE)
    return file_response(picture, "image/png", f"qr-{meeting.code}.png")


def invitation_ics(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Give the calendar file in the chosen languages."""
    refuse_ways_in(meeting)
    languages = CHOICES[_choice(request)]
    text = calendar_file(meeting, firm_of(meeting), origin(request), languages)
    name = pgettext("file name", "meeting-%(day)s.ics") % {"day": day_of(meeting.starts_at)}
    return file_response(text, "text/calendar; charset=utf-8", name)


def sheet(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Show the A4 sheet for the letter, to be printed."""
    refuse_ways_in(meeting)
    return sheet_page(request, _sheet(request, meeting))


def sheet_as_pdf(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Give the same sheet as a file, where the extra is installed."""
    refuse_ways_in(meeting)
    return sheet_file(request, _sheet(request, meeting), f"blatt-{meeting.code}.pdf")


def facts_of(meeting: Meeting, site: str, languages: Sequence[str]) -> dict[str, Facts]:
    """Return what the invitation is made from, read once, in each language."""
    own = meeting_settings.of(meeting, timezone.now())
    read = meeting_settings.board_of(own).of(meeting.provider_id)
    weaker = meeting_settings.weaker_in(meeting, meeting.adjustments.all(), read.safeguards, own)
    inviting = firm_of(meeting)
    found = {}
    for language in languages:
        with translation.override(language):
            found[language] = _facts(meeting, read, weaker, inviting, site)
    return found


def boxes_of(meeting: Meeting, by_language: Mapping[str, Facts], site: str) -> list[Box]:
    """Return the four boxes; texts in several languages stand below each other."""
    calendar = calendar_file(meeting, firm_of(meeting), site, list(by_language))
    mail = _in_each(by_language, snippets.mail_text, "\n\n")
    html = _in_each(by_language, snippets.mail_html, "\n")
    letter = _in_each(by_language, snippets.letter_text, "\n\n")
    return [
        Box("mail", _("Mail, as text"), _("For every mail program."), mail, 6 * len(by_language)),
        Box(
            "html",
            _("Mail, with formatting"),
            _("Paste it where you write the mail, or as source text into a newsletter."),
            html,
            12,
            is_html=True,
        ),
        Box("letter", _("Letter"), _("Beside the QR code."), letter, 5 * len(by_language)),
        Box(
            "calendar",
            _("Calendar file"),
            _("Attach the file to your mail."),
            calendar.replace("\r\n", "\n"),
            10,
        ),
    ]


def _facts(
    meeting: Meeting, read: Board, weaker: Mapping[int, State], inviting: FirmDetails, site: str
) -> Facts:
    now = timezone.now()
    community = for_whom(meeting, now)
    return Facts(
        title=localised(meeting, "title"),
        place=localised(meeting, "place"),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        moved_from=meeting.moved_from,
        is_cancelled=meeting.cancelled_at is not None,
        answers=answers_at(read, now, weaker),
        differences=[
            Different(
                localised(one.safeguard, "name"),
                word_for(State(one.value), one.safeguard.key),
                localised(one, "reason"),
            )
            for one in meeting.adjustments.select_related("safeguard")
        ],
        address=site + meeting.get_short_url(),
        typed_address=for_typing(site, meeting.get_short_url()),
        contact=contact_of(inviting, community),
        kind=of_its_kind(meeting.type),
        ways=ways_sentence(meeting, joining_in(meeting, read, now, weaker)),
        community=[
            *(community.sentences if community else ()),
            *minutes_warnings(getattr(meeting, "minutes", None)),
        ],
    )


def firm_of(meeting: Meeting) -> FirmDetails:
    """Return the firm that invites: its own one, or the firm of the profile."""
    return meeting.firm or Organisation.objects.current()


def contact_of(firm: FirmDetails, community: ForWhom | None = None) -> Contact:
    """Return whom to ask: the contact of the community if it has one, else the firm."""
    if community and community.details.contact and community.details.phone:
        details = community.details
        nothing = Localised("", current(), is_missing=False)
        return Contact(details.contact, details.address, details.phone, details.phone_link, nothing)
    return Contact(
        name=firm.name,
        address=firm.address,
        phone=firm.phone,
        phone_link=firm.phone_link,
        hours=localised(firm, "phone_hours"),
    )


def _sheet(request: HttpRequest, meeting: Meeting) -> Sheet:
    halves = []
    for language, facts in facts_of(meeting, origin(request), CHOICES[_choice(request)]).items():
        with translation.override(language):
            halves.append(
                Half(
                    language=language,
                    title=facts.title,
                    lead=snippets.when(facts),
                    place=facts.place,
                    news=snippets.news(facts),
                    sentences=[] if facts.is_cancelled else snippets.sentences(facts),
                    checked="" if facts.is_cancelled else snippets.checked(facts),
                    questions=snippets.phone_line(facts.contact),
                    joining=[] if facts.is_cancelled else snippets.joining(facts),
                    own_answers=[] if facts.is_cancelled else snippets.own_answers(facts),
                    community=facts.community,
                    caption=snippets.caption(),
                )
            )
    path = meeting.get_short_url()
    asked = f"?sprache={_choice(request)}"
    return Sheet(
        halves=halves,
        qr=qr.svg(for_paper(origin(request), path), for_typing(origin(request), path)),
        typed_address=for_typing(origin(request), path),
        sender=firm_of(meeting).postal_lines,
        logo=firm_of(meeting).picture or Organisation.objects.current().picture,
        back=reverse("admin:invitations_meeting_invitation", args=[meeting.pk]) + asked,
        pdf=reverse("admin:invitations_meeting_sheet_pdf", args=[meeting.pk]) + asked,
    )


def _choice(request: HttpRequest) -> str:
    chosen = request.GET.get("sprache", REQUIRED)
    return chosen if chosen in CHOICES else REQUIRED


def _choice_name(choice: str) -> str:
    if choice != ALL:
        return name_of(choice)
    return pgettext("languages", "both") if len(CODES) == 2 else pgettext("languages", "all")


def _in_each(by_language: Mapping[str, Facts], write: Callable[[Facts], str], between: str) -> str:
    written = []
    for language, facts in by_language.items():
        with translation.override(language):
            written.append(str(write(facts)))
    return between.join(written)
