"""The forms of the sign-in, in our words and without allauth's placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from notices.firm.inputs.one_line import OneLineField

from . import guessing


class SignInForm(LoginForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["login"], _("Username"), autocomplete="username", autofocus=True)
        _name(self.fields["password"], _("Password"), autocomplete="current-password")
        self.fields["password"].help_text = ""


class ConfirmForm(ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["password"], _("Password"), autocomplete="current-password")


class _CodeOnce:
    """A code works once, on whichever machine: allauth remembers it in one process."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not guessing.is_first_use(self.user.pk, code):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_CodeOnce, AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_code(self.fields["code"])


class ConfirmCodeForm(_CodeOnce, ReauthenticateByCodeForm):
    """The same, to confirm a session that is open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_code(self.fields["code"])


class ActivateAppForm(ActivateTOTPForm):
    """The first code that the app shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_code(self.fields["code"])


class AddPasskeyForm(AddWebAuthnForm):
    """A name for the device; every passkey signs in without a password."""

    name = OneLineField(required=False, max_length=100)
    passwordless = forms.BooleanField(initial=True, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = ""
        _name(self.fields["name"], _("Name of this device"))
        self.fields["name"].help_text = _("For example: phone, laptop at the office")


def _name(field: forms.Field, label: Any, **attributes: Any) -> None:
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def _name_code(field: forms.Field) -> None:
    _name(field, _("Code"), autocomplete="one-time-code", autofocus=True)
