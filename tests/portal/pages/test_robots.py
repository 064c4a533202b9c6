"""What machines read: robots.txt and security.txt."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.factories import make_organisation

SECURITY = "/.well-known/security.txt"


def fields(client: Client) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in client.get(SECURITY).content.decode().splitlines():
        name, value = line.split(": ", 1)
        found.setdefault(name, []).append(value)
    return found


def test_crawlers_keep_out_of_the_staff_pages_and_find_the_sitemap(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "User-agent: *\nDisallow: /admin/\n\nSitemap: http://testserver/sitemap.xml\n"
    )


def test_crawlers_are_sent_to_the_firms_own_address(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.de"
    robots = client.get("/robots.txt").content
    assert b"Sitemap: https://portal.example.de/sitemap.xml" in robots


@pytest.mark.django_db
def test_a_weakness_can_be_reported_to_the_firm(client: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.de"
    make_organisation()
    assert client.get(SECURITY)["Content-Type"] == "text/plain; charset=utf-8"
    found = fields(client)
    assert found["Contact"][:2] == ["mailto:kontakt@muster.example", "tel:+4930111111"]
    assert found["Preferred-Languages"] == ["de, en"]
    assert found["Canonical"] == [f"https://portal.example.de{SECURITY}"]


@pytest.mark.django_db
def test_before_there_is_a_profile_the_contact_page_is_named(client: Client) -> None:
    (contact,) = fields(client)["Contact"]
    assert contact.startswith("http://testserver/")


@pytest.mark.django_db
def test_security_txt_expires_in_less_than_a_year_and_never_today(client: Client) -> None:
    (expires,) = fields(client)["Expires"]
    left = datetime.fromisoformat(expires) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/robots.txt", SECURITY])
def test_they_are_only_read(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
