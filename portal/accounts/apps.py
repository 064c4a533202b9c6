"""The room as a Django app: its tables, and what happens when somebody signs in."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth import get_user_model, signals
from django.db.models.signals import m2m_changed, pre_save
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Sign-in")

    def ready(self) -> None:
        from allauth.account import signals as account_signals
        from allauth.mfa import signals as factor_signals

        from . import noting, sessions

        user = get_user_model()
        pre_save.connect(noting.password_changed, sender=user, dispatch_uid="accounts.password")
        pre_save.connect(noting.closed, sender=user, dispatch_uid="accounts.closed")
        m2m_changed.connect(
            noting.roles_changed, sender=user.groups.through, dispatch_uid="accounts.roles"
        )

        signals.user_logged_in.connect(sessions.begin, dispatch_uid="accounts.begin")
        account_signals.user_logged_in.connect(noting.signed_in, dispatch_uid="accounts.noted")
        factor_signals.authentication_failed.connect(noting.code_refused, dispatch_uid="accounts")
        factor_signals.authenticator_added.connect(noting.factor_added, dispatch_uid="accounts")
        factor_signals.authenticator_removed.connect(noting.factor_removed, dispatch_uid="accounts")
