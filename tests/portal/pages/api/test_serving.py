"""What the states for machines never tell, and how they are served."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notices.safeguards import recording
from notices.safeguards.by_hand import reporting
from notices.safeguards.models import (
    Check,
    Safeguard,
    Source,
)
from portal.starter.loading import load
from tests.factories import (
    make_safeguard,
    record_state,
    write_finding,
    write_promise,
)
from tests.portal.pages.api.asking import DESCRIPTION_PATH, PATH, answer, safeguard

pytestmark = pytest.mark.django_db


def test_it_never_names_staff_evidence_or_accounts(client: Client) -> None:
    secret = "SECRET-9f3"
    staff = User.objects.create_user(secret, f"{secret}@muster.example", first_name=secret)
    cdn = make_safeguard("cdn")
    now = timezone.now()
    write_promise(
        safeguard=cdn, value="on", effective_from=now, recorded_by=staff, reason_de="Grund"
    )
    evidence = {"note": secret, "account": secret}
    write_finding(
        safeguard=cdn,
        verdict="not_protected",
        seen_at=now,
        source=Source.ACCOUNT,
        recorded_by=staff,
        confirmed_by=staff,
        evidence=evidence,
    )
    recording.record_check([cdn], at=now, source=Source.HAND, role=secret, by=staff)
    Check.objects.create(outcome=Check.Outcome.FAILED, source=Source.ACCOUNT, error=secret)
    reporting.report_change(cdn, "on", by=staff, reason_de=secret, note=secret)
    body = client.get(PATH).content.decode()
    assert '"state": "off"' in body
    assert secret not in body


def test_it_is_the_same_in_every_language_and_order_of_asking(client: Client) -> None:
    load()
    with time_machine.travel(timezone.now(), tick=False):
        bodies = {
            client.get(PATH, headers={"accept-language": language}).content
            for language in ("de", "en", "fr", "en")
        }
    assert len(bodies) == 1
    assert "„Aufzeichnung“" in bodies.pop().decode()
    keys = [one["key"] for one in answer(client)["safeguards"]]
    assert keys == list(Safeguard.objects.values_list("key", flat=True))


def test_links_use_the_public_address_of_the_portal(client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://lupe.example"
    record_state(make_safeguard("cdn"))
    assert answer(client)["page"]["en"] == "https://lupe.example/en/safeguards/"
    assert safeguard(client)["page"] == {
        "de": "https://lupe.example/de/schutz/#cdn-de",
        "en": "https://lupe.example/en/safeguards/#cdn",
    }


@pytest.mark.parametrize("path", [PATH, DESCRIPTION_PATH])
def test_it_is_json_for_get_and_head_and_not_for_other_sites(client: Client, path: str) -> None:
    for response in (client.get(path, headers={"origin": "https://x.example"}), client.head(path)):
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json; charset=utf-8"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in response
        assert not response.cookies
    assert client.head(path).content == b""
    assert client.post(path).status_code == client.options(path).status_code == 405
    assert client.post(path)["Allow"] == "GET, HEAD"


def test_the_number_of_safeguards_adds_no_query(client: Client) -> None:
    counts = []
    for count in (1, 4):
        for _ in range(count):
            record_state(make_safeguard())
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_description_asks_no_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        body = client.get(DESCRIPTION_PATH).json()
    assert body["servers"][0]["url"] == "/"
