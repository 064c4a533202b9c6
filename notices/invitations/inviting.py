"""Staff pages "Einladung erstellen": texts to copy, QR codes, the sheet for paper, the calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from notices.firm.days import day_of
from notices.firm.languages import localised
from notices.firm.models import Organisation
from notices.firm.origins import for_paper, for_typing, origin
from notices.lib import pdf, qr
from notices.safeguards import board
from notices.safeguards.board import Answer, Board
from notices.safeguards.states import State

from . import own_settings, snippets
from .calendar_file import calendar_file
from .models import Meeting
from .phases import Phase, phase_at
from .sheets import Half, Sheet, file_response, sheet_file, sheet_page
from .snippets import Contact, Different, Facts
from .weaker import weaker_in

# What "?sprache=" may say, and the languages that the texts are then in.
CHOICES: Mapping[str, tuple[str, ...]] = {"de": ("de",), "en": ("en",), "beide": ("de", "en")}
CHOICE_NAMES = {
    "de": _("German"),
    "en": _("English"),
    "beide": pgettext_lazy("languages", "both"),
}
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
        kept = Meeting.objects.kept().select_related("type")
        response = view(request, get_object_or_404(kept, pk=pk))
        if isinstance(response, TemplateResponse):
            own = response.context_data or {}
            response.context_data = {**site.each_context(request), **own}
        return response

    return wrapped


def invitation(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Show the texts to copy, in one language or in both."""
    choice = _choice(request)
    by_language = facts_of(meeting, origin(request), CHOICES[choice])
    address = origin(request) + meeting.get_short_url()
    boxes = boxes_of(meeting, by_language, origin(request))
    german = facts_of(meeting, origin(request), ("de",))["de"]
    page = reverse("admin:invitations_meeting_invitation", args=[meeting.pk])
    return TemplateResponse(
        request,
        "admin/invitations/meeting/invitation.html",
        {
            "title": _("Create the invitation"),
            "meeting": meeting,
            "is_over": phase_at(meeting.starts_at, meeting.ends_at, timezone.now()) is Phase.HELD,
            # A text that lets people in is not offered at all.
            "lets_in": any(snippets.lets_in(text) for text in _typed_texts(meeting)),
            "boxes": boxes,
            "choices": [(f"{page}?sprache={key}", CHOICE_NAMES[key], key) for key in CHOICES],
            "choice": choice,
            "differences": german.differences,
            "unsure": [one for one in german.answers if one.state is not State.ON],
            "no_answers": not german.answers,
            "address": address,
            "typed_address": for_typing(origin(request), meeting.get_short_url()),
            "has_pdf": pdf.is_available(),
            "qr": qr.svg(for_paper(origin(request), meeting.get_short_url())),
        },
    )


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
    _refuse_ways_in(meeting)
    languages = CHOICES[_choice(request)]
    text = calendar_file(meeting, Organisation.objects.current(), origin(request), languages)
    name = pgettext("file name", "meeting-%(day)s.ics") % {"day": day_of(meeting.starts_at)}
    return file_response(text, "text/calendar; charset=utf-8", name)


def sheet(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Show the A4 sheet for the letter, to be printed."""
    _refuse_ways_in(meeting)
    return sheet_page(request, _sheet(request, meeting))


def sheet_as_pdf(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Give the same sheet as a file, where the extra is installed."""
    _refuse_ways_in(meeting)
    return sheet_file(request, _sheet(request, meeting), f"blatt-{meeting.code}.pdf")


def facts_of(meeting: Meeting, site: str, languages: Sequence[str]) -> dict[str, Facts]:
    """Return what the invitation is made from, read once, in each language."""
    read = board.load()
    organisation = Organisation.objects.current()
    found = {}
    for language in languages:
        with translation.override(language):
            found[language] = _facts(meeting, read, organisation, site)
    return found


def answers_of(meeting: Meeting, read: Board) -> list[Answer]:
    """Return the quick answers for this meeting as of now."""
    now = timezone.now()
    own = own_settings.of(meeting, now)
    read = own_settings.beside(own, read)
    weaker = weaker_in(meeting, meeting.adjustments.all(), read.safeguards, own)
    return read.answers_at(now, weaker)


def boxes_of(meeting: Meeting, by_language: Mapping[str, Facts], site: str) -> list[Box]:
    """Return the four boxes; texts in two languages stand below each other."""
    calendar = calendar_file(meeting, Organisation.objects.current(), site, list(by_language))
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


def _facts(meeting: Meeting, read: Board, organisation: Organisation, site: str) -> Facts:
    return Facts(
        title=localised(meeting, "title"),
        place=localised(meeting, "place"),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        moved_from=meeting.moved_from,
        is_cancelled=meeting.cancelled_at is not None,
        answers=answers_of(meeting, read),
        differences=[
            Different(localised(one.safeguard, "name"), State(one.value), localised(one, "reason"))
            for one in meeting.adjustments.select_related("safeguard")
        ],
        address=site + meeting.get_short_url(),
        typed_address=for_typing(site, meeting.get_short_url()),
        contact=contact_of(organisation),
    )


def contact_of(organisation: Organisation) -> Contact:
    """Return whom to ask, from the firm's profile."""
    return Contact(
        name=organisation.name,
        address=organisation.address,
        phone=organisation.phone,
        phone_link=organisation.phone_link,
        hours=localised(organisation, "phone_hours"),
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
                    caption=snippets.caption(),
                )
            )
    path = meeting.get_short_url()
    asked = f"?sprache={_choice(request)}"
    return Sheet(
        halves=halves,
        qr=qr.svg(for_paper(origin(request), path)),
        typed_address=for_typing(origin(request), path),
        sender=Organisation.objects.current().postal_lines,
        back=reverse("admin:invitations_meeting_invitation", args=[meeting.pk]) + asked,
        pdf=reverse("admin:invitations_meeting_sheet_pdf", args=[meeting.pk]) + asked,
    )


def _typed_texts(meeting: Meeting) -> list[str]:
    """Return what staff typed about this meeting and what its invitation repeats."""
    texts = [meeting.title_de, meeting.title_en, meeting.place_de, meeting.place_en]
    for one in meeting.adjustments.all():
        texts += [one.reason_de, one.reason_en]
    return [text or "" for text in texts]


def _refuse_ways_in(meeting: Meeting) -> None:
    if any(snippets.lets_in(text) for text in _typed_texts(meeting)):
        raise Http404


def _choice(request: HttpRequest) -> str:
    chosen = request.GET.get("sprache", "de")
    return chosen if chosen in CHOICES else "de"


def _in_each(by_language: Mapping[str, Facts], write: Callable[[Facts], str], between: str) -> str:
    written = []
    for language, facts in by_language.items():
        with translation.override(language):
            written.append(str(write(facts)))
    return between.join(written)
