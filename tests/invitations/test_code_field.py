"""The code from a letter, typed by hand: any spelling leads to the meeting, and nothing is lost."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_meeting, make_organisation
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def meeting() -> None:
    make_meeting(code="K0M1Q9XW2P")


@pytest.mark.parametrize(
    "typed",
    [
        *("K0M1Q9XW2P", "k0m1q-9xw2p", " KOMI Q9XW 2P ", "komlq9xw2p.", "K0M1Q9XW2P)"),
        # As strangers paste it: quoted, in groups, within a sentence, with the address.
        *(
            "„K0M1Q9XW2P“",
            "»k0m1–q9xw–2p«",
            "K0M1\u00a0Q9XW\u202f2P",
            "\ufeffK0M1\u200bQ9\u00adXW2P",
        ),
        *("Ihr Code: K0M1 Q9XW 2P.", "Code K0M1 Q9XW 2P bitte", "K0M1Q9XW2P für den 15. Dezember"),
        *("datenschutz.example.de/T/K0M1Q9XW2P.", "https://x.example/t/k0m1q9xw2p?utm=1#a"),
        *("\uff2b\uff2f\uff2d\uff11Q9XW2P", "\u041a\u041e\u041c1Q9\u0425W2\u0420"),
    ],
)
@pytest.mark.parametrize(
    ("page", "leads_to"),
    [("/de/treffen/", "/de/treffen/k0m1q9xw2p/"), ("/en/meetings/", "/en/meetings/k0m1q9xw2p/")],
)
def test_any_spelling_leads_to_the_meeting(
    client: Client, typed: str, page: str, leads_to: str
) -> None:
    response = client.get(page, {"code": typed})
    assert response.status_code == 302
    assert response.headers["Location"] == leads_to
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("typed", ["K7M4Q9XW2P", "too short", 'a/b"<i>'])
def test_an_unknown_code_is_explained_and_kept_in_the_field(client: Client, typed: str) -> None:
    response = client.get("/de/treffen/", {"code": typed})
    html = html_of(response)
    assert response.status_code == 404
    assert "Dieses Treffen finden wir nicht." in html
    kept = typed.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'name="code" value="{kept}"' in html
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("path", ["/de/", "/de/treffen/", "/t/unknown"])
def test_the_field_stands_where_people_look_for_it(client: Client, path: str) -> None:
    make_organisation()
    html = html_of(client.get(path, headers={"accept-language": "de"}))
    assert '<label for="code">Code aus Ihrem Brief</label>' in html
    assert 'action="/de/treffen/" method="get"' in html


def test_the_start_page_names_the_phone_number(client: Client) -> None:
    make_organisation(phone="030 111 111")
    main = html_of(client.get("/de/")).split("<main")[1].split("</main>")[0]
    assert "030 111 111" in main
