"""The places that are shown before a redaction are those at which it puts the mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.redaction import hits_in_line, hits_in_source, in_line, in_source, phrases_in

WORDS = ["Erika", "Probe", "erika", "an", "\n", "[Seite](https://x.example/erika)", "(Erika)", "."]
PHRASES = phrases_in("Erika\nErika Probe")


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_there_are_as_many_places_as_marks(text: str) -> None:
    assert len(hits_in_line(text, PHRASES)) == in_line(text, PHRASES, "█").count("█")
    assert len(hits_in_source(text, PHRASES)) == in_source(text, PHRASES, "█").count("█")


def test_the_longer_of_two_phrases_counts_and_not_the_one_inside_it() -> None:
    [hit] = hits_in_line("Von Erika Probe, bald.", PHRASES)
    assert (hit.before, hit.words, hit.after) == ("Von ", "Erika Probe", ", bald.")


@pytest.mark.parametrize(("phrase", "count"), [("erika", 1), ("erika@x.example", 1)])
def test_the_address_of_a_link_counts_only_if_it_was_named(phrase: str, count: int) -> None:
    text = "[erika](mailto:erika@x.example)"
    assert len(hits_in_source(text, [phrase])) == count


def test_far_surroundings_are_left_out() -> None:
    [hit] = hits_in_line("a" * 99 + " Erika " + "b" * 99, ["Erika"])
    assert hit.before == "…" + "a" * 59 + " "
    assert hit.after == " " + "b" * 59 + "…"
