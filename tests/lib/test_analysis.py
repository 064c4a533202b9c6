"""Words meet by their stems, however they are inflected, joined, pulled apart or mistyped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.analysis import SMALL, every_word, near, snippet, split, stems, stems_of, words

LANGUAGE = st.sampled_from(["de", "en"])
LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüß", min_size=5, max_size=14)


@pytest.mark.parametrize(
    "forms",
    [
        ["Aufzeichnung", "Aufzeichnungen", "aufgezeichnet", "aufzeichnen", "aufzuzeichnen"],
        ["Aufnahme", "Aufnahmen", "aufgenommen", "aufnehmen", "aufnimmt"],
        ["Widerspruch", "Widersprüche", "widersprechen", "widersprochen", "WIDERSPRUECHE"],
        ["Löschung", "loeschen", "gelöscht", "gelöschte", "Loschen"],
        ["Speicherung", "speichern", "gespeichert", "speichert"],
        ["Teilnahme", "teilnehmen", "teilgenommen", "Teilnehmende"],
        ["Verschlüsselung", "verschlüsselt"],
    ],
)
def test_german_forms_of_a_word_share_a_stem(forms: list[str]) -> None:
    assert set.intersection(*(set(stems_of(form, "de")) for form in forms))


def test_english_has_a_stemmer_of_its_own() -> None:
    assert stems("Recordings, recorded, recording", "en") == ["record"] * 3
    assert stems("because of issues", "en")[-1] == stems("issue", "en")[0]


@pytest.mark.parametrize(
    ("sentence", "verb"),
    [
        ("Wie nehme ich per Telefon teil?", "teilnehmen"),
        ("Bitte schalten Sie die Kamera ein.", "einschalten"),
        ("Zeichnet Zoom auf, steht dort ein Wort.", "aufzeichnen"),
    ],
)
def test_a_verb_that_came_apart_is_put_together(sentence: str, verb: str) -> None:
    assert set(stems(sentence, "de")) & set(stems_of(verb, "de"))


def test_a_verb_may_end_before_the_end_of_the_sentence() -> None:
    assert "aufnehm" in stems("nimmt das jemand auf oder nicht", "de")
    assert "hereinkomm" in stems("ich komme nicht rein wenn ich klicke", "de")


@pytest.mark.parametrize(
    "gendered",
    ["Mieterin", "Mieterinnen", "Mieter*innen", "Mieter:in", "Mieter/-innen", "MieterInnen"],
)
def test_every_gendered_form_of_a_word_meets_the_others(gendered: str) -> None:
    assert set(stems(gendered, "de")) >= set(stems("Mieter", "de"))
    assert stems("Termin", "de") == ["termin"]


def test_small_words_are_kept_apart() -> None:
    marked = [word.stems for word in every_word("Wie lange?", "de")]
    assert marked == [(f"{SMALL}wie",), *[word.stems for word in words("Wie lange?", "de")]]


def test_a_particle_belongs_only_to_its_own_clause() -> None:
    for end in (". ", " – ", ";"):
        assert "einschalt" not in stems(f"Sie schalten etwas{end}das geht ein.", "de")


def test_a_word_is_cut_where_the_vocabulary_allows_it() -> None:
    known = {"miet", "videokonferenz", "video", "konferenz"}
    assert split("mietervideokonferenz", "de", known) == ("mieter", "videokonferenz")
    assert split("mietervideokonferenz", "de", known - {"videokonferenz"}) == (
        "mieter",
        "video",
        "konferenz",
    )
    assert split("mietervideokonferenz", "de", {"konferenz"}) == ()
    assert split("videokonferenzmieter", "de", {"video", "konferenz"}) == ()


@pytest.mark.parametrize(
    ("typed", "known", "found"),
    [
        ("kenwort", "kennwort", True),
        ("wartraum", "warteraum", True),
        ("kamrea", "kamera", True),
        ("widersrpch", "widerspruch", True),
        ("wort", "ort", False),
        ("kamera", "kammer", False),
        ("vadeokanferenz", "videokonferenz", True),
        ("vadeokanferanz", "videokonferenz", False),
    ],
)
def test_a_typing_mistake_is_near(typed: str, known: str, found: bool) -> None:
    assert near(typed, {len(known): [known]}) == ([known] if found else [])


@given(LETTERS, st.data())
def test_every_single_mistake_is_near(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyzü"))
    swapped = word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :]
    for typed in (
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + letter + word[place:],
        swapped,
    ):
        if len(typed) >= 5:
            assert near(typed, {len(word): [word]}) == [word]


@given(st.text(max_size=300), LANGUAGE)
def test_any_text_has_words_where_they_stand(text: str, language: str) -> None:
    for word in words(text, language):
        assert 0 <= word.start < word.end <= len(text)
        assert word.stems
        assert all(0 < len(stem) <= 90 for stem in word.stems)


@given(st.text(max_size=300), LANGUAGE)
def test_case_does_not_change_the_stems_of_a_word(text: str, language: str) -> None:
    for word in text.split():
        assert stems_of(word.upper(), language) == stems_of(word.upper().lower(), language)


@given(st.text(max_size=600), LANGUAGE, st.integers(20, 200))
def test_a_snippet_is_a_piece_of_the_text_and_marks_only_what_was_found(
    text: str, language: str, length: int
) -> None:
    wanted = set(stems(text, language)[:2])
    pieces = snippet(text, wanted, language, length)
    shown = "".join(piece for piece, _found in pieces)
    assert shown.removeprefix("… ").removesuffix(" …") in text
    assert len(shown) <= length + 4
    hits = {text[one.start : one.end] for one in words(text, language) if wanted & {*one.stems}}
    assert {piece for piece, found in pieces if found} <= hits


def test_a_snippet_shows_the_sentence_with_most_hits() -> None:
    text = (
        "Anfang ohne etwas. Nur die Kamera hier. " + "Füllung. " * 30 + "Kamera und Ton sind aus."
    )
    pieces = snippet(text, {"kamera", "ton"}, "de", 60)
    assert [piece for piece, found in pieces if found] == ["Kamera", "Ton"]


def test_a_short_text_is_shown_whole() -> None:
    text = "Die Kamera ist aus."
    pieces = [("Die ", False), ("Kamera", True), (" ist aus.", False)]
    assert snippet(text, {"kamera"}, "de") == pieces
    assert snippet(text, {"ton"}, "de") == [(text, False)]


@pytest.mark.parametrize("end", [". ", "? ", "! ", "\n"])
def test_a_snippet_begins_with_the_sentence_that_holds_what_was_found(end: str) -> None:
    pieces = snippet(f"Ein erster Satz{end}Die Kamera ist aus.", {"kamera"}, "de", 20)
    assert pieces == [("… ", False), ("Die ", False), ("Kamera", True), (" ist aus.", False)]


def test_a_hit_that_ends_with_the_snippet_counts() -> None:
    text = "Ton hier. Kamera und Ton sind aus."
    pieces = snippet(text, {"kamera", "ton"}, "de", len("Kamera und Ton"))
    assert pieces[:2] == [("… ", False), ("Kamera", True)]


def test_what_a_verb_can_put_in_front_is_a_word_when_it_stands_alone() -> None:
    assert [word.folded for word in words("Teil.", "de")] == ["teil"]


def test_a_stem_that_is_stemmed_again_does_not_shrink_to_a_syllable() -> None:
    assert "geles" in stems_of("gelesen", "de")
    assert "gel" not in stems_of("gelesen", "de")


def test_a_snippet_is_cut_between_two_words_and_says_so() -> None:
    pieces = snippet("Kamera und Ton sind aus.", {"kamera"}, "de", 16)
    assert pieces == [("Kamera", True), (" und Ton", False), (" …", False)]


def test_a_sentence_that_just_fits_is_shown_from_its_beginning() -> None:
    sentence = "Bitte schalten Sie die Kamera"
    pieces = snippet(f"Ein Satz. {sentence}", {"kamera"}, "de", len(sentence))
    assert pieces == [("… ", False), ("Bitte schalten Sie die ", False), ("Kamera", True)]
