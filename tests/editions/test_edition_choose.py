"""Any two editions can be compared: a form without script that explains a mistake."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from notices.editions.models import Notice
from notices.editions.pages import compare_form
from tests.editions.corrections import make_correction
from tests.factories import make_edition, make_notice, make_organisation
from tests.pages import html_of

pytestmark = pytest.mark.django_db

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
ENGLISH = "/en/notices/zoom/compare/"
GERMAN = "/de/hinweise/zoom-de/vergleich/"


@pytest.fixture(autouse=True)
def notice() -> Notice:
    make_organisation()
    notice = make_notice("zoom")
    first = make_edition(notice, in_force_from=START, text_de="Siehe [Zoom](https://zoom.us).")
    make_correction(first, START + timedelta(days=1))
    make_edition(
        notice,
        in_force_from=START + timedelta(days=2),
        text_de="Siehe [Zooms Seite](https://zoom.us).\n\nEin neuer Absatz ohne Vorbild.",
        text_en="",
    )
    return notice


def test_the_choice_leads_to_the_comparison_in_either_direction(client: Client) -> None:
    response = client.get(ENGLISH, {"from": "1.1", "to": "2"})
    assert response.status_code == 302
    assert response["Location"] == "/en/notices/zoom/edition/2/compare/1.1/"
    response = client.get(GERMAN, {"von": "2", "zu": "1", "ansicht": "nebeneinander"})
    assert response["Location"] == (
        "/de/hinweise/zoom-de/fassung/1/vergleich/2/?ansicht=nebeneinander"
    )
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("1", "1"), "Sie haben zweimal dieselbe Fassung gewählt."),
        (("1", "9"), "Diese beiden Fassungen gibt es nicht."),
        (("", ""), "Diese beiden Fassungen gibt es nicht."),
        (("<b>", "1"), "Diese beiden Fassungen gibt es nicht."),
        (("1", "9" * 30), "Diese beiden Fassungen gibt es nicht."),
    ],
)
def test_a_wrong_choice_is_explained(client: Client, asked: tuple[str, str], sentence: str) -> None:
    response = client.get(GERMAN, {"von": asked[0], "zu": asked[1]})
    assert response.status_code == 422
    html = html_of(response)
    assert 'role="alert"' in html
    assert sentence in html
    assert "<title>Fehler: " in html
    assert '<b>"' not in html


def test_without_a_choice_the_two_newest_are_offered(client: Client) -> None:
    html = html_of(client.get(ENGLISH))
    older, newer = html.split('id="newer"')
    assert '<option value="1.1" selected>' in older
    assert '<option value="2" selected>' in newer


def test_too_many_editions_for_a_list_are_typed_and_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_form, "LONGEST_LIST", 2)
    html = html_of(client.get(GERMAN, {"von": "7", "zu": "1"}))
    assert "<select" not in html
    assert '<input id="older" name="von" value="7"' in html
    assert 'aria-invalid="true"' in html


def test_side_by_side_shows_each_paragraph_twice_and_says_in_words_what_differs(
    client: Client,
) -> None:
    path = "/de/hinweise/zoom-de/fassung/2/vergleich/1/"
    html = " ".join(html_of(client.get(path, {"ansicht": "nebeneinander"})).split())
    assert html.count('<div class="sides">') == 2
    old, new = html.split('<div class="sides">')[1].split("</div><div>")[:2]
    assert '<del><span class="vh">entfernt: </span>Zoom</del>' in old
    assert "<ins>" not in old
    assert '<ins><span class="vh">neu: </span>Zooms Seite</ins>' in new
    assert "<del>" not in new
    # A link is words and address, never its marks.
    assert "(https://zoom.us)" in old
    assert "[Zoom" not in html
    assert "Diesen Absatz gab es nicht." in html
    assert "Änderungen in einem Text zeigen" in html
    # English asks for the same view with its own word, and says that the text is German.
    english = html_of(client.get("/en/notices/zoom/edition/2/compare/1/", {"view": "side-by-side"}))
    assert '<div class="sides">' in english
    assert "This part is only available in German so far." in english
