from __future__ import annotations

import pytest

from notices.lib.markdown import Heading, outline, plain_text, render


def test_it_makes_the_top_heading_h2_and_skips_no_level() -> None:
    html = render("### Eins\n\n##### Zwei\n\n### Drei\n\n# Vier\n\n## Fünf")
    assert [(h.level, h.text) for h in outline(html)] == [
        (2, "Eins"),
        (3, "Zwei"),
        (2, "Drei"),
        (2, "Vier"),
        (3, "Fünf"),
    ]


def test_it_spells_umlauts_in_ids_and_keeps_ids_unique() -> None:
    html = render("# Übermittlung in die USA\n\n# Übermittlung in die USA\n\n# Größe\n\n# ???")
    ids = [heading.id for heading in outline(html)]
    assert ids[0] == "uebermittlung-in-die-usa"
    assert ids[2:] == ["groesse", "abschnitt"]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("language", "source", "shown"),
    [
        ("de", "\"Das ist 'gut'\", sagt er.", "„Das ist ‚gut‘“, sagt er."),
        ("en", "\"This is 'fine',\" she says.", "“This is ‘fine’,” she says."),
        ("de", "Wie geht's? Hans' Auto.", "Wie geht’s? Hans’ Auto."),
        ("de", '"**Fett**" und **"auch"**', "„Fett“ und „auch“"),
        ("de", 'Ein 27" Bildschirm -- ja...', 'Ein 27" Bildschirm – ja…'),
        ("de", 'Die Taste `"a"`', 'Die Taste "a"'),
        ("fr", '"Unbekannte Sprache"', "“Unbekannte Sprache”"),
    ],
)
def test_it_sets_the_quotes_of_the_language(language: str, source: str, shown: str) -> None:
    assert plain_text(render(source, language)) == shown


def test_a_table_has_classes_scopes_and_room_to_scroll() -> None:
    html = render("| Zweck | Frist |\n|:--|--:|\n| Treffen | 3<br>Monate |", "de")
    assert '<div aria-label="Tabelle" class="table" role="group" tabindex="0">' in html
    assert '<th class="align-right" scope="col">Frist</th>' in html
    assert '<td class="align-right">3<br>\nMonate</td>' in html
    assert "style" not in html


def test_footnotes_lead_there_and_back_in_the_language_of_the_text() -> None:
    html = render("A[^x y] and B[^x y].\n\n[^x y]: Why.", "en")
    assert 'id="fnref:1"' in html
    assert 'href="#fn:1"' in html
    assert '<li id="fn:1">' in html
    assert html.count('aria-label="Back to the place of footnote 1"') == 2
    assert 'href="#fnref2:1"' in html
    assert 'aria-label="Zurück zur Textstelle von Fußnote 1"' in render("A[^1].\n\n[^1]: B.", "de")


def test_it_knows_definition_lists_and_fenced_code() -> None:
    assert "<dt>Wort</dt>\n<dd>Sinn</dd>" in render("Wort\n: Sinn")
    assert "<pre><code>a &lt; b\n</code></pre>" in render("```\na < b\n```")


def test_only_outside_links_get_a_rel() -> None:
    html = render("[a](https://example.org) [b](/hinweise/) [c](#d) <mailto:a@example.org>")
    assert html.count("rel=") == 1
    assert 'href="https://example.org" rel="noopener noreferrer nofollow"' in html
    assert 'href="/hinweise/"' in html
    assert 'href="mailto:a@example.org"' in html


def test_raw_html_and_images_are_shown_as_they_were_written() -> None:
    html = render("An <Name des Mieters> ![Bild](https://example.org/a.png)")
    assert html == "<p>An &lt;Name des Mieters&gt; ![Bild](https://example.org/a.png)</p>"


def test_attribute_lists_have_no_meaning() -> None:
    assert 'id="x"' not in render("# Titel {#x onclick=a}\n\nText\n{: #x style=a}")


def test_the_outline_reads_headings_with_markup() -> None:
    html = render("# Was *wir*  speichern[^1] & warum\n\n[^1]: B.")
    assert outline(html) == [
        Heading(id="was-wir-speichern-warum", text="Was wir speichern & warum", level=2)
    ]


def test_plain_text_keeps_blocks_apart_and_drops_footnote_marks() -> None:
    html = render("# Dauer\n\nDrei[^1] Mo&shy;nate.\n\n- a\n- b\n\n|x|y|\n|-|-|\n|1|2|\n\n[^1]: B.")
    assert plain_text(html).split("\n\n") == [
        "Dauer",
        "Drei Monate.",
        "a",
        "b",
        "x y",
        "1 2",
        "B.",
    ]
