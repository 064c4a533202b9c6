"""The doors of the sign-in, under names that allauth knows; there is none to sign up."""

from __future__ import annotations

from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.utils.translation import gettext_lazy as _

from .first_link import SetPassword, set_password
from .views import (
    AddPasskey,
    Confirm,
    ConfirmByCode,
    OwnSignIn,
    before_sign_in,
    for_staff,
    in_the_office,
    second_step,
    sign_in,
    sign_out_everywhere,
)

CONFIRM = _("Please confirm that it is you")
OWN = _("My sign-in")

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("login/code/", second_step, name="mfa_authenticate"),
    path(
        "login/passkey/",
        before_sign_in(passkeys.login_webauthn, _("Sign in")),
        name="mfa_login_webauthn",
    ),
    path(
        "login/link/<str:uidb64>/<str:token>/",
        in_the_office(set_password, SetPassword.title),
        name="first-link",
    ),
    path("bestaetigen/", for_staff(Confirm.as_view(), CONFIRM), name="account_reauthenticate"),
    path(
        "bestaetigen/code/", for_staff(ConfirmByCode.as_view(), CONFIRM), name="mfa_reauthenticate"
    ),
    path(
        "bestaetigen/passkey/",
        for_staff(passkeys.reauthenticate_webauthn, CONFIRM),
        name="mfa_reauthenticate_webauthn",
    ),
    path("anmeldung/", for_staff(OwnSignIn.as_view(), OWN), name="mfa_index"),
    path("anmeldung/", for_staff(OwnSignIn.as_view(), OWN), name="mfa_list_webauthn"),
    path("anmeldung/ueberall-abmelden/", for_staff(sign_out_everywhere, OWN), name="sign-out-all"),
    path(
        "anmeldung/app/",
        for_staff(app.activate_totp, _("Set up an app for codes")),
        name="mfa_activate_totp",
    ),
    path(
        "anmeldung/app/entfernen/",
        for_staff(app.deactivate_totp, _("Remove the app for codes")),
        name="mfa_deactivate_totp",
    ),
    path(
        "anmeldung/passkey/",
        for_staff(AddPasskey.as_view(), _("Set up a passkey")),
        name="mfa_add_webauthn",
    ),
    path(
        "anmeldung/passkey/<int:pk>/entfernen/",
        for_staff(passkeys.remove_webauthn, _("Remove a passkey")),
        name="mfa_remove_webauthn",
    ),
    path(
        "anmeldung/notfallcodes/",
        for_staff(codes.view_recovery_codes, _("Recovery codes")),
        name="mfa_view_recovery_codes",
    ),
    path(
        "anmeldung/notfallcodes/neu/",
        for_staff(codes.generate_recovery_codes, _("New recovery codes")),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "anmeldung/notfallcodes/datei/",
        for_staff(codes.download_recovery_codes, _("Recovery codes")),
        name="mfa_download_recovery_codes",
    ),
]
