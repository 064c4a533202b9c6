"""The list of all changes."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.pages import archive
from tests.factories import (
    make_edition,
    make_notice,
    make_safeguard,
    record_state,
)
from tests.pages import html_of
from tests.portal.pages.archive.reading import LIST, berlin, day

pytestmark = pytest.mark.django_db


def test_all_changes_are_listed_newest_first_with_their_reason(client: Client) -> None:
    cdn = make_safeguard("cdn")
    record_state(cdn, at=berlin(2024, 1, 10))
    record_state(cdn, "not_protected", at=berlin(2024, 3, 12))
    html = html_of(client.get(LIST))
    days = re.findall(r'<h3><a href="/en/archive/([\d-]+)/"', html)
    # The last one is the end of the check's age limit of 90 days.
    assert days == ["2024-06-10", "2024-03-12", "2024-01-10"]
    assert "Reason" in html


def test_changes_can_be_filtered_by_year(client: Client) -> None:
    cdn = make_safeguard("cdn", max_age_days=366)
    record_state(cdn, at=berlin(2024, 1, 10))
    record_state(cdn, "not_protected", at=berlin(2025, 1, 7))
    for path, query in ((LIST, "year"), ("/de/archiv/", "jahr")):
        html = html_of(client.get(path, {query: "2024"}))
        assert "2024-01-10/" in html
        assert "2025-01-07/" not in html
    assert "2025-01-07/" in html_of(client.get(LIST, {"year": "1999"}))


def test_what_happened_at_once_is_told_once(client: Client) -> None:
    for key in ("cdn", "chat", "camera"):
        record_state(make_safeguard(key), at=berlin(2026, 11, 1))
    html = html_of(client.get(LIST))
    assert html.count('class="state on"') == 1
    assert all(f"Protection {key}" in html for key in ("cdn", "chat", "camera"))


@pytest.mark.parametrize("path", [LIST, day("2024-03-12")])
def test_it_answers_get_and_head_only(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_changes_are_paged_and_keep_the_year(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "DAYS_PER_PAGE", 2)
    cdn = make_safeguard("cdn", max_age_days=366)
    for number, verdict in enumerate(["protected", "not_protected"] * 3):
        record_state(cdn, verdict, at=berlin(2024, 1, 10 + number))
    first = html_of(client.get(LIST, {"year": "2024"}))
    assert 'href="?year=2024&amp;page=2#changes" rel="next"' in first
    days = []
    for asked in ("1", "2", "3", "99", "x"):
        html = html_of(client.get(LIST, {"year": "2024", "page": asked}))
        days.append(re.findall(r'<h3><a href="/en/archive/2024-01-(\d+)/"', html))
    assert days == [["15", "14"], ["13", "12"], ["11", "10"], ["11", "10"], ["15", "14"]]


def test_only_the_latest_editions_are_listed_with_a_way_to_all(client: Client) -> None:
    notice = make_notice("video")
    for number in range(archive.LATEST + 1):
        make_edition(notice, in_force_from=berlin(2024, 1, 1 + number))
    html = html_of(client.get(LIST))
    assert '/edition/11/">' in html
    assert '/edition/1/">' not in html
    assert 'href="/en/notices/video/history/">All editions: Notice video</a>' in html
