"""Texts to be looked at: missing, older than German, still of the sample firm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.editions.integrity.digests import note_source
from notices.firm.models import Organisation
from notices.safeguards.models import Wording
from portal.staff.start.texts import Texts, read_texts
from tests.factories import (
    make_edition,
    make_meeting,
    make_organisation,
    make_question,
    make_safeguard,
)

from .everything import change

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation() -> None:
    make_organisation()


def texts() -> Texts:
    return read_texts(timezone.now())


def test_a_text_is_stale_once_its_german_changed_without_it() -> None:
    question = make_question()
    assert texts() == Texts([], [], [])
    change(question, answer_de="Anders.")
    [one] = texts().stale
    assert (one.name, one.languages) == (str(question), "Englisch")
    assert one.address == f"/admin/faq/question/{question.pk}/change/"
    change(question, answer_en="")
    found = texts()
    assert found.stale == []
    assert [one.name for one in found.missing] == [str(question)]


def test_an_edition_in_force_is_looked_after_as_much_as_a_draft() -> None:
    edition = make_edition(status="draft", text_en="")
    shown = make_edition(text_en="")
    assert [one.address for one in texts().missing] == [
        f"/admin/editions/notice/{shown.notice_id}/change/",
        f"/admin/editions/edition/{edition.pk}/change/",
    ]


def test_a_draft_whose_german_moved_on_is_stale() -> None:
    draft = make_edition(status="draft")
    draft.text_de = "Anders."
    draft.save()
    assert len(texts().stale) == 1
    note_source(draft)
    draft.save()
    assert texts().stale == []


def test_an_edition_that_was_replaced_is_history() -> None:
    now = timezone.now()
    old = make_edition(text_en="", in_force_from=now - timedelta(days=9))
    assert len(texts().missing) == 1
    make_edition(old.notice, in_force_from=now - timedelta(days=1))
    assert texts().missing == []


def test_a_wording_is_held_against_the_one_before() -> None:
    safeguard = make_safeguard()
    say = {"safeguard": safeguard, "state": "on"}
    Wording.objects.create(**say, text_de="Eins.", text_en="One.")
    Wording.objects.create(**say, text_de="Zwei.", text_en="One.")
    assert len(texts().stale) == 1
    Wording.objects.create(**say, text_de="Zwei.", text_en="One.")
    assert len(texts().stale) == 1
    Wording.objects.create(**say, text_de="Zwei.", text_en="Two.")
    assert texts().stale == []


def test_what_is_over_is_not_translated_any_more() -> None:
    now = timezone.now()
    make_meeting(now + timedelta(days=1), title_en="")
    make_meeting(now - timedelta(days=1), title_en="")
    assert len(texts().missing) == 1


def test_sample_texts_count_once_the_profile_is_our_own() -> None:
    make_edition(text_de="Fragen an die Hausverwaltung Beispiel.")
    make_question(answer_en="Call 030 000 000.")
    assert len(texts().samples) == 2
    Organisation.objects.update(confirmed_at=None)
    assert texts().samples == []
