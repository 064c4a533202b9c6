"""The room as a Django app: its tables, and what happens when somebody signs in."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth import signals
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Sign-in")

    def ready(self) -> None:
        from . import sessions

        signals.user_logged_in.connect(sessions.begin, dispatch_uid="accounts.begin")
