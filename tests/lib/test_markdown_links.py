"""Readers of a comparison see the words of a link and its address, never the marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.markdown.links import readable_links
from tests.pace import takes_less_than

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("Siehe [Zoom](https://zoom.us/de).", "Siehe Zoom (https://zoom.us/de)."),
        ('[Zoom](https://zoom.us "Firma")', "Zoom (https://zoom.us)"),
        ("[Zoom](<https://zoom.us>)", "Zoom (https://zoom.us)"),
        ("[Liste](https://a.example/x_(y))", "Liste (https://a.example/x_(y))"),
        ("[Ihre\nRechte](#rechte)", "Ihre\nRechte (#rechte)"),
        ("[Post](mailto:a@b.example)", "Post (a@b.example)"),
        ("[a@b.example](mailto:a@b.example)", "a@b.example"),
        ("<https://zoom.us>", "https://zoom.us"),
        ("<a@b.example>", "a@b.example"),
        ("[Zoom][z] ruft.\n\n[z]: https://zoom.us", "Zoom (https://zoom.us) ruft.\n\n"),
        ("[Zoom] ruft.\n\n[zoom]: https://zoom.us 'Firma'", "Zoom (https://zoom.us) ruft.\n\n"),
        ("Ein Wort [sic] bleibt.", "Ein Wort [sic] bleibt."),
        ("Fußnote[^1]\n\n[^1]: Der Text.", "Fußnote[^1]\n\n[^1]: Der Text."),
        ("a < b und c > d", "a < b und c > d"),
        ("[a](x) und [b](y)", "a (x) und b (y)"),
    ],
)
def test_a_link_becomes_words_and_address(source: str, told: str) -> None:
    assert readable_links(source) == told


@given(st.text(alphabet="[]()<>!\\ab: \n\"'", max_size=60))
def test_any_text_is_taken(source: str) -> None:
    readable_links(source)


@pytest.mark.parametrize("piece", ["[", "![", "[a](", "[a]: ", "<a@", "[\\", "[a\n"])
def test_hostile_text_is_read_quickly(piece: str) -> None:
    source = piece * (40_000 // len(piece))
    assert takes_less_than(2, lambda: readable_links(source))
