"""Load the starter content into what is still empty."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import demo
from portal.starter.completing import complete
from portal.starter.kinds import add_later_kinds
from portal.starter.loading import load


class Command(BaseCommand):
    help = "Load the starter content; what is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kinds", action="store_true", help="also add kinds of meeting that came later"
        )

        parser.add_argument(
            "--demo", action="store_true", help="with DEMO=on: make the demo and keep it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"]:
            if not settings.DEMO:
                raise CommandError("Only with DEMO=on.")
            demo.prepare()
            self.stdout.write(f"The demo is ready; every night it returns to {demo.kept()}.")
            return
        told = load()
        for sentence in told:
            self.stdout.write(f"Loaded {sentence}.")
        added = complete()
        if options["kinds"]:
            added += add_later_kinds()
        for name in added:
            self.stdout.write(f"Added {name}.")
        if not told and not added:
            self.stdout.write("Nothing to load: the content is there already.")
