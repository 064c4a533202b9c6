"""The pages of the sign-in: allauth's acts behind our brakes and inside our pages."""

from __future__ import annotations

import math
from typing import Any

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from notices.firm import audit
from notices.firm.audit import Act

from . import devices, guessing, noting, second_factor, sessions
from .guard import CLEARED, View

TOO_MANY_REQUESTS = 429


class SignIn(LoginView):
    """Name and password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not (user.is_active and user.is_staff):
            # Whoever lost the office would be sent to and fro.
            logout(request)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("login", "")
        if wait := guessing.seconds_to_wait_for_password(request, name):
            return braked(self, wait)
        response: HttpResponse = super().post(request, *args, **kwargs)
        if _went_on(response):
            guessing.forget_passwords(request, name)
        else:
            noting.refused(name)
        return response


class SecondStep(AuthenticateView):
    """A code, or a passkey, after the password."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = self.stage.login.user.pk
        if "lost" in request.POST:
            second_factor.report_lost(self.stage.login.user)
            messages.success(request, _("An operator is told and will call you back."))
            return HttpResponseRedirect(reverse("account_login"))
        # A passkey cannot be guessed.
        if "code" in request.POST and (wait := guessing.seconds_to_wait_for_code(number)):
            return braked(self, wait)
        response: HttpResponse = super().post(request, *args, **kwargs)
        if _went_on(response):
            guessing.forget_codes(number)
        return response


class _Braked:
    """A confirmation in an open session, which may have been taken over to guess in it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if wait := guessing.seconds_to_wait_for_code(request.user.pk or 0):
            return braked(self, wait)
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        if not _went_on(response):
            noting.confirmation_refused(request.user.pk)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        guessing.forget_codes(self.request.user.pk)  # type: ignore[attr-defined]
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


class Confirm(_Braked, ReauthenticateView):
    """The password once more, in an open session."""


class ConfirmByCode(_Braked, ReauthenticateByCodeView):
    """A code in an open session."""


class OwnSignIn(IndexView):
    """One's own factors and sessions."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["sessions"] = sessions.open_sessions(self.request)
        return context


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of whoever asks, this one too."""
    if isinstance(request.user, User):
        audit.record(Act.SESSIONS_ENDED, f"#{request.user.pk}", by=request.user)
        sessions.end_all(request.user)
    logout(request)
    response = HttpResponseRedirect(reverse("account_login"))
    response.headers["Clear-Site-Data"] = CLEARED
    return response


class AddPasskey(AddWebAuthnView):
    """A passkey that signs in without a password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        # allauth asks for a mere second factor; ours are found without a name.
        options = auth.begin_registration(self.request.user, passwordless=True)
        context["js_data"] = {"creation_options": options}
        return context


def braked(view: Any, seconds: int) -> HttpResponse:
    """Answer that it was tried too often, with the page as it was before anything was typed."""
    view.request.method = "GET"
    response: HttpResponse = view.get(view.request)
    response.status_code = TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(seconds)
    response.context_data["braked_minutes"] = math.ceil(seconds / 60)  # type: ignore[attr-defined]
    return response


def braking(view: View) -> View:
    """Count the guesses at the own password where Django asks for it before it is changed."""

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        number = request.user.pk or 0
        if wait := guessing.seconds_to_wait_for_code(number):
            minutes = math.ceil(wait / 60)
            request.method = "GET"
            messages.error(
                request,
                ngettext(
                    "Too many attempts. Please wait a minute and try again.",
                    "Too many attempts. Please wait %(minutes)s minutes and try again.",
                    minutes,
                )
                % {"minutes": minutes},
            )
            response = view(request, *args, **kwargs)
            response.status_code = TOO_MANY_REQUESTS
            response.headers["Retry-After"] = str(wait)
            return response
        response = view(request, *args, **kwargs)
        if _went_on(response):
            guessing.forget_codes(number)
        else:
            noting.confirmation_refused(request.user.pk)
        return response

    return page


def in_the_office(view: View, title: Any) -> View:
    """Put a page of allauth inside what every staff page has around it."""

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = view(request, *args, **kwargs)
        if hasattr(response, "context_data"):
            around = {**admin.site.each_context(request), "title": title}
            response.context_data = {**around, **(response.context_data or {})}
        # Codes and challenges are for one moment.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return page


def before_sign_in(view: View, title: Any) -> View:
    """Make it a page on the way in; whoever gets in leaves a device that is known."""
    page = in_the_office(view, title)

    def way_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = page(request, *args, **kwargs)
        if request.method == "POST" and isinstance(request.user, User) and _went_on(response):
            devices.remember(request, response, request.user)
        return response

    return way_in


def for_staff(view: View, title: Any) -> View:
    """Make it a page for whoever is signed in, guarded like all others."""
    page: View = admin.site.admin_view(in_the_office(view, title))
    return page


def _went_on(response: HttpResponse) -> bool:
    return response.status_code in (301, 302)


sign_in = before_sign_in(SignIn.as_view(), _("Sign in"))
second_step = before_sign_in(SecondStep.as_view(), _("Second step"))
