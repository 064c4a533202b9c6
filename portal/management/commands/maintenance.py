"""manage.py maintenance: close the public pages for a while, and open them again."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notices.firm.days import BERLIN
from portal.serving import error_pages, maintenance


class Command(BaseCommand):
    help = "Close the public pages until a time; staff pages and health checks go on."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--until", help="14:00 or 2026-11-24T06:00, the time in Berlin")
        choice.add_argument("--off", action="store_true", help="open the public pages again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["off"]:
            maintenance.end()
            self.stdout.write("The public pages are open.")
            return
        until = parse(options["until"], timezone.now())
        # The page first: nobody may read the time of an earlier maintenance.
        try:
            error_pages.write(until)
            maintenance.announce(until)
        except OSError as error:
            where = settings.SHARED_DIR
            raise CommandError(f"{where} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"The public pages are closed until {until:%Y-%m-%d %H:%M}.")


def parse(text: str, now: datetime) -> datetime:
    """Return the moment that `text` names: a time of day is the next one, a date is exact."""
    try:
        if len(text) <= len("14:00"):
            local = now.astimezone(BERLIN)
            until = datetime.combine(local.date(), time.fromisoformat(text), BERLIN)
            if until <= local:
                until = datetime.combine(until.date() + timedelta(days=1), until.time(), BERLIN)
        else:
            until = datetime.fromisoformat(text)
            until = until.replace(tzinfo=until.tzinfo or BERLIN).astimezone(BERLIN)
    except ValueError as error:
        raise CommandError(f"Write --until as 14:00 or 2026-11-24T06:00, not {text!r}.") from error
    if until <= now:
        raise CommandError(f"{text} is in the past.")
    return until
