"""A brake on guessing passwords: per account, and over all accounts against a spray.

No address is looked at or kept. The counters live in the cache, under a keyed hash of the name.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from contextlib import suppress
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.cache import BaseCache, caches
from django.utils.translation import gettext_lazy as _

PER_ACCOUNT = 5
PER_ACCOUNT_SECONDS = 15 * 60
# A spray tries each of many accounts once. Who keeps it up keeps staff out as long: the price of
# looking at nobody's address.
OVERALL = 30
OVERALL_SECONDS = 60

logger = logging.getLogger(__name__)


class BrakedLoginForm(AdminAuthenticationForm):
    """Sign in, unless too many attempts have failed lately."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _("Name and password do not belong together. Upper and lower case count."),
        "account_braked": _(
            "Too many attempts with this name. Please wait 15 minutes and try again."
        ),
        "all_braked": _("Too many attempts at the moment. Please wait a minute and try again."),
    }

    def clean(self) -> dict[str, Any]:
        account = _key(self.cleaned_data.get("username", ""))
        # Counted before the password is looked at, so that parallel attempts count as well.
        if _count("login:all", OVERALL_SECONDS) > OVERALL:
            raise forms.ValidationError(self.error_messages["all_braked"], code="all_braked")
        if _count(account, PER_ACCOUNT_SECONDS) > PER_ACCOUNT:
            raise forms.ValidationError(
                self.error_messages["account_braked"], code="account_braked"
            )
        data = super().clean()
        _forget(account)
        return data


def _key(name: str) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), name.casefold().encode(), hashlib.sha256)
    return f"login:{digest.hexdigest()}"


def _count(key: str, seconds: int) -> int:
    """Count one attempt and return how many there were in this window."""
    try:
        return _count_in(caches["default"], key, seconds)
    except Exception as failure:  # whatever Redis or the way to it does
        logger.warning("The cache does not answer: %s", type(failure).__name__)
        return _count_in(caches["process"], key, seconds)


def _count_in(cache: BaseCache, key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:
        # It expired between the two calls.
        cache.set(key, 1, seconds)
        return 1


def _forget(key: str) -> None:
    for name in caches:
        # What cannot be forgotten runs out by itself.
        with suppress(Exception):
            caches[name].delete(key)
