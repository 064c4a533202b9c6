"""Out to a translator as XLIFF and back: tried first, conflicts named, nothing overwritten."""

from __future__ import annotations

import xml.etree.ElementTree as etree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from notices.editions.models import Edition
from notices.faq.models import Question
from notices.firm.models import ProposedChange
from notices.safeguards.models import Wording
from portal.staff.translating import importing, xliff
from portal.staff.translating.importing import IN_REVIEW, SOURCE_MOVED, TARGET_MOVED, UNKNOWN
from portal.staff.translating.units import units
from tests.conftest import SignIn
from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_question,
    make_safeguard,
    make_user,
)

pytestmark = pytest.mark.django_db
BOARD = "/admin/uebersetzungen/en/"
X = "{urn:oasis:names:tc:xliff:document:1.2}"


@pytest.fixture
def question() -> Question:
    make_organisation()
    return make_question("chat", answer_de="Ja & nein.", answer_en="")


def exported(client: Client, *, all_of_it: bool = True) -> bytes:
    return client.get(f"{BOARD}datei/{'?alle' if all_of_it else ''}").content


def translated(data: bytes, **targets: str) -> bytes:
    """Fill in targets by the field that they are of, as a translator does."""
    root = etree.fromstring(data)  # noqa: S314 - our own file
    for unit in root.iter(f"{X}trans-unit"):
        text = targets.get(unit.get("id", "").rsplit(":", 1)[1])
        if text is not None:
            target = unit.find(f"{X}target")
            if target is None:
                target = etree.SubElement(unit, f"{X}target")
            target.text = text
    written: bytes = etree.tostring(root)
    return written


def send(client: Client, data: bytes, button: str = "_take_over") -> str:
    file = SimpleUploadedFile("lupe-en.xlf", data)
    answer = client.post(BOARD, {"file": file, button: "1"}, follow=True)
    return answer.content.decode()


def why(data: bytes) -> list[object]:
    found = importing.plan(xliff.read(data, "en"), "en", make_user("editor"))
    return [conflict.why for conflict in found.conflicts]


def test_the_file_holds_what_is_to_do_or_everything(sign_in: SignIn, question: Question) -> None:
    client, user = sign_in("editor")
    to_do = xliff.read(exported(client, all_of_it=False), "en")
    assert [one.source for one in to_do] == ["Ja & nein."]
    everything = xliff.read(exported(client), "en")
    assert [one.key for one in everything] == [unit.key for unit in units("en", user)]


def test_a_trial_says_what_would_happen_and_stores_nothing(
    sign_in: SignIn, question: Question
) -> None:
    client, _user = sign_in("editor")
    page = send(client, translated(exported(client), answer="Yes & no."), "_try")
    assert "1 Übersetzung ist neu." in page
    assert not ProposedChange.objects.exists()


def test_what_came_back_waits_for_a_second_person(sign_in: SignIn, question: Question) -> None:
    client, _user = sign_in("editor")
    send(client, translated(exported(client), answer="Yes & no."))
    change = ProposedChange.objects.get()
    assert change.after == {"answer_en": "Yes & no."}
    question.refresh_from_db()
    assert question.answer_en == ""


def test_where_one_person_runs_the_firm_it_is_stored(
    sign_in: SignIn, question: Question, one_person: None
) -> None:
    client, _user = sign_in("editor")
    send(client, translated(exported(client), answer="Yes & no."))
    question.refresh_from_db()
    assert question.answer_en == "Yes & no."
    assert ProposedChange.objects.get().accepted


def test_a_published_text_gets_a_draft_in_which_it_is_up_to_date(sign_in: SignIn) -> None:
    make_organisation()
    make_edition(make_notice("video"), text_de="Rot.", text_en="")
    client, _user = sign_in("editor")
    send(client, translated(exported(client), text="Red!"))
    draft = Edition.objects.get(status="draft")
    assert (draft.text_de, draft.text_en) == ("Rot.", "Red!")
    assert "en" in draft.made_from
    assert Edition.objects.get(status="published").text_en == ""


def test_words_of_a_state_are_added_never_changed(sign_in: SignIn, one_person: None) -> None:
    make_organisation()
    make_safeguard("lock")
    client, _user = sign_in("editor")
    before = Wording.objects.count()
    send(client, translated(exported(client), meaning="It is locked."))
    assert Wording.objects.count() > before
    assert Wording.objects.filter(meaning_en="It is locked.").exists()


def test_a_german_text_that_moved_on_is_a_conflict(sign_in: SignIn, question: Question) -> None:
    client, _user = sign_in("editor")
    data = translated(exported(client), answer="Yes & no.")
    question.answer_de = "Nein."
    question.save()
    assert why(data) == [SOURCE_MOVED]
    page = send(client, data)
    assert "Der deutsche Text wurde geändert" in page
    assert not ProposedChange.objects.exists()


def test_a_translation_that_a_colleague_wrote_meanwhile_is_a_conflict(
    sign_in: SignIn, question: Question
) -> None:
    client, _user = sign_in("editor")
    data = translated(exported(client), answer="Yes & no.")
    question.answer_en = "Partly."
    question.save()
    assert why(data) == [TARGET_MOVED]


def test_what_waits_for_approval_is_a_conflict(sign_in: SignIn) -> None:
    make_organisation()
    make_edition(make_notice("video"), text_de="Rot.", text_en="Red.", status="review")
    client, _user = sign_in("editor")
    assert why(translated(exported(client), text="Red!")) == [IN_REVIEW]


def test_a_text_that_is_not_there_is_a_conflict(sign_in: SignIn, question: Question) -> None:
    client, _user = sign_in("editor")
    data = exported(client).replace(b":answer", b":nothing")
    assert why(translated(data, nothing="Yes.")) == [UNKNOWN]


@pytest.mark.parametrize(
    "text", ["x" * 200, "[Join](https://zoom.us/j/12345678901?pwd=abc)", "a\u202eb"]
)
def test_what_no_form_would_take_is_a_conflict(
    sign_in: SignIn, question: Question, text: str
) -> None:
    client, _user = sign_in("editor")
    assert len(why(translated(exported(client), question=text))) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<xliff/>",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        '<?xml version="1.0" encoding="utf-16"?><x/>'.encode("utf-16"),
        b"<" * (xliff.LARGEST + 1),
    ],
)
def test_another_file_is_refused_in_a_sentence(
    sign_in: SignIn, question: Question, data: bytes
) -> None:
    with pytest.raises(xliff.Unreadable):
        xliff.read(data, "en")
    client, _user = sign_in("editor")
    if 0 < len(data) < 1000:
        assert "Das ist keine XLIFF-Datei" in send(client, data, "_try")


def test_a_file_that_declares_entities_is_refused(sign_in: SignIn, question: Question) -> None:
    client, _user = sign_in("editor")
    body = exported(client).split(b"?>", 1)[1]
    bomb = b'<!DOCTYPE xliff [<!ENTITY a "Yes"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert xliff.read(body, "en")
    with pytest.raises(xliff.Unreadable):
        xliff.read(bomb + body, "en")


def test_a_file_in_another_language_is_refused(sign_in: SignIn, question: Question) -> None:
    client, _user = sign_in("editor")
    data = exported(client).replace(b'target-language="en"', b'target-language="fr"')
    with pytest.raises(xliff.Unreadable):
        xliff.read(data, "en")


def test_an_empty_target_changes_nothing(sign_in: SignIn, question: Question) -> None:
    client, _user = sign_in("editor")
    found = importing.plan(xliff.read(exported(client), "en"), "en", make_user("editor"))
    assert (found.taken, found.conflicts, found.empty) == ([], [], 1)
