"""P12: only what cannot change the meaning of an approved text goes without a second person."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spellchecker import SpellChecker

from notices.editions.corrections import Reason, apply, decide, word_changes

CASES = Path(__file__).parent / "cases" / "corrections_that_turn_the_meaning.txt"
SPELLING = {language: SpellChecker(language=language, distance=1) for language in ("de", "en")}
GERMAN, ENGLISH = (
    sorted(word for word in SPELLING[language].word_frequency.dictionary if word.isalpha())
    for language in ("de", "en")
)
TEXTS = st.lists(st.sampled_from(["Daten", "Haus", "Konto", "lesen"]), min_size=4, max_size=12)


def of(old: str, new: str, field: str = "text_de") -> frozenset[Reason]:
    return decide({field: old}, {field: new}).reasons


def turning() -> list[tuple[str, str]]:
    lines = CASES.read_text("utf-8").splitlines()
    return [(old, new) for old, arrow, new in (line.partition(" -> ") for line in lines) if arrow]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Die Verwaltng liest.", "Die Verwaltung liest."),
        ("## Das Protokol", "## Das Protokoll"),
        ("Das ist nciht so.", "Das ist nicht so."),
        ("**Kontto** und „Texxt“", "**Konto** und „Text“"),
        ("Wir lesen die die Daten.", "Wir lesen die Daten."),
        ("Wir lesen,, wenn es geht..", "Wir lesen, wenn es geht."),
        ("Wir lesen z.B.. Briefe.", "Wir lesen z.B. Briefe."),
        ("Wir lesen Ihre Daten Daten", "Wir lesen Ihre Daten"),
        ("Wir  lesen die Daten.  ", "Wir lesen die Daten."),
        ("Wir lesen , wenn es geht .", "Wir lesen, wenn es geht."),
        ("Wir lesen,wenn es geht.", "Wir lesen, wenn es geht."),
        ("Eins\n\n\n\nZwei", "Eins\n\nZwei"),
    ],
)
def test_a_slip_that_can_have_meant_one_thing_only_is_a_correction(old: str, new: str) -> None:
    assert of(old, new) == frozenset()


@pytest.mark.parametrize(("old", "new"), turning())
@pytest.mark.parametrize("field", ["text_de", "title_de", "text_en", "summary_en"])
def test_what_turned_the_meaning_once_needs_a_second_person(old: str, new: str, field: str) -> None:
    assert of(old, new, field)
    assert of(new, old, field)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("nach 30 Tagen", "nach 90 Tagen", Reason.OTHER),
        ("nach 1..5 Tagen", "nach 1.5 Tagen", Reason.OTHER),
        ("nach 10 10 Tagen", "nach 10 Tagen", Reason.OTHER),
        (
            "siehe [hier](https://a.de/Verwaltng)",
            "siehe [hier](https://a.de/Verwaltung)",
            Reason.OTHER,
        ),
        ("an verwaltng@haus.de", "an verwaltung@haus.de", Reason.OTHER),
        ("www.verwaltng.de", "www.verwaltung.de", Reason.OTHER),
        ("im Juni", "im Juli", Reason.WORD),
        ("Wir haben eine Kopie", "Wir haben keine Kopie", Reason.WORD),
        ("vohrer", "vorher", Reason.SUGGESTION),
        ("Die Löschfirst", "Die Löschfrist", Reason.SUGGESTION),
        ("ein Satz", "einSatz", Reason.OTHER),
        ("ein Satz", "ein\n\nSatz", Reason.OTHER),
        ("- eins\n- zwei", "- eins\n  - zwei", Reason.OTHER),
        ("Eins\n    zwei", "Eins\n\n    zwei", Reason.OTHER),
        ("Ein Wort", "Ein *Wort*", Reason.OTHER),
        ("Leser:innen", "Leser: innen", Reason.OTHER),
        ("Sie verwaltng", "Sie Verwaltung", Reason.OTHER),
        ("Wirklich...", "Wirklich..", Reason.OTHER),
        ("Wir lesen gern", "Wir lesen", Reason.OTHER),
        ("Wir lesen die die Daten 30 Tage.", "Wir lesen die Daten 90 Tage.", Reason.OTHER),
        ("Wir lesen,wenn nach 30 Tagen", "Wir lesen, wenn nach 90 Tagen", Reason.OTHER),
        ("nach 30 , dann 40", "nach 30, dann 40", Reason.OTHER),
        ("Wir ( alle )", "Wir( alle )", Reason.OTHER),
        ("gleich", "gleich", Reason.NOTHING),
    ],
)
def test_all_else_needs_a_second_person(old: str, new: str, reason: Reason) -> None:
    assert of(old, new) == {reason}


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        # The dictionary knows only one of the two.
        ("um sie anzuschalten", "um sie abzuschalten", "text_de"),
        ("ist aufgeschaltet", "ist ausgeschaltet", "text_de"),
        ("Bushaltestelle", "Bushaltestellen", "text_de"),
        ("it is preloaded", "it is reloaded", "text_en"),
        ("renewables", "renewable", "text_en"),
        # Written without umlauts, and it would become another word.
        ("Das koennte sein", "Das konnte sein", "text_de"),
        ("Wir moechten das", "Wir mochten das", "text_de"),
        ("Sie haette Zugriff", "Sie hatte Zugriff", "text_de"),
        # Parts of words before and after an apostrophe.
        ("We couldn't", "We could't", "text_en"),
        ("We shouldn’t", "We should’t", "text_en"),
        # Names and words of this field have no dictionary.
        ("Herr Dr. Schröter", "Herr Dr. Schröder", "text_de"),
        ("Firma Lindner", "Firma Linder", "text_de"),
        ("Das wird gescannt.", "Das wird gespannt.", "text_de"),
        ("Das Hosting", "Das Posting", "text_de"),
        # Rightly twice in a row.
        ("Alle, die die Aufnahme sehen", "Alle, die Aufnahme sehen", "text_de"),
        ("damit sie sie löschen", "damit sie löschen", "text_de"),
        ("Klar ist, dass das das Ziel ist", "Klar ist, dass das Ziel ist", "text_de"),
        ("We had had access", "We had access", "text_en"),
        ("We know that that user", "We know that user", "text_en"),
    ],
)
def test_what_may_be_a_word_of_its_own_is_no_slip(old: str, new: str, field: str) -> None:
    assert of(old, new, field)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Versammlugn", "Versammlung"),
        ("Künstlcihe", "Künstliche"),
        ("Protkoll", "Protokoll"),
        ("gespiechert", "gespeichert"),
        ("Telefonnumer", "Telefonnummer"),
        ("Browsser", "Browser"),
        ("ein jederziet", "ein jederzeit"),
    ],
)
def test_a_slip_inside_a_word_still_goes_alone(old: str, new: str) -> None:
    assert of(old, new) == frozenset()


def test_a_word_that_other_texts_use_is_no_typing_error() -> None:
    old, new = {"text_de": "Unser Texxt"}, {"text_de": "Unser Text"}
    assert decide(old, new).is_correction
    assert decide(old, new, {"de": frozenset({"texxt"})}).reasons == {Reason.WORD}
    assert decide(old, new, {"en": frozenset({"texxt"})}).is_correction


def test_two_corrections_in_a_row_are_measured_against_the_approved_text() -> None:
    approved, slip = {"text_de": "Das war vorher."}, {"text_de": "Das war vohrer."}
    after = {"text_de": "Das war bohrer."}
    assert decide(approved, slip).reasons == {Reason.WORD}
    assert not decide(approved, after, current=slip).is_correction
    # Back to what was approved is always right.
    assert decide(approved, approved, current=slip).is_correction


def test_a_language_without_a_dictionary_has_no_corrections() -> None:
    assert of("Texxt", "Text", "text_xx") == {Reason.SUGGESTION}


@given(st.sampled_from(GERMAN), st.sampled_from(GERMAN))
@example("verboten", "geboten")
@example("vorher", "nachher")
def test_no_german_word_ever_becomes_another_one(one: str, other: str) -> None:
    assert not decide({"text_de": one}, {"text_de": other}).is_correction


@given(st.sampled_from(GERMAN), st.data())
def test_no_german_word_becomes_one_that_looks_like_it(word: str, data: st.DataObject) -> None:
    near = sorted(SPELLING["de"].known(SPELLING["de"].edit_distance_1(word)) - {word})
    if near:
        other = data.draw(st.sampled_from(near))
        assert of(f"Es ist {word}.", f"Es ist {other}.")


@given(st.sampled_from(ENGLISH), st.sampled_from(ENGLISH))
@example("our", "your")
@example("now", "not")
def test_no_english_word_ever_becomes_another_one(one: str, other: str) -> None:
    assert not decide({"text_en": one}, {"text_en": other}).is_correction


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_no_number_ever_changes_alone(old: str, new: str) -> None:
    if decide({"text_de": old}, {"text_de": new}).is_correction:
        assert [c for c in old if c.isnumeric()] == [c for c in new if c.isnumeric()]


def test_where_more_than_words_differs_no_word_is_named() -> None:
    assert word_changes({"text_de": "Das  Tzpo"}, {"text_de": "Das Typo"}) == ()
    assert word_changes({"text_de": "Das Tzpo"}, {"text_de": "Das Typo hier"}) == ()


@given(TEXTS)
def test_a_correction_is_made_in_another_text_only_where_the_word_is_unmistakable(
    words: list[str],
) -> None:
    changes = word_changes({"text_de": "Das Tzpo hier"}, {"text_de": "Das Typo hier"})
    draft = " ".join([*words, "Tzpo"])
    assert apply(changes, {"text_de": draft}) == {"text_de": " ".join([*words, "Typo"])}
    assert apply(changes, {"text_de": draft + " Tzpo"}) is None
    assert apply(changes, {"text_de": " ".join(words)}) is None
