"""Mails to staff: from whom, to whom, and with links that work outside of any page."""

from __future__ import annotations

from contextlib import suppress
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.html import linebreaks, urlize

from .inputs.one_line import UNSEEN
from .languages import current, text_of
from .models import Organisation


def send(subject: str, text: str, to: list[str]) -> None:
    """Send one e-mail, plain and as HTML; call it outside of a transaction: it may take its time.

    Nobody's address is shown to the others.
    """
    message = EmailMultiAlternatives(on_one_line(subject), text, sender(), bcc=_usable(to))
    message.attach_alternative(as_html(text), "text/html")
    message.send()


def _usable(addresses: list[str]) -> list[str]:
    """Leave out what is no address: one of them would keep the mail from all others."""
    usable = []
    for one in addresses:
        with suppress(ValidationError):
            validate_email(one)
            usable.append(one)
    if not usable:
        raise ValueError("none of these is an address")
    return usable


def as_html(text: str) -> str:
    """Return a plain text as a page of HTML that says the same and loads nothing."""
    words = linebreaks(urlize(text, autoescape=True))
    return f'<!DOCTYPE html><html lang="{current()}"><body>{words}</body></html>'


def has_server() -> bool:
    """Say whether mails leave the house: without EMAIL_URL they go to the terminal."""
    return settings.EMAIL_BACKEND.endswith(("smtp.EmailBackend", "locmem.EmailBackend"))


def sender() -> str:
    """Return from whom mails come: MAIL_FROM, under the name of the service unless it has one."""
    name, address = parseaddr(settings.MAIL_FROM)
    name = name or on_one_line(text_of(Organisation.objects.current(), "service_name"))
    return formataddr((name, address))


def addresses_of(*roles: str) -> list[str]:
    """Return the addresses of all active staff in one of `roles`, each once."""
    staff = User.objects.filter(groups__name__in=roles, is_active=True).exclude(email="")
    return list(staff.values_list("email", flat=True).distinct().order_by("email"))


def link(path: str) -> str:
    """Return the whole address of a page of this portal."""
    return f"{settings.ADDRESS_IN_MAILS}{path}"


def on_one_line(text: str) -> str:
    """Return `text` without line breaks and unseen signs; one would end the header it stands in."""
    return " ".join(UNSEEN.sub(" ", text).split())
