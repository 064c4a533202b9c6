"""Within some days of the first sign-in every account needs a second factor."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.audit import Act

from . import sessions, told
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


def report_lost(user: User) -> None:
    """Note that somebody with the right password has no second factor any more."""
    now = timezone.now()
    _standing, _new = Standing.objects.update_or_create(
        user=user,
        defaults={"factor_lost_at": now},
        create_defaults={"factor_lost_at": now, "first_signed_in_at": now},
    )
    audit.record(Act.FACTOR_LOST, f"#{user.pk}")


@transaction.atomic
def reset(user: User, *, by: User | None) -> None:
    """Take away every second factor of `user`, who has some days to set up a new one."""
    now = timezone.now()
    Authenticator.objects.filter(user=user).delete()
    Standing.objects.update_or_create(
        user=user, defaults={"first_signed_in_at": now, "factor_lost_at": None}
    )
    sessions.end_all(user)
    audit.record(Act.FACTOR_RESET, f"#{user.pk}", by=by)
    told.tell(user, told.FACTOR_RESET)


def lost() -> list[Standing]:
    """Return who waits for an operator."""
    return list(Standing.objects.exclude(factor_lost_at=None).select_related("user"))
