"""A letter becomes a draft: shown first, tied to nothing unasked, and to no claim by one person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notices.editions.models import Edition, Notice
from notices.firm.languages import column
from notices.firm.models import ProposedChange
from notices.firm.proposals import proposing
from notices.safeguards.models import Safeguard
from tests.conftest import SignIn
from tests.factories import make_user
from tests.letter_files import docx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
PAGE = "/admin/brief-einlesen/"
SEED = Path(__file__).parents[3] / "portal" / "starter" / "notices" / "zoom-letter" / "1.de.md"
TEXT, TITLE = column("text"), column("title")


@pytest.fixture
def office(sign_in: SignIn, settings: Any) -> Client:
    settings.FOUR_EYES = True
    return sign_in("editor")[0]


def sent(client: Client, name: str, raw: bytes) -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, raw), "pasted": ""})


def filled(**changes: Any) -> dict[str, Any]:
    notice = Notice.objects.get(key="zoom-letter")
    return {
        **{"notice": notice.pk, TITLE: "Unser Brief", TEXT: "Wir zeichnen nichts auf."},
        **{"_make": "1", **changes},
    }


def test_the_letter_is_shown_and_nothing_is_stored(office: Client) -> None:
    before = (Edition.objects.count(), ProposedChange.objects.count())
    answer = sent(office, "brief.docx", docx("# Titel\n\n" + SEED.read_text("utf-8")))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="Titel"' in page
    assert "## Unsere 13 Einstellungen" in page
    assert (Edition.objects.count(), ProposedChange.objects.count()) == before


def test_settings_are_proposed_with_their_passage_and_today_and_none_is_ticked(
    office: Client,
) -> None:
    answer = office.post(PAGE, {"pasted": SEED.read_text("utf-8")})
    found = {one.claimed.safeguard.key: one for one in answer.context["likely"]}
    one = found["password"]
    assert one.claimed.passages[0] == (
        "Jedes neue Treffen bekommt neben seiner Meeting-ID ein Passwort."
    )
    assert one.state_word == "Schutz aktiv"
    assert " checked" not in answer.content.decode()


def test_what_article_13_asks_for_and_is_missing_is_listed(office: Client) -> None:
    gaps = {str(gap) for gap in office.post(PAGE, {"pasted": "Nur ein Satz."}).context["gaps"]}
    assert {"Rechtsgrundlage", "wie lange Daten gespeichert werden"} <= gaps
    said = "Rechtsgrundlage ist Artikel 6. Daten löschen wir nach 3 Monaten."
    less = {str(gap) for gap in office.post(PAGE, {"pasted": said}).context["gaps"]}
    assert gaps - less == {"Rechtsgrundlage", "wie lange Daten gespeichert werden"}


def test_the_draft_says_what_was_typed_and_ties_nothing_that_nobody_ticked(office: Client) -> None:
    notice = Notice.objects.get(key="zoom-letter")
    claims = set(notice.safeguards.values_list("pk", flat=True))
    answer = office.post(PAGE, filled())
    draft = notice.editions.get(status=Edition.Status.DRAFT)
    assert answer.headers["Location"] == f"/admin/editions/edition/{draft.pk}/change/"
    assert getattr(draft, TEXT) == "Wir zeichnen nichts auf."
    assert set(notice.safeguards.values_list("pk", flat=True)) == claims
    assert not ProposedChange.objects.exists()


def test_what_one_person_ticks_is_claimed_once_a_second_one_agrees(office: Client) -> None:
    notice = Notice.objects.get(key="zoom-letter")
    streaming = Safeguard.objects.get(key="live_streaming")
    office.post(PAGE, filled(safeguards=[streaming.pk]))
    assert streaming not in notice.safeguards.all()
    change = ProposedChange.objects.get()
    proposing.confirm(change, by=make_user("reviewer"), as_read=change.digest)
    assert streaming in notice.safeguards.all()
    assert notice.safeguards.filter(key="password").exists()


def test_who_runs_the_firm_alone_ties_at_once(office: Client, settings: Any) -> None:
    settings.FOUR_EYES = False
    streaming = Safeguard.objects.get(key="live_streaming")
    office.post(PAGE, filled(safeguards=[streaming.pk]))
    assert streaming in Notice.objects.get(key="zoom-letter").safeguards.all()


def test_a_notice_with_a_draft_is_not_offered(office: Client) -> None:
    option = f'<option value="{Notice.objects.get(key="zoom-letter").pk}"'
    assert option in office.post(PAGE, {"pasted": "Brief"}).content.decode()
    office.post(PAGE, filled())
    answer = office.post(PAGE, filled())
    assert answer.status_code == 422
    assert option not in answer.content.decode()
    assert Edition.objects.filter(status=Edition.Status.DRAFT).count() == 1


def test_looking_again_keeps_ticks_and_text_and_stores_nothing(office: Client) -> None:
    password = Safeguard.objects.get(key="password")
    typed = filled(
        _look="1", **{TEXT: "Jedes Treffen hat ein Passwort.", "safeguards": [password.pk]}
    )
    typed.pop("_make")
    answer = office.post(PAGE, typed)
    assert [one.is_ticked for one in answer.context["likely"]] == [True]
    assert "Jedes Treffen hat ein Passwort." in answer.content.decode()
    assert not Edition.objects.filter(status=Edition.Status.DRAFT).exists()


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.pdf", b"%PDF", "Ein PDF kennt keine Absätze."),
        ("a.docx", b"PK\x03\x04x", "Diese Datei ist beschädigt."),
        ("a.txt", b"", "Diese Datei ist leer."),
        ("a.txt", b"x" * (5 * 1024 * 1024 + 1), "Diese Datei ist zu groß: höchstens 5 MB."),
        (
            "a.docx",
            docx("x", {"word/vbaProject.bin": b""}),
            "Diese Datei enthält Programme (Makros).",
        ),
        ("a.txt", b"lang " * 20_000, "Diese Datei ist zu lang oder zu verworren"),
    ],
)
def test_a_file_that_is_no_letter_is_answered_with_a_sentence(
    office: Client, name: str, raw: bytes, words: str
) -> None:
    answer = sent(office, name, raw)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_neither_file_nor_text_is_asked_for(office: Client) -> None:
    assert "Bitte wählen Sie eine Datei oder fügen Sie einen Text ein." in (
        office.post(PAGE, {"pasted": " "}).content.decode()
    )


def test_a_link_into_a_meeting_does_not_get_into_a_draft(office: Client) -> None:
    answer = office.post(PAGE, filled(**{TEXT: "https://zoom.us/j/123456789?pwd=abc"}))
    assert answer.status_code == 422
    assert not Edition.objects.filter(status=Edition.Status.DRAFT).exists()


def test_the_list_of_notices_leads_there(office: Client) -> None:
    assert PAGE in office.get("/admin/editions/notice/").content.decode()
