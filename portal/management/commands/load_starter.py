"""Load the starter content into what is still empty."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.starter.completing import complete
from portal.starter.kinds import add_later_kinds
from portal.starter.loading import load


class Command(BaseCommand):
    help = "Load the starter content; what is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kinds", action="store_true", help="also add kinds of meeting that came later"
        )

    def handle(self, *args: Any, **options: Any) -> None:
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
