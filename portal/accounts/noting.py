"""What is noted about sign-ins in the audit: account numbers, never names or addresses."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.userkit import get_user_by_username
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from notices.firm import audit
from notices.firm.audit import Act

from . import sessions, told

logger = logging.getLogger(__name__)


def signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    """Note a sign-in by the page."""
    audit.record(Act.SIGNED_IN, f"#{user.pk}", by=user)


def refused(name: str) -> None:
    """Write a wrong password into the log, where entries do not stay for ever."""
    user = get_user_by_username(name.strip())
    note = {"act": "sign-in", "account": user.pk if user else None, "result": "refused"}
    logger.info("act", extra=note)


def code_refused(sender: Any, user: User, **kwargs: Any) -> None:
    """Write a wrong code, or a passkey that does not fit, into the log."""
    note = {"act": "second-factor", "account": user.pk, "result": "refused"}
    logger.info("act", extra=note)


def confirmation_refused(number: int | None) -> None:
    """Write a wrong password in an open session into the log: whoever sits there may guess."""
    note = {"act": "confirmation", "account": number, "result": "refused"}
    logger.info("act", extra=note)


def link_refused(user: User | None) -> None:
    """Write a link that is used up, too old or forged into the log."""
    note = {"act": "first-link", "account": user.pk if user else None, "result": "refused"}
    logger.info("act", extra=note)


def braked(name: str) -> None:
    """Note that guessing at `name` was braked; nobody's name who has no account is kept."""
    user = get_user_by_username(name.strip())
    audit.record(Act.SIGN_IN_BRAKED, f"#{user.pk}" if user else "–")


def factor_added(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Note a new second factor, and tell its owner."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    _end_others(user, kwargs.get("request"))
    audit.record(Act.FACTOR_ADDED, f"#{user.pk}", by=user, kind=authenticator.type)
    told.tell(user, told.FACTOR_ADDED)


def factor_removed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Note that a second factor is gone, and tell its owner."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    _end_others(user, kwargs.get("request"))
    audit.record(Act.FACTOR_REMOVED, f"#{user.pk}", by=user, kind=authenticator.type)
    told.tell(user, told.FACTOR_REMOVED)


def password_changed(sender: Any, instance: User, **kwargs: Any) -> None:
    """Note a new password, and tell its owner; the same one stored anew is none."""
    if instance.pk is None or kwargs.get("update_fields") or not instance.has_usable_password():
        return
    before = User.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
    if before is not None and before != instance.password:
        audit.record(Act.PASSWORD_CHANGED, f"#{instance.pk}", by=_who())
        told.tell(instance, told.PASSWORD_CHANGED)


def closed(sender: Any, instance: User, **kwargs: Any) -> None:
    """End the sessions of an account that is closed: opening it again must not revive them."""
    if instance.pk is not None and not (instance.is_active and instance.is_staff):
        sessions.end_all(instance)


def roles_changed(sender: Any, instance: Any, action: str, pk_set: Any, **kwargs: Any) -> None:
    """Note which roles somebody got or lost on the staff pages, and tell them."""
    by = _who()
    if by is None or not isinstance(instance, User) or not action.startswith("post_"):
        return
    _end_others(instance, context.request)
    names = sorted(Group.objects.filter(pk__in=pk_set or ()).values_list("name", flat=True))
    audit.record(
        Act.ROLES_CHANGED, f"#{instance.pk}", by=by, **{action.removeprefix("post_"): names}
    )
    # A new account hears of itself by its link.
    if instance.has_usable_password():
        told.tell(instance, told.ROLES_CHANGED)


def _end_others(user: User, request: HttpRequest | None) -> None:
    """End all sessions of `user` but the one in which the change was made.

    A new password does that by itself: sessions are signed with it.
    """
    session = getattr(request, "session", None)
    sessions.end_all(user, but=session.session_key if session is not None else None)


def _who() -> User | None:
    """Return who is signed in, if a page is what changes something."""
    request = context.request
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
