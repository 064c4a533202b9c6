"""P12: which change of a published text is a typing error, and which one needs a second person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.editions.corrections import MOST_WORDS, Reason, apply, decide, distance

WORDS = st.sampled_from(["Daten", "Haus", "Konto", "Treffen", "Verwaltung", "lesen", "Technik"])
TEXTS = st.lists(WORDS, min_size=4, max_size=12)


def of(old: str, new: str, field: str = "text_de") -> frozenset[Reason]:
    return decide({field: old}, {field: new}, ["Nordlicht Hausverwaltung"]).reasons


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Die Verwaltng liest.", "Die Verwaltung liest."),
        ("Wir sagen dass es geht.", "Wir sagen, dass es geht."),
        ("Das Trefen und das Kontto", "Das Treffen und das Konto"),
    ],
)
def test_a_typing_error_is_a_correction(old: str, new: str) -> None:
    assert of(old, new) == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("nach 30 Tagen", "nach 90 Tagen", Reason.NUMBER),
        ("nach § 5", "nach § 6", Reason.NUMBER),
        ("siehe [hier](https://a.de/x)", "siehe [hier](https://a.de/y)", Reason.LINK),
        ("an x@haus.de", "an y@haus.de", Reason.LINK),
        ("im Juni", "im Juli", Reason.DATE),
        ("Wir haben eine Kopie", "Wir haben keine Kopie", Reason.NEGATION),
        ("Das ist zulässig", "Das ist unzulässig", Reason.NEGATION),
        ("it is now kept", "it is not kept", Reason.NEGATION),
        ("it is on", "it is off", Reason.NEGATION),
        ("we ca keep it", "we can't keep it", Reason.NEGATION),
        ("jede Person", "jene Person", Reason.QUANTIFIER),
        ("Sie kann sehen", "Sie dann sehen", Reason.DUTY),
        ("an Nordlicht", "an Nordlich", Reason.NAME),
        ("Zoom liest", "Zom liest", Reason.NAME),
        (
            "## Wer die Daten bekommt\n\nDie Post",
            "## Wer die Daten bekommt\n\nDie Pest",
            Reason.RECIPIENT,
        ),
        ("## Who receives it\n\nthe poste", "## Who receives it\n\nthe post", Reason.RECIPIENT),
        ("ein Satz", "ein\n\nSatz", Reason.STRUCTURE),
        ("Ein Satz", "## Satz", Reason.STRUCTURE),
        ("Ein Wort", "Ein *Wort*", Reason.STRUCTURE),
        ("Das Haus", "Das Konto", Reason.TOO_DIFFERENT),
        ("gleich", "gleich", Reason.NOTHING),
    ],
)
def test_what_touches_the_meaning_needs_a_second_person(old: str, new: str, reason: Reason) -> None:
    assert reason in of(old, new)


def test_a_name_inside_an_english_sentence_needs_a_second_person() -> None:
    assert Reason.NAME in of("sent to Akme today", "sent to Acme today", "text_en")


def test_three_words_are_counted_over_both_languages() -> None:
    old = {"text_de": "Hauss Kontto", "text_en": "mety pepole"}
    assert (
        Reason.TOO_MANY in decide(old, {"text_de": "Haus Konto", "text_en": "met people"}).reasons
    )


@given(TEXTS, st.data())
def test_a_letter_more_in_at_most_three_words_is_a_correction_and_never_in_four(
    words: list[str], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, 4))
    places = data.draw(st.permutations(range(len(words))))[:size]
    typed = [f"{word}e" if index in places else word for index, word in enumerate(words)]
    decision = decide({"text_de": " ".join(typed)}, {"text_de": " ".join(words)})
    assert len(decision.changes) == size
    assert decision.is_correction == (size <= MOST_WORDS)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_correction_ever_exceeds_the_limit(old: str, new: str) -> None:
    decision = decide({"text_de": old}, {"text_de": new})
    if decision.is_correction:
        assert 1 <= len(decision.changes) <= MOST_WORDS
        assert all(distance(one.old, one.new) <= 2 for one in decision.changes)
        assert [c for c in old if c.isnumeric()] == [c for c in new if c.isnumeric()]


@given(TEXTS)
def test_a_correction_is_made_in_another_text_only_where_the_word_is_unmistakable(
    words: list[str],
) -> None:
    old, new = {"text_de": "Das Tzpo hier"}, {"text_de": "Das Typo hier"}
    changes = decide(old, new).changes
    draft = " ".join([*words, "Tzpo"])
    assert apply(changes, {"text_de": draft}) == {"text_de": " ".join([*words, "Typo"])}
    assert apply(changes, {"text_de": draft + " Tzpo"}) is None
    assert apply(changes, {"text_de": " ".join(words)}) is None


def test_after_the_section_on_recipients_a_typing_error_is_one_again() -> None:
    text = "## Wer die Daten bekommt\n\nDie Post\n\n## Technik\n\nDas {} ist da."
    assert of(text.format("Trefen"), text.format("Treffen")) == frozenset()
