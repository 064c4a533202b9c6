"""A code is read back however a person types it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.invitations.codes import ALPHABET, LENGTH, NotACode, new_code, read_code

MISREAD = {"0": "0Oo", "1": "1IiLl"}
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@st.composite
def typed(draw: st.DrawFn) -> tuple[str, str]:
    """A code and one of the ways to type it: case, look-alikes, gaps and hyphens."""
    code = draw(codes)
    signs = [draw(st.sampled_from(MISREAD.get(sign, sign + sign.lower()))) for sign in code]
    gaps = [draw(st.sampled_from(["", "", "-", " "])) for _sign in code]
    return code, "".join(sign + gap for sign, gap in zip(signs, gaps, strict=True))


@given(typed())
def test_it_reads_back_whatever_a_person_types(pair: tuple[str, str]) -> None:
    code, rendering = pair
    assert read_code(rendering) == code


@pytest.mark.parametrize(
    "text",
    [
        "https://datenschutz.example.de/T/K7M4Q9XW2P",
        "datenschutz.example.de/t/k7m4q9xw2p.",
        "T/K7M4Q9XW2P",
        "Code: K7M4 Q9XW 2P",
        "Mein Code ist K7M4Q9XW2P!",
        "„K7M4–Q9XW–2P“",
        "K7M4.Q9XW.2P",
        "K 7 M 4 Q 9 X W 2 P",
        "K7M4\u200bQ9XW\xad2P\ufeff",
        "K7M4\xa0Q9XW\u202f2P\t\n",
        "\uff2b\uff17\uff2d\uff14\uff31\uff19\uff38\uff37\uff12\uff30",
        "\u041a7\u041c4Q9\u0425W2\u0420",
        "K\u0667M\u0664Q\u0669XW\u0662P",
        "<K7M4Q9XW2P>",
        "K7M4Q9XW2P=20",
        "K7M4Q9XW2P&gt;",
    ],
)
def test_it_reads_what_is_pasted_or_typed_on_other_keyboards(text: str) -> None:
    assert read_code(text) == "K7M4Q9XW2P"


@given(st.text(max_size=14))
def test_it_takes_nothing_else_for_a_code(text: str) -> None:
    with suppress(NotACode):
        code = read_code(text)
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)


@pytest.mark.parametrize("text", ["", "K7M4Q9XW2", "K7M4Q9XW2PP", "K7M4Q9XW2U", "K7M4Q9XW2/"])
def test_it_refuses_other_lengths_and_signs(text: str) -> None:
    with pytest.raises(NotACode):
        read_code(text)


def test_new_codes_are_canonical_and_differ() -> None:
    made = {new_code() for _number in range(50)}
    assert len(made) == 50
    assert all(read_code(code) == code for code in made)
