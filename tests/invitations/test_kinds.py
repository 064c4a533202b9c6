"""Kinds of meeting: each with its own ways to join, what applies to it, and its own questions."""

from __future__ import annotations

import html
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader

from notices.editions.models import Foundation
from notices.faq.models import Question, Topic
from notices.invitations.handouts.invitation_pages import boxes_of, facts_of
from notices.invitations.handouts.kinds import of_its_kind
from notices.invitations.models import Meeting, MeetingType
from notices.lib import pdf
from notices.safeguards.models import Provider, QuickAnswer, Safeguard
from tests.factories import (
    make_community,
    make_meeting,
    make_resolution,
    make_user,
    record_state,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def text(client: Client, key: str) -> str:
    kind = MeetingType.objects.get(key=key)
    ways = {way: getattr(kind, way) for way in ("browser", "phone", "app")}
    meeting = make_meeting(type=kind, **ways)
    return " ".join(client.get(meeting.get_absolute_url()).content.decode().split())


@pytest.mark.parametrize(
    ("key", "words", "by_phone"),
    [
        ("owners_meeting", "Wer darf an", True),
        ("advisory_board", "Bitte geben Sie den Link nicht weiter.", True),
        ("receipts", "Bitte fotografieren Sie nichts ab", False),
        ("tenant_consultation", "Unterlagen können Sie auch mit der Post schicken.", True),
        ("viewing", "Bitte nehmen Sie nichts auf.", False),
    ],
)
def test_each_kind_says_what_applies_to_it(
    client: Client, key: str, words: str, by_phone: bool
) -> None:
    page = text(client, key)
    assert words in page
    assert ("Mit dem Telefon</h3>" in page) == by_phone
    kind = MeetingType.objects.get(key=key)
    assert 2 <= kind.questions.count() <= 3
    for question in kind.questions.all():
        assert f'href="{question.get_absolute_url()}"' in page


# What a kind says in the page, the texts to copy and the sheet: its rules, an answer, no telephone.
SAID = {
    "owners_meeting": {
        "de": ("dass bei Ihnen niemand mithört", "Teilnehmen dürfen die Eigentümerinnen"),
        "en": ("make sure that nobody in your home", "The owners may attend"),
    },
    "advisory_board": {
        "de": ("Bitte geben Sie den Link nicht weiter.", "Bitte legen Sie keine Dateien in den"),
        "en": ("Please do not pass the link on.", "Please put no files into the chat"),
    },
    "receipts": {
        "de": ("Bitte fotografieren Sie nichts ab", "gehört nicht ins Bild."),
        "en": ("Please take no photos", "does not belong in the picture."),
    },
    "tenant_consultation": {
        "de": ("Sie brauchen keine Kamera.", "Nein. Halten Sie nichts in die Kamera"),
        "en": ("You need no camera.", "No. Do not hold anything up to the camera"),
    },
    "viewing": {
        "de": ("Bitte nehmen Sie nichts auf.", "Ihre Räume und Sachen gehen nur sie etwas an."),
        "en": ("Please record nothing.", "Their rooms and things are their own business."),
    },
}
BY_PHONE = {
    "de": "Sie können im Browser, mit dem Telefon oder mit der Zoom-App teilnehmen.",
    "en": "You can take part in the browser, by telephone or with the Zoom app.",
}
WITHOUT_PHONE = {
    "de": "Sie können im Browser oder mit der Zoom-App teilnehmen.",
    "en": "You can take part in the browser or with the Zoom app.",
}


def of_kind(key: str, **changes: object) -> Meeting:
    kind = MeetingType.objects.get(key=key)
    ways = {way: getattr(kind, way) for way in ("browser", "phone", "app")}
    return make_meeting(type=kind, **{**ways, **changes})


def squeezed(text: str) -> str:
    return " ".join(html.unescape(text).split())


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("key", SAID)
def test_its_own_words_and_ways_go_with_every_invitation(key: str, language: str) -> None:
    meeting = of_kind(key)
    facts = facts_of(meeting, "https://portal.example", (language,))
    found = {box.key: squeezed(box.text) for box in boxes_of(meeting, facts, "https://x.example")}
    staff = Client()
    staff.force_login(make_user("editor"))
    address = f"/admin/invitations/meeting/{meeting.pk}/einladung/blatt/?sprache={language}"
    found["sheet"] = squeezed(staff.get(address).content.decode())
    ways = (BY_PHONE if meeting.phone else WITHOUT_PHONE)[language]
    for place in ("mail", "html", "letter", "sheet"):
        for words in (*SAID[key][language], ways):
            assert words in found[place], place


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("key", SAID)
def test_its_own_answers_stand_on_its_page(client: Client, key: str, language: str) -> None:
    with translation.override(language):
        address = of_kind(key).get_absolute_url()
    page = squeezed(client.get(address).content.decode())
    for words in SAID[key][language]:
        assert words in page
    others = {one for other in SAID if other != key for one in SAID[other][language]}
    assert not [one for one in others if one in page]


@pytest.mark.processes
@pytest.mark.skipif(not pdf.is_available(), reason="the PDF extra is not installed")
@pytest.mark.parametrize(("choice", "sides"), [("de", 1), ("en", 1), ("beide", 2)])
def test_the_sheet_has_a_side_and_a_code_for_each_language(choice: str, sides: int) -> None:
    community = make_community(name="Gemeinschaft der Wohnungseigentümer Lindenstraße 118 bis 124")
    make_resolution(community)
    # The kind with most to say.
    meeting = of_kind("receipts", community=community)
    staff = Client()
    staff.force_login(make_user("editor"))
    address = f"/admin/invitations/meeting/{meeting.pk}/einladung/blatt.pdf?sprache={choice}"
    pages = PdfReader(BytesIO(staff.get(address).content)).pages
    assert len(pages) == sides
    for page in pages:
        assert f"/T/{meeting.code}" in page.extract_text()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("key", SAID)
def test_each_own_question_is_answered_in_short_and_without_a_link(key: str, language: str) -> None:
    kind = MeetingType.objects.get(key=key)
    with translation.override(language):
        answers = of_its_kind(kind).answers
        assert 2 <= len(answers) <= 3
        assert all(one.answer.text and not one.answer.is_missing for one in answers)
    for question in kind.questions.all():
        first = getattr(question, f"answer_html_{language}").split("</p>")[0]
        assert "<a " not in first


class TestWhatIsNotAnsweredInShort:
    @pytest.fixture
    def question(self) -> Question:
        return Question.objects.get(key="photograph-receipts")

    def lines(self) -> str:
        meeting = of_kind("receipts")
        facts = facts_of(meeting, "https://portal.example", ("de",))
        return next(box.text for box in boxes_of(meeting, facts, "") if box.key == "mail")

    def test_a_long_answer_is_read_on_its_own_page(
        self, client: Client, question: Question
    ) -> None:
        question.answer_de = "Nein. " + "Wort " * 60
        question.save()
        assert f"{question.question_de} Die Antwort steht auf der Seite" in self.lines()
        assert "Die Antwort steht auf einer eigenen Seite." in text(client, "receipts")

    def test_ground_that_fell_is_told_on_its_own_page(self, question: Question) -> None:
        assert "Nein, bitte nicht." in self.lines()
        ground = Foundation.objects.exclude(state="fallen").first()
        assert ground
        question.foundations.add(ground)
        assert "Nein, bitte nicht." in self.lines()
        Foundation.objects.filter(pk=ground.pk).update(state="fallen", fallen_on="2026-01-02")
        assert "Nein, bitte nicht." not in self.lines()

    def test_a_first_sentence_that_is_computed_is_told_on_its_own_page(
        self, question: Question
    ) -> None:
        question.lead = QuickAnswer.objects.first()
        question.save()
        assert "Nein, bitte nicht." not in self.lines()

    def test_a_meeting_that_was_held_tells_no_answers_of_today(self, client: Client) -> None:
        held = of_kind("receipts", starts_at=timezone.now() - timedelta(days=3))
        page = client.get(held.get_absolute_url()).content.decode()
        assert "Darf ich die Belege" in page
        assert "Nein, bitte nicht." not in page

    def test_a_meeting_that_is_cancelled_asks_nothing_of_anybody(self, client: Client) -> None:
        meeting = of_kind("receipts", cancelled_at=timezone.now())
        assert 'id="kind"' not in client.get(meeting.get_absolute_url()).content.decode()


class TestWays:
    def test_a_way_that_the_account_shut_is_not_offered(self) -> None:
        record_state(Safeguard.objects.get(key="phone_join"), "not_protected")
        assert WITHOUT_PHONE["de"] in self.mail(of_kind("owners_meeting"))

    def test_a_way_that_nobody_checked_is_offered_with_a_doubt(self) -> None:
        with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
            said = self.mail(of_kind("owners_meeting"))
        assert f"{BY_PHONE['de']} Wir können gerade nicht bestätigen" in said

    def test_another_tool_is_named_instead_of_zoom(self) -> None:
        tool = Provider.objects.create(name="Offenes Treffen")
        said = self.mail(of_kind("owners_meeting", provider=tool))
        assert "im Browser, mit dem Telefon oder mit der App von Offenes Treffen" in said
        assert "Zoom" not in said

    def mail(self, meeting: Meeting) -> str:
        facts = facts_of(meeting, "https://portal.example", ("de",))
        return next(box.text for box in boxes_of(meeting, facts, "") if box.key == "mail")


def test_a_kind_without_words_of_its_own_says_nothing_more(client: Client) -> None:
    assert 'id="kind"' not in text(client, "consultation")


def test_a_portal_that_was_filled_before_gets_them_when_asked_for() -> None:
    MeetingType.objects.exclude(key="owners_meeting").delete()
    Question.objects.filter(topic__key="receipts-and-board").delete()
    Topic.objects.filter(key="receipts-and-board").delete()
    call_command("load_starter", verbosity=0)
    assert MeetingType.objects.count() == 1
    call_command("load_starter", "--kinds", verbosity=0)
    assert MeetingType.objects.get(key="receipts").questions.count() == 3
    # The texts of staff stay.
    MeetingType.objects.filter(key="receipts").update(lets_in_minutes_before=42)
    call_command("load_starter", "--kinds", verbosity=0)
    assert MeetingType.objects.get(key="receipts").lets_in_minutes_before == 42
    assert MeetingType.objects.count() == 4
