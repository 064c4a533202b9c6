"""Hints for easier reading: what they find, and that they stop nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.reading_ease import LIMIT, hints
from tests.pace import takes_less_than

pytestmark = pytest.mark.thorough

LONG = "Wir " + "sagen " * 33 + "es."


def test_short_plain_sentences_need_no_hint() -> None:
    assert hints("## Wozu\n\nWir laden Sie ein. Das Treffen beginnt am 4. Juni 2021.", "de").is_easy


def test_a_long_sentence_is_quoted_with_its_words() -> None:
    found = hints(f"Kurz.\n\n{LONG}", "de")
    assert [sentence.words for sentence in found.long_sentences] == [35]
    assert found.long_sentences[0].text.startswith("Wir sagen")


def test_wrapped_lines_are_one_sentence_and_list_items_are_not() -> None:
    half = "wort " * 18
    assert hints(f"{half}\n{half}.", "de").long_sentences
    assert not hints(f"- {half}\n- {half}", "de").long_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Das gilt z. B. für Belege.", ("z. B.",)),
        ("Das gilt z.B. ggf. nach Art. 6.", ("z.B.", "ggf.", "Art.")),
        ("Ist das so? min. Ein Artikel. Die Art. der Daten", ("Art.",)),
        ("Siehe Nr. 5 und nr. 6.", ("Nr.", "nr.")),
    ],
)
def test_abbreviations_are_named_once(text: str, expected: tuple[str, ...]) -> None:
    assert hints(text, "de").abbreviations == expected


def test_each_language_has_its_own_and_a_language_without_data_none() -> None:
    text = "We use it, e.g. for minutes. Is it recorded? no. See no. 5, z. B."
    assert hints(text, "en").abbreviations == ("e.g.", "no.")
    assert hints(text, "tr").abbreviations == ()


def test_a_stop_in_an_abbreviation_or_date_ends_no_sentence() -> None:
    assert hints("Am 12. März 2024 z. B. war alles ganz ruhig.", "de").average == 10


@given(st.text(max_size=2000))
def test_no_text_is_too_strange(text: str) -> None:
    found = hints(text, "de")
    assert found.average >= 0
    assert all(sentence.words > 30 for sentence in found.long_sentences)


@pytest.mark.parametrize("piece", ["[a](", "z. ", "- ", "a\n", "# ", "wort ", "1. ", "9", "*"])
def test_the_largest_text_takes_bounded_time(piece: str) -> None:
    text = piece * (LIMIT // len(piece))
    assert takes_less_than(5, lambda: hints(text, "de"))
