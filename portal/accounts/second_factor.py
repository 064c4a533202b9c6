"""Within some days of the first sign-in every account needs a second factor."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User

from .models import Standing

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user: User) -> bool:
    """Say whether somebody needs more than a password to sign in as `user`."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def needed_from(user: User, now: datetime) -> datetime | None:
    """Return from when on `user` gets in no more without a second factor; None for never."""
    days: int | None = settings.SECOND_FACTOR_DAYS
    if days is None or has_factor(user):
        return None
    standing, _new = Standing.objects.get_or_create(user=user, defaults={"first_signed_in_at": now})
    return standing.first_signed_in_at + timedelta(days=days)
