"""What can be misconfigured: `manage.py check` says it with a hint before readers notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils import timezone

from notices.firm.languages import REQUIRED
from notices.firm.storage import append_only
from portal.setup import env
from portal.setup.troubles import troubles

SMTP = "django.core.mail.backends.smtp.EmailBackend"
CARE = "README, “Operations”, says how."


@register(Tags.translation)
def german_catalogue(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without the compiled catalogue German pages and addresses would be English."""
    for folder in settings.LOCALE_PATHS:
        if (Path(folder) / REQUIRED / "LC_MESSAGES" / "django.mo").is_file():
            return []
    return [
        Error(
            "The compiled German texts are missing, so German pages would be in English.",
            hint="Run `make compile-messages`, or get locale/ again from the repository.",
            id="portal.E001",
        )
    ]


@register(Tags.security)
def own_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Behind a proxy only BASE_URL says for certain what readers type."""
    if not settings.TRUSTED_PROXIES or settings.BASE_URL:
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is set but BASE_URL is not: links, cookies and HSTS cannot "
            "rely on https.",
            hint="Set BASE_URL to the address readers use, such as https://datenschutz.example.de.",
            id="portal.W001",
        )
    ]


@register(Tags.security, deploy=True)
def four_eyes(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One person alone may publish; that should be a decision."""
    if settings.FOUR_EYES:
        return []
    return [
        Warning(
            "FOUR_EYES is off: whoever writes a text may publish it alone.",
            hint="Leave FOUR_EYES on unless one person runs the firm alone.",
            id="portal.W002",
        )
    ]


@register(Tags.security, deploy=True)
def proxy_for_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The portal itself speaks http only: https needs a proxy, and the proxy needs trust."""
    if not settings.BASE_URL.startswith("https://") or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "BASE_URL begins with https but no proxy is trusted: plain http is not redirected.",
            hint="Name the address of the proxy in TRUSTED_PROXIES, such as 127.0.0.1.",
            id="portal.W003",
        )
    ]


@register(Tags.security, deploy=True)
def any_host(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A made-up Host header must not end up in links."""
    if "*" not in settings.ALLOWED_HOSTS or settings.BASE_URL:
        return []
    return [
        Warning(
            "Every host name is allowed and BASE_URL is not set: a visitor could choose the "
            "address in our links.",
            hint="Set BASE_URL, or list the host names in ALLOWED_HOSTS.",
            id="portal.W004",
        )
    ]


@register(Tags.security, deploy=True)
def neighbours_in_the_open(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What goes to another machine without TLS can be read and changed on the way."""
    return [
        Warning(
            f"{name} leads to another machine ({host}) without TLS.",
            hint=f"Use {instead}, or a socket or address of this machine.",
            id="portal.W007",
        )
        for name, host, is_open, instead in _neighbours()
        # A name without a dot is one of the containers beside this one.
        if is_open and ("." in host or ":" in host) and not env.is_on_this_machine(host)
    ]


def _neighbours() -> Iterator[tuple[str, str, bool, str]]:
    """Yield variable, host, whether it is asked without TLS, and what to write instead."""
    database = settings.DATABASES["default"]
    mode = database.get("OPTIONS", {}).get("sslmode", "")
    is_open = mode not in ("require", "verify-ca", "verify-full")
    yield "DATABASE_URL", database.get("HOST", ""), is_open, "postgres://…?sslmode=verify-full"
    if settings.EMAIL_BACKEND == SMTP:
        is_open = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
        yield "EMAIL_URL", settings.EMAIL_HOST, is_open, "smtp+tls://… or smtp+ssl://…"
    cache = urlsplit(str(settings.CACHES["default"].get("LOCATION", "")))
    yield "CACHE_URL", cache.hostname or "", cache.scheme == "redis", "rediss://…"


@register(Tags.database)
def refusing_triggers(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Tables that only grow must refuse changes (runs with --database default)."""
    missing: set[str] = set()
    for alias in databases or ():
        missing |= append_only.missing_triggers(connections[alias])
    if not missing:
        return []
    # A warning: `migrate` stops at errors, and it is `migrate` that repairs this.
    return [
        Warning(
            f"{len(missing)} triggers are missing: recorded rows could be changed or deleted.",
            hint="Run `manage.py migrate`; it installs them again.",
            id="portal.W005",
        )
    ]


@register(Tags.database, deploy=True)
def what_needs_care(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What the start page tells an operator (runs with --database default)."""
    if not databases:
        return []
    return [
        Warning(trouble.sentence, hint=CARE, id="portal.W006")
        for trouble in troubles(timezone.now())
    ]
