"""Nachweis exportieren: reviewers choose days and get one file; the audit knows of it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notices.firm.days import day_of
from notices.firm.models import AuditEntry
from portal.evidence.verify import verify
from portal.staff import evidence_page
from tests.conftest import SignIn
from tests.factories import make_edition, make_notice, make_organisation

pytestmark = pytest.mark.django_db
EXPORT = "/admin/nachweis/"


def days(first: int = 9, last: int = 1) -> dict[str, str]:
    today = day_of(timezone.now())
    return {
        "first": str(today - timedelta(days=first)),
        "last": str(today - timedelta(days=last)),
        "known_at": "",
    }


def test_the_start_page_leads_reviewers_there_and_nobody_else(sign_in: SignIn) -> None:
    make_organisation()
    assert EXPORT in sign_in("reviewer")[0].get("/admin/").content.decode()
    assert EXPORT not in sign_in("editor")[0].get("/admin/").content.decode()


@pytest.mark.parametrize("role", ["editor", "operator"])
def test_others_than_reviewers_are_refused(sign_in: SignIn, role: str) -> None:
    client, _user = sign_in(role)
    assert client.get(EXPORT).status_code == 403
    assert client.post(EXPORT, days()).status_code == 403
    assert not AuditEntry.objects.exists()


def test_a_reader_is_sent_to_the_login(client: Client) -> None:
    assert client.post(EXPORT, days()).status_code == 302


def test_it_sends_a_file_that_stands_the_check(sign_in: SignIn, tmp_path: Path) -> None:
    make_organisation()
    make_edition(make_notice("video"), in_force_from=timezone.now() - timedelta(days=30))
    client, user = sign_in("reviewer")
    response = client.post(EXPORT, days())
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    (tmp_path / "got.zip").write_bytes(content)
    assert verify(str(tmp_path / "got.zip")) == []
    assert "fassungen/video/1.de.html" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "nachweis-20" in response["Content-Disposition"]
    assert response["Content-Type"] == "application/zip"
    entry = AuditEntry.objects.get(act="evidence-exported")
    assert entry.by == user
    assert entry.detail["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry.detail["sha256"] in client.get(EXPORT).content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (days(1, 9), "nach dem letzten"),
        (days(9, -1), "in der Zukunft"),
        (days(evidence_page.MOST_DAYS + 1, 0), "kürzeren Zeitraum"),
        ({"first": "gestern", "last": "heute", "known_at": ""}, "gültig"),
        ({}, "Dieses Feld"),
        (days() | {"known_at": "2098-01-01T00:00"}, "Zukunft"),
    ],
)
def test_a_bad_period_is_said_and_what_was_typed_stays(
    sign_in: SignIn, sent: dict[str, str], sentence: str
) -> None:
    client, _user = sign_in("reviewer")
    response = client.post(EXPORT, sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert all(value in page for value in sent.values())
    assert not AuditEntry.objects.exists()


def test_too_many_editions_are_refused_before_anything_is_written(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_page, "MOST_EDITIONS", 0)
    make_edition(make_notice("video"), in_force_from=timezone.now() - timedelta(days=30))
    client, _user = sign_in("reviewer")
    assert "kürzeren Zeitraum" in client.post(EXPORT, days()).content.decode()


def test_a_failure_records_nothing(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    client, _user = sign_in("reviewer")
    page = client.post(EXPORT, days())
    assert page.status_code == 422
    assert "keinen Platz mehr" in page.content.decode()
    assert not AuditEntry.objects.exists()
