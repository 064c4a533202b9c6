"""How allauth behaves in this portal: no sign-up, no enumeration, secrets encrypted."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import text_of
from notices.firm.models import Organisation
from notices.firm.storage import encryption
from notices.lib import qr

WRONG = _("Name and password do not belong together. Upper and lower case count.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an operator; whatever is wrong gets the same answer."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "incorrect_password": _("This is not your password. Upper and lower case count."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the member of staff; closed accounts are answered like unknown ones."""
        user = authenticate(request, **credentials)
        return user if isinstance(user, User) and user.is_staff else None

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        messages.error(request, _("This did not work. Please sign in in another way."))
        return HttpResponseRedirect(reverse("account_login"))

    def is_ajax(self, request: HttpRequest) -> bool:
        """Let only the script of the passkey be answered as a program: pages are for people.

        Whoever else says so gets the page, with its brake.
        """
        return request.path_info == reverse("mfa_login_webauthn") and super().is_ajax(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return nothing: no address is looked at."""
        return ""


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are readable only with SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This did not fit. Please try again with a new code."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        # With a lost key no code fits any more: an operator resets the factor.
        return encryption.decrypt(encrypted_text) or ""

    def get_totp_issuer(self) -> str:
        return text_of(Organisation.objects.current(), "service_name")

    def build_totp_svg(self, url: str) -> str:
        return qr.svg(url)

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()
