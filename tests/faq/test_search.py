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
from notices.faq.documents import Document, Raw, documents
from notices.faq.models import Question, Synonyms
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

    def test_a_mistyped_word_is_not_taken_apart(self) -> None:
        topic = make_topic()
        make_question("object", topic, question_de="Wie lege ich Widerspruch ein?")
        make_question("again", topic, question_de="Wieder ein Spruch?")
        assert places("Wiederspruch")[0] == "object"

    def test_a_word_with_another_beginning_finds_the_word_itself(self) -> None:
        make_question("film", question_de="Werde ich gefilmt?")
        assert places("mitfilmen") == ["film"]

    def test_strange_words_hide_nothing_and_find_nothing(self, delete: Question) -> None:
        assert places("Fahrrad im Keller abstellen, Daten löschen") == ["delete"]
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

    def test_one_rare_word_does_not_outweigh_the_rest(self) -> None:
        topic = make_topic()
        make_question("right", topic, question_de="Werde ich beim Treffen gefilmt?")
        make_question("rare", topic, question_de="Wer darf Rechtsmittel einlegen?")
        for number in range(30):
            make_question(f"filler-{number}", topic, question_de=f"Treffen {number} gefilmt")
        assert places("werde ich beim treffen gefilmt einlegen")[0] == "right"

    def test_a_strange_half_of_a_question_does_not_hide_the_answer(self, delete: Question) -> None:
        assert places("quak schnurr löschen blubb")[0] == "delete"

    def test_small_words_tell_like_questions_apart_and_are_enough_for_a_known_one(self) -> None:
        topic = make_topic()
        make_question("may", topic, question_de="Darf ich mitschneiden?")
        make_question("how", topic, question_de="Wie lange kann ich mitschneiden?")
        make_question("why", topic, question_de="Was habt ihr da über mich?")
        assert places("wie lange mitschneiden")[0] == "how"
        assert places("was habt ihr über mich") == ["why"]
        assert places("was habt") == []

    def test_a_legal_page_comes_after_answers_unless_it_is_asked_for_by_name(self) -> None:
        make_question("video", question_de="Ist Video Pflicht?", answer_de="Das Impressum hilft.")
        notice = make_notice("imprint")
        make_edition(notice, title_de="Impressum", text_de="Video, Video, Video: Pflicht.")
        assert places("Video Pflicht") == ["video", "imprint"]
        assert places("Impressum") == ["imprint", "video"]


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

    def test_what_is_rolled_back_is_not_found(self, phone: Question) -> None:
        with transaction.atomic():
            phone.question_de = "Zebra"
            phone.save()
            transaction.set_rollback(True)
        assert places("Zebra") == []
        assert places("Telefon") == ["phone"]

    def test_what_changed_past_the_models_is_found_too(self, phone: Question) -> None:
        make_question("gone", question_de="Fernglas")
        assert places("Fernglas") == ["gone"]
        Question.objects.filter(pk=phone.pk).update(question_de="Zebra")
        Question.objects.filter(key="gone")._raw_delete("default")
        assert places("Zebra") == ["phone"]
        assert places("Fernglas") == []

    def test_words_that_nobody_uses_any_more_are_forgotten(self, phone: Question) -> None:
        phone.answer_de = "Zebra."
        phone.save()
        assert places("Zebbra") == ["phone"]
        phone.answer_de = "Nichts."
        phone.save()
        assert places("Zebra") == []
        with indexing.current() as index_of:
            assert "zebra" not in index_of("de").by_length[5]

    def test_what_was_changed_step_by_step_equals_what_is_read_at_once(
        self, phone: Question, delete: Question
    ) -> None:
        places("Telefon")
        phone.question_de = "Zebra"
        phone.save()
        delete.delete()
        with indexing.current() as index_of:
            grown = index_of("de")
        fresh = indexing.Index("de")
        for thing, raw in grown.known.items():
            fresh.put(thing, documents(raw, "de"))
        assert facts(grown) == facts(fresh)

    def test_only_what_changed_is_read_again(
        self, phone: Question, delete: Question, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        places("Telefon")
        read: list[str] = []

        def noted(raw: Raw, language: str) -> list[Document]:
            read.append(raw.place)
            return documents(raw, language)

        monkeypatch.setattr(indexing, "documents", noted)
        places("Telefon")
        assert read == []
        Question.objects.filter(pk=phone.pk).update(question_de="Zebra")
        assert places("Zebra") == ["phone"]
        assert set(read) == {"phone"}


def facts(index: indexing.Index) -> list[object]:
    """Return what an index knows, without the identity of its entries."""
    postings = [
        {stem: {entry.document for entry in entries} for stem, entries in postings.items()}
        for postings in (index.in_ways, index.in_body)
    ]
    forms = [{k: v for k, v in forms.items() if v} for forms in (index.by_end, index.by_length)]
    return [*postings, *forms, index.vocabulary]
