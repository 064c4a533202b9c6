"""A sheet of paper with a QR code: as a page to print, and as PDF where the extra is installed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from notices.firm.languages import Localised
from notices.lib import pdf
from notices.lib.logo import Logo

TEMPLATE = "invitations/sheet.html"
logger = logging.getLogger(__name__)

STYLE = Path(__file__).resolve().parents[3] / "static" / "css" / "sheet.css"


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
    community: Sequence[str] = ()
    joining: Sequence[Localised] = ()
    own_answers: Sequence[Localised] = ()

    @property
    def alone(self) -> tuple[Half]:
        return (self,)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of A4: the words in one language or two around one QR code.

    Where more is said than one side holds, each language has a side and a code of its own.
    """

    halves: Sequence[Half]
    qr: str
    typed_address: str
    sender: Sequence[str]
    back: str = ""
    pdf: str = ""
    # To be read from a few steps away.
    is_poster: bool = False
    logo: Logo | None = None

    @property
    def is_full(self) -> bool:
        return any(half.own_answers for half in self.halves)

    @property
    def has_two_sides(self) -> bool:
        return self.is_full and len(self.halves) > 1


def sheet_page(request: HttpRequest, sheet: Sheet, problem: str = "") -> HttpResponse:
    """Show the sheet as it will be on paper, with a way back that is not printed."""
    offered = sheet if pdf.is_available() and not problem else replace(sheet, pdf="")
    return TemplateResponse(request, TEMPLATE, {"sheet": offered, "problem": problem})


def sheet_file(request: HttpRequest, sheet: Sheet, name: str) -> HttpResponse:
    """Give the sheet as PDF, or the page to print with the reason why there is none."""
    try:
        made = pdf.from_html(sheet_html(sheet))
    except pdf.PdfError as failure:
        logger.warning("No PDF of a sheet: %s", failure)
        problem = gettext("The PDF could not be made. Please print this page instead.")
        response = sheet_page(request, sheet, problem)
        response.status_code = 503
        return response
    return file_response(made, "application/pdf", name)


def sheet_html(sheet: Sheet) -> str:
    """Return the sheet as a page that carries its styles itself."""
    return render_to_string(TEMPLATE, {"sheet": sheet, "style": STYLE.read_text("utf-8")})


def file_response(content: str | bytes, kind: str, name: str) -> HttpResponse:
    """Answer with a file to be saved, which nobody else may keep."""
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
