"""What readers see when a page is missing or has moved."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.serving.errors.asking import ENGLISH, GERMAN, text_of


def test_a_missing_page_says_so_in_the_language_of_its_address(
    client: Client, organisation: Any
) -> None:
    german = client.get("/de/gibt-es-nicht/", headers=ENGLISH)
    english = client.get("/en/does-not-exist/", headers=GERMAN)
    assert (german.status_code, english.status_code) == (404, 404)
    assert "<h1>Seite nicht gefunden.</h1>" in text_of(german)
    assert '<html lang="de" dir="ltr">' in text_of(german)
    assert "<h1>Page not found.</h1>" in text_of(english)
    assert '<html lang="en" dir="ltr">' in text_of(english)


def test_an_address_without_a_language_is_answered_in_the_readers(
    client: Client, organisation: Any
) -> None:
    assert "Seite nicht gefunden." in text_of(client.get("/nichts", headers=GERMAN))
    assert "Page not found." in text_of(client.get("/nichts", headers=ENGLISH))


def test_a_missing_page_offers_phone_hours_and_three_ways_on(
    client: Client, organisation: Any
) -> None:
    page = text_of(client.get("/de/nichts/"))
    main = page[page.index("<main") : page.index("</main")]
    assert 'href="tel:+4930111111"' in main
    assert "Montag bis Freitag" in main
    for path in ("/de/schutz/", "/de/hinweise/", "/de/fragen/"):
        assert f'href="{path}"' in main
    assert 'href="/en/nichts/"' in page


def test_a_missing_page_has_no_canonical_address(client: Client, organisation: Any) -> None:
    assert 'rel="canonical"' not in text_of(client.get("/de/fragen/nie-gestellt/"))


def test_a_missing_page_repeats_no_markup_of_its_address(client: Client, organisation: Any) -> None:
    response = client.get('/de/"><script>alert(1)</script>/')
    assert response.status_code == 404
    assert "<script" not in text_of(response)


def test_a_missing_page_is_missing_while_the_database_is_down_too(
    client: Client, written: None, database_down: None
) -> None:
    response = client.get("/de/gibt-es-nicht/")
    assert response.status_code == 404
    assert "Seite nicht gefunden." in text_of(response)
    assert "030 111 111" in text_of(response)


def test_a_page_under_the_other_languages_prefix_is_moved(
    client: Client, organisation: Any
) -> None:
    response = client.get("/en/fragen/?q=telefon")
    assert (response.status_code, response["Location"]) == (301, "/en/questions/?q=telefon")
    response = client.get("/de/archive/2024-03-12/")
    assert (response.status_code, response["Location"]) == (301, "/de/archiv/2024-03-12/")


def test_moving_never_leads_to_another_site(client: Client, organisation: Any) -> None:
    for path in ("/en//evil.example/schutz/", "/en/schutz//evil.example", "/en/schutz/@evil.de"):
        assert client.get(path).status_code == 404


def test_a_moved_form_is_not_sent_on(client: Client, organisation: Any) -> None:
    assert client.post("/en/schutz/").status_code == 404
