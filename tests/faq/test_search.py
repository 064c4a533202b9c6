"""The search finds what holds now, however it is typed, and the index follows the content."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from notices.editions.models import Withdrawal
from notices.faq import indexing
from notices.faq.models import Question, SearchEntry, SearchToken, SearchWord, Synonyms
from notices.faq.search import MAX_LENGTH, MOST_HITS, search
from notices.safeguards.models import Wording
from tests.factories import (
    make_edition,
    make_notice,
    make_question,
    make_safeguard,
    make_topic,
)

pytestmark = pytest.mark.django_db


def places(query: str, language: str = "de", states: dict[int, str] | None = None) -> list[str]:
    return [hit.place for hit in search(query, language, timezone.now(), states)]


@pytest.fixture
def delete() -> Question:
    return make_question(
        "delete",
        question_de="Wie lasse ich meine Daten löschen?",
        question_en="How do I have my data deleted?",
        answer_de="Ein Satz an die Straße 1 genügt. Schreiben Sie & warten Sie.",
        answer_en="One sentence is enough: [write](/en/contact/).",
    )


@pytest.fixture
def phone() -> Question:
    return make_question(
        "phone",
        question_de="Wie nehme ich per Telefon teil?",
        question_en="How do I join by phone?",
        answer_de="Sie können auch anrufen, um Einträge zu löschen.",
        answer_en="Call us.",
    )


class TestWords:
    @pytest.mark.parametrize(
        "query",
        ["Löschen", "loeschen", "LOSCHEN", "Löschung", "gelöscht", "gelöschte", "  löschen?  "],
    )
    def test_spelling_case_and_form_do_not_matter(
        self, delete: Question, phone: Question, query: str
    ) -> None:
        assert places(query) == ["delete", "phone"]

    @pytest.mark.parametrize("query", ["Straße", "strasse", "STRASSE", "Strase"])
    def test_sharp_s_and_typing_mistakes_do_not_matter(self, delete: Question, query: str) -> None:
        assert places(query) == ["delete"]

    @pytest.mark.parametrize(
        "query", ["teilnehmen", "Teilnahme", "nehme ich teil", "Telefonteilnahme", "Telefone"]
    )
    def test_a_verb_may_come_apart_and_words_together(self, phone: Question, query: str) -> None:
        assert places(query) == ["phone"]

    def test_compounds_are_found_both_ways(self) -> None:
        make_question("apart", question_de="Videokonferenz für Mieter", answer_de="Ja.")
        make_question("joined", question_de="Die Mietervideokonferenz", answer_de="Ja.")
        for query in ("Mietervideokonferenz", "Videokonferenz für Mieter", "Videokonferenzen"):
            assert set(places(query)) == {"apart", "joined"}, query

    def test_a_joined_word_that_nobody_wrote_is_taken_apart(self) -> None:
        make_question("apart", question_de="Videokonferenz für Mieter", answer_de="Ja.")
        assert places("Mietervideokonferenz") == ["apart"]

    def test_staff_say_which_words_mean_the_same(self) -> None:
        make_question("password", question_de="Wo steht das Passwort?", answer_de="Im Brief.")
        assert places("Kennwort") == []
        synonyms = Synonyms.objects.create(language="de", words="Passwort, Kennwort, PIN")
        assert places("Kennwort") == places("Kenwort") == places("pin") == ["password"]
        synonyms.delete()
        assert places("Kennwort") == []

    def test_most_of_the_question_must_be_answered(self, delete: Question) -> None:
        assert places("Fahrrad im Keller abstellen, Daten") == []
        assert places("Zebra") == []

    @pytest.mark.parametrize("query", ["href", "contact", "amp", "", "   ", "???", "</>", "der"])
    def test_markup_signs_and_small_words_are_no_words(self, delete: Question, query: str) -> None:
        assert places(query, "en") == []

    def test_what_goes_beyond_the_limit_is_ignored(self, delete: Question) -> None:
        assert places("löschen " + " " * MAX_LENGTH + "zebra zebra zebra") == ["delete"]

    @examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
    @given(query=st.text(max_size=300))
    def test_it_bears_any_text(self, delete: Question, query: str) -> None:
        assert set(places(query)) <= {"delete"}


class TestOrder:
    def test_a_hit_in_the_question_comes_before_one_in_the_answer(
        self, phone: Question, delete: Question
    ) -> None:
        assert places("löschen") == ["delete", "phone"]

    def test_the_language_of_the_page_comes_first_and_the_other_is_named(self) -> None:
        make_question("german", question_de="Kamera", question_en="One", answer_en="Two.")
        make_question("english", question_de="Eins", question_en="Camera", answer_de="Kameras.")
        hits = search("kamera", "en", timezone.now())
        assert [(hit.place, hit.language) for hit in hits] == [("english", "en"), ("german", "de")]

    def test_equal_hits_keep_one_order_and_are_bounded(self) -> None:
        topic = make_topic()
        for number in range(MOST_HITS + 5, 0, -1):
            make_question(f"camera-{number:02}", topic, question_de="Kamera", answer_de="Ja.")
        assert places("Kamera") == [f"camera-{number:02}" for number in range(1, MOST_HITS + 1)]


class TestEditions:
    def test_a_scheduled_edition_is_found_at_its_minute_without_any_job(self) -> None:
        start = timezone.now() + timedelta(days=3)
        notice = make_notice("video")
        make_edition(notice, text_de="Alles über den Warteraum.")
        make_edition(
            notice,
            text_de="Alles über Rechenzentren.",
            in_force_from=start,
            published_at=timezone.now(),
        )
        assert places("Warteraum") == ["video"]
        assert places("Rechenzentrum") == []
        with time_machine.travel(start - timedelta(seconds=1), tick=False):
            assert (places("Warteraum"), places("Rechenzentrum")) == (["video"], [])
        with time_machine.travel(start, tick=False):
            assert (places("Warteraum"), places("Rechenzentrum")) == ([], ["video"])

    def test_a_withdrawn_edition_vanishes_and_revives_nothing(self) -> None:
        notice = make_notice("video")
        past = timezone.now() - timedelta(days=9)
        make_edition(notice, text_de="Alles über den Warteraum.", in_force_from=past)
        edition = make_edition(notice, text_de="Alles über Rechenzentren.")
        assert places("Rechenzentrum") == ["video"]
        Withdrawal.objects.create(edition=edition, reason_de="Falsch", reason_en="Wrong")
        assert places("Rechenzentrum") == places("Warteraum") == []

    def test_an_edition_withdrawn_before_its_day_replaces_nothing(self) -> None:
        start = timezone.now() + timedelta(days=3)
        notice = make_notice("video")
        make_edition(notice, text_de="Alles über den Warteraum.")
        edition = make_edition(
            notice, text_de="Später.", in_force_from=start, published_at=timezone.now()
        )
        Withdrawal.objects.create(edition=edition, reason_de="Falsch", reason_en="Wrong")
        with time_machine.travel(start + timedelta(days=1), tick=False):
            assert places("Warteraum") == ["video"]

    def test_a_draft_is_not_found(self) -> None:
        make_edition(make_notice("video"), status="draft", text_de="Alles über den Warteraum.")
        assert places("Warteraum") == []


class TestSafeguards:
    def test_only_the_words_of_the_state_that_holds_are_found(self) -> None:
        safeguard = make_safeguard("camera")
        for state, word in (("on", "geschlossen"), ("off", "geöffnet")):
            Wording.objects.create(safeguard=safeguard, state=state, text_de=f"Sie ist {word}.")
        assert places("geöffnet", states={safeguard.pk: "on"}) == []
        assert places("geöffnet", states={safeguard.pk: "off"}) == ["camera"]
        assert places("geöffnet") == []

    def test_one_that_is_not_listed_has_no_page_and_is_not_found(self) -> None:
        make_safeguard("browser", listed=False, name_de="Teilnahme im Browser")
        assert places("Browser") == []


class TestIndex:
    def test_it_follows_every_save_and_deletion_at_once(self, phone: Question) -> None:
        phone.question_de = "Wie rufe ich an?"
        phone.save()
        assert places("Telefon") == []
        assert places("anrufen") == ["phone"]
        phone.delete()
        assert places("anrufen") == []
        assert not SearchEntry.objects.filter(place="phone").exists()

    def test_what_is_rolled_back_is_not_found(self, phone: Question) -> None:
        with transaction.atomic():
            phone.question_de = "Zebra"
            phone.save()
            transaction.set_rollback(True)
        assert places("Zebra") == []
        assert places("Telefon") == ["phone"]

    def test_what_changed_past_the_models_is_repaired(self, phone: Question) -> None:
        make_question("gone")
        Question.objects.filter(pk=phone.pk).update(question_de="Zebra")  # past the index
        Question.objects.filter(key="gone")._raw_delete("default")
        SearchToken.objects.filter(entry__place="notice").delete()
        assert indexing.refresh() > 0
        assert places("Zebra") == ["phone"]
        assert places("gone") == places("Telefon") == []
        assert indexing.refresh() == 0

    def test_an_empty_index_is_filled_again(self, phone: Question) -> None:
        SearchEntry.objects.all().delete()
        SearchWord.objects.all().delete()
        assert places("Telefon") == []
        indexing.refresh()
        assert places("Telefon") == ["phone"]

    def test_the_starter_content_needs_no_repair(self, starter: None) -> None:
        assert indexing.refresh() == 0

    def test_words_that_nobody_uses_any_more_are_forgotten(self, phone: Question) -> None:
        phone.answer_de = "Zebra."
        phone.save()
        phone.answer_de = "Nichts."
        phone.save()
        indexing.refresh()
        assert not SearchWord.objects.filter(token="zebra").exists()
