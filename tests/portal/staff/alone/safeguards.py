"""What one person does to safeguards and their texts, and what readers see of it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from notices.safeguards import new_settings
from notices.safeguards.models import (
    Explanation,
    SettingStatement,
)
from tests.factories import (
    confirm_what_waits,
)
from tests.firm.ways import address
from tests.portal.staff.alone.acting import BOARD, off, on, read, report, send


def a_state(staff: Client, user: User) -> None:
    bad, good = off("bad"), on("good")
    report(staff, bad, "on")
    report(staff, bad, "retired")
    assert "bad sagt off." in read(BOARD)
    report(staff, good, "off")
    assert "good sagt off." in read(BOARD)


def an_explanation(staff: Client, user: User) -> None:
    safeguard = off("bad")
    path = "/admin/safeguards/explanation/add/"
    finding = safeguard.findings.get()
    send(staff, path, finding=finding.pk, text_de="Zoom hat es zurückgesetzt.")
    assert not Explanation.objects.exists()
    html = read(BOARD)
    assert "bad sagt off." in html
    assert "Abweichung" in html
    assert "zurückgesetzt" not in html
    confirm_what_waits()
    assert "Zoom hat es zurückgesetzt." in read(BOARD)


def a_wording(staff: Client, user: User) -> None:
    safeguard = on("good")
    path = f"/admin/safeguards/wording/add/?safeguard={safeguard.pk}&state=on"
    send(staff, path, text_de="Niemand hört je zu.")
    assert "good sagt on." in read(BOARD)


def a_safeguard(staff: Client, user: User) -> None:
    safeguard = on("good", max_age_days=30)
    for changes in ({"max_age_days": 300}, {"name_de": "Sicher"}, {"zoom_name_de": "Sicher"}):
        send(staff, address(safeguard), **changes)
    html = read(BOARD)
    assert "Sicher" not in html
    assert "Mindestens alle 30 Tage" in html
    send(staff, address(safeguard), max_age_days=7)
    assert "Mindestens alle 7 Tage" in read(BOARD)


def a_new_setting(staff: Client, user: User) -> None:
    harmless = new_settings.say("a.b", captures=False, what_it_does="Nichts.", by=user)
    with pytest.raises(new_settings.SamePerson):
        new_settings.confirm(harmless, by=user, as_read=harmless.digest)
    assert not SettingStatement.objects.get().counts
    assert new_settings.say("c.d", captures=True, what_it_does="Alles.", by=user).counts
