"""What DEMO=on means for the settings: nobody is mailed, nothing real is read, all may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.setup import env

# Shown on the sign-in page; who writes does not approve, so there are two.
ACCOUNTS = (("buero", "editor"), ("datenschutz", "reviewer"))
PASSWORD = "einmal-ausprobieren"  # noqa: S105 - everybody may know it
REAL = (*env.ZOOM_CREDENTIALS, "ZOOM_WEBHOOK_SECRET")


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what a demo sets differently, whatever else the environment says."""
    if named := [name for name in REAL if env.read(environment, name)]:
        raise env.ConfigurationError(
            f"DEMO=on shows a sample firm and reads no real account: take out {', '.join(named)}."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "SECOND_FACTOR_DAYS": None,
        "BACKUP_REMINDER_HOURS": 0,
    }
