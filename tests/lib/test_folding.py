from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.folding import fold


@pytest.mark.parametrize(
    "spellings",
    [
        ["Übermittlung", "Uebermittlung", "ubermittlung", "ÜBERMITTLUNG", "U\u0308bermittlung"],
        ["Straße", "STRASSE", "strasse"],
        ["Löschung", "Loeschung", "Loschung", "Lö\xadschung"],
        ["Gebäude", "Gebaeude", "gebaude"],
        ["Café  Süd", "cafe sued", "cafe\xa0sud"],
    ],
)
def test_it_folds_spellings_alike(spellings: list[str]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize("word", ["steuer", "neue", "quelle", "mauer"])
def test_it_leaves_other_vowels_alone(word: str) -> None:
    assert fold(word) == word


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aeouäöüßsqlAÄ "))
def test_umlauts_may_be_typed_without_dots_and_in_capitals(text: str) -> None:
    assert fold(text.upper()) == fold(text)
    assert fold(text.translate(str.maketrans("äöüÄ", "aouA"))) == fold(text)
