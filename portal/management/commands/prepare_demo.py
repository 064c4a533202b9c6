"""manage.py prepare_demo: fill a demo and keep it for its nightly return; `prepare` calls it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import demo


class Command(BaseCommand):
    help = "With DEMO=on: fill an empty portal with the demo and keep it as a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only with DEMO=on.")
        demo.prepare()
        self.stdout.write(f"The demo is ready; every night it returns to {demo.kept()}.")
