"""What stands before every staff page: is the session still good, is a second factor missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils import timezone

from . import doors, second_factor, sessions

View = Callable[..., HttpResponse]

# At the end of a session. Not the cookies: the known device stays known.
CLEARED = '"cache", "storage"'

# Pages that set up a second factor, or end the session.
WITHOUT_FACTOR = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "password_change",
    "password_change_done",
    "logout",
    "sign-out-all",
    "jsi18n",
}


# In a demo everybody signs in as the same two: nobody may lock the others out.
SHARED_IN_DEMO = {
    "password_change",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "sign-out-all",
}


def ending_sessions(view: View) -> View:
    """Sign out whose session is over before anything else looks at who asks.

    Outermost: what they typed is then kept as of anybody who is not signed in.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and sessions.has_ended(request):
            logout(request)
        return view(request, *args, **kwargs)

    return page


def guarded(view: View) -> View:
    """Ask for a second factor once it is due, and at some doors for a fresh sign-in."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:  # only the sign-in itself
            return view(request, *args, **kwargs)
        if settings.DEMO and _name(request) in SHARED_IN_DEMO:
            raise PermissionDenied
        now = timezone.now()
        until = second_factor.needed_from(user, now)
        if until and until <= now and _name(request) not in WITHOUT_FACTOR:
            return HttpResponseRedirect(reverse("mfa_index"))
        # The header of every page tells until when.
        request.second_factor_until = until  # type: ignore[attr-defined]
        doors.ask_again(request)
        return view(request, *args, **kwargs)

    return page


def _name(request: HttpRequest) -> str:
    return resolve(request.path_info).url_name or ""
