"""The start page and the doors that lead to it: language and short links."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    make_edition,
    make_notice,
    make_organisation,
    make_quick_answer,
    make_safeguard,
    record_state,
)

pytestmark = pytest.mark.django_db


def test_answers_come_first_and_then_the_doors(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn)
    html = client.get("/en/").content.decode()
    assert html.count("<h1>") == 1
    assert html.index("open today on.") < html.index('class="doors"')
    assert html.index('class="doors"') < html.index('href="/en/archive/"')


def test_the_answer_follows_the_record(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn)
    record_state(cdn, "not_protected")
    html = client.get("/en/").content.decode()
    assert "open today off." in html
    assert "open today on." not in html


def test_the_lock_is_told_by_code(client: Client) -> None:
    cdn = make_safeguard("cdn")
    make_quick_answer("open", cdn)
    record_state(cdn, lock="unlocked")
    html = client.get("/en/").content.decode()
    assert "Whoever hosts a meeting can change this." in html
    assert "open today on. Whoever" not in html


def test_without_any_record_there_are_no_answers(client: Client) -> None:
    make_organisation()
    html = client.get("/en/").content.decode()
    assert "We are entering our settings." in html
    assert "030 111 111" in html
    assert "<dl" not in html


def test_the_strip_about_sample_data_goes_with_the_sample(client: Client) -> None:
    organisation = make_organisation(confirmed_at=None)
    assert 'class="sample"' in client.get("/en/").content.decode()
    organisation.confirmed_at = timezone.now()
    organisation.save()
    assert 'class="sample"' not in client.get("/en/").content.decode()


@pytest.mark.parametrize(
    ("accepted", "path"),
    [
        ("", "/de/"),
        ("fr", "/de/"),
        ("en-GB,en;q=0.8", "/en/"),
        ("de;q=0.4,en;q=0.9", "/en/"),
        ("de-AT,en;q=0.5", "/de/"),
    ],
)
def test_the_bare_address_leads_to_the_language_of_the_browser(
    client: Client, accepted: str, path: str
) -> None:
    response = client.get("/", headers={"accept-language": accepted})
    assert (response.status_code, response["Location"]) == (302, path)
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies


@pytest.mark.parametrize("path", ["/s", "/S", "/s/", "/S/"])
def test_the_short_link_to_the_safeguards_needs_one_redirect(client: Client, path: str) -> None:
    response = client.get(path, headers={"accept-language": "en"})
    assert (response.status_code, response["Location"]) == (302, "/en/safeguards/")


@pytest.mark.parametrize("path", ["/h", "/H", "/h/", "/H/"])
def test_the_short_link_to_the_notice_needs_one_redirect(client: Client, path: str) -> None:
    make_edition(make_notice("video-meetings"))
    response = client.get(path, headers={"accept-language": "en"})
    assert (response.status_code, response["Location"]) == (302, "/en/notices/video-meetings/")


def test_with_no_published_privacy_notice_the_short_link_leads_to_the_list(
    client: Client,
) -> None:
    make_edition(make_notice("letter", kind="letter"))
    make_edition(make_notice("video-meetings"), status="draft")
    response = client.get("/h", headers={"accept-language": "en"})
    assert response["Location"] == "/en/notices/"


def test_short_links_are_printed_without_a_final_slash() -> None:
    assert reverse("short-safeguards") == "/s"
    assert reverse("short-notice") == "/h"
    assert reverse("short-meeting", args=["ABC"]) == "/t/ABC"


@pytest.mark.parametrize("path", ["/", "/s", "/h", "/en/"])
def test_doors_answer_get_and_head_only(client: Client, path: str) -> None:
    assert client.head(path).status_code in (200, 302)
    assert client.post(path).status_code == 405


def test_the_title_names_service_and_firm(client: Client) -> None:
    make_organisation()
    html = client.get("/en/").content.decode()
    assert "<title>Privacy in video meetings – Hausverwaltung Muster</title>" in html
