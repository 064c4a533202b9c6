"""Run manage.py check_zoom and count what it recorded."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command

from notices.firm.models import JobRun
from notices.safeguards.models import Check, Finding
from tests.safeguards.zoom.answers import EXAMPLES

ROOT = Path(__file__).parents[4]
ALL_ON = EXAMPLES / "01-all-protected.json"
DRIFTED = EXAMPLES / "02-drifted.json"
STAFF_START = "/admin/"
BUSY = {
    "bundle": "../examples/01-all-protected.json",
    "token": {"expires_in": 3600, "api_url": "self"},
    "faults": [
        {
            "match": {"path": "/v2/accounts/*/settings"},
            "status": 429,
            "headers": {"Retry-After": "29"},
        }
    ],
}


def check_zoom(*arguments: str) -> tuple[int, str]:
    """Run the command; return its exit code and what it printed."""
    printed = StringIO()
    try:
        call_command("check_zoom", *arguments, stdout=printed, stderr=printed)
    except SystemExit as end:
        return int(end.code or 0), printed.getvalue()
    except CommandError as error:
        return error.returncode, printed.getvalue() + str(error)
    return 0, printed.getvalue()


def from_file(path: Path, *arguments: str) -> tuple[int, str]:
    return check_zoom("--from-file", str(path), *arguments)


def counts() -> tuple[int, int, int]:
    return Check.objects.count(), Finding.objects.count(), JobRun.objects.count()
