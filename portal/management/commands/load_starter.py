"""Load the starter content into what is still empty."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.starter.loading import load


class Command(BaseCommand):
    help = "Load the starter content; what is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        told = load()
        for sentence in told:
            self.stdout.write(f"Loaded {sentence}.")
        if not told:
            self.stdout.write("Nothing to load: the content is there already.")
