"""An edition as a document: made once, frozen, given away only while it says what the page says."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from notices.editions.models import Edition, EditionPdf, Notice, Redaction
from notices.editions.pages import pdf as documents
from notices.firm.storage.append_only import FrozenRow
from notices.lib import pdf
from tests.factories import make_edition, make_notice, make_organisation
from tests.scanning import pictures

pytestmark = pytest.mark.django_db
needs_pdf = pytest.mark.skipif(not pdf.is_available(), reason="the PDF extra is not installed")

GERMAN = "/de/hinweise/zoom-de/fassung/1.pdf"
PAGE = "/de/hinweise/zoom-de/fassung/1/"


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


@pytest.fixture
def edition() -> Edition:
    return make_edition(make_notice("zoom"), text_en="", summary_en="")


def store(edition: Edition, content: bytes = b"%PDF-1.7 made before", **changes: Any) -> EditionPdf:
    return EditionPdf.objects.create(
        **{
            "edition": edition,
            "language": "de",
            "content": content,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            **changes,
        }
    )


def in_sql(statement: str) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


@pytest.mark.processes
@needs_pdf
def test_a_document_is_made_once_and_served_with_type_and_size(
    client: Client, edition: Edition, settings: Any
) -> None:
    settings.BASE_URL = "https://datenschutz.example.de"
    assert "application/pdf" not in client.get(PAGE).content.decode()
    assert documents.is_due()
    out = StringIO()
    call_command("make_pdfs", stdout=out)
    # There is no English text, so there is no English document.
    assert out.getvalue() == "1 made.\n"
    assert not documents.is_due()
    assert documents.make_missing() == 0

    row = EditionPdf.objects.get()
    response = client.get(GERMAN)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="zoom-de-1.pdf"'
    assert response["ETag"] == f'"{hashlib.sha256(response.content).hexdigest()}"'
    assert row.sha256 in response["ETag"]
    assert f"PDF ({round(row.size / 1024)} KB)" in client.get(PAGE).content.decode()
    assert client.get("/en/notices/zoom/edition/1.pdf").status_code == 404

    reader = PdfReader(BytesIO(response.content))
    root: Any = reader.root_object
    assert root["/Lang"] == "de"
    assert reader.metadata is not None
    assert reader.metadata.title == "Hinweis zoom, Fassung 1"
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    assert "Deutscher Text." in text
    assert "Fassung 1, gültig ab" in text
    assert edition.digest[:12] in text
    # A screen reader says what each picture is.
    url = "https://datenschutz.example.de/de/hinweise/zoom-de/fassung/1/"
    assert pictures(response.content) == [f"QR-Code für {url}"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_only_read(client: Client, edition: Edition, method: str) -> None:
    store(edition)
    assert client.head(GERMAN).status_code == 200
    assert client.generic(method, GERMAN).status_code == 405


def test_nobody_changes_or_deletes_a_document(edition: Edition) -> None:
    row = store(edition)
    row.content = b"%PDF-other"
    with pytest.raises(FrozenRow):
        row.save()
    with pytest.raises(FrozenRow):
        row.delete()
    table = EditionPdf._meta.db_table
    for attempt in (
        lambda: EditionPdf.objects.update(size=1),
        EditionPdf.objects.all().delete,
        in_sql(f"UPDATE {table} SET size = 1"),
        in_sql(f"DELETE FROM {table}"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert EditionPdf.objects.get().sha256 == row.sha256


def test_after_a_redaction_the_old_document_is_not_served_and_goes(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(edition)
    assert client.get(GERMAN).status_code == 200
    Redaction.objects.create(edition=edition, reason="Ein Name", old_digest=edition.digest)
    # At once, before any job ran.
    assert client.get(GERMAN).status_code == 404
    assert "application/pdf" not in client.get(PAGE).content.decode()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert documents.is_due()
    documents.make_missing()
    assert not EditionPdf.objects.exists()
    # What is made of the redacted text is frozen again.
    store(edition, b"%PDF-1.7 made after")
    assert client.get(GERMAN).content == b"%PDF-1.7 made after"
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionPdf.objects.all().delete()


def test_an_edition_to_come_has_no_public_document_yet(client: Client) -> None:
    notice = make_notice("zoom")
    now = timezone.now()
    store(make_edition(notice, published_at=now, in_force_from=now + timedelta(days=2)))
    assert client.get(GERMAN).status_code == 404


def test_a_correction_has_its_own_document(client: Client, edition: Edition) -> None:
    store(edition)
    assert client.get("/de/hinweise/zoom-de/fassung/1.1.pdf").status_code == 404
    assert client.get("/de/hinweise/zoom-de/fassung/9.pdf").status_code == 404
    assert client.get("/de/hinweise/anders/fassung/1.pdf").status_code == 404


def test_an_old_address_of_the_notice_leads_on(client: Client, edition: Edition) -> None:
    store(edition)
    notice = Notice.objects.get()
    notice.slug_de = "neu"
    notice.save()
    response = client.get(GERMAN)
    assert (response.status_code, response["Location"]) == (301, "/de/hinweise/neu/fassung/1.pdf")


def test_without_the_extra_pages_print_and_nothing_breaks(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert not documents.is_due()
    assert documents.make_missing() == 0
    with pytest.raises(CommandError, match=r"requirements-pdf\.txt"):
        call_command("make_pdfs")
    assert client.get(GERMAN).status_code == 404
    html = client.get(PAGE).content.decode()
    assert "application/pdf" not in html
    assert f'<span class="code">{edition.digest[:12]}</span>' in html


@pytest.mark.processes
@needs_pdf
def test_one_broken_text_stops_no_other(monkeypatch: pytest.MonkeyPatch, edition: Edition) -> None:
    make_edition(make_notice("second"), text_en="", text_de="x" * 5000)
    monkeypatch.setattr(pdf, "MAX_HTML_BYTES", 5000 + len(documents.html_of(edition, "de")))
    big = make_edition(make_notice("third"), text_en="", text_de="x " * 9000)
    with pytest.raises(pdf.PdfError, match="too large"):
        documents.make_missing()
    assert big.pk not in EditionPdf.objects.values_list("edition", flat=True)
    assert EditionPdf.objects.count() == 2
