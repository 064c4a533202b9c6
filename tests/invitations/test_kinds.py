"""Kinds of meeting: each with its own ways to join, what applies to it, and its own questions."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from notices.faq.models import Question, Topic
from notices.invitations.models import MeetingType
from tests.factories import make_meeting

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
