"""The form that asks for a day in the archive."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from notices.firm.inputs.date_form import date_form
from tests.pages import html_of
from tests.portal.pages.archive.reading import LIST

pytestmark = pytest.mark.django_db


def test_a_day_leads_to_its_own_address(client: Client) -> None:
    response = client.get(LIST, {"day": " 12", "month": "3", "year": "2024"})
    assert (response.status_code, response["Location"]) == (302, "/en/archive/2024-03-12/")


def test_the_german_form_has_german_names(client: Client) -> None:
    response = client.get("/de/archiv/", {"tag": "12", "monat": "3", "jahr": "2024"})
    assert (response.status_code, response["Location"]) == (302, "/de/archiv/2024-03-12/")


@pytest.mark.parametrize(
    "asked",
    [
        ("30", "2", "2024"),
        ("12", "3", "24"),
        ("12", "3", "0999"),
        ("", "", ""),
        ("12", "", "2024"),
        ("1.2", "3", "2024"),
        ("٣", "3", "2024"),
        ("0", "1", "2024"),
        ("<b>", "3", "2024"),
    ],
)
def test_a_day_that_does_not_exist_is_explained_and_the_input_kept(
    client: Client, asked: tuple[str, str, str]
) -> None:
    response = client.get(LIST, dict(zip(("day", "month", "year"), asked, strict=True)))
    assert response.status_code == 422
    html = html_of(response)
    assert 'role="alert"' in html
    assert 'href="#day"' in html
    assert "This date does not exist." in html
    assert "<title>Error: " in html
    kept = re.findall(r'<input id="\w+" name="\w+" value="([^"]*)"', html)
    assert kept == [value.replace("<b>", "&lt;b&gt;") for value in asked]


def test_a_year_alone_filters_and_is_no_date() -> None:
    assert not date_form({"year": "2024"}).is_submitted
