"""No public page asks the database more than a dozen times."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.firm.models import Organisation
from notices.firm.storage import site_version
from notices.safeguards.glance import kept_checks
from notices.safeguards.models import Check, CheckCoverage, Explanation, Finding, Safeguard
from tests.factories import record_state
from tests.pages import PAGES, page_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter"), pytest.mark.thorough]

MOST = 12


def asked(client: Client, path: str) -> list[str]:
    """Return what a page asks the database; nothing keeps it, and nothing has changed lately."""
    client.get(path)
    kept_checks.counted_of_each.cache_clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    # Within the transaction of a test PostgreSQL needs two more to see its own changes.
    asked = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in asked if "CONSTRAINTS" not in sql]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_public_page_asks_at_most_a_dozen_times(client: Client, name: str) -> None:
    found = asked(client, page_path(name, "de"))
    assert len(found) <= MOST, "\n".join(found)


@pytest.mark.parametrize("name", ["safeguard-list", "page-home", "archive-day", "notice-detail"])
def test_neither_does_one_that_tells_of_a_deviation(client: Client, name: str) -> None:
    safeguard = Safeguard.objects.all()[0]
    record_state(safeguard, "not_protected", at=timezone.now() - timedelta(hours=1))
    finding = Finding.objects.latest("pk")
    Explanation.objects.create(finding=finding, text_de="Ein Update.", text_en="An update.")
    path = page_path(name, "de")
    found = asked(client, path)
    assert len(found) <= MOST, "\n".join(found)


@pytest.mark.parametrize("minutes", [0, 10])
@pytest.mark.parametrize("name", ["safeguard-list", "page-home", "archive-day", "archive-list"])
def test_nor_does_one_that_is_read_after_a_change(client: Client, name: str, minutes: int) -> None:
    """A board is read as of some minutes ago: what had begun by then is its history."""
    path = page_path(name, "de")
    site_version.renew(connection)
    later = timezone.now() + timedelta(minutes=minutes)
    with time_machine.travel(later), CaptureQueriesContext(connection) as queries:
        client.get(path)
    found = [one["sql"] for one in queries.captured_queries if "CONSTRAINTS" not in one["sql"]]
    assert len(found) <= MOST, "\n".join(found)


@pytest.mark.parametrize(
    "name", ["safeguard-list", "safeguard-label", "archive-day", "archive-list"]
)
def test_nor_does_one_that_counts_the_checks_of_a_connected_account(
    client: Client, name: str
) -> None:
    for hours in (470, 464, 458):
        at = timezone.now() - timedelta(hours=hours)
        made = Check.objects.create(at=at, recorded_at=at, source="account", outcome="done")
        # The second one could not read everything.
        for safeguard in Safeguard.objects.all()[: 5 if hours == 464 else None]:
            until = at + timedelta(hours=9)
            CheckCoverage.objects.create(check_made=made, safeguard=safeguard, valid_until=until)
    Organisation.objects.update(confirmed_at=timezone.now() - timedelta(days=30))
    for safeguard in Safeguard.objects.all():
        record_state(safeguard, at=timezone.now() - timedelta(days=20))
    path = page_path(name, "de")
    assert "versprochenen Prüfungen" in client.get(path).content.decode()
    found = asked(client, path)
    assert len(found) <= MOST, "\n".join(found)


@pytest.mark.parametrize("name", ["page-home", "safeguard-list", "safeguard-label"])
def test_a_page_about_now_asks_only_whether_anything_changed(client: Client, name: str) -> None:
    path = page_path(name, "de")
    found = asked(client, path)
    assert [sql for sql in found if "stamp" not in sql and "safeguards_check" not in sql] == []
    Organisation.objects.update(name="Andere Verwaltung")
    assert "Andere Verwaltung" in client.get(path).content.decode()


def test_an_address_that_became_a_former_one_is_on_the_page_at_once(client: Client) -> None:
    path = page_path("safeguard-list", "de")
    assert 'id="aufnahme-alt"' not in client.get(path).content.decode()
    safeguard = Safeguard.objects.filter(listed=True)[0]
    for slug in ("aufnahme-alt", "aufnahme-neu"):
        safeguard.slug_de = slug
        safeguard.save()
    assert 'id="aufnahme-alt"' in client.get(path).content.decode()
