"""A sheet of paper with a QR code, as a page to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from notices.firm.languages import Localised

TEMPLATE = "invitations/sheet.html"


@dataclass(frozen=True, slots=True)
class Half:
    """What the sheet says in one language."""

    language: str
    title: Localised
    caption: str
    lead: str = ""
    place: Localised | None = None
    news: str = ""
    sentences: Sequence[Localised] = ()
    checked: str = ""
    questions: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of A4: the words in one language or two around one QR code."""

    halves: Sequence[Half]
    qr: str
    typed_address: str
    sender: Sequence[str]
    back: str = ""
    pdf: str = ""


def sheet_page(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Show the sheet as it will be on paper, with a way back that is not printed."""
    return TemplateResponse(request, TEMPLATE, {"sheet": sheet})
