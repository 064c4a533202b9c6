"""A factor is set up, removed or shown only after a fresh sign-in: at every door that does so."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import urls
from tests.accounts.signing_in import give_app
from tests.factories import make_user

pytestmark = pytest.mark.django_db
# Longer ago than a fresh sign-in holds.
LATER = timedelta(minutes=16)
# What looks at nothing that is secret, and the ways in and to the confirmation themselves.
ASK_NOTHING = {
    *("account_login", "mfa_authenticate", "mfa_login_webauthn", "first-link"),
    *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("mfa_index", "mfa_list_webauthn", "sign-out-all"),
}
DOORS = sorted({str(one.name) for one in urls.urlpatterns} - ASK_NOTHING)


@pytest.mark.parametrize("door", DOORS)
def test_no_factor_changes_without_a_fresh_sign_in(door: str) -> None:
    user, client = make_user(), Client()
    if door != "mfa_activate_totp":
        give_app(user)
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Schlüssel"})
    client.force_login(user)
    before = list(Authenticator.objects.order_by("pk").values("pk", "type", "data"))
    path = reverse(door, kwargs={"pk": passkey.pk} if "remove" in door else {})
    with time_machine.travel(timezone.now() + LATER, tick=True):
        for answer in (client.get(path), client.post(path, {"code": "000000", "name": "x"})):
            led_to = answer.headers.get("Location", "")
            assert led_to.startswith("/admin/bestaetigen/") or answer.status_code == 405
    assert list(Authenticator.objects.order_by("pk").values("pk", "type", "data")) == before


def test_the_doors_are_really_found() -> None:
    assert {"mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes"} <= set(DOORS)
