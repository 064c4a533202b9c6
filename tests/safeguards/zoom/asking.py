"""How the tests of the client ask: addresses, secrets that are easy to find, a usual token."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from notices.safeguards.zoom import client

OAUTH = "https://zoom.us/oauth/token"
API = "https://api.zoom.us/v2"
SETTINGS = f"{API}/accounts/me/settings"
SECRETS = ("account-id-4711", "client-id-4712", "client-secret-4713", "token-4714")
BASIC = base64.b64encode(b"client-id-4712:client-secret-4713").decode()
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def token(**changes: object) -> dict[str, object]:
    body = {"access_token": SECRETS[3], "token_type": "bearer", "expires_in": 3600}
    return {**body, **changes}


def account_settings() -> object:
    with client.connect() as zoom:
        return zoom.account_settings()
