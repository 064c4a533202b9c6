"""The search finds questions however the words are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.faq.models import Question
from notices.faq.search import MAX_LENGTH, search


def question(key: str, **words: str) -> Question:
    """Make a question that is not stored: the search reads what it is given."""
    return Question(
        **{
            "key": key,
            "question_de": "",
            "question_en": "",
            "answer_html_de": "",
            "answer_html_en": "",
            **words,
        }
    )


DELETE = question(
    "delete",
    question_de="Wie lasse ich meine Daten löschen?",
    question_en="How do I have my data deleted?",
    answer_html_de="<p>Ein Satz an die Straße 1 genügt. Schreiben Sie &amp; warten Sie.</p>",
    answer_html_en='<p>One sentence is enough: <a href="/en/contact/">write</a>.</p>',
)
PHONE = question(
    "phone",
    question_de="Wie nehme ich per Telefon teil?",
    question_en="How do I join by phone?",
    answer_html_de="<p>Sie können auch anrufen, um Daten zu löschen.</p>",
    answer_html_en="<p>Call us.</p>",
)
ALL = [PHONE, DELETE]


def keys(query: str, language: str = "de") -> list[str]:
    return [hit.question.key for hit in search(ALL, query, language)]


@pytest.mark.parametrize(
    "query", ["Löschen", "loeschen", "LOSCHEN", "lösch", "  telefon   LOESCH "]
)
def test_umlauts_case_and_beginnings_of_words_are_enough(query: str) -> None:
    assert "phone" in keys(query)


@pytest.mark.parametrize("query", ["Straße", "strasse", "STRASSE"])
def test_sharp_s_may_be_typed_as_two(query: str) -> None:
    assert keys(query) == ["delete"]


def test_all_words_must_match() -> None:
    assert keys("daten telefon") == ["phone"]
    assert keys("daten warteraum") == []


def test_a_hit_in_the_question_comes_before_one_in_the_answer() -> None:
    assert keys("löschen") == ["delete", "phone"]


def test_words_of_the_other_language_are_found_last_and_marked() -> None:
    hits = search(ALL, "deleted", "de")
    assert [(hit.question.key, hit.language) for hit in hits] == [("delete", "en")]
    mixed = question("mixed", question_de="Etwas anderes", question_en="Telefon codes")
    hits = search([mixed, PHONE], "telefon", "de")
    assert [(hit.question.key, hit.language) for hit in hits] == [("phone", "de"), ("mixed", "en")]


def test_words_of_two_languages_do_not_add_up() -> None:
    assert keys("löschen deleted") == []


@pytest.mark.parametrize("query", ["href", "contact", "amp", "", "   ", "???", "</>"])
def test_markup_and_signs_are_no_words(query: str) -> None:
    assert keys(query, "en") == []


def test_what_goes_beyond_the_limit_is_ignored() -> None:
    assert keys("telefon " + " " * MAX_LENGTH + "warteraum") == ["phone"]


@given(st.text(max_size=300))
def test_it_bears_any_text(query: str) -> None:
    assert set(keys(query)) <= {"delete", "phone"}


@given(st.sampled_from(["Wie", "lasse", "meine", "Daten", "löschen"]), st.integers(1, 10))
def test_every_beginning_of_every_word_of_a_question_finds_it(word: str, length: int) -> None:
    assert "delete" in keys(word[:length])
