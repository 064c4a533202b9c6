"""Every document stands the rules of PDF/UA-1 that a program can check.

The checker is a program of others, `page-validation` (104 of the 106 rules of veraPDF, which needs
Java and is on no registry of packages).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import page
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import timezone

from notices.editions.models import Edition
from notices.editions.pages import pdf as documents
from notices.firm.days import day_of
from notices.invitations.handouts.invitation_pages import sheet_as_pdf
from notices.invitations.models import Meeting
from notices.lib import pdf
from notices.lib.markdown import render
from notices.safeguards.models import Safeguard
from tests.factories import record_state
from tests.pages import LANGUAGES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.processes,
    pytest.mark.usefixtures("starter"),
    pytest.mark.skipif(not pdf.is_available(), reason="the PDF extra is not installed"),
]

# Everything that Markdown knows and a document has to tag.
HARD = (
    "## Listen\n\n- Eins\n\n  Noch ein Absatz\n\n  > Ein Zitat\n- Zwei\n  1. Nummer\n\n"
    "| Was | Frist |\n|---|---|\n| Name | 1 Jahr |\n\nBegriff\n: Erklärung\n\nText[^1] mit "
    "[Zoom](https://zoom.us) und `Code`.\n\n```\nZeile\n```\n\n[^1]: Eine Fußnote."
)


def faults(content: bytes) -> list[tuple[str, str]]:
    report = page.validate_pdf_bytes(content, profile="ua1")
    assert report.rules.total >= 100
    return [(one.rule_id, one.message) for one in report.failures]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_edition_stands_the_rules(language: str, settings: Any) -> None:
    settings.BASE_URL = "https://datenschutz.example.de"
    found = {}
    for edition in Edition.objects.filter(status="published"):
        if edition.html_in(language):
            found[str(edition)] = faults(pdf.from_html(documents.html_of(edition, language)))
    assert len(found) >= 3
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_of_a_day_stands_the_rules(
    client: Client, language: str, settings: Any
) -> None:
    settings.BASE_URL = "https://datenschutz.example.de"
    at = timezone.now() - timedelta(days=20)
    for safeguard in Safeguard.objects.all():
        record_state(safeguard, at=at)
    record_state(safeguard, "not_protected", at=at + timedelta(days=1))
    room = "archiv" if language == "de" else "archive"
    answer = client.get(f"/{language}/{room}/{day_of(at + timedelta(days=1))}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert faults(answer.content) == []


@pytest.mark.parametrize("chosen", ["de", "en", "beide"])
def test_the_sheet_of_a_letter_stands_the_rules(chosen: str, rf: RequestFactory) -> None:
    request = rf.get("/", {"sprache": chosen})
    request.user = AnonymousUser()
    for meeting in Meeting.objects.all():
        answer = sheet_as_pdf(request, meeting)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert faults(answer.content) == []


def test_whatever_markdown_knows_stands_the_rules() -> None:
    whole = '<!doctype html><html lang="de"><head><title>T</title></head><body><h1>T</h1>{}</body>'
    assert faults(pdf.from_html(whole.format(render(HARD, "de")))) == []
