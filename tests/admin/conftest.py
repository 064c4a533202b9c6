from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from tests.factories import make_user

SignIn = Callable[[str], tuple[Client, User]]


@pytest.fixture
def sign_in() -> SignIn:
    """Return a client that is signed in with a role, and its user."""

    def signed_in(role: str) -> tuple[Client, User]:
        client, user = Client(), make_user(role)
        client.force_login(user)
        return client, user

    return signed_in


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def two_people_needed(settings: object) -> None:
    settings.FOUR_EYES = True  # type: ignore[attr-defined]
