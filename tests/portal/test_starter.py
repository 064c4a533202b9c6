"""The starter content is complete, in both languages, and never overwrites what staff wrote."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from notices.editions.integrity.digests import edition_digest, is_stale
from notices.editions.models import Edition, Notice
from notices.faq.models import Question, Topic
from notices.firm.models import Organisation
from notices.invitations.models import Meeting, MeetingType
from notices.safeguards.board import timelines
from notices.safeguards.board.now import rows_at
from notices.safeguards.models import Finding, QuickAnswer, Safeguard, Wording
from notices.safeguards.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]

FAQ_KEYS = [
    "no-account",
    "browser",
    "phone",
    "no-camera",
    "pseudonym",
    "not-zoom",
    "data-per-way",
    "is-recorded",
    "see-recording",
    "may-i-record",
    "last-meeting-recorded",
    "who-receives",
    "retention",
    "usa-transfer",
    "privacy-shield",
    "e2e-encryption",
    "waiting-room",
    "locked-meaning",
    "how-known",
    "found-on",
    "ai-used",
    "zoom-training",
    "object",
    "access",
    "delete",
    "complain",
    "virtual-owners-meeting",
    "who-may-attend",
    "avv",
    "authorities",
    *("link-broken", "forgot-password", "costs", "safe", "mobile", "can-they-see-me", "hackers"),
    *("interpreter", "late", "ai-notes", "microphone", "find-link", "why-zoom"),
    # Of one kind of meeting each.
    *("receipts-shown", "photograph-receipts", "original-receipts"),
    *("board-present", "board-papers", "talk-listeners", "talk-papers"),
    *("viewing-record", "viewing-my-home"),
]


def test_loading_twice_changes_nothing() -> None:
    Organisation.objects.update(name="Unsere echte Firma")
    Question.objects.filter(key="phone").delete()
    before = {
        model: model._default_manager.count() for model in (Safeguard, Edition, Question, Finding)
    }
    call_command("load_starter", verbosity=0)
    assert Organisation.objects.get().name == "Unsere echte Firma"
    for model, count in before.items():
        assert model._default_manager.count() == count


def test_it_brings_the_13_safeguards_of_the_letter_and_ten_newer_ones() -> None:
    listed = Safeguard.objects.filter(listed=True)
    items = listed.exclude(letter_item=None).values_list("letter_item", flat=True)
    assert set(items) == set(range(1, 14))
    assert len(items) == 13
    assert set(listed.filter(letter_item=None).values_list("key", flat=True)) == {
        "waiting_room",
        "host_camera_at_start",
        "automatic_capture",
        "saved_captions",
        "live_streaming",
        "ai_features",
        "ai_notes",
        "recording_bots",
        "new_settings",
        "data_centre_regions",
    }
    assert Safeguard.objects.filter(listed=False).exists()


def test_every_safeguard_and_quick_answer_has_words_for_every_state_in_both_languages() -> None:
    subjects: list[Safeguard | QuickAnswer] = [
        *Safeguard.objects.all(),
        *QuickAnswer.objects.all(),
    ]
    for subject in subjects:
        words = {wording.state: wording for wording in subject.wordings.exclude(state="name")}
        assert set(words) == {"on", "exception", "off"}
        for wording in words.values():
            assert wording.text_de
            assert wording.text_en
            if isinstance(subject, Safeguard):
                assert len(wording.text_de) <= 60
                assert len(wording.text_en) <= 60
                assert 0 < len(wording.meaning_de) <= 160
                assert 0 < len(wording.meaning_en) <= 160
            else:
                assert wording.past_de
                assert wording.past_en
                assert wording.sentence_de
                assert wording.sentence_en


def test_no_wording_mentions_the_lock() -> None:
    for wording in Wording.objects.all():
        assert "sperr" not in f"{wording.text_de} {wording.meaning_de} {wording.past_de}".lower()
        english = f"{wording.text_en} {wording.meaning_en} {wording.past_en}".lower()
        assert not re.search(r"\block", english)


def test_an_answer_on_a_first_screen_has_sixty_characters_at_most() -> None:
    for wording in Wording.objects.exclude(quick_answer=None):
        for text in (wording.text_de, wording.text_en, wording.past_de, wording.past_en):
            assert len(text) <= 60, text


def test_a_quick_answer_that_is_not_on_never_reads_as_a_plain_no() -> None:
    for wording in Wording.objects.exclude(quick_answer=None).exclude(state="on"):
        for text in (wording.text_de, wording.text_en, wording.past_de, wording.past_en):
            assert not text.startswith(("Nein.", "No.")), text


def test_all_questions_that_people_ask_are_answered_in_both_languages() -> None:
    assert set(Question.objects.values_list("key", flat=True)) == set(FAQ_KEYS)
    for question in Question.objects.all():
        assert question.answer_html_de
        assert question.answer_html_en
    for topic in Topic.objects.all():
        assert 1 <= topic.questions.count() <= 8


def test_every_state_holds_from_loading_on_and_comes_from_the_import() -> None:
    rows = rows_at(timelines.load(), timezone.now(), listed=False)
    assert len(rows) == Safeguard.objects.count()
    assert {row.state for row in rows} == {State.ON}
    assert set(Finding.objects.values_list("source", flat=True)) == {"import"}


def test_the_letter_is_edition_one_and_todays_text_edition_two() -> None:
    letter = Notice.objects.get(key="zoom-letter")
    first, second = letter.editions.order_by("number")
    assert first.historical
    assert "Privacy Shield" in first.text_de
    assert letter.in_force_at(timezone.now()) == second
    assert {f.key for f in letter.foundations.filter(state="fallen")} >= {"privacy-shield"}


def test_every_notice_is_in_force_in_both_languages_and_its_digest_holds() -> None:
    assert set(Notice.objects.values_list("kind", flat=True)) == set(Notice.Kind.values)
    for notice in Notice.objects.all():
        edition = notice.in_force_at(timezone.now())
        assert edition is not None
        assert edition.html_in("de")
        assert edition.html_in("en")
        assert not is_stale(edition, "en")
    for edition in Edition.objects.all():
        assert edition_digest(edition) == edition.digest


def test_the_privacy_notice_has_a_heading_for_every_duty_of_article_13() -> None:
    edition = Notice.objects.get(kind="privacy").in_force_at(timezone.now())
    assert edition is not None
    text = edition.text_de
    for word in (
        "verantwortlich",
        "Datenschutzbeauftragte",
        "Rechtsgrundlage",
        "berechtigte",
        "Standardvertragsklauseln",
        "Auskunft",
        "Berichtigung",
        "Löschung",
        "Einschränkung",
        "Widerspruch",
        "Datenübertragbarkeit",
        "Einwilligung",
        "Beschwerde",
        "automatische",
        "IP-Adresse",
        "Telefonnummer",
        "Profilbild",
    ):
        assert word.lower() in text.lower(), word


def test_one_meeting_lies_ahead_and_one_behind() -> None:
    assert MeetingType.objects.count() == 6
    now = timezone.now()
    assert Meeting.objects.filter(starts_at__gt=now).count() == 1
    assert Meeting.objects.filter(ends_at__lt=now).count() == 1


def test_staff_can_tell_that_the_profile_is_a_sample() -> None:
    assert Organisation.objects.current().is_sample


def test_links_in_texts_lead_to_pages_that_exist(client: object) -> None:
    targets = set()
    for question in Question.objects.all():
        targets |= set(re.findall(r'href="(/[^"#]*)', question.answer_html_de))
        targets |= set(re.findall(r'href="(/[^"#]*)', question.answer_html_en))
    for edition in Edition.objects.all():
        targets |= set(
            re.findall(r'href="(/[^"#]*)', edition.html_in("de") + edition.html_in("en"))
        )
    assert targets
    with translation.override("de"):
        for target in sorted(targets):
            assert client.get(target).status_code == 200, target  # type: ignore[attr-defined]


@pytest.mark.usefixtures("starter")
def test_nobody_is_said_to_have_reviewed_the_starter_texts() -> None:
    assert not Question.objects.exclude(reviewed_on=None).exists()
