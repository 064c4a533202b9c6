"""Mails to the person concerned: whoever else changed their sign-in, they hear of it."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notices.firm import mailing

PASSWORD_CHANGED = _("Your password was changed.")
FACTOR_ADDED = _("A second factor was added to your account.")
FACTOR_REMOVED = _("A second factor was removed from your account.")
FACTOR_RESET = _("An operator has reset your second factor. Please set up a new one.")
ROLES_CHANGED = _("Your roles in the portal were changed.")

logger = logging.getLogger(__name__)


def tell(user: User, what: Any) -> None:
    """Send `what` to the owner of the account, once the change is kept; none is lost by a failure.

    Without an address nobody can be told; a mail server that fails must not undo the change.
    """
    if not user.email:
        return
    text = "\n\n".join(
        (str(what), str(_("Was it not you? Then please call whoever looks after the portal.")))
    )
    to = [user.email]
    transaction.on_commit(lambda: _send(str(what), text, to))


def send_link(user: User, address: str) -> None:
    """Send the link by which `user` sets their own password, once it counts."""
    if not (user.email and mailing.has_server()):
        return
    subject = str(_("Your account in the portal"))
    text = "\n\n".join(
        (
            str(_("You have an account named “%(name)s”.") % {"name": user.get_username()}),
            str(_("With this link you set your own password. It works once and for three days:")),
            address,
            str(_("Has it run out? Then please call whoever looks after the portal.")),
        )
    )
    to = [user.email]
    transaction.on_commit(lambda: _send(subject, text, to))


def _send(subject: str, text: str, to: list[str]) -> None:
    try:
        mailing.send(subject, text, to)
    except OSError as failure:
        logger.error("A mail about an account failed: %s", type(failure).__name__)
