"""However a name is written: it is found, and nothing else is touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notices.editions import redacting
from notices.editions.integrity.chain import verify
from notices.editions.models import Edition
from notices.lib import markdown, redaction
from notices.lib.markdown import is_clean
from tests.editions.redacting.acting import do, row_of
from tests.factories import make_edition, make_notice

pytestmark = pytest.mark.django_db


def test_the_places_of_a_phrase_are_found_in_all_editions_of_the_notice(edition: Edition) -> None:
    make_edition(edition.notice, text_de="Noch einmal erika  probe.")
    found = redacting.occurrences(edition.notice, ["Erika Probe"])
    assert [one.label for one in found] == ["3", "1"]


HOSTILE = """## Strong und Kontakt

Frau **Strong** ist [im Büro](https://muster.example/kontakt?a=1&b=strong "Kontakt"), href und em.

- Punkt mit `code` und <https://muster.example/strong>
- class, id, a, p, nbsp, amp & lt
"""


def parts(html: str) -> list[str]:
    """Return the tags of `html` with the addresses of their links."""
    return re.findall(r'<[^>]*?(?: href="[^"#]*")?[^>]*>', re.sub(r' id="[^"]*"', "", html))


@pytest.mark.parametrize(
    "phrase",
    ["Strong", "Kontakt", "href", "class", "em>", "nbsp", "amp", "code", "https", "kontakt?a=1"],
)
def test_no_name_however_it_is_spelled_touches_a_tag_or_an_address(phrase: str) -> None:
    edition = make_edition(make_notice(), text_de=HOSTILE)
    before = edition.html_in("de")
    try:
        do(edition, [phrase])
    except redacting.RedactingError:
        assert Edition.objects.get(pk=edition.pk).html_in("de") == before
        return
    after = Edition.objects.get(pk=edition.pk).html_in("de")
    assert parts(after) == parts(before)
    assert is_clean(after)
    assert verify().problems == []


@pytest.mark.parametrize(
    "phrase", ['kontakt"', '" onclick="x', "](https", "## Strong", "**Strong**", "- Punkt", "&amp;"]
)
def test_signs_of_the_markup_are_refused_and_open_nothing(phrase: str) -> None:
    edition = make_edition(make_notice(), text_de=HOSTILE)
    with pytest.raises(redacting.RedactingError):
        do(edition, [phrase])
    assert Edition.objects.get(pk=edition.pk).html_in("de") == edition.html_in("de")


@given(st.text(st.sampled_from("Strong<>&\"'=/#()[]*_-`|: onclick\n"), min_size=3, max_size=12))
@example('" onmouseover="x')
@example("<script>")
@example("***")
def test_no_hostile_name_gets_anything_into_a_frozen_page(phrase: str) -> None:
    html = markdown.render(HOSTILE, "de")
    try:
        phrases = redacting.phrases_in(phrase)
    except redacting.RedactingError:
        return
    after = redaction.in_html(html, phrases, "‹geschwärzt›")
    assert redaction.tags_of(after) == redaction.tags_of(html)
    assert is_clean(after)
    assert "onmouseover=" not in " ".join(re.findall(r"<[^>]*>", after))


def test_an_edition_without_a_change_note_or_english_can_be_redacted() -> None:
    edition = make_edition(
        make_notice(),
        text_de="Frau Strong.",
        text_en=None,
        change_note_de=None,
        change_note_en=None,
    )
    do(edition, ["Strong"])
    assert "Strong" not in str(row_of(edition.pk).values())


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Jörg Probe", "Herr Jo\u0308rg Probe, JÖRG PROBE"),
        ("Jo\u0308rg Probe", "Herr Jörg Probe"),
        ("Frau Weiß", "FRAU WEISS und Frau Weiß"),
        ("Frau O'Probe", "Frau O'Probe, Frau O’Probe"),
        ("Probe-Muster", "Frau Probe-Muster, Probe‑Muster"),
        ("Frau Probe", "_Frau Probe_ und __Frau Probe__"),
        ("Erika", "Frau Muster[^1]\n\n[^1]: Erika heißt sie."),
        ("Erika", "Frau Eri\u00adka"),
    ],
)
def test_a_name_is_found_however_it_was_written(phrase: str, text: str) -> None:
    edition = make_edition(make_notice(), text_de=text)
    do(edition, [phrase])
    row = Edition.objects.get(pk=edition.pk)
    for shown in (redaction.shown(row.html_in("de")), row.text_de):
        assert not re.search("probe|weiss|weiß|erika|jörg|jo\u0308rg|eri", shown, re.IGNORECASE)
    assert verify().problems == []


def test_a_name_that_a_draft_would_bring_back_is_refused() -> None:
    edition = make_edition(make_notice(), text_de="Frau Erika P&#114;obe, Frau Probe")
    with pytest.raises(redacting.StillThere):
        do(edition, ["Probe"])


def test_a_letter_with_a_mark_is_another_letter() -> None:
    edition = make_edition(make_notice(), text_de="Frau Probe, Frau Probe\u0301")
    do(edition, ["Probe"])
    assert "Probe\u0301" in Edition.objects.get(pk=edition.pk).text_de


def test_the_address_of_a_link_stays_and_that_of_the_person_goes() -> None:
    text = (
        "Frau Kontakt, [hier](https://muster.example/kontakt), [schreiben](mailto:k@muster.example)"
    )
    edition = make_edition(make_notice(), text_de=text)
    do(edition, ["k@muster.example", "Kontakt"])
    html = Edition.objects.get(pk=edition.pk).html_in("de")
    assert 'href="https://muster.example/kontakt"' in html
    assert "Frau ‹geschwärzt›" in html
    assert "mailto" not in html
