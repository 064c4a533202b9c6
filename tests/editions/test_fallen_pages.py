"""What no longer is right in a text is marked on every page of that text and day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client

from notices.editions.models import Edition, EditionPdf, Foundation
from notices.editions.pages import pdf as documents
from notices.firm.days import BERLIN
from notices.firm.models import Organisation
from portal.pages.archive import day_context
from tests.editions.corrections import withdraw
from tests.editions.test_pdf import store
from tests.factories import (
    make_edition,
    make_meeting,
    make_notice,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db
START = datetime(2020, 5, 1, tzinfo=BERLIN)
LOADED = datetime(2026, 11, 2, 9, tzinfo=BERLIN)
NOW = datetime(2026, 11, 20, 12, tzinfo=BERLIN)
BOX = "Teile stimmen seit 16. Juli 2020 nicht mehr."
NO_END = "außerhalb dieses Portals ersetzt"
NONE_YET = "In diesem Portal gab es damals noch keine Fassung."


@pytest.fixture(autouse=True)
def letter() -> Any:
    """Make a letter from before the portal, whose legal basis fell, and the one that followed."""
    with time_machine.travel(NOW, tick=False):
        make_organisation(confirmed_at=None)
        notice = make_notice("letter", "letter")
        shield = Foundation.objects.create(
            key="shield",
            kind="framework",
            name_de="Privacy Shield",
            name_en="Privacy Shield",
            note_de="Urteil C-311/18.",
            note_en="Judgment C-311/18.",
            checked_on=date(2026, 1, 1),
            state="fallen",
            fallen_on=date(2020, 7, 16),
        )
        notice.foundations.add(shield)
        make_edition(notice, in_force_from=START, published_at=LOADED, historical=True)
        make_edition(notice, in_force_from=LOADED, published_at=LOADED)
        yield notice


def read(path: str) -> str:
    html = Client().get(path, follow=True).content.decode()
    return " ".join(html.split()).replace("</time>", "").replace("&nbsp;", " ")


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


PAGES = [
    "/de/hinweise/letter-de/fassung/1/",
    "/de/hinweise/letter-de/fassung/2/vergleich/1/",
    "/de/hinweise/letter-de/fassung/1/vergleich/2/",
    "/de/archiv/2020-07-16/",
    "/de/archiv/2023-03-12/",
]


@pytest.mark.parametrize("path", PAGES)
def test_it_says_since_when_parts_are_not_right(path: str) -> None:
    page = plain(read(path))
    assert BOX in page
    assert "Privacy Shield: seit 16. Juli 2020. Urteil C-311/18." in page
    assert 'class="note exception fallen"' in read(path)


def test_it_says_so_in_english_too() -> None:
    page = plain(read("/en/notices/letter/edition/1/"))
    assert "Parts have not been right since 16 July 2020." in page


@pytest.mark.parametrize(
    "path", ["/de/archiv/2020-07-15/", "/de/archiv/2026-11-03/", "/de/hinweise/letter-de/"]
)
def test_what_was_right_then_or_was_written_since_bears_no_mark(path: str) -> None:
    page = plain(read(path))
    assert "Fassung" in page
    assert "stimmen seit" not in page


def test_the_text_in_force_bears_the_mark_once_its_basis_falls() -> None:
    Foundation.objects.update(fallen_on=date(2026, 11, 10))
    page = plain(read("/de/hinweise/letter-de/"))
    assert "Teile stimmen seit 10. November 2026 nicht mehr." in page


def test_the_documents_say_it() -> None:
    edition = Edition.objects.get(number=1)
    assert BOX in plain(documents.html_of(edition, "de"))
    context = day_context(date(2023, 3, 12), NOW)
    context |= {"organisation": Organisation.objects.get(), "language": "de"}
    assert BOX in plain(render_to_string("pdf/archive_day.html", context))


def test_a_document_from_before_the_fall_is_not_given_away_and_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edition = Edition.objects.get(number=1)
    store(edition)
    path = "/de/hinweise/letter-de/fassung/1.pdf"
    assert Client().get(path).status_code == 404
    assert "application/pdf" not in read("/de/hinweise/letter-de/fassung/1/")
    assert documents.is_due()
    monkeypatch.setattr("notices.lib.pdf.is_available", lambda: False)
    documents.make_missing()
    assert not EditionPdf.objects.exists()
    store(edition, fallen="shield 2020-07-16")
    assert Client().get(path).status_code == 200
    assert not documents.is_due()
    Foundation.objects.update(state="stands", fallen_on=None)
    assert Client().get(path).status_code == 404
    assert documents.is_due()


@pytest.mark.parametrize(
    "path",
    [
        "/de/hinweise/letter-de/fassung/1/",
        "/de/hinweise/letter-de/verlauf/",
        "/de/archiv/",
        "/de/archiv/2023-03-12/",
    ],
)
def test_a_text_from_before_the_portal_does_not_end_on_the_day_of_loading(path: str) -> None:
    page = plain(read(path))
    assert NO_END in page
    assert "bis 2. November 2026" not in page
    assert "bis zum 2. November 2026" not in page


def test_a_text_of_the_portal_still_ends_on_its_day() -> None:
    make_edition(Edition.objects.get(number=2).notice, in_force_from=NOW - timedelta(days=1))
    assert "gültig vom 2. November 2026 bis 19. November 2026" in plain(read("/de/archiv/"))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (datetime(2020, 4, 20, 18, tzinfo=BERLIN), NONE_YET),
        (datetime(2023, 3, 12, 18, tzinfo=BERLIN), BOX),
        (datetime(2026, 11, 10, 18, tzinfo=BERLIN), "gültig seit 2. November 2026"),
    ],
)
def test_a_past_meeting_and_its_day_say_the_same_of_the_texts(day: datetime, words: str) -> None:
    make_quick_answer("x", safeguard := make_safeguard())
    record_state(safeguard, at=datetime(2020, 1, 1, tzinfo=BERLIN))
    meeting = make_meeting(day)
    pages = plain(read(meeting.get_absolute_url())), plain(read(f"/de/archiv/{day:%Y-%m-%d}/"))
    assert all(words in page for page in pages)
    assert all((NONE_YET in page) == (words == NONE_YET) for page in pages)


def test_a_withdrawn_text_is_not_called_one_that_was_never_there() -> None:
    withdraw(Edition.objects.get(number=2), NOW - timedelta(days=10))
    page = plain(read("/de/archiv/2026-11-15/"))
    assert "Die letzte Fassung war damals zurückgezogen." in page
    assert NONE_YET not in page
