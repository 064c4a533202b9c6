"""What staff type as in a word processor arrives as they meant it, or the line is named."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.markdown import MarkdownError, check, plain_text, render
from notices.lib.markdown.reading import everything

CASES = Path(__file__).parent / "cases"


def case(name: str) -> str:
    return (CASES / name).read_text(encoding="utf-8").split("-----\n", 1)[1]


def shape(source: str) -> str:
    """Return the HTML without attributes and line ends, so that a test can say what it is."""
    html = re.sub(r"<(\w+)\b(?! start)[^>]*>", r"<\1>", render(source))
    return re.sub(r"\n(?=<)|(?<=>)\n", "", html)


@pytest.mark.parametrize(
    "name",
    ["08-dates.md", "09-genderstar.md", "10-lists-as-pasted.md", "12-links-without-scheme.md"],
)
def test_what_failed_once_may_be_saved(name: str) -> None:
    check(case(name))


def test_days_at_the_start_of_lines_stay_those_days() -> None:
    shown = plain_text(render(case("08-dates.md")))
    for day in ("28. November 2026:", "30. Dezember 2026:", "12. Februar 2027:"):
        assert day in shown
    assert shape(case("08-dates.md")).count("<br>") == 2


@pytest.mark.parametrize(
    "line",
    [
        "3. Mai",
        "1. Januar",
        "1. Januar: neu\n2. Februar: alt",
        "2026. Das Jahr beginnt.",
        "28. 11. 2026",
        "Wir treffen uns im\n3. Stock",
        "01. eins\n02. zwei",
        "31. Dez. 2026",
        "4. July 2027",
        "1000. Kunde",
    ],
)
def test_a_number_that_counts_nothing_is_no_list(line: str) -> None:
    assert "<ol" not in render(line)
    assert plain_text(render(line)).split() == line.split()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1. eins\n2. zwei", "<ol><li>eins</li><li>zwei</li></ol>"),
        ("5. fünf\n6. sechs", '<ol start="5"><li>fünf</li><li>sechs</li></ol>'),
        ("1.\teins\n2.\tzwei", "<ol><li>eins</li><li>zwei</li></ol>"),
        ("So:\n1. eins\n2. zwei", "<p>So:</p><ol><li>eins</li><li>zwei</li></ol>"),
        (
            "1. eins\n\nDazwischen\n\n2. zwei",
            '<ol><li>eins</li></ol><p>Dazwischen</p><ol start="2"><li>zwei</li></ol>',
        ),
        ("1. a\n2. b\n\n1. c\n2. d", "<ol><li>a</li><li>b</li></ol><ol><li>c</li><li>d</li></ol>"),
        ("1. a\n3. c\n4. d", '<ol><li>a</li></ol><ol start="3"><li>c</li><li>d</li></ol>'),
        (
            "1. eins\n  - a\n  - b\n2. zwei",
            "<ol><li>eins<ul><li>a</li><li>b</li></ul></li><li>zwei</li></ol>",
        ),
    ],
)
def test_a_numbered_list_begins_at_its_number_and_keeps_every_other(
    source: str, shown: str
) -> None:
    assert shape(source) == shown


def test_the_plain_text_has_the_numbers_that_readers_see() -> None:
    assert plain_text(render("5. fünf\n6. sechs\n\n- ohne")).split("\n\n") == [
        "5. fünf",
        "6. sechs",
        "ohne",
    ]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (case("09-genderstar.md").split("\n")[0], "<p>Mieter*innen und Eigentümer*innen dürfen"),
        ("**Mieter*innen** dürfen", "<p><strong>Mieter*innen</strong> dürfen"),
        ("*Mieter*innen* dürfen", "<p><em>Mieter*innen</em> dürfen"),
        ("Raum 4*3 und 5*2, 2**3 und 4**5", "<p>Raum 4*3 und 5*2, 2**3 und 4**5"),
        ("Preis* und Frist* gelten", "<p>Preis* und Frist* gelten"),
        ("eine datei_name_hier und _so_", "<p>eine datei_name_hier und <em>so</em>"),
        ("Haus**verwaltung**", "<p>Haus<strong>verwaltung</strong>"),
        ("Wie geht`s? Peter`s `Taste`", "<p>Wie geht`s? Peter`s <code>Taste</code>"),
        ("#1 im Netz", "<p>#1 im Netz"),
        ("## Sprache C#", "<h2>Sprache C#</h2>"),
        ("> 18 Jahre", "<p>&gt; 18 Jahre"),
        ("+ 49 30 111", "<p>+ 49 30 111"),
        ("Gruß\n--\nIhre Verwaltung", "<p>Gruß\n–\nIhre"),
        ("    eingerückt", "<p>eingerückt"),
    ],
)
def test_signs_that_mean_no_markup_stay_as_they_are(source: str, shown: str) -> None:
    assert shape(source).startswith(shown)
    check(source)


def test_lists_and_tables_as_pasted_appear_as_such() -> None:
    assert shape(case("10-lists-as-pasted.md")).startswith(
        "<p>Wir verarbeiten:</p><ul><li>Name</li><li>Adresse</li></ul>"
        "<ul><li>Daten<ul><li>Name</li><li>Adresse</li></ul></li></ul>"
        "<ul><li>Erster Punkt</li><li>Zweiter Punkt</li></ul>"
        "<p>Fristen:</p><div><table><thead>"
    )


@pytest.mark.parametrize("sign", ["•\t", "•  ", "·\t", "–\t", "– ", "▪ ", "\uf0b7\t", "*\t"])
def test_each_bullet_of_a_word_processor_makes_a_list(sign: str) -> None:
    source = f"Wir nennen:\n{sign}Name\n{sign}28. November"
    assert shape(source) == "<p>Wir nennen:</p><ul><li>Name</li><li>28. November</li></ul>"


def test_the_levels_of_a_word_processor_are_levels() -> None:
    assert shape("•\tEins\no\tUnter\n§\tTiefer\n•\tZwei") == (
        "<ul><li>Eins<ul><li>Unter<ul><li>Tiefer</li></ul></li></ul></li><li>Zwei</li></ul>"
    )
    check("•\tEins\no\tUnter\n•\tZwei")


@pytest.mark.parametrize(
    "source",
    [
        *("Grundlagen:\n§ 5 DDG\n§ 25 TDDDG", "(1) Erstens\n(2) Zweitens", "1.1 Zweck\n1.2 Daten"),
        *("I. Zweck\nII. Daten", "1.) Eins\n2.) Zwei", "Art. 6 DSGVO\nArt. 13 DSGVO"),
        *("+49 30 111\n+49 30 222", "18:00 Beginn\n19:00 Ende", "1.12.2026 A\n5.12.2026 B"),
        *("→ Eins\n→ Zwei", "☑ Eins\n☐ Zwei", "| A | B |\n| 1 | 2 |"),
    ],
)
def test_lines_that_begin_alike_stay_lines(source: str) -> None:
    check(source)
    assert shape(source) == f"<p>{source.replace(chr(10), '<br>')}</p>"


def test_columns_that_tabs_part_stay_lines() -> None:
    assert re.sub(" +", " ", shape("Name\tFrist\nA\t1 Jahr")) == "<p>Name Frist<br>A 1 Jahr</p>"


@pytest.mark.parametrize("source", ["Das sagt\n§ 5 DDG.", "Text (siehe\n(1) unten)"])
def test_a_line_that_only_wraps_there_flows_on(source: str) -> None:
    assert shape(source) == f"<p>{source}</p>"


@pytest.mark.parametrize(
    "source", ["o Eins\no Zwei", "§ Eins\n§ Zwei", "\xa0- Eins\n\xa0- Zwei", "\u200b• Eins\n• Zwei"]
)
def test_bullets_with_a_blank_and_behind_what_nobody_sees_are_bullets(source: str) -> None:
    check(source)
    assert shape(source) == "<ul><li>Eins</li><li>Zwei</li></ul>"


def test_one_dash_alone_is_a_dash() -> None:
    assert shape("Gut so.\n– die Leitung") == "<p>Gut so.<br>– die Leitung</p>"


def test_more_paragraphs_of_an_item_stay_in_it() -> None:
    assert shape("- a\n\n  mehr\n- b") == "<ul><li><p>a</p><p>mehr</p></li><li><p>b</p></li></ul>"


def test_lists_within_quotes_and_code_that_looks_like_a_list() -> None:
    assert shape("> So:\n> - a\n> - b") == (
        "<blockquote><p>So:</p><ul><li>a</li><li>b</li></ul></blockquote>"
    )
    assert "28. November\n• x" in render("```\n28. November\n• x\n```")


def test_text_below_a_table_is_no_row() -> None:
    assert shape("| a | b |\n|---|---|\n| 1 | 2 |\nDanach").endswith("</div><p>Danach</p>")


@pytest.mark.parametrize("sign", ["\x0b", "\x0c", "\u2028", "\u2029", "\x85", "\x07"])
def test_soft_breaks_separate_words(sign: str) -> None:
    assert plain_text(render(f"Erste{sign}Zweite")).split() == ["Erste", "Zweite"]
    assert plain_text(render(f"# Erste{sign}Zweite")).split() == ["Erste", "Zweite"]
    assert "<td>Erste Zweite</td>" in render(f"|a|b|\n|-|-|\n|Erste{sign}Zweite|c|") or sign in (
        "\u2029",
        "\x85",
    )


@pytest.mark.parametrize(
    ("source", "address", "words"),
    [
        ("[Zoom](www.zoom.us)", "https://www.zoom.us", "Zoom"),
        ("[Zoom](zoom.us/de)", "https://zoom.us/de", "Zoom"),
        ("[Post](datenschutz@example.de)", "mailto:datenschutz@example.de", "Post"),
        ("[Zoom][z]\n\n[z]: https://zoom.us", "https://zoom.us", "Zoom"),
        ("Siehe www.zoom.us/a_b_c.", "https://www.zoom.us/a_b_c", "www.zoom.us/a_b_c"),
        ("(https://zoom.us/x)", "https://zoom.us/x", "https://zoom.us/x"),
        ("An a.b@example.de, bitte", "mailto:a.b@example.de", "a.b@example.de"),
        ("[Anruf](tel:+49 30 111)", "tel:+4930111", "Anruf"),
    ],
)
def test_an_address_without_a_scheme_becomes_a_working_link(
    source: str, address: str, words: str
) -> None:
    check(source)
    assert re.search(rf'<a href="{re.escape(address)}"[^>]*>{re.escape(words)}</a>', render(source))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Gut\n\n[x](datei)", "dead_link", 3),
        ("[x](//example.org)", "dead_link", 1),
        ("[x](javascript:alert)", "dead_link", 1),
        ("Gut\n| a | b |\n|---|\n| 1 | 2 |", "no_table", 3),
        ("| a | b |\n|---|---|\n| 1 | 2 | verloren |", "lost_words", 3),
        ('Gut\n[x](/a "verloren")', "lost_words", 2),
        ("Gut\n\n[1]: https://example.org/verloren", "lost_words", 3),
    ],
)
def test_what_would_not_appear_is_named_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(MarkdownError) as caught:
        check(text)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert 'href="datei"' not in render(text)


def test_the_line_of_a_limit_is_the_line_that_was_typed() -> None:
    with pytest.raises(MarkdownError) as caught:
        check("Gut:\n- a\n- b\n\nSo:\n- c\n\n" + "[" * 9)
    assert caught.value.line == 8


PIECES = st.sampled_from(
    [
        *("28. November", "1. Januar", "3. Mai", "2026.", "1. eins", "2. zwei", "12) drei"),
        *("- a", "  - b", "    - c", "•\td", "– e", "· f", "+ g", "* h", "> i", "| j | k |"),
        *("|---|---|", "Mieter*innen", "**fett**", "*so*", "4*3", "5**2", "x_y_z", "`code`"),
        *("geht`s", "#1", "# Titel", "C#", "---", "==", "www.zoom.us", "a@example.de", "§ 5"),
        *("[Wort](www.zoom.us)", "[sic](nicht da)", "(50 %)", "10 €", "A & B", "[^1]", ": m"),
        *("\n", "\n", "\n\n", " ", "  ", "\t", "\x0b", "\u2028", "\x0c", "ein", "Satz."),
    ]
)
PIECE = re.compile(r"[^\W_]+|[,;!?%&€§]")


@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_word_number_or_sign_is_lost_unless_it_is_said(text: str) -> None:
    try:
        check(text)
    except MarkdownError:
        return
    shown = Counter(PIECE.findall(everything(render(text))))
    typed = Counter(PIECE.findall(re.sub(r"\[\^1\]|(?m:^[ \t>]*§\t)", " ", text)))
    assert typed - shown == Counter()


@given(st.text(alphabet="ab1.2*_- •–:\n\t>#|`", max_size=40))
def test_ordinary_signs_lose_no_word_at_all(text: str) -> None:
    shown = Counter(re.findall(r"[^\W_]+", everything(render(text))))
    typed = Counter(re.findall(r"[^\W_]+", re.sub(r"(?m)^(`{3,}).*$", "", text)))
    cells = "|" in text  # A row that is longer than its table is refused with its line.
    assert cells or typed - shown == Counter()
