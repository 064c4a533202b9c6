"""/metrics: numbers over all workers, for the firm's own monitoring and nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from notices.firm import jobs
from portal.serving.metrics import kind_of
from portal.setup.troubles import note_backup
from tests.factories import make_user
from tests.servers import Reader, lupe

PATH = "/metrics"


def numbers(text: str) -> dict[tuple[str, ...], float]:
    """Return each sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.django_db
def test_a_collector_on_this_machine_reads_ages_and_queues(client: Client) -> None:
    now = timezone.now()
    jobs.beat(now - timedelta(minutes=5))
    note_backup(now - timedelta(hours=3))
    found = numbers(client.get(PATH).content.decode())
    assert found["lupe_database_up",] == 1
    assert found["lupe_seconds_since", "jobs_run"] == pytest.approx(300, abs=30)
    assert found["lupe_seconds_since", "backup"] == pytest.approx(10_800, abs=30)
    assert ("lupe_seconds_since", "zoom_check") not in found
    assert found["lupe_waiting", "editions"] == 0
    assert found["lupe_troubles",] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
    ],
)
def test_everybody_else_is_told_that_there_is_no_such_page(
    client: Client, sent: dict[str, str]
) -> None:
    assert client.get(PATH, **sent).status_code == 404  # type: ignore[arg-type]


@pytest.mark.django_db
def test_staff_are_no_exception() -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(make_user("operator"))
    assert client.get(PATH).status_code == 404


@pytest.mark.django_db
def test_with_a_token_only_whoever_sends_it_reads(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a-token-of-the-firm"
    assert client.get(PATH).status_code == 404
    for wrong in ("Bearer a-token", "a-token-of-the-firm", "Bearer ä"):
        assert client.get(PATH, HTTP_AUTHORIZATION=wrong).status_code == 404
    right = client.get(
        PATH, HTTP_AUTHORIZATION="Bearer a-token-of-the-firm", REMOTE_ADDR="192.0.2.7"
    )
    assert right.status_code == 200
    assert right.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/de/schutz/", "page"),
        ("/de/treffen/k0m1q9xw2p/", "page"),
        ("/en", "page"),
        ("/admin/login/", "staff"),
        ("/static/css/portal.css", "static"),
        ("/api/safeguards.json", "api"),
        ("/hooks/zoom/", "hook"),
        ("/healthz", "probe"),
        ("/t/k0m1q9xw2p", "other"),
        ("/administrator", "other"),
        ("", "other"),
    ],
)
def test_an_address_counts_only_by_its_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_all_workers_count_together_and_nothing_tells_who_asked(tmp_path: Path) -> None:
    with lupe(tmp_path, workers=2) as server:
        for _ in range(12):
            # A connection each: the workers take turns as they like.
            reader = Reader(server)
            reader.get("/de/schutz/?q=geheim")
            reader.get("/de/gibt-es-nicht/")
            reader.close()
        reader = Reader(server)
        status, _, body = reader.get(PATH)
        reader.close()
    text = body.decode()
    found = numbers(text)
    assert status == 200
    assert found["lupe_requests_total", "page", "200"] == 12
    assert found["lupe_requests_total", "page", "404"] == 12
    assert found["lupe_answer_seconds_count", "page"] == 24
    assert "geheim" not in text
    assert "gibt-es-nicht" not in text
    assert "127.0.0.1" not in text
