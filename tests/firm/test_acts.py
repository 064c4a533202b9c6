"""The audit reads in German, never in marks of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from notices.firm import acts
from notices.firm.models import AuditEntry
from tests.factories import make_user

ADDRESS = "/admin/firm/auditentry/"


def test_every_act_that_the_code_records_has_words() -> None:
    marks = set()
    for folder in ("notices", "portal"):
        for file in Path(settings.BASE_DIR, folder).rglob("*.py"):
            text = file.read_text("utf-8")
            marks |= set(re.findall(r"act=\"([a-z]+-[a-z-]+)\"", text))
            marks |= set(re.findall(r"(?:record|_audit)\(\w+, \"([a-z]+-[a-z-]+)\"", text))
    assert {"content-changed", "safeguard-reported", "profile-confirmed"} <= marks
    assert marks <= set(acts.WORDS)


@pytest.mark.django_db
def test_the_list_of_the_audit_says_what_happened_and_can_be_filtered(client: object) -> None:
    user = make_user("editor")
    client.force_login(user)  # type: ignore[attr-defined]
    for act in acts.WORDS:
        AuditEntry.objects.create(by=user, act=act, subject="Warteraum")
    page = client.get(ADDRESS)  # type: ignore[attr-defined]
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    assert "Geändert: Warteraum" in text
    assert not [act for act in acts.WORDS if act in text]
    page = client.get(ADDRESS, {"act": "content-changed"})  # type: ignore[attr-defined]
    assert page.context["cl"].result_count == 1
