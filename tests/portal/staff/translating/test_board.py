"""The translation board: every text, its state, and "still right"."""

from __future__ import annotations

import pytest

from notices.editions import drafting
from notices.faq.models import Question
from notices.firm.models import AuditEntry
from notices.safeguards.models import Wording
from portal.staff.translating.units import CURRENT, MISSING, STALE, units
from tests.conftest import SignIn
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_question,
    make_safeguard,
    make_user,
)
from tests.walking import Walker

pytestmark = pytest.mark.django_db
BOARD = "/admin/uebersetzungen/en/"


@pytest.fixture
def question() -> Question:
    make_organisation()
    return make_question("chat", answer_de="Ja.", answer_en="Yes.")


def state(row: object, field: str) -> str:
    found = {unit.key: unit.state for unit in units("en", make_user("editor"))}
    return found[f"{row._meta.label_lower}:{row.pk}:{field}"]  # type: ignore[attr-defined]


def test_a_text_is_missing_then_current_then_older_than_german(question: Question) -> None:
    assert state(question, "answer") == CURRENT
    question.answer_en = ""
    question.save()
    assert state(question, "answer") == MISSING
    question.answer_en = "Yes!"
    question.save()
    assert state(question, "answer") == CURRENT
    question.answer_de = "Ja, immer."
    question.save()
    assert state(question, "answer") == STALE
    # The question beside it was not touched.
    assert state(question, "question") == CURRENT


def test_still_right_is_noted_for_one_text_alone(sign_in: SignIn, question: Question) -> None:
    question.answer_de, question.question_de = "Ja, immer.", "Anders gefragt?"
    question.save()
    person = Walker(sign_in("editor")[0], "editor")
    person.arrive(BOARD)
    person.client.post(f"{BOARD}stimmt/", {"key": f"faq.question:{question.pk}:answer"})
    assert (state(question, "answer"), state(question, "question")) == (CURRENT, STALE)
    assert AuditEntry.objects.filter(act="edition-english-confirmed").count() == 1


def test_a_text_that_changed_meanwhile_is_not_confirmed(
    sign_in: SignIn, question: Question
) -> None:
    client, _user = sign_in("editor")
    answer = client.post(
        f"{BOARD}stimmt/", {"key": f"faq.question:{question.pk}:answer"}, follow=True
    )
    assert "Nichts vermerkt" in answer.content.decode()


def test_of_an_edition_the_board_shows_what_changed_in_german(sign_in: SignIn) -> None:
    make_organisation()
    notice = make_notice("video")
    make_edition(notice, text_de="Der Raum ist rot.", text_en="The room is red.")
    client, user = sign_in("editor")
    draft = drafting.begin(notice, by=user)
    draft.text_de = "Der Raum ist blau."
    drafting.save(draft, by=user)
    assert state(draft, "text") == STALE
    page = client.get(BOARD).content.decode()
    removed = page.split("<del>")[1].split("</del>")[0]
    assert "rot." in removed
    client.post(f"{BOARD}stimmt/", {"key": f"editions.edition:{draft.pk}:text"})
    assert state(draft, "text") == CURRENT


def test_of_a_question_the_board_shows_what_changed_in_german(
    sign_in: SignIn, question: Question
) -> None:
    for answer in ("Ja, am roten Tor.", "Ja, am blauen Tor."):
        question.answer_de, question.answer_en = answer, "Yes, at the red gate."
        question.save()
    page = sign_in("editor")[0].get(BOARD).content.decode()
    assert "roten" in page.split("<del>")[1].split("</del>")[0]
    assert "blauen" in page.split("<ins>")[1].split("</ins>")[0]
    # Several changes later it is still told from the text that was translated.
    question.answer_de = "Ja, am grünen Tor."
    question.save()
    page = sign_in("editor")[0].get(BOARD).content.decode()
    assert "roten" in page.split("<del>")[1].split("</del>")[0]
    assert "blauen" not in page


def test_of_the_words_of_a_state_the_board_shows_what_changed_in_german(sign_in: SignIn) -> None:
    make_organisation()
    was = Wording.objects.filter(safeguard=make_safeguard("lock"), state="on").last()
    assert was is not None
    for words in ("Ganz neu gesagt.", "Ganz anders gesagt."):
        Wording.objects.create(
            safeguard=was.safeguard, state="on", text_de=words, text_en=was.text_en
        )
    page = sign_in("editor")[0].get(BOARD).content.decode()
    assert was.text_de.split()[0] in page.split("<del>")[1].split("</del>")[0]


def test_words_of_a_state_are_older_once_only_the_german_ones_were_written_anew() -> None:
    make_organisation()
    safeguard = make_safeguard("lock")
    was = Wording.objects.filter(safeguard=safeguard, state="on").last()
    assert was is not None
    assert state(was, "text") == CURRENT
    now = Wording.objects.create(
        safeguard=safeguard, state="on", text_de="Ganz neu.", text_en=was.text_en
    )
    assert state(now, "text") == STALE


def test_who_may_not_write_a_text_does_not_find_it_here(question: Question) -> None:
    assert list(units("en", make_user("operator"))) == []


def test_progress_and_filters_count_every_text(sign_in: SignIn, starter: None) -> None:
    client, user = sign_in("editor")
    total = len(list(units("en", user)))
    page = client.get(BOARD).content.decode()
    assert f"{total} von {total} Texten sind aktuell." in page
    assert f"Aktuell: {total}" in page
    assert "Hier ist nichts." in page
    row = Question.objects.get(key="phone")
    row.answer_en = ""
    row.save()
    page = client.get(f"{BOARD}?stand=missing").content.decode()
    assert "Fehlt: 1" in page
    assert page.count("Übersetzen<span") == 1


def test_german_itself_has_no_board(sign_in: SignIn) -> None:
    client, _user = sign_in("editor")
    assert client.get("/admin/uebersetzungen/de/").status_code == 404
    assert client.get("/admin/uebersetzungen/fr/").status_code == 404
