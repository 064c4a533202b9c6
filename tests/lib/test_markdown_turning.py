"""What is said before saving about a text is what becomes of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notices.lib.markdown import Kind, MarkdownError, Turn, check, plain_text, render, turns

from .test_markdown_as_typed import case

SHOWN_AS = {
    Kind.TABLE: "<table>",
    Kind.HEADING: "<h",
    Kind.RULE: "<hr>",
    Kind.CODE: "<pre>",
    Kind.LINK: "<a ",
}


def said(text: str) -> list[tuple[int, int, str]]:
    return [(one.first, one.last, one.kind.value) for one in turns(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ein Satz.", []),
        ("28. November 2026: neu\n29. Dezember 2026: alt", []),
        ("Wir nutzen:\n- Zoom\n- Telefon", [(2, 3, "bullets")]),
        ("• eins\n• zwei\n\nEnde", [(1, 2, "bullets")]),
        ("1. eins\n2. zwei\n   - innen\n3. drei", [(1, 4, "numbers")]),
        ("- a\n\n1. b\n2. c", [(1, 1, "bullets"), (3, 4, "numbers")]),
        ("Ton | Bild\n--- | ---\nja | nein", [(1, 3, "table")]),
        ("# Titel\nText", [(1, 1, "heading")]),
        ("Titel\n-----\nText", [(1, 2, "heading")]),
        ("Oben\n\n---\n\nunten", [(3, 3, "rule")]),
        ("> a\n> b", [(1, 2, "quote")]),
        ("```\nwww.firma.de\n```", [(1, 3, "code")]),
        ("Zeile\nnoch eine\nund noch eine", [(1, 3, "flow")]),
        ("Zeile  \nmit Umbruch", []),
        ("Ein *Wort* und Mieter*innen", [(1, 1, "strong")]),
        ("Mieter*innen und 4*3", []),
        ('Er sagte "nein".', [(1, 1, "signs")]),
        ("[Zoom]: https://zoom.us", [(1, 1, "target")]),
        ("a\n\nb\x00c", [(3, 3, "unseen")]),
    ],
)
def test_each_line_is_told_what_it_becomes(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert said(text) == expected


def test_a_link_is_told_with_its_address() -> None:
    assert turns("Siehe www.firma.de/a, auch [hier](mail@firma.de).") == [
        Turn(1, 1, Kind.LINK, "mailto:mail@firma.de"),
        Turn(1, 1, Kind.LINK, "https://www.firma.de/a"),
    ]


@pytest.mark.parametrize(
    "name",
    ["08-dates.md", "09-genderstar.md", "10-lists-as-pasted.md", "12-links-without-scheme.md"],
)
def test_what_is_said_about_pasted_texts_is_what_readers_get(name: str) -> None:
    _agrees(case(name))


LINE = st.sampled_from(
    [
        *("", "Ein Satz.", "Zweiter Satz", "- Punkt", "• Punkt", "1. eins", "2. zwei", "# Kopf"),
        *("  - tiefer", "---", "a | b", "--- | ---", "> Zitat", "3. Mai 2026", "```", "www.a.de"),
        *("ein *Wort*", '"so"', "[hier](https://a.de)", "    eingerückt", "===", "* Stern"),
    ]
)


@given(st.lists(LINE, max_size=10))
# A line across ends a list: what follows begins anew.
@example(["* Stern", "---", "Ein Satz.", "* Stern"])
@example(["- Punkt", "---", "  - tiefer", "---"])
# Code begins also directly below a table.
@example(["a | b", "--- | ---", "```", "```"])
def test_what_is_said_is_what_readers_get(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        check(text)
    except MarkdownError:
        return
    _agrees(text)


@given(st.text("ab1 .-*_`#>|~[]()!\\<&;:/@'\"=+•–\n", max_size=24))
@example("--")
def test_where_nothing_is_said_every_sign_appears_as_typed(text: str) -> None:
    try:
        check(text)
    except MarkdownError:
        return
    if not turns(text):
        assert _signs(plain_text(render(text))) == _signs(text)


def _signs(text: str) -> str:
    return "".join(text.split())


def _agrees(text: str) -> None:
    html = render(text)
    told = Counter(one.kind for one in turns(text))
    # What stands inside a quote is told with the quote.
    if told[Kind.QUOTE]:
        assert "<blockquote>" in html
        return
    for kind, tag in SHOWN_AS.items():
        shown = len(re.findall(r"<h[2-6]", html)) if tag == "<h" else html.count(tag)
        assert (kind, told[kind]) == (kind, shown), html
    for kind, tag in ((Kind.BULLETS, "<ul>"), (Kind.NUMBERS, "<ol")):
        assert told[kind] <= html.count(tag), html
    assert bool(told[Kind.BULLETS] + told[Kind.NUMBERS]) == bool(re.search("<[uo]l", html)), html
