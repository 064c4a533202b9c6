"""How tests sign in: by the page itself, with a password, a code of the app, a moved clock."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.test import Client

LOGIN = "/admin/login/"
PASSWORD = "a long enough test password"


def attempt(name: str, password: str = PASSWORD, client: Client | None = None) -> Any:
    """Send name and password once, as a new browser unless there is a `client`."""
    return (client or Client()).post(LOGIN, {"login": name, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == HTTPStatus.OK


def give_app(user: User) -> str:
    """Give `user` an app for codes, and return its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code that the app shows now, or `steps` half minutes later."""
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
    return code
