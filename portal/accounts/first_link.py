"""The link by which somebody sets their own password: once, within three days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from notices.firm import audit, mailing
from notices.firm.audit import Act

from . import noting, told

GONE = 410


class _Tokens(PasswordResetTokenGenerator):
    """Django's: a new password, a sign-in or a new address ends a token, SECRET_KEY signs it."""

    key_salt = "portal.accounts.first_link"


tokens = _Tokens()


@transaction.atomic
def send(user: User, *, by: User | None = None) -> str:
    """Return a new link for `user` and mail it to them if that is possible.

    Who has no password yet has no other link any more: of two that were sent, the newer counts.
    """
    if not user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
    number = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("first-link", args=[number, tokens.make_token(user)])
    address = mailing.link(path)
    audit.record(Act.LINK_SENT, f"#{user.pk}", by=by)
    told.send_link(user, address)
    return address


class SetPassword(PasswordResetConfirmView):
    """One's own password; whatever is wrong with a link gets the same sentence."""

    template_name = "account/first_password.html"
    success_url = reverse_lazy("account_login")
    token_generator = tokens
    title = _("Set your password")
    # What the address shows instead of the token, which waits in the session.
    reset_url_token = "passwort"  # noqa: S105 - a part of an address

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = self.get_user(kwargs["uidb64"])
        if request.user.is_authenticated and tokens.check_token(user, kwargs["token"]):
            # Somebody else at this screen: what follows is not done in their name.
            logout(request)
        response = super().dispatch(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and not self.validlink:
            noting.link_refused(user)
            response.status_code = GONE
        return response

    def get_user(self, uidb64: str) -> User | None:
        """Return the member of staff; closed accounts are answered like unknown ones."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active and user.is_staff else None

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        # Of two at once the second one waits here, and finds the link used.
        stored = User.objects.select_for_update().get(pk=form.user.pk)
        if not tokens.check_token(stored, self.request.session[INTERNAL_RESET_SESSION_TOKEN]):
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        response = super().form_valid(form)
        audit.record(Act.LINK_USED, f"#{stored.pk}", by=stored)
        messages.success(self.request, _("Your password is set. Now please sign in with it."))
        return response


set_password: Callable[..., Any] = SetPassword.as_view()
